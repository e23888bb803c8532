/* SPDX-License-Identifier: MIT */
/*
 * What differs between two texts from the point on where they part: how much, and of which kind.  Two
 * texts meet again at the nearest pair of places (the smallest sum of their distances) from which so many
 * units in a row are the same.  Allocates for long ones; no state, any thread.
 */
#ifndef ACD_TRACK_DIFFERENCE_H
#define ACD_TRACK_DIFFERENCE_H

#include <stddef.h>
#include <stdint.h>

#define ACD_DIFFERENCE_UNITS 16384 /* as far as is looked */

enum acd_change {
    ACD_CHANGE_NONE, /* one of them ends here */
    ACD_CHANGE_REPLACED,
    ACD_CHANGE_INSERTED,
    ACD_CHANGE_REMOVED,
    ACD_CHANGE_REORDERED,
    ACD_CHANGE_UNRELATED
};

/* Units as 32-bit numbers, tokens or bytes. */
struct acd_side {
    const uint32_t *unit;
    size_t count;
};

struct acd_difference {
    enum acd_change change;
    size_t old_units, new_units; /* that differ; 0 when unrelated */
};

/**
 * Both sides begin where they part.
 * @param meeting  units in a row that are the same, at least 2
 * @return 0 or -ENOMEM
 */
int acd_difference_find(struct acd_difference *ret_difference, const struct acd_side *old_side,
                        const struct acd_side *new_side, size_t meeting);

/* "replaced", ...; NULL for NONE.  Static. */
const char *acd_change_name(enum acd_change change);

#endif
