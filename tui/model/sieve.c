/* SPDX-License-Identifier: MIT */
/*
 * Judged entries as bits, see sieve.h.  Three maps: `base` has what filter and followed request let
 * pass, and so may serve as context; `match` what the query lets pass of these; `shown` matches and
 * gaps.  A sequence number's bit is found by its low bits; the stretch [low, high) says which bits
 * mean something, and what the scroll-back forgot is cut off its lower end at every lookup.
 */
#include "config.h"

#include "tui/model/sieve.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/eventparts.h"

struct acd_sieve {
    uint64_t mask; /* bits - 1; the number of bits is a power of two */
    uint64_t *base, *shown, *match;
    uint64_t low, high;
    struct acd_sieve_rules rules;
    bool stopped;
};

int acd_sieve_new(struct acd_sieve **ret_sieve, uint32_t entries)
{
    uint64_t bits = 64;
    struct acd_sieve *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    while (bits < entries)
        bits *= 2;
    s->mask = bits - 1;
    s->base = calloc(3, bits / 8);
    if (!s->base) {
        free(s);
        return -ENOMEM;
    }
    s->shown = s->base + bits / 64;
    s->match = s->shown + bits / 64;
    *ret_sieve = s;
    return 0;
}

void acd_sieve_free(struct acd_sieve *sieve)
{
    if (!sieve)
        return;
    free(sieve->base);
    free(sieve);
}

void acd_sieve_begin(struct acd_sieve *sieve, const struct acd_sieve_rules *rules,
                     uint64_t sequence)
{
    sieve->rules = *rules;
    sieve->low = sieve->high = sequence;
    sieve->stopped = false;
    acd_sieve_set_context(sieve, rules->context);
}

const struct acd_sieve_rules *acd_sieve_rules(const struct acd_sieve *sieve)
{
    return &sieve->rules;
}

void acd_sieve_set_context(struct acd_sieve *sieve, unsigned context)
{
    sieve->rules.context = context < ACD_SIEVE_CONTEXT_MAX ? context : ACD_SIEVE_CONTEXT_MAX;
}

/* ---------------------------------------------------------------- judging */

static void set_bit(const struct acd_sieve *s, uint64_t *map, uint64_t sequence, bool value)
{
    uint64_t bit = UINT64_C(1) << (sequence & 63);
    uint64_t *word = &map[(sequence & s->mask) / 64];
    *word = value ? *word | bit : *word & ~bit;
}

static void judge(struct acd_sieve *s, const struct acd_fleet *fleet, uint64_t sequence)
{
    const struct acd_sieve_rules *r = &s->rules;
    struct acd_entry e;
    bool base = acd_store_get(fleet->store, sequence, &e) && acd_filter_passes(&r->filter, &e);
    bool gap = base && e.type == ACD_ENTRY_GAP, match = false;
    if (base && !gap) {
        struct acd_event_parts parts;
        acd_eventparts_open(&parts, fleet, &e);
        base = acd_followed_takes(&r->followed, &parts.view.request);
        if (base && r->query) {
            const struct acd_query_subject subject = acd_eventparts_subject(&parts, &e);
            match = acd_query_matches(r->query, &subject) != r->invert;
        } else {
            match = base;
        }
    }
    set_bit(s, s->base, sequence, base);
    set_bit(s, s->match, sequence, match);
    set_bit(s, s->shown, sequence, match || gap);
}

/* The stretch never holds what the scroll-back forgot, nor what it never had. */
static void clip(struct acd_sieve *s, const struct acd_store *store)
{
    uint64_t first = acd_store_first(store), next = acd_store_next(store);
    if (s->high > next)
        s->high = next;
    if (s->high < first)
        s->high = first;
    if (s->low < first)
        s->low = first;
    if (s->low > s->high)
        s->low = s->high;
}

size_t acd_sieve_step(struct acd_sieve *sieve, const struct acd_fleet *fleet, size_t most)
{
    size_t judged = 0;
    clip(sieve, fleet->store);
    uint64_t first = acd_store_first(fleet->store), next = acd_store_next(fleet->store);
    /* Half for what came in, so that neither direction keeps the other waiting. */
    size_t newer = sieve->stopped || sieve->low == first ? most : most - most / 2;
    for (; judged < newer && sieve->high < next; judged++)
        judge(sieve, fleet, sieve->high++);
    for (; judged < most && sieve->low > first && !sieve->stopped; judged++)
        judge(sieve, fleet, --sieve->low);
    return judged;
}

void acd_sieve_stop(struct acd_sieve *sieve)
{
    sieve->stopped = true;
}

enum acd_sieve_state acd_sieve_state(const struct acd_sieve *sieve, const struct acd_store *store)
{
    if (acd_sieve_low(sieve, store) <= acd_store_first(store))
        return sieve->high < acd_store_next(store) ? ACD_SIEVE_MORE : ACD_SIEVE_DONE;
    return sieve->stopped ? ACD_SIEVE_STOPPED : ACD_SIEVE_MORE;
}

uint64_t acd_sieve_low(const struct acd_sieve *sieve, const struct acd_store *store)
{
    uint64_t first = acd_store_first(store);
    return sieve->low > first ? sieve->low : first;
}

uint64_t acd_sieve_high(const struct acd_sieve *sieve)
{
    return sieve->high;
}

/* ---------------------------------------------------------------- looking up */

static bool has_bit(const struct acd_sieve *s, const uint64_t *map, uint64_t sequence)
{
    return map[(sequence & s->mask) / 64] >> (sequence & 63) & 1;
}

