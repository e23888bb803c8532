#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The live screen on a terminal emulator (pyte), with a demo server behind it.

Waits for what it wants to see, never for a time. Keys and levels, pause, resizes, a server that is
killed and one that starts; every way out gives the terminal back as it was; where there is no
terminal, no escape sequence comes out.
"""

import fcntl
import glob
import json
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

SKIP = 77
DEBIAN_PYTHON = "/usr/bin/python3"

try:
    import pyte
except ImportError:
    # The package may belong to the system's Python and not to the first one on the path.
    if os.path.exists(DEBIAN_PYTHON) and "ACD_PYTHON_TRIED" not in os.environ:
        os.environ["ACD_PYTHON_TRIED"] = "1"
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON] + sys.argv)
    print("SKIP: no pyte. Hint: apt install python3-pyte")
    sys.exit(SKIP)

PROGRAM = os.path.join(os.environ.get("top_builddir", "."), "acdebug-top")
GUIDE_ERROR = os.path.join(os.environ.get("top_builddir", "."), "emitter", "examples", "guide_error")
PATIENCE = 60  # seconds until a test gives up; none takes a second of it
SCALE = float(os.environ.get("ACD_TEST_SCALE", 1))
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV,
          signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL]
UP, DOWN, F1, F7, F8, F10 = b"\033OA", b"\033OB", b"\033OP", b"\033[18~", b"\033[19~", b"\033[21~"
ENTER, ESC, TAB = b"\r", b"\033", b"\t"
MOUSE_ON, MOUSE_OFF = b"\033[?1006;1000h", b"\033[?1006;1000l"


class Gone(Exception):
    """The program has ended."""


class Terminal:
    """A pseudo-terminal, an emulator of it, and acdebug-top in front."""

    def __init__(self, directory, *arguments, size=(80, 24), command=None, **environment):
        self.glass, self.line = pty.openpty()
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.resize(*size)
        self.before = termios.tcgetattr(self.line)
        env = {**os.environ, "ACDEBUG_DIR": directory, "TERM": "xterm-256color",
               "LC_ALL": "C.UTF-8", **environment}
        env = {key: value for key, value in env.items() if value is not None}
        self.program = subprocess.Popen(command or [PROGRAM, *arguments], stdin=self.line,
                                        stdout=self.line, stderr=self.line, env=env,
                                        start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, w, h):
        fcntl.ioctl(self.glass, termios.TIOCSWINSZ, struct.pack("HHHH", h, w, 0, 0))
        self.screen.resize(h, w)

    def take(self, seconds=0.2):
        """Feeds the emulator what comes; false when nothing came."""
        if not select.select([self.glass], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.glass, 65536)
        except OSError as error:
            raise Gone from error
        self.raw = (self.raw + data)[-65536:]
        self.stream.feed(data)
        return True

    @property
    def text(self):
        return "\n".join(self.screen.display)

    @property
    def title(self):
        return self.screen.display[0]

    def wait(self, wanted, what):
        """Until `wanted` says yes of the screen."""
        end = time.monotonic() + PATIENCE
        while not wanted():
            if time.monotonic() > end:
                raise AssertionError(f"waited for {what}; the screen is:\n{self.text}")
            self.take()

    def see(self, *words):
        for word in words:
            self.wait(lambda: word in self.text, repr(word))

    def see_title(self, word):
        self.wait(lambda: word in self.title, f"{word!r} in the title")

    def type(self, keys):
        os.write(self.glass, keys)

    def end(self):
        """What the program ended with; the terminal must be as it was."""
        deadline = time.monotonic() + PATIENCE
        while self.program.poll() is None:
            assert time.monotonic() < deadline, "the program does not end"
            self.take(0.05)
        while self.take(0):
            pass
        assert termios.tcgetattr(self.line) == self.before, "the terminal's modes are not restored"
        if b"\033[?1049h" in self.raw:
            assert self.raw.rfind(b"\033[?1049l") > self.raw.rfind(b"\033[?1049h"), \
                "the alternate screen was not left"
            assert self.raw.rfind(b"\033[?25h") > self.raw.rfind(b"\033[?25l"), "no cursor"
            assert self.raw.rfind(MOUSE_OFF) >= self.raw.rfind(MOUSE_ON), "the mouse stays on"
        return self.program.returncode

    def quit(self):
        """As a user does, with nothing to be asked."""
        self.type(b"q")
        assert self.end() == 0
        self.close()

    def close(self):
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self.glass)
        os.close(self.line)


class Demo(Terminal):
    """acdebug-top --demo, which brings a server for the other terminals."""

    def __init__(self, directory, more=(), **settings):
        super().__init__(directory, "--demo", *more, **settings)
        self.see("chat_completion", "LIVE")


def run(directory, *arguments, **more):
    return subprocess.run([PROGRAM, *arguments], env={**os.environ, "ACDEBUG_DIR": directory},
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE,
                          check=False, **more)


def servers(directory):
    return json.loads(run(directory, "list", "--json").stdout)["servers"]


# ---------------------------------------------------------------- the tests

def the_overview_shows_every_part(directory):
    demo = Demo(directory)
    demo.see("by request", "by tokens", "prompt", "kv", "p95", "cache_check", "inference_complete",
             "Errors", "Events (following)", "F10 Quit")
    demo.wait(lambda: " timer " in demo.text and "%" in demo.text, "events and rates")
    demo.resize(200, 60)
    demo.see("longest running", "evicted", "last 5m")
    demo.resize(40, 8)
    demo.see("V<=3")
    demo.resize(20, 3)
    demo.wait(lambda: demo.screen.display[1].strip() == "" and demo.title.strip(), "one line")
    demo.resize(80, 24)
    demo.see("Events (following)")
    demo.quit()


def levels_change_and_are_acknowledged(directory):
    demo = Demo(directory)
    demo.see_title("SERVER L2 verbose")
    demo.type(F7)
    demo.see_title("SERVER L1 basic")
    demo.type(b"+")
    demo.see_title("SERVER L2 verbose")
    demo.type(F8)
    demo.see("Level 3 trace", "for 30 s", "for 1 min", "for 5 min", "until this viewer ends")
    demo.type(ESC)
    demo.wait(lambda: "for 30 s" not in demo.text, "no question")
    assert "L2 verbose" in demo.title
    demo.type(F8 + ENTER)
    demo.see_title("L3 trace")
    demo.wait(lambda: " 3 log " in demo.text, "an event of level 3")
    assert [s["level"] for s in servers(directory)] == [3]
    assert servers(directory)[0]["lease_until"] is not None
    demo.type(b"1")
    demo.see_title("VIEW <=1")
    demo.type(F10)
    assert demo.end() == 0  # unasked: the server ends, too
    demo.close()


def level_of(directory):
    server, = servers(directory)
    return server["level"]


def levels_that_were_raised_are_put_back(directory):
    demo = Demo(directory, ANYCLAUDE_DEBUG="1")
    viewer = Terminal(directory, "demo-server", size=(200, 60))
    viewer.see_title("SERVER L1 basic")
    viewer.type(b"+")
    viewer.see_title("SERVER L2 verbose")
    viewer.see_title(" by ")
    viewer.type(b"q")
    viewer.see("You raised a level", "2 verbose, was 1 basic")
    viewer.type(ESC)
    viewer.wait(lambda: "You raised" not in viewer.text, "no question")
    viewer.type(b"q")
    viewer.see("put it back, and quit")
    viewer.type(ENTER)
    assert viewer.end() == 0
    assert level_of(directory) == 1
    viewer.close()
    # Until the viewer ends: by a key, and by a signal, nobody is asked.
    for way_out in (lambda: viewer.type(b"q"),
                    lambda: viewer.program.send_signal(signal.SIGTERM)):
        viewer = Terminal(directory, "demo-server", size=(200, 60))
        viewer.see_title("SERVER L1 basic")
        viewer.type(b"+")
        viewer.see_title("SERVER L2 verbose")
        viewer.type(b"+")
        viewer.see("until this viewer ends")
        viewer.type(b"4")
        viewer.see_title("L3 trace until you quit")
        assert level_of(directory) == 3
        viewer.type(b"-")
        viewer.see_title("SERVER L2 verbose")
        viewer.type(b"--")
        viewer.see_title("SERVER L0 off")
        viewer.type(b"+")
        viewer.see_title("SERVER L1 basic")
        run(directory, "level", "demo-server", "2")
        viewer.see_title("SERVER L2 verbose")
        viewer.type(b"+")
        viewer.see("until this viewer ends")
        viewer.type(b"4")
        viewer.see_title("L3 trace until you quit")
        way_out()
        viewer.end()
        assert level_of(directory) == 2, "what it found is what it leaves"
        run(directory, "level", "demo-server", "1")
        viewer.close()
    # What was set for a while gives back what stood before, not the level of the start.
    viewer = Terminal(directory, "demo-server", size=(200, 60))
    viewer.see_title("SERVER L1 basic")
    run(directory, "level", "demo-server", "2")
    run(directory, "level", "demo-server", "3", "--for", "1s")
    viewer.see_title("L3 trace for ")
    viewer.see_title("SERVER L2 verbose")
    viewer.quit()
    demo.quit()


def errors_open_their_file(directory):
    environment = {**os.environ, "ACDEBUG_DIR": directory, "TMPDIR": directory,
                   "ANYCLAUDE_DEBUG": "1"}
    subprocess.run([GUIDE_ERROR], env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                   timeout=PATIENCE, check=False)
    viewer = Terminal(directory, TMPDIR=directory)
    viewer.see("Errors  2 kinds, 2 in all")
    # On the overview the errors stand below the timers.
    viewer.type(b"G")
    viewer.see(">TimeoutError chat_completion")
    viewer.type(ENTER)
    viewer.see("this is its newest event", "TimeoutError")
    viewer.type(ESC)
    viewer.see(">TimeoutError chat_completion")
    viewer.type(UP)
    viewer.see(">HTTP 500 ")
    viewer.type(ENTER)
    viewer.see("statusCode", "[REDACTED]")
    viewer.type(ESC)
    viewer.see("no lookups yet")
    viewer.type(b"X")
    viewer.see("Its events", " error  HTTP 500 ", "Enter", "; 1 time")
    viewer.type(DOWN)
    viewer.see("chat_completion failed after", "none was written for this group")
    viewer.type(UP)
    viewer.see(" error  HTTP 500 ")
    viewer.type(ENTER)
    viewer.see("statusCode", "/v1/chat/completions")
    viewer.type(ESC)
    viewer.see("Its events")
    file, = [name for name in os.listdir(directory) if name.endswith(".json")]
    os.unlink(os.path.join(directory, file))
    viewer.type(ENTER)
    viewer.see("there is no file", "(any")
    viewer.quit()


def servers_are_attached_and_detached(directory):
    demo = Demo(directory)
    with open(os.path.join(directory, "junk.1.acr"), "wb") as junk:
        junk.write(b"\x7fELF and so on")
    viewer = Terminal(directory)
    viewer.see("by request")
    viewer.type(b"A")
    viewer.see("[x] demo-server", "1 shown, 0 left out, 1 skipped", "not an acdebug ring")
    viewer.type(b" ")
    viewer.see("[ ] demo-server", "0 shown, 1 left out", "no server shown")
    viewer.type(b"O")
    viewer.see("Every server is left out")
    viewer.type(b"A")
    viewer.see("[ ] demo-server")
    viewer.type(ENTER)
    viewer.see("[x] demo-server", "SERVER L2 verbose")
    viewer.type(DOWN)
    viewer.see("'junk.1.acr' is not an acdebug ring (magic 7f454c46). Hint: acdebug-top")
    viewer.type(b" ")
    viewer.see("can't be shown")
    viewer.type(b"o")
    viewer.see("chat_completion", "LIVE")
    for terminal in (viewer, demo):
        terminal.quit()


def a_pause_holds_the_picture_and_collects(directory):
    demo = Demo(directory)
    demo.type(b"e")
    demo.see("Events (following)", " kept")
    demo.type(b" ")
    demo.see_title("PAUSED +")
    body = demo.screen.display[1:-1]
    demo.wait(lambda: "PAUSED +0" not in demo.title, "news while paused")
    assert [row[:60] for row in demo.screen.display[2:-1]] == [row[:60] for row in body[1:]]
    demo.type(b"k" * 3)
    demo.see("newer below")
    demo.type(b"G ")
    demo.see_title("LIVE")
    demo.see("Events (following)")
    demo.type(b"?")
    demo.see("Screens and servers")
    demo.type(ESC)
    demo.see("Events (following)")
    demo.type(ESC)
    demo.see("by request")
    demo.quit()


def resizes_end_in_a_fresh_drawing(directory):
    demo = Demo(directory)
    demo.type(b" ")
    demo.see_title("PAUSED")
    random.seed(7 + int(os.environ.get("ACD_TEST_SEED", 0)))
    resizes, alike = max(100, int(2000 * SCALE)), 0
    for i in range(resizes):
        demo.resize(random.randint(1, 220), random.randint(1, 70))
        if random.random() < 0.3:
            demo.take(0.01)
        if i % 200 == 0 or i + 1 == resizes:
            a_fresh_drawing_is_the_same(demo)
            alike += 1
    print(f"{resizes} resizes, {alike} fresh drawings alike")
    it_fails(lambda: a_fresh_drawing_is_the_same(demo, "\033[12;3Hnobody drew this"), "nobody drew this")
    demo.quit()


def a_fresh_drawing_is_the_same(demo, sabotage=""):
    demo.resize(100, 30)
    demo.see("F10 Quit")
    demo.wait(lambda: "Quit" in demo.screen.display[29], "the footer in the last row")
    settle(demo)
    demo.stream.feed(sabotage.encode())
    before = picture_at_rest(demo)
    demo.screen.reset()
    demo.type(b"\x0c")
    found = [pair for pair in zip(before, picture_at_rest(demo)) if pair[0] != pair[1]]
    assert not found, found


def picture_at_rest(demo):
    """All but the title, whose count goes on, and ages. A frame begins with the title: it has come whole when
    the count of a later one is there."""
    settle(demo)
    for _ in range(2):  # the first may still be of the same frame
        before = events_while_paused(demo)
        demo.wait(lambda: events_while_paused(demo) not in ("", before), "a later frame")
    return [re.sub(r" +[0-9]+[smhd]\b", " age", row) for row in demo.screen.display[1:]]


def events_while_paused(terminal):
    return "".join(re.findall(r"PAUSED \+([0-9,]+) ", terminal.title))


def settle(terminal):
    """Until all that was typed and resized before is on the screen."""
    terminal.type(b"2")
    terminal.see_title("VIEW <=2")
    terminal.type(b"3")
    terminal.see_title("VIEW <=3")


def a_killed_server_stays_and_its_successor_appears(directory):
    first = Demo(directory)
    watcher = Terminal(directory, "demo-server")
    watcher.see("chat_completion", "LIVE")
    pid = servers(directory)[0]["pid"]
    os.kill(pid, signal.SIGKILL)
    watcher.see_title("DEAD")
    watcher.see("chat_completion", " timer ")
    dead, = servers(directory)
    assert dead["state"] == "dead"
    told = run(directory, "tail", "--from-start", "--json", dead["ring"])
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert told.returncode == 0 and len(lines) > 10 and lines[-1]["pid"] == pid
    post_mortem = Terminal(directory, dead["ring"])
    post_mortem.see_title("DEAD")
    post_mortem.see("chat_completion")
    post_mortem.quit()
    second = Demo(directory)
    watcher.see_title("LIVE")
    watcher.wait(lambda: f"[{pid}]" not in watcher.title, "the new server")
    for terminal in (watcher, second, first):
        terminal.quit()


def click(terminal, word, column=0):
    """A click on the first place of a word on the screen, or so many columns after."""
    for y, row in enumerate(terminal.screen.display):
        if word in row:
            at = b"%d;%d" % (row.index(word) + 1 + column, y + 1)
            terminal.type(b"\033[<0;" + at + b"M\033[<0;" + at + b"m")
            return
    raise AssertionError(f"no {word!r} to click on in:\n{terminal.text}")


def the_mouse_selects_acts_and_scrolls_when_asked_for(directory):
    demo = Demo(directory)
    demo.see("Quit")
    assert MOUSE_ON not in demo.raw, "the mouse belongs to the terminal until asked for"
    mouse = Terminal(directory, "demo-server", "--mouse")
    mouse.see(">chat_completion", " embed", "F1 Help")
    assert MOUSE_ON in mouse.raw
    click(mouse, " embed", 1)
    mouse.see(">embed")
    click(mouse, "F1 Help", 4)
    mouse.see("Screens and servers")
    mouse.type(b"\033[<65;10;10M" * 3)
    mouse.wait(lambda: "Screens and servers" not in mouse.text, "another part of the help")
    mouse.type(b"\033[<64;10;10M" * 3)
    mouse.see("Screens and servers")
    click(mouse, "F1 Help")
    mouse.see(">embed")
    mouse.type(b"\033[<0;1;1M\033[<0;999;999M\033[<0;80;23M")
    click(mouse, "F10 Quit")
    assert mouse.end() == 0
    mouse.close()
    demo.quit()


def a_configuration_counts_and_its_errors_are_said(directory):
    with tempfile.TemporaryDirectory() as home:
        os.mkdir(os.path.join(home, "acdebug"))
        with open(os.path.join(home, "acdebug", "top.yaml"), "w", encoding="utf-8") as file:
            file.write("refesh: 1s\nscreen: events\nview_level: 2\nglyphs: ascii\n"
                       "keys: {pause: p, quit: [F10, Z]}\n")
        terminal = Terminal(directory, "--demo", XDG_CONFIG_HOME=home)
        terminal.see("top.yaml:1: unknown key 'refesh' (did you mean 'refresh'?)")
        terminal.see("Events (following)", " kept")
        terminal.see_title("VIEW <=2")
        assert b"refesh: 1s" in terminal.raw, "all of it stands on stderr too"
        assert all(byte < 0x80 for byte in terminal.raw)
        terminal.type(b"p")
        terminal.see_title("PAUSED")
        terminal.see("p Pause")
        terminal.type(b"qZ")
        assert terminal.end() == 0
        terminal.close()


def glyphs_are_those_that_were_asked_for(directory):
    for glyphs, letters in (("braille", "\u2801-\u28ff"), ("blocks", "\u2581-\u258f")):
        demo = Demo(directory, more=[f"--set=glyphs={glyphs}"])
        demo.wait(lambda: re.search(f"[{letters}]", demo.text), glyphs)
        demo.quit()


def it_fails(test, word):
    """A check that can't fail is none: it must, with this word in what it says."""
    try:
        test()
    except AssertionError as error:
        assert word in str(error), error
        return
    raise AssertionError(f"nobody noticed: {word}")


