/* SPDX-License-Identifier: MIT */
/*
 * The screens Cache and Timers: what keys do there, and what is looked at from near.  A part of act.h;
 * only it and the loop call.
 */
#ifndef ACD_TUI_APP_ACT_ROWS_H
#define ACD_TUI_APP_ACT_ROWS_H

#include "tui/app/act.h"

/** @return was it an action of these screens? Then *ret_result says what is left to do. */
bool acd_act_rows_do(struct acd_act *act, enum acd_action_id id, enum acd_act_result *ret_result);

/** From the overview: the chosen timer from near, else the slowest. */
enum acd_act_result acd_act_rows_open_timer(const struct acd_act *act);

/**
 * Before each drawing: what is selected, and the closeup of it, follow digest and scroll-back.
 * @return there is more to read, in a later call
 */
bool acd_act_rows_settle(const struct acd_act *act);

/** The same for why lookups missed. */
bool acd_act_rows_settle_misses(const struct acd_act *act);

#endif
