/* SPDX-License-Identifier: MIT */
/*
 * Keys that did nothing, and why: no key stays without an answer.  Whether one did something is told by
 * what the user can have changed, before and after; why not, by one table.
 */
#ifndef ACD_TUI_APP_IDLE_H
#define ACD_TUI_APP_IDLE_H

#include "tui/app/act.h"

/** Differs when the user changed something that shows: a screen, a row, a filter, what is folded. */
uint64_t acd_idle_stance(const struct acd_act *act);

/** Does an action say or show by itself what came of it, even when nothing that is ours changed? */
bool acd_idle_answers(enum acd_action_id id, enum acd_view_id view);

/** Says why nothing came of an action on screen `view`; of ACD_ACTION_NONE, that it is no key. */
void acd_idle_say(struct acd_act *act, enum acd_action_id id, enum acd_view_id view);

#endif
