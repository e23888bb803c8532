/* SPDX-License-Identifier: MIT */
/* The timers of a ring, their labels and histograms, and those that run.  A part of totals.c. */
#ifndef ACD_READER_TIMERTOTALS_H
#define ACD_READER_TIMERTOTALS_H

#include "tui/reader/totals.h"

/** Appends to `totals->timer` and `totals->running`. @return 0, -ENOMEM */
int acd_timertotals_read(struct acd_totals *totals, const struct acd_ringmap *ring);

/** See acd_totals_histogram(). */
uint64_t acd_timertotals_histogram(const struct acd_ringmap *ring, const char *timer,
                                   const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS]);

#endif
