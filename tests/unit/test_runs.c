/* SPDX-License-Identifier: MIT */
/* tui/model/runs: one timer's histogram, its running requests and the slowest that ended. */
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
#include "tui/model/decode.h"
#include "tui/model/eventparts.h"
#include "tui/model/runs.h"

#define MS UINT64_C(1000000)

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_runs runs;
    struct acd_runs_of of;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.server = acd_test_model_proxy(&s.m);
    s.of.filter = (struct acd_filter)ACD_FILTER_INIT;
    strcpy(s.of.timer, "chat_completion");
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_test_model_fini(&s->m);
    return 0;
}

static void renew(struct stage *s)
{
    acd_test_model_renew(&s->m);
    while (acd_runs_renew(&s->runs, &s->of, &s->m.fleet, &s->m.digest,
                          acd_store_next(s->m.fleet.store)))
        ;
}

static void running_ones_come_first_then_the_slowest(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->server);
    renew(s);
    assert_int_equal(s->runs.running_count, 3);
    assert_int_equal(s->runs.slowest_count, 3);
    assert_int_equal(acd_runs_at(&s->runs, 0)->elapsed_ns, 7000 * MS);
    assert_string_equal(acd_runs_at(&s->runs, 1)->at, "model_loaded");
    assert_string_equal(acd_runs_at(&s->runs, 1)->request, "901");
    const struct acd_timer_run *slow = acd_runs_at(&s->runs, 3);
    assert_int_equal(slow->id.id, ACD_TEST_RUN_SLOW);
    assert_int_equal(slow->elapsed_ns, 9100 * MS);
    assert_int_equal(slow->start_ns, ACD_TEST_NOW - 9400 * MS);
    assert_int_equal(acd_runs_at(&s->runs, 4)->state, ACD_RUN_FAILED);
    assert_string_equal(acd_runs_at(&s->runs, 4)->at, "TimeoutError");
    assert_int_equal(acd_runs_find(&s->runs, slow->id), 3);
    assert_int_equal(acd_runs_find(&s->runs, (struct acd_run_id){9, 9}), 6);
}

static int longer(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return a > b ? -1 : a < b;
}

/* Every end that the scroll-back has, the slowest first. */
static size_t all_ends(const struct acd_fleet *fleet, uint64_t *ret_elapsed, size_t room)
{
    size_t count = 0;
    struct acd_entry e;
    for (uint64_t at = acd_store_first(fleet->store); acd_store_get(fleet->store, at, &e); at++) {
        struct acd_event_parts parts;
        if (e.kind != ACD_KIND_TIMER_END || e.type != ACD_ENTRY_EVENT)
            continue;
        acd_eventparts_open(&parts, fleet, &e);
        assert_true(count < room);
        if (acd_decode_equals(&parts.view, ACD_KEY_TIMER, "chat_completion") &&
            acd_decode_number(&parts.view, ACD_KEY_TIMER_ID, &ret_elapsed[count]) &&
            acd_decode_number(&parts.view, ACD_KEY_TIMER_ELAPSED, &ret_elapsed[count]))
            count++;
    }
    qsort(ret_elapsed, count, sizeof ret_elapsed[0], longer);
    return count;
}

/* Renewed in steps while the scroll-back forgets: what is shown are always the slowest that it has. */
static void the_slowest_are_those_that_a_whole_search_finds(void **state)
{
    static uint64_t wanted[2000];
    struct stage *s = *state;
    uint64_t random = 7;
    size_t most = 0;
    for (unsigned step = 0; step < 200; step++) {
        for (unsigned i = 0; i < 1 + step % 37; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            struct acd_test_run run = {.id = 1 + random, .request = "r", .started_ms = 9000};
            run.elapsed_ms = 1 + (random >> 33) % (step % 3 == 0 ? 10 : 5000);
            acd_test_model_run(&s->m, s->server, &run);
        }
        renew(s);
        size_t count = all_ends(&s->m.fleet, wanted, 2000);
        assert_true(s->runs.slowest_count <= count);
        assert_true(s->runs.slowest_count >= (count < 32 ? count : 32));
        for (size_t i = 0; i < s->runs.slowest_count; i++)
            assert_int_equal(s->runs.slowest[i].elapsed_ns, wanted[i]);
        most = count > most ? count : most;
    }
    assert_true(most > 3 * ACD_RUNS_SLOWEST);
    assert_true(acd_store_first(s->m.fleet.store) > 2000);
}

