/* SPDX-License-Identifier: MIT */
/* Names of reasons, and the one place where a result is added to totals. */
#include "cache_result.h"

const char *acd_cache_result_reason_name(enum acd_reason reason)
{
    static const char *const names[ACD_REASON_COUNT] = {
        [ACD_REASON_NONE] = "",
        [ACD_REASON_COLD] = "cold",
        [ACD_REASON_PREFIX_DIVERGED] = "prefix_diverged",
        [ACD_REASON_BELOW_MINIMUM] = "below_minimum",
        [ACD_REASON_EVICTED] = "evicted",
        [ACD_REASON_EXPIRED] = "expired",
        [ACD_REASON_DISABLED] = "disabled",
    };

    return names[reason];
}

void acd_cache_result_add(struct acd_cache_totals *totals, const struct acd_cache_result *result)
{
    switch (result->outcome) {
    case ACD_OUTCOME_HIT: totals->hits++; break;
    case ACD_OUTCOME_PARTIAL: totals->partial++; break;
    case ACD_OUTCOME_MISS:
        totals->misses++;
        totals->miss_reasons[result->reason]++;
        break;
    case ACD_OUTCOME_BYPASS: totals->bypass++; break;
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
