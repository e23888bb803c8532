/* SPDX-License-Identifier: MIT */
/*
 * tui/model/sieve and shown: what is judged in steps is what judging each entry by itself gives,
 * at the edges of words, with context, while the scroll-back forgets and grows.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/model/eventfind.h"
#include "tui/model/shown.h"

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_query *query;
    struct acd_sieve *sieve;
    struct acd_sieve_rules rules;
};

static void set(struct stage *s, const char *query)
{
    struct acd_query_fault fault;
    memset(s, 0, sizeof *s);
    acd_test_model_init(&s->m);
    s->server = acd_test_model_server(&s->m, "a", 1);
    assert_int_equal(acd_query_new(&s->query, query, &fault), 0);
    assert_int_equal(acd_sieve_new(&s->sieve, 1000), 0);
    s->rules = (struct acd_sieve_rules){.filter = ACD_FILTER_INIT, .query = s->query};
}

static void strike(struct stage *s)
{
    acd_sieve_free(s->sieve);
    acd_query_free(s->query);
    acd_test_model_fini(&s->m);
}

static void begin(struct stage *s, uint64_t at)
{
    acd_sieve_begin(s->sieve, &s->rules, at);
}

static void finish(struct stage *s)
{
    while (acd_sieve_step(s->sieve, &s->m.fleet, 97) > 0)
        continue;
    assert_int_equal(acd_sieve_state(s->sieve, s->m.fleet.store), ACD_SIEVE_DONE);
}

/* What the rules say of one entry: the slow way. */
static bool passes(const struct stage *s, uint64_t sequence)
{
    struct acd_entry e;
    return acd_store_get(s->m.fleet.store, sequence, &e) &&
           acd_eventfind_passes(s->query, &s->m.fleet, &e) != s->rules.invert;
}

static bool is_row(const struct stage *s, uint64_t sequence)
{
    struct acd_entry e;
    uint64_t from = sequence > s->rules.context ? sequence - s->rules.context : 0;
    if (!acd_store_get(s->m.fleet.store, sequence, &e))
        return false;
    for (uint64_t i = from; i <= sequence + s->rules.context; i++)
        if (passes(s, i))
            return true;
    return false;
}

/* Every lookup from every place, against the slow way. */
static void check_all(const struct stage *s)
{
    const struct acd_store *store = s->m.fleet.store;
    uint64_t first = acd_store_first(store), next = acd_store_next(store), matches = 0;
    uint64_t below = UINT64_MAX;
    for (uint64_t i = first; i <= next; i++) {
        uint64_t at = 0;
        bool found = acd_sieve_before(s->sieve, store, i, &at);
        assert_int_equal(found, below != UINT64_MAX);
        if (found)
            assert_int_equal(at, below);
        assert_int_equal(acd_sieve_matches(s->sieve, store, 0, i), matches);
        assert_int_equal(acd_sieve_is_match(s->sieve, i), passes(s, i));
        below = is_row(s, i) ? i : below;
        matches += passes(s, i);
    }
    uint64_t above = UINT64_MAX;
    for (uint64_t i = next; i > first; i--) {
        uint64_t at = 0;
        above = is_row(s, i - 1) ? i - 1 : above;
        bool found = acd_sieve_from(s->sieve, store, i - 1, &at);
        assert_int_equal(found, above != UINT64_MAX);
        if (found)
            assert_int_equal(at, above);
    }
}

static void judging_in_steps_is_judging_one_by_one(void **state)
{
    static const char *const queries[] = {"/n\\/.*7$/", "\"/n/\"",   "nothing",
                                          "bytes=64",   "bytes>190", "bytes<3 or bytes=127"};
    (void)state;
    for (size_t q = 0; q < sizeof queries / sizeof queries[0]; q++) {
        struct stage s;
        set(&s, queries[q]);
        acd_test_model_logs(&s.m, s.server, 200, 1);
        for (unsigned context = 0; context <= 3; context += 3) {
            for (uint64_t start = 0; start <= 200; start += 50) {
                s.rules.context = context;
                s.rules.invert = start == 100;
                begin(&s, start);
                finish(&s);
                check_all(&s);
            }
        }
        strike(&s);
    }
}

