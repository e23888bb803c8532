/* SPDX-License-Identifier: MIT */
/*
 * What a cache answers to a lookup, and the totals that it keeps of its answers. These totals are
 * the server's own: they owe nothing to the emitter, so that a test can hold one against the other.
 * A struct acd_cache_totals belongs to the cache whose lock guards it.
 */
#ifndef ACD_EXAMPLES_CACHE_RESULT_H
#define ACD_EXAMPLES_CACHE_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum acd_lookup_outcome {
    ACD_LOOKUP_HIT,     /* all that can be cached was there */
    ACD_LOOKUP_PARTIAL, /* a prefix was there */
    ACD_LOOKUP_MISS,
    ACD_LOOKUP_BYPASS, /* not asked for */
};

enum acd_why {
    ACD_WHY_NONE,
    ACD_WHY_COLD,            /* never seen */
    ACD_WHY_PREFIX_DIVERGED, /* an earlier prompt of the same conversation went on differently */
    ACD_WHY_BELOW_MINIMUM,   /* too short to be cached */
    ACD_WHY_EVICTED,         /* was there, and had to go for others */
    ACD_WHY_EXPIRED,         /* was there, and grew too old */
    ACD_WHY_DISABLED,        /* the request said so */
    ACD_WHY_COUNT
};

struct acd_cache_result {
    enum acd_lookup_outcome outcome;
    enum acd_why reason; /* why not all of it was there; NONE for a hit */
    bool has_tokens;     /* false: this cache knows nothing of tokens */
    size_t input_tokens;
    size_t cached_tokens;
    size_t created_tokens;
    size_t evicted;     /* entries that had to go */
    size_t diverged_at; /* the first token that was not there, when it is a partial or a miss */
    uint64_t age_ns;    /* of the last block that was there */
};

struct acd_cache_totals {
    uint64_t hits, partial, misses, bypass;
    uint64_t input_tokens, cached_tokens, created_tokens;
    uint64_t token_lookups; /* lookups whose tokens are known */
    uint64_t evictions;
    uint64_t miss_reasons[ACD_WHY_COUNT];
    uint64_t entries, capacity; /* gauges */
};

/* The name as events carry it, "prefix_diverged"; "" for NONE. Static storage. */
const char *acd_cache_result_reason_name(enum acd_why reason);

void acd_cache_result_add(struct acd_cache_totals *totals, const struct acd_cache_result *result);

/* How long ago something was stored. Requests read their clocks before they take a cache's lock, so
 * it may have been stored after now_ns: then 0. */
uint64_t acd_cache_result_age_ns(uint64_t stored_ns, uint64_t now_ns);

#endif
