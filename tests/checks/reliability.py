#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each row of CONTRIBUTING.md's "Reliability" names tests that exist, a size that they have, a control, and
the soak's row with its target; and each mutant still has its place.

A control is a mutant of tests/mutants/run.py whose tests include one of the row, in double quotes, or in
backquotes a test, and words of it: what it breaks on purpose.
"""

import importlib.util
import os
import re

import security
import tree

GUIDE = security.GUIDE
HEAD = ("what", "held by", "in `make check`", "control", "in `make soak`")
NUMBER = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
NOTHING = "–"


def module(root, path):
    """A script of the tree, or None."""
    full = os.path.join(root, path)
    if not os.path.isfile(full):
        return None
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], full)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def mutants_of(root):
    run = module(root, "tests/mutants/run.py")
    return run.MUTANTS + run.ORDERS if run else []


def places_wrong(root, mutants):
    """A mutant changes what stands in its file once."""
    return [f"the mutant '{name}': {file} has {tree.read(root, file).count(old)} times: {old}"
            for name, file, old, _, _ in mutants if tree.read(root, file).count(old) != 1]


def targets_of(root):
    """{row of the soak: what is wanted of it, or None}"""
    soak = module(root, "tests/soak/soak_rows.py")
    return {row.name: row.target for row in soak.rows()} if soak else {}


def rows_of(root):
    """Dictionaries by HEAD."""
    section = re.split(r"^## ", tree.read(root, GUIDE), flags=re.MULTILINE)
    section = next((part for part in section if part.startswith("Reliability\n")), "")
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == len(HEAD) and cells[0] not in (HEAD[0], "---"):
            yield dict(zip(HEAD, cells))


def walk_words(root, cell, source=None, name=None):
    """(test, its source, word of it or None) for each word in backquotes."""
    for word in re.findall(r"`([^`]+)`", cell):
        if "/" in word:
            name, source = word, security.text_of(root, word)
            yield name, source, None
        else:
            yield name, source, word


def tests_wrong(root, cell):
    found = []
    for name, source, word in walk_words(root, cell):
        if source is None:
            found.append(f"no test tests/{name}")
        elif word and not re.search(rf"^(?:static \w+|def) {re.escape(word)}\(", source, re.MULTILINE):
            found.append(f"tests/{name} has no {word}")
    return found


def size_wrong(root, row):
    """Its large numbers stand in the sources of its tests."""
    digits = "".join(source or "" for _, source, word in walk_words(root, row["held by"]) if not word)
    return [f"no test of '{row['what']}' has the number {number}" for number in NUMBER.findall(row[HEAD[2]])
            if not re.search(rf"\b{number.replace(',', '')}\b", digits)]


def control_wrong(root, row, mutants):
    cell, found = row["control"], []
    tests = [name for name, _, word in walk_words(root, row["held by"]) if not word]
    for name in re.findall(r'"([^"]+)"', cell):
        if name not in mutants:
            found.append(f"no mutant '{name}'")
        elif not set(mutants[name]) & set(tests):
            found.append(f"'{name}' is noticed by {mutants[name]}, none of which holds '{row['what']}'")
    first = tests[0] if tests else ""
    words = list(walk_words(root, cell, security.text_of(root, first) if first else None, first))
    found += [f"tests/{name} has no control '{word}'" for name, source, word in words
              if source is None or (word and word not in source)]
    return found if words or '"' in cell else [f"no control of '{row['what']}'"]


def soak_wrong(row, targets):
    cell, found = row[HEAD[4]], []
    names = re.findall(r"`([^`]+)`", cell)
    wanted = [int(number.replace(",", "")) for number in NUMBER.findall(cell)]
    for name in names:
        if name not in targets:
            found.append(f"make soak has no row '{name}'")
    if wanted and not found and wanted != [targets[name] for name in names]:
        found.append(f"make soak wants {[targets[name] for name in names]} of '{row['what']}', not {wanted}")
    return found if names or cell == NOTHING else [f"no large size of '{row['what']}', not even {NOTHING}"]


def check(root):
    rows, targets = list(rows_of(root)), targets_of(root)
    found = places_wrong(root, mutants_of(root)) + ([] if rows else ["no row in Reliability"])
    mutants = {m[0]: [test.removeprefix("tests/") for test in m[4]] for m in mutants_of(root)}
    for row in rows:
        if not re.search(r"`[^`]*/[^`]*`", row["held by"]):
            found.append(f"no test of '{row['what']}'")
        found += tests_wrong(root, row["held by"]) + size_wrong(root, row)
        found += control_wrong(root, row, mutants) + soak_wrong(row, targets)
    return [f"{GUIDE}: {sentence}" for sentence in found]


SAMPLE = {
    "f": "x\n",
    "tests/unit/test_a.c": "static bool storm(void)\n{ return 2000 && SABOTAGE; }\n",
    "tests/mutants/run.py": "MUTANTS = [('x is y', 'f', 'x', 'y', ['tests/unit/test_a'])]\nORDERS = []\n",
    "tests/soak/soak_rows.py": "class Row:\n    name, target = 'storm', 200000\n\n\n"
                               "def rows():\n    return [Row]\n",
}


def sample(*cells):
    head = "# A\n\n## Reliability\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in (HEAD, ["---"] * 5))
    return {GUIDE: head + (f"| {' | '.join(cells)} |\n" if cells else ""), **SAMPLE}


HELD, SIZE, CONTROL, LARGE = "`unit/test_a`: `storm`", "2,000 kills", '"x is y"', "200,000 `storm`"

if __name__ == "__main__":
    tree.run(check, [
        (sample("kills", HELD, SIZE, CONTROL, LARGE), None),
        (sample("kills", HELD, "each", "`SABOTAGE`", NOTHING), None),
        (sample("kills", "`unit/test_b`", SIZE, CONTROL, LARGE), "no test tests/unit/test_b"),
        (sample("kills", "`unit/test_a`: `calm`", SIZE, CONTROL, LARGE), "has no calm"),
        (sample("kills", "trust", "each", CONTROL, LARGE), "no test of 'kills'"),
        (sample("kills", HELD, "3,000 kills", CONTROL, LARGE), "has the number 3,000"),
        (sample("kills", HELD, SIZE, '"x is z"', LARGE), "no mutant 'x is z'"),
        (sample("kills", HELD, SIZE, "`HONESTY`", LARGE), "has no control 'HONESTY'"),
        (sample("kills", HELD, SIZE, "itself", LARGE), "no control of 'kills'"),
        (sample("kills", HELD, SIZE, CONTROL, "300,000 `storm`"), "make soak wants [200000]"),
        (sample("kills", HELD, SIZE, CONTROL, "200,000 `calm`"), "no row 'calm'"),
        (sample("kills", HELD, SIZE, CONTROL, "many"), "no large size"),
        (sample(), "no row in Reliability"),
        ({**sample("kills", HELD, SIZE, CONTROL, LARGE), "f": "xx\n"}, "f has 2 times: x"),
    ])
