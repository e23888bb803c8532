/* SPDX-License-Identifier: MIT */
/* tui/app/batch: events of several servers get into one order. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/app/batch.h"

static void add(struct acd_batch *b, uint64_t time_ns, uint32_t server, uint64_t word)
{
    const uint64_t payload[3] = {word, ~word, 7};
    const struct acd_entry e = {
        .time_ns = time_ns, .server = server, .payload = payload, .payload_bytes = 24};
    assert_int_equal(acd_batch_add(b, &e), 0);
}

static void entries_come_out_by_time_and_equal_times_as_they_came(void **state)
{
    (void)state;
    struct acd_batch b = {0};
    struct acd_store *s = NULL;
    struct acd_entry e;
    assert_int_equal(acd_store_new(&s, 10000, ACD_STORE_BYTES_MIN), 0);
    for (uint64_t i = 0; i < 1000; i++)
        add(&b, i / 2 * 10, 1, i);
    for (uint64_t i = 0; i < 1000; i++)
        add(&b, i / 2 * 10 + 5, 2, 1000 + i);
    acd_batch_flush(&b, s);
    assert_int_equal(acd_store_next(s), 2000);
    for (uint64_t i = 0; i < 2000; i++) {
        assert_true(acd_store_get(s, i, &e));
        uint64_t expected = i / 4 * 2 + i % 2 + (i % 4 >= 2 ? 1000 : 0);
        assert_int_equal(e.server, i % 4 >= 2 ? 2 : 1);
        assert_int_equal(e.payload[0], expected);
        assert_int_equal(e.payload[1], ~expected);
    }
    acd_batch_fini(&b);
    acd_store_free(s);
}

static void gaps_keep_their_count_and_the_batch_is_used_again(void **state)
{
    (void)state;
    struct acd_batch b = {0};
    struct acd_store *s = NULL;
    struct acd_entry e = {.type = ACD_ENTRY_GAP, .time_ns = 50, .lost = 312};
    assert_int_equal(acd_store_new(&s, 100, ACD_STORE_BYTES_MIN), 0);
    acd_batch_flush(&b, s);
    for (unsigned round = 0; round < 3; round++) {
        add(&b, 60, 1, round);
        assert_int_equal(acd_batch_add(&b, &e), 0);
        add(&b, 40, 1, round);
        acd_batch_flush(&b, s);
    }
    struct acd_entry got;
    assert_int_equal(acd_store_next(s), 9);
    assert_true(acd_store_get(s, 7, &got));
    assert_int_equal(got.type, ACD_ENTRY_GAP);
    assert_int_equal(got.lost, 312);
    acd_batch_fini(&b);
    acd_store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_out_by_time_and_equal_times_as_they_came),
        cmocka_unit_test(gaps_keep_their_count_and_the_batch_is_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
