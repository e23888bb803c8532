/* SPDX-License-Identifier: MIT */
/* What keys do on the Files and JSON screens.  Knows no terminal, so that tests can play keys. */
#ifndef ACD_TUI_APP_ACT_JSON_H
#define ACD_TUI_APP_ACT_JSON_H

#include "tui/app/act.h"

/** Is the screen one of these two? */
bool acd_act_json_is_here(const struct acd_act *act);

/** A key while a search is typed. @return was it taken? */
bool acd_act_json_type(struct acd_act *act, struct acd_key key);

/** An action on one of these screens. @return was it taken?  Then `*ret_result` is set. */
bool acd_act_json_do(struct acd_act *act, enum acd_action_id id, enum acd_act_result *ret_result);

/** May it be done where the JSON screen is all that there is? */
bool acd_act_json_allows(enum acd_action_id id);

/** Does an action change how the tree is laid out?  The text as it is has nothing of the kind. */
bool acd_act_json_folds(enum acd_action_id id);

/** Shows the Files screen. */
enum acd_act_result acd_act_json_files(struct acd_act *act);

/** Opens a path that a server gave, e.g. the newest file of an error group, and shows it. */
enum acd_act_result acd_act_json_open(struct acd_act *act, const char *path);

/** Shows a text, which it takes over, as a file that Esc leads back from. */
enum acd_act_result acd_act_json_show(struct acd_act *act, const char *name, char *text,
                                      size_t length);

/** A key that moves, in any list. */
void acd_act_json_move_list(struct acd_list *list, enum acd_action_id id);

#endif