static void what_the_scroll_back_forgot_is_not_found(void **state)
{
    struct stage s;
    (void)state;
    set(&s, "bytes=5 or bytes=700");
    acd_test_model_logs(&s.m, s.server, 900, 1);
    begin(&s, 900);
    finish(&s);
    assert_int_equal(acd_sieve_matches(s.sieve, s.m.fleet.store, 0, UINT64_MAX), 2);
    acd_test_model_logs(&s.m, s.server, 600, 1); /* of 1,500, 1,000 are kept */
    uint64_t at;
    assert_true(acd_sieve_from(s.sieve, s.m.fleet.store, 0, &at));
    assert_int_equal(at, 700); /* before a step even */
    finish(&s);
    check_all(&s);
    acd_test_model_logs(&s.m, s.server, 3000, 1); /* all that was judged is gone */
    assert_false(acd_sieve_from(s.sieve, s.m.fleet.store, 0, &at));
    finish(&s);
    check_all(&s);
    strike(&s);
}

static void the_stretch_grows_both_ways_and_can_be_stopped(void **state)
{
    struct stage s;
    (void)state;
    set(&s, "/n/");
    acd_test_model_logs(&s.m, s.server, 500, 1);
    begin(&s, 300);
    const struct acd_store *store = s.m.fleet.store;
    assert_int_equal(acd_sieve_state(s.sieve, store), ACD_SIEVE_MORE);
    assert_int_equal(acd_sieve_step(s.sieve, &s.m.fleet, 20), 20);
    assert_int_equal(acd_sieve_low(s.sieve, store), 290);
    assert_int_equal(acd_sieve_high(s.sieve), 310);
    acd_sieve_stop(s.sieve);
    while (acd_sieve_step(s.sieve, &s.m.fleet, 100) > 0)
        continue;
    assert_int_equal(acd_sieve_state(s.sieve, store), ACD_SIEVE_STOPPED);
    assert_int_equal(acd_sieve_low(s.sieve, store), 290);
    assert_int_equal(acd_sieve_high(s.sieve), 500);
    acd_test_model_logs(&s.m, s.server, 10, 1); /* what is new is judged all the same */
    assert_int_equal(acd_sieve_step(s.sieve, &s.m.fleet, 100), 10);
    assert_int_equal(acd_sieve_matches(s.sieve, store, 0, UINT64_MAX), 220);
    strike(&s);
}

static void gaps_are_shown_and_never_counted(void **state)
{
    struct stage s;
    struct acd_entry e;
    (void)state;
    set(&s, "kind:error");
    acd_test_model_events(&s.m, s.server);
    begin(&s, 0);
    finish(&s);
    struct acd_shown shown = {s.m.fleet.store, s.rules.filter, s.sieve, UINT64_MAX};
    assert_true(acd_shown_from(&shown, 0, &e));
    assert_int_equal(e.type, ACD_ENTRY_GAP);
    assert_true(acd_shown_from(&shown, e.sequence + 1, &e));
    assert_int_equal(e.kind, ACD_KIND_ERROR);
    assert_int_equal(acd_sieve_matches(s.sieve, s.m.fleet.store, 0, UINT64_MAX), 1);
    assert_int_equal(acd_shown_count(&shown, 0), 2);
    strike(&s);
}

static void a_followed_request_hides_the_others_events(void **state)
{
    struct stage s;
    struct acd_entry e;
    (void)state;
    set(&s, "");
    acd_test_model_events(&s.m, s.server);
    struct acd_request r = {ACD_REQUEST_TEXT, 0, {"88f", 3, 3}};
    s.rules.followed = acd_followed_event(&r);
    s.rules.query = NULL;
    begin(&s, 3);
    finish(&s);
    assert_int_equal(acd_sieve_matches(s.sieve, s.m.fleet.store, 0, UINT64_MAX), 2);
    struct acd_shown shown = {s.m.fleet.store, s.rules.filter, s.sieve, UINT64_MAX};
    assert_true(acd_shown_from(&shown, 0, &e));
    assert_int_equal(e.kind, ACD_KIND_CACHE);
    strike(&s);
}

