/* SPDX-License-Identifier: MIT */
/* tui/model/quantile: percentiles within 2 % of the sorted truth. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "emitter/format/histogram.h"
#include "tui/model/quantile.h"

#define SAMPLES 20000

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void assert_near(uint64_t told, uint64_t truth)
{
    uint64_t apart = told > truth ? told - truth : truth - told;
    assert_true(apart * 50 <= truth);
}

/* Durations from 1 µs up to 2^40 ns, log-uniform, or around one value. */
static void check_against_sorted(uint64_t seed, unsigned octaves)
{
    static uint64_t sample[SAMPLES];
    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    uint64_t state = seed;
    for (size_t i = 0; i < ACD_HISTOGRAM_BUCKETS; i++)
        bucket[i] = 0;
    for (size_t i = 0; i < SAMPLES; i++) {
        unsigned shift = octaves ? (unsigned)(next_random(&state) % octaves) : 0;
        sample[i] = (UINT64_C(1024) << shift) + next_random(&state) % (UINT64_C(1024) << shift);
        bucket[acd_histogram_index(sample[i])]++;
    }
    qsort(sample, SAMPLES, sizeof sample[0], ascending);
    struct acd_quantiles q = acd_quantile_all(bucket, sample[SAMPLES - 1]);
    assert_int_equal(q.count, SAMPLES);
    assert_near(q.p50_ns, sample[SAMPLES / 2 - 1]);
    assert_near(q.p95_ns, sample[SAMPLES * 95 / 100 - 1]);
    assert_near(q.p99_ns, sample[SAMPLES * 99 / 100 - 1]);
    assert_int_equal(q.max_ns, sample[SAMPLES - 1]);
    for (unsigned permille = 1; permille <= 1000; permille += 37) {
        size_t rank = (size_t)(SAMPLES * permille + 999) / 1000;
        assert_near(acd_quantile_at(bucket, permille), sample[rank - 1]);
    }
}

static void percentiles_are_within_two_percent(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        check_against_sorted(seed * 7919, 30);
        check_against_sorted(seed * 104729, 4);
        check_against_sorted(seed * 1299709, 0);
    }
}

static void one_value_is_told_exactly_by_its_maximum(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    bucket[acd_histogram_index(1000000)] = 1;
    struct acd_quantiles q = acd_quantile_all(bucket, 1000000);
    assert_int_equal(q.max_ns, 1000000);
    assert_true(q.p50_ns <= 1000000);
    assert_near(q.p50_ns, 1000000);
    assert_int_equal(q.p50_ns, q.p99_ns);
}

static void nothing_counted_tells_nothing(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    struct acd_quantiles q = acd_quantile_all(bucket, 0);
    assert_int_equal(q.count, 0);
    assert_int_equal(q.p99_ns, 0);
    assert_int_equal(acd_quantile_all(NULL, 5).count, 0);
    assert_int_equal(acd_quantile_all(NULL, 5).max_ns, 5);
    assert_int_equal(acd_quantile_at(bucket, 500), 0);
}

static void a_window_is_the_difference_and_never_negative(void **state)
{
    (void)state;
    static uint64_t old[ACD_HISTOGRAM_BUCKETS], new[ACD_HISTOGRAM_BUCKETS];
    static uint64_t window[ACD_HISTOGRAM_BUCKETS];
    old[100] = 1000;
    new[100] = 1000;
    new[acd_histogram_index(5000000)] = 10;
    old[200] = 3; /* went back: a broken ring */
    new[200] = 1;
    acd_quantile_since(window, new, old);
    struct acd_quantiles q = acd_quantile_all(window, 0);
    assert_int_equal(q.count, 10);
    assert_near(q.p50_ns, 5000000);
    assert_near(q.max_ns, 5000000);
}

static void histograms_of_two_servers_add_up(void **state)
{
    (void)state;
    static uint64_t a[ACD_HISTOGRAM_BUCKETS], b[ACD_HISTOGRAM_BUCKETS];
    a[acd_histogram_index(2000)] = 9;
    b[acd_histogram_index(900000)] = 1;
    acd_quantile_add(a, b);
    struct acd_quantiles q = acd_quantile_all(a, 900000);
    assert_int_equal(q.count, 10);
    assert_near(q.p50_ns, 2000);
    assert_near(q.p95_ns, 900000);
}

static void the_last_bucket_holds_what_is_longer(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    bucket[ACD_HISTOGRAM_BUCKETS - 1] = 4;
    struct acd_quantiles q = acd_quantile_all(bucket, UINT64_C(1) << 50);
    assert_int_equal(q.count, 4);
    assert_true(q.p50_ns >= acd_histogram_lower(ACD_HISTOGRAM_BUCKETS - 1));
    assert_int_equal(q.max_ns, UINT64_C(1) << 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentiles_are_within_two_percent),
        cmocka_unit_test(one_value_is_told_exactly_by_its_maximum),
        cmocka_unit_test(nothing_counted_tells_nothing),
        cmocka_unit_test(a_window_is_the_difference_and_never_negative),
        cmocka_unit_test(histograms_of_two_servers_add_up),
        cmocka_unit_test(the_last_bucket_holds_what_is_longer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
