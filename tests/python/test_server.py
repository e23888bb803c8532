#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The guide's server on FastAPI and uvicorn, driven by concurrent clients: what acdebug-top counts is
what the clients counted, and each request's events carry its id although they interleave."""

import asyncio
import collections
import json
import os
import signal
import socket
import subprocess
import sys

import support

CLIENTS, REQUESTS = 8, 25
HERE = os.path.dirname(os.path.abspath(__file__))


class Server(support.Case):
    """One server, level 2, its text in a file."""

    def serve(self):
        """The server on a socket that is open already, so that no client comes too early."""
        listening = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listening.close)
        errors = open(os.path.join(self.rig.path, "stderr"), "wb")
        self.addCleanup(errors.close)
        server = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "server.py"), str(listening.fileno())],
            env=dict(self.rig.environment, ANYCLAUDE_DEBUG="2", ACDEBUG_LANE="4M"),
            stderr=errors, pass_fds=(listening.fileno(),))
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return server, listening.getsockname()[1]

    async def clients(self, port):
        """Counts of what was sent and answered; the ids of the requests."""
        import httpx
        counts, ids = collections.Counter(), []

        async def client(who):
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False,
                                         timeout=support.rig.PATIENCE_S) as http:
                for n in range(REQUESTS):
                    number, name = who * REQUESTS + n, f"r-{who}-{n}"
                    headers = {"X-Request-ID": name, "Authorization": "Bearer s3cret"}
                    if n % 5 == 3:
                        answer = await http.get(f"/stream/{number}", headers=headers)
                        assert answer.text == "onetwothree", answer.text
                        counts["streams"] += 1
                        ids.append((name, number))
                        continue
                    prompt = "fail" if n % 5 == 4 else f"own {who} {n % 2}"
                    answer = await http.post("/v1/chat/completions", headers=headers,
                                             json={"prompt": prompt, "n": number})
                    counts["chats"] += 1
                    counts[answer.status_code] += 1
                    if answer.status_code == 200:
                        ids.append((name, number))
                counts[(await http.get("/nowhere")).status_code] += 1
                counts["crashes", (await http.get("/crash")).status_code] += 1

        await asyncio.gather(*(client(who) for who in range(CLIENTS)))
        return counts, ids

    def test_counts_equal_the_clients_and_ids_group_the_events(self):
        server, port = self.serve()
        counts, ids = asyncio.run(self.clients(port))
        seen = self.rig.snapshot(server.pid)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=support.rig.PATIENCE_S)
        self.check_counts(seen, counts)
        events = support.Ran(self.rig, subprocess.CompletedProcess([], 0, "", "")).events(
            kinds=("log", "cache", "timer_start", "timer_checkpoint", "timer_end", "logger"))
        self.check_events(events, counts, ids)

    def test_a_planted_cause_is_named_within_ten_misses(self):
        server, port = self.serve()
        ids = asyncio.run(self.planted(port))
        seen = self.rig.snapshot(server.pid)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=support.rig.PATIENCE_S)
        events = {event["request"]: event["fields"] for event in
                  support.Ran(self.rig, subprocess.CompletedProcess([], 0, "", "")).events(kinds=("cache",))}
        for before, name in zip(ids, ids[1:]):
            wanted = {"outcome": "miss", "reason": "prefix_diverged", "span": "system",
                      "span_offset": len("<|system|>The time: "), "change": "replaced", "changed_old": 19,
                      "changed_new": 19, "looks_like": "time", "closest_request": before, "predicted": True}
            self.assertEqual({key: events[name].get("acdebug.cache." + key) for key in wanted}, wanted)
        self.assertEqual(events["same-1"]["acdebug.cache.outcome"], "hit")  # the control: nothing changed
        self.assertNotIn("acdebug.cache.change", events["same-1"])
        cache, = seen["caches"]
        self.assertEqual((cache["type"], cache["hits"], cache["misses"]), ("prefix", 1, 11))
        # The first of the other chats parts from these in its system prompt too, and meets them behind it.
        self.assertEqual(cache["miss_reasons"], {"cold": 1, "prefix_diverged": 10})

    async def planted(self, port):
        """Ten chats whose system prompt says the time, and two without; the ids of the ten."""
        import httpx
        text = " ".join(f"line {n * n % 31}" for n in range(99))
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False,
                                     timeout=support.rig.PATIENCE_S) as http:
            async def ask(name, system):
                await http.post("/v1/messages", headers={"X-Request-ID": name}, json={"messages": [
                    {"role": "system", "content": system}, {"role": "user", "content": text}]})
                return name

            ids = [await ask(f"planted-{n}", f"The time: 2026-11-22 10:3{n}:0{n}. You help.\n{text}")
                   for n in range(10)]
            for n in range(2):
                await ask(f"same-{n}", f"You answer in rhymes. {text}")
        return ids

    def check_counts(self, seen, counts):
        self.assertEqual(seen["name"], "server")
        self.assertEqual(seen["events"]["dropped"], 0)
        cache, = seen["caches"]
        misses = counts[500] + 2 * CLIENTS  # a prompt that fails is never kept; each has two of its own
        self.assertEqual((cache["type"], cache["hits"], cache["misses"], cache["miss_reasons"]),
                         ("prompt", counts["chats"] - misses, misses, {"cache_miss": misses}))
        timers = {t["name"]: (t["count"], t["failed"], t["running"]) for t in seen["timers"]}
        self.assertEqual(timers["completion"], (counts["chats"], counts[500], 0))
        self.assertEqual(timers["process_request"], (counts["chats"], counts[500], 0))
        self.assertEqual(timers["tokens"], (counts["streams"], 0, 0))
        self.assertEqual(timers["POST /v1/chat/completions"], (counts["chats"], 0, 0))
        self.assertEqual(timers["GET /stream/*"], (counts["streams"], 0, 0))
        self.assertEqual(timers["GET /crash"], (CLIENTS, CLIENTS, 0))
        labels = {t["name"]: {c["label"]: c["count"] for c in t["checkpoints"]}
                  for t in seen["timers"]}
        self.assertEqual(labels["completion"], {"model_loaded": counts["chats"],
                                                "inference_complete": counts[200]})
        self.assertEqual(labels["tokens"], {"first_yield": counts["streams"]})
        self.assertEqual(labels["GET /stream/*"], {"response_start": counts["streams"],
                                                   "first_body": counts["streams"]})
        errors = {(e["type"], e["status"], e["provider"], e["message"]): e["count"]
                  for e in seen["errors"]}
        self.assertEqual(errors["HTTP", 500, "mlx", ""], counts[500])
        self.assertEqual(errors["HTTP", 500, None, "POST /v1/chat/completions"], counts[500])
        self.assertEqual(errors["HTTP", 404, None, "GET /nowhere"], counts[404])
        self.assertEqual(errors["HTTP", 500, None, "GET /crash"], counts["crashes", 500])

    def check_events(self, events, counts, ids):
        self.assertEqual(sorted((e["request"], e["fields"]["n"]) for e in events
                                if e["message"] == "answered"), sorted(ids))
        of = collections.defaultdict(list)
        for event in events:
            of[event["request"]].append(event)
        for name, number in ids:
            kinds = collections.Counter((e["kind"], e["name"]) for e in of[name])
            if (number % REQUESTS) % 5 == 3:
                self.assertEqual(kinds["timer_end", "tokens"], 1, of[name])
                continue
            self.assertEqual((kinds["cache", "prompt"], kinds["logger", "api_server"],
                              kinds["timer_end", "completion"],
                              kinds["timer_checkpoint", "completion"],
                              kinds["timer_end", "process_request"],
                              kinds["timer_end", "POST /v1/chat/completions"]),
                             (1, 1, 1, 2, 1, 1), of[name])
        files = [n for n in os.listdir(self.rig.path) if n.startswith("anyclaude-debug-")]
        self.assertGreater(len(files), 0)
        for name in files:
            with open(os.path.join(self.rig.path, name), encoding="utf-8") as file:
                whole = json.load(file)
            self.assertEqual(whole["request"]["headers"]["authorization"], "[REDACTED]")
            self.assertEqual(whole["request"]["body"]["prompt"], "fail")


if __name__ == "__main__":
    support.main()
