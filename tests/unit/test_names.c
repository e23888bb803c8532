/* SPDX-License-Identifier: MIT */
/* Small tables of names: their hashes, cutting, and what a full one does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "emitter/names.h"

static void a_hash_is_never_zero_and_tells_lengths_apart(void **state)
{
    static const char zeros[64];
    uint64_t seen[65];
    (void)state;
    for (unsigned n = 0; n <= 64; n++) {
        seen[n] = acd_names_hash(0, zeros, n);
        assert_true(seen[n] != 0);
        for (unsigned i = 0; i < n; i++)
            assert_true(seen[i] != seen[n]);
    }
    assert_true(acd_names_hash(0, "ab", 2) != acd_names_hash(1, "ab", 2));
}

/* Stores it; whether the field then holds `again`, as both ways to ask say. */
static bool holds(char field[8], const char *text, const char *again)
{
    uint64_t bytes = again ? strlen(again) : 0;
    acd_names_store(field, text, acd_names_kept(text, text ? strlen(text) : 0, 8));
    bool held = acd_names_holds(field, again, acd_names_kept(again, bytes, 8));
    bool surely = acd_names_surely(field, 8, again, bytes);
    assert_true(surely ? held : !held || bytes > 7);
    return held;
}

static void a_name_is_cut_to_its_field_and_still_held(void **state)
{
    char field[8];
    (void)state;
    assert_true(holds(field, "abcdefghij", "abcdefghij"));
    assert_string_equal(field, "abcdefg");
    assert_true(holds(field, "abcdefghij", "abcdefg"));
    assert_false(holds(field, "abcdefghij", "abcdef"));
    assert_false(holds(field, "abcdefghij", "abcdefX"));
    assert_true(holds(field, NULL, NULL));
    assert_string_equal(field, "");
    assert_false(holds(field, NULL, "a"));
}

static void a_name_is_not_cut_inside_a_character(void **state)
{
    char field[8];
    (void)state;
    assert_true(holds(field, "abcdef\xc3\xa9", "abcdef\xc3\xa9"));
    assert_string_equal(field, "abcdef");
    assert_true(holds(field, "abcdef\xc3\xa9", "abcdef"));
    assert_false(holds(field, "abcdef\xc3\xa9", "abcdef\xc3"));
    assert_true(holds(field, "abcde\xc3\xa9z", "abcde\xc3\xa9"));
    assert_true(holds(field, "abcdef\x80\x80", "abcdef\x80")); /* no character there */
}

static void what_surely_holds_needs_no_look_at_characters(void **state)
{
    char field[8];
    (void)state;
    assert_true(holds(field, "abcdefghij", "abcdefgXY"));
    assert_true(acd_names_surely(field, 8, "abcdefgXY", 9));
    assert_true(holds(field, "abcdef\xc3\xa9", "abcdef\xc3\xa9"));
    assert_false(acd_names_surely(field, 8, "abcdef\xc3\xa9", 8));
}

static void a_full_table_gives_its_last_place_and_grows_no_more(void **state)
{
    acd_word hash[5] = {0}, used = 0, ready[1] = {0}, full = 0;
    struct acd_table t = {hash, &used, ready, &full, 4};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(acd_names_take(&t), i);
        acd_names_show(&t, i, 100 + i);
        assert_int_equal(acd_names_count(&t), i + 1);
    }
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(acd_names_take(&t), 4);
    assert_int_equal(acd_names_count(&t), 4);
    assert_int_equal(acd_get(&used), 4);
    assert_int_equal(acd_get(&ready[0]), 15);
    assert_int_equal(acd_get(&hash[3]), 103);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_is_never_zero_and_tells_lengths_apart),
        cmocka_unit_test(a_name_is_cut_to_its_field_and_still_held),
        cmocka_unit_test(a_name_is_not_cut_inside_a_character),
        cmocka_unit_test(what_surely_holds_needs_no_look_at_characters),
        cmocka_unit_test(a_full_table_gives_its_last_place_and_grows_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
