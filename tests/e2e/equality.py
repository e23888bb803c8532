#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The main job on real input: what acdebug-top counts of a server is what happened.

Several clients send real texts over HTTP to the example server, which runs at level 3 with a small
ring, so that events are overrun all the time. Then three counts of the same are compared, to the
unit: those of the clients, made from the server's answers; those of the server, which it keeps apart
from the emitter; and those of `acdebug-top snapshot --json`.
"""

import collections
import glob
import json
import os
import re

import rig

CLIENTS = 8
REQUESTS = 150
ROUNDS = 2
CACHE_FIELDS = ("hits", "partial", "misses", "bypass", "evictions", "input_tokens",
                "cached_tokens", "created_tokens", "token_lookups", "entries")
CLIENT_FIELDS = ("hits", "partial", "misses", "bypass", "input_tokens", "cached_tokens",
                 "created_tokens")


def by(rows, key):
    return {row[key]: row for row in rows}


def add(left, right):
    """The sum of two clients' counts, field by field, as deep as they go."""
    if isinstance(left, dict):
        return {key: add(left.get(key, {} if isinstance(right.get(key), dict) else 0),
                         right.get(key, {} if isinstance(left.get(key), dict) else 0))
                for key in {**left, **right}}
    return left + right


def clients_and_server(clients, counts):
    """The clients' counts against the server's own."""
    tally = counts["tally"]
    statuses = {name.split(".")[1]: count for name, count in tally.items()
                if name.startswith("status.")}
    found = rig.same("statuses, clients and server", clients["statuses"], statuses)
    found += rig.same("requests, clients and server", clients["requests"], tally["requests"])
    caches = by(counts["caches"], "type")
    for cache in ("prompt", "kv"):
        for field in CLIENT_FIELDS:
            found += rig.same(f"{cache} {field}, clients and server", clients[cache][field],
                              caches[cache][field])
    done = "timer.chat_completion.checkpoint.inference_complete"
    found += rig.same("chats done, clients and server", clients["chats_done"], tally[done])
    return found


def reasons_of(row, cache, tally):
    """Why a cache missed. Of the prompt cache's misses the tracker says those that the cache took for
    cold, and the server counted what it heard."""
    if cache["type"] != "prompt":
        return rig.same(f"{cache['type']} reasons, snapshot and server", row["miss_reasons"],
                        cache["miss_reasons"])
    told = {name.split(".")[2]: count for name, count in tally.items()
            if name.startswith("miss.prompt.")}
    found = rig.same("prompt reasons, snapshot and server", row["miss_reasons"], told)
    for reason, count in cache["miss_reasons"].items():
        if reason != "cold" and told.get(reason, 0) < count:
            found.append(f"prompt: {count} {reason} of the cache, {told.get(reason, 0)} told")
    return found


def caches_of(server, counts):
    """The server's counts of its caches against the snapshot's."""
    found = []
    seen = by(server["caches"], "type")
    for cache in counts["caches"]:
        for field in CACHE_FIELDS:
            found += rig.same(f"{cache['type']} {field}, snapshot and server",
                              seen.get(cache["type"], {}).get(field), cache[field])
        found += reasons_of(seen[cache["type"]], cache, counts["tally"])
        found += rig.same(f"{cache['type']} unknown", seen[cache["type"]]["unknown"], 0)
    return found + rig.same("types of caches", sorted(seen), sorted(by(counts["caches"], "type")))


def timers_of(server, tally):
    """The server's counts of its timers and their checkpoints against the snapshot's."""
    wanted, seen = {}, {}
    for name, count in tally.items():
        if name.startswith("timer."):
            wanted[name] = count
    for timer in server["timers"]:
        name = f"timer.{timer['name']}"
        seen[f"{name}.count"] = timer["count"]
        seen[f"{name}.failed"] = timer["failed"]
        for checkpoint in timer["checkpoints"]:
            seen[f"{name}.checkpoint.{checkpoint['label']}"] = checkpoint["count"]
    seen = {name: count for name, count in seen.items() if count > 0}
    running = [timer["name"] for timer in server["timers"] if timer["running"] != 0]
    return (rig.same("timers, snapshot and server", seen, wanted)
            + rig.same("timers that still run", running, []))


