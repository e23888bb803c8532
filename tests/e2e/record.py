#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A recording says what its servers said: every command reads it as it reads a ring.

Cut anywhere it reads up to the cut and says so, with bits turned it never ends the reader; it stays
within its size; redacted it holds no text that could be a prompt or a secret.
"""

import fcntl
import json
import os
import pty
import random
import select
import signal
import struct
import subprocess
import sys
import termios

import known
import rig

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "screen"))
import live  # noqa: E402  it needs the path

FRAME = 48
HEAD = 64


class Recorder:
    """`record` at work."""

    def __init__(self, test, name, *arguments):
        self.test = test
        self.path = os.path.join(test.path, name)
        self.process = test.start([rig.TOP, "record", self.path, *arguments])
        rig.wait_for("the recording to begin",
                     lambda: os.path.exists(self.path) and os.path.getsize(self.path) > HEAD)

    def catch_up(self, *pids):
        """Waits until the recording holds what the servers have counted."""
        def emitted(source):
            return sorted(server["events"]["emitted"] for server in source)

        def is_even():
            done = self.test.run_top("snapshot", "--json", self.path)
            now = [self.test.snapshot(pid) for pid in pids]
            return done.returncode == 0 and \
                emitted(json.loads(done.stdout)["servers"]) == emitted(now)
        rig.wait_for("the recording to catch up", is_even)

    def end(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        return self.process.wait(timeout=rig.PATIENCE_S)


def comparable(text):
    """Servers without what may differ: the time of the answer."""
    servers = json.loads(text)["servers"]
    return sorted(servers, key=lambda one: one["pid"])


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def timeless(lines):
    """Without times: a reader learns a clock's rate better by and by, and rounds otherwise then."""
    return [{key: value for key, value in line.items() if key != "time"} for line in lines]


def check_equality(test):
    """Two servers, one of which dies: snapshot, tail and trace of the recording and of the rings."""
    first, second = known.Server(test, "one"), known.Server(test, "two")
    first.tell("requests 300")
    second.tell("everything")
    recorder = Recorder(test, "equal.acdrec", str(first.pid), str(second.pid))
    recorder.catch_up(first.pid, second.pid)
    first.tell("requests 300")
    first.tell("running")
    second.tell("requests 50")
    recorder.catch_up(first.pid, second.pid)
    rings = [test.snapshot(one.pid)["ring"] for one in (first, second)]
    live = comparable(test.top("snapshot", "--json", *rings))
    found = rig.same("snapshot", comparable(test.top("snapshot", "--json", recorder.path)), live)
    second.end()
    rig.wait_for("the recording of the death",
                 lambda: "dead" in test.top("snapshot", recorder.path))
    found += rig.same("exit status of record", recorder.end(), 0)
    for ring in rings:
        pid = next(one["pid"] for one in live if one["ring"] == ring)
        here = [one for one in events(test.top("tail", "--json", recorder.path))
                if one["pid"] == pid]
        there = events(test.top("tail", "--json", "--from-start", "--count", str(len(here)), ring))
        found += rig.same(f"events of {ring}", timeless(here) == timeless(there)
                          and len(here) > 100, True)
    found += rig.same("metrics", test.top("snapshot", "--openmetrics", recorder.path).count("\n")
                      > 100, True)
    spans = [event for event in json.loads(test.top("trace", recorder.path))["traceEvents"]
             if event["ph"] == "e"]
    found += rig.same("spans", len(spans), 600 + 120 + 50 + 10)
    first.end()
    return found, recorder.path


def check_cuts(test, path):
    """Cut at any place: a prefix of the events, a sentence, no failure."""
    with open(path, "rb") as file:
        whole = file.read()
    all_events = test.top("tail", "--json", path).splitlines()
    cut_path = os.path.join(test.path, "cut.acdrec")
    chance, found, said = random.Random(7), [], 0
    for size in sorted(chance.sample(range(len(whole)), 60)) + [0, HEAD - 1, HEAD, HEAD + FRAME]:
        with open(cut_path, "wb") as file:
            file.write(whole[:size])
        done = test.run_top("tail", "--json", cut_path)
        lines = done.stdout.splitlines()
        if done.returncode not in (0, 3) or (done.returncode == 3) != (not lines):
            found.append(f"cut at {size}: exit status {done.returncode}, {done.stderr!r}")
        if lines != all_events[:len(lines)]:
            found.append(f"cut at {size}: {len(lines)} events are not the first of the whole")
        said += "cut at byte" in done.stderr
    if said < 50:
        found.append(f"only {said} of 64 cuts were said")
    # The control: the whole says nothing of the kind.
    found += rig.same("stderr of the whole", test.run_top("tail", path).stderr, "")
    return found


