#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A typed program may use the package: mypy --strict takes what is right and refuses what is wrong,
the extension's stubs are what it has, and each public name says what it does."""

import os
import subprocess
import sys

import support

RIGHT = '''
import logging
from array import array
from typing import AsyncIterator, Iterator
import acdebug
from acdebug import *
from acdebug.utils_logging import DebugLevel as Level

log: logging.Logger = setup_logger(__name__, level=logging.INFO, log_file="x.log")
logger.info("x")
get_logger().info("y")
debug(Level.BASIC, "m", {"k": 1})
log_cache_hit("p", "k", {"a": 1})

@timing_decorator()
def plain(x: int) -> int:
    return x

@timing_decorator
async def tokens() -> AsyncIterator[int]:
    yield 1

@timing_decorator(log_level=1)
def words() -> Iterator[str]:
    yield "a"

number: int = plain(2)
with PerformanceTimer("n", log_level=Level.VERBOSE) as timer:
    ms: float = timer.checkpoint("a")
path = write_error_debug_file(500, {"method": "GET"}, response_info=None)
if path:
    log_debug_error("HTTP", 500, path, {"provider": "p"})
with acdebug.request_id("a") as request:
    print(request)
token = acdebug.set_request_id(7)
acdebug.reset_request_id(token)
acdebug.log_cache_lookup("p", "k", "hit", input_tokens=3)
tracker = acdebug.PrefixTracker("prompt", capacity_tokens=10000, detokenize=lambda ids: " ".join(map(str, ids)))
found = tracker.track([1, 2, 3], "k", model="m", cached_tokens=0, spans=[("system", 0)], user="u")
why: str | None = found.reason if found else None
tracker.track("text"); tracker.track(b"text"); tracker.track(array("I", [1]))
cached, given = tracker.reuse(5000)
handler: logging.Handler = acdebug.Handler()

async def app(scope: object, receive: object, send: object) -> None: ...
wrapped = acdebug.asgi.Middleware(app, header=None)
work: int = acdebug.bind_request(plain)(3)
'''
WRONG = '''
import acdebug
from acdebug.utils_logging import *
debug("1", "m")
acdebug.log_cache_lookup("p", "k", "nothing")
setup_logger("n", format_string=5)
timing_decorator(log_level="2")
PerformanceTimer("n").checkpoint(5)
write_error_debug_file(500, {}).upper()
acdebug.set_request_id(1.5)
acdebug.missing
'''
PUBLIC = '''
import inspect
for module in (acdebug, acdebug.utils_logging, acdebug.asgi):
    assert module.__doc__
assert set(acdebug.utils_logging.__all__) <= set(acdebug.__all__) and len(set(acdebug.__all__)) == len(acdebug.__all__)
for name in acdebug.__all__:
    thing = getattr(acdebug, name)
    if not inspect.getdoc(thing): print(name)
    if inspect.isclass(thing):
        for part, what in vars(thing).items():
            if part[0] != "_" and not isinstance(what, thing) and not inspect.getdoc(what): print(name, part)
    if callable(thing) and name not in ("Handler", "DebugLevel") and not inspect.signature(thing): print(name)
'''


class Types(support.Case):
    """mypy from outside of the package."""

    def mypy(self, *arguments, module="mypy"):
        done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=self.rig.path, text=True,
                              capture_output=True, env=dict(self.rig.environment, MYPYPATH=""), check=False)
        return done.returncode, (done.stdout + done.stderr).splitlines()

    def test_a_strict_program_is_taken(self):
        self.assertEqual(self.mypy("--strict", self.write("right.py", RIGHT))[0], 0)

    def test_each_wrong_line_is_refused(self):
        _, lines = self.mypy("--strict", self.write("wrong.py", WRONG))
        found = {int(line.split(":")[1]) for line in lines if ": error: " in line}
        self.assertEqual(found, set(range(4, len(WRONG.splitlines()) + 1)), lines)

    def test_the_package_is_right_itself(self):
        self.assertEqual(self.mypy(os.path.join(support.STAGE, "acdebug"))[0], 0)

    def test_the_stubs_are_what_the_extension_has(self):
        status, lines = self.mypy("acdebug._core", module="mypy.stubtest")
        self.assertEqual(status, 0, lines)

    def test_each_public_name_says_what_it_does(self):
        self.assertEqual(self.run_script(PUBLIC).out, "")


if __name__ == "__main__":
    try:
        import mypy  # noqa: F401
    except ImportError:
        print("SKIP: mypy is missing. Hint: ./autogen.sh --with-test-deps")
        sys.exit(77)
    support.main()
