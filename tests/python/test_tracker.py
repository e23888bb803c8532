#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Why did a prompt miss: what track() finds in every kind of prompt, what the event says, what it refuses."""

import json
import os
import subprocess
import sys
import time

import support

SETUP = '''
import array, gc, threading, weakref
WORDS = " ".join(f"word{i * i % 1009}" for i in range(300))
def show(found): print(json.dumps(found._asdict() if found else None))
def stamped(n): return f"You help. It is 2026-11-22 10:{30 + n}:07. " + WORDS
def tokens(n): return [*range(100, 130), 7000 + n, 7100 + n, *range(200, 400)]
def refused(call, *arguments, **keywords):
    try: call(*arguments, **keywords)
    except Exception as error: return type(error).__name__
'''
# A daemon is halted inside track(), without the interpreter's lock, until the interpreter is gone: then
# `told` closes, stdin lets the daemon go on, and `go` lets the process end.
DAEMON = '''
import array, ctypes, signal, sys, threading
import acdebug
libc = ctypes.CDLL(None)
libc.signal.argtypes = [ctypes.c_int, ctypes.c_void_p]
libc.fdopen.restype = ctypes.c_void_p
at_exit = getattr(libc, "__cxa_atexit")
at_exit.argtypes = [ctypes.c_void_p] * 3
begun = threading.Semaphore(0)
def work():
    tracker = acdebug.PrefixTracker(detokenize=lambda ids: "word " * len(ids))
    prompt = array.array("I", range(100000))
    while True:
        prompt[-30] += 1
        tracker.track(prompt, cached_tokens=0)
        begun.release()
daemon = threading.Thread(target=work, daemon=True)
sys.setswitchinterval(5)
daemon.start()
for _ in range(3): begun.acquire()
libc.signal(signal.SIGUSR1, libc.getchar)
signal.pthread_kill(daemon.ident, signal.SIGUSR1)
told, go = map(int, sys.argv[1:])
at_exit(libc.fgetc, libc.fdopen(go, b"r"), None)
at_exit(libc.close, told, None)
'''


