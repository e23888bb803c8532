/* SPDX-License-Identifier: MIT */
/* The line at the bottom: keys from the table of actions, or a sentence that has to be said now. */
#ifndef ACD_TUI_VIEW_FOOTER_H
#define ACD_TUI_VIEW_FOOTER_H

#include "tui/view/view.h"

/** On the first row of `at`.  What has no room is left out, the last action never. */
void acd_footer_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);

/** The action that stands in column `x` of it; ACD_ACTION_NONE beside them. */
enum acd_action_id acd_footer_at(struct acd_rect at, const struct acd_scene *scene, int x);

#endif
