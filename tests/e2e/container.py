#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server in namespaces of its own (pid, mount, user), as a container has them, and a viewer outside; and
the other way round, as a sidecar. Both see the same directory, under another path.

Ends 77 where namespaces can't be made.
"""

import glob
import json
import os
import shutil
import struct
import subprocess
import sys

import rig

EMIT = os.path.join(rig.BUILD, "acdebug-emit")
INSIDE = "/mnt"  # there on every system; mounted over in the namespace only
FLAGS = 16  # of the identity: the compatible flags
LOCKED = 1
SPACES = {
    "pid and mount": ["--pid", "--fork", "--mount", "--mount-proc"],
    "pid, mount and user": ["--pid", "--fork", "--mount", "--mount-proc", "--user",
                            "--map-user=4321", "--map-group=4321", "--keep-caps"],
    "root in a user namespace": ["--pid", "--fork", "--mount", "--mount-proc", "--user",
                                 "--map-root-user"],
}


def enter(test, spaces, command):
    """The command line that runs `command` inside, as its first process."""
    script = (f"mount --bind '{test.rings}' {INSIDE} && mount -t tmpfs none /dev/shm && "
              f"export ACDEBUG_DIR={INSIDE} && exec {command}")
    return ["unshare", *spaces, "--kill-child", "sh", "-c", script]


def can(spaces):
    """May this one mount?"""
    if not shutil.which("unshare"):
        return False
    done = subprocess.run(["unshare", *spaces, "sh", "-c", "mount -t tmpfs none /dev/shm"],
                          capture_output=True, check=False)
    return done.returncode == 0


def listed(test, *options):
    return json.loads(test.top("list", "--json", *options))["servers"]


def start_inside(test, spaces):
    process = subprocess.Popen(enter(test, spaces, f"'{EMIT}' --name boxed"),
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=test.environment)
    process.stdin.write(b'{"event":"cache_hit","type":"prompt"}\n' * 3)
    process.stdin.flush()
    for _ in range(3):
        process.stdout.readline()
    return process


def host_pid(process):
    """The server's pid out here: the only child of unshare."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
        return int(file.read().split()[0])


def seen_from_outside(test, spaces):
    found = []
    process = start_inside(test, spaces)
    try:
        rows = listed(test)
        found += rig.same("state", [row["state"] for row in rows], ["alive"])
        found += rig.same("the pid as it is inside", rows[0]["pid"], 1)
        text = test.top("list")
        if " 1*" not in text or "not a process of this number here" not in text:
            found.append(f"list doesn't say whose pid it is: {text}")
        seen = json.loads(test.top("snapshot", "--json", "boxed"))["servers"][0]
        found += rig.same("hits", seen["caches"][0]["hits"], 3)
        test.top("level", "boxed", "1")
        process.stdin.write(b'{"msg":"wakes it"}\n')
        process.stdin.flush()
        process.stdout.readline()
        events = test.top("tail", "--json", "--from-start", "-n", "6", "boxed")
        found += rig.same("the level change inside", '"kind":"level"' in events, True)
        os.kill(host_pid(process), 9)
        rig.wait_for("its end", lambda: listed(test)[0]["state"] == "dead")
        if "*" in test.top("list"):
            found.append("a dead server's pid is still marked")
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()
    return found


def seen_from_inside(test, spaces):
    """A sidecar: the viewer has the namespaces."""
    with subprocess.Popen([EMIT, "--name", "host"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=test.environment) as server:
        server.stdin.write(b'{"msg":"x"}\n')
        server.stdin.flush()
        server.stdout.readline()
        done = subprocess.run(enter(test, spaces, f"'{rig.TOP}' list --json"), text=True,
                              capture_output=True, env=test.environment, check=False)
        server.stdin.close()
        server.wait()
    assert done.returncode == 0, done.stderr
    rows = [row for row in json.loads(done.stdout)["servers"] if row["name"] == "host"]
    return rig.same("the host's server", [row["state"] for row in rows], ["alive"])


def what_cannot_be_judged(test, spaces):
    """A ring whose lock can't be seen, as on a share between machines: never "dead", and told so."""
    process = start_inside(test, spaces)
    try:
        path = glob.glob(os.path.join(test.rings, "boxed.*.acr"))[0]
        with open(path, "rb") as file:
            ring = bytearray(file.read())
        flags = struct.unpack_from("=Q", ring, FLAGS)[0]
        assert flags & LOCKED, "the emitter holds no lock here"
        struct.pack_into("=Q", ring, FLAGS, flags & ~LOCKED)
        far = os.path.join(test.rings, "far.0123456789ab.acr")
        with open(os.open(far, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as file:
            file.write(ring)
        rows = {os.path.basename(row["ring"]): row["state"] for row in listed(test)}
        found = rig.same("states", rows, {os.path.basename(path): "alive",
                                          os.path.basename(far): "unknown"})
        if "can't be told from here" not in test.top("list"):
            found.append("list doesn't say what unknown means")
    finally:
        process.kill()
        process.stdin.close()
        process.stdout.close()
        process.wait()
    return found


def main():
    possible = {name: spaces for name, spaces in SPACES.items() if can(spaces)}
    if not possible:
        print("SKIP: neither root nor a user namespace may mount here")
        sys.exit(77)
    found = []
    for name, spaces in possible.items():
        with rig.Rig() as test:
            bad = seen_from_outside(test, spaces) + seen_from_inside(test, spaces)
        rig.say(f"{name}: {'FAILED' if bad else 'ok'}")
        found += [f"{name}: {line}" for line in bad]
    with rig.Rig() as test:
        found += what_cannot_be_judged(test, next(iter(possible.values())))
    rig.finish(found)


if __name__ == "__main__":
    main()
