/* SPDX-License-Identifier: MIT */
/*
 * Percentiles from the ring's log-linear histograms, as plain arrays of ACD_HISTOGRAM_BUCKETS counts.
 * An answer is the middle of the bucket that holds the value, at most 1/64 from it (1.6 %; below
 * 1 µs, 16 ns).  Pure; anybody may call.
 */
#ifndef ACD_TUI_MODEL_QUANTILE_H
#define ACD_TUI_MODEL_QUANTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The four that are shown; all 0 when there is nothing to tell, which `count` says. */
struct acd_quantiles {
    uint64_t count; /* in the histogram */
    uint64_t p50_ns, p95_ns, p99_ns, max_ns;
};

/**
 * @param buckets  counts; NULL: no histogram, `count` is 0
 * @param max_ns   the largest value, kept exactly beside the histogram; no answer exceeds it.
 *                 0: not known (a window), the highest bucket's middle stands for it
 */
struct acd_quantiles acd_quantile_all(const uint64_t *buckets, uint64_t max_ns);

/**
 * The nearest-rank value at `permille` (1..1000) of the counts, in ns; 0 when there are none.
 */
uint64_t acd_quantile_at(const uint64_t *buckets, unsigned permille);

/** Is a time above a percentile for certain?  One in the same bucket may be on either side. */
bool acd_quantile_exceeds(uint64_t ns, uint64_t percentile_ns);

/** newer - older, bucket by bucket, never below 0: what came in between.  `ret` may be either. */
void acd_quantile_since(uint64_t *ret_buckets, const uint64_t *newer, const uint64_t *older);

/** Adds `from` to `buckets`, which makes one histogram of several servers'. */
void acd_quantile_add(uint64_t *buckets, const uint64_t *from);

#endif
