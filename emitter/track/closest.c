/* SPDX-License-Identifier: MIT */
/*
 * The closest earlier prompt, see memory.h.  The blocks that were seen before lead to where prompts part;
 * inside the block in which they do, the candidates are the newest prompt that goes on there and those whose
 * prefixes are kept (prefixes.h), and their units are compared.  Where the one that was taken has nothing
 * more in common with the prompt, anchors of the text behind the point lead to one that has.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/track/anchors.h"
#include "emitter/track/chain.h"
#include "emitter/track/difference.h"
#include "emitter/track/memory.h"

#define CANDIDATES 4
#define ANCHORED_UNITS 4096 /* so far behind the point anchors are looked up */

/* Where the search stands: behind the last block that was seen. */
struct search {
    struct acd_track_memory *memory;
    const struct acd_track_prompt *prompt;
    size_t block; /* the first that was not seen */
    const char *units;
    size_t bytes; /* of the prompt from there on, a block at most */
    uint32_t candidate[CANDIDATES];
    unsigned candidates;
    uint32_t best;
    size_t best_bytes; /* that it shares from there on */
    uint32_t farthest; /* shares the most; of several the newest */
    size_t farthest_bytes;
    size_t named_bytes; /* of the longest prefix that is kept */
};

static void add_candidate(struct search *s, uint32_t number)
{
    if (number != 0 && s->candidates < CANDIDATES)
        s->candidate[s->candidates++] = number;
}

/* Candidates by the prefixes that end inside the block: grains as far as they go, then units. */
static void add_named(struct search *s, uint64_t before)
{
    const struct acd_prefixes *prefixes = &s->memory->prefixes;
    const size_t unit = s->memory->unit_bytes;
    uint32_t number = 0, found;
    size_t at = 0, most;
    while (at + ACD_GRAIN_BYTES <= s->bytes) {
        const uint64_t hash = acd_chain_piece(before, s->units + at, ACD_GRAIN_BYTES);
        found = acd_prefixes_find(prefixes, hash);
        if (found == 0)
            break;
        number = found;
        before = hash;
        at += ACD_GRAIN_BYTES;
    }
    add_candidate(s, number);
    s->named_bytes = at;
    most = s->bytes - at < ACD_GRAIN_BYTES ? s->bytes - at : ACD_GRAIN_BYTES - unit;
    for (size_t n = most / unit * unit; n > 0; n -= unit) {
        found = acd_prefixes_find(prefixes, acd_chain_piece(before, s->units + at, n));
        if (found != 0) {
            add_candidate(s, found);
            s->named_bytes = at + n;
            return;
        }
    }
}

/* The units that a prompt has in a block of its chain, or behind the last; fewer than a block there. */
static const char *units_in(const struct acd_track_memory *m, struct acd_prompt_entry *entry,
                            size_t block, size_t *ret_bytes)
{
    uint32_t index;
    *ret_bytes = 0;
    if (block > entry->blocks)
        return NULL;
    if (block == entry->blocks) {
        *ret_bytes = entry->tail_bytes;
        return acd_prompt_entry_tail(entry);
    }
    index = acd_blocks_find(&m->blocks, acd_prompt_entry_chain(entry)[block]);
    if (index == ACD_BLOCK_NONE)
        return NULL;
    *ret_bytes = m->blocks.unit_bytes;
    return acd_blocks_units(&m->blocks, index);
}

static size_t common_bytes(const char *a, const char *b, size_t bytes, size_t unit)
{
    size_t at = 0;
    while (at + unit <= bytes && memcmp(a + at, b + at, unit) == 0)
        at += unit;
    return at;
}

/* The newest prompt that has the whole of the block that `entry` goes on with: it shares as much. */
static uint32_t newest_like(const struct acd_track_memory *m, struct acd_prompt_entry *entry,
                            size_t block, uint32_t number)
{
    if (block < entry->blocks) {
        const uint32_t index = acd_blocks_find(&m->blocks, acd_prompt_entry_chain(entry)[block]);
        if (index != ACD_BLOCK_NONE && m->blocks.block[index].newest > number &&
            acd_promptlog_find(&m->log, m->blocks.block[index].newest))
            return m->blocks.block[index].newest;
    }
    return number;
}

