#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`doctor` finds each thing that can be wrong, names its cure, and is content when nothing is."""

import json
import os
import shutil
import struct
import subprocess

import known
import rig

SECTIONS = 288  # the table of sections in a ring's identity, FORMAT.md; the second is the shared block
DROPPED = 32  # in it: dropped_busy, dropped_no_room
OLD_S = 8 * 24 * 3600


def ask(test, *arguments, **environment):
    """(exit status, problems by id, all ids)"""
    done = subprocess.run([rig.TOP, "doctor", "--json", *arguments], text=True, check=False,
                          env={**test.environment, "TERM": "xterm", **environment},
                          capture_output=True, timeout=rig.PATIENCE_S)
    answer = json.loads(done.stdout)
    problems = {one["id"]: one["text"] for one in answer["findings"] if one["problem"]}
    return done.returncode, problems, {one["id"] for one in answer["findings"]}


def expect(what, answer, *ids):
    """Exactly these problems; exit status 1 if there are any; a cure in each sentence."""
    status, problems, _ = answer
    found = rig.same(f"{what}: problems", set(problems), set(ids))
    found += rig.same(f"{what}: exit status", status, 1 if ids else 0)
    return found + [f"{what}: no cure in {text!r}" for text in problems.values()
                    if "Hint:" not in text]


def change(path, offset, data):
    with open(path, "r+b") as file:
        file.seek(offset)
        file.write(data)


def check_directories(test):
    folder = os.path.join(test.path, "other")
    found = expect("no directory", ask(test, ACDEBUG_DIR=folder), "no-directory")
    os.mkdir(folder, 0o755)
    os.chmod(folder, 0o755)
    found += expect("mode 0755", ask(test, ACDEBUG_DIR=folder), "bad-directory")
    os.chmod(folder, 0o700)
    found += expect("empty", ask(test, ACDEBUG_DIR=folder), "no-server")
    os.rmdir(folder)
    with open(folder, "wb"):
        pass
    found += expect("a file", ask(test, ACDEBUG_DIR=folder), "bad-directory")
    found += rig.same("relative", "relative-directory" in ask(test, ACDEBUG_DIR="rings")[1], True)
    return found


def check_rings(test):
    server = known.Server(test, "well", 1)
    server.tell("requests 10")
    found = expect("all well", ask(test))
    found += rig.same("what is well", ask(test)[2] >= {"directory", "room", "server"}, True)
    found += expect("a strange level", ask(test, ANYCLAUDE_DEBUG="2abc"), "level-variable")
    ring = os.path.join(test.rings, test.snapshot(server.pid)["ring"])
    copy = os.path.join(test.rings, "copy.acr")
    shutil.copy(ring, copy)
    change(copy, 12, b"\x09\x00")
    found += expect("format 9", ask(test), "newer-format")
    change(copy, 0, b"GARBAGE!")
    found += expect("no ring", ask(test), "unreadable")
    os.unlink(copy)
    os.symlink(ring, copy)
    found += expect("a link", ask(test), "unreadable")
    os.unlink(copy)
    if os.geteuid() == 0:
        shutil.copy(ring, copy)
        os.chown(copy, 12345, 12345)
        found += expect("somebody else's", ask(test), "not-permitted")
        os.unlink(copy)
    test.top("level", str(server.pid), "0")
    found += expect("level 0", ask(test), "level-off")
    test.top("level", str(server.pid), "1")
    server.end()
    found += expect("after its end", ask(test), "no-server")
    for index in range(9):
        shutil.copy(ring, os.path.join(test.rings, f"dead{index}.acr"))
    found += expect("nine dead ones", ask(test), "no-server", "stale")
    for name in os.listdir(test.rings):
        os.unlink(os.path.join(test.rings, name))
    return found


def check_losses(test):
    crowded = known.Server(test, "crowded", 1)
    crowded.tell("many timers")
    found = expect("a full table", ask(test), "table-full")
    crowded.end()
    for name in os.listdir(test.rings):
        os.unlink(os.path.join(test.rings, name))
    # As its ring says it: a server that drops as many as one likes is not to be had.
    poor = known.Server(test, "poor", 1)
    found += expect("nothing dropped", ask(test))
    ring = os.path.join(test.rings, test.snapshot(poor.pid)["ring"])
    with open(ring, "rb") as file:
        shared, = struct.unpack_from("<Q", file.read(SECTIONS + 48), SECTIONS + 24)
    change(ring, shared + DROPPED, struct.pack("<QQ", 3, 4))
    answer = ask(test)
    found += expect("seven dropped", answer, "dropped")
    found += rig.same("how many", "dropped 7 events" in answer[1].get("dropped", ""), True)
    poor.end()
    os.unlink(ring)
    return found


def check_places(test):
    """In a mount namespace of its own: a container's mark, and a file system without room."""
    def inside(script):
        done = subprocess.run(["unshare", "-m", "sh", "-c", script + ' && "$0" doctor --json',
                               os.path.abspath(rig.TOP)], text=True, check=False,
                              capture_output=True, timeout=rig.PATIENCE_S,
                              env={**{key: value for key, value in test.environment.items()
                                      if key != "ACDEBUG_DIR"}, "TERM": "xterm",
                                   "WHERE": test.rings})
        return done if done.stdout else None

    def problems(done):
        return {one["id"] for one in json.loads(done.stdout)["findings"] if one["problem"]}

    container = inside("mount -t tmpfs none /run && touch /run/.containerenv "
                       "&& mount -t tmpfs none /dev/shm")
    if container is None:
        rig.say("no mount namespaces here: a container and a full file system are not tested")
        return []
    found = rig.same("in a container", problems(container), {"container", "no-directory"})
    full = inside('mount -t tmpfs -o size=1m,mode=700 none "$WHERE" && ACDEBUG_DIR="$WHERE" '
                  '&& export ACDEBUG_DIR')
    return found + rig.same("without room", problems(full) - {"container"},
                            {"no-room", "no-server"})


def main():
    with rig.Rig() as test:
        found = check_directories(test)
        found += check_rings(test)
        found += check_losses(test)
        found += check_places(test)
        text = test.run_top("doctor").stdout
        found += rig.same("text", "PROBLEM" in text and "\033" not in text, True)
        found += rig.same("targets", test.run_top("doctor", "x").returncode, 2)
    rig.finish(found)


if __name__ == "__main__":
    main()
