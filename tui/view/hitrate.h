/* SPDX-License-Identifier: MIT */
/*
 * A hit rate as screens show it: the percentage and what it is made of, a meter beside it where there
 * is room, and how it went in a window.  Draw only.
 */
#ifndef ACD_TUI_VIEW_HITRATE_H
#define ACD_TUI_VIEW_HITRATE_H

#include "tui/model/digest.h"
#include "tui/view/grid.h"
#include "tui/view/look.h"

#define ACD_HITRATE_WIDTH 14 /* " 91%" and "1.8k/2.0k" */
#define ACD_HITRATE_METER 12 /* before them, where there is room */

/** Hit rates have no good or bad of their own: the user says what is a warning. */
enum acd_style acd_hitrate_style(struct acd_rate rate, const struct acd_look *look);

/** "1.8k/2.0k"; "" without lookups. */
void acd_hitrate_fraction(char *out, size_t size, struct acd_rate rate);

/** " 91% 1.8k/2.0k" in ACD_HITRATE_WIDTH columns or less, " 41%!" if that is a warning. */
void acd_hitrate_draw(struct acd_grid *grid, struct acd_rect at, struct acd_rate rate,
                      const struct acd_look *look);

/** The same after a meter that takes the columns left over. */
void acd_hitrate_draw_meter(struct acd_grid *grid, struct acd_rect at, struct acd_rate rate,
                            const struct acd_look *look);

/** The rate by requests over a window, oldest left; times without a lookup are gaps, not zeros. */
void acd_hitrate_draw_trend(struct acd_grid *grid, struct acd_rect at,
                            const struct acd_cache_row *row, enum acd_window_id window);

#endif
