/* SPDX-License-Identifier: MIT */
/*
 * Why a cache's lookups missed, as rows or in one line: what each reason cost first, where that is
 * known, and how often it was.  Pure: draws what it is given.
 */
#ifndef ACD_TUI_VIEW_CACHEREASONS_H
#define ACD_TUI_VIEW_CACHEREASONS_H

#include "tui/model/missrank.h"
#include "tui/view/grid.h"

/** @param hit  of lookups that hit, to compare the others with */
void acd_cachereasons_draw(struct acd_grid *grid, struct acd_rect at,
                           const struct acd_missrank *rank, const struct acd_miss_cost *hit);

/** All reasons in one line, for few rows. */
void acd_cachereasons_line(struct acd_grid *grid, struct acd_rect at,
                           const struct acd_missrank *rank);

/**
 * "evicted 61%", of misses, or "evicted 61% tok", of the tokens lost; "" there is none.
 * @param width  columns: where these are too few, the share is left out before the unit is
 */
void acd_cachereasons_top(char *out, size_t size, const struct acd_missrank *rank, int width);

#endif
