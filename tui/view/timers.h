/* SPDX-License-Identifier: MIT */
/* The Timers screen: how long things take, checkpoint by checkpoint. */
#ifndef ACD_TUI_VIEW_TIMERS_H
#define ACD_TUI_VIEW_TIMERS_H

#include "tui/view/view.h"

extern const struct acd_view acd_timers_view;

/** The part of the screen where rows are selected, with their heading. */
struct acd_rect acd_timers_rows(struct acd_rect body, const struct acd_scene *scene);

#endif
