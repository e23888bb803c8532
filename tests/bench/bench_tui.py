#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The viewer beside the programs for terminals that are installed, in one run.

For each program and size: start to the first whole picture (the output rests for 50 ms), a key to
the first byte, CPU and wake-ups while nothing happens (the floor: as many that do nothing), memory
without shared memory.  Then ours with a million events a second coming in, with 1,000 servers, and a
JSON file beside jq.
"""

import contextlib
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

BUILD = os.environ.get("top_builddir", ".")
TOP = os.path.join(BUILD, "acdebug-top")
SERVER = os.path.join(BUILD, "tests", "bench", "busy_server")
WAKER = os.path.join(BUILD, "tests", "bench", "waker")
ROUNDS, KEYS, IDLE_S = 5, 60, 8
REST_S = 0.05


class Program:
    """A program on a terminal of its own."""

    def __init__(self, arguments, size, environment):
        self.glass, line = pty.openpty()
        fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.began = time.monotonic()
        self.process = subprocess.Popen(arguments, stdin=line, stdout=line, stderr=line,
                                        env=environment, start_new_session=True)
        os.close(line)

    def read(self, seconds):
        """Bytes that came within so long; b"" when none did."""
        if not select.select([self.glass], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self.glass, 1 << 20)
        except OSError:
            return b""

    def first_picture(self, rest=REST_S):
        """Milliseconds from the start to the last byte before the first rest."""
        last, seen = None, 0
        while True:
            data = self.read(rest if seen > 200 else 5)
            if not data:
                return (last - self.began) * 1e3 if last else float("nan")
            last, seen = time.monotonic(), seen + len(data)

    def drain(self, seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def key_ms(self, keys):
        taken = []
        for i in range(KEYS):
            while self.read(0.03):
                pass
            before = time.monotonic()
            os.write(self.glass, keys[i % len(keys)])
            if self.read(1):
                taken.append((time.monotonic() - before) * 1e3)
        return sorted(taken)

    def idle(self):
        """CPU in percent and wake-ups a second."""
        pid = self.process.pid

        def now():
            ran = switches = 0
            for task in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as file:
                    ran += int(file.read().split()[0])
                with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
                    for line in file:
                        if line.startswith("voluntary"):
                            switches += int(line.split()[1])
            return ran, switches

        ran, switches = now()
        self.drain(IDLE_S)
        after = now()
        return (after[0] - ran) / IDLE_S / 1e7, (after[1] - switches) / IDLE_S

    def memory_mb(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            rows = dict(line.split(":", 1) for line in file if line.startswith("Rss"))
        return sum(int(rows[name].split()[0]) for name in ("RssAnon", "RssFile")) / 1024

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        while self.process.poll() is None:
            self.read(0.05)
        os.close(self.glass)


@contextlib.contextmanager
def servers(environment, *arguments):
    process = subprocess.Popen([SERVER, *arguments], stdout=subprocess.PIPE, env=environment)
    process.stdout.readline()
    try:
        yield
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def varnish(environment):
    """A varnishd without traffic, if there is one; what varnishstat is to be called with, or None."""
    if not shutil.which("varnishd") or not shutil.which("varnishstat"):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="acd-varnish-") as folder:
        process = subprocess.Popen(["varnishd", "-F", "-j", "none", "-n", folder, "-b", "none",
                                    "-a", "127.0.0.1:0"], env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        ask = ["varnishstat", "-n", folder]
        try:
            up = any(subprocess.run([*ask, "-1", "-t", "10"], check=False, capture_output=True,
                                    env=environment).returncode == 0 for _ in range(3))
            yield ask if up else None
        finally:
            process.terminate()
            process.wait()


def p99(values):
    return values[len(values) * 99 // 100]


def compare(environment, text, varnishstat):
    """A row for each program and size."""
    programs = [("acdebug-top", [TOP], [b"e", b"o"]),
                ("htop", ["htop"], [b"\x1b[B", b"\x1b[A"]),
                ("btop", ["btop", "--utf-force"], [b"\x1b[B", b"\x1b[A"]),
                ("lnav", ["lnav", text], [b"k", b"j"]),
                ("varnishstat", varnishstat, [b"v", b"V"]),
                ("less", ["less", text], [b"j", b"k"])]
    print(f"{'':<22}{'start':>9}{'key':>8}{'key p99':>9}{'CPU':>9}{'wake-ups':>10}{'memory':>9}")
    print(f"{'':<22}{'ms':>9}{'ms':>8}{'ms':>9}{'%':>9}{'a second':>10}{'MB':>9}")
    program = Program([WAKER], (80, 24), environment)
    cpu, wakes = program.idle()
    print(f"{'floor: wakes up only':<48}{cpu:>9.3f}{wakes:>10.1f}", flush=True)
    program.end()
    for size in ((80, 24), (200, 60)):
        for name, arguments, keys in programs:
            if name == "varnishstat" and not varnishstat:
                continue
            if name != "acdebug-top" and not shutil.which(name):
                continue
            starts = []
            for _ in range(ROUNDS):
                program = Program(arguments, size, environment)
                starts.append(program.first_picture())
                program.end()
            program = Program(arguments, size, environment)
            program.drain(2)
            key = program.key_ms(keys) or [float("nan")]
            cpu, wakes = program.idle()
            print(f"{name + ' %dx%d' % size:<22}{statistics.median(starts):>9.1f}"
                  f"{statistics.median(key):>8.2f}{p99(key):>9.2f}{cpu:>9.3f}{wakes:>10.1f}"
                  f"{program.memory_mb():>9.1f}", flush=True)
            program.end()


def under_load(environment):
    with servers(environment, "1000000"):
        program = Program([TOP], (80, 24), environment)
        program.drain(2)
        key = program.key_ms([b"e", b"o"])
        cpu, _ = program.idle()
        print(f"\na million events a second: key {statistics.median(key):.2f} ms, p99 {p99(key):.2f} ms, "
              f"CPU {cpu:.1f} %, {program.memory_mb():.1f} MB with what is kept")
        program.end()


def many(environment):
    with servers(environment, "0", "1000"):
        program = Program([TOP], (80, 24), environment)
        began = time.monotonic()
        seen = b""
        while b"1000 servers" not in seen and time.monotonic() - began < 10:
            seen = (seen + program.read(0.05))[-1 << 16:]
        shown = time.monotonic() - began
        program.drain(1)
        cpu, wakes = program.idle()
        print(f"1,000 servers: named on the screen after {shown * 1e3:.0f} ms, then {cpu:.2f} % CPU, "
              f"{wakes:.1f} wake-ups a second, {cpu * 10 / max(wakes, 0.1):.2f} ms each")
        program.end()


def json_beside_jq(environment, folder):
    for megabytes in (10, 100, 1000):
        path = os.path.join(folder, "big.json")
        row = '{"role":"user","tokens":1234,"cached":true,"text":"a prompt of some words"},'
        with open(path, "w", encoding="ascii") as file:
            file.write("[" + row * (megabytes * 10**6 // len(row)) + "null]")
        program = Program([TOP, "view", path], (80, 24), environment)
        first = program.first_picture(0.01)
        # While it reads, it says how far it is, ten times a second.
        whole = program.first_picture(0.5)
        memory = program.memory_mb()
        program.end()
        before = time.monotonic()
        jq = ""
        if shutil.which("jq") and megabytes < 1000:  # which takes ten times as much memory
            subprocess.run(["jq", "length", path], stdout=subprocess.DEVNULL, check=True)
            jq = f"; jq's length of it after {(time.monotonic() - before) * 1e3:.0f} ms"
        print(f"JSON of {megabytes} MB: first picture after {first:.1f} ms, read and looked through for "
              f"secrets after {whole:.0f} ms, {memory:.0f} MB with the file{jq}", flush=True)
        os.remove(path)


def main():
    with tempfile.TemporaryDirectory(prefix="acd-tui-", dir="/dev/shm") as folder:
        os.chmod(folder, 0o700)
        text = os.path.join(folder, "text.log")
        with open(text, "w", encoding="ascii") as file:
            file.writelines(f"2026-01-01 00:00:00 line {i} of a log\n" for i in range(10000))
        environment = {**os.environ, "ACDEBUG_DIR": folder, "TERM": "xterm-256color",
                       "LC_ALL": "C.UTF-8", "HOME": folder, "XDG_CONFIG_HOME": folder}
        with servers(environment, "0"), varnish(environment) as varnishstat:
            compare(environment, text, varnishstat)
        for name in os.listdir(folder):
            if name.endswith(".acr"):
                os.remove(os.path.join(folder, name))
        under_load(environment)
        many(environment)
        json_beside_jq(environment, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
