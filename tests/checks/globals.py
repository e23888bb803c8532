#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No layer keeps mutable state of its own beyond the entries of globals.allow.

An entry is `source name`, e.g. `emitter/emitter state`: the object as objdump shows it
in .data, .bss or their thread-local kin; read-only data and what the dynamic linker
alone writes (.data.rel.ro) do not count.
"""

import os
import shlex
import subprocess

import objects
import tree

CC = shlex.split(os.environ.get("CC") or "cc")
ALLOWED = "tests/checks/globals.allow"
LAYERS = {"format": "emitter/format", "emitter": "emitter", "emit": "emitter/tools", "reader": "tui/reader",
          "model": "tui/model", "view": "tui/view", "term": "tui/term", "app": "tui/app", "export": "tui/export"}


def archives(build):
    """(layer, archive or object) of everything that the build has made of the layers."""
    for layer, folder in LAYERS.items():
        archive = os.path.join(build, ".libs", f"libacd-{layer}.a")
        if os.path.exists(archive):
            yield folder, archive
    app = os.path.join(build, "tui", "app")
    for name in sorted(os.listdir(app)) if os.path.isdir(app) else ():
        if name.endswith(".o"):
            yield "tui/app", os.path.join(app, name)


def check_with_build(root, build):
    allowed = tree.read_allowed(root, ALLOWED)
    seen, violations = set(), []
    for folder, path in archives(build):
        for member, name, section in objects.writable_data(path):
            if name == "acdebug_priv_site_":  # what acdebug.h's macros put beside each call
                continue
            entry = f"{folder}/{objects.source_of(member)} {name}"
            seen.add(entry)
            if entry not in allowed:
                violations.append(f"{entry}: mutable, in {section}. Hint: hang it from a struct")
    built = {folder for folder, _ in archives(build)}
    violations += [f"{ALLOWED}: {entry}: no such object any more" for entry in sorted(allowed)
                   if entry not in seen and os.path.dirname(entry.split()[0]) in built]
    return violations


def check_sample(root):
    os.makedirs(os.path.join(root, ".libs"))
    subprocess.run(CC + ["-c", "-fPIC", "-fno-common", "tui/model/a.c", "-o", ".libs/libacd-model_la-a.o"],
                   cwd=root, check=True)
    subprocess.run(["ar", "cr", ".libs/libacd-model.a", ".libs/libacd-model_la-a.o"], cwd=root, check=True)
    return check_with_build(root, root)


if __name__ == "__main__":
    clean = ("const int table[3] = {1, 2, 3}; static const char *const names[] = {\"a\"};\n"
             "const char *f(int i) { return names[i] + table[i]; }\n")
    tree.prove(check_sample, [
        ({"tui/model/a.c": clean}, None),
        ({"tui/model/a.c": clean + "static int count; int *g(void) { return &count; }\n"},
         "tui/model/a count: mutable, in .bss"),
        ({"tui/model/a.c": clean + "int *h(void) { static int calls = 1; return &calls; }\n"},
         "tui/model/a calls: mutable, in .data"),
        ({"tui/model/a.c": clean + "_Thread_local int mine;\n"}, "tui/model/a mine: mutable, in .tbss"),
        ({"tui/model/a.c": clean + "int seen;\n", ALLOWED: "tui/model/a seen # a test\n"}, None),
        ({"tui/model/a.c": clean, ALLOWED: "tui/model/a seen # a test\n"}, "no such object"),
    ])
    tree.finish(check_with_build(tree.TOP_SRC, tree.TOP_BUILD))
