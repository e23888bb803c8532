/* SPDX-License-Identifier: MIT */
/* tui/model/raised: what this viewer raised, for as long as it is its own. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tui/model/raised.h"

struct stage {
    struct acd_fleet fleet;
    struct acd_raised raised;
};

static int set_stage(void **state)
{
    static struct stage s;
    s = (struct stage){.raised = {.count = 0}};
    assert_int_equal(acd_fleet_init(&s.fleet, 10, ACD_STORE_BYTES_MIN), 0);
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_raised_fini(&s->raised);
    acd_fleet_fini(&s->fleet);
    return 0;
}

static struct acd_server *serve(struct stage *s, unsigned level)
{
    struct acd_server *server = acd_fleet_add(&s->fleet);
    assert_non_null(server);
    server->liveness = ACD_LIVENESS_ALIVE;
    server->control.levels = server->control.lasting = acd_levels_all(level);
    return server;
}

/* Notes it and does it. */
static void raise(struct stage *s, struct acd_server *server, unsigned level,
                  enum acd_raised_for how_long)
{
    assert_int_equal(acd_raised_note(&s->raised, server, acd_levels_all(level), how_long), 0);
    server->control.levels = acd_levels_all(level);
    if (how_long == ACD_RAISED_FOR_GOOD)
        server->control.lasting = server->control.levels;
}

static void the_first_level_is_what_comes_back(void **state)
{
    struct stage *s = *state;
    struct acd_server *a = serve(s, 1), *b = serve(s, 0);
    raise(s, a, 2, ACD_RAISED_FOR_GOOD);
    raise(s, b, 3, ACD_RAISED_FOR_GOOD);
    raise(s, a, 3, ACD_RAISED_FOR_GOOD);
    acd_raised_check(&s->raised, &s->fleet);
    assert_int_equal(s->raised.count, 2);
    assert_int_equal(acd_raised_find(&s->raised, a->number)->before, acd_levels_all(1));
    assert_int_equal(acd_raised_find(&s->raised, b->number)->before, acd_levels_all(0));
    assert_null(acd_raised_find(&s->raised, 7));
    /* Back where it was, or below: nothing is raised. */
    raise(s, a, 1, ACD_RAISED_FOR_GOOD);
    raise(s, b, 0, ACD_RAISED_FOR_GOOD);
    assert_int_equal(s->raised.count, 0);
}

static void one_category_that_is_raised_counts(void **state)
{
    struct stage *s = *state;
    struct acd_server *a = serve(s, 1);
    uint32_t levels = (uint32_t)acd_levels_with(acd_levels_all(0), ACD_CATEGORY_TIMER, 2);
    assert_int_equal(acd_raised_note(&s->raised, a, levels, ACD_RAISED_FOR_GOOD), 0);
    assert_int_equal(s->raised.count, 1);
}

static void what_others_change_and_who_is_gone_is_not_ours(void **state)
{
    struct stage *s = *state;
    struct acd_server *a = serve(s, 1), *b = serve(s, 1), *c = serve(s, 1), *d = serve(s, 1);
    raise(s, a, 2, ACD_RAISED_FOR_GOOD);
    raise(s, b, 2, ACD_RAISED_FOR_GOOD);
    raise(s, c, 2, ACD_RAISED_FOR_GOOD);
    raise(s, d, 2, ACD_RAISED_FOR_GOOD);
    a->control.levels = acd_levels_all(3);
    b->liveness = ACD_LIVENESS_DEAD;
    acd_fleet_remove(&s->fleet, c->number);
    acd_raised_check(&s->raised, &s->fleet);
    assert_int_equal(s->raised.count, 1);
    assert_non_null(acd_raised_find(&s->raised, d->number));
    /* Without a check in between, a new raise begins with what it finds. */
    d->control.levels = d->control.lasting = acd_levels_all(0);
    raise(s, d, 3, ACD_RAISED_FOR_GOOD);
    assert_int_equal(acd_raised_find(&s->raised, d->number)->before, acd_levels_all(0));
}

static void a_lease_that_is_over_leaves_what_was_raised_before_it(void **state)
{
    struct stage *s = *state;
    struct acd_server *a = serve(s, 1), *b = serve(s, 1);
    raise(s, a, 2, ACD_RAISED_FOR_GOOD);
    raise(s, a, 3, ACD_RAISED_FOR_A_WHILE);
    raise(s, b, 3, ACD_RAISED_FOR_A_WHILE);
    a->control.levels = a->control.lasting;
    b->control.levels = b->control.lasting;
    acd_raised_check(&s->raised, &s->fleet);
    assert_int_equal(s->raised.count, 1);
    const struct acd_raised_row *row = acd_raised_find(&s->raised, a->number);
    assert_int_equal(row->levels, acd_levels_all(2));
    assert_int_equal(row->before, acd_levels_all(1));
    assert_int_equal(row->how_long, ACD_RAISED_FOR_GOOD);
}

static void only_what_is_held_for_our_time_ends_with_us(void **state)
{
    struct stage *s = *state;
    struct acd_server *held = serve(s, 1), *leased = serve(s, 1), *both = serve(s, 1);
    raise(s, held, 3, ACD_RAISED_UNTIL_QUIT);
    raise(s, leased, 3, ACD_RAISED_FOR_A_WHILE);
    raise(s, both, 2, ACD_RAISED_FOR_GOOD);
    raise(s, both, 3, ACD_RAISED_UNTIL_QUIT);
    assert_false(acd_raised_outlives(acd_raised_find(&s->raised, held->number)));
    assert_true(acd_raised_outlives(acd_raised_find(&s->raised, leased->number)));
    assert_true(acd_raised_outlives(acd_raised_find(&s->raised, both->number)));
    assert_int_equal(acd_raised_find(&s->raised, both->number)->under, acd_levels_all(2));
}

static void many_servers_fit(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 100; i++)
        raise(s, serve(s, 0), 1, ACD_RAISED_FOR_GOOD);
    acd_raised_check(&s->raised, &s->fleet);
    assert_int_equal(s->raised.count, 100);
    assert_int_equal(acd_raised_find(&s->raised, 57)->number, 57);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(the_first_level_is_what_comes_back),
        STAGED(one_category_that_is_raised_counts),
        STAGED(what_others_change_and_who_is_gone_is_not_ours),
        STAGED(a_lease_that_is_over_leaves_what_was_raised_before_it),
        STAGED(only_what_is_held_for_our_time_ends_with_us),
        STAGED(many_servers_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
