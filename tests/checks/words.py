#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No note of unfinished work and no path of somebody's machine stands in a tracked file."""

import os
import re

import tree

# Written in pieces, so that this file does not report itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK|(?i:not imple" r"mented|unimple" r"mented))\b")
MACHINE = re.compile(
    r"(?<![\w.])/(wor" r"k|hom" r"e/\w+|Use" r"rs/\w+|roo" r"t)/[\w.]"
    r"|bash_" r"jobs|deb\.deb" r"ian\.org|security\.deb" r"ian\.org|registry\.np" r"mjs")
TOP_FILES = ("autogen.sh", "configure.ac", "Makefile.am", "README.md", "CHANGELOG.md",
             "CONTRIBUTING.md", ".ci/run")
ENDINGS = (".c", ".h", ".py", ".sh", ".inc", ".in", ".md", ".map", ".allow", ".pml", ".txt", ".yaml")


def check(root):
    violations = []
    paths = tree.files(root, ENDINGS)
    paths += [path for path in TOP_FILES if os.path.exists(os.path.join(root, path))]
    for path in paths:
        for number, line in enumerate(tree.read(root, path).splitlines(), 1):
            for pattern, what in ((UNFINISHED, "unfinished"), (MACHINE, "a path or host of one machine")):
                match = pattern.search(line)
                if match:
                    violations.append(f"{path}:{number}: {what}: {match.group(0)}")
    return violations


if __name__ == "__main__":
    tree.run(check, [
        ({"tui/view/a.c": "/* hackles, todos, XXXL, /dev/shm, $HOME/.config, /tmp/x */\n"}, None),
        ({"tui/view/a.c": "/* TO" "DO: later */\n"}, "unfinished"),
        ({"emitter/a.h": "/* not imple" "mented */\n"}, "unfinished"),
        ({"tests/a.py": "x = '/hom" "e/joe/src'\n"}, "one machine"),
        ({"README.md": "cd /wor" "k/src\n"}, "one machine"),
    ])
