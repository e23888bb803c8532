#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Manual pages and completions are what the tables make of them, name everything, and render.

`make manual` writes them anew. mandoc and groff check the pages where they are installed.
"""

import os
import re
import shutil
import subprocess
import sys

import tree

BUILD = os.environ.get("top_builddir", ".")
GENERATOR = os.path.join(BUILD, "tui", "app", "manual")
PROGRAM = os.path.join(BUILD, "acdebug-top")
FOLDER = os.path.join("tui", "manual")
OPTION = re.compile(r"^  (?:-(\w),|   ) --([\w-]+)", re.MULTILINE)
CONFIG_KEY = re.compile(r"^ *([\w-]+):", re.MULTILINE)


def output(*command):
    environment = dict(os.environ, HOME="/nonexistent")
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60,
                          env=environment).stdout


def drifted(written, made):
    """Sentences for files that are not what the generator makes."""
    return [f"{FOLDER}/{name} differs from what its tables make. Hint: make manual"
            for name, text in made.items() if written.get(name) != text]


def unnamed(what, names, text):
    plain = re.sub(r"\\f[BIR]", "", text).replace("\\-", "-")
    return [f"{what} does not name {name}" for name in names
            if not re.search(r"(?<![\w-])" + re.escape(name) + r"(?![\w-])", plain)]


def rendering(name, path):
    """What mandoc and groff have to say."""
    complaints = []
    for command in (["mandoc", "-Tlint", "-W", "warning", path],
                    ["groff", "-ww", "-z", "-man", "-Tutf8", path]):
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
            if done.returncode != 0 or done.stdout or done.stderr:
                complaints.append(f"{name}: {command[0]}: {done.stdout}{done.stderr}")
    return complaints


def read(name):
    path = os.path.join(tree.TOP_SRC, FOLDER, name)
    with open(path, encoding="utf-8") as file:
        return file.read()


def prove():
    """The checks find what they are for."""
    assert drifted({"a": "1"}, {"a": "2"}) and not drifted({"a": "1"}, {"a": "1"})
    assert unnamed("it", ["--json"], "\\-\\-jsonl") and not unnamed("it", ["--json"], "\\fB\\-\\-json\\fR x")
    assert len(OPTION.findall("  -n, --count N  x\n      --json   y\n")) == 2


def main():
    prove()
    names = output(GENERATOR).split()
    made = {name: output(GENERATOR, name) for name in names}
    written = {name: read(name) for name in names}
    found = drifted(written, made)
    options = OPTION.findall(output(PROGRAM, "--help"))
    keys = CONFIG_KEY.findall(output(PROGRAM, "--print-config"))
    assert len(options) > 10 and len(keys) > 50, (options, keys)
    flags = [f"--{name}" for _, name in options]
    for name in ("acdebug-top.1", "bash/acdebug-top", "zsh/_acdebug-top"):
        found += unnamed(name, flags, written[name])
    found += unnamed("fish/acdebug-top.fish", [f"-l {name}" for _, name in options],
                     written["fish/acdebug-top.fish"].replace(" -l ", "\n-l "))
    found += unnamed("acdebug-top.yaml.5", keys, written["acdebug-top.yaml.5"])
    for name in names:
        if name[-2:] in (".1", ".5"):
            found += rendering(name, os.path.join(tree.TOP_SRC, FOLDER, name))
    print(f"{len(names)} files, {len(flags)} options, {len(keys)} keys of the configuration")
    for complaint in found:
        print(complaint)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
