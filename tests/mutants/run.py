#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Do the tests notice when the ring's logic is wrong, or that of what guards secrets, terminals and verdicts?

Each mutant is one change of one line in a copy of the tree; one of its tests must fail, and all of
them pass on the tree as it is.  On x86 no test can tell memory orders apart.  Those of fences are the
model's negative controls (tests/model); those of loads and stores are in ORDERS, for a build with TSan,
which must report a race.

    run.py [NAME...]            all mutants, or those whose names contain one of the words
    run.py --orders [NAME...]   those of ORDERS
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
JOBS = "-j2"
SECONDS = 120  # a mutant that hangs is noticed, too
PATIENCE_S = 1200  # for what is right, and for the compiler
TSAN_REPORTS = 66  # its exit status
SKIPPED = 77

RING, CURSOR, EMIT = "emitter/ring.h", "tui/reader/cursor.c", "emitter/emit.c"
UNIT = "tests/unit/test_"
PAUSE, STORM = "tests/stress/pause", "tests/stress/storm"
FAULTS, RACE = "tests/fault/emitter_faults", "tests/stress/race"
ORDER, ONE_MAPPING = "tests/stress/orders", "tests/stress/one_mapping"

# name, file, what stands there once, what the mutant has instead, tests of which one must fail
MUTANTS = [
    ("only the first cell is marked", RING,
     "for (uint64_t i = 0; i < cells; i++) {", "for (uint64_t i = 0; i < 1; i++) {",
     [UNIT + "marks"]),
    ("no cell is marked", RING,
     "acd_set(acd_pen_cell(&pen, i), acd_stamp_of_cell(position, i, ACD_CELL_WRITING));", "",
     [UNIT + "marks"]),
    ("the first stamp comes without its continuations", RING,
     "for (uint64_t i = pen->count - 1; i > 0; i--) {", "for (uint64_t i = 0; i > 0; i--) {",
     [UNIT + "ring"]),
    ("an ordinal is given twice", RING,
     "ordinal = w->ordinal + 1;", "ordinal = w->ordinal + (w->ordinal % 7 != 3);",
     [UNIT + "ring", UNIT + "lanes"]),
    ("a long record moves the lane on by one cell", RING,
     "w->position = next;", "w->position = position + 1;", [UNIT + "marks"]),
    ("the lane's next cell is not published", RING,
     "acd_publish(&lane->next, next);", "", [UNIT + "ring"]),
    ("the lane's records are not published", RING,
     "acd_publish(&lane->records, ordinal);", "", [UNIT + "lanes"]),
    ("payload runs over the lane's end", RING,
     "pen->word = pen->cells[0].word;", "pen->word = pen->edge;", [UNIT + "ring"]),
    ("payload runs over a stamp", RING,
     "pen->word++; /* past the stamp */", "", [UNIT + "ring"]),
    ("a record in a row runs over the lane's end", RING,
     "return w->position + cells <= w->lap;", "return cells <= w->mask;",
     [UNIT + "ring", UNIT + "emit"]),
    ("a whole cell of text is put over a stamp", RING,
     "acd_pen_step(pen);\n    acd_lane_put_in_cell(pen, acd_word_at(s));",
     "acd_lane_put_in_cell(pen, acd_word_at(s));", [UNIT + "marks", UNIT + "emit"]),
    ("cells are counted one too few", RING,
     "if (words <= ACD_FIRST_PAYLOAD_WORDS)", "if (words <= ACD_FIRST_PAYLOAD_WORDS + 1)",
     [UNIT + "ring"]),
    ("a new owner writes over what the one before left unfinished", "emitter/ring.c",
     "if (stamp >> 2 != position || (stamp & 3) == ACD_CELL_EMPTY)\n            break;", "break;",
     [UNIT + "ring", PAUSE]),
    ("an ordinal that a dead owner published is given again", "emitter/ring.c",
     "if (newest == (uint32_t)ordinal)\n                ordinal++;", "(void)newest;",
     [UNIT + "ring", PAUSE]),
    ("the reader takes a record that changed while it copied", CURSOR,
     "if (result != COPY_GOOD)\n        return result;", "", [UNIT + "cursor", STORM]),
    ("the reader looks at the first stamp alone", CURSOR,
     "confirm(c, problem == COPY_GOOD ? cells : 1);", "confirm(c, 1);", [UNIT + "cursor", STORM]),
    ("the reader trusts a length", CURSOR,
     "if (words > ACD_RECORD_BYTES_MAX / 8 || cells > c->lane.cell_count)",
     "if (cells > c->lane.cell_count)", [UNIT + "marks"]),
    ("the reader sees no gap", CURSOR,
     "if (!in_sequence(c, record.ordinal) && !begins_here(c, record.ordinal))",
     "if (c->ordinal == UINT64_MAX)", [UNIT + "cursor"]),
    ("the reader counts a gap one short", CURSOR,
     "*ret_lost = ordinal - before;", "*ret_lost = ordinal - before - 1;", [UNIT + "cursor", STORM]),
    ("the reader takes an unfinished record", CURSOR,
     "if (stamp == ACD_STAMP(c->position, ACD_CELL_FIRST))\n        return PLACE_RECORD;",
     "if (stamp_position(stamp) == c->position)\n        return PLACE_RECORD;",
     [UNIT + "cursor"]),
    ("a cursor begins now at the oldest record", CURSOR,
     "else if (start == ACD_CURSOR_NOW)\n        begin_now(cursor);",
     "else if (start == ACD_CURSOR_NOW)\n        begin_oldest(cursor);", [UNIT + "cursor"]),
    ("a handler's emit uses the lane it interrupted", EMIT,
     "    turn->own = false;", "    turn->own = turn->thread->writer.cells != NULL;",
     [UNIT + "promises", PAUSE, "tests/stress/handlers"]),
    ("the overflow lane is not given back", EMIT,
     "acd_publish(owner, acd_get(owner) - thread);", "(void)owner, (void)thread;", [UNIT + "lanes", UNIT + "promises"]),
    ("a record of two cells is written as one", EMIT,
     "write_cells(&t->writer, u, h, 2, true);", "write_cells(&t->writer, u, h, 1, true);", [UNIT + "emit"]),
    ("a request that changed meanwhile has the length it has now", EMIT,
     "acd_padded(length) == bytes ? length : bytes", "length", [UNIT + "marks"]),
    ("a site's number of another ring is used", EMIT,
     "acd_site_cache_get(&u.site->cache) - t->site_base;",
     "acd_site_cache_get(&u.site->cache) & ((UINT64_C(1) << ACD_SITE_CACHE_SHIFT) - 1);",
     [UNIT + "sites"]),
    ("a lane is taken from a thread that lives", "emitter/lanes.c",
     "holder != 0 && holder != thread && !acd_sys_thread_gone(ring->pid, holder)",
     "holder == UINT32_MAX", [UNIT + "lanes"]),
    ("a lane is never inherited", "emitter/lanes.c",
     "holder != thread && !acd_sys_thread_gone(ring->pid, holder)", "holder != thread",
     [UNIT + "lanes"]),
    ("two threads take one lane", "emitter/lanes.c",
     "return acd_swap_if(&lane->owner, &owner, acd_owner_word(owner, thread));",
     "acd_publish(&lane->owner, acd_owner_word(owner, thread)); return true;",
     [UNIT + "lanes", "tests/stress/threads"]),
    ("a secret's name is not in the list", "emitter/format/secrets.c",
     '{6, "apikey"},', '{6, "apikex"},', [UNIT + "secrets"]),
    ("a value that is a secret is copied as it is", "emitter/redact.c",
     "acd_sink_text(sink, ACD_REDACTED);", "acd_sink_put(sink, piece.clean + piece.bytes, 1);",
     [UNIT + "secrets"]),
    ("a recording keeps its texts", "tui/reader/recredact.c",
     "memset(text, '*', length);", "(void)length;", [UNIT + "recredact"]),
    ("a control character reaches the terminal", "tui/view/text.c",
     "cp == ACD_TEXT_BAD_BYTE ? ACD_WIDTH_HIDDEN : acd_width_of(cp)",
     "cp == ACD_TEXT_BAD_BYTE || cp == 0x1b ? 1 : acd_width_of(cp)", [UNIT + "text"]),
    ("a pid that was given again is alive", "tui/reader/liveness.c",
     "    if (started == identity->start_time)", "    if (started != 0)", [UNIT + "liveness"]),
    ("ignorance is death", "tui/reader/liveness.c",
     "        return ACD_LIVENESS_UNKNOWN;\n    if (kill(",
     "        return ACD_LIVENESS_DEAD;\n    if (kill(", [UNIT + "liveness"]),
    ("a child goes on in its parent's ring", "emitter/emitter.c",
     "phase == ACD_PHASE_CLOSED || phase == ACD_PHASE_CHILD)", "phase != UINT64_MAX)",
     [UNIT + "fork"]),
    ("a section may lie outside its file", "tui/reader/identity.c",
     " || s->offset > id->file_bytes ||\n        s->bytes > id->file_bytes - s->offset)", ")",
     [UNIT + "ringmap"]),
    ("the length of a record's text is trusted", "emitter/format/record.c",
     "    if (words > s->left)\n", "    if (words > s->left + 1)\n", ["tests/fuzz/fuzz_record"]),
    ("what has no room is used all the same", "emitter/emitter.c",
     "bool good = allocate(ring, ring->data_offset + first * ACD_CHUNK_BYTES, need);",
     "bool good = true;\n    (void)allocate;", ["tests/fault/no_room"]),
    ("a debug file's text is not given back", "emitter/debugfile.c",
     "    cJSON_free(text);\n    if (r != 0) {", "    if (r != 0) {", [FAULTS]),
    ("a debug file changes errno", "emitter/debugfile.c",
     "-ECANCELED;\n    errno = saved;", "-ECANCELED;\n    (void)saved;", [FAULTS]),
    ("close unmaps what was handed out", "emitter/file.c",
     "    acd_sys_map_zero(ring->data, ring->data_bytes, NULL);\n",
     "    acd_sys_unmap(ring->data, ring->data_bytes);\n", [RACE]),
    ("a lease never ends", "tui/reader/control.c",
     "    return deadline != 0 &&\n", "    return deadline != 0 && since_ns == 0 &&\n",
     [UNIT + "control"]),
]

