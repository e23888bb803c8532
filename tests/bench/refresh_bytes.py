#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How many bytes a refresh of the live screen costs, with the demo server behind it.

Prints a table: size, screen, refreshes, bytes of each (median, mean, 95th percentile), and how many of
a refresh's bytes are the text that came in, which no way of drawing saves; the rest goes there and
sets colours. What comes within 20 ms is one refresh; there are ten a second at most. The demo's
events are too fast to be read, so every third refresh alone moves their list: the median is of
one that does not, and the mean is what a terminal takes.
"""

import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROGRAM = os.path.join(os.environ.get("top_builddir", "."), "acdebug-top")
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 8
CONTROL = re.compile(rb"\033\[[0-9;?]*[A-Za-z]|\033\(B|\033\].*?\007|[\0-\037]", re.DOTALL)
TERM = os.environ.get("REFRESH_TERM", "xterm-256color")


def refreshes(glass, seconds):
    """The bytes of each refresh for so long, and how many of them are text."""
    taken, current, last = [], b"", 0.0
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        if select.select([glass], [], [], min(0.02, end - now))[0]:
            data = os.read(glass, 65536)
            if current and time.monotonic() - last > 0.02:
                taken.append(current)
                current = b""
            current += data
            last = time.monotonic()
    return sorted((len(one), len(CONTROL.sub(b"", one))) for one in taken)


def measure(directory, size, key):
    glass, line = pty.openpty()
    fcntl.ioctl(glass, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    program = subprocess.Popen([PROGRAM, "--demo"], stdin=line, stdout=line, stderr=line,
                               env={**os.environ, "ACDEBUG_DIR": directory, "TERM": TERM,
                                    "LC_ALL": "C.UTF-8"}, start_new_session=True)
    os.close(line)
    refreshes(glass, 3)
    os.write(glass, key)
    refreshes(glass, 1)
    sizes = refreshes(glass, SECONDS)
    os.write(glass, b"q")
    while program.poll() is None:
        try:
            os.read(glass, 65536)
        except OSError:
            break
    program.wait()
    os.close(glass)
    return sizes


def main():
    print(f"bytes a refresh, {TERM}, demo server")
    print(f"{'':<18}{'refreshes':>10}{'median':>9}{'mean':>9}{'p95':>9}{'text':>8}"
          f"{'a second':>10}")
    for size in ((80, 24), (200, 60)):
        for name, key in (("overview", b"o"), ("events", b"e")):
            with tempfile.TemporaryDirectory(prefix="acd-bytes-") as directory:
                os.chmod(directory, 0o700)
                taken = measure(directory, size, key)
            sizes, text = zip(*taken)
            print(f"{size[0]}x{size[1]} {name:<11}{len(sizes):>9}{statistics.median(sizes):>9.0f}"
                  f"{statistics.mean(sizes):>9.0f}{sizes[len(sizes) * 95 // 100]:>9}"
                  f"{statistics.median(text):>8.0f}{sum(sizes) / SECONDS:>10.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
