#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""acdebug-emit in a pipe: what the viewer counts is what went in, and what went in comes out.

The lines are made here and counted here; `acdebug-top snapshot --json` must say the same. Garbage, long
lines, signals, full disks and a reader that goes away are what a pipe meets.
"""

import fcntl
import json
import os
import random
import re
import resource
import signal
import subprocess
import termios

import rig

EMIT = os.path.join(rig.BUILD, "acdebug-emit")
LINES = 4000
F_GETPIPE_SZ = 1032  # fcntl has it from Python 3.10 on
OUTCOMES = ("hit", "partial", "miss", "bypass", "unknown")
FIELD_OF = {"hit": "hits", "partial": "partial", "miss": "misses", "bypass": "bypass",
            "unknown": "unknown"}
BAD = [b'{"a":', b'{"a":"\xff\xfe"}', b'{"a":"\x00"}', b"{" * 100000,
       b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"a":1}}', b'{"a":"\x1b[31m"}']
TEXT = [b"", b"plain text", b"\xff\xfe\x00\x01garbage\x00", b"[1,2,3]", b"\r", b'"{"',
        b"Traceback (most recent call last):"]


class Made:
    """Lines, and what they say in all."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lines, self.caches, self.timers, self.errors = [], {}, {}, {}
        self.events = self.bad = self.text = 0

    def event(self, **members):
        self.events += 1
        self.lines.append(json.dumps(members, ensure_ascii=self.random.random() < 0.5).encode())

    def lookup(self):
        outcome = self.random.choice(OUTCOMES)
        cache = self.caches.setdefault(self.random.choice(("prompt", "kv")), {})
        members = {"type": next(name for name, row in self.caches.items() if row is cache)}
        if self.random.random() < 0.5 or outcome == "unknown":
            members.update(event="cache", outcome=outcome)
        else:
            members["event"] = "cache_" + outcome
        if self.random.random() < 0.8:
            members["input_tokens"] = self.random.randrange(1000, 10**6)
            members["cached_tokens"] = self.random.randrange(1000)
            for field in ("input_tokens", "cached_tokens"):
                cache[field] = cache.get(field, 0) + members[field]
        if outcome == "miss":
            members["reason"] = self.random.choice(("cold", "evicted"))
            cache[members["reason"]] = cache.get(members["reason"], 0) + 1
        cache[FIELD_OF[outcome]] = cache.get(FIELD_OF[outcome], 0) + 1
        self.event(**members, key="k\u00e9y \U0001f600", extra={"deep": [1, 2]})

    def timer(self):
        name, ms = self.random.choice(("chat", "embed")), self.random.randrange(1, 5000)
        row = self.timers.setdefault(name, {"count": 0, "failed": 0, "sum_ns": 0})
        row["count"] += 1
        row["sum_ns"] += ms * 1000000
        failed = {"error_type": "Timeout"} if self.random.random() < 0.1 else {}
        row["failed"] += len(failed)
        self.event(event="timer", name=name, duration_ms=ms, **failed)

    def running_timer(self, number):
        row = self.timers.setdefault("steps", {"count": 0, "failed": 0})
        row["count"] += 1
        self.event(event="timer_start", name="steps", request_id=number)
        self.event(event="timer_checkpoint", name="steps", label="half", request_id=number)
        self.event(event="timer_end", name="steps", request_id=number)

    def error(self):
        status = self.random.choice((500, 502))
        self.errors[status] = self.errors.get(status, 0) + 1
        self.event(event="error", type="HTTP", status=status, message="upstream failed")

    def garbage(self):
        if self.random.random() < 0.5:
            self.bad += 1
            self.lines.append(self.random.choice(BAD))
        else:
            self.text += 1
            self.lines.append(self.random.choice(TEXT))

    def fill(self):
        makers = (self.lookup, self.lookup, self.timer, self.error, self.garbage,
                  lambda: self.running_timer(len(self.lines)),
                  lambda: self.event(level="info", msg="a line", n=len(self.lines)))
        while len(self.lines) < LINES:
            self.random.choice(makers)()
        return b"\n".join(self.lines) + b"\n"


def emit(test, data, *options, **more):
    return subprocess.run([EMIT, *options], input=data, capture_output=True, check=False,
                          env=test.environment, timeout=rig.PATIENCE_S, **more)


def snapshot(test, name):
    servers = json.loads(test.top("snapshot", "--json", "--all", name))["servers"]
    assert len(servers) == 1, f"{len(servers)} servers are called {name}"
    return servers[0]


def said(done, count, what):
    words = f"{count} {what}"
    return [] if words in done.stderr.decode() else [f"not said: '{words}' in {done.stderr}"]


