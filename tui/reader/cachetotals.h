/* SPDX-License-Identifier: MIT */
/* The cache rows of a ring, summed over lanes and the shared block.  A part of totals.c. */
#ifndef ACD_READER_CACHETOTALS_H
#define ACD_READER_CACHETOTALS_H

#include "tui/reader/totals.h"

/** Appends to `totals->cache`. @return 0, -ENOMEM */
int acd_cachetotals_read(struct acd_totals *totals, const struct acd_ringmap *ring);

#endif
