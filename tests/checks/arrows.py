#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Includes follow the arrows of the layers and no other; the header graph has no cycle.

    emitter -> format <- reader;  reader <- model <- view <- app;  term -> view's grid;  app -> all

Curses stands in tui/term only, libyaml and cJSON in at most one file each per side.
Examples and bindings know <acdebug.h> and their own folder, as any user's code.
"""

import os
import re

import tree

# layer's folder: what it may include, as prefixes of paths. The longest folder wins.
ARROWS = {
    "emitter/include": ("emitter/include/",),
    "emitter/format": ("emitter/format/",),
    "emitter/examples": ("emitter/examples/", "emitter/include/"),
    "emitter/python": ("emitter/python/", "emitter/include/"),
    "emitter/tools": ("emitter/tools/", "emitter/include/", "emitter/json.h"),
    "emitter": ("emitter/",),
    "tui/reader": ("tui/reader/", "emitter/format/"),
    "tui/model": ("tui/model/", "tui/reader/"),
    "tui/view": ("tui/view/", "tui/model/"),
    "tui/term": ("tui/term/", "tui/view/grid.h", "tui/view/keyname.h"),
    "tui/app": ("tui/app/", "tui/manual/", "tui/model/", "tui/reader/", "tui/term/", "tui/view/", "emitter/"),
    "tui/export": ("tui/export/", "tui/app/", "tui/model/", "tui/reader/"),
}
# The emitter's core is a user of none of these.
NOT_CORE = ("emitter/examples/", "emitter/python/", "emitter/tools/")

CURSES = re.compile(r"^(n?cursesw?/.*|n?curses\.h|term\.h|panel\.h|termcap\.h)$")
ONE_FILE_A_SIDE = {"libyaml": re.compile(r"^yaml\.h$"), "cJSON": re.compile(r"^(cjson/)?cJSON\.h$")}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def layer_of(path):
    for folder in sorted(ARROWS, key=len, reverse=True):
        if path.startswith(folder + "/"):
            return folder
    return None


def side_of(path):
    """emitter or tui; examples and bindings, as users' code, are each a side of their own."""
    layer = layer_of(path) or ""
    return layer if (layer + "/").startswith(NOT_CORE) else path.split("/")[0]


def resolve(root, path, bracket, name):
    """The path, from the top, of the file of ours that is included, or None."""
    if bracket == "<":
        return "emitter/include/acdebug.h" if name == "acdebug.h" else None
    beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
    if name.startswith(".") or os.path.exists(os.path.join(root, beside)):
        return beside
    return os.path.normpath(name)


def includes(root, path):
    text = tree.code_only(tree.read(root, path), keep_strings=True)
    for match in INCLUDE.finditer(text):
        yield tree.line_of(text, match.start()), match.group(1), match.group(2)


def allowed(layer, target):
    if target == "config.h":
        return layer != "emitter/include"
    if layer == "emitter" and target.startswith(NOT_CORE):
        return False
    return target.startswith(ARROWS[layer])


def find_cycle(graph):
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for target in graph.get(node, ()):
            cycle = visit(target)
            if cycle:
                return cycle
        path.pop()
        done.add(node)
        return None

    for node in sorted(graph):
        cycle = visit(node)
        if cycle:
            return cycle
    return None


def check(root):
    violations, graph, users = [], {}, {}
    for path in tree.files(root, (".c", ".h"), ("emitter", "tui")):
        layer = layer_of(path)
        if layer is None:
            violations.append(f"{path}: stands in no layer")
            continue
        for line, bracket, name in includes(root, path):
            where = f"{path}:{line}"
            if name.endswith(".c"):
                violations.append(f"{where}: includes a source file, {name}")
            if CURSES.match(name) and layer != "tui/term":
                violations.append(f"{where}: curses outside tui/term: <{name}>")
            for library, pattern in ONE_FILE_A_SIDE.items():
                if pattern.match(name):
                    users.setdefault((side_of(path), library), set()).add(path)
            target = resolve(root, path, bracket, name)
            if target is None:
                continue
            graph.setdefault(path, []).append(target)
            if not allowed(layer, target):
                violations.append(f"{where}: {layer} may not include {target}")
    for (side, library), paths in sorted(users.items()):
        if len(paths) > 1:
            violations.append(f"{side}: {library} in more than one file: {', '.join(sorted(paths))}")
    cycle = find_cycle(graph)
    if cycle:
        violations.append(f"include cycle: {' -> '.join(cycle)}")
    return violations


if __name__ == "__main__":
    tree.run(check, [
        ({"emitter/ring.c": '#include "emitter/format/layout.h"\n',
          "emitter/format/layout.h": "#include <stdint.h>\n",
          "tui/term/screen.c": '#include <curses.h>\n#include "tui/view/grid.h"\n',
          "tui/view/list.c": '#include "config.h"\n/* #include "tui/app/app.h" */\n',
          "emitter/examples/server.c": "#include <acdebug.h>\n"}, None),
        ({"emitter/ring.c": '#include "tui/reader/map.h"\n'}, "may not include tui/reader/map.h"),
        ({"emitter/ring.c": '#include "../tui/reader/map.h"\n'}, "may not include tui/reader/map.h"),
        ({"emitter/ring.c": '#include "emitter/examples/lru.h"\n'}, "may not include"),
        ({"emitter/examples/server.c": '#include "emitter/ring.h"\n'}, "may not include"),
        ({"tui/reader/map.c": '#include "tui/model/rate.h"\n'}, "may not include"),
        ({"tui/reader/map.c": "#include <acdebug.h>\n"}, "may not include"),
        ({"tui/model/rate.c": '#include "emitter/format/layout.h"\n'}, "may not include"),
        ({"tui/view/list.c": '#include "../app/app.h"\n'}, "may not include"),
        ({"tui/term/screen.c": '#include "tui/view/list.h"\n'}, "may not include"),
        ({"tui/view/list.c": "# include <ncurses.h>\n"}, "curses outside"),
        ({"tui/app/a.c": "#include <yaml.h>\n", "tui/app/b.c": "#include <yaml.h>\n"},
         "libyaml in more than one file"),
        ({"tui/app/a.c": "#include <cjson/cJSON.h>\n", "tui/app/b.c": "#include <cJSON.h>\n"},
         "cJSON in more than one file"),
        ({"emitter/a.c": "#include <cjson/cJSON.h>\n", "emitter/examples/b.c": "#include <cjson/cJSON.h>\n"},
         None),
        ({"tui/app/a.h": '#include "tui/app/b.h"\n', "tui/app/b.h": '#include "./a.h"\n'}, "cycle"),
        ({"tui/app/a.c": '#include "b.c"\n'}, "includes a source file"),
        ({"tui/misc/a.c": "int a;\n"}, "stands in no layer"),
    ])
