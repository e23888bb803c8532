#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compare tui/view/width_table.c with what Unicode says, or write it (--write).

The table is committed, so that no build needs Python. The source is Python's unicodedata (general
category, East Asian Width) and, as unicodedata has no Default_Ignorable_Code_Point, the list of it
below, taken from DerivedCoreProperties.txt of the same version. With another version of Unicode the
comparison says nothing and is skipped.
"""

import os
import sys
import unicodedata

VERSION = "14.0.0"
SKIP = 77

DEFAULT_IGNORABLE = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]
# EastAsianWidth.txt: these are wide even where nothing is assigned yet.
WIDE_UNASSIGNED = [
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD),
    # Reserved for emoji (Extended_Pictographic); every one assigned since came out wide.
    (0x1F6D0, 0x1F6FF), (0x1FA70, 0x1FAFF),
]
# Conjoining vowels and final consonants join the syllable that a wide leading consonant began.
JAMO_JOINED = [(0x1160, 0x11FF), (0xD7B0, 0xD7FF)]


def inside(cp, ranges):
    return any(first <= cp <= last for first, last in ranges)


def kind(cp):
    char = chr(cp)
    category = unicodedata.category(char)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp") or inside(cp, DEFAULT_IGNORABLE):
        return "H"
    if cp & 0xFFFE == 0xFFFE or 0xFDD0 <= cp <= 0xFDEF:
        return "H"
    if category in ("Mn", "Me") or inside(cp, JAMO_JOINED):
        return "Z"
    if category == "Cn":
        return "W" if inside(cp, WIDE_UNASSIGNED) else ""
    return "W" if unicodedata.east_asian_width(char) in ("W", "F") else ""


def ranges():
    out = []
    for cp in range(0x110000):
        k = kind(cp)
        if not k:
            continue
        if out and out[-1][1] == cp - 1 and out[-1][2] == k:
            out[-1][1] = cp
        else:
            out.append([cp, cp, k])
    return out


HEAD = """\
/* SPDX-License-Identifier: MIT */
/*
 * The code points that are not one column wide: H is hidden (shown as an escape), Z takes no
 * column of its own, W takes two. Unicode %s, from the general category, East Asian Width and
 * Default_Ignorable_Code_Point. Written by tests/checks/width_table.py --write, which also
 * compares it; for tui/view/width.c only.
 */
#include "config.h"

#include "tui/view/width_table.h"

#include "tui/view/width.h"

enum { H = ACD_WIDTH_HIDDEN, Z = 0, W = 2 };

/* clang-format off */
const struct acd_width_range acd_width_table[] = {
"""
TAIL = """\
};
/* clang-format on */

const size_t acd_width_table_count = sizeof(acd_width_table) / sizeof(acd_width_table[0]);
"""


def table():
    lines = []
    row = ""
    for first, last, k in ranges():
        item = "{0x%04x, 0x%04x, %s}," % (first, last, k)
        if len(row) + len(item) + 1 > 96:
            lines.append("    " + row)
            row = ""
        row = (row + " " + item).strip()
    lines.append("    " + row)
    return HEAD % VERSION + "\n".join(lines) + "\n" + TAIL


def main():
    if unicodedata.unidata_version != VERSION:
        print("SKIP: this Python knows Unicode %s, the table is of %s" % (unicodedata.unidata_version, VERSION))
        return SKIP
    top = os.environ.get("top_srcdir") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    path = os.path.join(top, "tui", "view", "width_table.c")
    if sys.argv[1:] == ["--write"]:
        with open(path, "w", encoding="utf-8") as out:
            out.write(table())
        return 0
    with open(path, encoding="utf-8") as old:
        if old.read() == table():
            return 0
    print("tui/view/width_table.c differs from Unicode %s: run tests/checks/width_table.py --write" % VERSION)
    return 1


if __name__ == "__main__":
    sys.exit(main())
