/* SPDX-License-Identifier: MIT */
/* tui/model/misses: what lookups that were no hits cost, and what they have in common. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/model/misses.h"

#define NONE UINT64_MAX
#define MS UINT64_C(1000000)

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_misses misses;
    struct acd_misses_of of;
    struct acd_miss_row row;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.server = acd_test_model_server(&s.m, "proxy", 4121);
    s.server->totals.cache = calloc(2, sizeof s.server->totals.cache[0]);
    assert_non_null(s.server->totals.cache);
    s.server->totals.cache_count = s.server->totals.cache_room = 2;
    strcpy(s.server->totals.cache[0].type, "prompt");
    strcpy(s.server->totals.cache[1].type, "kv");
    acd_test_model_renew(&s.m);
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_misses_fini(&s->misses);
    acd_test_model_fini(&s->m);
    return 0;
}

static void renew_all(const struct stage *s, struct acd_misses *misses)
{
    while (acd_misses_renew(misses, &s->of, &s->m.fleet, acd_store_next(s->m.fleet.store)))
        continue;
}

/* The digest's row 0 of all servers, after what came. */
static const struct acd_miss_row *renew(struct stage *s)
{
    const struct acd_misses_scope all = {&s->m.fleet, {ACD_SELECT_ALL, 0}, &s->m.digest};
    renew_all(s, &s->misses);
    acd_misses_row(&s->misses, &all, 0, &s->row);
    return &s->row;
}

static void look_up(struct stage *s, const char *reason, unsigned outcome, uint64_t cached)
{
    const struct acd_test_lookup l = {"prompt", "",   "k",    "r1", reason, outcome,
                                      500,      1000, cached, NONE, NONE};
    acd_test_model_lookup(&s->m, s->server, &l);
}

static void diverge(struct stage *s, const char *span, uint64_t offset, uint64_t units)
{
    const struct acd_test_lookup l = {
        "prompt", "", "k", "r1", "prefix_diverged", ACD_OUTCOME_PARTIAL, 500, 1000, 100, NONE, 100};
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_SPAN, 0, span, ACD_TYPE_STR},
        {ACD_KEY_CACHE_SPAN_OFFSET, offset, NULL, 0},
        {ACD_KEY_CACHE_CHANGE, 0, "replaced", ACD_TYPE_STR},
        {ACD_KEY_CACHE_CHANGED_OLD, units, NULL, 0},
        {ACD_KEY_CACHE_CHANGED_NEW, units, NULL, 0},
    };
    acd_test_model_tracked(&s->m, s->server, &l, fields, 5);
}

static void end_timer(struct stage *s, const char *request, uint64_t started_ms,
                      uint64_t elapsed_ms)
{
    static uint64_t id = 1000;
    const struct acd_test_run run = {id++, request, NULL, started_ms, elapsed_ms, {{NULL, 0}}, 1};
    acd_test_model_run(&s->m, s->server, &run);
}

static void a_reason_has_its_count_and_its_tokens(void **state)
{
    struct stage *s = *state;
    look_up(s, "cold", ACD_OUTCOME_MISS, 0);
    look_up(s, "evicted", ACD_OUTCOME_PARTIAL, 400);
    look_up(s, "evicted", ACD_OUTCOME_MISS, 0);
    look_up(s, "evicted", ACD_OUTCOME_MISS, NONE); /* it is not known how many */
    look_up(s, "", ACD_OUTCOME_HIT, 990);
    look_up(s, "disabled", ACD_OUTCOME_BYPASS, NONE);
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->hits, 1);
    assert_int_equal(row->missed, 4);
    assert_int_equal(row->cost_count, 2);
    const struct acd_miss_cost *evicted = acd_misses_cost(row, "evicted");
    assert_int_equal(evicted->misses, 2);
    assert_int_equal(evicted->partial, 1);
    assert_int_equal(evicted->again, 1600);
    assert_int_equal(evicted->again_lookups, 2);
    assert_int_equal(row->hit.again, 10);
    assert_null(acd_misses_cost(row, "disabled"));
}

static void what_a_tracker_compared_says_what_was_lost(void **state)
{
    struct stage *s = *state;
    const struct acd_test_lookup l = {"prompt", "",   "k", "r1", "evicted", ACD_OUTCOME_PARTIAL,
                                      500,      1000, 100, NONE, NONE};
    const struct acd_test_field fields[] = {{ACD_KEY_CACHE_SHARED, 700, NULL, 0},
                                            {ACD_KEY_CACHE_CLOSEST, 900, NULL, 0}};
    acd_test_model_tracked(&s->m, s->server, &l, fields, 2);
    look_up(s, "evicted", ACD_OUTCOME_MISS, 0); /* and one that it did not */
    const struct acd_miss_cost *evicted = acd_misses_cost(renew(s), "evicted");
    assert_int_equal(evicted->lost, 600);
    assert_int_equal(evicted->tracked, 1);
    assert_int_equal(evicted->again, 1900);
    assert_int_equal(s->row.recent[0].lost + s->row.recent[1].lost, 600);
}

