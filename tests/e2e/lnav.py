#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lnav reads what `acdebug-top tail --json` prints, with the format file that is installed: every event
is a row of its table, with its kind and name, and errors are errors.
"""

import collections
import csv
import io
import json
import os
import shutil
import subprocess
import sys

import rig

EMIT = os.path.join(rig.BUILD, "acdebug-emit")
FORMAT = os.path.join(os.environ.get("top_srcdir") or rig.BUILD, "tui", "share", "acdebug.lnav.json")
LINES = [
    {"msg": "plain", "n": 1, "request_id": "r-1"}, {"level": "error", "msg": "a logger's"},
    {"event": "cache_hit", "type": "prompt", "key": "k\u00e9y"},
    {"event": "cache_miss", "type": "prompt", "reason": "cold"},
    {"event": "timer_start", "name": "chat"},
    {"event": "timer_checkpoint", "name": "chat", "label": "half"},
    {"event": "timer_end", "name": "chat"},
    {"event": "timer", "name": "chat", "duration_ms": 3, "error_type": "Timeout"},
    {"event": "error", "type": "HTTP", "status": 502, "message": "upstream failed"},
]
LEVELS = {"error": "error", "timer_fail": "error", "cache": "debug", "timer_start": "trace"}


def lnav(test, *arguments):
    done = subprocess.run(["lnav", "-n", "-I", test.path, *arguments], text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=rig.PATIENCE_S,
                          env={**test.environment, "HOME": test.path}, check=False)
    return done.stdout + done.stderr


def main():
    if not shutil.which("lnav"):
        print("SKIP: lnav is not installed")
        sys.exit(77)
    found = []
    with rig.Rig() as test:
        subprocess.run([EMIT, "--name", "logged"], env=test.environment, check=True, text=True,
                       input="".join(json.dumps(line) + "\n" for line in LINES),
                       stdout=subprocess.DEVNULL)
        count = len(LINES) + 3  # and start, thread, stop
        text = test.top("tail", "--json", "--from-start", "--all", "-n", str(count), "logged")
        text += '{"time":"2026-03-14T12:00:02.000Z","server":"logged","pid":1,"kind":"lost",' \
                '"count":312,"cause":"overrun"}\n'
        events = os.path.join(test.path, "events.ndjson")
        with open(events, "w", encoding="utf-8") as file:
            file.write(text)
        folder = os.path.join(test.path, "formats", "acdebug")
        os.makedirs(folder)
        shutil.copy(FORMAT, os.path.join(folder, "acdebug.json"))
        found += rig.same("lnav's word on the format", lnav(test, "-C"), "")
        rows = list(csv.DictReader(io.StringIO(lnav(
            test, "-c", ";SELECT kind, name, log_level, server FROM acdebug_log", "-c",
            ":write-csv-to -", events))))
        wanted = collections.Counter(json.loads(line)["kind"] for line in text.splitlines())
        found += rig.same("events by kind", collections.Counter(row.get("kind") for row in rows),
                          wanted)
        for row in rows:
            found += rig.same(f"level of {row['kind']}", row["log_level"],
                              LEVELS.get(row["kind"], row["log_level"]))
        shown = lnav(test, events)
        for words in ("upstream failed", "312 overrun", "half"):
            if words not in shown:
                found.append(f"not shown: {words}")
        os.remove(os.path.join(folder, "acdebug.json"))
        without = lnav(test, "-c", ";SELECT kind FROM acdebug_log", events)
        if "no such table" not in without:
            found.append(f"without the format there is a table all the same: {without[:80]}")
    rig.finish(found)


if __name__ == "__main__":
    main()
