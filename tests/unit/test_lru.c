/* SPDX-License-Identifier: MIT */
/* The bounded table: order of eviction, ghosts and how they are forgotten, a long random run. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "emitter/examples/lru.h"

static struct acd_block_id id_of(uint64_t number)
{
    return (struct acd_block_id){number, 0};
}

static size_t put(struct acd_lru *lru, uint64_t number)
{
    size_t evicted = 0;

    assert_non_null(acd_lru_put(lru, id_of(number), &evicted));
    return evicted;
}

static void the_least_recently_used_goes_first(void **state)
{
    struct acd_lru *lru = acd_lru_new(2, 2);

    (void)state;
    assert_int_equal(put(lru, 1), 0);
    assert_int_equal(put(lru, 2), 0);
    acd_lru_touch(lru, acd_lru_find(lru, id_of(1)));
    assert_int_equal(put(lru, 3), 1);
    assert_non_null(acd_lru_find(lru, id_of(1)));
    assert_null(acd_lru_find(lru, id_of(2)));
    assert_true(acd_lru_was_evicted(lru, id_of(2)));
    assert_false(acd_lru_was_evicted(lru, id_of(1)));
    assert_false(acd_lru_was_evicted(lru, id_of(9)));
    acd_lru_free(lru);
}

static void the_oldest_ghost_is_forgotten(void **state)
{
    struct acd_lru *lru = acd_lru_new(1, 1);

    (void)state;
    put(lru, 1);
    put(lru, 2);
    put(lru, 3);
    assert_false(acd_lru_was_evicted(lru, id_of(1)));
    assert_true(acd_lru_was_evicted(lru, id_of(2)));
    acd_lru_free(lru);
}

static void what_comes_back_is_a_ghost_no_more(void **state)
{
    struct acd_lru *lru = acd_lru_new(1, 4);
    struct acd_lru_entry *entry;

    (void)state;
    put(lru, 1);
    acd_lru_find(lru, id_of(1))->blocks = 7;
    put(lru, 2);
    put(lru, 1);
    entry = acd_lru_find(lru, id_of(1));
    assert_int_equal(entry->blocks, 0);
    assert_false(acd_lru_was_evicted(lru, id_of(1)));
    assert_int_equal(acd_lru_count(lru), 1);
    acd_lru_free(lru);
}

static void a_removed_entry_leaves_no_ghost(void **state)
{
    struct acd_lru *lru = acd_lru_new(2, 2);

    (void)state;
    put(lru, 1);
    acd_lru_remove(lru, acd_lru_find(lru, id_of(1)));
    assert_null(acd_lru_find(lru, id_of(1)));
    assert_false(acd_lru_was_evicted(lru, id_of(1)));
    assert_int_equal(acd_lru_count(lru), 0);
    acd_lru_free(lru);
}

/* Against the plainest possible model: the list of numbers, most recent last. */
static void a_long_run_agrees_with_a_plain_list(void **state)
{
    enum { CAPACITY = 8, NUMBERS = 24, STEPS = 20000 };
    struct acd_lru *lru = acd_lru_new(CAPACITY, 3);
    uint64_t order[CAPACITY];
    size_t count = 0;
    uint64_t random = 1;

    (void)state;
    for (int step = 0; step < STEPS; step++) {
        struct acd_lru_entry *entry;
        uint64_t number;
        size_t at = 0;

        random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
        number = (random >> 33) % NUMBERS;
        while (at < count && order[at] != number) {
            at++;
        }
        entry = acd_lru_find(lru, id_of(number));
        assert_int_equal(entry != NULL, at < count);
        if (entry != NULL) {
            acd_lru_touch(lru, entry);
        } else {
            assert_int_equal(put(lru, number), count == CAPACITY ? 1 : 0);
            at = count == CAPACITY ? 0 : count++;
        }
        for (; at + 1 < count; at++) {
            order[at] = order[at + 1];
        }
        order[count - 1] = number;
        assert_int_equal(acd_lru_count(lru), count);
    }
    acd_lru_free(lru);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_recently_used_goes_first),
        cmocka_unit_test(the_oldest_ghost_is_forgotten),
        cmocka_unit_test(what_comes_back_is_a_ghost_no_more),
        cmocka_unit_test(a_removed_entry_leaves_no_ghost),
        cmocka_unit_test(a_long_run_agrees_with_a_plain_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
