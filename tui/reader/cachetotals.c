/* SPDX-License-Identifier: MIT */
/*
 * Cache rows as plain numbers, see totals.h.  A row of the table names what every lane and the shared
 * block count under the same index.
 */
#include "config.h"

#include "tui/reader/cachetotals.h"

#include <errno.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/rows.h"
#include "tui/reader/shared.h"

/* Reasons and cached tokens before what they are part of. */
static void add_counts(struct acd_cache_total *c, const struct acd_cache_counts *from)
{
    for (unsigned i = 0; i < ACD_REASONS; i++)
        c->reason[i] += acd_shared_acquire(&from->reason[i]);
    c->cached_tokens += acd_shared_acquire(&from->cached_tokens);
    c->input_tokens += acd_shared_acquire(&from->input_tokens);
    c->created_tokens += acd_shared_acquire(&from->created_tokens);
    c->token_lookups += acd_shared_acquire(&from->token_lookups);
    c->created_lookups += acd_shared_acquire(&from->created_lookups);
    c->evictions += acd_shared_acquire(&from->evictions);
    for (unsigned i = 0; i < 5; i++)
        c->outcome[i] += acd_shared_acquire(&from->outcome[i]);
}

static void sum_row(struct acd_cache_total *c, const struct acd_totals *t,
                    const struct acd_ringmap *ring, unsigned row)
{
    for (size_t i = 0; i < t->lane_count; i++)
        add_counts(c, &t->lane[i]->cache[row]);
    add_counts(c, &acd_ringmap_shared(ring)->cache[row]);
}

static struct acd_gauge read_gauge(const acd_word *word)
{
    uint64_t value = acd_shared_relaxed(word);
    return (struct acd_gauge){value != 0, value ? value - 1 : 0};
}

/* The same free text may stand in another slot of a row that is merged with this one. */
static void name_reasons(struct acd_cache_total *c, const struct acd_cache_entry *entry)
{
    for (unsigned i = 0; i < ACD_REASONS_KNOWN; i++)
        memcpy(c->reason_name[i], acd_reason_name(i), strlen(acd_reason_name(i)) + 1);
    memcpy(c->reason_name[ACD_REASON_OTHER], ACD_OTHER_NAME, sizeof ACD_OTHER_NAME);
    for (unsigned i = 0; entry && i < ACD_REASONS_TEXT; i++)
        if (acd_rows_ready(&entry->reasons_ready, i))
            acd_rows_name(c->reason_name[ACD_REASONS_KNOWN + i], entry->reason[i],
                          sizeof entry->reason[i]);
}

/* Adds `count` under `name`: in its slot, in the first that is free, else under (other). */
static void merge_reason(struct acd_cache_total *into, const char *name, uint64_t count)
{
    unsigned slot = ACD_REASON_OTHER;
    for (unsigned i = 0; i < ACD_REASON_OTHER && slot == ACD_REASON_OTHER; i++)
        if (strcmp(into->reason_name[i], name) == 0)
            slot = i;
    for (unsigned i = ACD_REASONS_KNOWN; i < ACD_REASON_OTHER && slot == ACD_REASON_OTHER; i++)
        if (into->reason_name[i][0] == '\0')
            slot = i;
    if (slot != ACD_REASON_OTHER && into->reason_name[slot][0] == '\0')
        memcpy(into->reason_name[slot], name, sizeof into->reason_name[slot]);
    into->reason[slot] += count;
}

/* Brings equal free texts of one row together, in the first slot that has them. */
static void tidy_reasons(struct acd_cache_total *c)
{
    for (unsigned i = ACD_REASONS_KNOWN + 1; i < ACD_REASON_OTHER; i++) {
        unsigned first = ACD_REASONS_KNOWN;
        while (first < i && strcmp(c->reason_name[first], c->reason_name[i]) != 0)
            first++;
        if (first == i || c->reason_name[i][0] == '\0')
            continue;
        c->reason[first] += c->reason[i];
        c->reason[i] = 0;
        c->reason_name[i][0] = '\0';
    }
}

static void merge_cache(struct acd_cache_total *into, const struct acd_cache_total *from)
{
    for (unsigned i = 0; i < 5; i++)
        into->outcome[i] += from->outcome[i];
    into->evictions += from->evictions;
    into->token_lookups += from->token_lookups;
    into->input_tokens += from->input_tokens;
    into->cached_tokens += from->cached_tokens;
    into->created_lookups += from->created_lookups;
    into->created_tokens += from->created_tokens;
    for (unsigned i = 0; i < ACD_REASONS; i++)
        if (from->reason[i] > 0)
            merge_reason(into, from->reason_name[i], from->reason[i]);
    if (from->entries.set)
        into->entries = from->entries;
    if (from->bytes.set)
        into->bytes = from->bytes;
    if (from->capacity_bytes.set)
        into->capacity_bytes = from->capacity_bytes;
}

static void read_entry(struct acd_cache_total *c, const struct acd_cache_entry *entry)
{
    acd_rows_name(c->type, entry->type, sizeof c->type);
    acd_rows_name(c->model, entry->model, sizeof c->model);
    c->entries = read_gauge(&entry->entries);
    c->bytes = read_gauge(&entry->bytes);
    c->capacity_bytes = read_gauge(&entry->capacity_bytes);
}

/* Sums one row up.  (other) may count though there was no room for its place in the table. */
static void sum_up(struct acd_cache_total *c, const struct acd_totals *t,
                   const struct acd_ringmap *ring, unsigned row)
{
    const struct acd_cache_entry *entry = NULL;
    if (acd_rows_ready(&acd_ringmap_shared(ring)->caches_ready, row))
        entry = acd_ringmap_entry(ring, ACD_SEC_CACHES, row);
    memset(c, 0, sizeof *c);
    if (entry)
        read_entry(c, entry);
    if (row == ACD_CACHE_TYPES)
        memcpy(c->type, ACD_OTHER_NAME, sizeof ACD_OTHER_NAME);
    sum_row(c, t, ring, row);
    name_reasons(c, entry);
    tidy_reasons(c);
}

static int read_cache(struct acd_totals *t, const struct acd_ringmap *ring, unsigned row)
{
    struct acd_cache_total c;
    sum_up(&c, t, ring, row);
    for (size_t i = 0; i < t->cache_count; i++) {
        if (strcmp(t->cache[i].type, c.type) == 0 && strcmp(t->cache[i].model, c.model) == 0) {
            merge_cache(&t->cache[i], &c);
            return 0;
        }
    }
    void *array = t->cache;
    struct acd_cache_total *to = acd_rows_add(&array, &t->cache_room, t->cache_count, sizeof c);
    t->cache = array;
    if (!to)
        return -ENOMEM;
    *to = c;
    t->cache_count++;
    return 0;
}

int acd_cachetotals_read(struct acd_totals *totals, const struct acd_ringmap *ring)
{
    const struct acd_shared *shared = acd_ringmap_shared(ring);
    unsigned count = acd_rows_count(ring, ACD_SEC_CACHES, ACD_CACHE_TYPES);
    int r = 0;
    for (unsigned i = acd_rows_next(&shared->caches_ready, count, 0); i < count && r == 0;
         i = acd_rows_next(&shared->caches_ready, count, i + 1))
        r = read_cache(totals, ring, i);
    if (r == 0 && acd_shared_relaxed(&shared->caches_full) > 0)
        r = read_cache(totals, ring, ACD_CACHE_TYPES);
    return r;
}
