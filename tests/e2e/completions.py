#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completions in real shells: bash on a pseudo-terminal and by its function, zsh and fish where they
are installed. A shell that is missing is said and left out; bash is always there."""

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

TOP_SRC = os.environ.get("top_srcdir", ".")
BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
MANUAL = os.path.join(os.path.abspath(TOP_SRC), "tui", "manual")
PATIENCE = 60
EMIT = os.path.join(BUILD, "acdebug-emit")

# What is typed, what must be offered, what must not.
CASES = [
    ("acdebug-top sn", {"snapshot"}, {"list", "--json"}),
    ("acdebug-top --the", {"--theme"}, {"--json"}),
    ("acdebug-top list --", {"--json", "--all"}, {"--theme", "--for"}),
    ("acdebug-top level srv --", {"--for", "--match"}, {"--json"}),
    ("acdebug-top level srv ", {"0", "1", "2", "3"}, {"srv"}),
    ("acdebug-top level --match ca", {"cache"}, {"log"}),
    ("acdebug-top --theme li", {"light"}, {"default"}),
    ("acdebug-top -c conf", {"config.yaml"}, {"snapshot"}),
    ("acdebug-top view conf", {"config.yaml"}, set()),
    ("acdebug-top --set level.c", {"level.confirm_at="}, {"theme="}),
]


def environment(folder):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMP_")}
    clean.update(PATH=BUILD + os.pathsep + os.environ["PATH"], HOME=folder, ACDEBUG_DIR=folder,
                 TERM="dumb", LC_ALL="C.UTF-8", PS1="$ ")
    return clean


def by_bash(folder, line):
    words = line.split(" ")
    script = (f"source '{MANUAL}/bash/acdebug-top'; COMP_WORDS=(" +
              " ".join(f"'{word}'" for word in words) +
              f"); COMP_CWORD={len(words) - 1}; _acdebug_top acdebug-top '{words[-1]}' "
              f"'{words[-2]}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=folder, env=environment(folder),
                          capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stderr == "", done.stderr
    return set(done.stdout.split())


def by_fish(folder, line):
    script = f"source '{MANUAL}/fish/acdebug-top.fish'; complete -C '{line}'"
    done = subprocess.run(["fish", "--no-config", "-c", script], cwd=folder,
                          env=environment(folder), capture_output=True, text=True,
                          timeout=PATIENCE, check=True)
    assert done.stderr == "", done.stderr
    return {row.split("\t")[0] for row in done.stdout.splitlines()}


class Glass:
    """A shell on a pseudo-terminal."""

    def __init__(self, folder, *command):
        self.glass, line = pty.openpty()
        self.seen = b""
        self.shell = subprocess.Popen(command, stdin=line, stdout=line, stderr=line, cwd=folder,
                                      env=environment(folder), start_new_session=True)
        os.close(line)

    def type(self, text):
        self.seen = b""
        os.write(self.glass, text.encode())

    def wait(self, wanted):
        """Until the shell has written this."""
        end = time.monotonic() + PATIENCE
        while not re.search(wanted, self.seen):
            assert time.monotonic() < end, f"waited for {wanted!r} in {self.seen!r}"
            if select.select([self.glass], [], [], 0.2)[0]:
                self.seen += os.read(self.glass, 65536)

    def close(self):
        self.shell.kill()
        self.shell.wait()
        os.close(self.glass)


def bash_with_the_tab_key(folder):
    glass = Glass(folder, "bash", "--norc", "-i")
    try:
        glass.type(f"source '{MANUAL}/bash/acdebug-top'; echo is-$((40+2))\n")
        glass.wait(rb"is-42")
        for typed, result in (("acdebug-top snaps\t", rb"snapshot "),
                              ("acdebug-top --theme=hi\t", rb"--theme=high-contrast "),
                              ("acdebug-top list --js\t", rb"--json ")):
            glass.type(typed)
            glass.wait(result)
            glass.type("\x15echo next-$((1+1))\n")
            glass.wait(rb"next-2")
    finally:
        glass.close()


def check_zsh(folder):
    """What zsh inserts or lists; it is asked on a terminal, where its completion lives."""
    for line, offered, not_offered in CASES:
        glass = Glass(folder, "zsh", "-f", "-i")
        try:
            glass.type(f"fpath=('{MANUAL}/zsh' $fpath); autoload -U compinit; compinit -u -D; "
                       "setopt no_auto_menu no_beep; PS1='rea''dy> '\n")
            glass.wait(rb"ready> ")
            glass.type(line + "\t")
            for word in offered:
                glass.wait(re.escape(word.rstrip("=").encode()))
            words = set(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x1f]", " ",
                               glass.seen.decode(errors="replace")).split())
            assert not words & (not_offered - set(line.split())), (line, words)
        finally:
            glass.close()
    print("ok zsh", len(CASES), "lines")


def targets_are_servers(folder, ask):
    """Names come from acdebug-top itself: here there is no server, and nothing goes wrong."""
    assert ask(folder, "acdebug-top tail ") == set(), ask(folder, "acdebug-top tail ")


def what_a_ring_names_is_no_command(folder, ask):
    """Shells expand what they are offered, and the notes below a list are no servers."""
    trap = os.path.join(folder, "trapped")
    names = ["plain-1.b", f"$(touch {trap})", f"`touch {trap}`", "two words", "*"]
    servers = [subprocess.Popen([EMIT, "--name", name], stdin=subprocess.PIPE,
                                env=environment(folder)) for name in names]
    with open(os.path.join(folder, "broken.acr"), "w", encoding="utf-8") as file:
        file.write("no ring")
    try:
        end = time.monotonic() + PATIENCE
        while True:
            done = subprocess.run(["acdebug-top", "list", "--json"], env=environment(folder),
                                  capture_output=True, text=True, timeout=PATIENCE, check=True)
            if sum("name" in server for server in json.loads(done.stdout)["servers"]) == len(names):
                break
            assert time.monotonic() < end, done.stdout
        wanted = {"plain-1.b", str(servers[0].pid)}
        got = ask(folder, "acdebug-top tail ")
        assert got == wanted, f"offers {sorted(got)}, not {sorted(wanted)}"
        assert not os.path.exists(trap), "a server's name was run"
    finally:
        for server in servers:
            server.stdin.close()
            server.wait(timeout=PATIENCE)
        for name in os.listdir(folder):
            if name.endswith(".acr"):
                os.unlink(os.path.join(folder, name))


def check(name, ask, folder):
    for line, offered, not_offered in CASES:
        got = ask(folder, line)
        assert offered <= got, f"{name}: {line!r} offers {sorted(got)}, not {sorted(offered)}"
        assert not got & not_offered, f"{name}: {line!r} offers {sorted(got & not_offered)}"
    print("ok", name, len(CASES), "lines")


def main():
    with tempfile.TemporaryDirectory(prefix="acdebug-complete-") as folder:
        with open(os.path.join(folder, "config.yaml"), "w", encoding="utf-8"):
            pass
        check("bash", by_bash, folder)
        targets_are_servers(folder, by_bash)
        what_a_ring_names_is_no_command(folder, by_bash)
        bash_with_the_tab_key(folder)
        print("ok bash with the tab key")
        if shutil.which("fish"):
            check("fish", by_fish, folder)
            what_a_ring_names_is_no_command(folder, by_fish)
        else:
            print("fish is not installed")
        if shutil.which("zsh"):
            check_zsh(folder)
        else:
            print("zsh is not installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
