/* SPDX-License-Identifier: MIT */
/* Questions that stand over a screen until they are answered.  Draws only. */
#ifndef ACD_TUI_VIEW_PROMPT_H
#define ACD_TUI_VIEW_PROMPT_H

#include "tui/view/view.h"

/** Nothing when nothing is asked. */
void acd_prompt_draw(struct acd_grid *grid, const struct acd_scene *scene);

/** Which answer stands in that cell of such a picture. @return false: none */
bool acd_prompt_answer_at(const struct acd_grid *grid, const struct acd_ui *ui, struct acd_rect at,
                          size_t *ret_choice);

#endif
