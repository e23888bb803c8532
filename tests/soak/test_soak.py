#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""soak.py with rows that are made up, on a clock that is set by hand."""

import os
import stat
import subprocess
import tempfile
import unittest
from unittest import mock

import soak
import soak_rows


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def echo(the_round):
    return ["echo", str(the_round.size)], {"ACD_TEST_SEED": str(the_round.number)}


def a_row(name="row", **more):
    more.setdefault("pattern", r"did (?P<done>\d+), (?P<lost>\d+) lost")
    return soak_rows.Row(name, "things", more.pop("command", echo), **more)


# What afl-fuzz leaves behind, and as little as run-afl.sh reads of it.
AFL = """#!/bin/sh
while [ "$1" != -- ]; do
    [ "$1" != -o ] || out=$2
    [ "$1" != -i ] || ls "$2" >"$INPUTS"
    shift
done
mkdir -p "$out/default/crashes" "$out/default/hangs" "$out/default/queue"
echo new >"$out/default/queue/id:000001"
printf 'run_time          : 5\\nexecs_done        : 1234\\nsaved_crashes     : 0\\nsaved_hangs       : 0\\n' \
    >"$out/default/fuzzer_stats"
printf 'edges_found       : 77\\n' >>"$out/default/fuzzer_stats"
[ -z "$FIND" ] || echo input >"$out/default/$FIND/id:000000"
exit "$STATUS"
"""


