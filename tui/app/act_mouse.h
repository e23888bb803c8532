/* SPDX-License-Identifier: MIT */
/*
 * What the mouse does: the wheel scrolls, a click on a word of the footer does what its key would, one
 * on a row selects it, and one on the selected row enters it.  Goes by the picture that was shown.
 */
#ifndef ACD_TUI_APP_ACT_MOUSE_H
#define ACD_TUI_APP_ACT_MOUSE_H

#include <stdbool.h>

#include "tui/app/act.h"

/** Is it a report of the mouse? */
bool acd_act_mouse_is(struct acd_key key);

/** @param shown  the picture that was clicked on */
enum acd_act_result acd_act_mouse(struct acd_act *act, struct acd_key key,
                                  const struct acd_grid *shown);

#endif