def a_terminal_that_is_not_given_back_is_noticed(directory):
    for script, word in (("stty raw; exit 0", "modes"), ("printf '\\033[?1049h'", "alternate screen"),
                         ("printf '\\033[?1049h\\033[?25l\\033[?1049l'", "cursor"),
                         ("printf '\\033[?1049h\\033[?25h\\033[?1006;1000h\\033[?1049l'", "mouse")):
        terminal = Terminal(directory, command=["sh", "-c", script])
        it_fails(terminal.end, word)
        terminal.close()


def it_ends_when_the_terminal_goes_away(directory):
    demo = Demo(directory)
    server = servers(directory)[0]["pid"]
    os.close(demo.line)
    os.close(demo.glass)
    demo.program.wait(timeout=PATIENCE)
    wait_until_gone(server)


def wait_until_gone(pid):
    end = time.monotonic() + PATIENCE
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < end:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] in "ZX":
                return
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{pid}"), f"{pid} lives on"


def the_demo_server_ends_with_a_killed_viewer(directory):
    demo = Demo(directory, TMPDIR=directory)
    server = servers(directory)[0]["pid"]
    assert demo_files(directory)
    demo.program.kill()
    demo.program.wait()
    wait_until_gone(server)
    assert not demo_files(directory)
    demo.close()


