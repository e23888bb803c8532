/* SPDX-License-Identifier: MIT */
/*
 * One cache row from near: its outcomes, its windows, why lookups missed and what to do, what it holds, and its newest
 * lookups.  Draw only.
 */
#ifndef ACD_TUI_VIEW_CACHENEAR_H
#define ACD_TUI_VIEW_CACHENEAR_H

#include "tui/view/view.h"

/** Fills `at` with what there is room for of the digest's row `index`. */
void acd_cachenear_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        size_t index);

#endif
