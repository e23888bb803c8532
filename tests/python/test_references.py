#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No call keeps or loses a reference, whatever it is given: memory and counts stand still.

Each function is called a hundred thousand times (ACD_TEST_SCALE multiplies), with good data and with bad.
"""

import support

SCRIPT = '''
import gc, resource, sys
COUNT = int(100000 * float(os.environ.get("ACD_TEST_SCALE", 1)))
class Odd:
    def __str__(self): raise RuntimeError("no")
odd, text, data = Odd(), "k" * 300, {"n": 10**30, "s": "s" * 300, "o": [1.5], "f": 2.25}
bad = {odd: odd, "\\ud800": odd}
shape = {"n": 1, "f": 1.5, "t": text, "b": True, "none": None}
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
SLOW = ("debug bad", "debug list", "hit bad", "error bad", "failed", "decorated", "write", "logger", "asgi",
        "startup", "tracked", "packed", "track text", "track bytes", "track odd", "track odd span", "track other", "track slot",
        "made", "made odd")
@timing_decorator()
def decorated(text): yield text
def handled():
    log.warning("%s", text, extra={"n": odd, "t": text})
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 500})
    await send({"type": "http.response.body", "body": b"x"})
middleware = acdebug.asgi.Middleware(app)
async def send(message): pass
def asgi():
    one = middleware({"type": "http", "method": "GET", "path": "/" + text, "headers": [(b"x-request-id", b"1")]}, None, send)
    try: one.send(None)
    except StopIteration: pass
def by_hand():
    t = PerformanceTimer(text, log_level=3).start(); t.elapsed_ms; t.stop(ValueError)
def again():
    token = acdebug.set_request_id(text); acdebug.get_request_id(); acdebug.reset_request_id(token)
def odd_id():
    for _ in range(9): acdebug.set_request_id(odd); debug(1, text); acdebug.set_request_id(None)
import array
tracker = acdebug.PrefixTracker("tracked", detokenize=lambda tokens: text)
of_text = acdebug.PrefixTracker("text")
tokens, packed, turn = list(range(5000, 5064)), array.array("Q", range(64)), [0]
def tracked(more=()):
    turn[0] += 1
    tracker.track([*more, turn[0] % 5, *tokens], text, cached_tokens=0, spans=[("system", 0), ("tools", 9)], slot=1, **data)
def refused(call, *arguments, **keywords):
    try: call(*arguments, **keywords)
    except (TypeError, ValueError, OverflowError): pass
def made():
    loop = [None]
    loop[0] = acdebug.PrefixTracker(budget_bytes=2**18, detokenize=lambda tokens: loop)
    loop[0].track(tokens)
calls = {
    "tracked": tracked, "packed": lambda: tracker.track(packed, odd, model=text),
    "track text": lambda: of_text.track(text, spans=[(text, 3)]), "track bytes": lambda: of_text.track(bytearray(99)),
    "track odd": lambda: [refused(tracker.track, one) for one in (odd, [odd], ["5"], [2**32], [-1], array.array("d", [1]))],
    "track odd span": lambda: [refused(tracker.track, tokens, spans=one) for one in (odd, [odd], [("a",)], [(1, 2)], [("a", odd)])],
    "track other": lambda: refused(tracker.track, b"bytes"), "track slot": lambda: refused(tracker.track, tokens, slot=99),
    "reuse": lambda: tracker.reuse(1000), "reuse odd": lambda: [refused(tracker.reuse, one) for one in (odd, 2**63)],
    "made": made, "made odd": lambda: refused(acdebug.PrefixTracker, detokenize=5),
    "decorated": lambda: list(decorated(text)), "logger": handled, "asgi": asgi, "by hand": by_hand,
    "again": again, "odd id": odd_id, "verbose": is_verbose_debug_enabled, "trace": is_trace_debug_enabled,
    "logger level": lambda: acdebug._core.is_logger_enabled(1), "open": lambda: acdebug.open_ring(text),
    "is open": acdebug._core.is_open, "names": lambda: debug(message=text, level=2, data=data),
    "shape": lambda: debug(2, text, shape), "shaped hit": lambda: log_cache_hit("t", text, shape),
    "write": lambda: write_error_debug_file(500, info, {"body": text, "headers": [(odd, odd)]}),
    "change": lambda: acdebug._core.on_change(acdebug._logging._update_all),
    "use": lambda: acdebug._core.use_request(acdebug._request._current.get),
    "startup": display_debug_startup,
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
watched = (odd, text, data, bad, shape, data["s"], data["o"], data["n"], None, True)
def moved(call, count):
    for _ in range(200): call()
    seen = []
    for _ in range(3):  # what the interpreter itself keeps or drops, it does once
        gc.collect()
        before = [sys.getrefcount(one) for one in watched], sys.getallocatedblocks()
        for _ in range(count): call()
        gc.collect()
        after = [sys.getrefcount(one) for one in watched], sys.getallocatedblocks()
        if max(abs(a - b) for a, b in zip(after[0], before[0])) <= 20 and abs(after[1] - before[1]) <= 50:
            return None
        seen.append((before, after))
    return seen
for name, call in calls.items():
    seen = moved(call, COUNT // 10 if name in SLOW else COUNT)
    if seen: print(name, seen)
kept = []
print("done", moved(lambda: kept.append(text), 100) is not None)
'''


class References(support.Case):
    """One process calls them all."""

    def test_references_and_memory_stand_still(self):
        # A viewer's level, so that nothing is printed.
        ran = self.run_script("set_level(2)\n" + SCRIPT, 0)
        self.assertEqual(ran.out, "done True\n")  # it saw the control


if __name__ == "__main__":
    support.main()
