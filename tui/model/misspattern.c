/* SPDX-License-Identifier: MIT */
/* Patterns of misses, see misspattern.h. */
#include "config.h"

#include "tui/model/misspattern.h"

#include <string.h>

#define NEAR_OFFSET 16 /* units between the first and the last offset of one pattern */
#define NEAR_LENGTH 8  /* the same of how much changed */

/* ---------------------------------------------------------------- reasons */

uint8_t acd_misspattern_cost(struct acd_miss_row *row, const char *reason)
{
    size_t i = 0;
    while (i < row->cost_count && strcmp(row->cost[i].reason, reason) != 0)
        i++;
    if (i == ACD_MISSES_REASONS)
        return ACD_MISSES_REASONS - 1;
    if (i == row->cost_count) {
        bool last = i == ACD_MISSES_REASONS - 1;
        memset(&row->cost[i], 0, sizeof row->cost[i]);
        strcpy(row->cost[i].reason, last ? ACD_MISSES_OTHERS : reason);
        row->cost_count++;
    }
    return (uint8_t)i;
}

static void add_cost(struct acd_miss_cost *to, const struct acd_miss_cost *from)
{
    to->misses += from->misses;
    to->partial += from->partial;
    to->again += from->again;
    to->again_lookups += from->again_lookups;
    to->lost += from->lost;
    to->tracked += from->tracked;
    to->request_ns += from->request_ns;
    to->requests += from->requests;
}

/* ---------------------------------------------------------------- places */

