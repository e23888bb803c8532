/* SPDX-License-Identifier: MIT */
/*
 * The texts around the point where two prompts part, one above the other, with what differs marked; or
 * how to get them.  Draw only.
 */
#ifndef ACD_TUI_VIEW_MISSTEXTS_H
#define ACD_TUI_VIEW_MISSTEXTS_H

#include "tui/model/onemiss.h"
#include "tui/view/view.h"

/** @return the rows taken */
int acd_misstexts_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_onemiss *miss);

#endif
