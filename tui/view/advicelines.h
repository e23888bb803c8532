/* SPDX-License-Identifier: MIT */
/*
 * Known causes of misses as lines: on the Cache screen with the cure and the pattern behind them, on the
 * overview in one line.  Draw only.
 */
#ifndef ACD_TUI_VIEW_ADVICELINES_H
#define ACD_TUI_VIEW_ADVICELINES_H

#include "tui/model/misses.h"
#include "tui/view/view.h"

/** What the screen's events say of the digest's row `index`. @return is there anything? */
bool acd_advicelines_row(const struct acd_scene *scene, size_t index, struct acd_miss_row *ret_row);

/** The causes and the most frequent pattern, as far as there is room. @return the rows taken */
int acd_advicelines_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_miss_row *row);

/** The most frequent cause of all caches. @return false and nothing is drawn: there is none; `at` of no
 * height draws nothing and tells that alone */
bool acd_advicelines_one(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);

#endif
