/* SPDX-License-Identifier: MIT */
/* tui/app/actions: one table, every key once, every action reachable. */
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

#include "tests/support/keys.h"
#include "tui/app/actions.h"

/* Calls `take` with each key of each action. */
static void each_key(void (*take)(const struct acd_action *action, struct acd_key key))
{
    for (size_t i = 0; i < acd_actions_count; i++) {
        const char *keys = acd_actions_table[i].keys;
        for (struct acd_key key; acd_keys_take(&keys, &key);)
            take(&acd_actions_table[i], key);
    }
}

static void assert_found(const struct acd_action *action, struct acd_key key)
{
    if (action->scope == ACD_SCOPE_JSON || action->scope == ACD_SCOPE_SERVERS)
        assert_int_equal(acd_actions_find_in(key, action->scope), action->id);
    else
        assert_int_equal(acd_actions_find(key), action->id);
}

static void every_key_leads_to_its_action_and_to_no_other(void **state)
{
    (void)state;
    each_key(assert_found);
}

static void every_action_stands_once_and_says_what_it_does(void **state)
{
    (void)state;
    bool seen[ACD_ACTIONS] = {false};
    for (size_t i = 0; i < acd_actions_count; i++) {
        const struct acd_action *a = &acd_actions_table[i];
        assert_false(seen[a->id]);
        seen[a->id] = true;
        assert_true(strlen(a->name) > 0 && strlen(a->help) > 0 && strlen(a->keys) > 0);
        assert_true(a->scope < ACD_SCOPES);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(a->name, acd_actions_table[k].name);
    }
    for (int id = ACD_ACTION_NONE + 1; id < ACD_ACTIONS; id++)
        assert_true(seen[id]);
}

static void unbound_keys_do_nothing(void **state)
{
    (void)state;
    assert_int_equal(acd_actions_find((struct acd_key){.code = 'Z'}), ACD_ACTION_NONE);
    assert_int_equal(acd_actions_find((struct acd_key){.code = ACD_KEY_F1 + 11}), ACD_ACTION_NONE);
}

static void pasted_text_is_no_command(void **state)
{
    (void)state;
    const struct acd_key pasted = {.code = 'q', .mods = ACD_KEY_PASTED};
    assert_int_equal(acd_actions_find(pasted), ACD_ACTION_NONE);
}

static void the_users_keys_are_looked_up_in_his_table(void **state)
{
    (void)state;
    struct acd_action bound[ACD_ACTIONS];
    struct acd_key p = {.code = 'p'}, space = {.code = ' '};
    memcpy(bound, acd_actions_table, acd_actions_count * sizeof bound[0]);
    for (size_t i = 0; i < acd_actions_count; i++)
        if (bound[i].id == ACD_ACTION_PAUSE)
            bound[i].keys = "p";
    assert_int_equal(acd_actions_look_up(bound, p, ACD_SCOPES), ACD_ACTION_PAUSE);
    assert_int_equal(acd_actions_look_up(bound, space, ACD_SCOPES), ACD_ACTION_NONE);
    assert_int_equal(acd_actions_look_up(NULL, space, ACD_SCOPES), ACD_ACTION_PAUSE);
}

static const struct acd_action *action_of(enum acd_action_id id)
{
    for (size_t i = 0; i < acd_actions_count; i++)
        if (acd_actions_table[i].id == id)
            return &acd_actions_table[i];
    return NULL;
}

static void actions_of_one_screen_are_rivals_and_a_screens_own_go_before_the_common(void **state)
{
    (void)state;
    const struct acd_action *pause = action_of(ACD_ACTION_PAUSE),
                            *quit = action_of(ACD_ACTION_QUIT);
    const struct acd_action *wrap = action_of(ACD_ACTION_JSON_WRAP);
    assert_true(acd_actions_rival(pause, quit));
    assert_true(acd_actions_rival(wrap, action_of(ACD_ACTION_JSON_RAW)));
    assert_false(acd_actions_rival(wrap, quit));
}

static void escape_never_quits(void **state)
{
    (void)state;
    assert_int_equal(acd_actions_find((struct acd_key){.code = ACD_KEY_ESC}), ACD_ACTION_BACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_leads_to_its_action_and_to_no_other),
        cmocka_unit_test(every_action_stands_once_and_says_what_it_does),
        cmocka_unit_test(unbound_keys_do_nothing),
        cmocka_unit_test(pasted_text_is_no_command),
        cmocka_unit_test(the_users_keys_are_looked_up_in_his_table),
        cmocka_unit_test(actions_of_one_screen_are_rivals_and_a_screens_own_go_before_the_common),
        cmocka_unit_test(escape_never_quits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
