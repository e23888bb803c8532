/* SPDX-License-Identifier: MIT */
/* Known causes of misses, see advice.h.  Pure. */
#include "config.h"

#include "tui/model/advice.h"

#include <string.h>

#define NEWEST 16u
#define LEAST 5u        /* of these */
#define LEAST_COSTLY 3u /* of all, when they lost half of the tokens */
#define SMALL 64u       /* units that change: more is another text, not a header */

/* The reasons that are causes by themselves. */
static const struct {
    const char *reason;
    enum acd_advice_kind kind;
} causes[] = {
    {"below_minimum", ACD_ADVICE_SHORT},   {"evicted", ACD_ADVICE_CAPACITY},
    {"other_replica", ACD_ADVICE_REPLICA}, {"expired", ACD_ADVICE_LIFETIME},
    {"not_stored", ACD_ADVICE_NOT_STORED},
};

/* Something that changes, as against a text that is another one: small, and of a known looks or seen
 * in the same place before. */
static bool is_changing(const struct acd_miss_pattern *p)
{
    bool edited = strcmp(p->change, "replaced") == 0 || strcmp(p->change, "inserted") == 0 ||
                  strcmp(p->change, "removed") == 0;
    return edited && p->old_max <= SMALL && p->new_max <= SMALL &&
           (p->looks_like[0] || p->count >= LEAST);
}

/* What is behind one of the newest; ACD_ADVICE_KINDS: nothing that is known. */
static enum acd_advice_kind cause_of(const struct acd_miss_row *row,
                                     const struct acd_miss_recent *recent)
{
    const char *reason = row->cost[recent->reason].reason;
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (strcmp(causes[i].reason, reason) == 0)
            return causes[i].kind;
    if (recent->pattern == ACD_MISSES_NO_PATTERN)
        return ACD_ADVICE_KINDS;
    const struct acd_miss_pattern *p = &row->pattern[recent->pattern];
    if (strcmp(p->change, "reordered") == 0)
        return ACD_ADVICE_REORDERED;
    return recent->early && is_changing(p) ? ACD_ADVICE_CHANGING : ACD_ADVICE_KINDS;
}

/* The pattern that most of a kind's are of among the newest `of`, if half of them are. */
static const struct acd_miss_pattern *place_of(const struct acd_miss_row *row,
                                               enum acd_advice_kind kind, size_t of)
{
    size_t count[ACD_MISSES_PATTERNS] = {0}, all = 0, best = 0;
    for (size_t i = 0; i < of; i++) {
        if (cause_of(row, &row->recent[i]) != kind)
            continue;
        all++;
        if (row->recent[i].pattern != ACD_MISSES_NO_PATTERN)
            count[row->recent[i].pattern]++;
    }
    for (size_t i = 0; i < ACD_MISSES_PATTERNS; i++)
        if (count[i] > count[best])
            best = i;
    return count[best] > 0 && 2 * count[best] >= all ? &row->pattern[best] : NULL;
}

static void add_sizes(struct acd_advice *advice, const struct acd_reuse *reuse)
{
    if (!reuse->capacity.set || reuse->input == 0)
        return;
    advice->now = acd_reuse_near(reuse, reuse->capacity.value);
    advice->twice = acd_reuse_near(reuse, 2 * reuse->capacity.value);
    if (!advice->now || !advice->twice || advice->now == advice->twice)
        advice->now = advice->twice = NULL;
}

/* What is behind the newest `of`, of each kind. */
static void tally(const struct acd_miss_row *row, size_t of,
                  struct acd_advice ret[ACD_ADVICE_KINDS + 1])
{
    uint64_t lost = 0;
    memset(ret, 0, (ACD_ADVICE_KINDS + 1) * sizeof ret[0]);
    for (size_t i = 0; i < of; i++) {
        struct acd_advice *a = &ret[cause_of(row, &row->recent[i])];
        a->count++;
        a->lost += row->recent[i].lost;
        lost += row->recent[i].lost;
    }
    for (unsigned kind = 0; kind < ACD_ADVICE_KINDS; kind++) {
        ret[kind].kind = (enum acd_advice_kind)kind;
        ret[kind].of = of;
        ret[kind].of_lost = lost;
    }
}

static bool is_frequent(const struct acd_advice *a)
{
    return a->count >= LEAST && 2 * a->count >= a->of;
}

static bool is_costly(const struct acd_advice *a)
{
    return a->count >= LEAST_COSTLY && a->of_lost > 0 && 2 * a->lost >= a->of_lost;
}

bool acd_advice_matters_more(const struct acd_advice *a, const struct acd_advice *b)
{
    return a->lost != b->lost ? a->lost > b->lost : a->count > b->count;
}

size_t acd_advice_find(const struct acd_miss_row *row, struct acd_advice ret[ACD_ADVICE_MAX])
{
    struct acd_advice newest[ACD_ADVICE_KINDS + 1], all[ACD_ADVICE_KINDS + 1];
    size_t found = 0;
    tally(row, row->recent_count < NEWEST ? row->recent_count : NEWEST, newest);
    tally(row, row->recent_count, all);
    for (unsigned kind = 0; kind < ACD_ADVICE_KINDS; kind++) {
        /* Of what is told in either way, the one with more to it. */
        struct acd_advice *a = is_costly(&all[kind]) ? &all[kind] : &newest[kind];
        size_t at = found;
        if (!is_costly(a) && !is_frequent(a))
            continue;
        while (at > 0 && acd_advice_matters_more(a, &ret[at - 1]))
            at--;
        if (at == ACD_ADVICE_MAX)
            continue;
        found += found < ACD_ADVICE_MAX;
        memmove(&ret[at + 1], &ret[at], (found - 1 - at) * sizeof ret[0]);
        a->pattern = place_of(row, a->kind, a->of);
        if (a->kind == ACD_ADVICE_CAPACITY)
            add_sizes(a, &row->reuse);
        ret[at] = *a;
    }
    return found;
}
