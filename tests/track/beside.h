/* SPDX-License-Identifier: MIT */
/*
 * Two texts laid beside each other from where they part: how one became the other, as emitter/TRACKING.md
 * names it, by looking at every place.  For the judge of prefix trackers.
 */
#ifndef ACD_TESTS_TRACK_BESIDE_H
#define ACD_TESTS_TRACK_BESIDE_H

#include <stdbool.h>
#include <stdint.h>

#define ACD_BESIDE_WINDOW 16384u
#define ACD_BESIDE_TOKENS 16u /* in a row that are the same */
#define ACD_BESIDE_BYTES 64u
#define ACD_BESIDE_RUNS 4u /* that show that two texts belong together */

/* Both begin where they part. */
struct acd_beside {
    unsigned unit_bytes; /* 4: tokens, 1: bytes */
    const void *old_units, *new_units;
    uint64_t old_count, new_count;
};

struct acd_beside_change {
    const char *name; /* "unrelated" when they don't meet again */
    uint64_t old_units, new_units;
};

/* `ret_change` is set whether they meet again (true) or not. */
bool acd_beside_meet(const struct acd_beside *beside, struct acd_beside_change *ret_change);

/* Where each window of ACD_BESIDE_RUNS / 2 runs of a text begins, to look others up in. */
struct acd_beside_index;
struct acd_beside_index *acd_beside_index_new(unsigned unit_bytes, const void *units,
                                              uint64_t count);
void acd_beside_index_free(struct acd_beside_index *index);
/* Has a text ACD_BESIDE_RUNS runs in a row in common with the indexed one, behind the first `from` units of
 * it?  `units` begin there. */
bool acd_beside_index_shares(const struct acd_beside_index *index, uint64_t from, const void *units,
                             uint64_t count);

#endif
