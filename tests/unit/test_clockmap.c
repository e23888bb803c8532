/* SPDX-License-Identifier: MIT */
/* Ticks to time: exact for nanoseconds, from two anchors for counters, never absurd. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/built.h"
#include "tui/reader/clockmap.h"

#define SECOND UINT64_C(1000000000)
#define EPOCH UINT64_C(1700000000000000000)

static struct acd_clockmap a_map(uint32_t kind)
{
    struct acd_identity id = {.clock_kind = kind, .opened = {5000, 9 * SECOND, EPOCH}};
    struct acd_clockmap map;
    acd_clockmap_init(&map, &id);
    return map;
}

static void nanoseconds_are_exact_from_the_start(void **state)
{
    (void)state;
    struct acd_clockmap map = a_map(ACD_CLOCK_MONOTONIC_NS);
    assert_true(map.measured);
    uint64_t year = SECOND * 3600 * 24 * 365;
    assert_int_equal(acd_clockmap_realtime_ns(&map, 5000 + year + 1), EPOCH + year + 1);
    assert_int_equal(acd_clockmap_monotonic_ns(&map, 5001), 9 * SECOND + 1);
    assert_int_equal(acd_clockmap_duration_ns(&map, 7, 7 + year + 1), year + 1);
}

static void two_anchors_give_the_rate(void **state)
{
    (void)state;
    struct acd_clockmap map = a_map(ACD_CLOCK_TSC);
    assert_false(map.measured);
    struct acd_anchor later = {5000 + 30 * SECOND, 19 * SECOND, EPOCH + 10 * SECOND}; /* 3 GHz */
    acd_clockmap_add(&map, &later);
    assert_true(map.measured);
    assert_int_equal(acd_clockmap_duration_ns(&map, 0, 3000), 1000);
    assert_int_equal(acd_clockmap_realtime_ns(&map, 5000), EPOCH);
    assert_int_equal(acd_clockmap_realtime_ns(&map, 5000 + 60 * SECOND), EPOCH + 20 * SECOND);
    assert_int_equal(acd_clockmap_monotonic_ns(&map, 5000 + 60 * SECOND), 29 * SECOND);
}

static void one_anchor_is_near_enough_for_a_millisecond(void **state)
{
    (void)state;
    struct acd_clockmap map = a_map(ACD_CLOCK_TSC);
    uint64_t ns = acd_clockmap_duration_ns(&map, 5000, 5000 + 3000000); /* 1 ms at 3 GHz */
    assert_true(ns > 300000 && ns < 3000000);
    assert_int_equal(acd_clockmap_realtime_ns(&map, 5000), EPOCH);
}

static void a_stepped_wall_clock_moves_all_alike(void **state)
{
    (void)state;
    struct acd_clockmap map = a_map(ACD_CLOCK_MONOTONIC_NS);
    uint64_t before = acd_clockmap_realtime_ns(&map, 6000);
    struct acd_anchor stepped = {5000 + SECOND, 10 * SECOND, EPOCH - 3600 * SECOND};
    acd_clockmap_add(&map, &stepped);
    assert_int_equal(before - acd_clockmap_realtime_ns(&map, 6000), 3601 * SECOND);
    assert_int_equal(acd_clockmap_realtime_ns(&map, 7000) - acd_clockmap_realtime_ns(&map, 6000),
                     1000);
}

static void anchors_that_cannot_be_true_are_ignored(void **state)
{
    (void)state;
    static const struct acd_anchor lies[] = {
        {4000, 10 * SECOND, EPOCH},              /* before open */
        {6000, 8 * SECOND, EPOCH},               /* monotonic ran back */
        {5001, 3600 * SECOND, EPOCH},            /* a tick of an hour */
        {UINT64_MAX, 9 * SECOND + 600000, EPOCH} /* 10^13 GHz */
    };
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        struct acd_clockmap map = a_map(ACD_CLOCK_TSC);
        acd_clockmap_add(&map, &lies[i]);
        assert_false(map.measured);
        assert_int_equal(acd_clockmap_realtime_ns(&map, 5000), EPOCH);
    }
}

static void the_ends_of_the_range_do_not_wrap(void **state)
{
    (void)state;
    struct acd_clockmap map = a_map(ACD_CLOCK_TSC);
    assert_true(acd_clockmap_realtime_ns(&map, UINT64_MAX) > EPOCH);
    assert_true(acd_clockmap_realtime_ns(&map, 0) <= EPOCH);
    struct acd_identity late = {.clock_kind = ACD_CLOCK_MONOTONIC_NS,
                                .opened = {UINT64_MAX - 5, SECOND, EPOCH}};
    acd_clockmap_init(&map, &late);
    assert_int_equal(acd_clockmap_monotonic_ns(&map, 0), 0);
    assert_int_equal(acd_clockmap_duration_ns(&map, 10, 9), 0);
}

static void the_rings_newest_anchor_is_taken_over_when_it_is_whole(void **state)
{
    (void)state;
    struct acd_ringbuild_options o = {.clock_kind = ACD_CLOCK_TSC};
    struct acd_built b;
    struct acd_clockmap map;
    acd_built_make(&b, &o);
    const struct acd_ringmap *ring = acd_built_map(&b);
    uint64_t at = b.rb.offset[RB_SHARED];
    acd_clockmap_init(&map, acd_ringmap_identity(ring));
    assert_false(acd_clockmap_update(&map, ring)); /* none yet */
    acd_ringbuild_set(&b.rb, at, 1);
    acd_ringbuild_set(&b.rb, at + 8, 1000 + 2 * SECOND);
    acd_ringbuild_set(&b.rb, at + 16, 1000 + SECOND);
    acd_ringbuild_set(&b.rb, at + 24, EPOCH);
    assert_false(acd_clockmap_update(&map, ring)); /* being written */
    acd_ringbuild_set(&b.rb, at, 2);
    assert_true(acd_clockmap_update(&map, ring));
    assert_false(acd_clockmap_update(&map, ring));
    assert_int_equal(acd_clockmap_duration_ns(&map, 0, 2000), 1000);
    acd_built_remove(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nanoseconds_are_exact_from_the_start),
        cmocka_unit_test(two_anchors_give_the_rate),
        cmocka_unit_test(one_anchor_is_near_enough_for_a_millisecond),
        cmocka_unit_test(a_stepped_wall_clock_moves_all_alike),
        cmocka_unit_test(anchors_that_cannot_be_true_are_ignored),
        cmocka_unit_test(the_ends_of_the_range_do_not_wrap),
        cmocka_unit_test(the_rings_newest_anchor_is_taken_over_when_it_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
