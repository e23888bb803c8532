/* SPDX-License-Identifier: MIT */
/* Why lookups missed, for programs: see missesout.h. */
#include "config.h"

#include "tui/app/missesout.h"

#include "tui/model/advice.h"
#include "tui/model/missrank.h"
#include "tui/view/misswords.h"

static void put_seen(struct acd_jsonout *json, const struct acd_miss_row *row)
{
    uint64_t partial = 0;
    for (size_t i = 0; i < row->cost_count; i++)
        partial += row->cost[i].partial;
    acd_jsonout_begin(json, "seen", '{');
    acd_jsonout_uint(json, "hits", row->hits);
    acd_jsonout_uint(json, "partial", partial);
    acd_jsonout_uint(json, "misses", row->missed - partial);
    acd_jsonout_uint(json, "predicted", row->predicted);
    acd_jsonout_uint(json, "hit_requests", row->hit.requests);
    acd_jsonout_uint(json, "hit_request_sum_ns", row->hit.request_ns);
    acd_jsonout_end(json, '}');
}

static void put_cost(struct acd_jsonout *json, const struct acd_miss_cost *cost)
{
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text_or_null(json, "reason", cost->reason);
    acd_jsonout_uint(json, "misses", cost->misses);
    acd_jsonout_uint(json, "partial", cost->partial);
    if (cost->tracked > 0)
        acd_jsonout_uint(json, "tokens_lost", cost->lost);
    else
        acd_jsonout_null(json, "tokens_lost");
    acd_jsonout_uint(json, "tracked_lookups", cost->tracked);
    acd_jsonout_uint(json, "tokens_again", cost->again);
    acd_jsonout_uint(json, "token_lookups", cost->again_lookups);
    acd_jsonout_uint(json, "requests", cost->requests);
    acd_jsonout_uint(json, "request_sum_ns", cost->request_ns);
    acd_jsonout_end(json, '}');
}

static void put_pattern(struct acd_jsonout *json, const struct acd_miss_pattern *p, uint64_t of)
{
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text_or_null(json, "span", p->span);
    acd_jsonout_uint(json, "offset_min", p->offset_min);
    acd_jsonout_uint(json, "offset_max", p->offset_max);
    acd_jsonout_text(json, "change", p->change);
    acd_jsonout_uint(json, "old_min", p->old_min);
    acd_jsonout_uint(json, "old_max", p->old_max);
    acd_jsonout_uint(json, "new_min", p->new_min);
    acd_jsonout_uint(json, "new_max", p->new_max);
    acd_jsonout_text_or_null(json, "looks_like", p->looks_like);
    acd_jsonout_uint(json, "count", p->count);
    acd_jsonout_uint(json, "of", of);
    acd_jsonout_end(json, '}');
}

static void put_reuse(struct acd_jsonout *json, const struct acd_reuse *reuse)
{
    if (reuse->time_ns == 0) {
        acd_jsonout_null(json, "reuse");
        return;
    }
    acd_jsonout_begin(json, "reuse", '{');
    acd_jsonout_time(json, "time", reuse->time_ns);
    acd_jsonout_gauge(json, "capacity_tokens", &reuse->capacity);
    acd_jsonout_gauge(json, "reach_tokens", &reuse->reach);
    acd_jsonout_uint(json, "input_tokens", reuse->input);
    acd_jsonout_begin(json, "sizes", '[');
    for (size_t i = 0; i < reuse->count; i++) {
        acd_jsonout_begin(json, NULL, '{');
        acd_jsonout_uint(json, "tokens", reuse->point[i].size);
        acd_jsonout_uint(json, "cached_tokens", reuse->point[i].cached);
        acd_jsonout_end(json, '}');
    }
    acd_jsonout_end(json, ']');
    acd_jsonout_end(json, '}');
}

static void put_advice(struct acd_jsonout *json, const struct acd_advice *advice,
                       const struct acd_reuse *reuse)
{
    char words[ACD_MISSWORDS_BYTES];
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text(json, "kind", acd_misswords_kind(advice->kind));
    acd_jsonout_uint(json, "count", advice->count);
    acd_jsonout_uint(json, "of", advice->of);
    acd_jsonout_uint(json, "tokens_lost", advice->lost);
    acd_jsonout_uint(json, "of_tokens_lost", advice->of_lost);
    acd_misswords_cause(words, sizeof words, advice, ACD_MISSWORDS_WHOLE);
    acd_jsonout_text(json, "text", words);
    acd_misswords_sizes(words, sizeof words, advice, reuse);
    acd_jsonout_text_or_null(json, "sizes", words);
    acd_jsonout_text(json, "cure", acd_misswords_cure(advice->kind));
    acd_jsonout_end(json, '}');
}

void acd_missesout_write(struct acd_jsonout *json, const struct acd_miss_row *row)
{
    struct acd_advice advice[ACD_ADVICE_MAX];
    size_t count = acd_advice_find(row, advice);
    uint8_t order[ACD_MISSES_REASONS];
    acd_missrank_costs(row, order);
    put_seen(json, row);
    acd_jsonout_begin(json, "miss_costs", '[');
    for (size_t i = 0; i < row->cost_count; i++)
        put_cost(json, &row->cost[order[i]]);
    acd_jsonout_end(json, ']');
    acd_jsonout_begin(json, "patterns", '[');
    for (size_t i = 0; i < row->pattern_count; i++)
        put_pattern(json, &row->pattern[i], row->missed);
    acd_jsonout_end(json, ']');
    put_reuse(json, &row->reuse);
    acd_jsonout_begin(json, "advice", '[');
    for (size_t i = 0; i < count; i++)
        put_advice(json, &advice[i], &row->reuse);
    acd_jsonout_end(json, ']');
}
