/* SPDX-License-Identifier: MIT */
/* The one table of what keys do.  Footer, help screen and key handling all read it. */
#ifndef ACD_TUI_APP_ACTIONS_H
#define ACD_TUI_APP_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/view/action.h"
#include "tui/view/keyname.h"

extern const struct acd_action acd_actions_table[];
extern const size_t acd_actions_count;

/** The action that a key is bound to, ACD_ACTION_NONE when it is to none. */
enum acd_action_id acd_actions_find(struct acd_key key);

/**
 * The same in `table`, which is the one above with the user's keys, NULL: with its own.
 * @param scope  whose own actions come first; ACD_SCOPES: of none
 */
enum acd_action_id acd_actions_look_up(const struct acd_action *table, struct acd_key key,
                                       enum acd_scope scope);

/** Does a key of it do the same while something is asked or typed? */
bool acd_actions_always(enum acd_action_id id);

/** Would one key for both be a conflict: is there a screen where both count alike? */
bool acd_actions_rival(const struct acd_action *a, const struct acd_action *b);

/** The same on a screen whose own actions, those of `scope`, come first. */
enum acd_action_id acd_actions_find_in(struct acd_key key, enum acd_scope scope);

#endif
