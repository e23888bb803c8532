/* SPDX-License-Identifier: MIT */
/*
 * Log-linear buckets of durations, as HdrHistogram and OpenTelemetry's exponential histograms do:
 * 32 buckets of 32 ns below 1024 ns, then 32 equal buckets in each octave to 2^41 ns (36 minutes);
 * longer ones count in the last.  A bucket's middle is within 1/64 of every value in it (1.6 %).
 */
#ifndef ACD_FORMAT_HISTOGRAM_H
#define ACD_FORMAT_HISTOGRAM_H

#include <stdint.h>

#include "emitter/format/layout.h"

static inline unsigned acd_histogram_index(uint64_t ns)
{
    if (ns < 1024)
        return (unsigned)(ns >> 5);
    unsigned octave = 63u - (unsigned)__builtin_clzll(ns);
    if (octave > 40)
        return ACD_HISTOGRAM_BUCKETS - 1;
    return (octave - 9) * 32 + (unsigned)((ns >> (octave - 5)) & 31u);
}

/* The smallest value of a bucket; index ACD_HISTOGRAM_BUCKETS gives the end of the range. */
static inline uint64_t acd_histogram_lower(unsigned index)
{
    if (index < 32)
        return (uint64_t)index << 5;
    unsigned octave = index / 32 + 9;
    return (uint64_t)(32 + index % 32) << (octave - 5);
}

#endif
