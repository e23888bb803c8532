/* SPDX-License-Identifier: MIT */
/*
 * Names of prefixes that end inside a block, with the newest prompt that has them: kept where prompts
 * part, so that the next one that parts there finds the closest to the unit.  And names of anchors
 * (anchors.h), with the block that they stand in.  Four to a set, the oldest prompt's goes first.  Storage
 * and lock are the caller's.
 */
#ifndef ACD_TRACK_PREFIXES_H
#define ACD_TRACK_PREFIXES_H

#include <stddef.h>
#include <stdint.h>

struct acd_prefix {
    uint64_t hash;
    uint32_t prompt; /* 0: empty */
    uint32_t block;  /* of an anchor */
};

struct acd_prefixes {
    struct acd_prefix *set;
    uint64_t mask; /* of sets */
};

/* `bytes` of zeroed storage, at least one set's. */
void acd_prefixes_init(struct acd_prefixes *ret_prefixes, void *storage, size_t bytes);
void acd_prefixes_clear(struct acd_prefixes *prefixes);
/* The newest prompt with that name, 0 none. */
uint32_t acd_prefixes_find(const struct acd_prefixes *prefixes, uint64_t hash);
/* Asks for what finding or putting it will touch. */
void acd_prefixes_prefetch(const struct acd_prefixes *prefixes, uint64_t hash);
/* NULL: none. */
const struct acd_prefix *acd_prefixes_get(const struct acd_prefixes *prefixes, uint64_t hash);
/* A newer prompt that has it stays. */
void acd_prefixes_put(struct acd_prefixes *prefixes, uint64_t hash, uint32_t prompt,
                      uint32_t block);

#endif
