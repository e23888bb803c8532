#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`pip install ./emitter/python` alone builds a package that works, without a network."""

import os
import shutil
import subprocess
import sys

import support

TOP = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", ".."))


class Install(support.Case):
    """pip, from a copy of the emitter, so that the tree stays as it is."""

    def test_pip_builds_it_from_the_sources_alone(self):
        tree, target = os.path.join(self.rig.path, "tree"), os.path.join(self.rig.path, "target")
        shutil.copytree(os.path.join(TOP, "emitter"), os.path.join(tree, "emitter"),
                        ignore=shutil.ignore_patterns("*.o", "*.lo", "*.la", ".libs", ".deps", "build",
                                                      "stage", "*.egg-info"))
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-index",
             "--no-deps", "--target", target, "./emitter/python"], cwd=tree, text=True,
            capture_output=True, check=False, env=dict(self.rig.environment, CFLAGS="-O0"))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("_core.abi3.so", os.listdir(os.path.join(target, "acdebug")))
        self.assertIn("py.typed", os.listdir(os.path.join(target, "acdebug")))
        self.rig.environment["PYTHONPATH"] = target
        ran = self.run_script('''
            assert acdebug.__file__.startswith(os.environ["PYTHONPATH"])
            log_cache_hit("t", "k", {"n": 1}); logger.info("on")
            with PerformanceTimer("p") as timer: assert timer.checkpoint("c") > 0
            set_level(3); debug(3, "deep")
        ''', 1)
        self.assertEqual(ran.servers()[0]["caches"][0]["hits"], 1)
        self.assertEqual([event["message"] for event in ran.events()], ["deep"])


if __name__ == "__main__":
    try:
        import setuptools  # noqa: F401
    except ImportError:
        print("SKIP: setuptools is missing. Hint: ./autogen.sh --with-test-deps")
        sys.exit(77)
    support.main()
