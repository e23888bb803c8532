/* SPDX-License-Identifier: MIT */
/* The overview: does the cache work, where does the time go, what failed, what happens now. */
#ifndef ACD_TUI_VIEW_OVERVIEW_H
#define ACD_TUI_VIEW_OVERVIEW_H

#include "tui/view/view.h"

extern const struct acd_view acd_overview_view;

#endif