struct acd_miss_pattern acd_misspattern_of(const struct acd_tracked *t)
{
    struct acd_miss_pattern p = {.count = 1};
    p.offset_min = p.offset_max = t->span_offset.value;
    p.old_min = p.old_max = t->changed_old.set ? t->changed_old.value : 0;
    p.new_min = p.new_max = t->changed_new.set ? t->changed_new.value : 0;
    strcpy(p.span, t->span);
    strcpy(p.change, t->change);
    strcpy(p.looks_like, t->looks_like);
    return p;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static bool is_near(uint64_t min, uint64_t max, uint64_t other_min, uint64_t other_max,
                    uint64_t range)
{
    return most(max, other_max) - least(min, other_min) <= range;
}

/* What is laid in another order differs in length with what stands there. */
static bool is_like(const struct acd_miss_pattern *a, const struct acd_miss_pattern *b)
{
    bool lengths = strcmp(a->change, "reordered") == 0 ||
                   (is_near(a->old_min, a->old_max, b->old_min, b->old_max, NEAR_LENGTH) &&
                    is_near(a->new_min, a->new_max, b->new_min, b->new_max, NEAR_LENGTH));
    return lengths && strcmp(a->span, b->span) == 0 && strcmp(a->change, b->change) == 0 &&
           strcmp(a->looks_like, b->looks_like) == 0 &&
           is_near(a->offset_min, a->offset_max, b->offset_min, b->offset_max, NEAR_OFFSET);
}

static void join(struct acd_miss_pattern *to, const struct acd_miss_pattern *from)
{
    to->offset_min = least(to->offset_min, from->offset_min);
    to->offset_max = most(to->offset_max, from->offset_max);
    to->old_min = least(to->old_min, from->old_min);
    to->old_max = most(to->old_max, from->old_max);
    to->new_min = least(to->new_min, from->new_min);
    to->new_max = most(to->new_max, from->new_max);
    to->count += from->count;
    to->early += from->early;
}

size_t acd_misspattern_find(const struct acd_miss_row *row, const struct acd_miss_pattern *one)
{
    size_t i = 0;
    while (i < row->pattern_count && !is_like(&row->pattern[i], one))
        i++;
    return i;
}

/* The place of the rarest, which nothing points to any more. */
static size_t forget_rarest(struct acd_miss_row *row)
{
    size_t rarest = 0;
    for (size_t i = 1; i < row->pattern_count; i++)
        if (row->pattern[i].count < row->pattern[rarest].count)
            rarest = i;
    for (size_t i = 0; i < row->recent_count; i++)
        if (row->recent[i].pattern == rarest)
            row->recent[i].pattern = ACD_MISSES_NO_PATTERN;
    return rarest;
}

uint8_t acd_misspattern_add(struct acd_miss_row *row, const struct acd_miss_pattern *one)
{
    size_t at = acd_misspattern_find(row, one);
    if (at < row->pattern_count) {
        join(&row->pattern[at], one);
        return (uint8_t)at;
    }
    if (row->pattern_count == ACD_MISSES_PATTERNS)
        at = forget_rarest(row);
    else
        row->pattern_count++;
    row->pattern[at] = *one;
    return (uint8_t)at;
}

/* ---------------------------------------------------------------- the newest */

/* Is it older than all that there is room for? */
static bool is_past(const struct acd_miss_row *row, uint64_t sequence)
{
    return row->recent_count == ACD_MISSES_RECENT &&
           row->recent[ACD_MISSES_RECENT - 1].sequence > sequence;
}

/* In its place by sequence, the newest first; past the end, it is left out. */
void acd_misspattern_remember(struct acd_miss_row *row, const struct acd_miss_recent *recent)
{
    size_t at = 0;
    if (is_past(row, recent->sequence))
        return;
    while (at < row->recent_count && row->recent[at].sequence > recent->sequence)
        at++;
    if (row->recent_count < ACD_MISSES_RECENT)
        row->recent_count++;
    memmove(&row->recent[at + 1], &row->recent[at],
            (row->recent_count - 1 - at) * sizeof row->recent[0]);
    row->recent[at] = *recent;
}

/* ---------------------------------------------------------------- several rows */

/* Sizes that stand in the same relation to their caches add up: hits are each cache's own. */
static void merge_reuse(struct acd_reuse *into, const struct acd_reuse *from)
{
    if (from->time_ns == 0)
        return;
    if (into->time_ns == 0) {
        *into = *from;
        return;
    }
    bool same = into->count == from->count && into->capacity.set == from->capacity.set &&
                into->capacity.value == from->capacity.value;
    for (size_t i = 0; same && i < into->count; i++)
        same = into->point[i].size == from->point[i].size;
    if (!same) { /* of caches that differ, the one told of last */
        if (from->time_ns > into->time_ns)
            *into = *from;
        return;
    }
    into->time_ns = most(into->time_ns, from->time_ns);
    into->input += from->input;
    for (size_t i = 0; i < into->count; i++)
        into->point[i].cached += from->point[i].cached;
}

void acd_misspattern_merge(struct acd_miss_row *into, const struct acd_miss_row *row)
{
    uint8_t cost[ACD_MISSES_REASONS];
    into->server = row->server;
    memcpy(into->type, row->type, sizeof into->type);
    memcpy(into->model, row->model, sizeof into->model);
    into->hits += row->hits;
    into->missed += row->missed;
    into->predicted += row->predicted;
    add_cost(&into->hit, &row->hit);
    for (size_t i = 0; i < row->cost_count; i++) {
        cost[i] = acd_misspattern_cost(into, row->cost[i].reason);
        add_cost(&into->cost[cost[i]], &row->cost[i]);
    }
    for (size_t i = 0; i < row->pattern_count; i++)
        acd_misspattern_add(into, &row->pattern[i]);
    /* Of a thousand servers most have none that is new enough. */
    for (size_t i = 0; i < row->recent_count && !is_past(into, row->recent[i].sequence); i++) {
        struct acd_miss_recent recent = row->recent[i];
        recent.reason = cost[recent.reason];
        if (recent.pattern != ACD_MISSES_NO_PATTERN) {
            /* It may have had to go for a later one. */
            size_t at = acd_misspattern_find(into, &row->pattern[recent.pattern]);
            recent.pattern = at < into->pattern_count ? (uint8_t)at : ACD_MISSES_NO_PATTERN;
        }
        acd_misspattern_remember(into, &recent);
    }
    merge_reuse(&into->reuse, &row->reuse);
}
