/* SPDX-License-Identifier: MIT */
/*
 * A bounded table that forgets the least recently used entry first, and remembers for a while which
 * entries it forgot ("ghosts"), so that its owner can tell "was here, and was evicted" from "was
 * never here". Memory is taken once, at the start. Takes no lock: the owner holds one.
 */
#ifndef ACD_EXAMPLES_LRU_H
#define ACD_EXAMPLES_LRU_H

#include "block_id.h"

struct acd_lru;

struct acd_lru_entry {
    struct acd_block_id id;
    uint64_t stored_ns; /* the owner's, like the two below */
    uint64_t blocks;    /* length of the chain that ends in tail */
    struct acd_block_id tail;
    struct acd_lru_entry *newer, *older, *chain; /* private */
    bool is_ghost;                               /* private */
};

/* capacity: at least 1. NULL when there is no memory. */
struct acd_lru *acd_lru_new(size_t capacity, size_t ghosts);
void acd_lru_free(struct acd_lru *lru);

/* The entry, or NULL when it is not there (or only its ghost is). Does not count as a use. */
struct acd_lru_entry *acd_lru_find(const struct acd_lru *lru, struct acd_block_id id);

/* Whether the entry was here and was evicted, as far back as the ghosts go. */
bool acd_lru_was_evicted(const struct acd_lru *lru, struct acd_block_id id);

/* Makes the entry the most recently used one. */
void acd_lru_touch(struct acd_lru *lru, struct acd_lru_entry *entry);

/* Adds an entry that must not be there, as the most recently used one; *evicted grows by one when
 * another had to go for it. Cannot fail. */
struct acd_lru_entry *acd_lru_put(struct acd_lru *lru, struct acd_block_id id, size_t *evicted);

/* Takes an entry out and leaves no ghost. */
void acd_lru_remove(struct acd_lru *lru, struct acd_lru_entry *entry);

size_t acd_lru_count(const struct acd_lru *lru);
size_t acd_lru_capacity(const struct acd_lru *lru);

#endif
