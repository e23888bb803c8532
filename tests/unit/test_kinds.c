/* SPDX-License-Identifier: MIT */
/* The lists of names: whole, distinct, findable, and what the public header says of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <acdebug.h>
#include "emitter/format/kinds.h"
#include "emitter/format/layout.h"

static void every_kind_has_a_name_that_finds_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ACD_KIND_COUNT; i++)
        assert_int_equal(acd_kind_find(acd_kind_name(i)), i);
    assert_string_equal(acd_kind_name(ACD_KIND_COUNT), "?");
    assert_string_equal(acd_kind_name(UINT32_MAX), "?");
    assert_int_equal(acd_kind_find("no such"), -1);
}

static void every_category_has_a_name_that_finds_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ACD_CATEGORY_COUNT; i++)
        assert_int_equal(acd_category_find(acd_category_name(i)), i);
    assert_string_equal(acd_category_name(ACD_CATEGORY_COUNT), "?");
    assert_int_equal(acd_category_find(""), -1);
}

static void every_reason_has_a_name_that_finds_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ACD_REASONS_KNOWN; i++) {
        const char *name = acd_reason_name(i);
        assert_int_equal(acd_reason_find(name, strlen(name)), i);
    }
    assert_string_equal(acd_reason_name(ACD_REASONS_KNOWN), "?");
    assert_int_equal(acd_reason_find("cold start", 4), ACD_REASON_COLD);
    assert_int_equal(acd_reason_find("col", 3), -1);
}

static void outcomes_and_levels_have_names(void **state)
{
    (void)state;
    assert_string_equal(acd_outcome_name(ACD_OUTCOME_PARTIAL), "partial");
    assert_string_equal(acd_outcome_name(5), "?");
    assert_string_equal(acd_level_name(0), "off");
    assert_string_equal(acd_level_name(3), "trace");
    assert_string_equal(acd_level_name(4), "?");
}

static void levels_are_two_bits_a_category(void **state)
{
    (void)state;
    assert_int_equal(acd_levels_all(3), UINT32_MAX);
    for (unsigned c = 0; c < ACD_CATEGORIES; c++)
        for (unsigned level = 0; level <= 3; level++) {
            uint64_t one = acd_levels_with(acd_levels_all(2), c, level);
            for (unsigned other = 0; other < ACD_CATEGORIES; other++)
                assert_int_equal(acd_levels_get(one, other), other == c ? level : 2);
        }
    /* Out of range is masked, never an index. */
    assert_int_equal(acd_levels_get(UINT64_MAX, 77), 3);
}

static void the_public_header_counts_the_same(void **state)
{
    (void)state;
    assert_int_equal(ACDEBUG_LOG, ACD_CATEGORY_LOG);
    assert_int_equal(ACDEBUG_CACHE, ACD_CATEGORY_CACHE);
    assert_int_equal(ACDEBUG_TIMER, ACD_CATEGORY_TIMER);
    assert_int_equal(ACDEBUG_ERROR, ACD_CATEGORY_ERROR);
    assert_int_equal(ACDEBUG_PERFORMANCE, ACD_CATEGORY_PERFORMANCE);
    assert_int_equal(ACDEBUG_LOGGER, ACD_CATEGORY_LOGGER);
    assert_int_equal(ACDEBUG_USER0, ACD_CATEGORY_USER0);
    assert_int_equal(ACDEBUG_USER9, ACD_CATEGORY_COUNT - 1);
    assert_int_equal(ACDEBUG_HIT, ACD_OUTCOME_HIT);
    assert_int_equal(ACDEBUG_PARTIAL, ACD_OUTCOME_PARTIAL);
    assert_int_equal(ACDEBUG_MISS, ACD_OUTCOME_MISS);
    assert_int_equal(ACDEBUG_BYPASS, ACD_OUTCOME_BYPASS);
    assert_int_equal(ACDEBUG_OUTCOME_UNKNOWN, ACD_OUTCOME_UNKNOWN);
    assert_int_equal(ACDEBUG_PRIV_INT, ACD_TYPE_INT);
    assert_int_equal(ACDEBUG_PRIV_REQUEST_STR, ACD_TYPE_REQUEST_STR);
    assert_int_equal(ACDEBUG_PRIV_KIND_LOG, ACD_KIND_LOG);
    assert_int_equal(ACDEBUG_PRIV_KIND_CACHE, ACD_KIND_CACHE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_a_name_that_finds_it),
        cmocka_unit_test(every_category_has_a_name_that_finds_it),
        cmocka_unit_test(every_reason_has_a_name_that_finds_it),
        cmocka_unit_test(outcomes_and_levels_have_names),
        cmocka_unit_test(levels_are_two_bits_a_category),
        cmocka_unit_test(the_public_header_counts_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
