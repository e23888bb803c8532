/* SPDX-License-Identifier: MIT */
/* The error groups of a ring.  A part of totals.c. */
#ifndef ACD_READER_ERRORTOTALS_H
#define ACD_READER_ERRORTOTALS_H

#include "tui/reader/totals.h"

/** Appends to `totals->error`. @return 0, -ENOMEM */
int acd_errortotals_read(struct acd_totals *totals, const struct acd_ringmap *ring);

#endif
