#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual pages of acdebug-emit and acdebug-export have each option that --help has, and no other;
mandoc finds nothing wrong with them."""

import os
import re
import shutil
import subprocess
import sys

TOP_SRC = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
TOP_BUILD = os.environ.get("top_builddir") or TOP_SRC
PAGES = {"acdebug-emit": "emitter/tools/acdebug-emit.1", "acdebug-export": "tui/export/acdebug-export.1"}


def options_of_help(text):
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def options_of_page(text):
    """Those that have a paragraph of their own."""
    return {"-" + name for name in re.findall(r"^\.It Fl (-[a-z-]+)", text, re.MULTILINE)}


def compare(name, help_text, page):
    helped, told = options_of_help(help_text), options_of_page(page)
    return ([f"{name}: {option} is not in the manual" for option in sorted(helped - told)]
            + [f"{name}: {option} is in the manual only" for option in sorted(told - helped)])


def check(name, path):
    program = os.path.join(TOP_BUILD, name)
    page = os.path.join(TOP_SRC, path)
    if not os.path.exists(program):
        return []  # left out at configure time
    done = subprocess.run([program, "--help"], text=True, capture_output=True, check=True)
    with open(page, encoding="ascii") as file:
        found = compare(name, done.stdout, file.read())
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], text=True,
                              capture_output=True, check=False)
        found += lint.stdout.splitlines()
    return found


def main():
    page = ".It Fl -name Ar NAME\n.It Fl -help\n"
    assert not compare("a", "  --name NAME  x\n  --help\n", page)
    assert compare("a", "--name --help --quiet", page) == ["a: --quiet is not in the manual"]
    assert compare("a", "--name", page) == ["a: --help is in the manual only"]
    found = [line for name, path in PAGES.items() for line in check(name, path)]
    print("\n".join(found) or "0 violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
