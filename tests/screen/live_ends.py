#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every way out of every screen gives the terminal back as it was: signals that end, that mean a crash,
that stop.

As live.py, which brings the terminal: waits for what it wants to see, never for a time.
"""

import os
import signal
import sys
import time

from live import ENDING, ENTER, F8, MOUSE_OFF, MOUSE_ON, PATIENCE, PROGRAM, SCALE, Demo, Terminal, main

# How to come to each screen of a viewer of the demo server: keys, and what is seen then.
DEBUG_FILE = "anyclaude-debug-1700000000000-abcdef.json"
SCREENS = {
    "overview": [(b"o", "by request")],
    "events": [(b"e", " kept")],
    "cache": [(b"c", "why missed")],
    "timers": [(b"t", "then the slowest")],
    "a timer": [(b"t", "then the slowest"), (ENTER, "started")],
    "a request": [(b"t", "then the slowest"), (ENTER, "started"), (ENTER, "to checkpoint")],
    "errors": [(b"x", "Errors  ")],
    "servers": [(b"A", "1 shown")],
    "help": [(b"?", "Screens and")],
    "files": [(b"F", "1 file")],
    "JSON": [(b"F", "1 file"), (ENTER, "statusCode")],
    "JSON as text": [(b"F", "1 file"), (ENTER, "statusCode"), (b"r", '{"statusCode":502')],
    "finding in JSON": [(b"F", "1 file"), (ENTER, "statusCode"), (b"/zzz", "zzz")],
    "a filter": [(b"\\zzz", "zzz")],
    "a search": [(b"e", " kept"), (b"/zzz", "zzz")],
    "a level": [(F8, "for 30 s")],
}


def go_to(terminal, screen):
    for keys, wanted in SCREENS[screen]:
        terminal.type(keys)
        terminal.see(wanted)


def leave_a_file(directory):
    path = os.path.join(directory, DEBUG_FILE)
    with open(path, "w", encoding="utf-8") as file:
        file.write('{"statusCode":502,"request":{"body":null}}')
    os.chmod(path, 0o600)


def every_signal_gives_the_terminal_back(directory):
    demo = Demo(directory)
    leave_a_file(directory)
    ends = 0
    for number in ENDING * max(1, int(SCALE)):
        for screen in SCREENS:
            terminal = Terminal(directory, "demo-server", "--mouse", TMPDIR=directory)
            terminal.see("Quit")
            go_to(terminal, screen)
            terminal.program.send_signal(number)
            assert terminal.end() == -number, f"{screen}, {number}: {terminal.program.returncode}"
            terminal.close()
            ends += 1
    print(f"{ends} ends by signals")
    demo.quit()


def child_of(pid):
    """The pid of its one child, once there is one."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
            found = children.read().split()
        if found:
            return int(found[0])
        time.sleep(0.01)
    raise AssertionError("no child")


def control_z_stops_and_fg_comes_back(directory):
    demo = Demo(directory)
    leave_a_file(directory)
    # Under a shell with job control: elsewhere nobody could make it go on, and nothing stops.
    script = 'set -m; "$0" demo-server --mouse; echo stopped; read line; fg'
    for screen in SCREENS:
        job = Terminal(directory, command=["bash", "--norc", "-c", script, PROGRAM], TMPDIR=directory)
        job.see("Quit")
        go_to(job, screen)
        watcher = child_of(job.program.pid)
        os.kill(watcher, signal.SIGTSTP)
        job.see("stopped")
        assert job.raw.rfind(b"\033[?1049l") > job.raw.rfind(b"\033[?1049h"), screen
        assert job.raw.rfind(b"\033[?25h") > job.raw.rfind(b"\033[?25l"), screen
        assert job.raw.rfind(MOUSE_OFF) > job.raw.rfind(MOUSE_ON), screen
        job.type(b"\n")
        job.wait(lambda: "stopped" not in job.text, "another screen")
        job.see(SCREENS[screen][-1][1])
        assert job.raw.rfind(MOUSE_ON) > job.raw.rfind(MOUSE_OFF), screen
        assert job.raw.rfind(b"\033[?1049h") > job.raw.rfind(b"\033[?1049l"), screen
        os.kill(watcher, signal.SIGTERM)
        job.end()
        job.close()
    demo.quit()


