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

static void a_name_is_cut_to_its_field_and_still_equal(void **state)
{
    char field[8];
    (void)state;
    acd_names_store(field, sizeof field, "abcdefghij", 10);
    assert_string_equal(field, "abcdefg");
    assert_true(acd_names_equal(field, sizeof field, "abcdefghij", 10));
    assert_true(acd_names_equal(field, sizeof field, "abcdefg", 7));
    assert_false(acd_names_equal(field, sizeof field, "abcdef", 6));
    assert_false(acd_names_equal(field, sizeof field, "abcdefX", 7));
    acd_names_store(field, sizeof field, NULL, 0);
    assert_string_equal(field, "");
    assert_true(acd_names_equal(field, sizeof field, NULL, 0));
    assert_false(acd_names_equal(field, sizeof field, "a", 1));
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
        cmocka_unit_test(a_name_is_cut_to_its_field_and_still_equal),
        cmocka_unit_test(a_full_table_gives_its_last_place_and_grows_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
