/* SPDX-License-Identifier: MIT */
/* tui/app/keymap: the user's keys over those of the table. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/app/actions.h"
#include "tui/app/keymap.h"

static struct acd_key key_of(const char *name)
{
    struct acd_key key;
    assert_int_equal(acd_key_parse(name, &key), 0);
    return key;
}

static void it_begins_as_the_table(void **state)
{
    (void)state;
    struct acd_keymap map;
    acd_keymap_init(&map);
    for (size_t i = 0; i < acd_actions_count; i++) {
        assert_string_equal(map.action[i].keys, acd_actions_table[i].keys);
        assert_int_equal(map.action[i].id, acd_actions_table[i].id);
    }
}

static void keys_are_cleared_and_added_by_their_proper_names(void **state)
{
    (void)state;
    struct acd_keymap map;
    size_t pause = acd_keymap_find("pause");
    acd_keymap_init(&map);
    acd_keymap_clear(&map, pause);
    assert_string_equal(map.action[pause].keys, "");
    assert_int_equal(acd_keymap_add(&map, pause, key_of("pgup")), 0);
    assert_int_equal(acd_keymap_add(&map, pause, key_of("C-x")), 0);
    assert_string_equal(map.action[pause].keys, "PgUp ^X");
    assert_int_equal(acd_keymap_add(&map, pause, key_of("^X")), -EEXIST);
    struct acd_key second;
    assert_true(acd_keymap_key(&map, pause, 1, &second));
    assert_true(acd_key_equal(second, key_of("^X")));
    assert_false(acd_keymap_key(&map, pause, 2, &second));
}

static void there_is_an_end_to_keys(void **state)
{
    (void)state;
    struct acd_keymap map;
    size_t pause = acd_keymap_find("pause");
    int r = 0;
    acd_keymap_init(&map);
    for (uint32_t code = ACD_KEY_F1; r == 0 && code <= ACD_KEY_F12; code++)
        for (uint8_t mods = 0; r == 0 && mods < 8; mods++)
            r = acd_keymap_add(&map, pause, (struct acd_key){.code = code, .mods = mods});
    assert_int_equal(r, -ENOSPC);
    assert_true(strlen(map.keys[pause]) < ACD_KEYMAP_BYTES);
}

static void rivals_are_found_where_one_key_can_mean_one_only(void **state)
{
    (void)state;
    struct acd_keymap map;
    size_t pause = acd_keymap_find("pause"), wrap = acd_keymap_find("json-wrap");
    acd_keymap_init(&map);
    assert_int_equal(acd_keymap_rival(&map, pause, key_of("q")), acd_keymap_find("quit"));
    assert_int_equal(acd_keymap_rival(&map, wrap, key_of("q")), acd_actions_count);
    assert_int_equal(acd_keymap_rival(&map, wrap, key_of("r")), acd_keymap_find("json-raw"));
    assert_int_equal(acd_keymap_rival(&map, pause, key_of("Space")), acd_actions_count);
    assert_int_equal(acd_keymap_find("no-such-action"), acd_actions_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_as_the_table),
        cmocka_unit_test(keys_are_cleared_and_added_by_their_proper_names),
        cmocka_unit_test(there_is_an_end_to_keys),
        cmocka_unit_test(rivals_are_found_where_one_key_can_mean_one_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
