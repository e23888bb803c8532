/* SPDX-License-Identifier: MIT */
/* The Errors screen: what failed, in groups, the newest first, and what is known of the chosen one. */
#ifndef ACD_TUI_VIEW_ERRORLIST_H
#define ACD_TUI_VIEW_ERRORLIST_H

#include "tui/view/view.h"

extern const struct acd_view acd_errorlist_view;

#endif
