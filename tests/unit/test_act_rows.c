/* SPDX-License-Identifier: MIT */
/* tui/app/act_rows: keys on the screens Cache and Timers, and what is looked at from near. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/keys.h"
#include "tests/support/model.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"
#include "tui/app/numbers.h"

#define MS UINT64_C(1000000)

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_act act;
    struct acd_numbers numbers;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.server = acd_test_model_proxy(&s.m);
    acd_test_model_requests(&s.m, s.server);
    acd_test_model_renew(&s.m);
    s.act = (struct acd_act){.ui = &s.m.ui,
                             .fleet = &s.m.fleet,
                             .digest = &s.m.digest,
                             .closeup = &s.m.closeup,
                             .numbers = &s.numbers};
    s.numbers.source = s.m.source;
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_numbers_fini(&s->numbers);
    acd_test_model_fini(&s->m);
    return 0;
}

/* As the loop does it: every key is followed by a drawing. */
static void play(struct stage *s, const char *keys)
{
    for (struct acd_key key; acd_keys_take(&keys, &key);) {
        acd_act_key(&s->act, key);
        acd_act_settle(&s->act, acd_view_body(&s->m.ui, 80, 24));
    }
}

static void renew(struct stage *s)
{
    acd_test_model_renew(&s->m);
    acd_act_settle(&s->act, acd_view_body(&s->m.ui, 80, 24));
}

static void cache_rows_are_chosen_and_their_lookups_read(void **state)
{
    struct stage *s = *state;
    play(s, "c");
    assert_string_equal(s->m.closeup.lookups.of.type, "prompt");
    play(s, "Down");
    assert_string_equal(s->m.ui.cache.type, "kv");
    assert_string_equal(s->m.closeup.lookups.row[0].key, "blk_7");
    play(s, "Down Down End");
    assert_string_equal(s->m.ui.cache.type, "kv");
    play(s, "Home");
    assert_string_equal(s->m.ui.cache.type, "prompt");
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
}

static void enter_goes_to_the_lookups_and_into_the_newest_that_missed(void **state)
{
    struct stage *s = *state;
    const struct acd_onemiss *miss = &s->m.closeup.miss;
    play(s, "c Enter");
    assert_true(s->m.ui.missed.inside);
    assert_int_equal(s->m.ui.missed.index, 1); /* before it, one that was not asked */
    play(s, "Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_MISS);
    assert_string_equal(miss->lookup.request, "88f");
    play(s, "Down");
    assert_string_equal(miss->lookup.request, "88c");
    play(s, "? Esc Up");
    assert_string_equal(miss->lookup.request, "88f");
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_CACHE);
    assert_true(s->m.ui.missed.inside);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_CACHE);
    assert_false(s->m.ui.missed.inside);
    play(s, "Down");
    assert_string_equal(s->m.ui.cache.type, "kv");
    play(s, "Enter t c");
    assert_false(s->m.ui.missed.inside);
}

static void a_chosen_lookup_stays_when_others_come(void **state)
{
    struct stage *s = *state;
    const struct acd_test_lookup l = {"prompt", "", "newer", "r", "cold", ACD_OUTCOME_MISS,
                                      1,        1,  1,       1,   1};
    play(s, "c Enter");
    uint64_t sequence = s->m.ui.missed.sequence;
    acd_test_model_lookup(&s->m, s->server, &l);
    renew(s);
    assert_int_equal(s->m.ui.missed.sequence, sequence);
    assert_int_equal(s->m.ui.missed.index, 2);
}

static void the_closest_prompts_request_is_followed(void **state)
{
    struct stage *s = *state;
    const struct acd_test_lookup l = {
        "prompt", "", "k", "901", "prefix_diverged", ACD_OUTCOME_MISS, 1, 1, 1, 1, 1};
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_CLOSEST_REQUEST, 0, "88f", ACD_TYPE_STR}};
    acd_test_model_tracked(&s->m, s->server, &l, fields, 1);
    renew(s);
    play(s, "c Enter Enter");
    assert_string_equal(s->m.closeup.miss.lookup.request, "901");
    play(s, "f");
    assert_int_equal(s->m.ui.followed.kind, ACD_REQUEST_TEXT);
    assert_string_equal(s->m.ui.followed.text, "88f");
}