def demo_files(directory):
    return [name for name in os.listdir(directory) if name.startswith("acdebug-demo-")]


def the_demos_errors_leave_files_apart_from_those_of_servers(directory):
    demo = Demo(directory, TMPDIR=directory)
    demo.type(b"X")
    demo.see(" anyclaude-")
    demo.type(b"J")
    demo.see("statusCode", "request {", "response {")
    assert not [name for name in os.listdir(directory) if name.endswith(".json")]
    demo.type(b"q")
    assert demo.end() == 0
    assert not demo_files(directory)
    demo.close()


def without_a_terminal_there_is_no_escape_sequence(directory):
    told = run(directory)
    assert told.returncode == 2, told
    assert b"\033" not in told.stdout + told.stderr
    assert b"acdebug-top snapshot" in told.stderr
    for term in (None, "", "no-such-terminal", "dumb"):
        terminal = Terminal(directory, TERM=term)
        assert terminal.end() == 2, term
        assert b"\033" not in terminal.raw and b"acdebug-top:" in terminal.raw, terminal.raw
        terminal.close()
    told = run(directory, "--demo")
    assert told.returncode == 0, told
    assert b"\033" not in told.stdout and b"chat_completion" in told.stdout, told.stdout


def a_demo_without_a_ring_ends_and_says_why(directory):
    file = os.path.join(directory, "file")
    open(file, "w").close()
    terminal = Terminal(directory, "--demo", "--directory", file, TMPDIR=directory)
    assert terminal.end() == 1
    assert "cannot start the demo server: Not a directory" in terminal.text, terminal.text
    assert not glob.glob(os.path.join(directory, "acdebug-demo-*")), "its directory stays"
    terminal.close()


