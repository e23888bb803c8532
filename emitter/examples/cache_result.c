/* SPDX-License-Identifier: MIT */
/* Names of reasons, and the one place where a result is added to totals. */
#include "cache_result.h"

const char *acd_cache_result_reason_name(enum acd_why reason)
{
    static const char *const names[ACD_WHY_COUNT] = {
        [ACD_WHY_NONE] = "",
        [ACD_WHY_COLD] = "cold",
        [ACD_WHY_PREFIX_DIVERGED] = "prefix_diverged",
        [ACD_WHY_BELOW_MINIMUM] = "below_minimum",
        [ACD_WHY_EVICTED] = "evicted",
        [ACD_WHY_EXPIRED] = "expired",
        [ACD_WHY_DISABLED] = "disabled",
    };

    return names[reason];
}

void acd_cache_result_add(struct acd_cache_totals *totals, const struct acd_cache_result *result)
{
    switch (result->outcome) {
    case ACD_LOOKUP_HIT: totals->hits++; break;
    case ACD_LOOKUP_PARTIAL: totals->partial++; break;
    case ACD_LOOKUP_MISS:
        totals->misses++;
        totals->miss_reasons[result->reason]++;
        break;
    case ACD_LOOKUP_BYPASS: totals->bypass++; break;
    }
    totals->evictions += result->evicted;
    if (result->has_tokens) {
        totals->token_lookups++;
        totals->input_tokens += result->input_tokens;
        totals->cached_tokens += result->cached_tokens;
        totals->created_tokens += result->created_tokens;
    }
}

uint64_t acd_cache_result_age_ns(uint64_t stored_ns, uint64_t now_ns)
{
    return now_ns > stored_ns ? now_ns - stored_ns : 0;
}
