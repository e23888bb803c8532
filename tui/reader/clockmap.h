/* SPDX-License-Identifier: MIT */
/*
 * From a ring's ticks to nanoseconds.  The rate comes from two anchors: the identity's, taken at open,
 * and the newest in the ring.  With one anchor only (the ring is younger than a millisecond) the rate is
 * a guess, which can't be far off in a millisecond.  The wall clock's offset is the newest anchor's, so
 * that a stepped clock moves all events of a ring alike and never their order.
 */
#ifndef ACD_READER_CLOCKMAP_H
#define ACD_READER_CLOCKMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "emitter/format/layout.h"

struct acd_ringmap;

/* A plain value; may be copied and kept after the ring is gone. */
struct acd_clockmap {
    struct acd_anchor opened;
    struct acd_anchor newest;
    double ns_per_tick;
    bool exact;    /* the ticks are nanoseconds */
    bool measured; /* exact, or the rate comes from two anchors; else it is a guess */
};

void acd_clockmap_init(struct acd_clockmap *map, const struct acd_identity *identity);

/** Takes a newer anchor over.  An anchor that can't be true is ignored. */
void acd_clockmap_add(struct acd_clockmap *map, const struct acd_anchor *anchor);

/** Reads the ring's newest anchor. @return did it change anything? */
bool acd_clockmap_update(struct acd_clockmap *map, const struct acd_ringmap *ring);

/** Since the epoch / CLOCK_MONOTONIC of the server's host.  Ticks before open clamp at 0, not wrap. */
uint64_t acd_clockmap_realtime_ns(const struct acd_clockmap *map, uint64_t ticks);
uint64_t acd_clockmap_monotonic_ns(const struct acd_clockmap *map, uint64_t ticks);

/** 0 when `to` is before `from`. */
uint64_t acd_clockmap_duration_ns(const struct acd_clockmap *map, uint64_t from, uint64_t to);

#endif