# The same, for TSan.
ORDERS = [
    ("the final stamp is not released", RING,
     "acd_publish(pen->first, ACD_STAMP(position, ACD_CELL_FIRST));",
     "acd_set(pen->first, ACD_STAMP(position, ACD_CELL_FIRST));", [ORDER]),
    ("the cursor does not acquire a stamp", "tui/reader/shared.h",
     "return atomic_load_explicit(word, memory_order_acquire);",
     "return atomic_load_explicit(word, memory_order_relaxed);", [ORDER]),
    ("a row is ready before its name", RING,
     "return atomic_fetch_or_explicit(w, bits, memory_order_acq_rel);",
     "return atomic_fetch_or_explicit(w, bits, memory_order_relaxed);", [ONE_MAPPING]),
    ("the overflow lane is given back before its record", EMIT,
     "acd_publish(owner, acd_get(owner) - thread);", "acd_set(owner, acd_get(owner) - thread);",
     ["tests/stress/handlers"]),
]


def copy_tree(to):
    """What the build needs, without what was built."""
    skip = shutil.ignore_patterns(".git", "_build*", "coverage-build", "soak-fuzz", "*.o", "*.lo", "*.la", "*.trs", "*.log",
                                  ".libs", ".deps", "config.status", "Makefile", "config.h",
                                  "libtool", "stamp-h1")
    shutil.copytree(SOURCE, to, ignore=skip, symlinks=True)


