# SPDX-License-Identifier: MIT
"""The planted faults: one for each fuzz target, which its seeds must find (see controls.py).

    plant.py SOURCES planted/TARGET.c    writes the source file with its fault

A target's second program, fuzz_TARGET_planted, links that file in place of the library's own.
"""

import os
import sys

# target: file, what stands there once, what the fault has instead, the claim that must not hold
PLANTED = {
    # a reader that trusts a record's length
    "ring": ("tui/reader/cursor.c",
             "problem = COPY_GARBAGE;", "cells = 1;",
             "a record keeps its limit"),
    # a text ends eight bytes behind what it holds
    "record": ("emitter/format/record.c",
               "ret_text->length = (uint32_t)word;", "ret_text->length = (uint32_t)word + 8;",
               "a request's text lies in its payload"),
    # a torn recording is said to be torn behind the frame
    "recording": ("tui/reader/recfile.c",
                  "file->torn = file->at;", "file->torn = file->at + sizeof frame + bytes;",
                  "it is torn inside the file"),
    # a lease that has ended is shown as if it ran
    "control": ("tui/reader/control.c",
                "s.levels = s.expired ? s.lasting : (uint32_t)(word & ACD_CONTROL_LEVELS);",
                "s.levels = (uint32_t)(word & ACD_CONTROL_LEVELS);",
                "without a lease the levels last"),
    # a secret is known by its name alone
    "json": ("tui/model/jsonhide.c",
             "return other.bytes && ", "return other.bytes > UINT32_MAX && ",
             "a key is hidden"),
    # a line of the configuration is printed as it is
    "yaml": ("tui/app/complaints.c",
             'fprintf(stream, "  %s\\n", safe);',
             'fprintf(stream, "  %.*s\\n", (int)(length - from), line + from);',
             "nothing that a terminal obeys"),
    # a low terminal is drawn higher than it is
    "keys": ("tui/term/screen.c",
             "*ret_h = screen->h;", "*ret_h = screen->h < 8 ? 8 : screen->h;",
             "the picture fits its terminal"),
    # a name is missing in the list of secrets
    "redact": ("emitter/format/secrets.c",
               '{6, "cookie"}', '{6, "cookix"}',
               "no planted secret comes out"),
    # a line that comes in two reads loses bytes
    "emit": ("emitter/tools/lines.c",
             "lines->used += bytes;", "lines->used += bytes / 2;",
             "every byte comes out"),
    # one token more is said to be shared
    "track": ("emitter/track/tracker.c",
              "f->shared_tokens = job->closest.shared;",
              "f->shared_tokens = job->closest.shared + 1;",
              "nor than the closest has"),
}


def main(sources, to):
    file, old, new, _ = PLANTED[os.path.splitext(os.path.basename(to))[0]]
    with open(os.path.join(sources, file), encoding="utf-8") as source:
        text = source.read()
    if text.count(old) != 1:
        sys.exit(f"plant.py: {file} has {text.count(old)} times: {old}")
    os.makedirs(os.path.dirname(to), exist_ok=True)
    with open(to, "w", encoding="utf-8") as planted:
        planted.write(text.replace(old, new))


if __name__ == "__main__":
    main(*sys.argv[1:])
