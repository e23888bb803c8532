/* SPDX-License-Identifier: MIT */
/* The remembered blocks, see blocks.h. */
#include "config.h"

#include "emitter/track/blocks.h"

#include <string.h>

#define LINE_PLACES 512u
#define LINE_WORDS (LINE_PLACES / 64u)
#define GROUP_LINES 64u
#define PLACES_A_BLOCK 2u

static uint32_t places_of(uint32_t room)
{
    return (room * PLACES_A_BLOCK + LINE_PLACES - 1) / LINE_PLACES * LINE_PLACES;
}

static uint32_t buckets_of(uint32_t room)
{
    uint32_t count = 1;
    while (count < room)
        count *= 2;
    return count;
}

static uint32_t groups_of(uint32_t places)
{
    return places / LINE_PLACES / GROUP_LINES + 1;
}

size_t acd_blocks_bytes(uint32_t room, size_t unit_bytes)
{
    const size_t places = places_of(room);
    return room * (sizeof(struct acd_block) + unit_bytes) + places / 64 * sizeof(uint64_t) +
           (places + buckets_of(room) + places / LINE_PLACES + groups_of((uint32_t)places)) *
               sizeof(uint32_t);
}

static void *carve(char **storage, size_t bytes)
{
    void *part = *storage;
    *storage += bytes;
    return part;
}

/* In the order of their alignment. */
void acd_blocks_init(struct acd_blocks *ret_blocks, void *storage, uint32_t room, size_t unit_bytes)
{
    const uint32_t places = places_of(room), buckets = buckets_of(room);
    char *at = storage;
    struct acd_blocks b = {
        .room = room, .bucket_mask = buckets - 1, .places = places, .unit_bytes = unit_bytes};
    b.block = carve(&at, room * sizeof *b.block);
    b.live = carve(&at, places / 64 * sizeof *b.live);
    b.holder = carve(&at, places * sizeof *b.holder);
    b.bucket = carve(&at, buckets * sizeof *b.bucket);
    b.line = carve(&at, places / LINE_PLACES * sizeof *b.line);
    b.group = carve(&at, groups_of(places) * sizeof *b.group);
    b.units = carve(&at, room * unit_bytes);
    *ret_blocks = b;
    acd_blocks_clear(ret_blocks);
}

void acd_blocks_clear(struct acd_blocks *blocks)
{
    const uint32_t places = blocks->places;
    memset(blocks->live, 0, places / 64 * sizeof *blocks->live);
    memset(blocks->line, 0, places / LINE_PLACES * sizeof *blocks->line);
    memset(blocks->group, 0, groups_of(places) * sizeof *blocks->group);
    memset(blocks->bucket, 0xff, (blocks->bucket_mask + 1) * sizeof *blocks->bucket);
    blocks->used = blocks->next_place = blocks->oldest_place = 0;
}

static uint32_t *bucket_of(const struct acd_blocks *b, uint64_t hash)
{
    return &b->bucket[hash & b->bucket_mask];
}

uint32_t acd_blocks_find(const struct acd_blocks *blocks, uint64_t hash)
{
    uint32_t i = *bucket_of(blocks, hash);
    while (i != ACD_BLOCK_NONE && blocks->block[i].hash != hash)
        i = blocks->block[i].next;
    return i;
}

/* ---- places ---- */

static void place_set(struct acd_blocks *b, uint32_t place, uint32_t index)
{
    b->live[place / 64] |= UINT64_C(1) << place % 64;
    b->line[place / LINE_PLACES]++;
    b->group[place / LINE_PLACES / GROUP_LINES]++;
    b->holder[place] = index;
    b->block[index].place = place;
}

static void place_clear(struct acd_blocks *b, uint32_t place)
{
    b->live[place / 64] &= ~(UINT64_C(1) << place % 64);
    b->line[place / LINE_PLACES]--;
    b->group[place / LINE_PLACES / GROUP_LINES]--;
}