static void context_is_kept_of_the_followed_request_only(void **state)
{
    struct stage s;
    uint64_t at;
    (void)state;
    set(&s, "kind:cache");
    acd_test_model_events(&s.m, s.server);
    struct acd_request r = {ACD_REQUEST_TEXT, 0, {"88f", 3, 3}};
    s.rules.followed = acd_followed_event(&r);
    s.rules.context = 2;
    begin(&s, 8);
    finish(&s);
    assert_true(acd_sieve_from(s.sieve, s.m.fleet.store, 0, &at));
    assert_int_equal(at, 2);
    assert_true(acd_sieve_from(s.sieve, s.m.fleet.store, 3, &at));
    assert_int_equal(at, 3); /* its checkpoint; not the request before it */
    assert_false(acd_sieve_is_match(s.sieve, 3));
    strike(&s);
}

static void rows_end_where_the_picture_was_paused(void **state)
{
    struct stage s;
    struct acd_entry e;
    (void)state;
    set(&s, "/n/");
    acd_test_model_logs(&s.m, s.server, 100, 1);
    begin(&s, 100);
    finish(&s);
    for (int with_sieve = 0; with_sieve < 2; with_sieve++) {
        struct acd_shown shown = {s.m.fleet.store, s.rules.filter, with_sieve ? s.sieve : NULL, 60};
        assert_true(acd_shown_before(&shown, UINT64_MAX, &e));
        assert_int_equal(e.sequence, 59);
        assert_false(acd_shown_from(&shown, 60, &e));
        assert_int_equal(acd_shown_count(&shown, 50), 10);
        assert_int_equal(acd_shown_up(&shown, 59, 10), 49);
        assert_int_equal(acd_shown_up(&shown, 5, 10), 0);
    }
    strike(&s);
}

/* ---------------------------------------------------------------- searching */

static uint64_t search(const struct stage *s, struct acd_eventfind *f, uint64_t from, bool back)
{
    struct acd_shown shown = {s->m.fleet.store, s->rules.filter, NULL,
                              acd_store_next(s->m.fleet.store)};
    acd_eventfind_begin(f, &shown, from, back);
    while (acd_eventfind_step(f, &shown, &s->m.fleet, 7) == ACD_EVENTFIND_MORE)
        continue;
    return f->state == ACD_EVENTFIND_FOUND ? f->found : UINT64_MAX;
}

static void a_search_goes_both_ways_and_round_the_end(void **state)
{
    struct stage s;
    (void)state;
    set(&s, "bytes=20 or bytes=40");
    acd_test_model_logs(&s.m, s.server, 100, 1);
    struct acd_eventfind f = {.query = s.query};
    assert_int_equal(search(&s, &f, 5, false), 20);
    assert_false(f.around);
    assert_int_equal(search(&s, &f, 20, false), 40);
    assert_int_equal(search(&s, &f, 40, false), 20);
    assert_true(f.around);
    assert_int_equal(search(&s, &f, 40, true), 20);
    assert_false(f.around);
    assert_int_equal(search(&s, &f, 20, true), 40);
    assert_true(f.around);
    assert_int_equal(search(&s, &f, 100, true), 40);
    assert_true(f.looked <= f.all);
    strike(&s);
}

static void a_search_finds_its_own_row_at_last_or_nothing(void **state)
{
    struct stage s;
    (void)state;
    set(&s, "bytes=20");
    struct acd_eventfind f = {.query = s.query};
    assert_int_equal(search(&s, &f, 0, false), UINT64_MAX); /* nothing there at all */
    acd_test_model_logs(&s.m, s.server, 100, 1);
    assert_int_equal(search(&s, &f, 20, false), 20);
    assert_int_equal(search(&s, &f, 20, true), 20);
    acd_test_model_logs(&s.m, s.server, 1000, 1);
    acd_test_model_logs(&s.m, s.server, 10, 1);
    assert_int_equal(search(&s, &f, 1100, true), 120);
    assert_int_equal(search(&s, &f, 120, true), 120);
    strike(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judging_in_steps_is_judging_one_by_one),
        cmocka_unit_test(what_the_scroll_back_forgot_is_not_found),
        cmocka_unit_test(the_stretch_grows_both_ways_and_can_be_stopped),
        cmocka_unit_test(gaps_are_shown_and_never_counted),
        cmocka_unit_test(a_followed_request_hides_the_others_events),
        cmocka_unit_test(context_is_kept_of_the_followed_request_only),
        cmocka_unit_test(rows_end_where_the_picture_was_paused),
        cmocka_unit_test(a_search_goes_both_ways_and_round_the_end),
        cmocka_unit_test(a_search_finds_its_own_row_at_last_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
