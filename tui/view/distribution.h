/* SPDX-License-Identifier: MIT */
/*
 * A log-linear histogram of times as a chart: a column is one bucket, or some where there are more
 * buckets than columns, always equally many, so that heights compare.  Below it the axis, and marks
 * where p50, p95 and p99 are.  Pure; draw only.
 */
#ifndef ACD_TUI_VIEW_DISTRIBUTION_H
#define ACD_TUI_VIEW_DISTRIBUTION_H

#include "tui/model/quantile.h"
#include "tui/model/digest.h"
#include "tui/view/grid.h"

/* Which buckets stand in which column. */
struct acd_distribution {
    unsigned first;   /* bucket at the left edge */
    unsigned buckets; /* in one column */
    unsigned columns;
};

/** Fits all buckets that hold something into `width` columns. @return false: they are all empty */
bool acd_distribution_fit(struct acd_distribution *ret, const uint64_t *bucket, unsigned width);

/** The column of a time; times outside stand in the first or last. */
unsigned acd_distribution_column(const struct acd_distribution *d, uint64_t ns);

/** The sum of a column's buckets. */
uint64_t acd_distribution_count(const struct acd_distribution *d, const uint64_t *bucket,
                                unsigned column);

/* Rows that are no columns: the axis, and two for marks. */
#define ACD_DISTRIBUTION_FOOT 3

/** Fills `at`, from ACD_DISTRIBUTION_FOOT + 1 rows on. */
void acd_distribution_draw(struct acd_grid *grid, struct acd_rect at, const uint64_t *bucket,
                           const struct acd_quantiles *quantiles);

#endif