def check_flips(test, path):
    with open(path, "rb") as file:
        whole = bytearray(file.read())
    bad_path = os.path.join(test.path, "bad.acdrec")
    chance, found, noticed = random.Random(11), [], 0
    for _ in range(40):
        at, bit = chance.randrange(HEAD, len(whole)), 1 << chance.randrange(8)
        whole[at] ^= bit
        with open(bad_path, "wb") as file:
            file.write(whole)
        whole[at] ^= bit
        done = test.run_top("snapshot", "--json", bad_path)
        noticed += bool(done.stderr)
        if done.returncode not in (0, 3):
            found.append(f"bit {bit} at {at}: exit status {done.returncode}")
    return found + rig.same("turned bits that were noticed", noticed, 40)


def check_redaction(test):
    server = known.Server(test, "secretive")
    server.tell("secrets")
    server.tell("requests 100")
    recorder = Recorder(test, "redacted.acdrec", "--redact", str(server.pid))
    recorder.catch_up(server.pid)
    plain = Recorder(test, "plain.acdrec", str(server.pid))
    plain.catch_up(server.pid)
    live = test.snapshot(server.pid)
    found = rig.same("exit status", (recorder.end(), plain.end()), (0, 0))
    with open(recorder.path, "rb") as file:
        redacted = file.read()
    with open(plain.path, "rb") as file:
        there = file.read()
    for text in (b"my diary", b"0123456789abcdef", b"upstream timeout", b"sys_42"):
        found += rig.same(f"{text} in the redacted", text in redacted, False)
    for text in (b"my diary", b"upstream timeout", b"sys_42"):
        found += rig.same(f"{text} in the plain", text in there, True)
    now = comparable(test.top("snapshot", "--json", recorder.path))[0]
    for key in ("events", "caches", "timers"):
        found += rig.same(f"redacted {key}", now[key], live[key])
    messages = {error["message"] for error in now["errors"]}
    found += rig.same("messages of errors", messages, {"[REDACTED]"})
    lines = events(test.top("tail", "--json", recorder.path))
    log = next(line for line in lines if line["message"] == "the prompt")
    found += rig.same("numbers stay", log["fields"]["tokens"], 7)
    found += rig.same("JSON stays JSON", set(log["fields"]["body"]), {"*"})
    found += rig.same("names stay", {line["name"] for line in lines if line["kind"] == "timer_end"},
                      {"chat", "embed"})
    server.end()
    return found


def check_limits(test):
    """A file that is full, one that exists, one that was killed with its recorder."""
    server = known.Server(test, "busy")
    small = Recorder(test, "small.acdrec", "--max", "300K", str(server.pid))
    rig.wait_for("the end at --max",
                 lambda: server.tell("requests 200") or small.process.poll() is not None)
    found = rig.same("exit status at --max", small.process.returncode, 1)
    if os.path.getsize(small.path) > 300 << 10:
        found.append(f"{os.path.getsize(small.path)} bytes are more than --max")
    found += rig.same("torn at --max", test.run_top("tail", small.path).stderr, "")
    done = test.run_top("record", small.path)
    found += rig.same("a file that is there", (done.returncode, "exists already" in done.stderr),
                      (1, True))
    killed = Recorder(test, "killed.acdrec", str(server.pid))
    server.tell("requests 50")
    killed.catch_up(server.pid)
    killed.end(signal.SIGKILL)
    found += rig.same("mode", os.stat(killed.path).st_mode & 0o777, 0o600)
    found += rig.same("events of a killed recorder",
                      json.loads(test.top("snapshot", "--json",
                                          killed.path))["servers"][0]["events"]["emitted"],
                      test.snapshot(server.pid)["events"]["emitted"])
    server.end()
    return found


def check_nohup(test):
    """A signal that whoever started it ignores does not end it."""
    server = known.Server(test, "left-alone")
    path = os.path.join(test.path, "nohup.acdrec")
    process = test.start(["sh", "-c", "trap '' HUP INT; exec \"$0\" \"$@\"", rig.TOP, "record", path,
                          str(server.pid)])
    rig.wait_for("the recording to begin",
                 lambda: os.path.exists(path) and os.path.getsize(path) > HEAD)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGINT)
    # Twice: who ends takes what there is once more.
    for _ in range(2):
        before = os.path.getsize(path)
        server.tell("requests 50")
        rig.wait_for("more to be recorded",
                     lambda least=before: os.path.getsize(path) > least or process.poll() is not None)
    found = rig.same("ended by what is ignored", process.poll(), None)
    process.send_signal(signal.SIGTERM)
    found += rig.same("ended by SIGTERM", process.wait(timeout=rig.PATIENCE_S), 0)
    server.end()
    return found


def check_losses(test):
    """A recorder that was held up: seen and lost are all that was emitted, as for a live reader."""
    server = known.Server(test, "fast", ACDEBUG_LANE="65536")
    recorder = Recorder(test, "lossy.acdrec", str(server.pid))
    # What was overwritten before it began is not its loss.
    recorder.catch_up(server.pid)
    recorder.process.send_signal(signal.SIGSTOP)
    server.tell("requests 3000")
    recorder.process.send_signal(signal.SIGCONT)
    server.tell("requests 10")
    recorder.catch_up(server.pid)
    recorder.end()
    lines = events(test.top("tail", "--json", recorder.path))
    lost = sum(line["count"] for line in lines if line["kind"] == "lost")
    seen = sum(line["kind"] != "lost" for line in lines)
    emitted = test.snapshot(server.pid)["events"]["emitted"]
    server.end()
    found = rig.same("seen and lost", seen + lost, emitted)
    return found if lost > 1000 else [*found, f"only {lost} lost: nothing was tested"]


