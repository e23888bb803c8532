/* SPDX-License-Identifier: MIT */
/* What keys do on the Servers screen.  Knows no terminal. */
#ifndef ACD_TUI_APP_ACT_ATTACH_H
#define ACD_TUI_APP_ACT_ATTACH_H

#include "tui/app/act.h"

/** Brings the list in line with the roster and the body of the screen, before each drawing. */
void acd_act_attach_settle(struct acd_act *act, struct acd_rect body);

/** A key that moves. */
void acd_act_attach_move(struct acd_act *act, enum acd_action_id id);

/** Shows the server under the cursor, or leaves it out. */
enum acd_act_result acd_act_attach_toggle(struct acd_act *act);

/** The server under the cursor; NULL when it was never attached, or on another screen. */
const struct acd_server *acd_act_attach_server(const struct acd_act *act);

#endif
