#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""PerformanceTimer and timing_decorator: what is timed, to which end, and under which name."""

import support


class Timing(support.Case):
    """Each test counts the timers of one script."""

    def timers(self, text, level=None):
        """{name: (count, failed, running, {label: count})} at the script's end."""
        ran = self.run_script(text, level)
        return {t["name"]: (t["count"], t["failed"], t["running"],
                            {c["label"]: c["count"] for c in t["checkpoints"]})
                for t in ran.servers()[0]["timers"]}

    def test_checkpoint_returns_milliseconds_since_the_start(self):
        ran = self.run_script('''
            import time
            with PerformanceTimer("t") as timer:
                assert timer.running and timer.name == "t" and timer.log_level == 2
                before = time.monotonic()
                while time.monotonic() < before + 0.02: pass
                a = timer.checkpoint("a")
                b = timer.checkpoint(label="b")
                for wrong in (dict(), dict(name="b"), dict(label="b", more=1)):
                    try: timer.checkpoint(**wrong)
                    except TypeError as error: assert "label" in str(error)
                    else: raise AssertionError(wrong)
            assert 20 <= a <= b, (a, b)
            assert not timer.running and timer.elapsed_ms == 0
            assert timer.checkpoint("late") == 0
        ''')
        timer, = ran.servers()[0]["timers"]
        self.assertGreaterEqual(timer["max_ns"], 20e6)
        self.assertEqual([c["label"] for c in timer["checkpoints"]], ["a", "b"])

    def test_milliseconds_are_right_without_a_ring(self):
        self.rig.environment["ACDEBUG_DIR"] = "/dev/null/none"
        ran = self.run_script('''
            import time
            with PerformanceTimer("t") as timer:
                before = time.monotonic()
                while time.monotonic() < before + 0.005: pass
                assert 5 <= timer.checkpoint("a") <= timer.checkpoint("b")
            debug(1, "m"); log_cache_hit("t", "k"); logger.info("on")
            assert acdebug.ring_path() == ""
        ''')
        self.assertEqual(ran.rings(), [])
        self.assertIn("INFO: on", ran.err)

    def test_log_level_decides_from_where_its_end_is_logged(self):
        text = '''
            with PerformanceTimer("one", log_level=1): pass
            with PerformanceTimer("two", 2): pass
            with PerformanceTimer("three", log_level=3): pass
            with PerformanceTimer(name="odd", log_level=9): pass
        '''
        self.assertEqual([line for line in self.run_script(text, 1).lines() if "completed" not in line], [])
        for level, names in ((1, ["one"]), (2, ["one", "two"]), (3, ["one", "two", "three", "odd"])):
            ends = [line for line in self.run_script(text, level).lines() if "completed" in line]
            self.assertEqual([line.split("[Timer] ")[1].split()[0] for line in ends], names)

    def test_a_timer_of_level_3_is_silent_below(self):
        text = '''
            for level in (1, 2, 3):
                with PerformanceTimer("t%d" % level, log_level=level) as timer: timer.checkpoint("c")
        '''
        for level, names in ((1, []), (2, ["t1", "t2"]), (3, ["t1", "t2", "t3"])):
            lines = self.run_script(text, level).lines()
            self.assertEqual([line.split()[-1] for line in lines if "Starting" in line], names)
            self.assertEqual([line.split()[3] for line in lines if " @ c: " in line], names)

    def test_a_failure_is_shown_with_its_type_and_goes_on(self):
        ran = self.run_script('''
            try:
                with PerformanceTimer("t"): raise KeyError("k")
            except KeyError: pass
            else: raise AssertionError
            try:
                with PerformanceTimer("t"): raise KeyboardInterrupt
            except KeyboardInterrupt: pass
        ''', 1)
        self.assertRegex(ran.err, r"ERROR: \[Timer\] t failed after \d+\.\d\dms: KeyError\n")
        timer, = ran.servers()[0]["timers"]
        self.assertEqual((timer["count"], timer["failed"]), (2, 2))

    def test_decorator_takes_each_kind_of_function(self):
        self.assertEqual(self.timers('''
            import asyncio, inspect
            @timing_decorator()
            def plain(a, *, b=2): "doc"; return a + b
            @timing_decorator(log_level=1)
            async def coroutine(a): await asyncio.sleep(0); return a
            @timing_decorator
            def generator(n):
                got = []
                for i in range(n): got.append((yield i))
                return got
            @timing_decorator()
            async def agenerator(n):
                for i in range(n): await asyncio.sleep(0); yield i
            class Class:
                @timing_decorator()
                def method(self): return self
                @staticmethod
                @timing_decorator()
                def static(): return 1
                @timing_decorator()
                @staticmethod
                def outer_static(a): return a
                @timing_decorator
                @classmethod
                def outer_class(cls, a): return cls, a
            def outer():
                @timing_decorator()
                def inner(): return 2
                return inner
            assert plain(1, b=3) == 4 and plain.__name__ == "plain" and plain.__doc__ == "doc"
            assert inspect.iscoroutinefunction(coroutine) and asyncio.run(coroutine(5)) == 5
            assert inspect.isgeneratorfunction(generator) and list(generator(3)) == [0, 1, 2]
            async def collect(): return [i async for i in agenerator(3)]
            assert inspect.isasyncgenfunction(agenerator) and asyncio.run(collect()) == [0, 1, 2]
            c = Class(); assert c.method() is c and Class.static() == 1 and outer()() == 2
            assert Class().outer_static(3) == 3 and Class.outer_class(4) == (Class, 4)
        '''), {"plain": (1, 0, 0, {}), "coroutine": (1, 0, 0, {}),
               "generator": (1, 0, 0, {"first_yield": 1}),
               "agenerator": (1, 0, 0, {"first_yield": 1}), "Class.method": (1, 0, 0, {}),
               "Class.static": (1, 0, 0, {}), "inner": (1, 0, 0, {}),
               "Class.outer_static": (1, 0, 0, {}), "Class.outer_class": (1, 0, 0, {})})

    def test_generators_keep_their_protocol(self):
        self.assertEqual(self.timers('''
            log = []
            @timing_decorator()
            def g():
                try:
                    got = yield 1
                    log.append(got)
                    try: yield 2
                    except ValueError as error: log.append(str(error))
                    yield 3
                    return "end"
                finally: log.append("finally")
            it = g(); assert next(it) == 1 and it.send("sent") == 2
            assert it.throw(ValueError("thrown")) == 3
            try: next(it)
            except StopIteration as stop: assert stop.value == "end"
            assert log == ["sent", "thrown", "finally"], log
            it = g(); next(it); it.close(); assert log[-1] == "finally" and len(log) == 4
            it = g(); next(it); del it; assert len(log) == 5
            @timing_decorator()
            def empty(): return "none"; yield
            def around(): return (yield from empty())
            try: next(around())
            except StopIteration as stop: assert stop.value == "none"
            @timing_decorator()
            def bad(): yield 1; raise KeyError
            try: list(bad())
            except KeyError: pass
        '''), {"g": (3, 0, 0, {"first_yield": 3}), "empty": (1, 0, 0, {}),
               "bad": (1, 1, 0, {"first_yield": 1})})

    def test_async_generators_keep_their_protocol(self):
        self.assertEqual(self.timers('''
            import asyncio
            log = []
            @timing_decorator()
            async def g():
                try:
                    log.append((yield 1))
                    try: yield 2
                    except ValueError as error: log.append(str(error))
                    yield 3
                finally:
                    await asyncio.sleep(0)
                    log.append("finally")
            async def main():
                it = g()
                assert await it.__anext__() == 1 and await it.asend("sent") == 2
                assert await it.athrow(ValueError("thrown")) == 3
                assert [i async for i in it] == []
                assert log == ["sent", "thrown", "finally"], log
                it = g(); await it.__anext__(); await it.aclose()
                assert log[-1] == "finally" and len(log) == 4
            asyncio.run(main())
        '''), {"g": (2, 0, 0, {"first_yield": 2})})

    def test_a_cancelled_coroutine_is_a_failure(self):
        self.assertEqual(self.timers('''
            import asyncio
            @timing_decorator()
            async def forever(): await asyncio.Event().wait()
            async def main():
                task = asyncio.ensure_future(forever())
                await asyncio.sleep(0)
                task.cancel()
                try: await task
                except asyncio.CancelledError: pass
            asyncio.run(main())
        '''), {"forever": (1, 1, 0, {})})

    def test_threads_may_share_a_timer(self):
        ran = self.run_script('''
            import threading
            sys.setswitchinterval(1e-6)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            timer = PerformanceTimer("shared")
            def work():
                for _ in range(3000): timer.start(); timer.checkpoint("a"); timer.checkpoint("b"); timer.stop()
            threads = [threading.Thread(target=work) for _ in range(6)]
            [t.start() for t in threads]; [t.join() for t in threads]
            row, = snapshot()["timers"]
            print(row["running"], row["count"], row["failed"])
        ''', 2)
        self.assertEqual(ran.out, "0 18000 0\n")

    def test_timers_that_nobody_ends_do_not_run_for_ever(self):
        self.assertEqual(self.timers('''
            PerformanceTimer("left").start()
            again = PerformanceTimer("again").start()
            again.start(); again.stop()
            running = PerformanceTimer("running").start()
            assert {t["name"]: t["running"] for t in snapshot()["timers"]} == {
                "left": 0, "again": 0, "running": 1}
            running.stop(ValueError)
            class Own(PerformanceTimer):
                pass
            with Own("own") as own: own.extra = own
            class Bare(PerformanceTimer):
                def __init__(self): pass
            bare = Bare()
            assert (bare.name, bare.elapsed_ms, bare.checkpoint("x"), bare.stop()) == (None, 0, 0, False)
            try: bare.start()
            except ValueError as error: assert "__init__" in str(error)
            else: raise AssertionError
        '''), {"left": (1, 1, 0, {}), "again": (2, 0, 0, {}), "running": (1, 1, 0, {}),
               "own": (1, 0, 0, {})})


if __name__ == "__main__":
    support.main()
