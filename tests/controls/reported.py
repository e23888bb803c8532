#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each tool that ACD_TOOLS names reports what was planted for it, ends the program with a failure, and says
nothing of a program that is right.

    make check TESTS=tests/controls/reported.py ACD_TOOLS='address undefined'

The names are .ci/run's, not configure's: a step whose build lost its sanitizer fails here. Without
ACD_TOOLS the program that is right is run.
"""

import os
import subprocess
import sys

BUILD = os.environ.get("top_builddir", ".")
PLANTED = os.path.join(BUILD, "tests", "controls", "planted")
VALGRIND = [os.path.join(BUILD, "libtool"), "--mode=execute", "valgrind", "--quiet", "--error-exitcode=9",
            "--leak-check=no"]
SECONDS = 120

# What each tool must report: the planted fault, and its words.
TOOLS = {
    "address": [("overflow", "heap-buffer-overflow"), ("leak", "detected memory leaks")],
    "undefined": [("shift", "shift exponent 32 is too large")],
    "thread": [("race", "ThreadSanitizer: data race")],
    "valgrind": [("overflow", "Invalid write of size 1"),
                 ("unset", "Conditional jump or move depends on uninitialised value")],
}


def run(tool, fault):
    """(exit status, all that was said)"""
    command = [*(VALGRIND if tool == "valgrind" else []), PLANTED, fault]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    return done.returncode, done.stdout.decode(errors="replace")


def wrong_with(tool, status, said, words):
    """What is wrong with a report; None: nothing."""
    if status == 0:
        return f"{tool} let it end well"
    if words not in said:
        return f"{tool} does not say '{words}', but:\n{said}"
    return None


def prove():
    """The judgement above, on reports that are made up."""
    assert wrong_with("address", 1, "ERROR: heap-buffer-overflow", "heap-buffer-overflow") is None
    assert wrong_with("address", 0, "", "heap-buffer-overflow")
    assert wrong_with("address", 139, "Segmentation fault", "heap-buffer-overflow")


def main():
    tools = os.environ.get("ACD_TOOLS", "").split()
    failures = []
    prove()
    for tool in tools or [""]:
        status, said = run(tool, "nothing")
        if status != 0:
            failures.append(f"{tool or 'no tool'}: a program that is right ended {status}:\n{said}")
        for fault, words in TOOLS[tool] if tool else []:
            wrong = wrong_with(tool, *run(tool, fault), words)
            print(f"{'FAILED' if wrong else 'ok'}: {tool}, {fault}: {words}")
            failures += [wrong] if wrong else []
    for failure in failures:
        print(failure)
    print(f"{len(tools)} tools, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
