/* SPDX-License-Identifier: MIT */
/* Requests in a timer: those that run, the longest first, then the slowest that ended. Draw only. */
#ifndef ACD_TUI_VIEW_RUNLIST_H
#define ACD_TUI_VIEW_RUNLIST_H

#include "tui/view/view.h"

/** Heading and rows of the closeup's runs. @param selected  past the end: none */
void acd_runlist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                      size_t selected);

#endif
