#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""valgrind sees each of the binding's functions called, with good data and with bad, and says nothing."""

import subprocess
import sys

import support
import test_references


class Valgrind(support.Case):
    """A tenth of a thousandth of the calls that test_references.py makes."""

    def run_under_valgrind(self, script):
        self.rig.environment.update(PYTHONMALLOC="malloc", ACD_TEST_SCALE="0.0001")
        path = self.write("script.py", support.PROLOGUE + script)
        return subprocess.run(["valgrind", "--quiet", "--error-exitcode=9", sys.executable, path],
                              env=self.rig.environment, text=True, capture_output=True,
                              timeout=4 * support.rig.PATIENCE_S, check=False)

    def test_valgrind_has_nothing_to_say(self):
        done = self.run_under_valgrind("set_level(2)\n" + test_references.SCRIPT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "done True\n")

    def test_valgrind_would_say_something(self):
        done = self.run_under_valgrind("import ctypes\nctypes.memset(ctypes.cdll.LoadLibrary(None).malloc(8), 0, 9)")
        self.assertNotEqual(done.returncode, 0)


if __name__ == "__main__":
    support.main()
