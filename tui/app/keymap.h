/* SPDX-License-Identifier: MIT */
/* The table of actions with the user's keys in it; what footer, help and key handling are given. */
#ifndef ACD_TUI_APP_KEYMAP_H
#define ACD_TUI_APP_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/view/action.h"
#include "tui/view/keyname.h"

#define ACD_KEYMAP_BYTES 64 /* names of an action's keys */

/* Points into itself: not to be copied. */
struct acd_keymap {
    struct acd_action action[ACD_ACTIONS]; /* acd_actions_count of them, in the table's order */
    char keys[ACD_ACTIONS][ACD_KEYMAP_BYTES];
};

void acd_keymap_init(struct acd_keymap *keymap);

/** The action's place in the table; acd_actions_count when there is none of that name. */
size_t acd_keymap_find(const char *name);

/** No key for it. */
void acd_keymap_clear(struct acd_keymap *keymap, size_t index);
/** One more key. @return 0, -EEXIST: it has it already, -ENOSPC */
int acd_keymap_add(struct acd_keymap *keymap, size_t index, struct acd_key key);

/** The `which`th key. @return was there one? */
bool acd_keymap_key(const struct acd_keymap *keymap, size_t index, size_t which,
                    struct acd_key *ret_key);

/** Another action that has the key too, where only one can be meant; acd_actions_count: none. */
size_t acd_keymap_rival(const struct acd_keymap *keymap, size_t index, struct acd_key key);

#endif