def fg_after_a_stop_without_warning_sets_the_modes_anew(directory):
    """SIGSTOP can't be caught: the shell takes a terminal that is still the viewer's."""
    demo = Demo(directory)
    script = ('was=$(stty -g); set -m; "$0" demo-server --mouse; stty sane; '
              'printf "\\033[?25h\\033[?2004l\\nstopped"; read line; fg; stty "$was"')
    job = Terminal(directory, command=["bash", "--norc", "-c", script, PROGRAM])
    job.see("Quit")
    watcher = child_of(job.program.pid)
    os.kill(watcher, signal.SIGSTOP)
    job.see("stopped")
    job.type(b"\n")
    job.wait(lambda: "stopped" not in job.text, "another screen")
    # Without an Enter: keys are read one by one.
    job.type(b"?")
    job.see("Screens and")
    assert job.raw.rfind(b"\033[?25l") > job.raw.rfind(b"\033[?25h")
    assert job.raw.rfind(b"\033[?2004h") > job.raw.rfind(b"\033[?2004l")
    os.kill(watcher, signal.SIGTERM)
    job.end()
    job.close()
    demo.quit()


def write_editor(directory, script):
    """The words for $EDITOR: sh and the script."""
    path = os.path.join(directory, "editor")
    with open(path, "w", encoding="utf-8") as file:
        file.write(script)
    return f"sh {path}"


# How an editor leaves the terminal that is killed in the middle of its work.
MESS = r"stty raw -echo; printf '\033[?1049h\033[?25l\033[31mGARBAGE'; "

EDITORS = [
    (None, "can't start '/nonexistent/ed': No such file"),
    ("exit 1", "said that it failed"),
    ("kill -KILL $$", "said that it failed"),
    (MESS + "kill -KILL $$", "said that it failed"),
    (MESS + "exit 0", None),
]


def every_end_of_an_editor_gives_the_screen_back(directory):
    demo = Demo(directory)
    leave_a_file(directory)
    for script, said in EDITORS:
        began = os.path.join(directory, "began")
        editor = write_editor(directory, f"touch {began}; {script}") if script else "/nonexistent/ed"
        terminal = Terminal(directory, "demo-server", "--mouse", TMPDIR=directory, VISUAL=editor)
        terminal.see("Quit")
        go_to(terminal, "JSON")
        shown = [line for line in terminal.screen.display if "statusCode" in line]
        terminal.type(b"v")
        if script:
            terminal.wait(lambda path=began: os.path.exists(path), "the editor")
            os.unlink(began)
        if said:
            terminal.see(said)
        terminal.wait(lambda now=terminal, then=shown: "GARBAGE" not in now.text and
                      [line for line in now.screen.display if "statusCode" in line] == then,
                      "the screen as it was")
        # Keys are read one by one again, and the mouse is on.
        terminal.type(b"r")
        terminal.see('{"statusCode":502')
        assert terminal.raw.rfind(MOUSE_ON) > terminal.raw.rfind(MOUSE_OFF), script
        assert terminal.raw.rfind(b"\033[?1049h") > terminal.raw.rfind(b"\033[?1049l"), script
        terminal.type(b"\x03")
        terminal.end()
        terminal.close()
    demo.quit()


TESTS = [every_signal_gives_the_terminal_back, control_z_stops_and_fg_comes_back,
         fg_after_a_stop_without_warning_sets_the_modes_anew,
         every_end_of_an_editor_gives_the_screen_back]

if __name__ == "__main__":
    sys.exit(main(TESTS))
