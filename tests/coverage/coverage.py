#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every branch of the ring, the sanitiser and the redactor is taken by a test, or named in missed.txt with
the reason why none can: `make coverage`.

    coverage.py BUILD    a build with --coverage, after its tests

A line of missed.txt: the file, how many branches of the line are missed, the line's text, the reason; between
them ` | `. An entry that names more than is missed fails too, so that the list stays true; `0..1` is a branch
that only a race takes, now and then.
"""

import collections
import glob
import json
import math
import os
import subprocess
import sys

PARTS = {
    "ring": ("emitter/ring.c", "emitter/ring.h", "emitter/emit.c", "emitter/format/record.c",
             "tui/reader/cursor.c"),
    "sanitiser": ("tui/view/text.c",),
    "redactor": ("emitter/redact.c", "emitter/scrub.c", "emitter/format/secrets.c", "tui/model/redact.c",
                 "tui/reader/recredact.c"),
}
FILES = [path for paths in PARTS.values() for path in paths]
LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "missed.txt")


class Branches:
    """Of each file: {line: [how often each of its branches was taken]}, summed up over all objects. A
    function that is inlined several times brings its branches as often: they are the same in the source."""

    def __init__(self):
        self.taken = {path: {} for path in FILES}

    def add(self, report):
        for file in report["files"]:
            path = next((path for path in FILES if ("/" + file["file"]).endswith("/" + path)), None)
            for line in file["lines"] if path else []:
                counts = [branch["count"] for branch in line["branches"]]
                if counts:
                    self.merge(self.taken[path], line["line_number"], counts)

    @staticmethod
    def merge(lines, number, counts):
        known = lines.get(number, counts)
        size = math.gcd(len(known), len(counts))
        lines[number] = [sum(known[i::size]) + (sum(counts[i::size]) if number in lines else 0)
                         for i in range(size)]

    def leave_out(self, sources, start):
        for path in FILES:
            for number in list(self.taken[path]):
                if sources[path][number - 1].strip().startswith(start):
                    del self.taken[path][number]

    def missed(self, path):
        """{line: branches that no test takes}"""
        return {line: counts.count(0) for line, counts in self.taken[path].items() if 0 in counts}


def read_list(text):
    """{(file, line's text): (least, most branches)}"""
    named = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.split(" | ")
            path, counts, source, reason = words[0], words[1], " | ".join(words[2:-1]), words[-1]
            least, _, most = counts.partition("..")
            assert path in FILES and source and reason.strip(), f"not an entry: {line}"
            assert (path, source) not in named, f"twice: {line}"
            named[path, source] = int(least), int(most or least)
    return named


def judge(branches, sources, named):
    """Sentences: what is missed and not named, what is named and not missed."""
    found, unmet = [], dict(named)
    for path in FILES:
        if not branches.taken[path]:
            found.append(f"{path}: no branch was measured")
        by_text = collections.Counter()
        for line, count in branches.missed(path).items():
            by_text[sources[path][line - 1].strip()] += count
        for text, count in by_text.items():
            least, most = unmet.pop((path, text), (0, 0))
            if not least <= count <= most:
                found.append(f"{path}: {count} branches missed, {most} named: {text}")
    return found + [f"{path}: named and not missed: {text}" for (path, text), (least, _) in unmet.items()
                    if least > 0]


def figures(branches, named):
    for part, paths in PARTS.items():
        for path in paths:
            missed, of = sum(branches.missed(path).values()), sum(len(counts) for counts in branches.taken[path].values())
            reasons = sum(most for (where, _), (_, most) in named.items() if where == path)
            yield f"{part:10} {path:28} {of - missed:4} of {of:4} branches, {reasons} named with a reason"


def measure(build):
    branches = Branches()
    for path in FILES:
        if path.endswith(".h"):
            continue  # in the objects that include it
        folder, name = os.path.split(path)
        for one in glob.glob(os.path.join(build, folder, ".libs", "*.gcda")):
            if one.rpartition("/")[2].rpartition("-")[2] != name[:-2] + ".gcda":
                continue
            done = subprocess.run(["gcov", "--branch-probabilities", "--json-format", "--stdout",
                                   os.path.abspath(one)],
                                  cwd=build, capture_output=True, check=True)
            for report in done.stdout.splitlines():
                branches.add(json.loads(report))
    return branches


def prove():
    """On made-up figures: it sees what is missed, and what is named for nothing."""
    branches, sources = Branches(), {path: ["if (a)", "\tif (b)"] for path in FILES}
    for path in FILES:
        branches.taken[path][1] = [1, 3]
    assert not judge(branches, sources, {})
    branches.taken["emitter/ring.c"][2] = [5, 0]
    assert judge(branches, sources, {}) == ["emitter/ring.c: 1 branches missed, 0 named: if (b)"]
    assert not judge(branches, sources, {("emitter/ring.c", "if (b)"): (1, 1)})
    assert not judge(branches, sources, {("emitter/ring.c", "if (b)"): (0, 1)})
    assert judge(branches, sources, {("emitter/ring.c", "if (b)"): (2, 2)})
    branches.merge(branches.taken["emitter/ring.c"], 2, [0, 0, 0, 1])
    assert branches.taken["emitter/ring.c"][2] == [5, 1]
    assert judge(branches, sources, {("emitter/ring.c", "if (b)"): (1, 1)})
    assert not judge(branches, sources, {("emitter/ring.c", "if (b)"): (0, 1)})
    del branches.taken["tui/view/text.c"][1]
    assert "tui/view/text.c: no branch was measured" in judge(branches, sources, {})
    assert read_list("# x\nemitter/ring.c | 2 | a | b | why\n") == {("emitter/ring.c", "a | b"): (2, 2)}
    assert read_list("emitter/ring.c | 0..1 | a | why\n") == {("emitter/ring.c", "a"): (0, 1)}


def main(build):
    prove()
    source = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(LIST), "..", "..")
    sources = {}
    for path in FILES:
        with open(os.path.join(source, path), encoding="utf-8") as file:
            sources[path] = file.read().splitlines()
    with open(LIST, encoding="utf-8") as file:
        named = read_list(file.read())
    branches = measure(build)
    branches.leave_out(sources, "ACD_PAUSE(")  # the tests' own
    found = judge(branches, sources, named)
    print("\n".join([*figures(branches, named), *found]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
