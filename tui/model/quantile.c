/* SPDX-License-Identifier: MIT */
/* Percentiles, see quantile.h.  Pure. */
#include "config.h"

#include "tui/model/quantile.h"

#include "tui/reader/totals.h"

#define BUCKETS ACD_HISTOGRAM_BUCKETS

static uint64_t total(const uint64_t *buckets)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < BUCKETS; i++)
        sum += buckets[i];
    return sum;
}

static uint64_t middle(unsigned index)
{
    uint64_t lower = acd_histogram_lower(index);
    return lower + (acd_histogram_lower(index + 1) - lower) / 2;
}

/* ceil(count * permille / 1000) without overflow. */
static uint64_t rank_of(uint64_t count, unsigned permille)
{
    return count / 1000 * permille + (count % 1000 * permille + 999) / 1000;
}

static uint64_t at_rank(const uint64_t *buckets, uint64_t rank)
{
    uint64_t seen = 0;
    for (unsigned i = 0; i < BUCKETS; i++) {
        seen += buckets[i];
        if (seen >= rank)
            return middle(i);
    }
    return 0;
}

uint64_t acd_quantile_at(const uint64_t *buckets, unsigned permille)
{
    uint64_t count = total(buckets);
    return count ? at_rank(buckets, rank_of(count, permille)) : 0;
}

static uint64_t highest(const uint64_t *buckets)
{
    for (unsigned i = BUCKETS; i-- > 0;)
        if (buckets[i])
            return middle(i);
    return 0;
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
    return value < limit ? value : limit;
}

struct acd_quantiles acd_quantile_all(const uint64_t *buckets, uint64_t max_ns)
{
    struct acd_quantiles q = {.max_ns = max_ns};
    if (!buckets)
        return q;
    q.count = total(buckets);
    if (q.count == 0)
        return q;
    if (max_ns == 0)
        q.max_ns = highest(buckets);
    q.p50_ns = at_most(at_rank(buckets, rank_of(q.count, 500)), q.max_ns);
    q.p95_ns = at_most(at_rank(buckets, rank_of(q.count, 950)), q.max_ns);
    q.p99_ns = at_most(at_rank(buckets, rank_of(q.count, 990)), q.max_ns);
    return q;
}

bool acd_quantile_exceeds(uint64_t ns, uint64_t percentile_ns)
{
    return acd_histogram_index(ns) > acd_histogram_index(percentile_ns);
}

void acd_quantile_since(uint64_t *ret_buckets, const uint64_t *newer, const uint64_t *older)
{
    for (unsigned i = 0; i < BUCKETS; i++)
        ret_buckets[i] = newer[i] > older[i] ? newer[i] - older[i] : 0;
}

void acd_quantile_add(uint64_t *buckets, const uint64_t *from)
{
    for (unsigned i = 0; i < BUCKETS; i++)
        buckets[i] += from[i];
}