static void one_renewal_looks_at_so_many_entries_and_no_more(void **state)
{
    struct stage *s = *state;
    const unsigned many = 3 * ACD_RUNS_ENTRIES;
    acd_store_free(s->m.fleet.store);
    assert_int_equal(acd_store_new(&s->m.fleet.store, 2 * many, ACD_STORE_BYTES_DEFAULT), 0);
    acd_test_model_logs(&s->m, s->server, many - 1, 0);
    acd_test_model_requests(&s->m, s->server);
    acd_test_model_renew(&s->m);
    for (unsigned i = 1; i <= 3; i++) {
        assert_true(acd_runs_renew(&s->runs, &s->of, &s->m.fleet, &s->m.digest, UINT64_MAX));
        assert_int_equal(s->runs.next, i * ACD_RUNS_ENTRIES);
    }
    assert_int_equal(s->runs.slowest_count, 0);
    assert_false(acd_runs_renew(&s->runs, &s->of, &s->m.fleet, &s->m.digest, UINT64_MAX));
    assert_int_equal(s->runs.slowest_count, 3);
}

static void another_server_or_request_or_timer_stays_out(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->server);
    struct acd_server *other = acd_test_model_server(&s->m, "other", 2);
    const struct acd_test_run foreign = {1, "z", NULL, 9000, 8000, {{NULL, 0}}, 0};
    acd_test_model_run(&s->m, other, &foreign);
    renew(s);
    assert_int_equal(s->runs.slowest_count, 4);
    s->of.selection = (struct acd_selection){ACD_SELECT_ONE, s->server->number};
    s->m.ui.selection = s->of.selection;
    renew(s);
    assert_int_equal(s->runs.slowest_count, 3);
    s->of.followed = acd_runs_at(&s->runs, 4)->followed;
    renew(s);
    assert_int_equal(s->runs.slowest_count, 1);
    assert_int_equal(s->runs.running_count, 0);
    assert_int_equal(s->runs.slowest[0].id.id, ACD_TEST_RUN_FAILED);
    memset(&s->of.followed, 0, sizeof s->of.followed);
    strcpy(s->of.timer, "embed");
    renew(s);
    assert_int_equal(acd_runs_count(&s->runs), 0);
}

static void a_view_level_hides_no_slow_request(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->server);
    s->of.filter.level = 1;
    renew(s);
    assert_int_equal(s->runs.slowest_count, 3);
}

static unsigned asked;

static void count_asking(void *context, const struct acd_server *server, const char *timer,
                         const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    const struct acd_histogram_source *real = context;
    asked++;
    real->add(real->context, server, timer, label, ret_bucket);
}

static void the_histogram_is_read_when_the_timer_moved(void **state)
{
    struct stage *s = *state;
    struct acd_histogram_source real = s->m.source, counting = {count_asking, &real};
    asked = 0;
    for (int i = 0; i < 3; i++) {
        renew(s);
        acd_runs_renew_histogram(&s->runs, &s->m.fleet, &s->m.digest, &counting);
    }
    assert_int_equal(asked, 1);
    assert_int_equal(s->runs.quantiles.count, 812);
    assert_int_equal(s->runs.quantiles.p95_ns, s->m.digest.timer[0].quantiles.p95_ns);
    s->server->totals.timer[0].timing.count++;
    renew(s);
    acd_runs_renew_histogram(&s->runs, &s->m.fleet, &s->m.digest, &counting);
    assert_int_equal(asked, 2);
    uint64_t sum = 0;
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++)
        sum += s->runs.bucket[i];
    assert_int_equal(sum, 812);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(running_ones_come_first_then_the_slowest),
        TEST(the_slowest_are_those_that_a_whole_search_finds),
        TEST(one_renewal_looks_at_so_many_entries_and_no_more),
        TEST(another_server_or_request_or_timer_stays_out),
        TEST(a_view_level_hides_no_slow_request),
        TEST(the_histogram_is_read_when_the_timer_moved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
