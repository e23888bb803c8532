# SPDX-License-Identifier: MIT
"""What the tests of the Python binding share. Not a test itself.

A test runs a script in a process of its own, as a user would, and asks acdebug-top what was seen.
The script's functions are the guide's; `top(*arguments)` in it runs acdebug-top on itself.
"""

import json
import os
import subprocess
import sys
import textwrap
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

import rig  # noqa: E402

STAGE = os.path.join(rig.BUILD, "emitter", "python", "stage")
SANITIZER = os.environ.get("ACD_SANITIZER")  # what the extension was built with: its library
PATIENCE_S = rig.PATIENCE_S * max(1, float(os.environ.get("ACD_TEST_SCALE", 1)))
PROLOGUE = """
import json, os, subprocess, sys
from acdebug.utils_logging import *
import acdebug
def top(*arguments):
    done = subprocess.run([os.environ["ACDEBUG_TOP"], *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
def snapshot():
    return json.loads(top("snapshot", "--json", str(os.getpid())))["servers"][0]
def set_level(level, *more):
    get_debug_level()
    setter = subprocess.Popen([os.environ["ACDEBUG_TOP"], "level", str(os.getpid()), str(level), *more],
                              stdout=subprocess.DEVNULL)
    while setter.poll() is None:
        get_debug_level()
    assert setter.returncode == 0
"""


class Ran:
    """What a script left: its output, and its rings."""

    def __init__(self, test, done):
        self._rig = test
        self.status, self.out, self.err = done.returncode, done.stdout, done.stderr

    def lines(self):
        """stderr's lines without their time: `[anyclaude] DEBUG: hit`."""
        return [line.split("] ", 1)[1] if line[:1] == "[" else line
                for line in self.err.splitlines()]

    def rings(self):
        """The names of all rings, sorted."""
        return sorted(name for name in os.listdir(self._rig.rings) if name.endswith(".acr"))

    def events(self, ring=None, kinds=("log",)):
        """The events that stand in the only ring, or in one that is named."""
        rings = self.rings()
        assert ring or len(rings) == 1, f"not one ring: {rings}"
        path = os.path.join(self._rig.rings, ring or rings[0])
        lines = self._rig.top("tail", "--json", "--from-start", path).splitlines()
        return [event for event in map(json.loads, lines) if event["kind"] in kinds]

    def servers(self):
        """The snapshot of all rings."""
        return json.loads(self._rig.top("snapshot", "--json", "--all"))["servers"]


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    maxDiff = None

    def setUp(self):
        self.rig = rig.Rig()
        self.rig.__enter__()
        self.addCleanup(self.rig.__exit__, None, None, None)
        self.rig.environment.update(PYTHONPATH=STAGE, ACDEBUG_TOP=os.path.abspath(rig.TOP))
        self.rig.environment.pop("ANYCLAUDE_DEBUG", None)
        if SANITIZER:  # before anything else in the process, or it refuses to start
            self.rig.environment.update(LD_PRELOAD=SANITIZER, PYTHONMALLOC="malloc")

    def write(self, path, text):
        """A file in the test's folder; its path."""
        full = os.path.join(self.rig.path, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(textwrap.dedent(text))
        return full

    def run_script(self, text, level=None, prologue=PROLOGUE, status=0):
        """Runs the text as script.py at a level; it must end with the status."""
        path = self.write("script.py", prologue + textwrap.dedent(text))
        return self.run_file(path, level, status)

    def run_file(self, path, level=None, status=0):
        """The same for a file that is there."""
        environment = dict(self.rig.environment)
        if level is not None:
            environment["ANYCLAUDE_DEBUG"] = str(level)
        done = subprocess.run([sys.executable, path], env=environment, text=True,
                              capture_output=True, timeout=PATIENCE_S, cwd=self.rig.path, check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return Ran(self.rig, done)


def main():
    """Runs the tests of the calling module."""
    unittest.main(module="__main__", verbosity=1)
