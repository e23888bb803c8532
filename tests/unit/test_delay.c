/* SPDX-License-Identifier: MIT */
/* Waits that end when the server is to stop. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>

#include "emitter/examples/delay.h"

static const uint64_t an_hour_ns = UINT64_C(3600) * 1000000000;

static void *wait_an_hour(void *delay)
{
    acd_delay_for(delay, an_hour_ns);
    return NULL;
}

static void a_stop_ends_all_waits(void **state)
{
    struct acd_delay *delay = acd_delay_new();
    pthread_t threads[3];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, wait_an_hour, delay), 0);
    }
    assert_false(acd_delay_is_stopped(delay));
    acd_delay_stop(delay);
    for (size_t i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_true(acd_delay_is_stopped(delay));
    acd_delay_for(delay, an_hour_ns);
    acd_delay_free(delay);
}

static void a_wait_lasts_at_least_as_long_as_asked(void **state)
{
    struct acd_delay *delay = acd_delay_new();
    const uint64_t before_ns = acd_delay_now_ns();

    (void)state;
    acd_delay_for(delay, 2000000);
    assert_true(acd_delay_now_ns() - before_ns >= 2000000);
    acd_delay_for(delay, 0);
    acd_delay_free(delay);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stop_ends_all_waits),
        cmocka_unit_test(a_wait_lasts_at_least_as_long_as_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
