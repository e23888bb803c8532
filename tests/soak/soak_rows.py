# SPDX-License-Identifier: MIT
"""What `make soak` runs, see soak.py: a line for each part, with the size that is wanted of it."""

import collections
import os
import shutil
import sys

SOURCE = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.abspath(os.environ.get("top_builddir") or SOURCE)
FUZZERS = os.path.join(BUILD, "soak-fuzz")  # their build, and their corpora
TARGETS = ("ring", "record", "recording", "control", "json", "yaml", "keys", "redact", "emit", "track")
TOOLS = {"libfuzzer": "clang", "afl": "afl-fuzz"}  # SOAK_FUZZER, and what it needs
FUZZ_S = 3600
FUZZ_FOUND = 99  # libFuzzer's own is 77, which says "left out" to everybody else

# What one round is to do: its size, what was done before, its number, the seconds that are left.
Round = collections.namedtuple("Round", "size done number left")


class Row:
    """A part of the soak. `command` makes (argv, environment) of a Round. The figures are groups of
    `pattern`: done (and times, its factor; plus, more of it; target, where the program knows it); the
    others are summed up and printed. Or `count`: done is how often it is found, each at the start of a line. With neither the
    round's size is what was done."""

    def __init__(self, name, unit, command, **more):
        self.name, self.unit, self.command = name, unit, command
        self.target = more.pop("target", None)
        self.pattern = more.pop("pattern", None)
        self.count = more.pop("count", None)
        self.size = more.pop("size", 1)  # of the first round
        self.weight = more.pop("weight", 1)
        self.worker = more.pop("worker", 0)
        self.cut = more.pop("cut", False)  # may be ended when its share is used
        self.whole_share = more.pop("whole_share", False)  # one round, which takes all of it
        assert not more, more


def _built(path):
    return os.path.join(BUILD, path)


def _seed(the_round):
    return {"ACD_TEST_SEED": str(the_round.number), "srcdir": SOURCE}


def _program(path, *arguments):
    """Its arguments, {size} being the round's."""
    def command(the_round):
        words = [word.format(size=the_round.size) for word in arguments]
        return [_built(path), *words], _seed(the_round)
    return command


def _scaled(path, base, *arguments):
    """A Python test whose size is ACD_TEST_SCALE times `base`."""
    def command(the_round):
        return ([sys.executable, os.path.join(SOURCE, path), *arguments],
                {**_seed(the_round), "ACD_TEST_SCALE": str(the_round.size / base)})
    return command


def _flips(the_round):
    return ([_built("tests/unit/test_ringmap")],
            {**_seed(the_round), "ACD_FLIP_FROM": str(the_round.done),
             "ACD_FLIP_COUNT": str(the_round.size)})


def _model(_):
    return ["/bin/sh", os.path.join(SOURCE, "tests/model/run.sh"), "soak"], {}


STORMS = [
    Row("SIGKILL storm", "kills", _program("tests/stress/storm", "{size}", "0"),
        target=200000, size=500, weight=12,
        pattern=r"(?P<done>\d+) kills: (?P<rings_read>\d+) rings read .*?, (?P<records_seen>\d+) records "
                r"seen, .* (?P<torn>\d+) torn, (?P<wrong>\d+) wrong"),
    Row("SIGSTOP storm", "stops", _program("tests/stress/storm", "0", "{size}"),
        target=200000, size=1000, weight=6,
        pattern=r"(?P<done>\d+) stops: (?P<emitted>\d+) emitted .* "
                r"(?P<times_stopped_inside_a_record>\d+) times .* (?P<torn>\d+) torn: balanced"),
    Row("accounting", "events", _program("tests/stress/accounting", "{size}"),
        target=10**9, size=10**7, weight=6,
        pattern=r"own lanes: (?P<done>\d+) calls .*?; (?P<seen>\d+) seen \+ (?P<overrun>\d+) overrun in "
                r"(?P<gaps>\d+) gaps \+ (?P<dropped>\d+) dropped: balanced"),
    Row("handlers", "signals", _program("tests/stress/handlers", "{size}"),
        target=6000000, size=50000, weight=12,
        pattern=r"events, (?P<done>\d+) in handlers, of these (?P<inside_an_emit>\d+) .* "
                r"(?P<dropped>\d+) dropped: exact"),
    Row("threads", "threads", _program("tests/stress/threads", "{size}"),
        target=10**6, size=50000, weight=3,
        pattern=r"a lane each: (?P<done>\d+) threads in .*\n"
                r"more threads than lanes: (?P<plus>\d+) threads in .*: exact"),
    Row("one mapping", "records", _program("tests/stress/one_mapping", "{size}"),
        target=10**8, size=10**6, weight=1,
        pattern=r"(?P<done>\d+) records = .*, (?P<names_read>\d+) names .*: exact"),
    Row("forks, clones, closes", "rounds", _program("tests/stress/race", "{size}"),
        target=1000, size=100, weight=3,
        pattern=r"(?P<done>\d+) forks, .* (?P<inside_handlers>\d+) forks inside signal handlers; "
                r"(?P<failed>\d+) failed, (?P<descriptors_left>\d+) desc"),
    Row("viewer's faults", "faults", _program("tests/fault/viewer_faults", "all"), weight=3,
        whole_share=True, pattern=r"(?P<done>\d+) faults given, (?P<failed>\d+) failed"),
    Row("pause points", "catches", _program("tests/stress/pause", "{size}"), size=30, weight=1,
        pattern=r"(?P<done>\d+) catches .* (?P<abandoned>\d+) abandoned, (?P<failed>\d+) failed"),
    Row("Python's forks", "forks", _scaled("tests/python/test_processes.py", 6),
        target=1000, size=60, weight=1),
    Row("resize storm", "resizes",
        _scaled("tests/screen/live.py", 2000, "resizes_end_in_a_fresh_drawing"),
        target=100000, size=2000, weight=4,
        pattern=r"(?P<done>\d+) resizes, (?P<fresh_drawings_alike>\d+) fresh drawings alike"),
    Row("terminal restored", "ends",
        _scaled("tests/screen/live_ends.py", 1, "every_signal_gives_the_terminal_back"),
        target=144000, size=1, weight=8,
        pattern=r"(?P<done>\d+) ends by signals"),
]