static void the_longest_timer_around_a_lookup_is_its_requests_time(void **state)
{
    struct stage *s = *state;
    look_up(s, "cold", ACD_OUTCOME_MISS, 0); /* 500 ms ago */
    end_timer(s, "r1", 510, 20);
    end_timer(s, "r1", 700, 600);
    end_timer(s, "r1", 300, 200);  /* began after it */
    end_timer(s, "r1", 5000, 300); /* ended before it */
    end_timer(s, "r2", 700, 690);  /* of another request */
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->cost[0].requests, 1);
    assert_int_equal(row->cost[0].request_ns, 600 * MS);
    assert_int_equal(row->hit.requests, 0);
}

static void the_time_of_hits_stands_apart(void **state)
{
    struct stage *s = *state;
    look_up(s, "", ACD_OUTCOME_HIT, 1000);
    end_timer(s, "r1", 510, 50);
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->hit.requests, 1);
    assert_int_equal(row->hit.request_ns, 50 * MS);
}

static void a_change_in_the_same_place_is_one_pattern(void **state)
{
    struct stage *s = *state;
    for (unsigned i = 0; i < 9; i++)
        diverge(s, "system", 38 + i % 2, 17 + i % 3);
    diverge(s, "system", 90, 17); /* elsewhere */
    diverge(s, "tools", 38, 17);
    diverge(s, "system", 38, 170); /* another length */
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->pattern_count, 4);
    const struct acd_miss_pattern *p = &row->pattern[0];
    assert_string_equal(p->span, "system");
    assert_int_equal(p->count, 9);
    assert_int_equal(p->early, 9);
    assert_int_equal(p->offset_min, 38);
    assert_int_equal(p->offset_max, 39);
    assert_int_equal(p->new_min, 17);
    assert_int_equal(p->new_max, 19);
    assert_int_equal(row->recent_count, 12);
    assert_int_equal(row->recent[0].pattern, 3);
    assert_int_equal(row->recent[11].pattern, 0);
}

static void of_too_many_patterns_the_rarest_goes(void **state)
{
    struct stage *s = *state;
    for (unsigned i = 0; i < 3; i++)
        diverge(s, "system", 38, 17);
    for (unsigned i = 0; i < 3 * ACD_MISSES_PATTERNS; i++)
        diverge(s, "messages", 100 * i, 17);
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->pattern_count, ACD_MISSES_PATTERNS);
    assert_string_equal(row->pattern[0].span, "system");
    for (size_t i = 0; i < row->recent_count; i++)
        assert_true(row->recent[i].pattern < row->pattern_count ||
                    row->recent[i].pattern == ACD_MISSES_NO_PATTERN);
}

static void more_reasons_than_there_is_room_for_are_one(void **state)
{
    struct stage *s = *state;
    for (unsigned i = 0; i < 20; i++) {
        char reason[24];
        snprintf(reason, sizeof reason, "reason %u", i);
        look_up(s, reason, ACD_OUTCOME_MISS, 0);
    }
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->cost_count, ACD_MISSES_REASONS);
    assert_string_equal(row->cost[ACD_MISSES_REASONS - 1].reason, "(other reasons)");
    assert_int_equal(row->cost[ACD_MISSES_REASONS - 1].misses, 5);
}

static void servers_add_up_or_stand_alone(void **state)
{
    struct stage *s = *state;
    const struct acd_misses_scope second = {&s->m.fleet, {ACD_SELECT_ONE, 1}, &s->m.digest};
    diverge(s, "system", 38, 17);
    look_up(s, "cold", ACD_OUTCOME_MISS, 0);
    s->server = acd_test_model_server(&s->m, "proxy", 4122);
    diverge(s, "system", 40, 17);
    const struct acd_miss_row *row = renew(s);
    assert_int_equal(row->missed, 3);
    assert_int_equal(row->pattern_count, 1);
    assert_int_equal(row->pattern[0].count, 2);
    assert_int_equal(row->recent_count, 3);
    assert_true(row->recent[0].sequence > row->recent[2].sequence);
    assert_true(acd_misses_row(&s->misses, &second, 0, &s->row));
    assert_int_equal(row->missed, 1);
    assert_false(acd_misses_row(&s->misses, &second, 1, &s->row));
    assert_int_equal(row->missed, 0);
}

