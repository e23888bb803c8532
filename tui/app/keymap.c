/* SPDX-License-Identifier: MIT */
/* The user's keys, see keymap.h. */
#include "config.h"

#include "tui/app/keymap.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/actions.h"

void acd_keymap_init(struct acd_keymap *keymap)
{
    for (size_t i = 0; i < acd_actions_count; i++) {
        keymap->action[i] = acd_actions_table[i];
        snprintf(keymap->keys[i], sizeof keymap->keys[i], "%s", acd_actions_table[i].keys);
        keymap->action[i].keys = keymap->keys[i];
    }
}

size_t acd_keymap_find(const char *name)
{
    size_t i = 0;
    while (i < acd_actions_count && strcmp(acd_actions_table[i].name, name) != 0)
        i++;
    return i;
}

void acd_keymap_clear(struct acd_keymap *keymap, size_t index)
{
    keymap->keys[index][0] = '\0';
}

bool acd_keymap_key(const struct acd_keymap *keymap, size_t index, size_t which,
                    struct acd_key *ret_key)
{
    const char *name = keymap->keys[index];
    char one[ACD_KEYMAP_BYTES];
    for (; which > 0 && *name; which--) {
        name += strcspn(name, " ");
        name += *name == ' ';
    }
    if (!*name)
        return false;
    snprintf(one, sizeof one, "%.*s", (int)strcspn(name, " "), name);
    return acd_key_parse(one, ret_key) == 0;
}

static bool has(const struct acd_keymap *keymap, size_t index, struct acd_key key)
{
    struct acd_key one;
    for (size_t i = 0; acd_keymap_key(keymap, index, i, &one); i++)
        if (acd_key_equal(one, key))
            return true;
    return false;
}

int acd_keymap_add(struct acd_keymap *keymap, size_t index, struct acd_key key)
{
    char *keys = keymap->keys[index];
    struct acd_label name = acd_key_format(key);
    size_t used = strlen(keys);
    if (has(keymap, index, key))
        return -EEXIST;
    if (used + 1 + strlen(name.s) >= ACD_KEYMAP_BYTES)
        return -ENOSPC;
    snprintf(keys + used, ACD_KEYMAP_BYTES - used, "%s%s", used ? " " : "", name.s);
    return 0;
}

size_t acd_keymap_rival(const struct acd_keymap *keymap, size_t index, struct acd_key key)
{
    for (size_t i = 0; i < acd_actions_count; i++)
        if (i != index && acd_actions_rival(&keymap->action[i], &keymap->action[index]) &&
            has(keymap, i, key))
            return i;
    return acd_actions_count;
}
