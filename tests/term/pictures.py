#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What is pushed to a terminal is what a terminal shows.

Runs tests/term/pictures on a pseudo-terminal, feeds what it writes to an emulator (pyte) and
compares text, colours and attributes of every cell after every picture, on several kinds of
terminal, through redraws, resizes, suspends and changes of theme. Says the bytes that small
changes cost.
"""

import fcntl
import os
import pty
import random
import re
import struct
import subprocess
import sys
import termios
import unicodedata

SKIP = 77
DEBIAN_PYTHON = "/usr/bin/python3"

try:
    import pyte
    from pyte import graphics
except ImportError:
    # The package may belong to the system's Python and not to the first one on the path.
    if os.path.exists(DEBIAN_PYTHON) and os.path.realpath(sys.executable) != os.path.realpath(DEBIAN_PYTHON) \
            and "ACD_PYTHON_TRIED" not in os.environ:
        os.environ["ACD_PYTHON_TRIED"] = "1"
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON] + sys.argv)
    print("SKIP: no pyte. Hint: apt install python3-pyte")
    sys.exit(SKIP)

SCROLL = re.compile(rb"\033\[\d+;\d+r.*?\n", re.DOTALL)
BOLD, UNDERLINE, REVERSE = 1, 4, 8
# Terminals of ncurses-base, their colours, and whether they can write their last cell.
TERMINALS = [
    ("xterm-256color", 256, True),
    ("tmux-256color", 256, True),
    ("linux", 8, True),
    ("xterm", 8, True),
    ("vt100", 0, True),
    ("ansi", 8, False),
]
SIZES = [(80, 24), (200, 60), (40, 8), (33, 5), (2, 2), (1, 1)]
THEMES = ["default", "light", "monochrome", "high-contrast"]


def colour_name(number, table, offset):
    if number < 0:
        return "default"
    if number < 8:
        return table[offset + number]
    if number < 16:
        return table[offset + 60 + number - 8]
    return graphics.FG_BG_256[number]


class Glass:
    """The pseudo-terminal, the emulator behind it and the program in front."""

    def __init__(self, term, colours, seed):
        self.w, self.h = SIZES[seed % 2]
        self.glass, line = pty.openpty()
        self.set_size(self.w, self.h)
        orders, self.orders = os.pipe()
        answers_in, answers = os.pipe()
        program = os.path.join(os.environ.get("top_builddir", "."), "tests", "term", "pictures")
        self.program = subprocess.Popen(
            [program, str(seed), str(orders), str(answers), str(colours)],
            stdin=line, stdout=line, pass_fds=(orders, answers), start_new_session=True,
            env={**os.environ, "TERM": term})
        for fd in (line, orders, answers):
            os.close(fd)
        self.answers = os.fdopen(answers_in, encoding="utf-8", newline="\n")
        self.screen = pyte.Screen(self.w, self.h)
        self.stream = pyte.ByteStream(self.screen)
        self.colours = colours
        self.pictures = 0
        self.scrolled = 0

    def set_size(self, w, h):
        fcntl.ioctl(self.glass, termios.TIOCSWINSZ, struct.pack("HHHH", h, w, 0, 0))

    def order(self, what):
        """Has one picture drawn; returns the bytes that it took."""
        if what.startswith("resize "):
            self.w, self.h = map(int, what.split()[1:])
            self.set_size(self.w, self.h)
            self.screen.resize(self.h, self.w)
            what = "resize"
        os.write(self.orders, what.encode() + b"\n")
        self.pictures += 1
        end = b"\033]2;picture %d\007" % self.pictures
        taken = b""
        while end not in taken:
            try:
                taken += os.read(self.glass, 65536)
            except OSError:  # the program has ended
                return None
        self.stream.feed(taken)
        self.scrolled += len(SCROLL.findall(taken))
        return len(taken) - len(end)

    def read_answer(self):
        head = self.answers.readline().split()
        assert head[:2] == ["picture", str(self.pictures)], head
        assert (int(head[2]), int(head[3])) == (self.w, self.h), head
        paints = {}
        while (line := self.answers.readline()) != "\n":
            letter, fg, bg, attrs = line.rstrip("\n").split(" ")
            paints[letter] = (int(fg), int(bg), int(attrs))
        text = [self.answers.readline().rstrip("\n") for _ in range(self.h)]
        styles = [self.answers.readline().rstrip("\n") for _ in range(self.h)]
        return paints, text, styles

    def close(self):
        os.close(self.orders)
        status = self.program.wait(timeout=60)
        os.close(self.glass)
        self.answers.close()
        return status


def normal(row):
    """A row to compare. In the last column characters go without their marks."""
    row = unicodedata.normalize("NFD", row.rstrip(" "))
    while row and unicodedata.combining(row[-1]):
        row = row[:-1]
    return unicodedata.normalize("NFC", row)


def shown_text(screen, y):
    """A row of the emulator; the second cell of a wide character is empty there."""
    return normal("".join(screen.buffer[y][x].data for x in range(screen.columns)))


def wrong_style(cell, paint):
    fg, bg, attrs = paint
    expected_bg = colour_name(bg, graphics.BG_ANSI, 40) if bg < 16 else colour_name(bg, None, 0)
    if cell.bg != expected_bg:
        return f"background {cell.bg}, expected {expected_bg}"
    if cell.reverse != bool(attrs & REVERSE) or cell.underscore != bool(attrs & UNDERLINE):
        return f"reverse {cell.reverse}, underline {cell.underscore}, expected {attrs}"
    if cell.data.strip() == "":
        return None
    expected_fg = colour_name(fg, graphics.FG_ANSI, 30) if fg < 16 else colour_name(fg, None, 0)
    if cell.fg != expected_fg:
        return f"foreground {cell.fg}, expected {expected_fg}"
    if cell.bold != bool(attrs & BOLD):
        return f"bold {cell.bold}, expected {attrs}"
    return None


def compare(glass, last_cell):
    paints, text, styles = glass.read_answer()
    for y in range(glass.h):
        cut = not last_cell and y == glass.h - 1
        shown, expected = shown_text(glass.screen, y), normal(text[y])
        if shown != expected and not cut:
            return f"row {y} shows {shown!r}, expected {expected!r}"
        letters = styles[y].ljust(glass.w, ".")
        for x in range(max(glass.w - 2, 0) if cut else glass.w):
            cell = glass.screen.buffer[y][x]
            problem = wrong_style(cell, paints[letters[x]]) if cell.data != "" else None
            if problem:
                return f"row {y} column {x} ({cell.data!r}): {problem}"
    return None


def orders(rng):
    """The pictures of one terminal: mostly changes, now and then something larger."""
    for _ in range(60):
        dice = rng.randrange(20)
        if dice == 0:
            yield "redraw"
        elif dice == 1:
            yield "suspend"
        elif dice == 2:
            yield "theme " + rng.choice(THEMES)
        elif dice <= 4:
            yield "resize %d %d" % rng.choice(SIZES)
        else:
            yield "draw"


def check(term, colours, last_cell, seed):
    glass = Glass(term, colours, seed)
    problem = None
    history = []
    for what in orders(random.Random(seed)):
        history.append(what)
        if glass.order(what) is None:
            problem = "the program ended"
        problem = problem or compare(glass, last_cell)
        if problem:
            break
    status = glass.close()
    if status != 0:
        problem = f"{problem or ''} exit status {status}"
    if problem:
        print(f"{term}, seed {seed}, picture {len(history)} ({history[-1]}): {problem}")
    return problem is None, glass.scrolled


def main():
    seeds = [int(word) for word in sys.argv[1:]] or [1, 2, 3]
    good = []
    for term, colours, last_cell in TERMINALS:
        runs = [check(term, colours, last_cell, seed) for seed in seeds]
        good += [run for run, _ in runs]
        scrolled = sum(count for _, count in runs)
        # "ansi" has no region that scrolls; with the others, lines must have been moved.
        if (scrolled > 0) != (term != "ansi"):
            print(f"{term}: lines were moved {scrolled} times")
            good.append(False)
    print(f"{sum(good)} of {len(good)} runs of pictures as pushed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
