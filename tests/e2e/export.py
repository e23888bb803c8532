#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""acdebug-export over HTTP and as a file: what it says is what the snapshot says, and no client hurts it."""

import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import urllib.parse

import rig

EXPORT = os.path.join(rig.BUILD, "acdebug-export")
EMIT = os.path.join(rig.BUILD, "acdebug-emit")
DEAD_KEPT = 64  # as tui/app/collect.c has it
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
PROMETHEUS = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
              "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
OUTCOMES = {"hit": "hits", "partial": "partial", "miss": "misses", "bypass": "bypass",
            "unknown": "unknown"}


class Exporter:
    """An acdebug-export on a free port."""

    def __init__(self, test, *options, **more):
        self.process = test.start([EXPORT, "--listen", "127.0.0.1:0", *options], **more)
        line = self.process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/metrics", line), f"it said {line!r}"
        self.port = urllib.parse.urlsplit(line).port

    def ask(self, path="/metrics", method="GET", body=None, **headers):
        """(status, headers, text)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=rig.PATIENCE_S)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read().decode()
        finally:
            connection.close()

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=rig.PATIENCE_S)

    def memory_kb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])


def samples(text, name):
    """{labels: value} of one family's samples, labels as a sorted tuple of pairs."""
    found = {}
    for line in text.splitlines():
        match = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if match and match[1] == name:
            labels = re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or "")
            found[tuple(sorted(labels))] = float(match[3])
    return found


def total(text, name, **wanted):
    return sum(value for labels, value in samples(text, name).items()
               if set(wanted.items()) <= set(labels))


def numbers_are_the_snapshots(test, exporter, pid):
    seen, found = test.snapshot(pid), []
    text = rig.wait_for("the last numbers", lambda: settled(exporter, seen))
    for cache in seen["caches"]:
        for outcome, field in OUTCOMES.items():
            found += rig.same(f"{cache['type']} {outcome}", cache[field], total(
                text, "acdebug_cache_lookups_total", cache=cache["type"], outcome=outcome))
        for field in ("input_tokens", "cached_tokens", "created_tokens", "evictions"):
            found += rig.same(f"{cache['type']} {field}", cache[field], total(
                text, f"acdebug_cache_{field}_total", cache=cache["type"]))
    for timer in seen["timers"]:
        found += rig.same(f"{timer['name']} count", timer["count"], total(
            text, "acdebug_timer_duration_seconds_count", timer=timer["name"]))
        found += rig.same(f"{timer['name']} sum", f"{timer['sum_ns'] / 1e9:.6f}", "%.6f" % total(
            text, "acdebug_timer_duration_seconds_sum", timer=timer["name"]))
    found += rig.same("errors", sum(row["count"] for row in seen["errors"]),
                      total(text, "acdebug_errors_total"))
    found += rig.same("alive", total(text, "acdebug_server_alive", pid=str(pid)), 1)
    if seen["errors"] == [] or seen["caches"] == []:
        found.append("the load left nothing to compare")
    return found


def settled(exporter, seen):
    text = exporter.ask()[2]
    events = total(text, "acdebug_events_total", pid=str(seen["pid"]))
    return text if events == seen["events"]["emitted"] else None


def the_form_is_what_is_asked_for(exporter):
    found = []
    for accept, wanted in ((None, TEXT), ("*/*", TEXT), (PROMETHEUS, OPENMETRICS),
                           ("application/json", TEXT), ("application/openmetrics-text", OPENMETRICS),
                           ("application/openmetrics-text;version=9.9.9", TEXT),
                           ("text/plain;q=0.9, application/openmetrics-text;q=0.2", TEXT),
                           ("application/openmetrics-text;q=0", TEXT), (",;=,;q=", TEXT)):
        headers = {"Accept": accept} if accept is not None else {}
        status, got, text = exporter.ask(**headers)
        found += rig.same(f"{accept}: status", status, 200)
        found += rig.same(f"{accept}: type", got["Content-Type"], wanted)
        found += rig.same(f"{accept}: end", text.endswith("# EOF\n"), wanted == OPENMETRICS)
    found += strictly(exporter.ask(Accept=OPENMETRICS)[2])
    if shutil.which("promtool"):
        done = subprocess.run(["promtool", "check", "metrics"], input=exporter.ask()[2], text=True,
                              capture_output=True, check=False)
        found += rig.same("promtool", (done.returncode, done.stdout + done.stderr), (0, ""))
    return found


