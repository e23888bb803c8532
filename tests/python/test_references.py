#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No call keeps or loses a reference, whatever it is given: memory and counts stand still.

Each function is called a hundred thousand times (ACD_TEST_SCALE multiplies), with good data and with bad.
"""

import subprocess
import sys

import support

SCRIPT = '''
import gc, resource, sys
COUNT = int(100000 * float(os.environ.get("ACD_TEST_SCALE", 1)))
class Odd:
    def __str__(self): raise RuntimeError("no")
odd, text, data = Odd(), "k" * 300, {"n": 10**30, "s": "s" * 300, "o": [1.5], "f": 2.25}
bad = {odd: odd, "\\ud800": odd}
log = setup_logger("quiet", 100)
info = {"method": "GET", "headers": {"a": text}, "body": data}
def timer():
    with PerformanceTimer(text) as t: t.checkpoint(text)
def failed():
    try:
        with PerformanceTimer(odd): raise ValueError(odd)
    except ValueError: pass
def request():
    with acdebug.request_id(text): debug(1, text)
def wrong():
    try: debug(1, text, wrong=odd)
    except TypeError: pass
calls = {
    "debug": lambda: debug(1, text, data), "debug off": lambda: debug(3, text, data),
    "debug bad": lambda: debug(1, odd, bad), "debug list": lambda: debug(1, "\\udc80", [odd, data]),
    "hit": lambda: log_cache_hit(text, data, data), "hit bad": lambda: log_cache_hit(odd, odd, bad),
    "miss": lambda: log_cache_miss("t", text, text), "miss bad": lambda: log_cache_miss("t", odd, odd),
    "lookup": lambda: acdebug.log_cache_lookup(text, text, "hit", metadata=data, input_tokens=5),
    "performance": lambda: log_performance(text, 1.5, data),
    "error": lambda: log_debug_error("E", 500, text, {"provider": text, "model": "m", "x": text}),
    "error bad": lambda: log_debug_error(odd, odd, odd, bad), "wrong": wrong,
    "timer": timer, "failed": failed, "request": request,
    "level": get_debug_level, "enabled": is_debug_enabled,
    "record": lambda: acdebug._core.log_record(1, text, "Bearer abcdefgh", data),
    "redact": lambda: acdebug._core.redact("Bearer abcdefgh" + text), "path": acdebug.ring_path,
    "file": lambda: acdebug._core.write_error_file(200, "", "", [("a", text)], b"x", (0, [("b", text)], b"y")),
}
watched = (odd, text, data, bad, data["s"], data["o"], data["n"], None, True)
for name, call in calls.items():
    count = COUNT // 10 if name in ("debug bad", "debug list", "hit bad", "error bad", "failed") else COUNT
    for _ in range(200): call()
    gc.collect()
    before = [sys.getrefcount(one) for one in watched], sys.getallocatedblocks()
    for _ in range(count): call()
    gc.collect()
    after = [sys.getrefcount(one) for one in watched], sys.getallocatedblocks()
    if max(abs(a - b) for a, b in zip(after[0], before[0])) > 20 or abs(after[1] - before[1]) > 50:
        print(name, before, after)
print("done")
'''


class References(support.Case):
    """One process calls them all."""

    def test_references_and_memory_stand_still(self):
        # A viewer's level, so that nothing is printed.
        ran = self.run_script("set_level(2)\n" + SCRIPT, 0)
        self.assertEqual(ran.out, "done\n")

    def test_valgrind_has_nothing_to_say(self):
        self.rig.environment.update(PYTHONMALLOC="malloc", ACD_TEST_SCALE="0.0001")
        path = self.write("script.py", support.PROLOGUE + "set_level(2)\n" + SCRIPT)
        done = subprocess.run(["valgrind", "--quiet", "--error-exitcode=9", sys.executable, path],
                              env=self.rig.environment, text=True, capture_output=True,
                              timeout=4 * support.rig.PATIENCE_S, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "done\n")


if __name__ == "__main__":
    support.main()
