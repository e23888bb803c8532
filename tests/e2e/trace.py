#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A trace of 10,000 requests: it loads, its events have what Chrome's format asks of each phase, and
its spans add up to what the timers counted, to the nanosecond.
"""

import collections
import json
import subprocess

import known
import rig

REQUESTS = 10_000
# What each phase must have, by the format's documentation.
ALWAYS = {"ph", "cat", "name", "pid"}
NEEDED = {"b": {"id", "tid", "ts"}, "n": {"id", "tid", "ts"}, "e": {"id", "tid", "ts"},
          "i": {"s", "tid", "ts"}, "C": {"tid", "ts", "args"}, "X": {"tid", "ts", "dur"},
          "M": {"args"}}


def check_form(events):
    found = []
    for event in events:
        missing = (ALWAYS | NEEDED.get(event["ph"], {"a known phase"})) - event.keys()
        if missing:
            found.append(f"{event} lacks {missing}")
        if event["ph"] == "i" and event["s"] not in ("t", "p", "g"):
            found.append(f"scope of {event}")
    return found[:5]


def spans_of(events):
    """(name, begin, end, the end's arguments) of each span; a stack a track, as readers pair them."""
    stacks, spans, found = collections.defaultdict(list), [], []
    # At the same time, as for spans of no length, the order of writing is the truth.
    for event in sorted((event for event in events if event["ph"] in "be"),
                        key=lambda event: (event["ts"], event["#"])):
        stack = stacks[event["cat"], event["id"]]
        if event["ph"] == "b":
            stack.append(event)
        elif not stack:
            found.append(f"an end without a beginning: {event}")
        else:
            names = [one["name"] for one in stack]
            if event["name"] not in names:
                found.append(f"{event} ends none of {names}")
                continue
            at = len(names) - 1 - names[::-1].index(event["name"])
            spans.append((event["name"], stack.pop(at)["ts"], event["ts"], event["args"]))
    return spans, [one for stack in stacks.values() for one in stack], found


def check_sums(events, snapshot):
    spans, open_spans, found = spans_of(events)
    sums, counts, failed = (collections.Counter() for _ in range(3))
    for name, begin, end, arguments in spans:
        sums[name] += arguments["elapsed_ns"]
        counts[name] += 1
        failed[name] += "failed" in arguments
        if abs((end - begin) * 1000 - arguments["elapsed_ns"]) > 1:
            found.append(f"{name} from {begin} to {end} took {arguments['elapsed_ns']} ns")
    for timer in snapshot["timers"]:
        name = timer["name"]
        found += rig.same(f"spans of {name}", counts[name], timer["count"])
        found += rig.same(f"sum of {name}", sums[name], timer["sum_ns"])
        found += rig.same(f"failed of {name}", failed[name], timer["failed"])
        for label in timer["checkpoints"]:
            marks = sum(event["ph"] == "n" and event["name"] == label["label"]
                        for event in events)
            found += rig.same(f"instants of {label['label']}", marks, label["count"])
    return found + rig.same("spans that run on", [one["name"] for one in open_spans], ["stuck"])


def check_instants(events, snapshot):
    prompt = next(cache for cache in snapshot["caches"] if cache["type"] == "prompt")
    found = []
    for outcome, key in (("hit", "hits"), ("partial", "partial"), ("miss", "misses")):
        seen = sum(event["ph"] == "i" and event["name"] == f"prompt {outcome}"
                   for event in events)
        found += rig.same(f"lookups: {outcome}", seen, prompt[key])
    last = [event for event in events if event["ph"] == "C" and event["name"] == "cache prompt"][-1]
    found += rig.same("the counter's last", last["args"],
                      {"hit": prompt["hits"], "partial": prompt["partial"],
                       "miss": prompt["misses"]})
    errors = sum(event["cat"] == "error" for event in events)
    return found + rig.same("errors", errors, REQUESTS // 50)


def check_overlap(events):
    """Of two timers of a request of which neither holds the other, one has a track of its own."""
    tracks = {event["name"]: event["id"] for event in events
              if event["ph"] == "b" and event["name"] in ("outer", "inner", "first", "second")}
    found = rig.same("tracks of nested timers", tracks["outer"], tracks["inner"])
    if tracks["first"] == tracks["second"]:
        found.append(f"two that overlap have one track: {tracks}")
    return found


def check_lapped(test):
    """A ring that went round: spans whose start is gone begin where their end says."""
    server = known.Server(test, "lapped")
    server.tell("requests 20000")
    events = load(test.top("trace", "lapped"))
    spans, open_spans, found = spans_of(events)
    server.end()
    if len(spans) < 1000 or open_spans:
        found.append(f"{len(spans)} spans, {len(open_spans)} without an end")
    return found


def load(text):
    events = json.loads(text)["traceEvents"]
    for index, event in enumerate(events):
        event["#"] = index
    return events


def main():
    with rig.Rig() as test:
        server = known.Server(test, ACDEBUG_LANE=str(16 << 20), ACDEBUG_BUDGET=str(64 << 20))
        server.tell(f"requests {REQUESTS}")
        server.tell("running")
        snapshot = test.snapshot(server.pid)
        events = load(test.top("trace", str(server.pid)))
        found = check_form(events)
        found += check_sums(events, snapshot)
        found += check_instants(events, snapshot)
        # One event less is found.
        without = [event for event in events if event["ph"] != "e"] + \
            [event for event in events if event["ph"] == "e"][1:]
        if not check_sums(without, snapshot):
            found.append("an end that is missing should be found")
        server.tell("overlap")
        found += check_overlap(load(test.top("trace", str(server.pid))))
        found += check_lapped(test)
        server.tell("hostile")
        server.tell("secrets")
        text = test.top("trace", str(server.pid))
        load(text)
        found += rig.same("control characters", [c for c in text if c < " " and c != "\n"], [])
        found += rig.same("secrets", "0123456789abcdef" in text, False)
        server.end()
        found += rig.same("no target", test.run_top("trace").returncode, 1)
        full = subprocess.run(f"{rig.TOP} trace {server.pid} > /dev/full", shell=True, check=False,
                              env=test.environment, capture_output=True)
        found += rig.same("exit status on a full disk", full.returncode, 1)
    rig.finish(found)


if __name__ == "__main__":
    main()