def strictly(text):
    """What the reference parser of OpenMetrics says, where it is installed."""
    try:
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
    except ImportError:
        return []
    try:
        families = {family.name for family in text_string_to_metric_families(text)}
    except ValueError as error:
        return [f"not OpenMetrics: {error}"]
    return rig.same("the exporter's own", "acdebug_export_build" in families, True)


def other_requests_are_refused(exporter):
    found = []
    for method, path, status in (("GET", "/", 200), ("GET", "/other", 404), ("HEAD", "/metrics", 200),
                                 ("POST", "/metrics", 405), ("DELETE", "/metrics", 405),
                                 ("GET", "/metrics?x=1", 200), ("GET", "/metrics/../etc", 404)):
        body = b"x" * 100000 if method == "POST" else None
        try:
            found += rig.same(f"{method} {path}", exporter.ask(path, method, body)[0], status)
        except (BrokenPipeError, ConnectionResetError):
            if method != "POST":  # one that sends a body may be cut off
                raise
    return found


def hostile_clients_hurt_nobody(exporter):
    """More clients than there are places, each with half a request or no wish to read."""
    found, clients = [], []
    before = exporter.memory_kb()
    for number in range(200):
        client = exporter.connect()
        clients.append(client)
        try:
            if number % 4 == 0:
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ")
            elif number % 4 == 1:
                client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
            elif number % 4 == 2:
                client.sendall(b"\x00\xff\x16\x03garbage\r\n\r\n")
            else:
                client.sendall(b"GET /metrics HTTP/1.1\r\nX: " + b"y" * 200000)
        except (BrokenPipeError, ConnectionResetError):
            pass
        if number % 40 == 0:
            found += rig.same("an honest client among them", exporter.ask()[0], 200)
    found += rig.same("an honest client behind them", exporter.ask()[0], 200)
    grown = exporter.memory_kb() - before
    if grown > 64 * 1024:
        found.append(f"they made it grow by {grown} kB")
    for client in clients:
        client.close()
    return found + rig.same("it runs on", exporter.process.poll(), None)


def it_listens_to_this_machine_only(exporter):
    with open("/proc/net/tcp", encoding="ascii") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    listening = [row[1] for row in rows
                 if row[3] == "0A" and int(row[1].split(":")[1], 16) == exporter.port]
    return rig.same("addresses", listening, [f"0100007F:{exporter.port:04X}"])


def the_file_is_always_whole(test):
    path = os.path.join(test.path, "acdebug.prom")
    done = subprocess.run([EXPORT, "--textfile", path], env=test.environment, timeout=rig.PATIENCE_S,
                          capture_output=True, check=False)
    found = rig.same("once", (done.returncode, done.stderr), (0, b""))
    found += rig.same("mode", os.stat(path).st_mode & 0o777, 0o644)
    process = test.start([EXPORT, "--textfile", path, "--every", "1s"])
    inodes = set()

    def replaced():
        with open(path, encoding="utf-8") as file:
            text = file.read()
            inodes.add(os.fstat(file.fileno()).st_ino)
        if not (text.startswith("# HELP acdebug_server") and text.endswith("\n")
                and "acdebug_export_servers" in text and "# EOF" not in text):
            found.append(f"not whole: {text[:60]!r} ... {text[-60:]!r}")
        return len(inodes) > 2
    rig.wait_for("new files", replaced)
    rig.stop(process)
    found += rig.same("nothing beside it", [name for name in os.listdir(test.path)
                                            if name.startswith("acdebug.prom")], ["acdebug.prom"])
    done = subprocess.run([EXPORT, "--textfile", "/proc/none/x.prom"], env=test.environment,
                          capture_output=True, check=False)
    return found + rig.same("no such folder", done.returncode, 1)


def servers_come_and_go(test):
    found = []
    exporter = Exporter(test, "--keep", "1s")
    found += rig.same("none yet", total(exporter.ask()[2], "acdebug_export_servers"), 0)
    server, _ = test.serve("--name", "brief")
    rig.wait_for("the new one", lambda: total(exporter.ask()[2], "acdebug_server_alive",
                                              server="brief") == 1)
    server.kill()
    server.wait()
    seen = []

    def gone():
        rows = samples(exporter.ask()[2], "acdebug_server_alive")
        seen.extend(rows.values())
        return not rows
    rig.wait_for("its end to be forgotten", gone)
    found += rig.same("it was told dead first", 0 in seen, True)
    rig.stop(exporter.process)
    return found


