/* SPDX-License-Identifier: MIT */
/* tui/model/rates: two hit rates, each with its own whole. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emitter/format/layout.h"
#include "tui/model/rates.h"

static void partial_hits_count_as_hits_by_request(void **state)
{
    (void)state;
    const uint64_t outcome[5] = {
        [ACD_OUTCOME_HIT] = 6, [ACD_OUTCOME_PARTIAL] = 3, [ACD_OUTCOME_MISS] = 1};
    struct acd_rate r = acd_rate_requests(outcome);
    double ratio = -1;
    assert_int_equal(r.part, 9);
    assert_int_equal(r.whole, 10);
    assert_true(acd_rate_ratio(r, &ratio));
    assert_true(ratio > 0.899 && ratio < 0.901);
}

static void bypassed_and_unknown_are_in_neither_part_nor_whole(void **state)
{
    (void)state;
    const uint64_t outcome[5] = {1, 0, 1, 500, 700};
    struct acd_rate r = acd_rate_requests(outcome);
    assert_int_equal(r.part, 1);
    assert_int_equal(r.whole, 2);
}

static void no_lookups_is_no_rate(void **state)
{
    (void)state;
    const uint64_t only_bypassed[5] = {[ACD_OUTCOME_BYPASS] = 4};
    double ratio = -1;
    assert_false(acd_rate_ratio(acd_rate_requests(only_bypassed), &ratio));
    assert_false(acd_rate_ratio(acd_rate_tokens(0, 0), &ratio));
    assert_true(ratio < 0); /* untouched */
}

static void a_rate_never_exceeds_one(void **state)
{
    (void)state;
    double ratio = 0;
    assert_true(acd_rate_ratio(acd_rate_tokens(12, 10), &ratio));
    assert_true(ratio <= 1.0);
}

static void all_misses_is_zero_not_nothing(void **state)
{
    (void)state;
    const uint64_t outcome[5] = {0, 0, 7, 0, 0};
    double ratio = -1;
    assert_true(acd_rate_ratio(acd_rate_requests(outcome), &ratio));
    assert_true(ratio == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(partial_hits_count_as_hits_by_request),
        cmocka_unit_test(bypassed_and_unknown_are_in_neither_part_nor_whole),
        cmocka_unit_test(no_lookups_is_no_rate),
        cmocka_unit_test(a_rate_never_exceeds_one),
        cmocka_unit_test(all_misses_is_zero_not_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
