/* SPDX-License-Identifier: MIT */
/* tui/app/calm: lists move at once while they can be read, and now and then when they can't. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/app/calm.h"

#define MS UINT64_C(1000000)
#define ROWS 20u

struct subject {
    struct acd_test_model model;
    struct acd_server *server;
    struct acd_calm calm;
    uint64_t now_ns;
};

static void init(struct subject *s)
{
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->model);
    s->server = acd_test_model_server(&s->model, "proxy", 4121);
    s->now_ns = 5 * MS;
}

/* A picture after so many events. */
static uint64_t picture(struct subject *s, unsigned events)
{
    if (events > 0)
        acd_test_model_logs(&s->model, s->server, events, 1);
    s->now_ns += 100 * MS;
    return acd_calm_end(&s->calm, s->model.fleet.store, ROWS, s->now_ns);
}

/* The same: does it show all that there is? */
static bool is_newest(struct subject *s, unsigned events)
{
    uint64_t end = picture(s, events);
    return end == acd_store_next(s->model.fleet.store);
}

static void what_can_be_read_is_shown_at_once(void **state)
{
    (void)state;
    struct subject s;
    init(&s);
    for (unsigned i = 0; i < 30; i++)
        assert_true(is_newest(&s, i % (ACD_CALM_ROWS + 1)));
    acd_test_model_fini(&s.model);
}

static void a_burst_after_a_rest_is_shown_at_once(void **state)
{
    (void)state;
    struct subject s;
    init(&s);
    picture(&s, 1);
    for (int i = 0; i < 5; i++)
        picture(&s, 0);
    s.now_ns += ACD_CALM_NS;
    assert_true(is_newest(&s, 50));
    acd_test_model_fini(&s.model);
}

static void what_is_too_fast_is_shown_in_every_third_picture(void **state)
{
    (void)state;
    struct subject s;
    unsigned moved = 0;
    init(&s);
    picture(&s, 30);
    for (int i = 0; i < 30; i++)
        moved += is_newest(&s, 30);
    assert_int_equal(moved, 10);
    acd_test_model_fini(&s.model);
}

static void what_came_last_is_shown_when_no_more_comes(void **state)
{
    (void)state;
    struct subject s;
    init(&s);
    picture(&s, 30);
    assert_false(is_newest(&s, 30));
    assert_false(is_newest(&s, 0));
    assert_true(is_newest(&s, 0));
    acd_test_model_fini(&s.model);
}

static void who_asks_sees_the_newest(void **state)
{
    (void)state;
    struct subject s;
    init(&s);
    picture(&s, 30);
    assert_false(is_newest(&s, 30));
    s.calm = (struct acd_calm){0};
    assert_true(is_newest(&s, 30));
    acd_test_model_fini(&s.model);
}

static void a_list_never_stands_where_rows_are_forgotten(void **state)
{
    (void)state;
    struct subject s;
    init(&s);
    picture(&s, 30);
    /* So many that of the rows that were shown none is kept. */
    assert_true(is_newest(&s, (unsigned)acd_store_capacity(s.model.fleet.store) + 5));
    assert_true(acd_store_first(s.model.fleet.store) > ROWS);
    acd_test_model_fini(&s.model);
}

static void another_recording_begins_anew(void **state)
{
    (void)state;
    struct subject s, other;
    init(&s);
    init(&other);
    picture(&s, 100);
    other.calm = s.calm;
    other.now_ns = s.now_ns;
    assert_int_equal(picture(&other, 10), 10);
    acd_test_model_fini(&s.model);
    acd_test_model_fini(&other.model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_can_be_read_is_shown_at_once),
        cmocka_unit_test(a_burst_after_a_rest_is_shown_at_once),
        cmocka_unit_test(what_is_too_fast_is_shown_in_every_third_picture),
        cmocka_unit_test(what_came_last_is_shown_when_no_more_comes),
        cmocka_unit_test(who_asks_sees_the_newest),
        cmocka_unit_test(a_list_never_stands_where_rows_are_forgotten),
        cmocka_unit_test(another_recording_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
