/* SPDX-License-Identifier: MIT */
/* The waterfall of one request: each checkpoint a bar with its offset and time. */
#ifndef ACD_TUI_VIEW_RUN_H
#define ACD_TUI_VIEW_RUN_H

#include "tui/view/view.h"

extern const struct acd_view acd_run_view;

/** The length of the axis: a run that goes on has room to grow. */
uint64_t acd_run_axis(uint64_t elapsed_ns, uint64_t p95_ns, bool running);

#endif
