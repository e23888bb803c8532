#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each promise of CONTRIBUTING.md's "Security" names tests, and they exist."""

import os
import re

import tree

GUIDE = "CONTRIBUTING.md"
ROW = re.compile(r"^\| (?P<against>[^|]+) \| (?P<promise>[^|]+) \| (?P<tests>[^|]+) \|$", re.MULTILINE)


def text_of(root, name):
    """The test's source, under tests/; None: there is none."""
    for path in (name + ".c", name):  # a program lies beside its source
        if os.path.isfile(os.path.join(root, "tests", path)):
            return tree.read(root, os.path.join("tests", path))
    return None


def check(root):
    section = re.split(r"^## ", tree.read(root, GUIDE), flags=re.MULTILINE)
    section = next((part for part in section if part.startswith("Security\n")), "")
    rows = [row for row in ROW.finditer(section) if set(row["tests"]) - set("-") and
            row["tests"] != "held by"]
    found = [] if rows else [f"{GUIDE}: no promise in Security"]
    for row in rows:
        source = name = None
        words = re.findall(r"`([^`]+)`", row["tests"])
        if not words:
            found.append(f"{GUIDE}: no test for: {row['promise']}")
        for word in words:
            if "/" in word:
                source, name = text_of(root, word), word
                if source is None:
                    found.append(f"{GUIDE}: no test tests/{word}")
            elif not source or not re.search(rf"^(?:static void|def) {re.escape(word)}\(", source,
                                             re.MULTILINE):
                found.append(f"{GUIDE}: tests/{name} has no {word}")
    return found


HEAD = "# A\n\n## Security\n\n| against | promised | held by |\n|---|---|---|\n"
TEST = {"tests/unit/test_a.c": "static void it_holds(void **state)\n", "tests/e2e/b.py": "def check():\n"}


if __name__ == "__main__":
    tree.run(check, [
        ({GUIDE: HEAD + "| x | y | `unit/test_a`: `it_holds`; `e2e/b.py`: `check` |\n", **TEST}, None),
        ({GUIDE: HEAD + "| x | y | `unit/test_a`: `it_held` |\n", **TEST}, "has no it_held"),
        ({GUIDE: HEAD + "| x | y | `unit/test_b` |\n", **TEST}, "no test tests/unit/test_b"),
        ({GUIDE: HEAD + "| x | y | trust |\n", **TEST}, "no test for: y"),
        ({GUIDE: HEAD, **TEST}, "no promise"),
    ])
