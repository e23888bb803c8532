#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The example server is ordinary code: it builds outside of the tree, against an installed acdebug.

`make install` into a folder; the examples' sources copied elsewhere and compiled with what pkg-config
says; then the server that came out must answer, and must have made a ring.
"""

import glob
import os
import shlex
import shutil
import subprocess

import rig

SOURCES = os.path.join(os.environ.get("top_srcdir", "."), "emitter", "examples", "*.[ch]")
CC = shlex.split(os.environ.get("CC") or "cc")


def run(command, **options):
    done = subprocess.run(command, text=True, capture_output=True, check=False, **options)
    assert done.returncode == 0, f"{shlex.join(command)}: {done.stdout}{done.stderr}"
    return done.stdout


def install(folder):
    """Installs below the folder: (the prefix there, the folder of the pkg-config files)."""
    # The make that runs this test must not hand its own jobs and flags on.
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "DESTDIR")}
    run([os.environ.get("MAKE") or "make", "-C", rig.BUILD, "install", f"DESTDIR={folder}"],
        env=environment)
    found = glob.glob(os.path.join(folder, "**", "pkgconfig", "acdebug.pc"), recursive=True)
    assert len(found) == 1, f"acdebug.pc is installed here: {found}"
    packages = os.path.dirname(found[0])
    prefix = run(["pkg-config", "--variable=prefix", "acdebug"],
                 env=dict(os.environ, PKG_CONFIG_PATH=packages)).strip()
    return folder + prefix, packages


def flags(prefix, packages):
    environment = dict(os.environ, PKG_CONFIG_PATH=packages)
    ours = run(["pkg-config", f"--define-variable=prefix={prefix}", "--cflags", "--libs",
                "acdebug"], env=environment)
    theirs = run(["pkg-config", "--cflags", "--libs", "libmicrohttpd", "libcjson"])
    return shlex.split(ours + theirs)


def main():
    with rig.Rig() as test:
        prefix, packages = install(os.path.join(test.path, "installed"))
        source = os.path.join(test.path, "source")
        os.mkdir(source)
        for path in glob.glob(SOURCES):
            shutil.copy(path, source)
        program = os.path.join(source, "llm_server")
        # The guide's examples are programs of their own.
        names = sorted(name for name in glob.glob(os.path.join(source, "*.c"))
                       if not os.path.basename(name).startswith("guide_"))
        run(CC + ["-Wall", "-Wextra", "-Werror", "-o", program, *names,
                  *flags(prefix, packages), "-pthread"])

        libraries = os.path.dirname(glob.glob(os.path.join(prefix, "**", "libacdebug.so.0"),
                                              recursive=True)[0])
        server = test.start([program, "--port", "0"], LD_LIBRARY_PATH=libraries)
        address = server.stdout.readline().strip()
        status, answer = rig.chat(address, "Is anybody there, and do they answer to this?")
        found = rig.same("status", status, 200)
        found += rig.same("model", answer.get("model"), "example-8b")
        found += rig.same("rings", len(glob.glob(os.path.join(test.rings, "llm-server.*.acr"))), 1)
        rig.stop(server)
    rig.finish(found)


if __name__ == "__main__":
    main()
