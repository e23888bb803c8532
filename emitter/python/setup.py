# SPDX-License-Identifier: MIT
"""Builds the package alone: `pip install ./emitter/python` from within the source tree, or from the
archive that `python3 -m build --sdist ./emitter/python` makes, which has the emitter's sources in it.

The emitter is compiled into the extension; of other libraries it needs cJSON, and of xxHash the header.
"""

import glob
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.sdist import sdist

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(HERE))
# What holds the folder of the emitter: the archive's top, or the tree's.
TOP = HERE if os.path.isdir(os.path.join(HERE, "emitter")) else TREE
FOLDERS = ("emitter", "emitter/format", "emitter/python", "emitter/track")
CONFIG = "#define _GNU_SOURCE 1\n#define PACKAGE_VERSION \"0.1.0\"\n"
FLAGS = ["-std=gnu11", "-O2", "-pthread", "-fvisibility=hidden", "-fno-strict-overflow",
         "-ftls-model=initial-exec"]
LINK = ["-pthread", "-Wl,-z,nodelete", "-Wl,-z,relro", "-Wl,-z,now"]
# Another copy of the emitter in the process must not take its calls.
EXPORTS = "{ global: PyInit__core; local: *; };\n"

if sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit("acdebug needs an interpreter with the GIL: the stable ABI has no free-threaded form")


def flags(what, package, usual=()):
    """pkg-config's flags for a library, or the usual ones where there is no pkg-config."""
    try:
        done = subprocess.run(["pkg-config", what, package], text=True, capture_output=True,
                              check=False)
    except OSError:
        return list(usual)
    if done.returncode != 0:
        sys.exit(f"{package} is missing. Hint: apt-get install {package}-dev")
    return shlex.split(done.stdout)


def sources(ending, folders=FOLDERS):
    """The emitter's files, relative to TOP."""
    found = [os.path.relpath(path, TOP) for folder in folders
             for path in sorted(glob.glob(os.path.join(TOP, folder, "*" + ending)))]
    if os.path.join("emitter", "emitter.c") not in found and ending == ".c":
        sys.exit("the emitter's sources are missing. Hint: pip install ./emitter/python, "
                 "in a clone of the project")
    return found


class Sdist(sdist):
    """An archive of its own: with the emitter's sources, as they lie in the tree, and the licence."""

    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        for path in sources(".c") + sources(".h", FOLDERS + ("emitter/include",)) + ["LICENSE"]:
            target = os.path.join(base_dir, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(TOP, path), target)


class BuildEmitter(build_ext):
    """Adds the emitter's sources, which stand above this folder or in the archive."""

    def build_extension(self, ext):
        os.makedirs(self.build_temp, exist_ok=True)
        exports = os.path.join(self.build_temp, "exports.map")
        for path, text in ((os.path.join(self.build_temp, "config.h"), CONFIG), (exports, EXPORTS)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        ext.sources = [os.path.join(TOP, path) for path in sources(".c")]
        ext.include_dirs = [self.build_temp, TOP, os.path.join(TOP, "emitter", "include")]
        ext.extra_compile_args = FLAGS + flags("--cflags", "libcjson") + flags("--cflags", "libxxhash")
        ext.extra_link_args = LINK + flags("--libs", "libcjson", ["-lcjson"]) + [f"-Wl,--version-script={exports}"]
        super().build_extension(ext)


setup(
    packages=["acdebug"],
    package_data={"acdebug": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("acdebug._core", [], py_limited_api=True)],
    cmdclass={"build_ext": BuildEmitter, "sdist": Sdist},
    options={"bdist_wheel": {"py_limited_api": "cp310"}},
)
