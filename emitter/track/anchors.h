/* SPDX-License-Identifier: MIT */
/*
 * Anchors: some places of a prompt, picked by the text around and not by where it stands, so that a text that
 * moved is found again.  Two texts that have ACD_ANCHOR_BYTES in a row in common have an anchor in common.  Each
 * has a name, of its model and the 16 tokens or 64 bytes before it.  Pure functions, any thread.
 */
#ifndef ACD_TRACK_ANCHORS_H
#define ACD_TRACK_ANCHORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_ANCHOR_BYTES 256   /* 64 tokens, or so many bytes */
#define ACD_ANCHOR_PLACES 256u /* a power of two above the window */

/* A walk; the first four are the caller's. */
struct acd_anchors {
    const char *units;
    size_t unit_bytes, count;
    uint64_t root; /* the model's, see chain.h */
    size_t at;     /* behind the last unit that was taken */
    size_t first;  /* behind the first that ends a name's units */
    size_t picked; /* behind which unit the anchor stands */
    uint64_t sum;
    uint64_t ending[ACD_ANCHOR_PLACES]; /* sums, by the unit behind which they end */
};

void acd_anchors_begin(struct acd_anchors *anchors, size_t from);
/* False: there is none any more. */
bool acd_anchors_next(struct acd_anchors *anchors, uint64_t *ret_hash);

#endif
