#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The Python binding beside the standard library, in the same run.

Each line is a call; ns a call, median and best of interleaved rounds, without the loop's own cost.
Text goes to /dev/null. ACD_BENCH_CORE=ctypes adds the same calls through ctypes.
"""

import ctypes
import json
import logging
import os
import statistics
import sys
import tempfile
import time

BUILD = os.environ.get("top_builddir") or os.path.join(os.path.dirname(__file__), "..", "..")
ROUNDS = 25
NULL = open(os.devnull, "w", encoding="utf-8")


def loop_ns(function, count):
    """ns a call of function, in a loop whose cost is known."""
    steps = [None] * count
    start = time.perf_counter_ns()
    for _ in steps:
        function()
    return (time.perf_counter_ns() - start) / count


def measure(rows, count):
    """{name: (median ns, best ns)}; rows: [(name, function, share of count)]."""
    seen = {name: [] for name, _, _ in rows}
    floor = []
    for _ in range(ROUNDS):
        floor.append(loop_ns(EMPTY, count))
        for name, function, share in rows:
            seen[name].append(loop_ns(function, max(1, int(count * share))))
    floor = min(floor)
    return floor, {name: (statistics.median(times) - floor, min(times) - floor)
                   for name, times in seen.items()}


def compiled(body, names):
    """A function of its own, so that a call costs what it costs in a program."""
    space = dict(names)
    exec(f"def call():\n    {body}", space)  # pylint: disable=exec-used
    return space["call"]


EMPTY = compiled("pass", {})


def standard_logger():
    """As the guide's old setup, to /dev/null."""
    logger = logging.getLogger("standard")
    handler = logging.StreamHandler(NULL)
    handler.setFormatter(logging.Formatter("[%(asctime)s] [%(name)s] %(levelname)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return logger


def ctypes_rows():
    """The same two calls through ctypes, on a ring of the shared library's own."""
    library = ctypes.CDLL(os.path.join(BUILD, ".libs", "libacdebug.so"))
    library.acdebug_open(b"ctypes", None)
    enabled, level = library.acdebug_enabled, 2

    class Field(ctypes.Structure):
        """acdebug_field"""
        _fields_ = [("key", ctypes.c_char_p), ("key_bytes", ctypes.c_size_t),
                    ("type", ctypes.c_uint), ("bits", ctypes.c_uint64), ("bytes", ctypes.c_uint64)]

    log = library.acdebug_log_fields

    def debug(at, message, data):
        fields = (Field * len(data))()
        for field, (key, value) in zip(fields, data.items()):
            field.key = key.encode()
            field.key_bytes = len(key)
            field.type, field.bits, field.bytes = 1, value, 8
        log(0, at, message.encode(), fields, len(fields))

    names = {"enabled": enabled, "level": level, "debug": debug}
    return [("ctypes: a level that is off", compiled("enabled(3)", names), 0.2),
            ("ctypes: debug, two fields", compiled("debug(1, 'm', {'a': 1, 'b': 2})", names), 0.05)]


def main():
    """Prints the table."""
    count = int(os.environ.get("ACD_BENCH_COUNT", "30000"))
    with tempfile.TemporaryDirectory(prefix="acdebug-bench-") as rings:
        os.environ.update(ACDEBUG_DIR=rings, ANYCLAUDE_DEBUG="0")
        sys.path.insert(0, os.path.join(BUILD, "emitter", "python", "stage"))
        import acdebug
        from acdebug import utils_logging as u
        sys.stderr = NULL
        table = []
        standard = standard_logger()
        names = dict(vars(u), standard=standard, json=json, acdebug=acdebug,
                     fields={"size_tokens": 1500, "age_seconds": 45})
        timer = ("with PerformanceTimer('t') as timer:\n        timer.checkpoint('a')\n"
                 "        timer.checkpoint('b')")
        off = [("standard: logging.debug, off", "standard.debug('m')", 1),
               ("debug(2), off", "debug(2, 'm')", 1),
               ("debug(2) with data, off", "debug(2, 'm', fields)", 1),
               ("is_debug_enabled, off", "is_debug_enabled()", 1),
               ("log_cache_hit, level 0", "log_cache_hit('prompt', 'key', fields)", 1),
               ("PerformanceTimer, two checkpoints, level 0", timer, 0.3)]
        table.append(("level 0", measure([(n, compiled(b, names), s) for n, b, s in off], count)))
        # From the first logger that follows the level on, those below it look for a change.
        names["both"] = u.setup_logger("both")
        off = [("logger.debug, off", "both.debug('m')", 1),
               ("standard: logging.debug, off, beside it", "standard.debug('m')", 1)]
        table.append(("level 0, a logger of acdebug's", measure([(n, compiled(b, names), s) for n, b, s in off], count)))
        # Raised by the viewer: all goes to the ring, nothing to stderr.
        raise_level(2)
        on = [("standard: json.dumps of two fields", "json.dumps(fields)", 0.2),
              ("standard: logging.info to /dev/null", "standard.info('m')", 0.05),
              ("logger.info to /dev/null and the ring", "both.info('m')", 0.05),
              ("debug(1)", "debug(1, 'm')", 1),
              ("debug(1), two fields", "debug(1, 'm', fields)", 1),
              ("log_cache_hit, two fields", "log_cache_hit('prompt', 'key', fields)", 1),
              ("log_cache_miss with a reason", "log_cache_miss('prompt', 'key', 'cold')", 1),
              ("PerformanceTimer, two checkpoints", timer, 0.3)]
        rows = [(n, compiled(b, names), s) for n, b, s in on]
        if os.environ.get("ACD_BENCH_CORE") == "ctypes":
            os.environ["ANYCLAUDE_DEBUG"] = "2"
            os.dup2(NULL.fileno(), 2)
            rows += ctypes_rows()
        table.append(("level 2", measure(rows, count)))
        acdebug.set_request_id("request-1")
        request = [("log_cache_hit, two fields", "log_cache_hit('prompt', 'key', fields)", 1)]
        table.append(("level 2, in a request", measure([(n, compiled(b, names), s) for n, b, s in request], count)))
    for what, (floor, times) in table:
        print(f"{what:47} median      best   (loop and empty function, {floor:.0f} ns, taken off)")
        for name, (middle, best) in times.items():
            print(f"  {name:43} {middle:5.0f} ns  {best:5.0f} ns")


def raise_level(level):
    """As a user does it, in another terminal."""
    import subprocess
    from acdebug import get_debug_level
    setter = subprocess.Popen([os.path.join(BUILD, "acdebug-top"), "level", str(os.getpid()), str(level)],
                              stdout=subprocess.DEVNULL)
    while setter.poll() is None:
        get_debug_level()
    assert setter.returncode == 0 and get_debug_level() == level


if __name__ == "__main__":
    main()
