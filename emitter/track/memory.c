/* SPDX-License-Identifier: MIT */
/* A tracker's memory, see memory.h: its lock, its parts, and what the cache would have had. */
#include "config.h"

#include "emitter/track/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/format/histogram.h"
#include "emitter/ring.h"
#include "emitter/shmfile.h"
#include "emitter/track/anchors.h"
#include "emitter/track/chain.h"

#define LOCK_YIELDS 200
#define LOCK_TRIES 2000 /* the later ones wait a tenth of a millisecond each: a fifth of a second */
#define LOG_SHARE 8
#define PREFIX_SHARE 16
#define LOG_LEAST (ACD_PROMPT_NUMBERS * sizeof(uint64_t) + 16384)
#define BLOCKS_LEAST 16

static void forget_all(struct acd_track_memory *memory)
{
    acd_blocks_clear(&memory->blocks);
    acd_prefixes_clear(&memory->prefixes);
    acd_promptlog_clear(&memory->log);
}

/* A holder of another process is a thread that fork left behind in the middle of something. */
static bool lock_again(struct acd_track_memory *memory, uint64_t holder, uint64_t self)
{
    if (holder == self || !acd_swap_if(&memory->lock, &holder, self))
        return false;
    if (memory->unit_bytes != 0)
        forget_all(memory);
    return true;
}

bool acd_track_lock(struct acd_track_memory *memory, uint32_t process)
{
    for (unsigned i = 0; i < LOCK_TRIES; i++) {
        uint64_t holder = 0;
        if (acd_swap_if(&memory->lock, &holder, process) || lock_again(memory, holder, process))
            return true;
        if (i < LOCK_YIELDS)
            acd_sys_yield();
        else
            acd_sys_nap();
    }
    return false;
}

void acd_track_unlock(struct acd_track_memory *memory)
{
    acd_publish(&memory->lock, 0);
}

/* ---- parts ---- */

static size_t log_bytes(size_t bytes)
{
    return bytes / LOG_SHARE > LOG_LEAST ? bytes / LOG_SHARE : LOG_LEAST;
}

