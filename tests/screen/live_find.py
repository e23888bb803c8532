#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looking for things on the live screen: filters, searches, one request, a mark, sorting, copying.

As live.py, which brings the terminal: waits for what it wants to see, never for a time.
"""

import base64
import re
import sys

from live import Demo, main


def a_filter_leaves_what_it_describes(directory):
    demo = Demo(directory, size=(100, 24))
    demo.type(b"e")
    demo.see("Events (following)")
    demo.wait(lambda: " cache " in demo.text and " timer " in demo.text, "events of two kinds")
    demo.type(b"\\kind:cahce\r")
    demo.see("did you mean 'cache'?", "Filter: kind:cahce")
    demo.type(b"\x15kind:cache\r")
    demo.see("match: kind:cache")
    demo.see_title("FILTER")
    demo.wait(lambda: " timer " not in demo.text and " cache " in demo.text, "lookups alone")
    demo.type(b"&")
    demo.see("+1 around")
    demo.wait(lambda: " timer " in demo.text, "what stands around them")
    demo.type(b"!")
    demo.see("not +1 around")
    demo.type(b" ")
    demo.see_title("PAUSED +")
    demo.type(b"&&&!")  # works on what stands still, too
    demo.wait(lambda: " timer " not in demo.text and " cache " in demo.text, "lookups alone")
    demo.type(b" \\\x15\r")
    demo.wait(lambda: "FILTER" not in demo.text and " timer " in demo.text, "all events again")
    demo.quit()


def a_search_goes_to_what_it_finds_and_f_follows_its_request(directory):
    demo = Demo(directory, size=(100, 24))
    demo.wait(lambda: re.search(r"chat_completion +([2-9]|\d\d+) ", demo.text), "two that started")
    demo.type(b"/chat_completion starts\r")
    demo.see("newer below", "/chat_completion starts")
    demo.wait(lambda: "chat_completion starts" in selected(demo), "the row that was found")
    request = re.search(r"req (\d+)", selected(demo)).group(1)
    before = selected(demo)
    demo.type(b"N")
    demo.wait(lambda: "starts" in selected(demo) and selected(demo) != before, "an older one")
    demo.type(b"n")
    demo.wait(lambda: selected(demo) == before, "the newer one again")
    demo.type(b"f")
    demo.see_title(f"ONLY req {request}")
    demo.wait(lambda: {m for m in re.findall(r" req (\d+)", "\n".join(demo.screen.display[2:-1]))}
              == {request}, "events of this request alone")
    demo.type(b"o")
    demo.see("by request", "chat_completion")
    demo.wait(lambda: re.search(r"chat_completion +(\d+ +)?[01] ", demo.text), "one request's timer")
    demo.type(b"\x1b")
    demo.wait(lambda: "ONLY" not in demo.title, "all requests")
    demo.type(b"/no such word anywhere\r")
    demo.see("No event has")
    demo.quit()


def selected(terminal):
    """The row under the cursor: the one that is drawn in reverse."""
    for y in range(terminal.screen.lines):
        row = terminal.screen.buffer[y]
        if sum(row[x].reverse for x in range(terminal.screen.columns)) > 20:
            return terminal.screen.display[y]
    return ""


def a_mark_counts_from_then_on_and_s_sorts(directory):
    demo = Demo(directory, size=(100, 30))
    demo.wait(lambda: re.search(r"chat_completion +\d* +\d{2,} ", demo.text), "two digits of chats")
    demo.type(b"m")
    demo.see_title("since mark")
    demo.wait(lambda: re.search(r"chat_completion +(\d* +)?\d ", demo.text), "few chats since then")
    demo.type(b"M")
    demo.wait(lambda: "since mark" not in demo.title, "no mark")
    demo.wait(lambda: re.search(r"chat_completion +\d* +\d{2,} ", demo.text), "all chats")
    demo.type(b"s")
    demo.see("Timers by name")
    demo.type(b"sssss")
    demo.see("Timers by p99, the highest first")
    demo.quit()


def the_window_is_named_and_the_clipboard_filled(directory):
    demo = Demo(directory)
    demo.wait(lambda: re.fullmatch(r"acdebug-top: demo-server\[\d+\]", demo.screen.title),
              "the server's name in the window's title")
    demo.type(b"e ")
    demo.wait(lambda: demo.screen.title.endswith(" PAUSED"), "a paused window")
    demo.wait(lambda: selected(demo).strip(), "a row under the cursor")
    demo.type(b"y")
    demo.wait(lambda: b"\033]52;c;" in demo.raw, "a copy")
    copied = base64.b64decode(demo.raw.split(b"\033]52;c;", 1)[1].split(b"\007")[0]).decode()
    assert selected(demo).split()[0] == copied.split()[0], (copied, selected(demo))
    demo.type(b"q")
    assert demo.end() == 0
    assert demo.raw.rfind(b"\033[23;2t") > demo.raw.rfind(b"\033]2;"), "the title is not given back"
    demo.close()


TESTS = [a_filter_leaves_what_it_describes,
         a_search_goes_to_what_it_finds_and_f_follows_its_request,
         a_mark_counts_from_then_on_and_s_sorts, the_window_is_named_and_the_clipboard_filled]


if __name__ == "__main__":
    sys.exit(main(TESTS))
