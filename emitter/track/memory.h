/* SPDX-License-Identifier: MIT */
/*
 * What a tracker remembers, under its lock: the blocks, the prefixes that end inside them, the recent
 * prompts, and how often blocks were used again at which distance.  The lock is taken for so many blocks
 * at a time and given back in between.  Any thread; not from signal handlers.
 */
#ifndef ACD_TRACK_MEMORY_H
#define ACD_TRACK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emitter/format/layout.h"
#include "emitter/track/blocks.h"
#include "emitter/track/prefixes.h"
#include "emitter/track/promptlog.h"

#define ACD_TRACK_STRIDE 128 /* blocks for which the lock is held */

struct acd_track_memory {
    acd_word lock; /* the process that holds it, 0 none */
    char *storage;
    size_t bytes;
    size_t block_units, unit_bytes; /* unit_bytes 0: no prompt has come yet */
    struct acd_blocks blocks;
    struct acd_prefixes prefixes;
    struct acd_promptlog log;
    uint64_t input_units;
    uint64_t prompts;
    uint64_t reported_ns;
    uint64_t reused[ACD_HISTOGRAM_BUCKETS]; /* blocks, by distance */
};

/* A prompt on its way. */
struct acd_track_prompt {
    const char *units;
    size_t count, unit_bytes;
    size_t blocks, block_units; /* whole ones, of those that the memory takes */
    uint64_t root;
    uint64_t *chain;
    uint32_t slot, now_ms;
    uint32_t process; /* whose thread it is */
};

/* Limits of the cache, as the options say them. */
struct acd_track_limits {
    uint64_t capacity_units; /* UINT64_MAX: not known */
    uint64_t ttl_ms;         /* UINT64_MAX: for ever */
};

/* A block that was seen before: could it still be there? */
struct acd_track_use {
    bool seen, other_slot, expired, evicted;
};

/* How far the prompt was seen before. */
struct acd_track_seen {
    size_t blocks;           /* from the start on */
    size_t held;             /* of these, what a cache with the limits would have had */
    struct acd_track_use at; /* of block number `wanted`, or of the first not held */
};

/* The closest earlier prompt. */
struct acd_track_closest {
    uint32_t number;   /* 0: none, or forgotten */
    uint64_t shared;   /* units */
    uint64_t longest;  /* start that one of the candidates shares */
    uint32_t farthest; /* that one; of several the newest */
    uint64_t units;    /* its length; UINT64_MAX: forgotten */
    struct acd_prompt_entry entry;
    struct acd_prompt_span spans[ACD_PROMPT_SPANS];
    size_t from;     /* where `old_units` begins: at the start of a block */
    char *old_units; /* of it, from there on, as far as they are remembered; malloc() */
    size_t old_count;
};

/* `memory`: zeroed.  -EINVAL when so few bytes hold no block, or -ENOMEM. */
int acd_track_memory_init(struct acd_track_memory *memory, size_t bytes, size_t block_units);
void acd_track_memory_fini(struct acd_track_memory *memory);

/* Takes and gives back the lock, for a thread of that process; false when it could not be had. */
bool acd_track_lock(struct acd_track_memory *memory, uint32_t process);
void acd_track_unlock(struct acd_track_memory *memory);

/* Settles how wide units are, by the first prompt; -EINVAL when it is another. */
int acd_track_memory_settle(struct acd_track_memory *memory, size_t unit_bytes, uint32_t process);
/* The longest prompt that is remembered whole, in blocks. */
size_t acd_track_memory_longest(const struct acd_track_memory *memory);

/* A prompt came, of so many units. */
int acd_track_count(struct acd_track_memory *memory, uint64_t units, uint32_t process);

/* wanted: the block to tell of; SIZE_MAX: the first that isn't held.  All false: no such was seen. */
int acd_track_look(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                   const struct acd_track_limits *limits, size_t wanted,
                   struct acd_track_seen *ret_seen);

/* Both to be freed with acd_track_closest_fini(). */
int acd_track_find_closest(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                           size_t seen_blocks, struct acd_track_closest *ret_closest);
/* Another that shares as many grains as `closest`, `number` 0 for none: the newest that has an anchor of the
 * text behind the point, or the one that shares the longest start.  `ret_other`: zeroed. */
enum acd_track_other { ACD_TRACK_ANCHORED, ACD_TRACK_FARTHEST };
int acd_track_find_other(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                         const struct acd_track_closest *closest, enum acd_track_other which,
                         struct acd_track_closest *ret_other);
void acd_track_closest_fini(const struct acd_track_closest *closest);

/* Remembers the prompt, with `entry` (whose chain and tail are filled in) and its spans. */
int acd_track_remember(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                       const struct acd_prompt_entry *entry, const struct acd_prompt_span *spans,
                       const struct acd_track_closest *closest);

#endif