static void compare(struct search *s, uint32_t number)
{
    const struct acd_track_memory *m = s->memory;
    struct acd_prompt_entry *entry = acd_promptlog_find(&m->log, number);
    if (!entry || entry->root != s->prompt->root)
        return;
    size_t bytes, common;
    const char *units = units_in(m, entry, s->block, &bytes);
    common = common_bytes(s->units, units, bytes < s->bytes ? bytes : s->bytes, m->unit_bytes);
    if (common > 0)
        number = newest_like(m, entry, s->block, number);
    if (common > s->farthest_bytes || (common == s->farthest_bytes && number > s->farthest)) {
        s->farthest = number;
        s->farthest_bytes = common;
    }
    if (s->best == 0 || common / ACD_GRAIN_BYTES > s->best_bytes / ACD_GRAIN_BYTES ||
        (common / ACD_GRAIN_BYTES == s->best_bytes / ACD_GRAIN_BYTES && number > s->best)) {
        s->best = number;
        s->best_bytes = common;
    }
}

static struct search search_in(struct acd_track_memory *m, const struct acd_track_prompt *prompt,
                               size_t block)
{
    const size_t left = (prompt->count - block * m->block_units) * m->unit_bytes;
    return (struct search){.memory = m,
                           .prompt = prompt,
                           .block = block,
                           .units = prompt->units + block * m->blocks.unit_bytes,
                           .bytes = left < m->blocks.unit_bytes ? left : m->blocks.unit_bytes};
}

/* The name of the last block that was seen. */
static uint64_t parent_of(const struct search *s)
{
    return s->block > 0 ? s->prompt->chain[s->block - 1] : s->prompt->root;
}

/* Under the lock. */
static void search(struct search *s)
{
    const struct acd_track_memory *m = s->memory;
    const uint64_t parent = parent_of(s);
    if (s->block > 0) {
        const uint32_t index = acd_blocks_find(&m->blocks, parent);
        if (index != ACD_BLOCK_NONE) {
            add_candidate(s, m->blocks.block[index].onward);
            add_candidate(s, m->blocks.block[index].newest);
        }
    } else {
        add_candidate(s, acd_prefixes_find(&m->prefixes, parent));
    }
    add_named(s, parent);
    for (unsigned i = 0; i < s->candidates; i++)
        compare(s, s->candidate[i]);
}

/* Under the lock. */
static void take(const struct search *s, struct acd_track_closest *closest)
{
    const struct acd_track_memory *m = s->memory;
    struct acd_prompt_entry *entry = acd_promptlog_find(&m->log, s->best);
    size_t bytes = s->best_bytes, farthest = s->farthest_bytes;
    closest->number = 0;
    closest->units = UINT64_MAX;
    closest->from = s->block * m->block_units;
    if (entry) {
        closest->number = s->best;
        closest->entry = *entry;
        closest->units = entry->units;
        memcpy(closest->spans, acd_prompt_entry_spans(entry),
               entry->spans * sizeof *closest->spans);
    } else if (s->named_bytes > bytes) {
        bytes = s->named_bytes;
    }
    if (farthest < bytes)
        farthest = bytes;
    closest->shared = closest->from + bytes / m->unit_bytes;
    closest->longest = closest->from + farthest / m->unit_bytes;
    closest->farthest = s->farthest;
}

/* Under the lock: what a prompt that has the same blocks shares behind them.  False: it hasn't. */
static bool shares_blocks(const struct search *s, uint32_t number, size_t *ret_bytes)
{
    const struct acd_track_memory *m = s->memory;
    struct acd_prompt_entry *entry = acd_promptlog_find(&m->log, number);
    size_t bytes;
    const char *units;
    if (!entry || entry->root != s->prompt->root || entry->blocks < s->block ||
        (s->block > 0 && acd_prompt_entry_chain(entry)[s->block - 1] != parent_of(s)))
        return false;
    units = units_in(m, entry, s->block, &bytes);
    *ret_bytes = common_bytes(s->units, units, bytes < s->bytes ? bytes : s->bytes, m->unit_bytes);
    return true;
}

/* Under the lock: the newest that has the text of an anchor. */
static uint32_t newest_with(const struct acd_track_memory *m, uint64_t name)
{
    const struct acd_prefix *found = acd_prefixes_get(&m->prefixes, name);
    if (!found)
        return 0;
    if (found->block < m->blocks.used && m->blocks.block[found->block].newest > found->prompt)
        return m->blocks.block[found->block].newest;
    return found->prompt;
}

