/* SPDX-License-Identifier: MIT */
/* tui/app/slice: a slice ends in time, whatever an entry costs. */
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

#include "tui/app/slice.h"

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)

/* The longest time between two looks at the clock once `batch` has settled on what an entry costs. */
static uint64_t longest(size_t batch, uint64_t entry_ns)
{
    uint64_t most = 0;
    for (int i = 0; i < 20; i++) {
        uint64_t took = batch * entry_ns;
        if (i >= 10 && took > most)
            most = took;
        batch = acd_slice_batch(batch, took);
    }
    return most;
}

static void slow_entries_are_done_a_few_at_a_time(void **state)
{
    (void)state;
    /* From 25 ns, as a comparison of numbers, to 40 us, as an expression over a long text. */
    for (uint64_t entry_ns = 25; entry_ns <= 40 * US; entry_ns *= 2)
        assert_in_range(longest(8, entry_ns), 1, 200 * US);
    assert_int_equal(acd_slice_batch(ACD_SLICE_BATCH_LEAST, 10 * MS), ACD_SLICE_BATCH_LEAST);
}

static void one_slow_batch_is_followed_by_smaller_ones(void **state)
{
    (void)state;
    size_t batch = ACD_SLICE_BATCH_MOST;
    assert_true(acd_slice_batch(batch, MS) < batch);
    /* Were it always the most, the clock would be asked too late. */
    assert_true(ACD_SLICE_BATCH_MOST * 40 * US > 3 * MS);
    assert_true(longest(ACD_SLICE_BATCH_MOST, 40 * US) < MS);
}

static void quick_entries_are_done_many_at_a_time(void **state)
{
    (void)state;
    size_t batch = ACD_SLICE_BATCH_LEAST;
    for (int i = 0; i < 20; i++)
        batch = acd_slice_batch(batch, batch * 25);
    assert_int_equal(batch, ACD_SLICE_BATCH_MOST);
}

static void a_slice_begins_when_it_is_first_asked_and_ends(void **state)
{
    (void)state;
    struct acd_slice slice = {0};
    assert_false(acd_slice_over(&slice));
    assert_int_equal(slice.took_ns, 0);
    while (!acd_slice_over(&slice))
        ;
    assert_true(slice.asked_ns >= slice.end_ns);
    assert_true(acd_slice_over(&slice));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_entries_are_done_a_few_at_a_time),
        cmocka_unit_test(one_slow_batch_is_followed_by_smaller_ones),
        cmocka_unit_test(quick_entries_are_done_many_at_a_time),
        cmocka_unit_test(a_slice_begins_when_it_is_first_asked_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
