#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Clocks that were moved, pids that were given again, counters near their wrap: alive, dead and unknown are
right, no time is in the future, no number is negative and no rate is above one.

The namespaces need root or a user namespace; what a machine lacks of them is said, and without any of them
the test ends 77.
"""

import datetime
import glob
import json
import os
import shutil
import signal
import struct
import subprocess
import sys

import known
import rig

FLAGS = 16  # of the identity: the compatible flags
LOCKED = 1
WRAP = 1 << 64
SOON_S = 3600
MOVED_S = "10000000"  # clocks that are moved, by months


def listed(test):
    return json.loads(test.top("list", "--json"))["servers"]


def states(test):
    """{the ring's name: its state}"""
    return {os.path.basename(row["ring"]).split(".")[0]: row["state"] for row in listed(test)}


def without_lock(test, path, name):
    """A copy of a ring whose lock can't be asked: the process has to tell."""
    with open(path, "rb") as file:
        ring = bytearray(file.read())
    flags = struct.unpack_from("=Q", ring, FLAGS)[0]
    assert flags & LOCKED, "the emitter holds no lock here"
    struct.pack_into("=Q", ring, FLAGS, flags & ~LOCKED)
    return write_ring(test, ring, name)


def write_ring(test, ring, name):
    path = os.path.join(test.rings, f"{name}.0123456789ab.acr")
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(ring)
    return path


def ring_of(test, name):
    path, = glob.glob(os.path.join(test.rings, f"{name}.*.acr"))
    return path


# ---------------------------------------------------------------- pids

def serve_once(test, name):
    server = known.Server(test, name)
    server.tell("requests 4")
    return server


def pids_are_given_again(test):
    """As the first process of a pid namespace, so that the next pid can be chosen."""
    first = serve_once(test, "first")
    os.kill(first.pid, signal.SIGKILL)
    first.process.wait()
    with open("/proc/sys/kernel/ns_last_pid", "w", encoding="ascii") as file:
        file.write(str(first.pid - 1))
    second = serve_once(test, "second")
    found = rig.same("the pid was given again", second.pid, first.pid)
    without_lock(test, ring_of(test, "first"), "first-without")
    without_lock(test, ring_of(test, "second"), "second-without")
    found += rig.same("states", states(test), {"first": "dead", "second": "alive",
                                               "first-without": "dead", "second-without": "alive"})
    os.unlink(os.path.join(test.rings, "second-without.0123456789ab.acr"))
    test.start([rig.TOP, "level", str(second.pid), "3"])
    second.tell("requests 1")
    rig.wait_for("the level of the living one", lambda: set_level(test, second))
    return found


def set_level(test, server):
    server.tell("requests 1")
    return json.loads(test.top("snapshot", "--json", "second"))["servers"][0]["level"] == 3


def run_inside(what, spaces):
    """This script again, in namespaces: its violations."""
    done = subprocess.run(["unshare", *spaces, sys.executable, os.path.abspath(__file__), what],
                          text=True, capture_output=True, timeout=5 * rig.PATIENCE_S, check=False)
    if done.returncode not in (0, 1):
        return [f"{what}: exit status {done.returncode}: {done.stdout}{done.stderr}"]
    return [f"{what}: {line}" for line in done.stdout.splitlines()[:-1]] if done.returncode else []


# ---------------------------------------------------------------- clocks

def seconds_from_now(text):
    then = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (then - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


def a_moved_clock_moves_nothing(test, spaces, name):
    """The server's monotonic clock and time since boot are not the viewer's."""
    server = known.Server(test, name, inside=spaces)
    server.tell("requests 20")
    server.tell("running")
    found = rig.same(f"{name}: state", states(test)[name], "alive")
    without_lock(test, ring_of(test, name), f"{name}-without")
    if states(test)[f"{name}-without"] == "dead":
        found.append(f"{name}: a server that lives is called dead where its lock can't be asked")
    os.unlink(os.path.join(test.rings, f"{name}-without.0123456789ab.acr"))
    for line in test.top("tail", "--json", "--from-start", "-n", "10", name).splitlines():
        away = seconds_from_now(json.loads(line)["time"])
        if not -SOON_S < away < 1:
            found.append(f"{name}: an event is {away} s from now")
    setter = test.start([rig.TOP, "level", name, "3", "--for", "5m"])
    while setter.poll() is None:
        server.tell("requests 1")
    found += rig.same(f"{name}: level is set", setter.returncode, 0)
    seen = json.loads(test.top("snapshot", "--json", name))["servers"][0]
    found += rig.same(f"{name}: level", seen["level"], 3)
    lease = seconds_from_now(seen["lease_until"])
    if not 0 < lease <= 301:
        found.append(f"{name}: the lease ends in {lease} s")
    server.end()
    rig.wait_for("its end", lambda: states(test)[name] == "dead")
    return found


# ---------------------------------------------------------------- counters

def numbers(value, path=""):
    """(path, number) of all numbers in a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from numbers(inner, f"{path}[{i}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def bad_numbers(snapshot):
    return [f"{path} is {number}" for path, number in numbers(snapshot)
            if not 0 <= number < WRAP or ("rate" in path and number > 1)]


def counters_near_their_wrap(test):
    server = known.Server(test, "counts")
    server.tell("requests 1234")
    server.tell("everything")
    seen = json.loads(test.top("snapshot", "--json", "counts"))["servers"][0]
    cache = next(cache for cache in seen["caches"] if cache["type"] == "prompt")
    found = bad_numbers(seen)
    server.end()
    path = ring_of(test, "counts")
    with open(path, "rb") as file:
        ring = file.read()
    os.unlink(path)
    keys = ("hits", "partial", "misses", "input_tokens", "cached_tokens", "token_lookups")
    for key in keys:
        word = struct.pack("=Q", cache[key])
        if ring.count(word) == 0:
            found.append(f"{key}, {cache[key]}, is no word of the ring")
    near = [(WRAP - 700, (key,)) for key in keys]
    for number, changed in near + [(number, keys) for number in (WRAP - 1, WRAP // 2, WRAP // 2 - 1)]:
        moved = ring
        for key in changed:
            moved = moved.replace(struct.pack("=Q", cache[key]), struct.pack("=Q", number))
        path = write_ring(test, moved, "counts")
        what = f"{'+'.join(changed)} = {number}"
        seen = json.loads(test.top("snapshot", "--json", path))
        found += [f"{what}: {bad}" for bad in bad_numbers(seen)]
        found += [f"{what}: {line}" for line in test.top("snapshot", "--openmetrics", path).splitlines()
                  if line[:1] != "#" and line.split()[-1].startswith("-")]
    # That it can fail: more hits than lookups, below nothing.
    assert bad_numbers({"hit_rate_tokens": 1.5}) and bad_numbers({"a": [{"b": -1}]})
    return found


# ---------------------------------------------------------------- main

def can(*spaces):
    return shutil.which("unshare") is not None and subprocess.run(
        ["unshare", *spaces, "true"], capture_output=True, check=False).returncode == 0


def main():
    if sys.argv[1:] == ["pids"]:
        with rig.Rig() as test:
            rig.finish(pids_are_given_again(test))
    with rig.Rig() as test:
        found = counters_near_their_wrap(test)
    missing = []
    pids = ["--pid", "--fork", "--mount-proc", "--kill-child"]
    if can(*pids) and os.geteuid() == 0:
        found += run_inside("pids", pids)
    else:
        missing.append("a pid namespace whose next pid may be chosen")
    for name, by in (("later", MOVED_S), ("earlier", "-1")):
        clocks = ["--time", "--fork", "--kill-child", "--monotonic", by, "--boottime", by]
        if can(*clocks):
            with rig.Rig() as test:
                found += a_moved_clock_moves_nothing(test, ["unshare", *clocks], name)
        else:
            missing.append(f"a time namespace ({name})")
    if not found and missing:
        print(f"SKIP: not there: {', '.join(missing)}; the rest passes")
        sys.exit(77)
    rig.finish(found)


if __name__ == "__main__":
    main()