class Tracker(support.Case):
    """Each test runs one script."""

    def run_tracked(self, text, level=1):
        return self.run_script(support.textwrap.dedent(SETUP) + support.textwrap.dedent(text), level)

    def found(self, text, level=1):
        """What show() printed."""
        ran = self.run_tracked(text, level)
        return ran, [json.loads(line) for line in ran.out.splitlines()]

    def test_a_changing_time_stamp_is_named_in_the_finding_and_in_the_event(self):
        ran, found = self.found('''
            tracker = acdebug.PrefixTracker(block_tokens=64)
            for n in range(10):
                with acdebug.request_id(f"r-{n}"):
                    show(tracker.track(stamped(n), "chat", cached_tokens=0, user="u1",
                                       spans=[("system", 0), ("messages[0]", 400)]))
        ''')
        self.assertEqual((found[0]["outcome"], found[0]["reason"], found[0]["closest_tokens"]),
                         ("miss", "cold", None))
        events = ran.events(kinds=("cache",))
        self.assertEqual(len(events), 10)
        for n in range(1, 10):
            wanted = {"outcome": "miss", "reason": "prefix_diverged", "cached_tokens": 0,
                      "diverged_at": 31, "shared_tokens": 31, "closest_request": f"r-{n - 1}",
                      "span": "system", "span_offset": 16, "change": "replaced",
                      "changed_old": 19, "changed_new": 19, "looks_like": "time"}
            self.assertEqual({name: found[n][name] for name in wanted}, wanted)
            fields = events[n]["fields"]
            self.assertEqual(events[n]["request"], f"r-{n}")
            self.assertEqual(fields["user"], "u1")
            for name in ("reason", "diverged_at", "closest_request", "span", "span_offset", "change",
                         "looks_like"):
                self.assertEqual(fields["acdebug.cache." + name], wanted[name])
            self.assertEqual(fields["acdebug.cache.key"], "chat")

    def test_every_kind_of_token_ids_and_of_text_is_the_same_prompt(self):
        _, found = self.found('''
            class Index:
                def __init__(self, n): self.n = n
                def __index__(self): return self.n
            tracker = acdebug.PrefixTracker()
            ids = tokens(1)
            kinds = [ids, tuple(ids), list(map(Index, ids))]
            kinds += [array.array(kind, ids) for kind in "hHiIlLqQ"]
            kinds += [memoryview(array.array("I", [n for i in ids for n in (i, 5)]))[::2]]
            try:
                import numpy
                kinds += [numpy.array(ids, kind) for kind in ("int64", "uint32", "int32", "uint16")]
                kinds += [list(numpy.array(ids))]
            except ImportError: pass
            for kind in kinds: show(tracker.track(kind))
            tracker = acdebug.PrefixTracker("text")
            text = "\\u20ac " + WORDS
            for kind in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode())):
                show(tracker.track(kind))
        ''')
        self.assertGreaterEqual(len(found), 12 + 4)
        first = [n for n, one in enumerate(found) if one["outcome"] != "hit"]
        self.assertEqual(first, [0, len(found) - 4])

    def test_the_servers_answer_is_told_from_what_was_there(self):
        _, found = self.found('''
            tracker = acdebug.PrefixTracker(capacity_tokens=100000, ttl_s=0.001)
            for slot, cached in ((1, 0), (1, 224), (1, 0), (2, 0)):
                if cached == 0: import time; time.sleep(0.01)
                show(tracker.track(tokens(1), slot=slot, cached_tokens=cached))
            show(acdebug.PrefixTracker(minimum_tokens=500).track(tokens(1)))
        ''')
        self.assertEqual([(one["outcome"], one["reason"]) for one in found],
                         [("miss", "cold"), ("hit", None), ("miss", "expired"),
                          ("miss", "other_replica"), ("miss", "below_minimum")])

    def test_models_are_kept_apart_and_counted_apart(self):
        ran, found = self.found('''
            tracker = acdebug.PrefixTracker()
            for model in ("a", "b", "a"): show(tracker.track(tokens(1), model=model))
        ''')
        self.assertEqual([one["outcome"] for one in found], ["miss", "miss", "hit"])
        server, = ran.servers()
        self.assertEqual({row["model"]: (row["hits"], row["misses"]) for row in server["caches"]},
                         {"a": (1, 1), "b": (0, 1)})

    def test_reuse_tells_what_another_size_would_have_had(self):
        ran = self.run_tracked('''
            tracker = acdebug.PrefixTracker(capacity_tokens=4096)
            for _ in range(3):
                for n in range(8): tracker.track([n * 1000 + i for i in range(256)])
            print(tracker.reuse(1024), tracker.reuse(4096), refused(tracker.reuse, 2**60))
        ''')
        self.assertEqual(ran.out, "(0, 6144) (4096, 6144) ValueError\n")

    def test_detokenize_says_what_tokens_look_like_and_may_fail(self):
        ran, found = self.found('''
            words = {7001: "10:31:05", 7002: "10:32:09", 7101: " or", 7102: " or"}
            def good(ids): return "".join(words.get(i, f" w{i}") for i in ids)
            def raising(ids): raise RuntimeError("no")
            for one in (good, lambda ids: good(ids).encode(), raising, lambda ids: 5):
                tracker = acdebug.PrefixTracker(detokenize=one)
                tracker.track(tokens(1)); show(tracker.track(tokens(2)))
            def leaving(ids): raise SystemExit(7)
            tracker = acdebug.PrefixTracker(detokenize=leaving)
            tracker.track(tokens(1))
            try: tracker.track(tokens(2))
            except SystemExit as error: print(error.code)
        ''')
        self.assertEqual(found.pop(), 7)
        self.assertEqual([one["looks_like"] for one in found], ["time", "time", None, None])
        self.assertEqual({one["change"] for one in found}, {"replaced"})
        self.assertEqual(len(ran.events(kinds=("cache",))), 10)  # also the one that was left

    def test_snippets_are_asked_for_and_need_level_3(self):
        for level, snippets, wanted in ((3, True, True), (3, False, False), (2, True, False)):
            self.rig.__exit__()
            self.setUp()
            ran = self.run_tracked(f'''
                tracker = acdebug.PrefixTracker(snippets={snippets})
                for n in range(2): tracker.track(stamped(n))
            ''', level)
            fields = ran.events(kinds=("cache",))[1]["fields"]
            self.assertEqual("10:31:07" in fields.get("acdebug.cache.snippet", ""), wanted)

    def test_what_is_no_prompt_is_refused_and_a_tracker_goes_on(self):
        ran = self.run_tracked('''
            tracker = acdebug.PrefixTracker()
            print(tracker.track(tokens(1)).reason)
            for bad in (None, 5, 1.5, object(), [1.5], ["a"], [None], [2**32], [-1], [2**70],
                        array.array("d", [1]), array.array("q", [-1]), bytes(100), "text" * 50):
                print(refused(tracker.track, bad), end=" ")
            for bad in (5, [5], [("a",)], [("a", None)], [(1, 2)], [("a", -1)]):
                print(refused(tracker.track, [1], spans=bad), end=" ")
            print(refused(tracker.track), refused(tracker.track, [1], slot=32), refused(tracker.track, [1], 2, 3))
            for bad in ({"block_tokens": 65537}, {"budget_bytes": 1}, {"ttl_s": -1}, {"ttl_s": float("nan")},
                        {"block_tokens": -1}, {"detokenize": 5}, {"nothing": 1}):
                print(refused(acdebug.PrefixTracker, **bad), end=" ")
            print(refused(tracker.__init__), refused(acdebug.PrefixTracker.__new__(acdebug.PrefixTracker).track, [1]))
            print(tracker.track(tokens(1)).outcome)
        ''')
        self.assertEqual(ran.out.splitlines(), [
            "cold",
            "TypeError TypeError TypeError TypeError TypeError TypeError ValueError ValueError OverflowError "
            "OverflowError TypeError ValueError ValueError ValueError TypeError TypeError TypeError TypeError "
            "TypeError OverflowError TypeError ValueError TypeError",
            "ValueError ValueError ValueError ValueError OverflowError TypeError TypeError ValueError ValueError",
            "hit"])

    def test_threads_track_at_once_with_their_own_requests(self):
        ran = self.run_tracked('''
            tracker = acdebug.PrefixTracker(detokenize=lambda ids: " ".join(map(str, ids)))
            missing = []
            def work(who):
                for n in range(50):
                    with acdebug.request_id(f"{who}-{n}"):
                        found = tracker.track([who, *tokens(n)], cached_tokens=0, who=who)
                    missing.append(found is None)
            threads = [threading.Thread(target=work, args=(i,)) for i in range(6)]
            for one in threads: one.start()
            for one in threads: one.join()
            print(len(missing), sum(missing) < 30)
        ''')
        self.assertEqual(ran.out, "300 True\n")
        for event in ran.events(kinds=("cache",)):
            self.assertEqual(event["request"].split("-")[0], str(event["fields"]["who"]))

    def test_a_tracker_that_its_detokenize_holds_is_collected(self):
        ran = self.run_tracked('''
            class Server:
                def __init__(self): self.tracker = acdebug.PrefixTracker(detokenize=self.text)
                def text(self, ids): return ""
            server = Server()
            server.tracker.track(tokens(1))
            gone, held = weakref.ref(server), Server()
            kept = weakref.ref(held)
            del server
            gc.collect()
            print(gone() is None, kept() is None)
        ''')
        self.assertEqual(ran.out, "True False\n")

    def end_amid_a_daemon(self, path):
        told, there = os.pipe()
        here, go = os.pipe()
        environment = dict(self.rig.environment)
        if support.SANITIZER:  # what a daemon holds is never released
            environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        with subprocess.Popen([sys.executable, path, str(there), str(here)], stdin=subprocess.PIPE,
                              env=environment, pass_fds=(there, here)) as process:
            for end in there, here:
                os.close(end)
            os.read(told, 1)
            process.stdin.write(b"x")
            process.stdin.flush()
            # Later interpreters keep their daemons for ever.
            while (sys.version_info < (3, 14) and process.poll() is None
                   and len(os.listdir(f"/proc/{process.pid}/task")) > 1):
                time.sleep(0.01)
            for end in told, go:
                os.close(end)
        return process.returncode

    def test_a_daemon_that_tracks_when_the_interpreter_is_gone_ends(self):
        path = self.write("daemon.py", DAEMON)
        self.assertEqual({self.end_amid_a_daemon(path) for _ in range(4)}, {0})

    def test_nothing_is_an_event_at_level_0_and_all_is_counted(self):
        ran, found = self.found('''
            tracker = acdebug.PrefixTracker()
            for _ in range(2): show(tracker.track(tokens(1), user=object()))
        ''', 0)
        self.assertEqual([one["outcome"] for one in found], ["miss", "hit"])
        self.assertEqual(ran.events(kinds=("cache",)), [])
        cache, = ran.servers()[0]["caches"]
        self.assertEqual((cache["hits"], cache["misses"], cache["miss_reasons"]), (1, 1, {"cold": 1}))


if __name__ == "__main__":
    support.main()