OTHERS = [
    Row("model", "searches", _model, target=44, weight=10, worker=1, count=r"^ok ", cut=True,
        whole_share=True),
    Row("bits of a ring", "bits", _flips, size=100000, weight=3, worker=1,
        pattern=r"(?P<done>\d+) of (?P<target>\d+) bits flipped"),
]


def _fuzz(name, fuzzer):
    """The fuzzer with a corpus of its own that begins with the seeds."""
    corpus = os.path.join(FUZZERS, "corpus", name)
    seeds = os.path.join(SOURCE, "tests", "fuzz", "seeds", name)
    program = os.path.join(FUZZERS, "tests", "fuzz", f"fuzz_{name}")
    words = os.path.join(SOURCE, "tests", "fuzz", f"{name}.dict")
    words = words if os.path.exists(words) else ""
    seed = os.environ.get("ACD_FUZZ_SEED")  # else another one each time

    def libfuzzer(seconds):
        return [program, f"-max_total_time={seconds}", "-malloc_limit_mb=256", "-rss_limit_mb=2048",
                "-timeout=30", f"-error_exitcode={FUZZ_FOUND}", "-max_len=65536",
                f"-artifact_prefix={corpus}-", *([f"-dict={words}"] if words else []),
                *([f"-seed={seed}"] if seed else []), corpus, seeds]

    def afl(seconds):
        return ["/bin/sh", os.path.join(SOURCE, "tests/soak/run-afl.sh"), str(seconds),
                f"{corpus}.afl", seeds, words, program]

    def command(the_round):
        seconds = max(5, int(min(the_round.left, FUZZ_S)))
        return (["/bin/sh", os.path.join(SOURCE, "tests/support/plain-layout.sh"),
                 *(afl if fuzzer == "afl" else libfuzzer)(seconds)], {"srcdir": SOURCE})

    return Row(f"fuzz: {name}", "runs", command, weight=4, worker=1, whole_share=True,
               pattern=r"Done (?P<done>\d+) runs in \d+ second")


def _replay(name):
    """Without libFuzzer: the seeds with bytes changed, by the target's own main."""
    def command(the_round):
        return ([_built(f"tests/fuzz/fuzz_{name}")],
                {**_seed(the_round), "ACD_FUZZ_ROUNDS": str(the_round.size)})

    return Row(f"fuzz: {name}", "changed seeds", command, weight=4, worker=1, size=200,
               pattern=r"(?P<times>\d+) seeds, (?P<done>\d+) changed")


def _fuzzers(fuzzer):
    """Builds the targets with the fuzzer's compiler; its rows come behind this one."""
    return Row("fuzz targets built", "builds",
               lambda _: (["/bin/sh", os.path.join(SOURCE, "tests/soak/build-fuzzers.sh"), fuzzer,
                           FUZZERS, *[f"tests/fuzz/fuzz_{name}" for name in TARGETS]], {}),
               target=1, weight=1, worker=1)


def rows(fuzzer=None):
    """With libFuzzer, or the seeds alone where there is no clang; or with what SOAK_FUZZER names."""
    asked = fuzzer or os.environ.get("SOAK_FUZZER")
    if asked and asked not in TOOLS:
        sys.exit(f"soak: no fuzzer '{asked}'. Hint: SOAK_FUZZER={' or '.join(TOOLS)}")
    fuzzer = asked or "libfuzzer"
    if shutil.which(TOOLS[fuzzer]):
        return STORMS + OTHERS + [_fuzzers(fuzzer)] + [_fuzz(name, fuzzer) for name in TARGETS]
    if asked:
        sys.exit(f"soak: there is no {TOOLS[fuzzer]}. Hint: apt install "
                 f"{'afl++' if fuzzer == 'afl' else 'clang'}")
    return STORMS + OTHERS + [_replay(name) for name in TARGETS]
