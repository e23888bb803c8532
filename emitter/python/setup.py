# SPDX-License-Identifier: MIT
"""Builds the package alone: `pip install ./emitter/python`, from within the source tree.

The emitter is compiled into the extension, so that nothing else has to be installed.
"""

import glob
import os
import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CONFIG = "#define _GNU_SOURCE 1\n#define PACKAGE_VERSION \"0.1.0\"\n"
FLAGS = ["-std=gnu11", "-O2", "-pthread", "-fvisibility=hidden", "-fno-strict-overflow",
         "-ftls-model=initial-exec"]
LINK = ["-pthread", "-Wl,-z,nodelete", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,defs"]

if sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit("acdebug needs an interpreter with the GIL: the stable ABI has no free-threaded form")


class BuildEmitter(build_ext):
    """Adds the emitter's sources, which stand above this folder."""

    def build_extension(self, ext):
        if not os.path.exists(os.path.join(TOP, "emitter", "emitter.c")):
            sys.exit("the emitter's sources are missing. Hint: pip install ./emitter/python, "
                     "in a clone of the project")
        os.makedirs(self.build_temp, exist_ok=True)
        with open(os.path.join(self.build_temp, "config.h"), "w", encoding="utf-8") as file:
            file.write(CONFIG)
        ext.sources = [path for folder in ("emitter", "emitter/format", "emitter/python")
                       for path in sorted(glob.glob(os.path.join(TOP, folder, "*.c")))]
        ext.include_dirs = [self.build_temp, TOP, os.path.join(TOP, "emitter", "include")]
        super().build_extension(ext)


setup(
    packages=["acdebug"],
    package_data={"acdebug": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("acdebug._core", ["core.c"], py_limited_api=True,
                           extra_compile_args=FLAGS, extra_link_args=LINK)],
    cmdclass={"build_ext": BuildEmitter},
    options={"bdist_wheel": {"py_limited_api": "cp310"}},
)