/* How many blocks fit; 0 for none. */
static uint32_t room_in(size_t bytes, size_t block_bytes)
{
    uint32_t low = 0, high = UINT32_MAX / 4;
    while (low < high) {
        const uint32_t middle = low + (high - low + 1) / 2;
        if (acd_blocks_bytes(middle, block_bytes) <= bytes)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static size_t left_for_blocks(size_t bytes)
{
    return bytes - log_bytes(bytes) - bytes / PREFIX_SHARE;
}

int acd_track_memory_init(struct acd_track_memory *memory, size_t bytes, size_t block_units)
{
    bytes &= ~(size_t)255;
    if (room_in(left_for_blocks(bytes), block_units * sizeof(uint32_t)) < BLOCKS_LEAST)
        return -EINVAL;
    memory->storage = calloc(1, bytes);
    if (!memory->storage)
        return -ENOMEM;
    memory->bytes = bytes;
    memory->block_units = block_units;
    return 0;
}

void acd_track_memory_fini(struct acd_track_memory *memory)
{
    free(memory->storage);
}

/* Under the lock. */
static void lay_out(struct acd_track_memory *m, size_t unit_bytes)
{
    const size_t log = log_bytes(m->bytes) & ~(size_t)63, prefixes = m->bytes / PREFIX_SHARE;
    const size_t left = m->bytes - log - prefixes;
    const size_t grain = ACD_GRAIN_BYTES / unit_bytes;
    if (m->block_units < grain)
        m->block_units = grain;
    acd_promptlog_init(&m->log, m->storage, log);
    acd_prefixes_init(&m->prefixes, m->storage + log, prefixes);
    acd_blocks_init(&m->blocks, m->storage + log + prefixes,
                    room_in(left, m->block_units * unit_bytes), m->block_units * unit_bytes);
    m->unit_bytes = unit_bytes;
}

int acd_track_memory_settle(struct acd_track_memory *memory, size_t unit_bytes, uint32_t process)
{
    int result = 0;
    if (!acd_track_lock(memory, process))
        return -EAGAIN;
    if (memory->unit_bytes == 0)
        lay_out(memory, unit_bytes);
    if (memory->unit_bytes != unit_bytes)
        result = -EINVAL;
    acd_track_unlock(memory);
    return result;
}

size_t acd_track_memory_longest(const struct acd_track_memory *memory)
{
    const size_t chain = memory->log.bytes / 4 / sizeof(uint64_t);
    return memory->blocks.room / 2 < chain ? memory->blocks.room / 2 : chain;
}

/* ---- looking a prompt up ---- */

static struct acd_track_use use_of(const struct acd_block *block, uint32_t distance,
                                   const struct acd_track_prompt *prompt,
                                   const struct acd_track_limits *limits)
{
    const uint32_t age = prompt->now_ms - block->used_ms;
    return (struct acd_track_use){
        .seen = true,
        .other_slot = prompt->slot < 32 && (block->slots >> prompt->slot & 1u) == 0,
        /* A thread's clock may have been read before the one that used it last. */
        .expired = age <= INT32_MAX && age > limits->ttl_ms,
        .evicted = (uint64_t)distance * prompt->block_units >= limits->capacity_units,
    };
}

static bool is_held(const struct acd_track_use *use)
{
    return use->seen && !use->other_slot && !use->expired && !use->evicted;
}

static uint32_t least(size_t blocks)
{
    return blocks < ACD_BLOCKS_AHEAD ? (uint32_t)blocks : ACD_BLOCKS_AHEAD;
}

struct walk {
    const struct acd_track_limits *limits;
    size_t wanted;
    struct acd_track_seen seen;
};

/* Under the lock.  False: this block was not seen before. */
static bool look_at(struct acd_track_memory *m, const struct acd_track_prompt *prompt,
                    struct walk *walk, uint32_t *index, uint32_t *distance)
{
    const size_t i = walk->seen.blocks;
    const uint32_t before = *index, found = acd_blocks_find(&m->blocks, prompt->chain[i]);
    if (found == ACD_BLOCK_NONE)
        return false;
    const struct acd_block *block = &m->blocks.block[found];
    /* Blocks of one prompt were used one right after the other, the last one first. */
    if (before != ACD_BLOCK_NONE && block->place + 1 == m->blocks.block[before].place)
        ++*distance;
    else
        *distance = acd_blocks_distance(&m->blocks, found);
    *index = found;
    const struct acd_track_use use = use_of(block, *distance, prompt, walk->limits);
    m->reused[acd_histogram_index((uint64_t)*distance << 5)]++;
    if (walk->seen.held == i && is_held(&use))
        walk->seen.held++;
    if (walk->wanted == SIZE_MAX ? walk->seen.held == i && !walk->seen.at.seen : walk->wanted == i)
        walk->seen.at = use;
    walk->seen.blocks++;
    return true;
}

int acd_track_count(struct acd_track_memory *memory, uint64_t units, uint32_t process)
{
    if (!acd_track_lock(memory, process))
        return -EAGAIN;
    memory->input_units += units;
    memory->prompts++;
    acd_track_unlock(memory);
    return 0;
}

int acd_track_look(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                   const struct acd_track_limits *limits, size_t wanted,
                   struct acd_track_seen *ret_seen)
{
    struct walk walk = {.limits = limits, .wanted = wanted};
    bool known = true;
    while (known && walk.seen.blocks < prompt->blocks) {
        uint32_t index = ACD_BLOCK_NONE, distance = 0;
        if (!acd_track_lock(memory, prompt->process))
            return -EAGAIN;
        for (unsigned i = 0; known && i < ACD_TRACK_STRIDE && walk.seen.blocks < prompt->blocks;
             i++) {
            if (i % ACD_BLOCKS_AHEAD == 0)
                acd_blocks_prefetch_found(&memory->blocks, prompt->chain + walk.seen.blocks,
                                          least(prompt->blocks - walk.seen.blocks));
            known = look_at(memory, prompt, &walk, &index, &distance);
        }
        acd_track_unlock(memory);
    }
    *ret_seen = walk.seen;
    return 0;
}

/* ---- remembering it ---- */

/* Under the lock: names of the prefixes that end inside the block in which two prompts part. */
struct inside {
    uint64_t parent;
    const char *units;
    size_t bytes;  /* of this side, from the block's start, a block at most */
    size_t parted; /* bytes that both have */
    uint32_t number;
};

static void put_inside(struct acd_track_memory *m, const struct inside *side)
{
    uint64_t before = side->parent;
    for (size_t at = 0; at < side->bytes; at += ACD_GRAIN_BYTES) {
        const size_t left = side->bytes - at;
        if (side->parted >= at && side->parted < at + ACD_GRAIN_BYTES)
            for (size_t n = m->unit_bytes; n < ACD_GRAIN_BYTES && n <= left; n += m->unit_bytes)
                acd_prefixes_put(&m->prefixes, acd_chain_piece(before, side->units + at, n),
                                 side->number, ACD_BLOCK_NONE);
        if (left < ACD_GRAIN_BYTES)
            return;
        before = acd_chain_piece(before, side->units + at, ACD_GRAIN_BYTES);
        acd_prefixes_put(&m->prefixes, before, side->number, ACD_BLOCK_NONE);
    }
}

static void put_parting(struct acd_track_memory *m, const struct acd_track_prompt *prompt,
                        const struct acd_track_closest *closest, uint32_t number)
{
    const size_t block = closest->from / m->block_units, bytes = m->blocks.unit_bytes;
    const size_t here = (prompt->count - closest->from) * m->unit_bytes;
    const size_t there = closest->old_count * m->unit_bytes;
    struct inside side = {
        .parent = block > 0 ? prompt->chain[block - 1] : prompt->root,
        .units = prompt->units + closest->from * m->unit_bytes,
        .bytes = here < bytes ? here : bytes,
        .parted = (size_t)(closest->shared - closest->from) * m->unit_bytes,
        .number = number,
    };
    put_inside(m, &side);
    if (closest->number == 0)
        return;
    side.units = closest->old_units;
    side.bytes = there < bytes ? there : bytes;
    side.number = closest->number;
    put_inside(m, &side);
}

/* Under the lock. */
static uint32_t log_prompt(struct acd_track_memory *m, const struct acd_track_prompt *prompt,
                           const struct acd_prompt_entry *entry,
                           const struct acd_prompt_span *spans)
{
    const size_t taken = prompt->blocks * prompt->block_units;
    const size_t tail = (prompt->count - taken) * prompt->unit_bytes;
    struct acd_prompt_entry wanted = *entry, *place;
    wanted.blocks = (uint32_t)prompt->blocks;
    wanted.tail_bytes = tail < m->blocks.unit_bytes ? (uint32_t)tail : 0; /* 0: it was cut */
    place = acd_promptlog_add(&m->log, &wanted);
    if (place) {
        memcpy(acd_prompt_entry_spans(place), spans, wanted.spans * sizeof *spans);
        memcpy(acd_prompt_entry_tail(place), prompt->units + taken * prompt->unit_bytes,
               wanted.tail_bytes);
    }
    acd_prefixes_put(&m->prefixes, prompt->root, m->log.newest, ACD_BLOCK_NONE);
    return m->log.newest;
}

static void use_block(struct acd_track_memory *m, const struct acd_track_prompt *prompt, size_t i,
                      uint32_t number)
{
    const char *units = prompt->units + i * m->blocks.unit_bytes;
    struct acd_block *block = &m->blocks.block[acd_blocks_use(&m->blocks, prompt->chain[i], units)];
    if (block->newest < number)
        block->newest = number;
    if (block->onward < number && prompt->count > (i + 1) * prompt->block_units)
        block->onward = number;
    if (prompt->slot < 32)
        block->slots |= 1u << prompt->slot;
    block->used_ms = prompt->now_ms;
}

/* Of the blocks that are new; those that were seen before have theirs. */
static void put_anchors(struct acd_track_memory *m, const struct acd_track_prompt *prompt,
                        size_t from, uint32_t number)
{
    struct acd_anchors walk = {.units = prompt->units,
                               .unit_bytes = prompt->unit_bytes,
                               .count = prompt->blocks * prompt->block_units,
                               .root = prompt->root};
    uint64_t name[ACD_TRACK_STRIDE];
    size_t block[ACD_TRACK_STRIDE];
    size_t count = ACD_TRACK_STRIDE;
    acd_anchors_begin(&walk, from);
    while (count == ACD_TRACK_STRIDE) {
        for (count = 0; count < ACD_TRACK_STRIDE && acd_anchors_next(&walk, &name[count]); count++)
            block[count] = (walk.picked - 1) / prompt->block_units;
        if (!acd_track_lock(m, prompt->process))
            return;
        for (size_t i = 0; i < count; i++)
            acd_prefixes_prefetch(&m->prefixes, name[i]);
        for (size_t i = 0; i < count; i++)
            acd_prefixes_put(&m->prefixes, name[i], number,
                             acd_blocks_find(&m->blocks, prompt->chain[block[i]]));
        acd_track_unlock(m);
    }
}

int acd_track_remember(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                       const struct acd_prompt_entry *entry, const struct acd_prompt_span *spans,
                       const struct acd_track_closest *closest)
{
    uint32_t number;
    if (!acd_track_lock(memory, prompt->process))
        return -EAGAIN;
    number = log_prompt(memory, prompt, entry, spans);
    if (closest->shared < closest->units && closest->shared < prompt->count)
        put_parting(memory, prompt, closest, number);
    acd_track_unlock(memory);
    /* From the end, so that the start is what was used last. */
    for (size_t i = prompt->blocks; i > 0;) {
        if (!acd_track_lock(memory, prompt->process))
            return -EAGAIN;
        struct acd_prompt_entry *place = acd_promptlog_find(&memory->log, number);
        for (unsigned n = 0; n < ACD_TRACK_STRIDE && i > 0; n++) {
            if (n % ACD_BLOCKS_AHEAD == 0) {
                const uint32_t ahead = least(i);
                acd_blocks_prefetch(&memory->blocks, prompt->chain + i - ahead, ahead);
            }
            use_block(memory, prompt, --i, number);
            if (place)
                acd_prompt_entry_chain(place)[i] = prompt->chain[i];
        }
        acd_track_unlock(memory);
    }
    if (closest->from < prompt->blocks * prompt->block_units)
        put_anchors(memory, prompt, closest->from, number);
    return 0;
}
