/* SPDX-License-Identifier: MIT */
/*
 * The two hit rates, always as part and whole, so that nothing can average ratios or take one rate
 * for the other.  No lookups: no rate, which is not 0.  Pure; anybody may call.
 */
#ifndef ACD_TUI_MODEL_RATES_H
#define ACD_TUI_MODEL_RATES_H

#include <stdbool.h>
#include <stdint.h>

struct acd_rate {
    uint64_t part, whole;
};

/** By requests: hits and partial hits of hits, partial hits and misses.  `outcome` by enum
 * acd_outcome; bypassed and unknown ones are in neither. */
struct acd_rate acd_rate_requests(const uint64_t outcome[5]);

/** By tokens: cached of input, both over the lookups that know both. */
struct acd_rate acd_rate_tokens(uint64_t cached, uint64_t input);

/** false when there is no rate; never above 1. */
bool acd_rate_ratio(struct acd_rate rate, double *ret_ratio);

#endif
