/* SPDX-License-Identifier: MIT */
/*
 * What keys do with events: moving the cursor, filter, search, following a request, copying.  Knows
 * no terminal, so that tests can play keys.
 */
#ifndef ACD_TUI_APP_ACT_EVENTS_H
#define ACD_TUI_APP_ACT_EVENTS_H

#include "tui/app/act.h"

/** The newest events again, as they come. */
void acd_act_events_follow(struct acd_ui *ui);

/** Rows down, negative: up. */
void acd_act_events_move(struct acd_act *act, ptrdiff_t rows);
void acd_act_events_home(struct acd_act *act);

/** A key while a filter or a search is typed. @return was it taken? */
bool acd_act_events_type(struct acd_act *act, struct acd_key key);

/** An action of the scope ACD_SCOPE_LOOKUP. @return was it one?  Then `*ret_result` is set. */
bool acd_act_events_do(struct acd_act *act, enum acd_action_id id, enum acd_act_result *ret_result);

/** One step back from what is looked for. @return was there anything to go back from? */
bool acd_act_events_back(struct acd_act *act, enum acd_act_result *ret_result);

/** Narrows every screen to one request. */
enum acd_act_result acd_act_events_follow_request(struct acd_act *act,
                                                  const struct acd_followed *followed);

/** Shows an event with all its fields, as a tree. */
enum acd_act_result acd_act_events_show(struct acd_act *act, const struct acd_entry *e);

/** Shows the debug file that the event under the cursor names, else the event itself. */
enum acd_act_result acd_act_events_open(struct acd_act *act);

#endif