class Build:
    """A build beside the copied tree; with TSan where `orders`."""

    def __init__(self, scratch, log, orders):
        self.tree, self.folder, self.log, self.orders = scratch / "tree", scratch / "build", log, orders
        self.skipped, self.failed = set(), None  # tests that can't run on this machine; the last that failed
        copy_tree(self.tree)
        self.folder.mkdir()

    def run(self, *arguments, seconds=PATIENCE_S):
        environment = dict(os.environ, ACD_TEST_SCALE="0.05", srcdir="../tree", top_srcdir=str(self.tree),
                           top_builddir=str(self.folder), TSAN_OPTIONS="halt_on_error=1 die_after_fork=0")
        try:
            return subprocess.run(arguments, cwd=self.folder, env=environment, stdout=self.log,
                                  stderr=self.log, stdin=subprocess.DEVNULL, timeout=seconds,
                                  check=False).returncode
        except subprocess.TimeoutExpired:
            return 124

    def configure(self):
        options = ["CFLAGS=-O1", *(["--enable-sanitizers=thread"] if self.orders else [])]
        return self.run(str(self.tree / "configure"), "-q", *options) == 0

    def passes(self, tests, seconds=PATIENCE_S):
        """None: doesn't compile, or fails in another way than it is to.  Else whether all the tests pass."""
        shim = ["libacd-shim.la"] if any(test.startswith("tests/fault/") for test in tests) else []
        if self.run("make", "-s", JOBS, *tests, *shim) != 0:
            return None
        layout = ["sh", str(self.tree / "tests/support/plain-layout.sh")] if self.orders else []
        for test in tests:
            status = self.run(*layout, "./" + test, seconds=seconds)
            if status == SKIPPED:
                self.skipped.add(test)
            elif status != 0:
                self.failed = test
                return None if self.orders and status != TSAN_REPORTS else False
        return True


