/* SPDX-License-Identifier: MIT */
/* The buckets of durations: every value has one, in order, and its middle is near. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>

#include "emitter/format/histogram.h"

static void every_bucket_begins_where_the_one_before_ends(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++) {
        uint64_t lower = acd_histogram_lower(i), end = acd_histogram_lower(i + 1);
        assert_true(lower < end);
        assert_int_equal(acd_histogram_index(lower), i);
        assert_int_equal(acd_histogram_index(end - 1), i);
    }
    assert_int_equal(acd_histogram_lower(0), 0);
    assert_true(acd_histogram_lower(ACD_HISTOGRAM_BUCKETS) == UINT64_C(1) << 41);
}

static void what_is_longer_than_the_range_counts_in_the_last(void **state)
{
    (void)state;
    assert_int_equal(acd_histogram_index(UINT64_C(1) << 41), ACD_HISTOGRAM_BUCKETS - 1);
    assert_int_equal(acd_histogram_index(UINT64_MAX), ACD_HISTOGRAM_BUCKETS - 1);
}

static void a_buckets_middle_is_within_two_percent_of_its_values(void **state)
{
    double worst = 0;
    (void)state;
    for (unsigned i = 32; i < ACD_HISTOGRAM_BUCKETS; i++) {
        double lower = (double)acd_histogram_lower(i), end = (double)acd_histogram_lower(i + 1);
        double error = (end - lower) / 2 / lower;
        worst = error > worst ? error : worst;
    }
    printf("largest relative error %.4f\n", worst);
    assert_true(worst <= 0.02);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bucket_begins_where_the_one_before_ends),
        cmocka_unit_test(what_is_longer_than_the_range_counts_in_the_last),
        cmocka_unit_test(a_buckets_middle_is_within_two_percent_of_its_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
