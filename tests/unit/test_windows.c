/* SPDX-License-Identifier: MIT */
/* tui/model/windows: what happened in the last minute, on a virtual clock. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/windows.h"

#define SECOND UINT64_C(1000000000)
#define START (1700000000 * SECOND)

static uint64_t sum_at(const struct acd_windows *w, enum acd_window_id id, size_t counter,
                       uint64_t now_ns)
{
    struct acd_window_slots slots = {0};
    acd_windows_add(w, id, counter, now_ns, &slots);
    return acd_windows_sum(&slots);
}

static void sample(struct acd_windows *w, uint64_t now_ns, uint64_t a, uint64_t b)
{
    const uint64_t totals[2] = {a, b};
    assert_int_equal(acd_windows_sample(w, now_ns, totals, 2), 0);
}

static void what_was_before_the_first_sample_is_in_no_window(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 1000000, 5);
    sample(&w, START + SECOND, 1000003, 5);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + SECOND), 3);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 1, START + SECOND), 0);
    acd_windows_fini(&w);
}

static void a_row_that_came_up_counts_from_zero(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    acd_windows_seed_zero(&w);
    sample(&w, START, 4, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1H, 0, START), 4);
    acd_windows_fini(&w);
}

static void increases_leave_the_window_after_its_length(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 0, 0);
    sample(&w, START + SECOND, 10, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + 60 * SECOND), 10);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + 61 * SECOND), 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_5M, 0, START + 61 * SECOND), 10);
    assert_int_equal(sum_at(&w, ACD_WINDOW_5M, 0, START + 301 * SECOND), 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1H, 0, START + 301 * SECOND), 10);
    /* Without any further sample: time alone moves the window. */
    sample(&w, START + 7200 * SECOND, 11, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1H, 0, START + 7200 * SECOND), 1);
    acd_windows_fini(&w);
}

static void every_increase_is_in_every_window_once(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    uint64_t total = 0;
    sample(&w, START, 0, 0);
    for (unsigned i = 1; i <= 550; i++) {
        total += i % 7;
        sample(&w, START + i * SECOND / 10, total, total / 2);
    }
    uint64_t now = START + 55 * SECOND;
    for (int id = 0; id < ACD_WINDOWS; id++) {
        assert_int_equal(sum_at(&w, (enum acd_window_id)id, 0, now), total);
        assert_int_equal(sum_at(&w, (enum acd_window_id)id, 1, now), total / 2);
    }
    acd_windows_fini(&w);
}

static void a_total_that_went_back_counts_as_no_increase(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 100, 0);
    sample(&w, START + SECOND, 40, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + SECOND), 0);
    sample(&w, START + 2 * SECOND, 41, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + 2 * SECOND), 1);
    acd_windows_fini(&w);
}

static void a_clock_that_is_set_back_shows_what_comes_from_then_on(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 0, 0);
    sample(&w, START + 10 * SECOND, 5, 0);
    sample(&w, START - 3600 * SECOND, 9, 0);
    sample(&w, START - 3599 * SECOND, 10, 0);
    for (unsigned id = 0; id < ACD_WINDOWS; id++)
        assert_int_equal(sum_at(&w, id, 0, START - 3599 * SECOND), 5);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START - 3540 * SECOND), 1);
    acd_windows_fini(&w);
}

static void what_was_before_the_clock_that_is_set_back_a_little_stays(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 0, 0);
    sample(&w, START + 2 * SECOND, 4, 0);
    sample(&w, START + 10 * SECOND, 5, 0);
    sample(&w, START + 4 * SECOND, 7, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + 4 * SECOND), 4 + 2);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START + 10 * SECOND), 4 + 2);
    acd_windows_fini(&w);
}

static uint64_t slot_at(const struct acd_windows *w, enum acd_window_id id, size_t counter,
                        uint64_t now_ns, unsigned back)
{
    struct acd_window_slots slots = {0};
    acd_windows_add(w, id, counter, now_ns, &slots);
    return slots.slot[ACD_WINDOW_SLOTS - 1 - back];
}

/* A viewer that was stopped for an hour: the last minute is not the last hour. */
static void what_came_while_nobody_looked_is_shared_out_evenly(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    uint64_t now = START + 3600 * SECOND;
    sample(&w, START, 0, 0);
    sample(&w, now, 7200, 1803);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, now), 2 * 60);
    assert_int_equal(sum_at(&w, ACD_WINDOW_5M, 0, now), 2 * 300);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1H, 0, now), 7200);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1H, 1, now), 1803);
    for (unsigned back = 0; back < 60; back++)
        assert_true(slot_at(&w, ACD_WINDOW_1M, 1, now, back) <=
                    slot_at(&w, ACD_WINDOW_1M, 0, now, back));
    acd_windows_fini(&w);
}