def counts_are_equal(test):
    """A shell's pipe; also that a lost line would be noticed."""
    made = Made(1)
    data = made.fill()
    path = os.path.join(test.path, "lines")
    with open(path, "wb") as file:
        file.write(data)
    done = subprocess.run(f"cat '{path}' | '{EMIT}' --name piped >'{path}.out'", shell=True,
                          capture_output=True, env=test.environment, timeout=rig.PATIENCE_S,
                          check=False)
    found = rig.same("exit status", done.returncode, 0)
    with open(path + ".out", "rb") as file:
        found += rig.same("all lines came out", file.read() == data, True)
    found += said(done, made.events, "events") + said(done, made.text, "plain text")
    found += said(done, made.bad, "begin like JSON")
    seen = snapshot(test, "piped")
    found += rig.same("the ring was closed", seen["state"], "dead")
    found += caches(made, seen) + others(made, seen)
    made.caches["prompt"]["hits"] += 1
    if not caches(made, seen):
        found.append("a hit that was not sent is not missed")
    return found


def caches(made, seen):
    found = []
    rows = {row["type"]: row for row in seen["caches"]}
    for name, wanted in made.caches.items():
        for field, count in wanted.items():
            counted = rows[name].get(field, rows[name]["miss_reasons"].get(field))
            found += rig.same(f"{name} {field}", counted, count)
    return found


def others(made, seen):
    found = []
    rows = {row["name"]: row for row in seen["timers"]}
    for name, wanted in made.timers.items():
        for field, count in wanted.items():
            found += rig.same(f"timer {name} {field}", rows[name][field], count)
    found += rig.same("timers that still run", [row["running"] for row in rows.values()], [0, 0, 0])
    half = rows["steps"]["checkpoints"][0]["count"]
    found += rig.same("checkpoints", half, made.timers["steps"]["count"])
    errors = {row["status"]: row["count"] for row in seen["errors"] if row["type"] == "HTTP"}
    return found + rig.same("errors", errors, made.errors)


def only_other_lines_pass(test):
    done = emit(test, b'{"msg":"an event"}\ntext\n{bad\n{"msg":"last"}', "--name", "other",
                "--pass", "other")
    return (rig.same("what passed", done.stdout, b"text\n{bad\n")
            + rig.same("exit status", done.returncode, 0))


def sanitized():
    with open(EMIT, "rb") as file:
        return re.search(rb"__[at]san_init", file.read()) is not None


def long_lines_are_bounded(test):
    """10 MB in one line, in a memory that would not hold it: sanitizers need more than that."""
    def limit():
        if not sanitized():
            resource.setrlimit(resource.RLIMIT_DATA, (6 * 2**20, 6 * 2**20))

    line = b'{"msg":"' + b"x" * 10_000_000 + b'"}\n'
    data = line + b'{"msg":"short"}\n' + line.rstrip()
    found = []
    for how in ("all", "other"):
        done = emit(test, data, "--name", f"long-{how}", "--pass", how, "--max-line", "65536",
                    preexec_fn=limit)
        out = data if how == "all" else line + line.rstrip()
        found += rig.same(f"{how}: what passed", done.stdout == out, True)
        found += said(done, 2, "too long") + said(done, 1, "events")
        found += rig.same(f"{how}: exit status", done.returncode, 0)
    return found


