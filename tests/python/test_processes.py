#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fork, spawn and threads: a ring each, no event lost, none counted twice, nothing stuck."""

import os
import shutil

import support


class Processes(support.Case):
    """Each script starts others; the rings they leave are counted."""

    def hits(self, ran):
        """{number of servers: hits of all caches 't'}"""
        servers = ran.servers()
        return len(servers), sum(row["hits"] for server in servers for row in server["caches"])

    def test_fork_children_have_rings_of_their_own(self):
        ran = self.run_script('''
            log_cache_hit("t", "parent")
            for _ in range(4):
                pid = os.fork()
                if pid == 0:
                    for i in range(50): log_cache_hit("t", "child"); debug(1, "m")
                    with PerformanceTimer("c") as timer: assert timer.checkpoint("x") >= 0
                    logger.info("child")
                    os._exit(0)
                assert os.waitpid(pid, 0)[1] == 0
            log_cache_hit("t", "parent")
        ''', 1)
        self.assertEqual(self.hits(ran), (5, 4 * 50 + 2))
        self.assertEqual(ran.err.count("INFO: child"), 4)

    def test_a_timer_that_a_fork_splits_is_ended_by_its_owner(self):
        ran = self.run_script('''
            with PerformanceTimer("t") as timer:
                pid = os.fork()
                assert timer.checkpoint("both") > 0
                if pid == 0: os._exit(0)
                assert os.waitpid(pid, 0)[1] == 0
        ''')
        self.assertEqual([t["count"] for s in ran.servers() for t in s["timers"]], [1])

    def test_fork_amid_threads_that_emit_does_not_hang(self):
        # ACD_TEST_SCALE=170 makes it a thousand forks.
        ran = self.run_script('''
            import threading
            forks = max(1, int(6 * float(os.environ.get("ACD_TEST_SCALE", 1))))
            stop = threading.Event()
            def emit():
                while not stop.is_set():
                    log_cache_hit("busy", "k", {"n": 1}); debug(1, "m", {"n": [1]}); logger.debug("x")
                    with PerformanceTimer("busy") as timer: timer.checkpoint("c")
            threads = [threading.Thread(target=emit) for _ in range(8)]
            [t.start() for t in threads]
            for _ in range(forks):
                pid = os.fork()
                if pid == 0:
                    log_cache_hit("t", "k"); logger.error("child")
                    seen = snapshot()
                    os._exit(0 if [(row["type"], row["hits"]) for row in seen["caches"]] == [("t", 1)] and
                             seen["pid"] == os.getpid() and seen["errors"][0]["count"] == 1 else 1)
                assert os.waitpid(pid, 0)[1] == 0
            stop.set(); [t.join() for t in threads]
            print(forks)
        ''')
        self.assertEqual(ran.err.count("ERROR: child"), int(ran.out))

    def test_multiprocessing_by_spawn_and_fork(self):
        ran = self.run_script('''
            import multiprocessing
            def work(n):
                for i in range(n): log_cache_hit("t", str(i))
                return os.getpid()
            if __name__ == "__main__":
                for method in ("spawn", "fork"):
                    with multiprocessing.get_context(method).Pool(2) as pool:
                        pool.map(work, [10] * 8)
                        pool.close(); pool.join()
                log_cache_hit("t", "parent")
        ''')
        servers, hits = self.hits(ran)
        self.assertEqual(hits, 161)
        self.assertGreaterEqual(servers, 3)
        self.assertEqual({server["name"] for server in ran.servers()}, {"script"})

    def test_multiprocessing_by_forkserver(self):
        self.write("preloaded.py", """
            from acdebug.utils_logging import *
            log_cache_hit("preloaded", "k")
        """)
        ran = self.run_script('''
            import concurrent.futures, multiprocessing, threading
            def work(n):
                log_cache_hit("t", str(n)); logger.info("on")
                with PerformanceTimer("work") as timer: timer.checkpoint("c")
                return os.getpid()
            if __name__ == "__main__":
                sys.path.insert(0, os.getcwd()); os.environ["PYTHONPATH"] += ":" + os.getcwd()
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload(["preloaded"])
                stop = threading.Event()
                def emit():
                    while not stop.is_set(): debug(1, "m", {"k": 1})
                busy = threading.Thread(target=emit); busy.start()
                with concurrent.futures.ProcessPoolExecutor(3, mp_context=context) as pool:
                    pids = set(pool.map(work, range(60)))
                stop.set(); busy.join()
                print(len(pids))
        ''')
        servers = ran.servers()
        hits = {name: [row["hits"] for server in servers for row in server["caches"] if row["type"] == name]
                for name in ("t", "preloaded")}
        self.assertEqual((len(hits["t"]), sum(hits["t"])), (int(ran.out), 60))
        self.assertEqual(hits["preloaded"], [1])
        self.assertEqual(sum(timer["count"] for server in servers for timer in server["timers"]), 60)

    def test_threads_lose_nothing(self):
        ran = self.run_script('''
            import threading
            def work(i):
                for n in range(500):
                    log_cache_hit("t", n, {"n": n, "i": [i]})
                    with PerformanceTimer("timer"): pass
            threads = [threading.Thread(target=work, args=(i,)) for i in range(20)]
            [t.start() for t in threads]; [t.join() for t in threads]
        ''')
        server, = ran.servers()
        self.assertEqual(server["caches"][0]["hits"], 10000)
        self.assertEqual(server["timers"][0]["count"], 10000)

    def test_a_reader_in_the_same_process_gets_the_text(self):
        # With the interpreter's lock held at a write, this would stand still for ever.
        ran = self.run_script('''
            import threading
            r, w = os.pipe()
            os.dup2(w, 2); os.close(w)
            got = []
            def read():
                while (piece := os.read(r, 4096)): got.append(piece)
            reader = threading.Thread(target=read); reader.start()
            for i in range(3000): debug(1, "m" * 50, {"k": "x" * 50})
            for i in range(1500): PerformanceTimer("t" * 50).start()
            os.close(2); reader.join()
            print(b"".join(got).count(b"DEBUG: "), b"".join(got).count(b": abandoned"))
        ''', 1)
        self.assertEqual(ran.out.strip(), "3000 1500")

    def test_a_subinterpreter_is_refused(self):
        ran = self.run_script('''
            try: import _interpreters as sub  # from Python 3.13 on
            except ImportError: import _xxsubinterpreters as sub
            sub.run_string(sub.create(), f"import sys; sys.path[:] = {sys.path}\\n" """
            try: import acdebug
            except ImportError as error: print(error, flush=True)
            else: print("imported", flush=True)
            """.replace(" " * 12, ""))
            os._exit(0)
        ''')
        # The second is Python's own word where interpreters have locks of their own.
        self.assertRegex(ran.out, "main interpreter only|does not support loading in subinterpreters")

    def test_an_interpreter_without_the_extension_is_told_what_it_lacks(self):
        package = os.path.join(self.rig.path, "acdebug")
        shutil.copytree(os.path.join(support.STAGE, "acdebug"), package, ignore=shutil.ignore_patterns("*.so"))
        self.rig.environment["PYTHONPATH"] = self.rig.path
        ran = self.run_script("import acdebug.utils_logging", prologue="", status=1)
        self.assertRegex(ran.err, r"ImportError: acdebug has no extension for this interpreter \(.*\)\. "
                                  r"Hint: it needs CPython 3.10 or newer, with the GIL")

    def test_the_ring_is_named_after_the_program(self):
        self.write("package/__main__.py", "from acdebug import debug; debug(1, 'm')")
        self.run_file(self.write("my-tool.py", "from acdebug import debug; debug(1, 'm')"))
        self.run_file(self.rig.path + "/package/__main__.py")
        ran = self.run_script('''
            assert acdebug.open_ring("my server") and not acdebug.open_ring("other")
        ''')
        self.assertEqual({server["name"] for server in ran.servers()},
                         {"my-tool", "package", "my server"})

    def test_importing_alone_makes_no_ring(self):
        ran = self.run_script("")
        self.assertEqual(ran.rings(), [])


if __name__ == "__main__":
    support.main()