static void enter_goes_in_and_escape_one_step_out(void **state)
{
    struct stage *s = *state;
    play(s, "T");
    assert_string_equal(s->m.ui.timer, "chat_completion");
    play(s, "Down");
    assert_string_equal(s->m.ui.timer, "embed");
    play(s, "Up Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMER);
    play(s, "Down Down Down");
    assert_int_equal(s->m.ui.run.id, ACD_TEST_RUN_SLOW);
    play(s, "Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_RUN);
    assert_int_equal(s->m.closeup.waterfall.run.id.id, ACD_TEST_RUN_SLOW);
    assert_int_equal(s->m.closeup.waterfall.count, 4);
    play(s, "? Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_RUN);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMER);
    assert_int_equal(s->m.ui.run.id, ACD_TEST_RUN_SLOW);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMERS);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
}

static void the_slowest_that_was_chosen_by_itself_stays(void **state)
{
    struct stage *s = *state;
    play(s, "T");
    s->server->totals.timer[0].timing.max_ns = MS;
    s->server->totals.timer[0].timing.count++;
    renew(s);
    assert_string_equal(s->m.ui.timer, "chat_completion");
}

static void a_run_stays_chosen_where_it_goes_and_a_place_when_it_is_gone(void **state)
{
    struct stage *s = *state;
    struct acd_test_run run = {ACD_TEST_RUN_RUNNING + 1, "901", NULL, 4000, 4100, {{NULL, 0}}, 1};
    play(s, "T Enter Down");
    assert_int_equal(s->m.ui.run.id, ACD_TEST_RUN_RUNNING + 1);
    assert_int_equal(s->m.ui.run_index, 1);
    /* It ends: it stands among the slowest now, behind the two that run. */
    acd_test_model_run(&s->m, s->server, &run);
    s->server->totals.running[1] = s->server->totals.running[2];
    s->server->totals.running_count = 2;
    renew(s);
    assert_int_equal(s->m.ui.run.id, ACD_TEST_RUN_RUNNING + 1);
    assert_int_equal(s->m.ui.run_index, 3);
    play(s, "Home");
    assert_int_equal(s->m.ui.run_index, 0);
    s->server->totals.running_count = 0;
    renew(s);
    assert_int_equal(s->m.ui.run_index, 0);
    assert_int_equal(s->m.ui.run.id, ACD_TEST_RUN_SLOW);
}

static void a_pause_holds_what_is_near_still(void **state)
{
    struct stage *s = *state;
    struct acd_test_run slower = {77, "x", NULL, 9900, 9800, {{NULL, 0}}, 0};
    play(s, "T Enter Space");
    acd_test_model_run(&s->m, s->server, &slower);
    acd_act_settle(&s->act, acd_view_body(&s->m.ui, 80, 24));
    assert_int_equal(s->m.closeup.runs.slowest[0].id.id, ACD_TEST_RUN_SLOW);
    play(s, "Space");
    assert_int_equal(s->m.closeup.runs.slowest[0].id.id, 77);
}

static void following_narrows_to_the_chosen_request(void **state)
{
    struct stage *s = *state;
    play(s, "T Enter End f");
    assert_int_equal(s->m.ui.followed.kind, ACD_REQUEST_TEXT);
    assert_string_equal(s->m.ui.followed.text, "88c");
    renew(s);
    assert_int_equal(s->m.closeup.runs.slowest_count, 1);
    play(s, "C");
    assert_int_equal(s->m.closeup.lookups.count, 1);
    assert_string_equal(s->m.closeup.lookups.row[0].key, "sys_41");
    play(s, "f");
    renew(s);
    assert_int_equal(s->m.closeup.lookups.count, 5);
}

/* As the loop renews: what the chart counts is what the numbers above it count. */
static void count(struct stage *s)
{
    assert_int_equal(acd_numbers_renew(&s->numbers, &s->m.digest, &s->m.ui, &s->m.fleet, NULL), 0);
    acd_act_settle(&s->act, acd_view_body(&s->m.ui, 80, 24));
}

static void since_a_mark_the_chart_and_the_slowest_begin_anew(void **state)
{
    struct stage *s = *state;
    struct acd_test_run after = {77, "x", NULL, 900, 800, {{NULL, 0}}, 0};
    play(s, "T Enter");
    assert_int_equal(s->m.closeup.runs.quantiles.count, 812);
    play(s, "m");
    count(s);
    assert_int_equal(s->m.digest.timer[0].count, 0);
    assert_int_equal(s->m.closeup.runs.quantiles.count, 0);
    assert_int_equal(s->m.closeup.runs.slowest_count, 0);
    acd_test_model_run(&s->m, s->server, &after);
    count(s);
    assert_int_equal(s->m.closeup.runs.slowest_count, 1);
    play(s, "M");
    count(s);
    assert_int_equal(s->m.closeup.runs.quantiles.count, 812);
    assert_int_equal(s->m.closeup.runs.slowest_count, 4);
}

static void without_rows_keys_do_no_harm(void **state)
{
    struct stage *s = *state;
    s->server->totals.cache_count = s->server->totals.timer_count = 0;
    s->server->totals.running_count = 0;
    acd_test_model_renew(&s->m);
    play(s, "c Down PgDn End Enter f Esc T Enter Down Enter f End Esc Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cache_rows_are_chosen_and_their_lookups_read),
        TEST(enter_goes_to_the_lookups_and_into_the_newest_that_missed),
        TEST(a_chosen_lookup_stays_when_others_come),
        TEST(the_closest_prompts_request_is_followed),
        TEST(enter_goes_in_and_escape_one_step_out),
        TEST(the_slowest_that_was_chosen_by_itself_stays),
        TEST(a_run_stays_chosen_where_it_goes_and_a_place_when_it_is_gone),
        TEST(a_pause_holds_what_is_near_still),
        TEST(following_narrows_to_the_chosen_request),
        TEST(since_a_mark_the_chart_and_the_slowest_begin_anew),
        TEST(without_rows_keys_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
