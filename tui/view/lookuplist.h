/* SPDX-License-Identifier: MIT */
/* The newest lookups of a cache row, newest first. Draw only. */
#ifndef ACD_TUI_VIEW_LOOKUPLIST_H
#define ACD_TUI_VIEW_LOOKUPLIST_H

#include "tui/view/view.h"

/** Heading and rows of the closeup's lookups. */
void acd_lookuplist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);

#endif
