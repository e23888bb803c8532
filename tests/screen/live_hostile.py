#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The live screen over a ring that its writer means ill with: bytes that change at random while they
are read and drawn, and a file that is cut while it is mapped. The viewer lives and says what it sees.

As live.py, which brings the terminal: waits for what it wants to see, never for a time.
"""

import os
import random
import signal
import subprocess
import sys
import time

from live import DOWN, ENTER, ESC, SCALE, Demo, Terminal, main, servers, settle

EMIT = os.path.join(os.environ.get("top_builddir", "."), "acdebug-emit")
WORD = 8
ROUNDS = max(40, int(200 * SCALE))
KEYS = [b"o", b"e", b"c", b"t", ENTER, ESC, b"x", b"A", b"/a\r", b"\\level<=3\r", DOWN, b"G", b"g", b"s", b"m"]


def copy_of_a_ring(directory, name):
    """A ring with much in it, which nobody writes any more but we."""
    server, = [one for one in servers(directory) if one["name"] == "demo-server"]
    with open(server["ring"], "rb") as ring:
        content = ring.read()
    path = os.path.join(directory, name)
    with open(path, "wb") as copy:
        copy.write(content)
    os.chmod(path, 0o600)
    return path


def shown(terminal):
    """All that was typed has been drawn, and nothing of the ring's is obeyed by the terminal."""
    terminal.type(ESC)
    # Read together with the next key it would be another one, and nothing shows that it was read.
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        terminal.take(0.1)
    settle(terminal)


def bytes_that_change_while_they_are_drawn_hurt_nothing(directory):
    demo = Demo(directory)
    demo.wait(lambda: " timer " in demo.text and " cache " in demo.text, "events")
    path = copy_of_a_ring(directory, "hostile.1.acr")
    viewer = Terminal(directory, path, "--set=refresh=20ms", size=(120, 40))
    viewer.see("by request")
    chance = random.Random(5)
    ring = os.open(path, os.O_RDWR)
    # The first half only words that were there change: lanes, tables, sites; then any.
    used = [at for at in range(4096, os.fstat(ring).st_size, WORD) if os.pread(ring, WORD, at).strip(b"\0")]
    size = os.fstat(ring).st_size
    for i in range(ROUNDS):
        for _ in range(200):
            at = chance.choice(used) if i < ROUNDS // 2 or chance.random() < 0.5 \
                else chance.randrange(4096 // WORD, size // WORD) * WORD
            value = chance.choice([os.urandom(WORD), b"\xff" * WORD, b"\0" * WORD, b"\033[2J\033]0;"])
            os.pwrite(ring, value, at)
        viewer.type(chance.choice(KEYS))
        viewer.take(0.01)
        assert viewer.program.poll() is None, viewer.text
    os.close(ring)
    shown(viewer)
    assert b"\033[2J\033]0;" not in viewer.raw, "a terminal would have obeyed the ring"
    viewer.quit()
    demo.quit()


def a_ring_that_is_cut_while_it_is_mapped_is_said(directory):
    for left in (0, 4096, 100000):
        demo = Demo(directory)
        demo.wait(lambda: " timer " in demo.text and " cache " in demo.text, "events")
        server, = [one for one in servers(directory) if one["state"] == "alive"]
        watcher = Terminal(directory, str(server["pid"]), size=(200, 40))
        watcher.see("by request", " timer ")
        # Who writes there faults, by its own user's hand: it is held still, and what looks on is not.
        os.kill(server["pid"], signal.SIGSTOP)
        settle(watcher)
        assert "shrank" not in watcher.text, "a whole one did not"
        size = os.path.getsize(server["ring"])
        os.truncate(server["ring"], left)
        for viewer in (watcher, demo):
            viewer.see_title("DETACH")
        watcher.see(f"shrank from {size} to {left} bytes; detached, ", "events kept")
        for keys, wanted in ((b"t", "p95"), (b"c", "why missed"), (b"o", "by request"), (b"e", " kept")):
            watcher.type(keys)
            watcher.see(wanted)
        watcher.see(" timer ")  # the events are kept; of a picture the first bytes may be there alone
        os.kill(server["pid"], signal.SIGKILL)
        for viewer in (watcher, demo):
            viewer.quit()
        os.unlink(server["ring"])


def a_terminal_that_takes_no_utf8_gets_none(directory):
    """The second byte of this letter is CSI, or ends a title, where bytes are characters."""
    name = "caf\u00db\u00dc"
    server = subprocess.Popen([EMIT, "--name", name], stdin=subprocess.PIPE,
                              env={**os.environ, "ACDEBUG_DIR": directory})
    while name not in [one["name"] for one in servers(directory)]:
        assert server.poll() is None, "no server"
    path = os.path.join(directory, name + ".json")
    with open(path, "w", encoding="utf-8") as file:
        file.write("[1]")
    config = os.path.join(directory, name + ".yaml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"{name}: 1\n")
    for arguments in (["list"], ["snapshot"], ["view", path], ["-c", config, "--check-config"], []):
        terminal = Terminal(directory, *arguments, LC_ALL="C")
        terminal.see("<U+00DB>")
        if not arguments or arguments[0] == "view":
            terminal.wait(lambda now=terminal: b"\033]2;" in now.raw and b"\007" in now.raw, "a title")
            terminal.type(b"q")
        terminal.end()
        assert not [byte for byte in terminal.raw if byte >= 0x80], arguments
        terminal.close()
    server.stdin.close()
    server.wait()


TESTS = [a_terminal_that_takes_no_utf8_gets_none, bytes_that_change_while_they_are_drawn_hurt_nothing,
         a_ring_that_is_cut_while_it_is_mapped_is_said]

if __name__ == "__main__":
    sys.exit(main(TESTS))
