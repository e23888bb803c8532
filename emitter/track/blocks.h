/* SPDX-License-Identifier: MIT */
/*
 * The blocks that a tracker remembers, by the names of their chains, the least recently used one
 * forgotten first.  How many others were used since a block's last use (its reuse distance) is read off
 * a bitmap of uses: each use takes the next place and gives up the one before.  Storage is the caller's,
 * who also holds the lock.
 */
#ifndef ACD_TRACK_BLOCKS_H
#define ACD_TRACK_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_BLOCK_NONE UINT32_MAX
#define ACD_BLOCKS_AHEAD 32

struct acd_block {
    uint64_t hash;
    uint32_t place;  /* of its last use */
    uint32_t next;   /* in its bucket */
    uint32_t newest; /* the newest prompt that has it */
    uint32_t onward; /* the newest that goes on behind it, 0 none */
    uint32_t slots;  /* a bit for each that it was used on */
    uint32_t used_ms;
};

struct acd_blocks {
    uint32_t room, used;
    uint32_t bucket_mask;
    uint32_t places; /* a multiple of 512 */
    uint32_t next_place, oldest_place;
    size_t unit_bytes; /* of one block's units */
    struct acd_block *block;
    char *units;
    uint32_t *bucket;
    uint32_t *holder; /* of a place */
    uint64_t *live;   /* a bit for each place that is a block's last use */
    uint32_t *line;   /* how many in 512 places */
    uint32_t *group;  /* in 64 lines */
};

/* How much `room` blocks of so many bytes take. */
size_t acd_blocks_bytes(uint32_t room, size_t unit_bytes);
/* `storage`: zeroed, aligned as malloc() does it. */
void acd_blocks_init(struct acd_blocks *ret_blocks, void *storage, uint32_t room,
                     size_t unit_bytes);
void acd_blocks_clear(struct acd_blocks *blocks);

uint32_t acd_blocks_find(const struct acd_blocks *blocks, uint64_t hash);
/* How many other blocks were used since. */
uint32_t acd_blocks_distance(const struct acd_blocks *blocks, uint32_t index);
/* Asks for what finding these blocks, or using them, will touch: their misses come side by side, not one
 * behind the other.  To ACD_BLOCKS_AHEAD of them. */
void acd_blocks_prefetch_found(const struct acd_blocks *blocks, const uint64_t *hash,
                               uint32_t count);
void acd_blocks_prefetch(const struct acd_blocks *blocks, const uint64_t *hash, uint32_t count);
/* Uses it now, and makes it when there is none: another may be forgotten for it. */
uint32_t acd_blocks_use(struct acd_blocks *blocks, uint64_t hash, const char *units);

static inline const char *acd_blocks_units(const struct acd_blocks *blocks, uint32_t index)
{
    return blocks->units + index * blocks->unit_bytes;
}

#endif
