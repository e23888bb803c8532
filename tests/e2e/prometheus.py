#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real Prometheus scrapes acdebug-export while the example server is under load; a PromQL query then
gives the hit rate that the snapshot gives and that the server counted itself.
"""

import json
import os
import shutil
import socket
import sys
import urllib.parse
import urllib.request

import rig

EXPORT = os.path.join(rig.BUILD, "acdebug-export")
FOUND = "sum by (cache) (acdebug_cache_lookups_total{outcome=~\"hit|partial\"})"
LOOKED_UP = "sum by (cache) (acdebug_cache_lookups_total{outcome=~\"hit|partial|miss\"})"
CACHED = "sum by (cache) (acdebug_cache_cached_tokens_total)"
INPUT = "sum by (cache) (acdebug_cache_input_tokens_total)"
CONFIG = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: acdebug
    static_configs:
      - targets: ["{}"]
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Prometheus:
    def __init__(self, test, target):
        config = os.path.join(test.path, "prometheus.yml")
        with open(config, "w", encoding="ascii") as file:
            file.write(CONFIG.format(target))
        self.port = free_port()
        self.process = test.start(["prometheus", "--config.file", config, "--storage.tsdb.path",
                                   os.path.join(test.path, "tsdb"), "--web.listen-address",
                                   f"127.0.0.1:{self.port}", "--log.level", "warn"])
        rig.wait_for("Prometheus", self.ready)

    def get(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}{path}", timeout=rig.PATIENCE_S) as answer:
            return answer.read().decode()

    def ready(self):
        assert self.process.poll() is None, "Prometheus ended"
        try:
            return "Ready" in self.get("/-/ready")
        except OSError:
            return False

    def query(self, promql):
        """{cache: value}"""
        answer = json.loads(self.get("/api/v1/query?" + urllib.parse.urlencode({"query": promql})))
        return {row["metric"].get("cache", ""): float(row["value"][1])
                for row in answer["data"]["result"]}


def close_to(what, left, right):
    return [] if left is not None and abs(left - right) < 1e-12 else [f"{what}: {left} is not {right}"]


def main():
    if not shutil.which("prometheus"):
        print("SKIP: prometheus is not installed")
        sys.exit(77)
    with rig.Rig() as test:
        server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "20",
                                     "--load-ms", "0", "--blocks", "500", "--fail-every", "11")
        exporter = test.start([EXPORT, "--listen", "127.0.0.1:0"])
        target = urllib.parse.urlsplit(exporter.stdout.readline().strip()).netloc
        prometheus = Prometheus(test, target)
        during = {}

        def more_load():
            seed = len(during)
            test.drive(address, "--clients", "4", "--requests", "60", "--seed", str(seed))
            during[seed] = prometheus.query(f"{FOUND} / {LOOKED_UP}")
            return len([row for row in during.values() if row]) >= 3
        rig.wait_for("scrapes under load", more_load)

        counts = {cache["type"]: cache for cache in rig.get(address, "/counts")["caches"]}
        seen = {cache["type"]: cache for cache in test.snapshot(server.pid)["caches"]}
        wanted = {name: cache["hits"] + cache["partial"] + cache["misses"]
                  for name, cache in counts.items()}
        rig.wait_for("the last scrape", lambda: {
            name: int(value) for name, value in prometheus.query(LOOKED_UP).items()} == wanted)
        requests, tokens = (prometheus.query(f"{FOUND} / {LOOKED_UP}"),
                            prometheus.query(f"{CACHED} / {INPUT}"))
        found = []
        for name, cache in counts.items():
            own = (cache["hits"] + cache["partial"]) / wanted[name]
            found += close_to(f"{name} by requests, Prometheus and server", requests.get(name), own)
            found += close_to(f"{name} by requests, Prometheus and snapshot", requests.get(name),
                              seen[name]["hit_rate_requests"])
            if cache["token_lookups"] > 0:
                found += close_to(f"{name} by tokens, Prometheus and server", tokens.get(name),
                                  cache["cached_tokens"] / cache["input_tokens"])
                found += close_to(f"{name} by tokens, Prometheus and snapshot", tokens.get(name),
                                  seen[name]["hit_rate_tokens"])
        rates = [rate for row in during.values() for rate in row.values()]
        found += [f"a rate of {rate} under load" for rate in rates if not 0 <= rate <= 1]
        if not all(0 < requests.get(name, 0) < 1 for name in ("prompt", "kv")):
            found.append(f"rates that prove little: {requests}")
        p99 = prometheus.query("histogram_quantile(0.99, sum by (le) "
                               "(acdebug_timer_duration_seconds_bucket{timer=\"chat_completion\"}))")
        if not 0 < p99.get("", 0) < 60:
            found.append(f"no p99 of the chats: {p99}")
        found += rig.same("targets up", prometheus.query("up"), {"": 1})
        rig.stop(exporter)
        rig.stop(server)
        rig.say(f"by requests {requests}, by tokens {tokens}, p99 {p99.get('')} s")
    rig.finish(found)


if __name__ == "__main__":
    main()
