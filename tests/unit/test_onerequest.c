/* SPDX-License-Identifier: MIT */
/* tui/model/onerequest: one request's events give the numbers of a server that had no other. */
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
#include "tui/model/onerequest.h"

#define MS UINT64_C(1000000)

struct stage {
    struct acd_test_model m;
    struct acd_sieve *sieve;
    struct acd_onerequest one;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    acd_test_model_proxy(&s.m);
    assert_int_equal(acd_sieve_new(&s.sieve, 1000), 0);
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_onerequest_fini(&s->one);
    acd_sieve_free(s->sieve);
    acd_test_model_fini(&s->m);
    return 0;
}

static const struct acd_digest *gather(struct stage *s, const char *id, uint64_t from_ns)
{
    uint32_t length = (uint32_t)strlen(id);
    const struct acd_request r = {ACD_REQUEST_TEXT, 0, {id, length, length}};
    const struct acd_sieve_rules rules = {.filter = ACD_FILTER_INIT,
                                          .followed = acd_followed_event(&r)};
    acd_sieve_begin(s->sieve, &rules, 0);
    while (acd_sieve_step(s->sieve, &s->m.fleet, 100) > 0)
        continue;
    const struct acd_onerequest_scope scope = {
        .selection = s->m.ui.selection, .sieve = s->sieve, .end = UINT64_MAX, .from_ns = from_ns};
    assert_int_equal(acd_onerequest_gather(&s->one, &s->m.fleet, &scope), 0);
    struct acd_histogram_source source = acd_onerequest_histograms(&s->one);
    assert_int_equal(acd_digest_renew_one(&s->m.digest, &s->one.server, ACD_TEST_NOW, &source), 0);
    return &s->m.digest;
}

static void lookups_and_checkpoints_are_counted(void **state)
{
    struct stage *s = *state;
    const struct acd_digest *d = gather(s, "88f", 0);
    assert_int_equal(d->cache_count, 1);
    assert_string_equal(d->cache[0].type, "prompt");
    assert_int_equal(d->cache[0].outcome[ACD_OUTCOME_MISS], 1);
    assert_int_equal(d->cache[0].requests.whole, 1);
    assert_string_equal(d->cache[0].reason[0].name, "prefix_diverged");
    assert_int_equal(d->cache[0].token_lookups, 0); /* cached tokens are not known */
    assert_int_equal(d->timer_count, 1);
    assert_int_equal(d->timer[0].count, 0);
    assert_int_equal(d->timer[0].label_count, 1);
    const struct acd_label_row *l = &d->label[d->timer[0].label_first];
    assert_string_equal(l->name, "model_loaded");
    assert_int_equal(l->count, 1);
    assert_int_equal(l->quantiles.max_ns, 220 * MS);
    assert_in_range(l->quantiles.p50_ns, 215 * MS, 220 * MS);
    assert_int_equal(d->errors.count, 0);
    assert_int_equal(d->lost, 312); /* the servers' */
}

static void ends_and_errors_are_counted(void **state)
{
    struct stage *s = *state;
    const struct acd_digest *d = gather(s, "88e", 0);
    assert_int_equal(d->timer[0].count, 1);
    assert_int_equal(d->timer[0].quantiles.max_ns, 1900 * MS);
    assert_int_equal(d->cache_count, 0);
    d = gather(s, "890", 0);
    assert_int_equal(d->timer_count, 0);
    assert_int_equal(d->errors.count, 1);
    assert_int_equal(d->errors.row[0].status, 502);
    assert_int_equal(d->errors.row[0].count, 1);
    assert_int_equal(d->errors.row[0].last_ns, ACD_TEST_NOW - 400 * MS);
}

static void a_timer_that_failed_is_an_error_of_its_request(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->m.fleet.server[0]);
    const struct acd_digest *d = gather(s, "88b", 0);
    assert_int_equal(d->errors.count, 1);
    assert_string_equal(d->errors.row[0].type, "TimeoutError");
    assert_string_equal(d->errors.row[0].message, d->timer[0].name);
    assert_int_equal(d->timer[0].failed, 1);
}

static void running_timers_are_those_of_the_request(void **state)
{
    struct stage *s = *state;
    struct acd_totals *t = &s->m.fleet.server[0]->totals;
    snprintf(t->running[1].request_text, sizeof t->running[1].request_text, "88f");
    t->running[1].request_kind = ACD_REQUEST_TEXT;
    const struct acd_digest *d = gather(s, "88f", 0);
    assert_int_equal(d->timer[0].running, 1);
    assert_int_equal(d->timer[0].running_oldest_ns, 4 * ACD_TEST_SECOND);
    assert_string_equal(d->timer[0].running_at, "model_loaded");
}

static void a_mark_leaves_out_what_was_before_it(void **state)
{
    struct stage *s = *state;
    const struct acd_digest *d = gather(s, "88f", ACD_TEST_NOW - 700 * MS);
    assert_int_equal(d->cache_count, 0);
    assert_int_equal(d->timer_count, 1);
}

static void a_selected_server_counts_alone(void **state)
{
    struct stage *s = *state;
    acd_test_model_events(&s->m, acd_test_model_server(&s->m, "b", 2));
    assert_int_equal(gather(s, "88f", 0)->cache[0].requests.whole, 2);
    s->m.ui.selection = (struct acd_selection){ACD_SELECT_ONE, 1};
    assert_int_equal(gather(s, "88f", 0)->cache[0].requests.whole, 1);
}

static void rows_say_which_server_they_are_of(void **state)
{
    struct stage *s = *state;
    struct acd_server *b = acd_test_model_server(&s->m, "b", 2);
    struct acd_running_total running = {
        .id = 7, .timer = "embed", .request_kind = ACD_REQUEST_TEXT, .request_text = "b1"};
    b->totals.running = malloc(sizeof running);
    assert_non_null(b->totals.running);
    memcpy(b->totals.running, &running, sizeof running);
    b->totals.running_count = b->totals.running_room = 1;
    const struct acd_digest *d = gather(s, "b1", 0);
    assert_int_equal(d->running_count, 1);
    assert_int_equal(d->running[0].server, b->number);
    acd_test_model_events(&s->m, b);
    s->m.ui.selection = (struct acd_selection){ACD_SELECT_ONE, b->number};
    d = gather(s, "890", 0);
    assert_int_equal(d->errors.count, 1);
    assert_int_equal(d->errors.row[0].server, b->number);
    assert_false(d->errors.row[0].several);
}

static void counting_again_starts_from_nothing(void **state)
{
    struct stage *s = *state;
    gather(s, "88f", 0);
    assert_int_equal(gather(s, "88f", 0)->cache[0].requests.whole, 1);
    const struct acd_digest *d = gather(s, "nobody", 0);
    assert_int_equal(d->cache_count + d->timer_count + d->errors.count, 0);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(lookups_and_checkpoints_are_counted),
        STAGED(ends_and_errors_are_counted),
        STAGED(a_timer_that_failed_is_an_error_of_its_request),
        STAGED(running_timers_are_those_of_the_request),
        STAGED(a_mark_leaves_out_what_was_before_it),
        STAGED(a_selected_server_counts_alone),
        STAGED(rows_say_which_server_they_are_of),
        STAGED(counting_again_starts_from_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