class Afl(unittest.TestCase):
    """run-afl.sh with an afl-fuzz that is made up."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        tool = self.at("afl-fuzz")
        with open(tool, "w", encoding="utf-8") as file:
            file.write(AFL)
        os.chmod(tool, stat.S_IRWXU)
        os.mkdir(self.at("seeds"))
        with open(self.at("seeds/seed"), "w", encoding="utf-8") as file:
            file.write("seed")

    def at(self, name):
        return os.path.join(self.folder.name, name)

    def go(self, find="", status=0):
        script = os.path.join(soak_rows.SOURCE, "tests/soak/run-afl.sh")
        done = subprocess.run(["/bin/sh", script, "5", self.at("out"), self.at("seeds"), "", "/bin/true"],
                              env={**os.environ, "PATH": f"{self.folder.name}:{os.environ['PATH']}",
                                   "FIND": find, "STATUS": str(status), "INPUTS": self.at("inputs")},
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def inputs(self):
        with open(self.at("inputs"), encoding="utf-8") as file:
            return file.read().split()

    def test_a_run_that_finds_nothing_prints_its_figures(self):
        status, said = self.go()
        self.assertEqual((status, said),
                         (0, "Done 1234 runs in 5 seconds: 77 edges, 0 crashes, 0 hangs\n"))
        row, = [row for row in soak_rows.rows("afl") if row.name == "fuzz: ring"] \
            if soak_rows.shutil.which("afl-fuzz") else [soak_rows._fuzz("ring", "afl")]
        reached = soak.Reached(row)
        reached.take(status, said, 1)
        self.assertEqual((reached.done, reached.failure), (1234, None))

    def test_the_next_run_begins_with_the_seeds_and_what_was_new(self):
        self.go()
        self.assertEqual(self.inputs(), ["seed"])
        self.go()
        self.assertEqual(self.inputs(), ["id:000001", "seed"])

    def test_a_crash_and_a_hang_fail_and_stay(self):
        for kind in ("crashes", "hangs"):
            status, said = self.go(find=kind)
            self.assertEqual(status, soak_rows.FUZZ_FOUND)
            self.assertIn(f"found now:\n{self.at('out')}/default/{kind}/id:000000", said)
            status, said = self.go()
            self.assertEqual(status, soak_rows.FUZZ_FOUND)
            self.assertIn("found before", said)
            os.unlink(self.at(f"out/default/{kind}/id:000000"))

    def test_a_fuzzer_that_does_not_start_fails(self):
        self.assertEqual(self.go(status=1)[0], 1)

    def test_a_fuzzer_that_is_asked_for_must_be_there(self):
        with mock.patch.object(soak_rows.shutil, "which", return_value=None):
            for asked, words in (("afl", "apt install afl"), ("libfuzzer", "apt install clang"),
                                 ("honggfuzz", "SOAK_FUZZER=libfuzzer or afl")):
                with self.assertRaisesRegex(SystemExit, words):
                    soak_rows.rows(asked)


class Soak(unittest.TestCase):
    def setUp(self):
        self.clock, self.lines, self.seeds = Clock(), [], []

    def go(self, rows, seconds, answer=None, each_s=0.01):
        """What the rows reach; a thing takes `each_s`, and `answer` says a round's status and output."""
        def runner(argv, environment, _):
            size = int(argv[1])
            self.seeds.append(environment["ACD_TEST_SEED"])
            self.clock.now += size * each_s
            return answer(size) if answer else (0, f"did {size}, 0 lost\n")
        return soak.Worker(rows, seconds, runner, self.clock, self.lines.append).work()

    def test_a_row_ends_exactly_at_its_target(self):
        one, = self.go([a_row(target=1234, size=10)], 3600)
        self.assertEqual((one.done, one.failure), (1234, None))
        self.assertIn("1,234 of 1,234 things", self.lines[0])
        self.assertEqual(len(set(self.seeds)), len(self.seeds), "each round has another seed")

    def test_a_row_ends_with_its_share_and_prints_what_it_reached(self):
        first, second = self.go([a_row("a", size=10, weight=1), a_row("b", size=10, weight=3)], 400)
        self.assertAlmostEqual(first.seconds, 100, delta=10)
        self.assertAlmostEqual(second.seconds, 300, delta=10)
        self.assertTrue(first.done > 1000 and second.done > 3 * 1000)

    def test_what_a_row_leaves_goes_to_those_behind_it(self):
        _, second = self.go([a_row("a", size=10, target=10), a_row("b", size=10)], 400)
        self.assertGreater(second.seconds, 380)

    def test_a_failed_round_is_found_out(self):
        for status, output, what in ((1, "did 1, 0 lost", "exit status 1"), (0, "", "prints no figure"),
                                     (-11, "did 1, 0 lost", "exit status -11"),
                                     (None, "did 1, 0 lost", "does not end")):
            one, = self.go([a_row()], 10, lambda _, s=status, o=output: (s, o))
            self.assertEqual((one.failure, one.rounds), (what, 1))
            self.assertIn(f"FAILED: {what}", self.lines[-2])
            self.assertEqual(self.lines[-1], output)

    def test_what_is_missing_is_left_out_with_its_reason(self):
        one, = self.go([a_row()], 10, lambda _: (77, "SKIP: no clang\n"))
        self.assertEqual((one.left_out, one.failure), ("SKIP: no clang", None))

    def test_what_a_fuzzer_finds_is_not_left_out(self):
        fuzzers = [row for row in soak_rows.rows() if row.name.startswith("fuzz: ")]
        self.assertEqual(len(fuzzers), len(soak_rows.TARGETS))
        for row in fuzzers if soak_rows.shutil.which("clang") else []:
            argv, _ = row.command(soak_rows.Round(10, 0, 0, 10))
            self.assertIn(f"-error_exitcode={soak_rows.FUZZ_FOUND}", argv)
            self.assertNotEqual(soak_rows.FUZZ_FOUND, 77)

    def test_a_row_that_may_be_cut_keeps_what_it_reached(self):
        one, = self.go([a_row(count="^ok ", pattern=None, cut=True, whole_share=True)], 10,
                       lambda _: (None, "ok 1\nok 2\nother\n"))
        self.assertEqual((one.done, one.failure), (2, None))

    def test_a_program_that_hangs_is_ended_with_its_children(self):
        status, output = soak.run(["sh", "-c", "echo begun; sleep 1000 & wait"], {}, 0.2)
        self.assertIsNone(status)
        self.assertIn(output, ("begun\n", ""))  # a busy machine may not have come to its first word

    def test_every_row_says_what_it_runs(self):
        rows = soak_rows.rows()
        self.assertEqual(len({row.name for row in rows}), len(rows))
        for row in rows:
            argv, environment = row.command(soak_rows.Round(10, 0, 0, 10))
            self.assertTrue(all(isinstance(word, str) for word in [*argv, *environment.values()]), row.name)


if __name__ == "__main__":
    unittest.main()
