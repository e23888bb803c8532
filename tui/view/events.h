/* SPDX-License-Identifier: MIT */
/* The Events screen: the scroll-back, following or scrolled.  Draws only. */
#ifndef ACD_TUI_VIEW_EVENTS_H
#define ACD_TUI_VIEW_EVENTS_H

#include "tui/view/view.h"

extern const struct acd_view acd_events_view;

#endif