uint32_t acd_blocks_distance(const struct acd_blocks *blocks, uint32_t index)
{
    const uint32_t place = blocks->block[index].place;
    const uint32_t line = place / LINE_PLACES, group = line / GROUP_LINES;
    const uint32_t lines = blocks->places / LINE_PLACES;
    const uint32_t line_end = (group + 1) * GROUP_LINES < lines ? (group + 1) * GROUP_LINES : lines;
    uint32_t count = 0;
    for (uint32_t i = group + 1; i < groups_of(blocks->places); i++)
        count += blocks->group[i];
    for (uint32_t i = line + 1; i < line_end; i++)
        count += blocks->line[i];
    for (uint32_t i = place / 64 + 1; i < (line + 1) * LINE_WORDS; i++)
        count += (uint32_t)__builtin_popcountll(blocks->live[i]);
    /* Two shifts: a shift by 64 has no meaning. */
    return count + (uint32_t)__builtin_popcountll(blocks->live[place / 64] >> place % 64 >> 1);
}

/* The first place from `from` on that is a block's last use; there is one. */
static uint32_t next_live(const struct acd_blocks *b, uint32_t from)
{
    uint32_t word = from / 64;
    uint64_t bits = b->live[word] >> from % 64 << from % 64;
    while (bits == 0)
        bits = b->live[++word];
    return word * 64 + (uint32_t)__builtin_ctzll(bits);
}

/* All places are taken: the uses that still count move together, in their order. */
static void renumber(struct acd_blocks *b)
{
    uint32_t from = 0;
    for (uint32_t to = 0; to < b->used; to++) {
        from = next_live(b, from);
        const uint32_t index = b->holder[from];
        place_clear(b, from++);
        place_set(b, to, index);
    }
    b->next_place = b->used;
    b->oldest_place = 0;
}

/* ---- use ---- */

void acd_blocks_prefetch_found(const struct acd_blocks *blocks, const uint64_t *hash,
                               uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(bucket_of(blocks, hash[i]));
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t first = *bucket_of(blocks, hash[i]);
        if (first != ACD_BLOCK_NONE)
            __builtin_prefetch(&blocks->block[first]);
    }
}

/* Those that will be forgotten too. */
void acd_blocks_prefetch(const struct acd_blocks *blocks, const uint64_t *hash, uint32_t count)
{
    uint32_t victim[ACD_BLOCKS_AHEAD], place = blocks->oldest_place;
    acd_blocks_prefetch_found(blocks, hash, count);
    if (blocks->used < blocks->room || blocks->room < count)
        return;
    for (uint32_t i = 0; i < count; i++) {
        place = next_live(blocks, place);
        victim[i] = blocks->holder[place++];
        __builtin_prefetch(&blocks->block[victim[i]]);
        __builtin_prefetch(acd_blocks_units(blocks, victim[i]));
    }
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(bucket_of(blocks, blocks->block[victim[i]].hash));
}

static uint32_t forget_oldest(struct acd_blocks *b)
{
    b->oldest_place = next_live(b, b->oldest_place);
    const uint32_t index = b->holder[b->oldest_place];
    uint32_t *link = bucket_of(b, b->block[index].hash);
    while (*link != index)
        link = &b->block[*link].next;
    *link = b->block[index].next;
    place_clear(b, b->oldest_place);
    b->used--;
    return index;
}

static uint32_t make(struct acd_blocks *b, uint64_t hash, const char *units)
{
    const uint32_t index = b->used < b->room ? b->used : forget_oldest(b);
    uint32_t *bucket = bucket_of(b, hash);
    b->block[index] = (struct acd_block){.hash = hash, .next = *bucket};
    *bucket = index;
    memcpy(b->units + index * b->unit_bytes, units, b->unit_bytes);
    b->used++;
    return index;
}

uint32_t acd_blocks_use(struct acd_blocks *blocks, uint64_t hash, const char *units)
{
    uint32_t index = acd_blocks_find(blocks, hash);
    if (index != ACD_BLOCK_NONE) {
        place_clear(blocks, blocks->block[index].place);
        blocks->used--; /* renumber() counts the places */
    }
    /* The block in hand has no place, so that there is always room for it behind renumber(). */
    if (blocks->next_place == blocks->places)
        renumber(blocks);
    if (index == ACD_BLOCK_NONE)
        index = make(blocks, hash, units);
    else
        blocks->used++;
    place_set(blocks, blocks->next_place++, index);
    return index;
}
