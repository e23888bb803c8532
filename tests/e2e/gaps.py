#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `tail` says was lost is all that was lost, also where nothing came in between.

The server here rests; the word in its ring that counts dropped events is raised a few times, as an
emitter does that has no place for its events.
"""

import glob
import json
import mmap
import os
import struct
import threading

import rig

SECTION_SHARED = 288 + 24  # FORMAT.md: the second entry of the header's table
DROPPED_BUSY = 32
STEPS = (5, 7, 11)


def raise_dropped(path, more):
    with open(path, "r+b") as ring, mmap.mmap(ring.fileno(), 0) as memory:
        at = struct.unpack_from("<Q", memory, SECTION_SHARED)[0] + DROPPED_BUSY
        struct.pack_into("<Q", memory, at, struct.unpack_from("<Q", memory, at)[0] + more)


def check(test):
    found = []
    server, _ = test.serve()
    (ring,) = glob.glob(os.path.join(test.rings, "*.acr"))
    tail = test.start([rig.TOP, "tail", "--json", "--from-start", str(server.pid)])
    patience = threading.Timer(rig.PATIENCE_S, tail.kill)
    patience.start()
    tail.stdout.readline()  # the server's first event says that tail is there
    for more in STEPS:
        raise_dropped(ring, more)
        said = next((line for line in iter(tail.stdout.readline, "")
                     if '"kind":"lost"' in line), '{"count":0}')
        found += rig.same("lost", json.loads(said)["count"], more)
    patience.cancel()
    return found


def main():
    with rig.Rig() as test:
        found = check(test)
    rig.finish(found)


if __name__ == "__main__":
    main()
