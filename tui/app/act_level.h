/* SPDX-License-Identifier: MIT */
/*
 * The server's level: keys that change it, the questions that come before, and what becomes of it when
 * the viewer ends.  What may be done is the policy's to say (policy.h).  Knows no terminal.
 */
#ifndef ACD_TUI_APP_ACT_LEVEL_H
#define ACD_TUI_APP_ACT_LEVEL_H

#include "tui/app/act.h"

/** One up or down (`step` 1 or -1), for the server under the cursor on the Servers screen, else for all
 * that are shown; may put a question first. */
enum acd_act_result acd_act_level_change(struct acd_act *act, int step);

/** An action while a question stands. */
enum acd_act_result acd_act_level_answer(struct acd_act *act, enum acd_action_id id);

/** A digit while a question stands takes that choice. @return was it one? */
bool acd_act_level_digit(struct acd_act *act, struct acd_key key, enum acd_act_result *ret_result);

/** The user wants to go: ends, or asks what becomes of levels that were raised. */
enum acd_act_result acd_act_level_quit(struct acd_act *act);

/** About once a second: keeps up what was raised until we quit. */
void acd_act_level_tick(struct acd_act *act);

/** At the end, whatever brought it: puts back what is to be put back. */
void acd_act_level_end(struct acd_act *act);

#endif