/* Under the lock: the newest that has an anchor of what is behind the point, and shares as much before. */
static void search_anchored(struct search *s, const struct acd_track_closest *closest)
{
    const struct acd_track_prompt *p = s->prompt;
    const size_t at = (size_t)closest->shared, left = p->count - at;
    const size_t most = ANCHORED_UNITS;
    const size_t grains = (at - closest->from) * p->unit_bytes / ACD_GRAIN_BYTES;
    struct acd_anchors walk = {.units = p->units,
                               .unit_bytes = p->unit_bytes,
                               .count = at + (left < most ? left : most),
                               .root = p->root};
    uint64_t name;
    size_t bytes;
    acd_anchors_begin(&walk, at);
    while (acd_anchors_next(&walk, &name)) {
        const uint32_t number = newest_with(s->memory, name);
        if (number > s->best && number != closest->number && shares_blocks(s, number, &bytes) &&
            bytes / ACD_GRAIN_BYTES == grains) {
            s->best = number;
            s->best_bytes = bytes;
        }
    }
}

/* Under the lock. */
static void search_farthest(struct search *s, const struct acd_track_closest *closest)
{
    size_t bytes;
    if (closest->farthest != closest->number && shares_blocks(s, closest->farthest, &bytes)) {
        s->best = closest->farthest;
        s->best_bytes = bytes;
    }
}

/* Under the lock: the closest's units of so many blocks from `block` on, appended.  False: no more. */
static bool append_old(const struct acd_track_memory *m, struct acd_track_closest *closest,
                       size_t block, size_t most)
{
    struct acd_prompt_entry *entry = acd_promptlog_find(&m->log, closest->number);
    for (unsigned i = 0; entry && i < ACD_TRACK_STRIDE && closest->old_count < most; i++) {
        size_t bytes;
        const char *units = units_in(m, entry, block + i, &bytes);
        if (bytes == 0)
            return false;
        memcpy(closest->old_units + closest->old_count * m->unit_bytes, units, bytes);
        closest->old_count += bytes / m->unit_bytes;
    }
    return entry && closest->old_count < most;
}

static int collect_old(struct acd_track_memory *m, struct acd_track_closest *closest,
                       uint32_t process)
{
    const size_t most = ACD_DIFFERENCE_UNITS + 2 * m->block_units;
    const size_t left = (size_t)closest->entry.units - closest->from;
    const size_t wanted = left < most ? left : most;
    bool more = true;
    closest->old_units = malloc((wanted + 2 * m->block_units) * m->unit_bytes);
    if (!closest->old_units)
        return -ENOMEM;
    for (size_t block = closest->from / m->block_units; more && closest->old_count < wanted;
         block += ACD_TRACK_STRIDE) {
        if (!acd_track_lock(m, process))
            return -EAGAIN;
        more = append_old(m, closest, block, wanted);
        acd_track_unlock(m);
    }
    return 0;
}

static int take_and_collect(struct search *s, struct acd_track_closest *ret_closest)
{
    take(s, ret_closest);
    acd_track_unlock(s->memory);
    if (ret_closest->number == 0 || ret_closest->units <= ret_closest->from)
        return 0;
    return collect_old(s->memory, ret_closest, s->prompt->process);
}

int acd_track_find_closest(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                           size_t seen_blocks, struct acd_track_closest *ret_closest)
{
    struct search s = search_in(memory, prompt, seen_blocks);
    if (!acd_track_lock(memory, prompt->process))
        return -EAGAIN;
    search(&s);
    return take_and_collect(&s, ret_closest);
}

int acd_track_find_other(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                         const struct acd_track_closest *closest, enum acd_track_other which,
                         struct acd_track_closest *ret_other)
{
    struct search s = search_in(memory, prompt, closest->from / memory->block_units);
    int result;
    if (!acd_track_lock(memory, prompt->process))
        return -EAGAIN;
    if (which == ACD_TRACK_ANCHORED)
        search_anchored(&s, closest);
    else
        search_farthest(&s, closest);
    if (s.best == 0) {
        acd_track_unlock(memory);
        return 0;
    }
    result = take_and_collect(&s, ret_other);
    ret_other->longest = closest->longest;
    ret_other->farthest = closest->farthest;
    return result;
}

void acd_track_closest_fini(const struct acd_track_closest *closest)
{
    free(closest->old_units);
}
