/* SPDX-License-Identifier: MIT */
/* Hit rates, see rates.h.  Pure. */
#include "config.h"

#include "tui/model/rates.h"

#include "tui/reader/totals.h"

struct acd_rate acd_rate_requests(const uint64_t outcome[5])
{
    struct acd_rate r;
    r.part = outcome[ACD_OUTCOME_HIT] + outcome[ACD_OUTCOME_PARTIAL];
    r.whole = r.part + outcome[ACD_OUTCOME_MISS];
    return r;
}

struct acd_rate acd_rate_tokens(uint64_t cached, uint64_t input)
{
    return (struct acd_rate){cached, input};
}

bool acd_rate_ratio(struct acd_rate rate, double *ret_ratio)
{
    if (rate.whole == 0)
        return false;
    /* A server may claim more cached than input tokens; a rate above 1 would hide that there is a
     * whole to compare with, and both numbers stand beside it anyway. */
    *ret_ratio = rate.part >= rate.whole ? 1.0 : (double)rate.part / (double)rate.whole;
    return true;
}
