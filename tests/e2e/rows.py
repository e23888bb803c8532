#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The numbers on the Cache and Timers screens are those that the events tell.

A server does what it is told and dies; its ring keeps every event. They are counted here, from `tail
--json` alone: outcomes, tokens, reasons, times with their percentiles by the document's buckets, the
slowest requests and the steps of one. The screens, on an emulated terminal, must say the same, and
`snapshot --json` must agree with both.
"""

import collections
import glob
import json
import os
import re
import sys

import known
import rig

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "screen"))
import live  # noqa: E402  it needs the path

SIZE = (200, 60)
REQUESTS = 230
OUTCOMES = ("hit", "partial", "miss", "bypass", "unknown")
TIMER = "acdebug.timer."


# ---------------------------------------------------------------- how numbers look

def count(n):
    """A short count: cut, never rounded up."""
    for unit, name in ((10**6, "M"), (10**3, "k")):
        if n >= unit:
            return f"{n // unit}{name}" if n >= 10 * unit else f"{n // unit}.{n * 10 // unit % 10}{name}"
    return str(n)


def time(ns):
    for unit, name in ((10**9, "s"), (10**6, "ms"), (10**3, "us")):
        if ns >= unit:
            return f"{ns // unit}{name}" if ns >= 10 * unit else f"{ns // unit}.{ns * 10 // unit % 10}{name}"
    return f"{ns}ns"


def percent(part, whole):
    if whole == 0:
        return "\u2014"
    return f"{(200 * part + whole) // (2 * whole)}%"


def bucket(ns):
    """FORMAT.md: 32 ns each below 1,024 ns, then 32 to an octave."""
    if ns < 1024:
        return ns // 32
    octave = ns.bit_length() - 1
    return (octave - 9) * 32 + (ns >> (octave - 5)) % 32


def middle(ns):
    index = bucket(ns)
    if index < 32:
        return index * 32 + 16
    shift = index // 32 + 4
    low = (32 + index % 32) << shift
    return low + (1 << shift) // 2


def percentile(times, permille):
    """Nearest rank, as exactly as the histogram knows it."""
    ordered = sorted(times)
    rank = -(-len(ordered) * permille // 1000)
    return min(middle(ordered[rank - 1]), ordered[-1])


# ---------------------------------------------------------------- the recount

class Recount:
    """What happened, from the events."""

    def __init__(self, events):
        self.caches, self.runs = {}, {}
        self.whole = collections.defaultdict(list)
        self.labels = collections.defaultdict(lambda: collections.defaultdict(list))
        for event in events:
            if event["kind"] == "cache":
                self.look_up(event)
            elif event["kind"] == "eviction":
                # The event has no model; this server evicts from one row only.
                self.cache("kv", "gpt-4o")["evicted"] += event["fields"]["acdebug.cache.count"]
            elif event["kind"].startswith("timer_"):
                self.take_timer(event)

    def cache(self, name, model):
        return self.caches.setdefault((name, model), {
            "outcomes": collections.Counter(), "reasons": collections.Counter(), "evicted": 0,
            "input": 0, "cached": 0, "lookups": []})

    def look_up(self, event):
        fields = event["fields"]
        row = self.cache(event["name"], fields.get("gen_ai.request.model", ""))
        outcome = fields["acdebug.cache.outcome"]
        row["outcomes"][outcome] += 1
        if outcome == "miss" and fields["acdebug.cache.reason"]:
            row["reasons"][fields["acdebug.cache.reason"]] += 1
        row["input"] += fields["gen_ai.usage.input_tokens"]
        row["cached"] += fields["gen_ai.usage.cache_read.input_tokens"]
        row["lookups"].append((outcome, fields["acdebug.cache.key"] or "\u2014",
                               f"{count(fields['gen_ai.usage.cache_read.input_tokens'])}/"
                               f"{count(fields['gen_ai.usage.input_tokens'])}"))

    def take_timer(self, event):
        fields, kind = event["fields"], event["kind"]
        run = self.runs.setdefault(fields[TIMER + "id"], {
            "timer": event["name"], "request": str(event["request"]), "marks": [], "state": None})
        if kind == "timer_checkpoint":
            mark = (fields[TIMER + "label"], fields[TIMER + "elapsed_ns"],
                    fields[TIMER + "since_ns"])
            run["marks"].append(mark)
            self.labels[event["name"]][mark[0]].append(mark[2])
        elif kind != "timer_start":
            run["elapsed"] = fields[TIMER + "elapsed_ns"]
            run["state"] = "ended" if kind == "timer_end" else f"failed: {fields['error.type']}"
            self.whole[event["name"]].append(run["elapsed"])


# ---------------------------------------------------------------- reading screens

def cell(line, heading, title):
    """The number that ends where its heading ends; None when there is none."""
    end = heading.index(title) + len(title)
    part = line[:end]
    return part.split()[-1] if part and not part.endswith(" ") else None


def rows_below(terminal, start):
    """The heading that has a text, and the rows below it to the first blank one."""
    lines = terminal.screen.display
    at = next(i for i, line in enumerate(lines) if start in line)
    rows = []
    for line in lines[at + 1:-1]:
        if not line.strip():
            break
        rows.append(line)
    return lines[at], rows


def settle(terminal, keys, *words):
    terminal.type(keys)
    live.settle(terminal)
    terminal.see(*words)


# ---------------------------------------------------------------- the Cache screen

def cache_screen(terminal, recount, snapshot):
    found = []
    settle(terminal, b"cg", "why missed")
    rows = {(row["type"], row.get("model", "")): row for row in snapshot["caches"]}
    found += rig.same("caches", sorted(rows), sorted(recount.caches))
    for _ in range(len(rows)):
        line = next(line for line in terminal.screen.display if " hit  " in line)
        name = tuple((line.split("  ")[0].split(" ") + [""])[:2])
        found += cache_row(terminal, line, name, recount.caches[name])
        found += cache_held(terminal, name, rows.pop(name))
        settle(terminal, live.DOWN)
    return found + rig.same("caches that were not shown", sorted(rows), [])


def cache_row(terminal, line, name, wanted):
    outcomes = wanted["outcomes"]
    seen = {word: int(number.replace(",", ""))
            for number, word in re.findall(r"  ([\d,]+) (\w+)", line)}
    found = rig.same(f"{name} outcomes", seen,
                     {**{o: outcomes[o] for o in OUTCOMES}, "evicted": wanted["evicted"]})
    missed = outcomes["miss"]
    reasons = {match[1]: (int(match[2]), match[3]) for match in
               (re.match(r" (\w+) +(\d+) +(<?\d+%)", row) for row in
                rows_below(terminal, " why missed")[1]) if match}
    found += rig.same(f"{name} reasons", reasons,
                      {reason: (n, percent(n, missed)) for reason, n in wanted["reasons"].items()})
    every = next(line for line in terminal.screen.display if line.startswith(" all "))
    hits = outcomes["hit"] + outcomes["partial"]
    found += rig.same(f"{name} rates", re.findall(r"(\S+%) +(\S+/\S+)", every), [
        (percent(hits, hits + missed), f"{count(hits)}/{count(hits + missed)}"),
        (percent(wanted["cached"], wanted["input"]),
         f"{count(wanted['cached'])}/{count(wanted['input'])}")])
    _, recent = rows_below(terminal, " recent ")
    seen = [tuple(row.split()[1:4]) for row in recent]
    newest = wanted["lookups"][::-1][:len(seen)]
    return found + rig.same(f"{name} newest lookups", seen, newest) + rig.same(
        f"{name} has lookups on the screen", bool(seen), True)


def cache_held(terminal, name, snapshot):
    """What was never said is a dash, not 0."""
    text = terminal.text
    entries = re.search(r"entries +(\S+)", text[text.index("held now"):])[1]
    wanted = "\u2014" if snapshot["entries"] is None else str(snapshot["entries"])
    return rig.same(f"{name} entries", entries, wanted)


# ---------------------------------------------------------------- the Timers screens

def timers_screen(terminal, recount, snapshot):
    found = []
    settle(terminal, b"tg", "p95")
    heading, rows = rows_below(terminal, "Timers ")
    lines = {row[1:].split()[0]: row for row in rows if row[1] != " "}
    shown = {timer["name"]: timer for timer in snapshot["timers"]}
    found += rig.same("timers", sorted(lines), sorted(shown))
    for name, row in lines.items():
        times = recount.whole[name]
        failed = sum(1 for run in recount.runs.values()
                     if run["timer"] == name and str(run["state"]).startswith("failed"))
        running = sum(1 for run in recount.runs.values()
                      if run["timer"] == name and run["state"] is None)
        wanted = {"run": count(running) if running else None, "n": count(len(times)),
                  "failed": count(failed)}
        wanted.update({title: time(percentile(times, permille)) if times else "\u2014"
                       for title, permille in (("p50", 500), ("p95", 950), ("p99", 990))})
        wanted[" max"] = time(max(times)) if times else "\u2014"
        found += rig.same(f"{name} on Timers",
                          {title: cell(row, heading, title if title != "n" else "    n")
                           for title in wanted}, wanted)
        found += rig.same(f"{name} in the snapshot",
                          [shown[name][key] for key in ("count", "failed", "running")],
                          [len(times), failed, running])
    return found


def timer_screen(terminal, recount, name):
    """The checkpoints and the slowest requests of the timer that is chosen."""
    found = []
    settle(terminal, live.ENTER, "then the slowest" if not recount.whole[name] else "the slowest")
    heading, rows = rows_below(terminal, "checkpoint ")
    for label, times in recount.labels[name].items():
        row = next(row for row in rows if row.startswith(f" {label} "))
        wanted = {"    n": count(len(times)), "p50": time(percentile(times, 500)),
                  "p95": time(percentile(times, 950)), " max": time(max(times))}
        found += rig.same(f"{name} @ {label}", {t: cell(row, heading, t) for t in wanted}, wanted)
    runs = [run for run in recount.runs.values() if run["timer"] == name and run["state"]]
    runs.sort(key=lambda run: -run["elapsed"])
    _, rows = rows_below(terminal, "the slowest kept")
    above = bucket(percentile(recount.whole[name], 950))
    for row, run in zip(rows, runs):
        words = row[1:].split()
        wanted = [time(run["elapsed"])] + ["!"] * (bucket(run["elapsed"]) > above)
        wanted += run["state"].split()
        found += rig.same(f"{name} slowest", words[:len(wanted)], wanted)
        if run["request"] not in words:
            found.append(f"{name}: request {run['request']} is not in {row.strip()!r}")
    return found + rig.same(f"{name}: many of the slowest", len(rows) >= 20, True), runs


def run_screen(terminal, recount, name, run):
    """The steps of one request, each with its own percentile."""
    settle(terminal, live.ENTER, "to checkpoint", f"req {run['request']}")
    heading, rows = rows_below(terminal, "to checkpoint")
    found = rig.same(f"{name} steps", len(rows) >= len(run["marks"]), True)
    for row, (label, elapsed, since) in zip(rows, run["marks"]):
        limit = percentile(recount.labels[name][label], 950)
        over = ["!"] * (bucket(since) > bucket(limit))
        wanted = [label, time(elapsed - since), time(since), *over, time(limit)]
        found += rig.same(f"{name} request {run['request']}", row.split()[:len(wanted)], wanted)
    return found


def main():
    with rig.Rig() as test:
        server = known.Server(test)
        server.tell("everything")
        server.tell(f"requests {REQUESTS}")
        server.tell("running")
        server.end()
        ring, = glob.glob(os.path.join(test.rings, "*.acr"))
        events = [json.loads(line) for line in
                  test.top("tail", "--json", "--from-start", "-n", "100000", ring).splitlines()]
        recount = Recount(events)
        snapshot, = json.loads(test.top("snapshot", "--json", ring))["servers"]
        # Only with every event is the recount one.
        found = rig.same("events", snapshot["events"]["emitted"], len(events))
        found += rig.same("lookups of prompt",
                          len(recount.caches["prompt", ""]["lookups"]), REQUESTS)
        terminal = live.Terminal(test.rings, ring, size=SIZE)
        try:
            terminal.see_title("DEAD")
            found += cache_screen(terminal, recount, snapshot)
            found += timers_screen(terminal, recount, snapshot)
            more, runs = timer_screen(terminal, recount, "chat")
            found += more
            found += run_screen(terminal, recount, "chat", runs[0])
            # The check can fail: a lookup more, and a time that is another.
            recount.caches["prompt", ""]["outcomes"]["hit"] += 1
            recount.whole["embed"][0] += 10**6
            if not cache_screen(terminal, recount, snapshot):
                found.append("a lookup that did not happen makes no difference")
            if not timers_screen(terminal, recount, snapshot):
                found.append("a time that is another makes no difference")
            terminal.type(b"q")
            terminal.end()
        finally:
            terminal.close()
        rig.say(f"{len(events)} events counted again, {len(runs)} requests of one timer")
    rig.finish(found)


if __name__ == "__main__":
    main()