def survivors(build, mutants):
    bad = []
    for name, file, old, new, tests in mutants:
        path = build.tree / file
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            bad.append(f"{name}: {file} has {text.count(old)} times: {old}")
            continue
        path.write_text(text.replace(old, new), encoding="utf-8")
        verdict = build.passes(tests, SECONDS)
        path.write_text(text, encoding="utf-8")
        if verdict is None:
            bad.append(f"{name}: does not compile{', or ends without a report' if build.orders else ''}")
        elif verdict:
            bad.append(f"{name}: {' '.join(tests)} noticed nothing")
        print(f"{'FAIL' if verdict is not False else 'PASS'}: {name}", flush=True)
    return bad


def main(words):
    orders = words[:1] == ["--orders"]
    words = words[1:] if orders else words
    mutants = [m for m in (ORDERS if orders else MUTANTS)
               if not words or any(word in m[0] for word in words)]
    with tempfile.TemporaryDirectory(prefix="acdebug-mutants.") as scratch, \
            open(pathlib.Path(scratch) / "log", "w+", encoding="utf-8") as log:
        build = Build(pathlib.Path(scratch), log, orders)
        every = sorted({test for m in mutants for test in m[4]})
        if not build.configure() or not build.passes(every):
            log.seek(0)
            sys.stderr.write(log.read()[-4000:])
            print(f"on the tree as it is {build.failed or 'the build'} fails")
            return 1
        able = [m for m in mutants if not set(m[4]) <= build.skipped]
        bad = survivors(build, able)
    print(f"{len(able) - len(bad)} of {len(able)} mutants noticed, "
          f"{len(mutants) - len(able)} left out: {' '.join(sorted(build.skipped)) or 'no test'} cannot run here")
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
