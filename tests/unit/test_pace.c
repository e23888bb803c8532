/* SPDX-License-Identifier: MIT */
/* tui/app/pace: fast writers are read often, idle ones seldom. */
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

#include "tui/app/pace.h"

#define MS UINT64_C(1000000)

/* Reads a writer of `per_second` events for `ms`; how many readings that took. */
static unsigned readings(struct acd_pace *pace, uint64_t per_second, uint64_t ms, uint64_t *now_ns)
{
    uint64_t end = *now_ns + ms * MS, last = *now_ns;
    unsigned count = 0;
    while (*now_ns < end) {
        size_t drained = (size_t)((*now_ns - last) * per_second / 1000000000);
        last = *now_ns;
        *now_ns += acd_pace_next(pace, drained, *now_ns);
        count++;
    }
    return count;
}

static void an_idle_server_wakes_us_at_most_five_times_a_second(void **state)
{
    (void)state;
    struct acd_pace pace;
    uint64_t now = 5;
    acd_pace_init(&pace, now);
    readings(&pace, 0, 3000, &now);
    assert_true(readings(&pace, 0, 10000, &now) <= 50);
}

static void a_busy_server_is_read_before_a_lane_wraps(void **state)
{
    (void)state;
    struct acd_pace pace;
    uint64_t now = 5;
    acd_pace_init(&pace, now);
    readings(&pace, 1000000, 1000, &now);
    /* A million a second: a small lane of 2,048 cells at one cell an event wraps in 2 ms. */
    assert_true(readings(&pace, 1000000, 1000, &now) >= 500);
    assert_true(pace.interval_ns >= ACD_PACE_MIN_NS);
}

static void a_slow_trickle_is_shown_at_once_and_costs_little(void **state)
{
    (void)state;
    struct acd_pace pace;
    uint64_t now = 5;
    acd_pace_init(&pace, now);
    unsigned n = readings(&pace, 100, 2000, &now);
    assert_true(n >= 2000 / 50 && n <= 2000 / 20);
}

static void a_burst_after_rest_makes_it_quick_again(void **state)
{
    (void)state;
    struct acd_pace pace;
    uint64_t now = 5;
    acd_pace_init(&pace, now);
    readings(&pace, 0, 5000, &now);
    assert_int_equal(pace.interval_ns, ACD_PACE_IDLE_NS);
    acd_pace_next(&pace, 100000, now);
    assert_true(pace.interval_ns <= 3 * MS);
}

/* What was lost between two readings is as good a sign of speed as what was read. */
static void losses_count_as_speed(void **state)
{
    (void)state;
    struct acd_pace pace;
    uint64_t now = 5;
    acd_pace_init(&pace, now);
    readings(&pace, 0, 5000, &now);
    const uint64_t read = 5000, lost = 210000;
    assert_true(acd_pace_next(&pace, read, now) > 40 * MS); /* as if it were slow */
    acd_pace_init(&pace, now);
    readings(&pace, 0, 5000, &now);
    assert_true(acd_pace_next(&pace, read + lost, now) < 2 * MS);
}

static void a_new_server_ends_the_rest(void **state)
{
    (void)state;
    struct acd_pace pace;
    uint64_t now = 5;
    acd_pace_init(&pace, now);
    readings(&pace, 0, 5000, &now);
    acd_pace_wake(&pace, now);
    assert_true(acd_pace_next(&pace, 0, now) <= 2 * ACD_PACE_MIN_NS);
    /* If nothing comes after all, it rests again. */
    readings(&pace, 0, 3000, &now);
    assert_int_equal(pace.interval_ns, ACD_PACE_IDLE_NS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_server_wakes_us_at_most_five_times_a_second),
        cmocka_unit_test(a_busy_server_is_read_before_a_lane_wraps),
        cmocka_unit_test(a_slow_trickle_is_shown_at_once_and_costs_little),
        cmocka_unit_test(a_burst_after_rest_makes_it_quick_again),
        cmocka_unit_test(losses_count_as_speed),
        cmocka_unit_test(a_new_server_ends_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
