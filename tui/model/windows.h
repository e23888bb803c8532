/* SPDX-License-Identifier: MIT */
/*
 * What happened in the last minute, five minutes, hour: totals that only grow are sampled at each
 * refresh, and their increase is kept in slots of equal time.  Slots are aligned to the epoch, so
 * the windows of several servers can be added slot by slot.  A total that went back (a broken ring)
 * counts as no increase.  An increase over more than a slot or two, because nobody looked for so long, is
 * shared out among them: the first counter evenly, the others as the first.  Time is passed in; a clock that is set back forgets the slots after it.
 */
#ifndef ACD_TUI_MODEL_WINDOWS_H
#define ACD_TUI_MODEL_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_WINDOW_SLOTS 60
#define ACD_WINDOW_COUNTERS 5 /* at most, in one set of windows */

enum acd_window_id { ACD_WINDOW_1M, ACD_WINDOW_5M, ACD_WINDOW_1H, ACD_WINDOWS };

extern const struct acd_window_span {
    const char *name;
    uint64_t slot_ns; /* ACD_WINDOW_SLOTS of them */
} acd_windows_span[ACD_WINDOWS];

/* The increases of one counter, oldest slot first; what came before the first sample is 0. */
struct acd_window_slots {
    uint64_t slot[ACD_WINDOW_SLOTS];
};

/* All windows of a row's counters.  Zeroed memory is the empty one; it takes memory from its
 * first increase on. */
struct acd_windows {
    bool seeded;      /* `last` holds the first sample */
    uint64_t last_ns; /* when it was taken; 0: not known */
    uint64_t last[ACD_WINDOW_COUNTERS];
    struct acd_windows_store *store;
};

/**
 * Takes over the totals at `now_ns`.  The first sample counts nothing: what a server did before it
 * was looked at is in no window.
 * @return 0, -ENOMEM (the increase is lost to the windows, never to the totals)
 */
int acd_windows_sample(struct acd_windows *windows, uint64_t now_ns, const uint64_t *totals,
                       size_t count);

/** Makes the first sample count whole: for a row that came up while we looked. */
void acd_windows_seed_zero(struct acd_windows *windows);

/** Nothing was counted up to `now_ns`: a recording tells when, though it has no sample of then. */
void acd_windows_stood_still(struct acd_windows *windows, uint64_t now_ns);

/** Adds the slots of `counter` that end at `now_ns` to `slots`. */
void acd_windows_add(const struct acd_windows *windows, enum acd_window_id id, size_t counter,
                     uint64_t now_ns, struct acd_window_slots *slots);

/** Their sum: the increase within the window. */
uint64_t acd_windows_sum(const struct acd_window_slots *slots);

void acd_windows_fini(struct acd_windows *windows);

#endif
