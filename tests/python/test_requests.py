#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Request ids: each event carries that of the context it was emitted in, however they interleave."""

import support

IMPORTS = """
import asyncio, concurrent.futures, contextvars, threading
from acdebug import bind_request, request_id, set_request_id, reset_request_id, get_request_id
"""


class Requests(support.Case):
    """Each script's events name, as data, the request that they belong to."""

    def check(self, text, count):
        ran = self.run_script(IMPORTS + __import__("textwrap").dedent(text), 2)
        events = ran.events(kinds=("log", "cache", "timer_start", "timer_checkpoint", "timer_end"))
        for event in events:
            if event["kind"] == "log":
                wanted = event["fields"]["of"]
            elif event["kind"] == "cache":
                wanted = event["fields"]["acdebug.cache.key"]
            else:
                wanted = event["name"]
            self.assertEqual(event["request"], None if wanted == "none" else wanted, event)
        self.assertEqual(len(events), count)

    def test_nested_ids_come_back(self):
        self.check('''
            debug(1, "m", {"of": "none"})
            with request_id("a") as value:
                assert value == "a" == get_request_id()
                debug(1, "m", {"of": "a"})
                with request_id(7): debug(1, "m", {"of": 7})
                for big in -1, 2**64 - 1, 2**64, 2**128 - 1:
                    with request_id(big): debug(1, "m", {"of": big if 0 <= big < 2**64 else str(big)})
                log_cache_hit("t", "a")
                token = set_request_id("c"); debug(1, "m", {"of": "c"}); reset_request_id(token)
                with PerformanceTimer("a") as timer:
                    with request_id("other"): timer.checkpoint("x")
            debug(1, "m", {"of": "none"})
            with request_id() as value: debug(1, "m", {"of": value}); assert len(value) == 16
            assert get_request_id() is None
        ''', 14)

    def test_tasks_that_interleave_keep_theirs(self):
        self.check('''
            async def work(name):
                with request_id(name):
                    with PerformanceTimer(name) as timer:
                        for i in range(20):
                            debug(1, "m", {"of": name})
                            await asyncio.sleep(0)
                            timer.checkpoint("x")
                            await asyncio.gather(child(name), child(name))
                        await asyncio.to_thread(debug, 1, "m", {"of": name})
            async def child(name):
                await asyncio.sleep(0)
                log_cache_miss("t", name, "cold")
            async def main():
                await asyncio.gather(*(work(f"r{i}") for i in range(8)))
                debug(1, "m", {"of": "none"})
            asyncio.run(main())
        ''', 8 * (20 * 4 + 3) + 1)

    def test_threads_do_not_see_each_others(self):
        self.check('''
            def work(name):
                for i in range(100):
                    debug(1, "m", {"of": "none"})
                    with request_id(name): debug(1, "m", {"of": name})
            threads = [threading.Thread(target=work, args=(f"t{i}",)) for i in range(4)]
            [t.start() for t in threads]; [t.join() for t in threads]
            with request_id("outer"):
                with concurrent.futures.ThreadPoolExecutor(1) as pool:
                    pool.submit(debug, 1, "m", {"of": "none"}).result()
                    context = contextvars.copy_context()
                    pool.submit(context.run, debug, 1, "m", {"of": "outer"}).result()
        ''', 4 * 200 + 2)

    def test_a_bound_function_takes_the_request_to_any_thread(self):
        self.check('''
            def work(name, of): debug(1, "m", {"of": of}); return name
            async def main():
                loop = asyncio.get_running_loop()
                async def one(name):
                    with request_id(name):
                        bound = bind_request(work)
                        assert bound.__name__ == "work"
                        assert await loop.run_in_executor(None, bound, name, name) == name
                        await loop.run_in_executor(None, work, name, "none")
                        return bound
                bounds = await asyncio.gather(*(one(f"e{i}") for i in range(20)))
                for i, bound in enumerate(bounds): bound("later", f"e{i}")
                bind_request(work)("outside", "none")
            asyncio.run(main())
            with concurrent.futures.ThreadPoolExecutor(4) as pool, request_id("map"):
                list(pool.map(bind_request(work), "abcdef", ["map"] * 6))
                thread = threading.Thread(target=bind_request(work), args=("t", "map"))
                thread.start(); thread.join()
                assert get_request_id() == "map"
        ''', 20 * 3 + 1 + 7)

    def test_generators_and_callbacks_have_their_contexts(self):
        self.check('''
            async def stream(name):
                with request_id(name):
                    for i in range(5):
                        await asyncio.sleep(0)
                        debug(1, "m", {"of": name})
                    asyncio.get_running_loop().call_soon(debug, 1, "m", {"of": name})
            async def main():
                await asyncio.gather(*(stream(f"s{i}") for i in range(5)))
                await asyncio.sleep(0)
            asyncio.run(main())
        ''', 30)

    def test_a_generator_that_ends_in_another_context_ends_in_peace(self):
        self.check('''
            def pieces(name):
                with request_id(name):
                    debug(1, "m", {"of": name})
                    yield
            async def apieces(name):
                for piece in pieces(name): yield
            async def main():
                asyncio.get_running_loop().set_exception_handler(lambda loop, context: wrong.append(context))
                left = apieces("left")
                await left.__anext__()
                del left
                await asyncio.sleep(0); await asyncio.sleep(0)
            wrong = []
            asyncio.run(main())
            assert not wrong, wrong
            generator = pieces("threads")
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                for _ in range(2): pool.submit(contextvars.copy_context().run, next, generator, None).result()
            debug(1, "m", {"of": "none"})
        ''', 3)

    def test_a_bound_coroutine_takes_the_request_to_any_loop(self):
        self.check('''
            async def work(of):
                await asyncio.sleep(0); debug(1, "m", {"of": of}); return of
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                with request_id("bound"): bound = bind_request(work)
                assert asyncio.iscoroutinefunction(bound) and bound.__name__ == "work"
                assert pool.submit(lambda: asyncio.run(bound("bound"))).result() == "bound"
                pool.submit(lambda: asyncio.run(bind_request(work)("none"))).result()
        ''', 2)


if __name__ == "__main__":
    support.main()