class Screen:
    """acdebug-top on a terminal of its own, and what stands there."""

    def __init__(self, test, *arguments):
        self.glass, line = pty.openpty()
        fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
        self.said = os.path.join(test.path, "stderr")
        with open(self.said, "wb") as said:
            self.process = self._start(test, arguments, line, said)
        os.close(line)
        self.screen = live.pyte.Screen(100, 24)
        self.stream = live.pyte.ByteStream(self.screen)

    @staticmethod
    def _start(test, arguments, line, said):
        return subprocess.Popen([rig.TOP, *arguments], stdin=line, stdout=line, stderr=said,
                                cwd=test.path, env={**test.environment, "TERM": "xterm-256color",
                                                    "LC_ALL": "C.UTF-8"})

    def errors(self):
        """What it said beside the screen."""
        with open(self.said, encoding="utf-8") as said:
            return said.read()

    def wait_for(self, *texts, pressing=b""):
        """Waits until all of these stand on the screen."""
        def are_there():
            self.press(pressing)
            while select.select([self.glass], [], [], 0)[0]:
                self.stream.feed(os.read(self.glass, 65536))
            shown = "\n".join(self.screen.display)
            return all(text in shown for text in texts)
        rig.wait_for(" and ".join(texts) + " on the screen", are_there)

    def press(self, keys):
        os.write(self.glass, keys)

    def quit(self):
        self.press(b"q")
        status = self.process.wait(timeout=rig.PATIENCE_S)
        os.close(self.glass)
        return status


def check_replay(test, path):
    """Replayed to its end, back, halted, step by step; the numbers are those of the end again."""
    screen = Screen(test, "replay", path, "--speed", "1000")
    screen.wait_for("REPLAYED")
    screen.press(b" ")
    screen.wait_for("PAUSED")
    screen.press(b"\\kind:timer\r")
    screen.wait_for("FILTER")
    screen.press(b"<")
    # What was chosen stays, and so does the halt.
    screen.wait_for("The recording ends here", "FILTER", "PAUSED", pressing=b".")
    screen.press(b" ")
    screen.wait_for("REPLAYED")
    screen.press(b"r")
    screen.wait_for("This is a recording already")
    found = rig.same("exit status of replay", screen.quit(), 0)
    done = test.run_top("replay", os.path.join(test.path, "equal.none"))
    found += rig.same("a file that is not there", done.returncode, 3)
    return found


def check_torn_replay(test, path):
    """Played again, a torn recording says nothing while the screen is up; nor does one that went."""
    torn = os.path.join(test.path, "torn.acdrec")
    with open(path, "rb") as whole, open(torn, "wb") as file:
        file.write(whole.read()[:-100])
    screen = Screen(test, "replay", torn, "--speed", "1000")
    screen.wait_for("REPLAYED")
    screen.press(b" ")
    screen.wait_for("PAUSED")
    screen.press(b"<")
    screen.wait_for("The recording ends here", pressing=b".")
    found = rig.same("said on the screen", screen.errors(), "")
    os.unlink(torn)
    screen.press(b"<")
    found += rig.same("exit status of what went", screen.process.wait(timeout=rig.PATIENCE_S), 3)
    if "does not exist" not in screen.errors():
        found.append(f"a recording that went: {screen.errors()!r}")
    os.close(screen.glass)
    return found


def check_key(test):
    """`r` on the live screen: what it records is what the server has."""
    server = known.Server(test, "watched")
    server.tell("requests 20")
    screen = Screen(test, str(server.pid))
    screen.wait_for("LIVE")
    screen.press(b"r")
    screen.wait_for("Recording to acdebug-")
    rig.wait_for("the first frames", lambda: [name for name in os.listdir(test.path)
                                              if name.startswith("acdebug-")
                                              and os.path.getsize(os.path.join(test.path, name))
                                              > 1000])
    screen.press(b"r")
    screen.wait_for("acdebug-top replay")
    found = rig.same("exit status", screen.quit(), 0)
    path = next(os.path.join(test.path, name) for name in os.listdir(test.path)
                if name.startswith("acdebug-") and name.endswith(".acdrec"))
    found += rig.same("what r recorded",
                      json.loads(test.top("snapshot", "--json", path))["servers"][0]["timers"],
                      test.snapshot(server.pid)["timers"])
    server.end()
    return found


def main():
    with rig.Rig() as test:
        found, path = check_equality(test)
        found += check_cuts(test, path)
        found += check_flips(test, path)
        found += check_replay(test, path)
        found += check_torn_replay(test, path)
        found += check_key(test)
        found += check_redaction(test)
        found += check_limits(test)
        found += check_nohup(test)
        found += check_losses(test)
    rig.finish(found)


if __name__ == "__main__":
    main()