/* The newest one by one: between them there are bytes that nobody sets. */
static void assert_same_row(const struct acd_miss_row *a, const struct acd_miss_row *b)
{
    assert_memory_equal(a, b, offsetof(struct acd_miss_row, recent));
    for (size_t i = 0; i < a->recent_count; i++) {
        assert_int_equal(a->recent[i].sequence, b->recent[i].sequence);
        assert_int_equal(a->recent[i].reason, b->recent[i].reason);
        assert_int_equal(a->recent[i].pattern, b->recent[i].pattern);
        assert_int_equal(a->recent[i].early, b->recent[i].early);
    }
}

static void renewing_in_steps_gives_what_one_reading_gives(void **state)
{
    struct stage *s = *state;
    struct acd_misses whole = {.count = 0};
    for (unsigned i = 0; i < 300; i++) {
        diverge(s, i % 3 ? "system" : "tools", 7 * (i % 11), i % 40);
        look_up(s, i % 5 ? "evicted" : "cold", i % 2 ? ACD_OUTCOME_MISS : ACD_OUTCOME_HIT, i);
        end_timer(s, "r1", 510, 20 + i);
        if (i % 7 == 0)
            renew(s);
    }
    renew(s);
    renew_all(s, &whole);
    assert_int_equal(s->misses.count, whole.count);
    for (size_t i = 0; i < whole.count; i++)
        assert_same_row(&s->misses.row[i], &whole.row[i]);
    acd_misses_fini(&whole);
}

static void a_mark_and_a_followed_request_begin_anew(void **state)
{
    struct stage *s = *state;
    look_up(s, "cold", ACD_OUTCOME_MISS, 0);
    assert_int_equal(renew(s)->missed, 1);
    s->of.from = acd_store_next(s->m.fleet.store);
    assert_int_equal(renew(s)->missed, 0);
    look_up(s, "cold", ACD_OUTCOME_MISS, 0);
    assert_int_equal(renew(s)->missed, 1);
    s->of = (struct acd_misses_of){.followed = {.kind = ACD_REQUEST_TEXT, .text = "r2"}};
    assert_int_equal(renew(s)->missed, 0);
    strcpy(s->of.followed.text, "r1");
    assert_int_equal(renew(s)->missed, 2);
}

static void reuse(struct stage *s, const char *points)
{
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_TYPE, 0, "prompt", ACD_TYPE_STR}, {ACD_KEY_CACHE_CAPACITY, 4096, NULL, 0},
        {ACD_KEY_CACHE_REACH, 65536, NULL, 0},           {ACD_KEY_INPUT_TOKENS, 1000, NULL, 0},
        {ACD_KEY_CACHE_REUSE, 0, points, ACD_TYPE_JSON},
    };
    acd_test_model_reuse(&s->m, s->server, fields, 5);
}

static void the_newest_event_of_reuse_counts(void **state)
{
    struct stage *s = *state;
    reuse(s, "[[2048,100],[4096,300]]");
    reuse(s, "[[2048,100],[4096,400],[8192,900]]");
    const struct acd_reuse *r = &renew(s)->reuse;
    assert_int_equal(r->input, 1000);
    assert_int_equal(r->count, 3);
    assert_int_equal(acd_reuse_near(r, 4100)->cached, 400);
    assert_int_equal(acd_reuse_near(r, 8192)->cached, 900);
    assert_null(acd_reuse_near(r, 6000));
    s->server = acd_test_model_server(&s->m, "proxy", 4122);
    reuse(s, "[[2048,0],[4096,1000],[8192,1000]]");
    r = &renew(s)->reuse;
    assert_int_equal(r->input, 2000);
    assert_int_equal(acd_reuse_near(r, 4096)->cached, 1400);
}

static void reuse_that_makes_no_sense_is_left_out(void **state)
{
    struct stage *s = *state;
    static const char *const bad[] = {"",          "{}",         "[]",      "[[1]]",
                                      "[[1,-2]]",  "[[1,2000]]", "[[1,2]",  "[[\"1\",2]]",
                                      "[[1.5,2]]", "[1,2]",      "[null,1]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        reuse(s, bad[i]);
        assert_int_equal(renew(s)->reuse.time_ns, 0);
    }
    reuse(s, "[[1,2],[2,1001],[3,4]]"); /* as far as it does */
    assert_int_equal(renew(s)->reuse.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reason_has_its_count_and_its_tokens),
        TEST(what_a_tracker_compared_says_what_was_lost),
        TEST(the_longest_timer_around_a_lookup_is_its_requests_time),
        TEST(the_time_of_hits_stands_apart),
        TEST(a_change_in_the_same_place_is_one_pattern),
        TEST(of_too_many_patterns_the_rarest_goes),
        TEST(more_reasons_than_there_is_room_for_are_one),
        TEST(servers_add_up_or_stand_alone),
        TEST(renewing_in_steps_gives_what_one_reading_gives),
        TEST(a_mark_and_a_followed_request_begin_anew),
        TEST(the_newest_event_of_reuse_counts),
        TEST(reuse_that_makes_no_sense_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
