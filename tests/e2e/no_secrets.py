#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No secret is shown: a server full of them, and a foreign debug file that hides nothing.

Fifty secrets that may leave the server nowhere (stderr, log, debug files, the ring's bytes) and a
dozen in texts that the ring holds as they are: neither kind stands on any screen of the viewer, nor
in what tail and snapshot print. What is searched for is found where it does stand.
"""

import glob
import json
import os
import re
import subprocess
import sys

import rig

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "screen"))
import live  # noqa: E402  it needs the path

PLANTER = os.path.join(rig.BUILD, "tests", "e2e", "planter")
SECRET = re.compile(rb"(?:zq|wv)[0-9][0-9]Qz")
WITHHELD = re.compile(rb"zq[0-9][0-9]Qz")  # not even the ring has them
SIZES = ((80, 24), (200, 60))
CONTROL = b"wv99Qz"  # looks like one to this test alone: it is shown
PAGES = 40
CLEAR = b"\033[2J"


def foreign_file():
    """A debug file by another writer, who redacted nothing: every form in which a secret comes."""
    number = iter(range(1, 100))

    def secret():
        return f"zq{next(number):02d}Qz"

    names = ("Authorization", "proxy-authorization", "X-API-Key", "api-key", "api_key", "apikey",
             "Cookie", "set-cookie")
    headers = {name: secret() for name in names}
    headers.update({"x-note": f"Bearer {secret()}abcdef", "x-key": f"sk-{secret()}abcdef"})
    text = "\r\n".join([f"Authorization: Digest {secret()}", f"api_key={secret()}&x=1",
                        f"cookie: s={secret()}", f"token Bearer {secret()}, key 'sk-{secret()}'",
                        f"at postgres://u:{secret()}@db/x", f"--api-key={secret()} -v"])
    body = {"model": "m", "max_tokens": 4096,
            "deep": [{"authorization": secret()}, {"x": {"api_key": {"y": secret()}}}],
            "har": [{"name": "Authorization", "value": secret()}, ["Cookie", secret()]],
            "arguments": json.dumps({"api_key": secret(), "n": 1}),
            "stream": f"data: {{\"cookie\": \"{secret()}\"}}\n\n", "text": text,
            "url": f"https://u:{secret()}@h/?api_key={secret()}&n=1"}
    return {"timestamp": "2026-01-01T00:00:00.000Z", "statusCode": 500,
            "request": {"method": "POST", "url": f"https://joe:{secret()}@h/v1?apikey={secret()}",
                        "headers": headers, "body": body},
            "response": {"statusCode": 401, "headers": headers, "body": text}}


class Watched(live.Terminal):
    """A terminal that remembers each secret it ever showed, and where."""

    def __init__(self, *arguments, **more):
        self.where = "start"
        self.shown = set()
        self.words = ""
        self.pictures = []
        self.cleared = False
        super().__init__(*arguments, **more)

    def take(self, seconds=0.2):
        self.raw = b""
        came = super().take(seconds)
        if came:
            self.cleared = self.cleared or CLEAR in self.raw
            for found in SECRET.findall(self.raw) + SECRET.findall(self.text.encode()):
                self.shown.add((self.where, found.decode()))
            self.words += self.text
        return came

    def settle(self):
        """Until all that was typed is drawn: ^L, typed behind it, clears the screen."""
        self.cleared = False
        self.type(b"\x0c")
        self.wait(lambda: self.cleared and self.screen.display[-1].strip(), "a fresh drawing")
        self.pictures.append("\n".join(line.rstrip()[:100] for line in self.screen.display))


def press(terminal, where, keys, *words):
    terminal.where = where
    terminal.type(keys)
    if words:
        terminal.see(*words)
    terminal.settle()


def page(terminal, where):
    """Down to the end of what the screen holds."""
    terminal.where = where
    for _ in range(PAGES):
        before = terminal.text
        press(terminal, where, b"\x06")  # ^F
        if terminal.text == before:
            break


def walk(terminal, pid):
    """Every screen that has texts, to its end."""
    terminal.where = "overview"
    terminal.see(f"[{pid}]")
    press(terminal, "events", b"e3g", "thread.id")
    page(terminal, "events")
    assert "seen-plain-text" in terminal.words, "\n----\n".join(terminal.pictures)
    for key, where in ((b"c", "caches"), (b"t", "timers"), (b"x", "errors"), (b"A", "servers")):
        press(terminal, where, key)
        press(terminal, f"{where}, opened", b"\r")
        page(terminal, f"{where}, opened")
        terminal.type(live.ESC)
        terminal.take(0.1)  # so that ^L does not read as Alt-^L
        terminal.settle()
    press(terminal, "files", b"F", "anyclaude-debug-")
    page(terminal, "files")


def view_file(test, path, size):
    """The tree with all open and wrapped, the raw text, and its last rows."""
    terminal = Watched(test.rings, "view", path, size=size)
    try:
        terminal.where = f"tree of {os.path.basename(path)}"
        terminal.see("statusCode")
        for keys in (b"*", b"w", b"g"):
            press(terminal, terminal.where, keys)
        page(terminal, terminal.where)
        press(terminal, f"raw text of {os.path.basename(path)}", b"rg")
        page(terminal, terminal.where)
        terminal.type(b"q")
        terminal.end()
    finally:
        terminal.close()
    return terminal


def screens(test, pid, files):
    found = []
    for size in SIZES:
        terminal = Watched(test.rings, str(pid), size=size, TMPDIR=test.path)
        try:
            walk(terminal, pid)
            terminal.type(b"q")
            terminal.end()
        finally:
            terminal.close()
        viewed = [view_file(test, path, size) for path in files]
        found += [f"{size}: {where} shows {secret}"
                  for watched in (terminal, *viewed) for where, secret in sorted(watched.shown)
                  if secret != CONTROL.decode()]
        if ("events", CONTROL.decode()) not in terminal.shown:
            found.append(f"{size}: the control is not seen")
        for watched in (terminal, *viewed):
            if "REDACTED" not in watched.words:
                found.append(f"{size}: {watched.where} shows nothing that is hidden")
    return found


def printed(test, pid):
    """What the commands for scripts print, and that there is something to search in."""
    found = []
    for command in (["tail", "--json", "--from-start", "-n", "100", "--level", "3"],
                    ["tail", "--from-start", "-n", "100", "--level", "3"],
                    ["snapshot", "--json"], ["snapshot", "--openmetrics"], ["snapshot", "--line"],
                    ["snapshot"], ["list", "--json"]):
        text = test.top(*command, *([] if command[0] == "list" else [str(pid)]))
        shown = set(SECRET.findall(text.encode()))
        found += [f"{' '.join(command)} prints {secret.decode()}"
                  for secret in sorted(shown - {CONTROL})]
        if command[0] == "tail" and not (CONTROL in shown and "[REDACTED]" in text):
            found.append(f"{' '.join(command)} lacks what was emitted")
    return found


def left(test, stderr):
    """What the server itself left: stderr, its log, its files, and the ring's bytes."""
    found = []
    paths = [os.path.join(test.path, name) for name in ("server.log", "anyclaude-errors.log")]
    paths += glob.glob(os.path.join(test.path, "anyclaude-debug-*.json"))
    for path in paths + [stderr]:
        with open(path, "rb") as file:
            found += [f"{path} holds {secret.decode()}"
                      for secret in SECRET.findall(file.read()) if secret != CONTROL]
    ring, = glob.glob(os.path.join(test.rings, "*.acr"))
    with open(ring, "rb") as file:
        raw = file.read()
    found += [f"the ring holds {secret.decode()}" for secret in sorted(set(WITHHELD.findall(raw)))]
    # The search finds what does stand there: texts are hidden when they are shown, not before.
    found += rig.same("texts in the ring", sorted(set(SECRET.findall(raw))),
                      [b"wv%02dQz" % n for n in (*range(1, 13), 99)])
    return found


def main():
    with rig.Rig() as test:
        stderr = os.path.join(test.path, "stderr")
        with open(stderr, "wb") as errors:
            server = subprocess.Popen([PLANTER], cwd=test.path, env=test.environment, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        try:
            pid = int(server.stdout.readline())
            found = left(test, stderr)
            foreign = os.path.join(test.path, "anyclaude-debug-1700000000000-others.json")
            with open(foreign, "w", encoding="utf-8") as file:
                json.dump(foreign_file(), file)
            planted = len(set(SECRET.findall(json.dumps(foreign_file()).encode())))
            own = sorted(glob.glob(os.path.join(test.path, "anyclaude-debug-*.json")))[:2]
            found += printed(test, pid)
            found += screens(test, pid, [foreign] + [path for path in own if path != foreign])
        finally:
            server.stdin.close()
            server.wait(timeout=rig.PATIENCE_S)
            server.stdout.close()
        rig.say(f"50 secrets in the server, 12 in its texts, {planted} in a foreign file")
    rig.finish(found)


if __name__ == "__main__":
    main()