/* The word of `sequence` without the bits of [its beginning, from) and [to, its end). */
static uint64_t word_at(const struct acd_sieve *s, const uint64_t *map, uint64_t sequence,
                        const uint64_t range[2])
{
    uint64_t begin = sequence & ~UINT64_C(63), word = map[(sequence & s->mask) / 64];
    if (begin < range[0])
        word &= ~UINT64_C(0) << (range[0] - begin);
    if (begin + 64 > range[1])
        word &= ~UINT64_C(0) >> (begin + 64 - range[1]);
    return word;
}

/* The lowest, or highest, set bit in [range[0], range[1]). */
static bool first_in(const struct acd_sieve *s, const uint64_t *map, const uint64_t range[2],
                     uint64_t *ret)
{
    for (uint64_t at = range[0] & ~UINT64_C(63); at < range[1]; at += 64) {
        uint64_t word = word_at(s, map, at, range);
        if (word) {
            *ret = at + (uint64_t)__builtin_ctzll(word);
            return true;
        }
    }
    return false;
}

static bool last_in(const struct acd_sieve *s, const uint64_t *map, const uint64_t range[2],
                    uint64_t *ret)
{
    for (uint64_t end = range[1]; end > range[0];) {
        uint64_t at = (end - 1) & ~UINT64_C(63), word = word_at(s, map, at, range);
        if (word) {
            *ret = at + 63 - (uint64_t)__builtin_clzll(word);
            return true;
        }
        end = at;
    }
    return false;
}

static uint64_t count_in(const struct acd_sieve *s, const uint64_t *map, const uint64_t range[2])
{
    uint64_t count = 0;
    for (uint64_t at = range[0] & ~UINT64_C(63); at < range[1]; at += 64)
        count += (uint64_t)__builtin_popcountll(word_at(s, map, at, range));
    return count;
}

/* [from, to) as far as it was judged and is kept; empty: both ends equal. */
static void known(const struct acd_sieve *s, const struct acd_store *store, uint64_t from,
                  uint64_t to, uint64_t ret_range[2])
{
    uint64_t low = acd_sieve_low(s, store);
    ret_range[0] = from > low ? from : low;
    ret_range[1] = to < s->high ? to : s->high;
    if (ret_range[0] > ret_range[1])
        ret_range[0] = ret_range[1];
}

uint64_t acd_sieve_matches(const struct acd_sieve *sieve, const struct acd_store *store,
                           uint64_t from, uint64_t to)
{
    uint64_t range[2];
    known(sieve, store, from, to, range);
    return count_in(sieve, sieve->match, range);
}

uint64_t acd_sieve_count(const struct acd_sieve *sieve, const struct acd_store *store,
                         uint64_t from, uint64_t to)
{
    uint64_t range[2];
    known(sieve, store, from, to, range);
    return count_in(sieve, sieve->shown, range);
}

bool acd_sieve_is_match(const struct acd_sieve *sieve, uint64_t sequence)
{
    return sequence >= sieve->low && sequence < sieve->high &&
           has_bit(sieve, sieve->match, sequence);
}

/* The entry `context` steps up or down from a match, as far as there are that many. */
static uint64_t context_up(const struct acd_sieve *s, uint64_t at, uint64_t end)
{
    for (unsigned i = 0; i < s->rules.context; i++) {
        const uint64_t range[2] = {at + 1, end};
        if (range[0] >= end || !first_in(s, s->base, range, &at))
            break;
    }
    return at;
}

static uint64_t context_down(const struct acd_sieve *s, uint64_t at, uint64_t begin)
{
    for (unsigned i = 0; i < s->rules.context; i++) {
        const uint64_t range[2] = {begin, at};
        if (!last_in(s, s->base, range, &at))
            break;
    }
    return at;
}

/* Is there a match among the `context` entries on either side? */
static bool is_context(const struct acd_sieve *s, uint64_t at, const uint64_t all[2])
{
    const uint64_t around[2] = {context_down(s, at, all[0]), context_up(s, at, all[1]) + 1};
    uint64_t match;
    return first_in(s, s->match, around, &match);
}

bool acd_sieve_before(const struct acd_sieve *sieve, const struct acd_store *store,
                      uint64_t sequence, uint64_t *ret_sequence)
{
    uint64_t all[2], range[2], at = 0, match = 0;
    known(sieve, store, 0, UINT64_MAX, all);
    known(sieve, store, 0, sequence, range);
    bool any = last_in(sieve, sieve->shown, range, &at);
    if (sieve->rules.context > 0) {
        uint64_t near = 0;
        bool has_near = last_in(sieve, sieve->base, range, &near);
        /* When the nearest is no context, that of the match before it is. */
        if (has_near && !is_context(sieve, near, all)) {
            range[1] = near;
            has_near = last_in(sieve, sieve->match, range, &match);
            near = has_near ? context_up(sieve, match, all[1]) : near;
        }
        if (has_near && (!any || near > at))
            at = near;
        any = any || has_near;
    }
    if (any)
        *ret_sequence = at;
    return any;
}

bool acd_sieve_from(const struct acd_sieve *sieve, const struct acd_store *store, uint64_t sequence,
                    uint64_t *ret_sequence)
{
    uint64_t all[2], range[2], at = 0, match = 0;
    known(sieve, store, 0, UINT64_MAX, all);
    known(sieve, store, sequence, UINT64_MAX, range);
    bool any = first_in(sieve, sieve->shown, range, &at);
    if (sieve->rules.context > 0) {
        uint64_t near = 0;
        bool has_near = first_in(sieve, sieve->base, range, &near);
        if (has_near && !is_context(sieve, near, all)) {
            range[0] = near;
            has_near = first_in(sieve, sieve->match, range, &match);
            near = has_near ? context_down(sieve, match, all[0]) : near;
        }
        if (has_near && (!any || near < at))
            at = near;
        any = any || has_near;
    }
    if (any)
        *ret_sequence = at;
    return any;
}
