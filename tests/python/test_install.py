#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`pip install` alone builds a package that works, without a network: from the tree's folder, and from
the archive that is made of it."""

import os
import shutil
import subprocess
import sys
import tarfile

import support

TOP = os.path.abspath(os.environ.get("top_srcdir") or os.path.join(os.path.dirname(__file__), "..", ".."))


class Install(support.Case):
    """pip, in a copy of the emitter, so that the tree stays as it is."""

    def setUp(self):
        super().setUp()
        self.tree = os.path.join(self.rig.path, "tree")
        shutil.copytree(os.path.join(TOP, "emitter"), os.path.join(self.tree, "emitter"),
                        ignore=shutil.ignore_patterns("*.o", "*.lo", "*.la", ".libs", ".deps", "build",
                                                      "stage", "*.egg-info"))
        shutil.copy(os.path.join(TOP, "LICENSE"), self.tree)

    def python(self, *arguments):
        """Runs the interpreter in the tree: what it did."""
        return subprocess.run([sys.executable, *arguments], cwd=self.tree, text=True, capture_output=True,
                              check=False, env=dict(self.rig.environment, CFLAGS="-O0"))

    def install(self, what):
        """Installs it for the scripts that follow: the package's folder."""
        target = os.path.join(self.rig.path, "target")
        done = self.python("-m", "pip", "install", "--quiet", "--no-build-isolation", "--no-index", "--no-deps",
                           "--target", target, what)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.rig.environment["PYTHONPATH"] = target
        return os.path.join(target, "acdebug")

    def check_that_it_works(self):
        ran = self.run_script('''
            assert acdebug.__file__.startswith(os.environ["PYTHONPATH"])
            log_cache_hit("t", "k", {"n": 1}); logger.info("on")
            with PerformanceTimer("p") as timer: assert timer.checkpoint("c") > 0
            set_level(3); debug(3, "deep")
            print(acdebug.__version__, top("--version").split()[-1])
        ''', 1)
        self.assertEqual(ran.servers()[0]["caches"][0]["hits"], 1)
        self.assertEqual([event["message"] for event in ran.events()], ["deep"])
        self.assertEqual(*ran.out.split())

    def test_pip_builds_it_from_the_sources_alone(self):
        files = os.listdir(self.install("./emitter/python"))
        self.assertIn("_core.abi3.so", files)
        self.assertIn("py.typed", files)
        self.check_that_it_works()

    def test_pip_builds_it_from_the_archive_without_the_tree(self):
        # As `python3 -m build --sdist --no-isolation ./emitter/python` does.
        done = self.python("-c", "import os; os.chdir('emitter/python'); import setuptools.build_meta as b; "
                                 "b.build_sdist('../..')")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        archive, = [name for name in os.listdir(self.tree) if name.endswith(".tar.gz")]
        shutil.rmtree(os.path.join(self.tree, "emitter"))
        with tarfile.open(os.path.join(self.tree, archive)) as packed:
            names = {name.split("/", 1)[-1] for name in packed.getnames()}
        self.assertLessEqual({"LICENSE", "emitter/emitter.c", "emitter/include/acdebug.h",
                              "emitter/include/acdebug_priv.h"}, names)
        self.install("./" + archive)
        self.check_that_it_works()

    def test_without_the_sources_it_says_so(self):
        os.remove(os.path.join(self.tree, "emitter", "emitter.c"))
        done = self.python("-m", "pip", "install", "--no-build-isolation", "--no-index", "--no-deps",
                           "--target", os.path.join(self.rig.path, "target"), "./emitter/python")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("Hint: pip install ./emitter/python", done.stdout + done.stderr)


if __name__ == "__main__":
    try:
        import setuptools  # noqa: F401
    except ImportError:
        print("SKIP: setuptools is missing. Hint: ./autogen.sh --with-test-deps")
        sys.exit(77)
    support.main()
