/* SPDX-License-Identifier: MIT */
/* Named totals: exact from several threads, and bounded. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>

#include "emitter/examples/tally.h"

static void names_are_counted_apart(void **state)
{
    struct acd_tally *tally = acd_tally_new();
    struct acd_tally_entry entries[4];

    (void)state;
    acd_tally_add(tally, "status.%d", 200);
    acd_tally_add(tally, "status.%d", 502);
    acd_tally_add(tally, "status.%d", 200);
    assert_int_equal(acd_tally_get(tally, "status.200"), 2);
    assert_int_equal(acd_tally_get(tally, "status.404"), 0);
    assert_int_equal(acd_tally_copy(tally, entries, 4), 2);
    assert_string_equal(entries[1].name, "status.502");
    assert_int_equal(acd_tally_copy(tally, entries, 1), 1);
    acd_tally_free(tally);
}

static void what_has_no_room_is_counted_as_other(void **state)
{
    struct acd_tally *tally = acd_tally_new();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        acd_tally_add(tally, "name %d", i);
    }
    assert_int_equal(acd_tally_get(tally, "name 0"), 1);
    assert_int_equal(acd_tally_get(tally, "(other)"), 1000 - (ACD_TALLY_NAMES_MAX - 1));
    acd_tally_free(tally);
}

static void *add_many(void *tally)
{
    for (int i = 0; i < 5000; i++) {
        acd_tally_add(tally, "number %d", i % 3);
    }
    return NULL;
}

static void threads_lose_nothing(void **state)
{
    struct acd_tally *tally = acd_tally_new();
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, add_many, tally), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(acd_tally_get(tally, "number 0") + acd_tally_get(tally, "number 1") +
                         acd_tally_get(tally, "number 2"),
                     20000);
    acd_tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_counted_apart),
        cmocka_unit_test(what_has_no_room_is_counted_as_other),
        cmocka_unit_test(threads_lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
