/* SPDX-License-Identifier: MIT */
/* Names of keys, read and written. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/keyname.h"

static void names_are_read(void **state)
{
    static const struct {
        const char *name;
        uint32_t code;
        uint8_t mods;
        const char *shown;
    } keys[] = {
        {"g", 'g', 0, "g"},
        {"G", 'G', 0, "G"},
        {"+", '+', 0, "+"},
        {"-", '-', 0, "-"},
        {"^", '^', 0, "^"},
        {"é", 0xe9, 0, "é"},
        {"中", 0x4e2d, 0, "中"},
        {"^L", 'l', ACD_KEY_CTRL, "^L"},
        {"^l", 'l', ACD_KEY_CTRL, "^L"},
        {"C-l", 'l', ACD_KEY_CTRL, "^L"},
        {"^^", '^', ACD_KEY_CTRL, "^^"},
        {"^]", ']', ACD_KEY_CTRL, "^]"},
        {"M-x", 'x', ACD_KEY_ALT, "M-x"},
        {"M-^A", 'a', ACD_KEY_ALT | ACD_KEY_CTRL, "M-^A"},
        {"F1", ACD_KEY_F1, 0, "F1"},
        {"f8", ACD_KEY_F1 + 7, 0, "F8"},
        {"F12", ACD_KEY_F12, 0, "F12"},
        {"PgUp", ACD_KEY_PAGE_UP, 0, "PgUp"},
        {"pageup", ACD_KEY_PAGE_UP, 0, "PgUp"},
        {"Space", ' ', 0, "Space"},
        {"C-Space", ' ', ACD_KEY_CTRL, "C-Space"},
        {"escape", ACD_KEY_ESC, 0, "Esc"},
        {"S-Tab", ACD_KEY_TAB, ACD_KEY_SHIFT, "S-Tab"},
        {"S-C-Left", ACD_KEY_LEFT, ACD_KEY_SHIFT | ACD_KEY_CTRL, "C-S-Left"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct acd_key key;
        assert_int_equal(acd_key_parse(keys[i].name, &key), 0);
        assert_int_equal(key.code, keys[i].code);
        assert_int_equal(key.mods, keys[i].mods);
        assert_string_equal(acd_key_format(key).s, keys[i].shown);
    }
}

static void what_is_no_key_is_refused(void **state)
{
    static const char *const names[] = {
        "",       " ",      "gg",  "F0",    "F13",   "F8 ",      "C-",
        "M-",     "C-C-l",  "C--", "^1",    "S-a",   "\033",     "\xff",
        "\u202e", "\u0301", "C-é", "PgUp+", "Mouse", "\xe4\xb8", "spaces",
    };
    struct acd_key key = {.code = 'k', .mods = 9};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(acd_key_parse(names[i], &key), -EINVAL);
        assert_int_equal(key.code, 'k');
        assert_int_equal(key.mods, 9);
    }
}

static void every_name_leads_back_to_its_key(void **state)
{
    (void)state;
    for (size_t i = 0; acd_key_name_at(i) != NULL; i++) {
        for (uint8_t mods = 0; mods < 8; mods++) {
            struct acd_key key;
            struct acd_key again;
            assert_int_equal(acd_key_parse(acd_key_name_at(i), &key), 0);
            key.mods = mods;
            assert_int_equal(acd_key_parse(acd_key_format(key).s, &again), 0);
            assert_true(acd_key_equal(key, again));
        }
    }
}

static void typed_characters_lead_back_to_themselves(void **state)
{
    (void)state;
    for (uint32_t cp = '!'; cp < 0x7f; cp++) {
        struct acd_key key = {.code = cp};
        struct acd_key again;
        assert_int_equal(acd_key_parse(acd_key_format(key).s, &again), 0);
        assert_true(acd_key_equal(key, again));
    }
}

static void mouse_and_hidden_characters_have_no_name(void **state)
{
    (void)state;
    assert_string_equal(acd_key_format((struct acd_key){.code = ACD_KEY_MOUSE_PRESS}).s, "");
    assert_string_equal(acd_key_format((struct acd_key){.code = ACD_KEY_WHEEL_UP}).s, "");
    assert_string_equal(acd_key_format((struct acd_key){.code = 0x202e}).s, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read),
        cmocka_unit_test(what_is_no_key_is_refused),
        cmocka_unit_test(every_name_leads_back_to_its_key),
        cmocka_unit_test(typed_characters_lead_back_to_themselves),
        cmocka_unit_test(mouse_and_hidden_characters_have_no_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
