# SPDX-License-Identifier: MIT
"""A server whose numbers the test knows, for rig.Rig. Not a test itself."""

import os
import subprocess

import rig

PROGRAM = os.path.join(rig.BUILD, "tests", "e2e", "known_server")


class Server:
    """known_server, told what to do line by line."""

    def __init__(self, test, name="known", level=2, inside=(), **environment):
        """`inside`: the words of a command that runs it."""
        self.process = test.start([*inside, PROGRAM, name, str(level)], stdin=subprocess.PIPE,
                                  **environment)
        self.pid = self.process.pid
        self._answer()

    def _answer(self):
        answer = self.process.stdout.readline()
        assert answer == "done\n", f"known_server said {answer!r}"

    def tell(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self._answer()

    def end(self):
        """As a crash would: the ring stays open."""
        self.process.stdin.close()
        assert self.process.wait(timeout=rig.PATIENCE_S) == 0
