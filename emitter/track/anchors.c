/* SPDX-License-Identifier: MIT */
/*
 * Anchors, see anchors.h.  Winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
 * fingerprinting", 2003): of the sums in a window the least is picked, and stays while it is inside.  A sum is
 * shifted so far with each unit that those before its own have left it, as gear hashing does it (Xia et
 * al., "Ddelta: a deduplication-inspired fast delta compression approach", 2014).
 */
#include "config.h"

#include "emitter/track/anchors.h"

#include <string.h>

#include "emitter/track/chain.h"

/* Its bits depend on all of the unit's. */
static uint64_t spread(uint64_t unit)
{
    const uint64_t x = (unit + 1) * UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 32;
}

void acd_anchors_begin(struct acd_anchors *anchors, size_t from)
{
    anchors->at = from;
    anchors->first = from + ACD_GRAIN_BYTES / anchors->unit_bytes;
    anchors->picked = 0;
    anchors->sum = 0;
}

static uint64_t *sum_at(struct acd_anchors *a, size_t at)
{
    return &a->ending[at % ACD_ANCHOR_PLACES];
}

static void pick(struct acd_anchors *a, size_t window)
{
    a->picked = a->at - window + 1;
    for (size_t at = a->picked + 1; at <= a->at; at++)
        if (*sum_at(a, at) <= *sum_at(a, a->picked))
            a->picked = at;
}

/* On, to `end` at most, while no sum is less than `least`. */
static void skip_bytes(struct acd_anchors *a, size_t end, uint64_t least)
{
    const unsigned char *byte = (const unsigned char *)a->units;
    uint64_t sum = a->sum;
    size_t at = a->at;
    do {
        sum = (sum << 1) + spread(byte[at++]);
        *sum_at(a, at) = sum;
    } while (at < end && sum >= least);
    a->sum = sum;
    a->at = at;
}

static void skip_tokens(struct acd_anchors *a, size_t end, uint64_t least)
{
    uint64_t sum = a->sum;
    size_t at = a->at;
    do {
        uint32_t token; /* at any address */
        memcpy(&token, a->units + at++ * sizeof token, sizeof token);
        sum = (sum << 64 / (ACD_GRAIN_BYTES / sizeof token)) + spread(token);
        *sum_at(a, at) = sum;
    } while (at < end && sum >= least);
    a->sum = sum;
    a->at = at;
}

bool acd_anchors_next(struct acd_anchors *anchors, uint64_t *ret_hash)
{
    struct acd_anchors *a = anchors;
    const size_t window = (ACD_ANCHOR_BYTES - ACD_GRAIN_BYTES) / a->unit_bytes + 1;
    /* Until the first window is full, or the sum that was picked leaves it. */
    const size_t end = a->picked == 0 ? a->first + window - 1 : a->picked + window;
    if (a->at >= a->count || (a->picked == 0 && a->count < end))
        return false;
    (a->unit_bytes == 1 ? skip_bytes : skip_tokens)(a, end < a->count ? end : a->count,
                                                    a->picked == 0 ? 0 : *sum_at(a, a->picked));
    if (a->at == end)
        pick(a, window);
    else if (a->sum < *sum_at(a, a->picked))
        a->picked = a->at;
    else
        return false;
    *ret_hash = acd_chain_piece(a->root, (const char *)sum_at(a, a->picked), sizeof a->sum);
    return true;
}
