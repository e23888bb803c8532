/* SPDX-License-Identifier: MIT */
/* One lookup from near: its prompt beside the closest earlier one, and what changed. */
#ifndef ACD_TUI_VIEW_MISS_H
#define ACD_TUI_VIEW_MISS_H

#include "tui/view/view.h"

extern const struct acd_view acd_miss_view;

#endif
