# SPDX-License-Identifier: MIT
"""Symbols of object files and archives, as nm and objdump print them. Not a test itself."""

import os
import re
import shlex
import subprocess

NM = shlex.split(os.environ.get("NM") or "nm")
if NM[-1:] == ["-B"]:  # libtool's spelling of "BSD format", which is the default
    NM = NM[:-1]

_OBJECT = re.compile(r"^(?P<address>[0-9a-f]+) (?P<flags>.{7}) (?P<section>\S+)\s+(?P<size>[0-9a-f]+)"
                     r"\s+(?:\.hidden |\.protected |\.internal )?(?P<name>\S+)$")
_MEMBER = re.compile(r"^(?P<name>\S+\.l?o)(?::\s+file format .*|:)$")


def _lines(command):
    return subprocess.run(command, text=True, capture_output=True, check=True).stdout.splitlines()


def exported(library):
    """Names that a shared library defines for others, without its version nodes."""
    names = set()
    for line in _lines(NM + ["-D", "--defined-only", library]):
        kind, name = line.split()[-2:]
        if kind != "A":
            names.add(name.split("@")[0])
    return names


def source_of(member):
    """ring.o, libacd_emitter_la-ring.o -> ring: the member's source without its ending."""
    return re.sub(r"\.l?o$", "", member).split("-")[-1]


def undefined(archive):
    """(member, name) of each symbol that a member takes from elsewhere."""
    member = os.path.basename(archive)
    for line in _lines(NM + ["-u", archive]):
        start = _MEMBER.match(line)
        if start:
            member = start.group("name")
        elif line.split()[:1] in (["U"], ["w"]):
            yield member, line.split()[-1].split("@")[0]


def writable_data(archive):
    """(member, name, section) of each object in memory that the program may write."""
    member = os.path.basename(archive)
    for line in _lines(["objdump", "-t", archive]):
        start = _MEMBER.match(line)
        if start:
            member = start.group("name")
            continue
        found = _OBJECT.match(line)
        if not found or not int(found.group("size"), 16):
            continue
        section = found.group("section")
        if section == "*COM*" or re.match(r"\.(t?data|t?bss)($|\.(?!rel\.ro))", section):
            # Statics inside functions: name.0 by gcc, function.name by clang.
            name = re.sub(r"(\.\d+)+$", "", found.group("name"))
            yield member, name.split(".")[-1], section