def usr1_says_the_counts(test):
    with subprocess.Popen([EMIT, "--name", "asked"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=test.environment) as process:
        process.stdin.write(b'{"a":1}\n{bad\n')
        process.stdin.flush()
        for _ in range(2):
            process.stdout.readline()
        for _ in range(2):
            process.stderr.readline()  # the bad line is said at once
        process.send_signal(signal.SIGUSR1)
        line = process.stderr.readline().decode()
        process.stdin.close()
        status = process.wait(timeout=rig.PATIENCE_S)
    return (rig.same("counts", line.split(" (")[0],
                     "acdebug-emit: 2 lines: 1 events, 1 begin like JSON and are none")
            + rig.same("exit status", status, 0))


def signals_end_it_with_all_that_came(test):
    found = []
    for name, number, times in (("term", signal.SIGTERM, 1), ("int", signal.SIGINT, 2)):
        with subprocess.Popen([EMIT, "--name", name], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, env=test.environment) as process:
            process.stdin.write(b'{"msg":"seen"}\n{"msg":"cut')
            process.stdin.flush()
            head = process.stdout.readline()
            for _ in range(times):
                process.send_signal(number)
            if times > 1:  # the two may have come as one
                rig.wait_for("the end", lambda p=process: p.poll() is not None
                             or p.send_signal(number))
            rest = process.stdout.read()
            status = process.wait(timeout=rig.PATIENCE_S)
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass
        found += rig.same(f"{name}: what passed", head + rest, b'{"msg":"seen"}\n{"msg":"cut')
        found += rig.same(f"{name}: ended by", status, -number)
        found += rig.same(f"{name}: ring", snapshot(test, name)["state"], "dead")
    return found


def its_input_stays_as_others_have_it(test):
    """The descriptor is shared: what is set there is set for a shell and for the server, too."""
    ours, producer = os.pipe()
    output, full = os.pipe()  # where it gets nothing rid of, not its last words either
    os.write(full, bytes(fcntl.fcntl(full, F_GETPIPE_SZ)))

    def is_taken():
        return fcntl.ioctl(ours, termios.FIONREAD, bytes(4)) == bytes(4)

    with subprocess.Popen([EMIT, "--name", "shared"], stdin=ours, stdout=full,
                          env=test.environment) as process:
        os.write(producer, b"first\n")
        rig.wait_for("the first line", is_taken)
        os.write(producer, b"while it ends\n")
        process.send_signal(signal.SIGTERM)
        rig.wait_for("the other", is_taken)
        flags = [fcntl.fcntl(ours, fcntl.F_GETFL)]
        process.kill()
        process.wait(timeout=rig.PATIENCE_S)
        flags.append(fcntl.fcntl(ours, fcntl.F_GETFL))
    for end in (ours, producer, output, full):
        os.close(end)
    return rig.same("O_NONBLOCK at its end, and behind it", [f & os.O_NONBLOCK for f in flags], [0, 0])


def one_interrupt_waits_for_the_producer(test):
    with subprocess.Popen([EMIT, "--name", "late"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, env=test.environment) as process:
        process.stdin.write(b"before\n")
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdin.write(b"shutting down\n")
        process.stdin.close()
        rest = process.stdout.read()
        status = process.wait(timeout=rig.PATIENCE_S)
    return (rig.same("the producer's last words", rest, b"shutting down\n")
            + rig.same("ended by", status, -signal.SIGINT))


def a_signal_gets_in_between_lines_that_never_stop(test):
    with subprocess.Popen(f"yes '{{\"msg\":\"x\"}}' | '{EMIT}' --name busy >/dev/null & wait $!",
                          shell=True, executable="/bin/bash", env=test.environment,
                          start_new_session=True) as shell:
        def server():
            return json.loads(test.top("snapshot", "--json", "busy", "--all"))["servers"]
        pid = rig.wait_for("the ring", lambda: os.listdir(test.rings) and server())[0]["pid"]
        os.kill(pid, signal.SIGTERM)
        status = shell.wait(timeout=rig.PATIENCE_S)
    return rig.same("under load: ended by", status, 128 + signal.SIGTERM)


def outputs_that_fail(test):
    data = b'{"msg":"x"}\n' * 100
    done = subprocess.run(f"'{EMIT}' --name full >/dev/full", shell=True, input=data,
                          capture_output=True, env=test.environment, timeout=rig.PATIENCE_S,
                          check=False)
    found = rig.same("full disk: exit status", done.returncode, 1)
    found += said(done, len(data), "bytes not written")
    found += rig.same("full disk: events", snapshot(test, "full")["events"]["emitted"] >= 100, True)
    with subprocess.Popen([EMIT, "--name", "gone"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, env=test.environment) as process:
        process.stdout.close()
        try:
            process.stdin.write(data)
            process.stdin.close()
        except BrokenPipeError:
            pass
        found += rig.same("reader gone: ended by", process.wait(timeout=rig.PATIENCE_S),
                          -signal.SIGPIPE)
    return found + rig.same("reader gone: ring", snapshot(test, "gone")["state"], "dead")


def without_a_ring_lines_pass(test):
    done = emit(test, b'{"msg":"x"}\n', "--name", "none", "--directory", "/dev/null/x")
    return (rig.same("without a ring: exit status", done.returncode, 1)
            + rig.same("without a ring: passed", done.stdout, b'{"msg":"x"}\n')
            + ([] if b"no ring" in done.stderr else [f"not said: no ring in {done.stderr}"]))


def usage(test):
    found = []
    for options in (["--nmae", "x"], ["--level", "4"], ["--pass"], ["--max-line", "12"],
                    ["--quiet=1"], ["file"]):
        found += rig.same(f"{options}: exit status", emit(test, b"", *options).returncode, 2)
    for option in ("--help", "--help-keys", "--version"):
        done = emit(test, b"", option)
        found += rig.same(f"{option}: exit status", (done.returncode, done.stderr), (0, b""))
    return found


def main():
    found = []
    for check in (counts_are_equal, only_other_lines_pass, long_lines_are_bounded,
                  usr1_says_the_counts, signals_end_it_with_all_that_came,
                  its_input_stays_as_others_have_it, one_interrupt_waits_for_the_producer,
                  a_signal_gets_in_between_lines_that_never_stop, outputs_that_fail,
                  without_a_ring_lines_pass, usage):
        with rig.Rig() as test:
            bad = check(test)
        rig.say(f"{check.__name__}: {'ok' if not bad else 'FAILED'}")
        found += bad
    rig.finish(found)


if __name__ == "__main__":
    main()
