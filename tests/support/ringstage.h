/* SPDX-License-Identifier: MIT */
/*
 * From golden rings to a picture, by the way that the live screen goes: the rings are found in a
 * directory, read for a minute of a virtual clock, and drawn with keys played.  In that minute the
 * ring's counters go up to what the file has.  Calls tui/app; the program that uses it links that.
 */
#ifndef ACD_TESTS_SUPPORT_RINGSTAGE_H
#define ACD_TESTS_SUPPORT_RINGSTAGE_H

#include "tests/support/ringbuild.h"
#include "tests/support/scratch.h"
#include "tests/support/stage.h"
#include "tui/app/act.h"
#include "tui/app/collect.h"
#include "tui/app/documents.h"
#include "tui/app/finder.h"
#include "tui/app/numbers.h"
#include "tui/model/roster.h"
#include "tui/reader/control.h"

#define ACD_RINGSTAGE_WORDS 256

struct acd_ringstage {
    struct acd_scratch dir;
    struct acd_now now;
    struct acd_fleet fleet;
    struct acd_collect *collect;
    struct acd_digest digest;
    struct acd_ui ui;
    struct acd_closeup closeup;
    struct acd_numbers numbers;
    struct acd_finder finder;
    struct acd_documents documents;
    struct acd_roster roster;
    struct acd_act act;
    struct acd_grid grid;
    struct acd_ringbuild rb; /* the ring whose server lives */
    int lock_fd;             /* which makes it live */
    struct {
        uint64_t at, value; /* of a counter, and its last value */
    } word[ACD_RINGSTAGE_WORDS];
    size_t words;
};

/** Reads the rings; the time is ACD_TEST_NOW then. */
void acd_ringstage_begin(struct acd_ringstage *s, const struct acd_test_size *size,
                         enum acd_glyphs glyphs);
void acd_ringstage_end(struct acd_ringstage *s);

/** Presses keys by their names, separated by blanks. */
void acd_ringstage_play(struct acd_ringstage *s, const char *keys);

/** Draws at the grid's size. */
void acd_ringstage_draw(struct acd_ringstage *s);

#endif
