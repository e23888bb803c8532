#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every header compiles alone, without a warning; those that are installed as C11 and as C++ too."""

import os
import shlex
import subprocess
import sys

import tree

CC = shlex.split(os.environ.get("CC") or "cc")
CXX = shlex.split(os.environ.get("CXX") or "c++")
LIBRARY_FLAGS = [flag for name in ("NCURSES_CFLAGS", "CMOCKA_CFLAGS", "CURL_CFLAGS")
                 for flag in shlex.split(os.environ.get(name, ""))]
PUBLIC = "emitter/include/acdebug.h"
INSTALLED = (PUBLIC, "emitter/include/acdebug_priv.h")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror", "-fsyntax-only"]
PUBLIC_AS = (
    (CC, ["-x", "c", "-std=c11"]),
    (CC, ["-x", "c", "-std=gnu11"]),
    (CXX, ["-x", "c++", "-std=c++11"]),
    (CXX, ["-x", "c++", "-std=c++17"]),
)


# Headers for C++ alone, and the library that they are for.
CPP_ONLY = {"emitter/include/acdebug_spdlog.h": "spdlog"}


def ways_of_cpp(library):
    """Ways to compile a header for users of that library; none where it is not installed."""
    done = subprocess.run(["pkg-config", "--cflags", library], text=True, capture_output=True, check=False)
    if done.returncode != 0:
        return ()
    return tuple((CXX, ["-x", "c++", standard, *shlex.split(done.stdout)])
                 for standard in ("-std=c++11", "-std=c++17"))


def compile_alone(root, compiler, flags, path):
    """None, or the compiler's first complaint. The header is included twice: it guards itself."""
    source = f'#include "{path}"\n#include "{path}"\nextern int acd_not_empty;\n'
    done = subprocess.run(
        compiler + flags + STRICT + ["-I.", "-Iemitter/include", "-"],
        input=source, text=True, capture_output=True, check=False, cwd=root)
    if done.returncode == 0:
        return None
    complaints = [line for line in done.stderr.splitlines() if "error" in line]
    return (complaints or done.stderr.splitlines() or ["?"])[0]


def check(root):
    violations = []
    config = os.path.abspath(os.path.join(tree.TOP_BUILD, "config.h"))
    internal = ["-x", "c", "-std=gnu11", *LIBRARY_FLAGS]
    if os.path.exists(config):
        internal += ["-include", config]
    for path in tree.files(root, (".h",)):
        ways = PUBLIC_AS if path in INSTALLED else ((CC, internal),)
        if path in CPP_ONLY:
            ways = ways_of_cpp(CPP_ONLY[path])
        for compiler, flags in ways:
            complaint = compile_alone(root, compiler, flags, path)
            if complaint:
                violations.append(f"{path}: {compiler[0]} {flags[2]}: {complaint}")
    return violations


if __name__ == "__main__":
    for tool in (CC, CXX):
        try:
            subprocess.run(tool + ["--version"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            sys.exit(f"{tool[0]} does not run. Hint: ./autogen.sh --with-test-deps")
    tree.run(check, [
        ({"tui/view/good.h": "#ifndef A\n#define A\n#include <stdint.h>\n"
                             "struct a { uint64_t b; };\n#endif\n"}, None),
        ({"tui/view/bad.h": "uint64_t acd_bad(void);\n"}, "tui/view/bad.h"),
        ({"tui/view/twice.h": "struct a { int b; };\n"}, "redefinition"),
        ({PUBLIC: "void acdebug_x(int class);\n"}, "c++"),
        ({PUBLIC: "#include <sys/types.h>\nstatic inline int acdebug_x(int a) { gettid(); return a; }\n"},
         "-std=c11"),
    ])