def errors_of(server, tally):
    """The server's counts of its errors against the snapshot's, summed over providers and models."""
    wanted, seen = {}, {}
    for name, count in tally.items():
        match = re.fullmatch(r"error\.([^.]*)\.(\d+)\.(.*)", name)
        if match:
            wanted[(match[1], int(match[2]), match[3])] = count
    for group in server["errors"]:
        key = (group["type"], group["status"] or 0, group["message"])
        seen[key] = seen.get(key, 0) + group["count"]
    return rig.same("errors, snapshot and server", seen, wanted)


def files_of(test, clients, server, tally):
    """Every error that a client got left one file and one line of the log, and no other did."""
    wanted = {status: count for status, count in clients["statuses"].items() if int(status) >= 400}
    counted = {name.split(".")[1]: count for name, count in tally.items()
               if name.startswith("file.")}
    files, bodies = collections.Counter(), 0
    for path in glob.glob(os.path.join(test.path, "anyclaude-debug-*.json")):
        with open(path, encoding="utf-8") as file:
            whole = json.load(file)
        files[str(whole["statusCode"])] += 1
        bodies += (whole["response"]["statusCode"] == whole["statusCode"]
                   == whole["response"]["body"]["error"]["code"]
                   and whole["request"]["method"] == "POST")
    with open(os.path.join(test.path, "anyclaude-errors.log"), encoding="utf-8") as log:
        lines = collections.Counter(re.fullmatch(r"\[[^]]*\] HTTP (\d+) - Debug: .*\.json\n", line)[1]
                                    for line in log)
    last = [group["file"] for group in server["errors"] if group["type"] == "HTTP"]
    return (rig.same("files, server and clients", counted, wanted)
            + rig.same("files, folder and clients", dict(files), wanted)
            + rig.same("files with both sides of the exchange", bodies, sum(wanted.values()))
            + rig.same("lines of the log and clients", dict(lines), wanted)
            + rig.same("newest files that do not exist",
                       [path for path in last if not os.path.exists(path or "?")], []))


def main():
    with rig.Rig() as test:
        server, address = test.serve(
            "--us-per-token", "0", "--us-per-output-token", "50", "--load-ms", "0", "--blocks",
            "600", "--sessions", "12", "--fail-every", "13", "--limit", str(CLIENTS - 1),
            "--files", "100000", "--file-rate", "0",
            ANYCLAUDE_DEBUG="3", ACDEBUG_LANE="16384", ACDEBUG_SMALL_LANE="8192")
        clients = {}
        for seed in range(ROUNDS):
            clients = add(clients, test.drive(address, "--clients", str(CLIENTS), "--requests",
                                              str(REQUESTS), "--seed", str(seed)))
        counts = rig.get(address, "/counts")
        seen = test.snapshot(server.pid)
        found = clients_and_server(clients, counts)
        found += caches_of(seen, counts)
        found += timers_of(seen, counts["tally"])
        found += errors_of(seen, counts["tally"])
        found += files_of(test, clients, seen, counts["tally"])

        # Without these the test would have proved less than it says.
        events = seen["events"]
        if events["emitted"] - events["dropped"] <= 4 * events["in_ring"]:
            found.append(f"the ring was hardly overrun: {events}")
        for field in ("hits", "partial", "misses", "bypass"):
            if clients["prompt"][field] == 0:
                found.append(f"no {field} of the prompt cache in this load")
        for status in ("200", "400", "404", "500", "502", "503"):
            if clients["statuses"].get(status, 0) == 0:
                found.append(f"no answer {status} in this load")
        rig.stop(server)
        rig.say(f"{clients['requests']} requests, {events['emitted']} events, "
                f"{events['in_ring']} of them still in the ring")
    rig.finish(found)


if __name__ == "__main__":
    main()
