#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The storms for as long as one has time: `make soak`, SOAK_MINUTES=60.

The rows stand in soak_rows.py. Two workers, one for each of two cores, share the time among their rows
by weight; a row goes on, round after round and each with another seed, until its share is used or its
target is reached, and what it leaves goes to those behind it. Each row prints what it reached. A round
that fails, prints no figure or does not end is a failure: its output is printed, and the row is over.

    soak.py [ROW...]     those whose names contain one of the words
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import soak_rows

ROUND_S = 45  # a round is made about as long
STUCK_S = 900  # and twenty times what was expected: it hangs


def run(argv, environment, limit_s):
    """(exit status, output); the status is None when it had to be ended."""
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, **environment},
                          start_new_session=True) as process:
        try:
            output, _ = process.communicate(timeout=limit_s)
            return process.returncode, output.decode(errors="replace")
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                output, _ = process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                output, _ = process.communicate()
            return None, output.decode(errors="replace")


class Reached:
    """How far a row came."""

    def __init__(self, row):
        self.row = row
        self.target = row.target
        self.done = self.rounds = 0
        self.seconds = 0.0
        self.sums = {}
        self.failure = self.left_out = None
        self.output = ""

    def take(self, status, output, size):
        """Counts a round; what it says is in the row's pattern."""
        self.rounds += 1
        self.output = output
        found = re.search(self.row.pattern, output) if self.row.pattern else None
        if status == 77:
            self.left_out = output.strip().splitlines()[-1] if output.strip() else "exit 77"
        elif status is None and not self.row.cut:
            self.failure = "does not end"
        elif status is not None and status != 0:
            self.failure = f"exit status {status}"
        elif self.row.count:
            self.done += len(re.findall(self.row.count, output, re.MULTILINE))
        elif self.row.pattern and not found:
            self.failure = "prints no figure"
        elif found:
            self.sum_up(found.groupdict())
        else:
            self.done += size

    def sum_up(self, figures):
        self.done += int(figures.pop("done")) * int(figures.pop("times", None) or 1)
        self.done += int(figures.pop("plus", None) or 0)
        self.target = int(figures.pop("target", None) or self.target or 0) or None
        for name, value in figures.items():
            self.sums[name] = self.sums.get(name, 0) + int(value)

    @property
    def over(self):
        return bool(self.failure or self.left_out or (self.target and self.done >= self.target))

    def line(self):
        of = f" of {self.target:,}" if self.target else ""
        more = "; " + ", ".join(f"{value:,} {name.replace('_', ' ')}"
                                for name, value in self.sums.items()) if self.sums else ""
        end = f"  FAILED: {self.failure}" if self.failure else \
            f"  LEFT OUT: {self.left_out}" if self.left_out else ""
        return (f"{self.row.name:24} {self.done:,}{of} {self.row.unit} in {self.rounds} rounds, "
                f"{self.seconds / 60:.1f} min{more}{end}")


class Worker:
    """One core's rows, in order."""

    def __init__(self, rows, seconds, runner=run, clock=time.monotonic, say=print):
        self.rows, self.runner, self.clock, self.say = rows, runner, clock, say
        self.end = clock() + seconds
        self.reached = []

    def work(self):
        for i, row in enumerate(self.rows):
            weights = sum(other.weight for other in self.rows[i:])
            share = max(0, self.end - self.clock()) * row.weight / weights
            self.reached.append(self.go_on(row, share))
            self.say(self.reached[-1].line())
            if self.reached[-1].failure:
                self.say(self.reached[-1].output[-6000:])
        return self.reached

    def go_on(self, row, share):
        reached, begin, size = Reached(row), self.clock(), row.size
        while not reached.over:
            left = share - (self.clock() - begin)
            if reached.rounds > 0 and (left <= 0 or row.whole_share):
                break
            if reached.target:
                size = min(size, reached.target - reached.done)
            started = self.clock()
            argv, environment = row.command(soak_rows.Round(size, reached.done, reached.rounds, left))
            limit = left if row.cut else 20 * min(share, ROUND_S) + STUCK_S + left
            status, output = self.runner(argv, environment, limit)
            took = max(self.clock() - started, 0.001)
            reached.take(status, output, size)
            reached.seconds = self.clock() - begin
            # The next round as long as a round should be, or as what is left.
            next_s = max(min(ROUND_S, left - took), 0)
            size = max(1, row.size // 4, min(int(size * next_s / took), size * 8))
        return reached


def chosen(words):
    rows = soak_rows.rows()
    return [row for row in rows if not words or any(word in row.name for word in words)]


def main(words):
    minutes = float(os.environ.get("SOAK_MINUTES") or 60)
    rows = chosen(words)
    if not rows:
        sys.exit(f"soak: no such row: {' '.join(words)}")
    lock = threading.Lock()

    def say(line):
        with lock:
            print(line, flush=True)

    workers = [Worker([row for row in rows if row.worker == i], minutes * 60, say=say)
               for i in sorted({row.worker for row in rows})]
    say(f"soak: {len(rows)} rows in {minutes:g} minutes, {len(workers)} at a time")
    threads = [threading.Thread(target=worker.work) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reached = [one for worker in workers for one in worker.reached]
    failed = [one for one in reached if one.failure]
    say(f"soak: {len(reached)} rows, {len(failed)} failed, "
        f"{sum(one.left_out is not None for one in reached)} left out")
    return 1 if failed or len(reached) != len(rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
