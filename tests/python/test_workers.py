#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""gunicorn's and uvicorn's workers: a ring each, whose counts are what the clients of that worker counted,
also of a worker that was killed, and of those that took its place."""

import collections
import concurrent.futures
import http.client
import os
import signal
import socket
import subprocess
import sys

import support

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENTS, REQUESTS = 6, 30
KINDS = ("hit", "miss", "error")


class Workers(support.Case):
    """A server each, driven by concurrent clients of one connection a request."""

    def serve(self, *command, level=0):
        """Starts it on a socket that is open already, so that no client comes too early."""
        listening = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.addCleanup(listening.close)
        self.port = listening.getsockname()[1]
        fd = str(listening.fileno())
        errors = open(os.path.join(self.rig.path, "stderr"), "wb")
        self.addCleanup(errors.close)
        self.server = subprocess.Popen(
            [sys.executable, "-m", *[word.replace("FD", fd) for word in command]], cwd=HERE,
            env=dict(self.rig.environment, ANYCLAUDE_DEBUG=str(level)), stdout=errors, stderr=errors,
            pass_fds=(listening.fileno(),))
        self.addCleanup(self.end)

    def end(self):
        """Ends the server as its users do, so that it ends its workers."""
        if self.server.poll() is None:
            self.server.send_signal(signal.SIGTERM)
        try:
            self.server.wait(timeout=support.rig.PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
            self.fail("the server did not end")

    def ask(self, kind):
        """The pid of the worker that answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=support.rig.PATIENCE_S)
        try:
            connection.request("GET", f"/{kind}")
            return int(connection.getresponse().read())
        finally:
            connection.close()

    def drive(self):
        """{pid: {kind: count}} of what was answered."""
        counts = collections.defaultdict(collections.Counter)

        def client(who):
            return [(self.ask(KINDS[(who + n) % 3]), KINDS[(who + n) % 3]) for n in range(REQUESTS)]

        with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
            for answers in pool.map(client, range(CLIENTS)):
                for pid, kind in answers:
                    counts[pid][kind] += 1
        return counts

    def seen(self):
        """The same from the rings, of all processes that a request came to."""
        seen = {}
        for server in support.Ran(self.rig, subprocess.CompletedProcess([], 0, "", "")).servers():
            timers = {timer["name"]: timer for timer in server["timers"]}
            if "request" not in timers:
                continue
            prompt = [row for row in server["caches"] if row["type"] == "prompt"]
            self.assertEqual(server["events"]["dropped"], 0)
            counts = {"hit": sum(row["hits"] for row in prompt),
                      "miss": sum(row["misses"] for row in prompt),
                      "error": sum(error["count"] for error in server["errors"])}
            self.assertEqual((timers["request"]["count"], timers["request"]["running"],
                              timers["request"]["checkpoints"][0]["count"]),
                             (sum(counts.values()), 0, sum(counts.values())))
            seen[server["pid"]] = {kind: count for kind, count in counts.items() if count}
        return seen

    def check(self, *counts):
        """The rings say what the clients say, worker by worker, and nothing is lost."""
        total = collections.defaultdict(collections.Counter)
        for some in counts:
            for pid, kinds in some.items():
                total[pid].update(kinds)
        # An answer is sent before uvicorn's middleware has seen it end.
        support.rig.wait_for(f"the rings to say {dict(total)}, not {self.seen()}",
                             lambda: self.seen() == {pid: dict(kinds) for pid, kinds in total.items()})
        return total

    def imports(self):
        """How many processes imported the application."""
        servers = support.Ran(self.rig, subprocess.CompletedProcess([], 0, "", "")).servers()
        return sum(row["hits"] for server in servers for row in server["caches"] if row["type"] == "imported")

    def all_answer(self, workers):
        """Waits until so many different workers have answered: what they were asked."""
        counts = collections.defaultdict(collections.Counter)

        def enough():
            counts[self.ask("hit")]["hit"] += 1
            return len(counts) >= workers
        support.rig.wait_for(f"answers of {workers} workers", enough)
        return counts

    def test_gunicorn(self):
        self.serve("gunicorn", "--bind", "fd://FD", "--workers", "3", "workers:wsgi")
        total = self.check(self.all_answer(2), self.drive())
        self.assertGreater(len(total), 1)
        self.assertNotIn(self.server.pid, total)

    def test_gunicorn_preloaded_with_threads_at_a_level(self):
        self.serve("gunicorn", "--bind", "fd://FD", "--workers", "2", "--threads", "4", "--preload",
                   "workers:wsgi", level=2)
        self.check(self.all_answer(2), self.drive())
        self.assertEqual(self.imports(), 1)
        server = self.rig.snapshot(self.server.pid)  # the parent has a ring of its own
        self.assertEqual((server["level"], server["timers"]), (2, []))

    def test_a_killed_worker_is_remembered_and_its_successor_counts(self):
        self.serve("gunicorn", "--bind", "fd://FD", "--workers", "2", "--preload", "workers:wsgi")
        before = self.all_answer(2)
        first = self.drive()
        killed = next(iter(before))
        os.kill(killed, signal.SIGKILL)
        after = collections.defaultdict(collections.Counter)

        def successor():
            try:
                pid = self.ask("miss")
            except (OSError, http.client.HTTPException):
                return False  # what the killed one had accepted
            after[pid]["miss"] += 1
            return pid not in before
        support.rig.wait_for("another worker's answer", successor)
        total = self.check(before, first, after, self.drive())
        self.assertGreaterEqual(len(total), 3)
        dead = [server["pid"] for server in support.Ran(self.rig, subprocess.CompletedProcess([], 0, "", ""))
                .servers() if server["state"] == "dead"]
        self.assertEqual(dead, [killed])

    def test_workers_that_end_after_some_requests_lose_none(self):
        self.serve("gunicorn", "--bind", "fd://FD", "--workers", "2", "--max-requests", "40", "workers:wsgi")
        total = self.check(self.drive())
        self.assertGreaterEqual(len(total), CLIENTS * REQUESTS // 40)
        self.assertEqual(sum(sum(kinds.values()) for kinds in total.values()), CLIENTS * REQUESTS)

    def test_gunicorn_with_uvicorns_workers(self):
        self.serve("gunicorn", "--bind", "fd://FD", "--workers", "2", "--worker-class",
                   "uvicorn.workers.UvicornWorker", "workers:asgi")
        self.check(self.all_answer(2), self.drive())

    def test_uvicorn_with_workers(self):
        self.serve("uvicorn", "--fd", "FD", "--workers", "2", "--log-level", "warning", "workers:asgi")
        self.check(self.all_answer(2), self.drive())


if __name__ == "__main__":
    try:
        import gunicorn  # noqa: F401
        import uvicorn.workers  # noqa: F401
    except ImportError as error:
        print(f"SKIP: {error}. Hint: ./autogen.sh --with-test-deps")
        sys.exit(77)
    support.main()
