#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""In a build with ASan the binding's tests run under it: it is there, sees the extension, and ends
what it reports. The interpreter must leak nothing, so that any leak is ours."""

import os
import subprocess
import sys

import support

CONTROL = """
import ctypes
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
"""


class Sanitized(support.Case):
    """Each script does what must be reported."""

    def report_of(self, script):
        path = self.write("script.py", CONTROL + script)
        done = subprocess.run([sys.executable, path], env=self.rig.environment, text=True, capture_output=True,
                              timeout=support.rig.PATIENCE_S, check=False)
        self.assertNotEqual(done.returncode, 0, done.stderr)
        return done.stderr

    def test_a_write_behind_a_block_is_reported(self):
        self.assertIn("heap-buffer-overflow",
                      self.report_of("ctypes.memset(ctypes.c_void_p(libc.malloc(ctypes.c_size_t(8))), 0, 9)"))

    def test_a_leak_is_reported(self):
        self.assertIn("detected memory leaks", self.report_of("libc.malloc(ctypes.c_size_t(10))"))

    def test_the_extension_is_instrumented(self):
        with open(os.path.join(support.STAGE, "acdebug", "_core.abi3.so"), "rb") as file:
            self.assertIn(b"__asan_report_load8", file.read())


if __name__ == "__main__":
    support.main()
