/* SPDX-License-Identifier: MIT */
/* Reasons in order, see missrank.h. */
#include "config.h"

#include "tui/model/missrank.h"

#include <string.h>

static const char none_given[] = "(none given)";

static uint64_t lost_of(const struct acd_missrank_row *row)
{
    return row->cost ? row->cost->lost : 0;
}

static void add(struct acd_missrank *r, const char *name, uint64_t count,
                const struct acd_miss_cost *cost)
{
    if (r->count < ACD_MISSRANK_ROWS)
        r->row[r->count++] = (struct acd_missrank_row){name, count, cost};
}

/* Is it among those that the ring counts, or one of the two that stand behind them? */
static bool is_counted(const struct acd_cache_row *row, const char *reason)
{
    size_t i = 0;
    while (i < row->reason_count && strcmp(row->reason[i].name, reason) != 0)
        i++;
    return i < row->reason_count || !reason[0] || strcmp(reason, ACD_MISSES_OTHERS) == 0;
}

/* Equal ones stay as they stand. */
static void sort_by_tokens(struct acd_missrank *r)
{
    for (size_t i = 1; i < r->count; i++) {
        const struct acd_missrank_row row = r->row[i];
        size_t at = i;
        for (; at > 0 && lost_of(&r->row[at - 1]) < lost_of(&row); at--)
            r->row[at] = r->row[at - 1];
        r->row[at] = row;
    }
}

void acd_missrank_make(struct acd_missrank *ret, const struct acd_cache_row *row,
                       const struct acd_miss_row *seen)
{
    uint64_t listed = 0;
    *ret = (struct acd_missrank){.misses = acd_digest_missed(row)};
    for (size_t i = 0; i < row->reason_count; i++) {
        add(ret, row->reason[i].name, row->reason[i].count,
            acd_misses_cost(seen, row->reason[i].name));
        listed += row->reason[i].count;
    }
    for (size_t i = 0; i < seen->cost_count; i++) {
        ret->lost += seen->cost[i].lost;
        if (!is_counted(row, seen->cost[i].reason))
            add(ret, seen->cost[i].reason, 0, &seen->cost[i]);
    }
    const struct acd_miss_cost *others = acd_misses_cost(seen, ACD_MISSES_OTHERS);
    if (row->reasons_total > listed || others)
        add(ret, ACD_MISSES_OTHERS, row->reasons_total - listed, others);
    const struct acd_miss_cost *unsaid = acd_misses_cost(seen, "");
    if (ret->misses > row->reasons_total || (unsaid && unsaid->lost > 0))
        add(ret, none_given, ret->misses - row->reasons_total, unsaid);
    ret->by_tokens = ret->lost > 0;
    if (ret->by_tokens)
        sort_by_tokens(ret);
}

static bool is_higher(const struct acd_miss_cost *a, const struct acd_miss_cost *b)
{
    if (a->lost != b->lost)
        return a->lost > b->lost;
    return a->misses + a->partial > b->misses + b->partial;
}

void acd_missrank_costs(const struct acd_miss_row *seen, uint8_t ret_order[ACD_MISSES_REASONS])
{
    for (size_t i = 0; i < seen->cost_count; i++) {
        size_t at = i;
        for (; at > 0 && is_higher(&seen->cost[i], &seen->cost[ret_order[at - 1]]); at--)
            ret_order[at] = ret_order[at - 1];
        ret_order[at] = (uint8_t)i;
    }
}

const struct acd_missrank_row *acd_missrank_top(const struct acd_missrank *rank)
{
    const struct acd_missrank_row *first = &rank->row[0];
    bool counts = rank->count > 0 && (rank->by_tokens || first->count > 0);
    return counts && first->name != none_given ? first : NULL;
}
