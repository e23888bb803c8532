# SPDX-License-Identifier: MIT
"""Builds the package alone: `pip install ./emitter/python`, from within the source tree.

The emitter is compiled into the extension; of other libraries it needs cJSON.
"""

import glob
import os
import shlex
import subprocess
import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CONFIG = "#define _GNU_SOURCE 1\n#define PACKAGE_VERSION \"0.1.0\"\n"
FLAGS = ["-std=gnu11", "-O2", "-pthread", "-fvisibility=hidden", "-fno-strict-overflow",
         "-ftls-model=initial-exec"]
LINK = ["-pthread", "-Wl,-z,nodelete", "-Wl,-z,relro", "-Wl,-z,now"]
# Another copy of the emitter in the process must not take its calls.
EXPORTS = "{ global: PyInit__core; local: *; };\n"

if sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit("acdebug needs an interpreter with the GIL: the stable ABI has no free-threaded form")


def cjson(what):
    """pkg-config's flags for cJSON, or the usual ones where there is no pkg-config."""
    try:
        done = subprocess.run(["pkg-config", what, "libcjson"], text=True, capture_output=True,
                              check=False)
    except OSError:
        return ["-lcjson"] if what == "--libs" else []
    if done.returncode != 0:
        sys.exit("cJSON is missing. Hint: apt-get install libcjson-dev")
    return shlex.split(done.stdout)


class BuildEmitter(build_ext):
    """Adds the emitter's sources, which stand above this folder."""

    def build_extension(self, ext):
        if not os.path.exists(os.path.join(TOP, "emitter", "emitter.c")):
            sys.exit("the emitter's sources are missing. Hint: pip install ./emitter/python, "
                     "in a clone of the project")
        os.makedirs(self.build_temp, exist_ok=True)
        exports = os.path.join(self.build_temp, "exports.map")
        for path, text in ((os.path.join(self.build_temp, "config.h"), CONFIG), (exports, EXPORTS)):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        ext.sources = [path for folder in ("emitter", "emitter/format", "emitter/python")
                       for path in sorted(glob.glob(os.path.join(TOP, folder, "*.c")))]
        ext.include_dirs = [self.build_temp, TOP, os.path.join(TOP, "emitter", "include")]
        ext.extra_compile_args = FLAGS + cjson("--cflags")
        ext.extra_link_args = LINK + cjson("--libs") + [f"-Wl,--version-script={exports}"]
        super().build_extension(ext)


setup(
    packages=["acdebug"],
    package_data={"acdebug": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("acdebug._core", ["core.c"], py_limited_api=True)],
    cmdclass={"build_ext": BuildEmitter},
    options={"bdist_wheel": {"py_limited_api": "cp310"}},
)
