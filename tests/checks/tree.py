# SPDX-License-Identifier: MIT
"""What the checks of the source tree share: where the tree is, how its files are
read, and how a check ends. Not a test itself.

A check is a function from a root folder to a list of sentences, one for each
violation. run() first makes it prove, on small trees with a known violation, that
it finds what it looks for; a check that finds nothing there fails.
"""

import os
import re
import sys
import tempfile

TOP_SRC = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", "..")
TOP_BUILD = os.environ.get("top_builddir") or TOP_SRC
FOLDERS = ("emitter", "tui", "tests")

_TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def files(root, endings, under=FOLDERS):
    """Paths relative to root, sorted, of the files with one of the endings."""
    found = []
    for folder in under:
        for here, folders, names in os.walk(os.path.join(root, folder)):
            folders[:] = [f for f in folders if f not in (".libs", ".deps", "__pycache__")]
            for name in names:
                if name.endswith(tuple(endings)):
                    found.append(os.path.relpath(os.path.join(here, name), root))
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def code_only(text, keep_strings=False):
    """C source without comments, strings emptied; lines keep their numbers."""

    def blank(match):
        token = match.group(0)
        if token[0] in "\"'":
            return token if keep_strings else token[0] * 2
        return " " + "\n" * token.count("\n")

    return _TOKENS.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def write_tree(root, sample):
    """A sample tree: {path: content}."""
    for path, content in sample.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(content)


def read_allowed(root, path):
    """An allow-list: one entry a line, then `#` and the reason, which must be there."""
    allowed = {}
    full = os.path.join(root, path)
    if not os.path.exists(full):
        return allowed
    with open(full, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            entry, _, reason = line.partition("#")
            if not entry.strip():
                continue
            if not reason.strip():
                sys.exit(f"{path}:{number}: an entry needs its reason after '#'")
            allowed[" ".join(entry.split())] = reason.strip()
    return allowed


def prove(check, samples):
    """samples: [(tree, text expected in a violation, or None for a clean tree)]."""
    for sample, expected in samples:
        with tempfile.TemporaryDirectory() as root:
            write_tree(root, sample)
            found = check(root)
        if expected is None and found:
            sys.exit(f"negative control: a clean sample is reported: {found}")
        if expected is not None and not any(expected in sentence for sentence in found):
            sys.exit(f"negative control: '{expected}' is not found in {sorted(sample)}: {found}")


def finish(violations):
    for sentence in violations:
        print(sentence)
    print(f"{len(violations)} violations")
    sys.exit(1 if violations else 0)


def run(check, samples):
    prove(check, samples)
    finish(check(TOP_SRC))
