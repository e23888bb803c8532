/* SPDX-License-Identifier: MIT */
/*
 * The closest earlier prompt, see memory.h.  The blocks that were seen before lead to where prompts part;
 * inside the block in which they do, the candidates are the newest prompt that goes on there and those whose
 * prefixes are kept (prefixes.h), and their units are compared.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/track/chain.h"
#include "emitter/track/difference.h"
#include "emitter/track/memory.h"

#define CANDIDATES 4

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
    size_t best_bytes;  /* that it shares from there on */
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
    if (s->best == 0 || common > s->best_bytes || (common == s->best_bytes && number > s->best)) {
        s->best = number;
        s->best_bytes = common;
    }
}

/* Under the lock. */
static void search(struct search *s)
{
    const struct acd_track_memory *m = s->memory;
    const size_t left = s->prompt->count - s->block * m->block_units;
    uint64_t parent = s->prompt->root;
    s->units = s->prompt->units + s->block * m->blocks.unit_bytes;
    s->bytes =
        left * m->unit_bytes < m->blocks.unit_bytes ? left * m->unit_bytes : m->blocks.unit_bytes;
    if (s->block > 0) {
        parent = s->prompt->chain[s->block - 1];
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
    size_t bytes = s->best_bytes;
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
    closest->shared = closest->from + bytes / m->unit_bytes;
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

int acd_track_find_closest(struct acd_track_memory *memory, const struct acd_track_prompt *prompt,
                           size_t seen_blocks, struct acd_track_closest *ret_closest)
{
    struct search s = {.memory = memory, .prompt = prompt, .block = seen_blocks};
    if (!acd_track_lock(memory, prompt->process))
        return -EAGAIN;
    search(&s);
    take(&s, ret_closest);
    acd_track_unlock(memory);
    if (ret_closest->number == 0 || ret_closest->units <= ret_closest->from)
        return 0;
    return collect_old(memory, ret_closest, prompt->process);
}

void acd_track_closest_fini(struct acd_track_closest *closest)
{
    free(closest->old_units);
}
