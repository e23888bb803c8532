/* SPDX-License-Identifier: MIT */
/* What keys do to error groups, on their screen and in the overview's panel.  Knows no terminal. */
#ifndef ACD_TUI_APP_ACT_ERRORS_H
#define ACD_TUI_APP_ACT_ERRORS_H

#include "tui/app/act.h"

/** Brings the list in line with the digest and the body of the screen, before each drawing. */
void acd_act_errors_settle(struct acd_act *act, struct acd_rect body);

/** A key that moves, on the Errors screen. */
void acd_act_errors_move(struct acd_act *act, enum acd_action_id id);

/** Moves on the overview, where timers and errors are one list. */
void acd_act_errors_overview(struct acd_act *act, ptrdiff_t rows);

/** Opens the chosen group's newest file. */
enum acd_act_result acd_act_errors_open(struct acd_act *act);

/** The same, and where the group left none, its newest event with all its fields. */
enum acd_act_result acd_act_errors_enter(struct acd_act *act);

/** Opens the newest file of all groups. */
enum acd_act_result acd_act_errors_newest(struct acd_act *act);

#endif