def ascii_is_ascii(directory):
    demo = Demo(directory, LC_ALL="C", NO_COLOR="1")
    demo.see("by request", "Quit")
    demo.type(b"X")
    demo.see("Errors  ", "Quit")
    demo.type(b"A")
    demo.see("[x] demo-server", "Space Attach")
    demo.type(F8)
    demo.see("Level 3 trace")
    demo.type(ESC)
    demo.wait(lambda: "Level 3" not in demo.text, "no question")
    demo.type(b"c")
    demo.see("why missed", "held now", "recent")
    demo.type(b"t")
    # The slowest one when the screen was opened: a second after the start that may be any of them.
    demo.see("p50 ")
    demo.wait(lambda: re.search(r"^>\w", demo.text, re.MULTILINE), "a timer that is chosen")
    demo.type(ENTER)
    demo.see("share of the time", "Enter Open", "started")
    demo.type(ENTER)
    demo.see("to checkpoint", "Esc Back")
    assert all(byte < 0x80 for byte in demo.raw)
    for attributes in re.findall(rb"\033\[([0-9;]*)m", demo.raw):
        for number in attributes.split(b";"):
            assert not number or int(number) < 30, "colours in spite of NO_COLOR"
    demo.quit()


TESTS = [the_overview_shows_every_part, levels_change_and_are_acknowledged,
         levels_that_were_raised_are_put_back, errors_open_their_file,
         servers_are_attached_and_detached,
         a_pause_holds_the_picture_and_collects, resizes_end_in_a_fresh_drawing,
         a_killed_server_stays_and_its_successor_appears,
         the_mouse_selects_acts_and_scrolls_when_asked_for,
         a_configuration_counts_and_its_errors_are_said,
         glyphs_are_those_that_were_asked_for, a_terminal_that_is_not_given_back_is_noticed,
         it_ends_when_the_terminal_goes_away,
         the_demo_server_ends_with_a_killed_viewer,
         the_demos_errors_leave_files_apart_from_those_of_servers,
         a_demo_without_a_ring_ends_and_says_why,
         without_a_terminal_there_is_no_escape_sequence, ascii_is_ascii]


def main(tests):
    chosen = [test for test in tests if not sys.argv[1:] or test.__name__ in sys.argv[1:]]
    failed = 0
    for test in chosen:
        with tempfile.TemporaryDirectory(prefix="acd-live-") as directory:
            os.chmod(directory, 0o700)
            started = time.monotonic()
            try:
                test(directory)
                print(f"good    {test.__name__} ({time.monotonic() - started:.1f} s)", flush=True)
            except Exception:  # every failure is told, and the next test is run
                traceback.print_exc()
                print(f"FAILED  {test.__name__}", flush=True)
                failed += 1
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(TESTS))
