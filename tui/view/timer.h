/* SPDX-License-Identifier: MIT */
/*
 * One timer from near: how its times are distributed, where they go, which requests are in it now and
 * which were the slowest.
 */
#ifndef ACD_TUI_VIEW_TIMER_H
#define ACD_TUI_VIEW_TIMER_H

#include "tui/view/view.h"

extern const struct acd_view acd_timer_view;

/** The part of the screen where requests are selected, with their heading. */
struct acd_rect acd_timer_rows(struct acd_rect body, const struct acd_scene *scene);

/** The same without a selected request, below the list of timers. */
void acd_timer_draw_below(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);

#endif
