/* SPDX-License-Identifier: MIT */
/* The overview: does the cache work, where does the time go, what failed, what happens now. */
#ifndef ACD_TUI_VIEW_OVERVIEW_H
#define ACD_TUI_VIEW_OVERVIEW_H

#include "tui/view/view.h"

/** The row in which its events begin, with their heading, when it is drawn into `at`; with few rows,
 * where nothing has a heading, `at.y`. */
int acd_overview_events_row(struct acd_rect at, const struct acd_scene *scene);

extern const struct acd_view acd_overview_view;

#endif
