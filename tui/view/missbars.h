/* SPDX-License-Identifier: MIT */
/*
 * Two prompts as bars of one scale, one above the other: what they share, where they part, what differs,
 * and the names of their parts.  Draw only.
 */
#ifndef ACD_TUI_VIEW_MISSBARS_H
#define ACD_TUI_VIEW_MISSBARS_H

#include "tui/model/onemiss.h"
#include "tui/view/grid.h"

#define ACD_MISSBARS_LEAST 2 /* rows: the bars alone */
#define ACD_MISSBARS_MOST 5  /* with both rows of names, and the legend */

/** Where in the two prompts the change begins; false: it isn't known. */
bool acd_missbars_change(const struct acd_onemiss *miss, uint64_t ret_at[2]);

/** In as many rows as there are of ACD_MISSBARS_LEAST to ACD_MISSBARS_MOST. @return the rows taken */
int acd_missbars_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_onemiss *miss);

#endif
