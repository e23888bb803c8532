#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What libacdebug exports, what its map lists and what acdebug.h, with acdebug_priv.h, declares are the
same.

A symbol that is declared and listed but not built yet stands in declared.allow.
"""

import os
import re
import shlex
import subprocess
import sys

import objects
import tree

CC = shlex.split(os.environ.get("CC") or "cc")
HEADER = "emitter/include/acdebug.h"
MAP = "emitter/libacdebug.map"
PENDING = "tests/checks/declared.allow"


def library(build):
    return os.path.join(build, ".libs", "libacdebug.so")


def declared(root):
    """Names of the functions and objects that the header declares and does not define."""
    done = subprocess.run(CC + ["-E", "-x", "c", "-std=gnu11", HEADER],
                          text=True, capture_output=True, check=True, cwd=root)
    own, lines = False, []
    for line in done.stdout.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            own = marker.group(1).endswith(("acdebug.h", "acdebug_priv.h"))
        elif own:
            lines.append(line)
    code = tree.code_only("\n".join(lines))
    code = re.sub(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)", " ", code)
    braces = re.compile(r"(\))?(\s*)\{[^{}]*\}")
    while braces.search(code):  # innermost first; a function's body ends its declaration
        code = braces.sub(lambda match: ");" if match.group(1) else " ", code)
    names = set()
    for statement in code.split(";"):
        words = statement.split()
        if "typedef" in words or "static" in words or not re.search(r"\bextern\b|\(", statement):
            continue
        name = re.search(r"\b(acdebug_\w+)\s*\(", statement) or re.search(r"\b(acdebug_\w+)\s*$", statement)
        if name:
            names.add(name.group(1))
    return names


def listed(root):
    text = tree.code_only(tree.read(root, MAP))
    names = set()
    for body in re.findall(r"\{([^}]*)\}", text):
        shown = re.search(r"global:(.*?)(local:|$)", body, re.DOTALL)
        if shown:
            names.update(name.strip() for name in shown.group(1).split(";") if name.strip())
    return names


def compare(declared_names, listed_names, exported_names, pending):
    violations = []
    for name in sorted(declared_names | listed_names | exported_names | set(pending)):
        where = [place for place, names in (("acdebug.h", declared_names), ("the map", listed_names),
                                            ("libacdebug.so", exported_names)) if name in names]
        if name in pending:
            if where != ["acdebug.h", "the map"]:
                violations.append(f"{PENDING}: {name}: stands in {', '.join(where)}; remove the entry")
        elif len(where) != 3:
            violations.append(f"{name}: stands in {', '.join(where)} only")
    return violations


def check_with_build(root, build):
    if not tree.files(root, (".c",), ("emitter",)) or not os.path.exists(library(build)):
        return ["libacdebug.so is not built"]
    return compare(declared(root), listed(root), objects.exported(library(build)),
                   tree.read_allowed(root, PENDING))


def check_sample(root):
    """Builds the sample's library as the real one is built, then checks it."""
    os.makedirs(os.path.join(root, ".libs"))
    subprocess.run(CC + ["-shared", "-fPIC", "-fvisibility=hidden", "-Iemitter/include",
                         f"-Wl,--version-script={MAP}", "emitter/a.c", "-o", ".libs/libacdebug.so"],
                   cwd=root, check=True)
    return check_with_build(root, root)


def sample(header, symbol_map, source, pending=""):
    api = '#define ACDEBUG_API __attribute__((visibility("default")))\n'
    return {HEADER: api + "struct acdebug_s { int acdebug_member; };\ntypedef int acdebug_t;\n"
                    "static inline int acdebug_inline(void) { return acdebug_inline(); }\n" + header,
            MAP: f"L_0.1 {{\nglobal:\n{symbol_map}local:\n    *;\n}};\n",
            "emitter/a.c": "#include <acdebug.h>\n" + source, PENDING: pending}


if __name__ == "__main__":
    good = ("ACDEBUG_API struct acdebug_s *acdebug_a(int (*acdebug_f)(int)) __attribute__((nonnull(1)));\n"
            "extern ACDEBUG_API const int *acdebug_b;\n")
    names = "acdebug_a; acdebug_b;\n"
    body = "struct acdebug_s *acdebug_a(int (*f)(int)) { (void)f; return 0; }\nconst int *acdebug_b;\n"
    more = "ACDEBUG_API int acdebug_c(void);\n"
    tree.prove(check_sample, [
        (sample(good, names, body), None),
        (sample(good + more, names, body), "acdebug_c: stands in acdebug.h only"),
        (sample(good + more, names + "acdebug_c;", body), "acdebug_c: stands in acdebug.h, the map only"),
        (sample(good + more, names + "acdebug_c;", body, "acdebug_c # later\n"), None),
        (sample(good, names, body, "acdebug_a # built\n"), "remove the entry"),
        (sample(good, names + "acd_x;", body + "int acd_x(void);__attribute__((visibility(\"default\"))) "
                "int acd_x(void) { return 1; }\n"), "acd_x: stands in the map, libacdebug.so only"),
        (sample(good, "acdebug_a;\n", body), "acdebug_b: stands in acdebug.h only"),
    ])
    if len(sys.argv) > 1:
        print("\n".join(sorted(declared(tree.TOP_SRC))))
        sys.exit(0)
    tree.finish(check_with_build(tree.TOP_SRC, tree.TOP_BUILD))
