/* SPDX-License-Identifier: MIT */
/* tui/model/fleet: who is selected as servers come, die and come back. */
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

#include "tests/support/model.h"

static const struct acd_selection automatic = {ACD_SELECT_AUTO, 0};

static const struct acd_server *single(const struct acd_test_model *m, struct acd_selection s,
                                       size_t *ret_count)
{
    return acd_fleet_single(&m->fleet, s, ret_count);
}

static void kill_server(struct acd_server *s, uint64_t when_ns)
{
    acd_server_set_liveness(s, ACD_LIVENESS_DEAD, when_ns);
}

static void an_empty_fleet_selects_nobody(void **state)
{
    (void)state;
    struct acd_test_model m;
    size_t count = 7;
    acd_test_model_init(&m);
    assert_null(single(&m, automatic, &count));
    assert_int_equal(count, 0);
    assert_int_equal(acd_fleet_turn(&m.fleet, automatic, 1).kind, ACD_SELECT_AUTO);
    acd_test_model_fini(&m);
}

static void auto_takes_all_that_live(void **state)
{
    (void)state;
    struct acd_test_model m;
    size_t count = 0;
    acd_test_model_init(&m);
    struct acd_server *a = acd_test_model_server(&m, "a", 1);
    assert_ptr_equal(single(&m, automatic, &count), a);
    struct acd_server *b = acd_test_model_server(&m, "b", 2);
    assert_null(single(&m, automatic, &count));
    assert_int_equal(count, 2);
    kill_server(a, ACD_TEST_NOW);
    assert_ptr_equal(single(&m, automatic, &count), b);
    acd_test_model_fini(&m);
}

static void when_none_lives_auto_keeps_the_one_that_died_last(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *a = acd_test_model_server(&m, "a", 1);
    struct acd_server *b = acd_test_model_server(&m, "a", 2);
    kill_server(a, ACD_TEST_NOW);
    kill_server(b, ACD_TEST_NOW - ACD_TEST_SECOND);
    assert_ptr_equal(single(&m, automatic, NULL), a);
    /* A restarted server takes its place by itself. */
    struct acd_server *c = acd_test_model_server(&m, "a", 3);
    assert_ptr_equal(single(&m, automatic, NULL), c);
    acd_test_model_fini(&m);
}

static void a_chosen_server_stays_chosen_when_it_dies_and_not_when_it_is_gone(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *a = acd_test_model_server(&m, "a", 1);
    struct acd_server *b = acd_test_model_server(&m, "b", 2);
    const struct acd_selection chosen = {ACD_SELECT_ONE, a->number};
    kill_server(a, ACD_TEST_NOW);
    assert_ptr_equal(single(&m, chosen, NULL), a);
    acd_fleet_remove(&m.fleet, a->number);
    assert_ptr_equal(single(&m, chosen, NULL), b);
    acd_test_model_fini(&m);
}

static void numbers_are_never_given_twice(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(acd_test_model_server(&m, "a", i)->number, i);
    for (uint32_t i = 0; i < 20; i += 2)
        acd_fleet_remove(&m.fleet, i);
    assert_int_equal(acd_test_model_server(&m, "a", 99)->number, 20);
    assert_null(acd_fleet_at(&m.fleet, 4));
    assert_int_equal(acd_fleet_find(&m.fleet, 5)->pid, 5);
    assert_null(acd_fleet_find(&m.fleet, 21));
    acd_fleet_remove(&m.fleet, 4);
    assert_int_equal(m.fleet.count, 11);
    acd_test_model_fini(&m);
}

static void turning_goes_round_all_servers_and_back(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    for (uint32_t i = 0; i < 3; i++)
        acd_test_model_server(&m, "a", i);
    struct acd_selection s = automatic;
    for (uint32_t i = 0; i < 3; i++) {
        s = acd_fleet_turn(&m.fleet, s, 1);
        assert_int_equal(s.kind, ACD_SELECT_ONE);
        assert_int_equal(s.number, i);
    }
    assert_int_equal(acd_fleet_turn(&m.fleet, s, 1).kind, ACD_SELECT_AUTO);
    kill_server(acd_fleet_find(&m.fleet, 1), ACD_TEST_NOW);
    assert_int_equal(acd_fleet_turn(&m.fleet, s, 1).kind, ACD_SELECT_ALL);
    s = acd_fleet_turn(&m.fleet, automatic, -1);
    assert_int_equal(s.kind, ACD_SELECT_ALL);
    s = acd_fleet_turn(&m.fleet, s, -1);
    assert_int_equal(s.number, 2);
    acd_test_model_fini(&m);
}

static void all_takes_the_dead_in_too(void **state)
{
    (void)state;
    struct acd_test_model m;
    size_t count = 0;
    acd_test_model_init(&m);
    kill_server(acd_test_model_server(&m, "a", 1), ACD_TEST_NOW);
    acd_test_model_server(&m, "a", 2);
    single(&m, (struct acd_selection){ACD_SELECT_ALL, 0}, &count);
    assert_int_equal(count, 2);
    single(&m, (struct acd_selection){ACD_SELECT_LIVE, 0}, &count);
    assert_int_equal(count, 1);
    acd_test_model_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_fleet_selects_nobody),
        cmocka_unit_test(auto_takes_all_that_live),
        cmocka_unit_test(when_none_lives_auto_keeps_the_one_that_died_last),
        cmocka_unit_test(a_chosen_server_stays_chosen_when_it_dies_and_not_when_it_is_gone),
        cmocka_unit_test(numbers_are_never_given_twice),
        cmocka_unit_test(turning_goes_round_all_servers_and_back),
        cmocka_unit_test(all_takes_the_dead_in_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
