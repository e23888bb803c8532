#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual pages of libacdebug are what its header makes of them, and render without a warning.

`make manual` writes them anew. mandoc, groff and man check them where they are installed.
"""

import importlib.util
import os
import shutil
import subprocess
import sys

import tree

FOLDER = os.path.join("emitter", "manual")
HEADER = os.path.join("emitter", "include", "acdebug.h")
LINTS = (("mandoc", "-Tlint", "-W", "warning"), ("groff", "-ww", "-z", "-man", "-Tutf8"))


def generator():
    sys.dont_write_bytecode = True  # nothing beside the pages
    path = os.path.join(tree.TOP_SRC, FOLDER, "make.py")
    spec = importlib.util.spec_from_file_location("make_manual", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = generator()


def pages(text):
    """What the header makes, or the sentence that says why it makes nothing."""
    try:
        return MAKE.make(text), []
    except MAKE.Fault as fault:
        return {}, [f"{HEADER}:{fault}"]


def check(root):
    made, found = pages(tree.read(root, HEADER))
    folder = os.path.join(root, FOLDER)
    written = set(os.listdir(folder)) if os.path.isdir(folder) else set()
    for name, text in made.items():
        if name not in written:
            found.append(f"{FOLDER}/{name} is missing. Hint: make manual")
        elif tree.read(root, os.path.join(FOLDER, name)) != text:
            found.append(f"{FOLDER}/{name} differs from what the header makes. Hint: make manual")
    stray = {name for name in written if name.endswith(".3")} - set(made)
    return found + [f"{FOLDER}/{name} is nobody's" for name in sorted(stray)]


def complaints(name, path):
    """What the programs that show pages say of one; the roff one is what man calls."""
    found = []
    for command in LINTS:
        if shutil.which(command[0]):
            done = subprocess.run([*command, path], capture_output=True, text=True, check=False)
            if done.returncode != 0 or done.stdout or done.stderr:
                found.append(f"{name}: {command[0]}: {done.stdout}{done.stderr}".rstrip())
    return found


def rendering():
    """Of the pages themselves; the others only lead to them."""
    folder = os.path.join(tree.TOP_SRC, FOLDER)
    whole = [name for name in sorted(os.listdir(folder))
             if name.endswith(".3") and not tree.read(folder, name).startswith(".so ")]
    print(f"{len(whole)} pages")
    return [line for name in whole for line in complaints(name, os.path.join(folder, name))]


SAMPLE = """
/**
 * @page acdebug  a library
 *
 *  - `emit`: any thread.
 *
 */
/** @page acdebug_a  its call */
/**
 * Does it.
 *
 * @kind emit
 * @param n  a number
 * @return 0
 * @since 0.1
 */
ACDEBUG_API int acdebug_a(int n);
"""


def prove():
    made, _ = pages(SAMPLE)
    clean = {HEADER: SAMPLE, **{os.path.join(FOLDER, name): text for name, text in made.items()}}
    page = os.path.join(FOLDER, "acdebug_a.3")
    tree.prove(check, [
        (clean, None),
        ({**clean, page: clean[page] + "more\n"}, "differs"),
        ({**clean, os.path.join(FOLDER, "acdebug_b.3"): "x"}, "nobody's"),
        ({HEADER: SAMPLE}, "is missing"),
        ({HEADER: SAMPLE.replace(" * @since 0.1\n", "")}, "has no @since"),
        ({HEADER: SAMPLE.replace(" * @param n  a number\n", "")}, "has no @param n"),
        ({HEADER: SAMPLE.replace(" * @return 0\n", "")}, "has no @return"),
        ({HEADER: SAMPLE.replace(" * @kind emit\n", "")}, "has no @kind"),
        ({HEADER: SAMPLE + "ACDEBUG_API void acdebug_b(void);\n"}, "not documented: acdebug_b"),
    ])


if __name__ == "__main__":
    prove()
    tree.finish(check(tree.TOP_SRC) + rendering())