def what_is_ignored_ends_it_not(test):
    """As under nohup, or in the background of a script."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # children have it from us
    exporter = Exporter(test)
    signal.signal(signal.SIGHUP, before)
    exporter.process.send_signal(signal.SIGHUP)
    # It looks at signals before it answers.
    exporter.ask()
    found = rig.same("answers after a hang-up", exporter.ask()[0], 200)
    exporter.process.send_signal(signal.SIGTERM)
    return found + rig.same("ended", exporter.process.wait(timeout=rig.PATIENCE_S), 0)


def rings_open(process):
    """How many rings it holds; its sockets come and go."""
    folder, count = f"/proc/{process.pid}/fd", 0
    for number in os.listdir(folder):
        try:
            count += ".acr" in os.readlink(os.path.join(folder, number))
        except FileNotFoundError:
            pass
    return count


def a_long_life_forgets_the_dead(test):
    """More servers die than are kept: their files are let go, and what lives goes on being served."""
    found = []
    exporter = Exporter(test)
    lasting = [subprocess.Popen([EMIT, "--name", "lasting"], stdin=subprocess.PIPE,
                                stdout=subprocess.DEVNULL, env=test.environment)]
    brief = [subprocess.Popen([EMIT, "--name", "brief"], stdin=subprocess.PIPE,
                              stdout=subprocess.DEVNULL, env=test.environment)
             for _ in range(DEAD_KEPT + 6)]
    try:
        rig.wait_for("all of them", lambda: total(
            exporter.ask()[2], "acdebug_export_servers") == len(lasting + brief))
        found += rig.same("rings held", rings_open(exporter.process), len(lasting + brief))
        for process in brief:
            process.kill()
            process.wait()
        rig.wait_for("their end", lambda: total(exporter.ask()[2], "acdebug_server_alive") == 1)
        found += rig.same("shown", len(samples(exporter.ask()[2], "acdebug_server_alive")),
                          len(lasting) + DEAD_KEPT)
        found += rig.same("rings held then", rings_open(exporter.process),
                          len(lasting) + DEAD_KEPT)
    finally:
        for process in lasting + brief:
            process.kill()
            process.wait()
            process.stdin.close()
    rig.stop(exporter.process)
    return found


def usage(test):
    found = []
    for options in (["--listen", "localhost:1"], ["--listen", "1.2.3.4"], ["--listen", ":80"],
                    ["--listen", "[::1:80"], ["--listen", "127.0.0.1:99999"], ["--every", "5s"],
                    ["--textfile", "x.txt"], ["--textfile", "/.prom"], ["--nope"], ["--keep", "x"]):
        done = subprocess.run([EXPORT, *options], env=test.environment, capture_output=True,
                              timeout=rig.PATIENCE_S, check=False)
        found += rig.same(f"{options}", (done.returncode, done.stdout), (2, b""))
    bad = os.path.join(test.path, "bad.acr")
    with open(bad, "wb") as file:
        file.write(b"no ring")
    done = subprocess.run([EXPORT, bad], env=test.environment, capture_output=True, check=False)
    found += rig.same("no ring", done.returncode, 3)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([EXPORT, "--listen", str(port)], env=test.environment,
                              capture_output=True, timeout=rig.PATIENCE_S, check=False)
    return found + rig.same("a port that is taken", done.returncode, 1)


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    found = []
    with rig.Rig() as test:
        server, address = test.serve("--us-per-token", "0", "--us-per-output-token", "0",
                                     "--load-ms", "0", "--blocks", "300", "--fail-every", "9")
        exporter = Exporter(test)
        test.drive(address, "--clients", "4", "--requests", "40", "--seed", "3")
        found += numbers_are_the_snapshots(test, exporter, server.pid)
        rig.chat(address, "one more")
        if json.dumps(test.snapshot(server.pid)["caches"]) == "[]":
            found.append("no caches")
        found += the_form_is_what_is_asked_for(exporter)
        found += other_requests_are_refused(exporter)
        found += it_listens_to_this_machine_only(exporter)
        found += hostile_clients_hurt_nobody(exporter)
        found += the_file_is_always_whole(test)
        exporter.process.send_signal(signal.SIGINT)
        found += rig.same("interrupted", exporter.process.wait(timeout=rig.PATIENCE_S), 0)
        rig.stop(server)
    for check in (servers_come_and_go, what_is_ignored_ends_it_not, a_long_life_forgets_the_dead, usage):
        with rig.Rig() as test:
            found += check(test)
    rig.finish(found)


if __name__ == "__main__":
    main()