/* Three requests of a second each: wherever they fall, their mean time is a second. */
static void what_is_shared_out_keeps_its_ratios(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    uint64_t now = START + 50 * SECOND;
    sample(&w, START, 0, 0);
    sample(&w, now, 3, 3000000);
    for (unsigned back = 0; back < 60; back++)
        assert_int_equal(slot_at(&w, ACD_WINDOW_1M, 1, now, back),
                         1000000 * slot_at(&w, ACD_WINDOW_1M, 0, now, back));
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, now), 3);
    acd_windows_fini(&w);
}

static void nothing_is_shared_out_of_the_time_that_stood_still(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    uint64_t now = START + 3600 * SECOND;
    sample(&w, START, 0, 0);
    acd_windows_stood_still(&w, now - SECOND / 4);
    sample(&w, now, 10, 0);
    assert_int_equal(slot_at(&w, ACD_WINDOW_1M, 0, now, 0), 10);
    acd_windows_fini(&w);
}

/* Seventy requests of a minute each that end in one minute are more microseconds than 32 bits hold. */
static void times_of_many_long_requests_do_not_saturate(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    uint64_t sum_us = UINT64_C(100) * 60 * 1000000;
    sample(&w, START, 0, 0);
    sample(&w, START + SECOND, 100, sum_us);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1H, 1, START + SECOND), sum_us);
    acd_windows_fini(&w);
}

static void windows_of_two_servers_add_up_slot_by_slot(void **state)
{
    (void)state;
    struct acd_windows a = {0}, b = {0};
    struct acd_window_slots slots = {0};
    sample(&a, START, 0, 0);
    sample(&b, START, 0, 0);
    sample(&a, START + 4 * SECOND, 0, 0);
    sample(&b, START + 4 * SECOND, 0, 0);
    sample(&a, START + 5 * SECOND, 3, 0);
    sample(&b, START + 5 * SECOND, 4, 0);
    sample(&b, START + 6 * SECOND, 6, 0);
    acd_windows_add(&a, ACD_WINDOW_1M, 0, START + 6 * SECOND, &slots);
    acd_windows_add(&b, ACD_WINDOW_1M, 0, START + 6 * SECOND, &slots);
    assert_int_equal(slots.slot[ACD_WINDOW_SLOTS - 1], 2);
    assert_int_equal(slots.slot[ACD_WINDOW_SLOTS - 2], 7);
    assert_int_equal(acd_windows_sum(&slots), 9);
    acd_windows_fini(&a);
    acd_windows_fini(&b);
}

static void huge_increases_saturate(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 0, 0);
    sample(&w, START, UINT64_MAX - 1, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START), UINT64_MAX - 1);
    sample(&w, START, 0, 0);
    sample(&w, START, UINT64_MAX, 0);
    assert_int_equal(sum_at(&w, ACD_WINDOW_1M, 0, START), UINT64_MAX);
    acd_windows_fini(&w);
}

static void a_row_that_rests_takes_no_memory(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    sample(&w, START, 5, 5);
    sample(&w, START + SECOND, 5, 5);
    assert_null(w.store);
    acd_windows_fini(&w);
}

static void too_many_counters_are_refused(void **state)
{
    (void)state;
    struct acd_windows w = {0};
    const uint64_t totals[ACD_WINDOW_COUNTERS + 1] = {0};
    assert_int_equal(acd_windows_sample(&w, START, totals, ACD_WINDOW_COUNTERS + 1), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_before_the_first_sample_is_in_no_window),
        cmocka_unit_test(a_row_that_came_up_counts_from_zero),
        cmocka_unit_test(increases_leave_the_window_after_its_length),
        cmocka_unit_test(every_increase_is_in_every_window_once),
        cmocka_unit_test(a_total_that_went_back_counts_as_no_increase),
        cmocka_unit_test(a_clock_that_is_set_back_shows_what_comes_from_then_on),
        cmocka_unit_test(what_was_before_the_clock_that_is_set_back_a_little_stays),
        cmocka_unit_test(what_came_while_nobody_looked_is_shared_out_evenly),
        cmocka_unit_test(what_is_shared_out_keeps_its_ratios),
        cmocka_unit_test(nothing_is_shared_out_of_the_time_that_stood_still),
        cmocka_unit_test(times_of_many_long_requests_do_not_saturate),
        cmocka_unit_test(windows_of_two_servers_add_up_slot_by_slot),
        cmocka_unit_test(huge_increases_saturate),
        cmocka_unit_test(a_row_that_rests_takes_no_memory),
        cmocka_unit_test(too_many_counters_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
