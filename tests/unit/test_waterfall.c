/* SPDX-License-Identifier: MIT */
/* tui/model/waterfall: one run of a timer from its events and the running table. */
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
#include "tui/model/waterfall.h"

#define MS UINT64_C(1000000)
#define MANY (3u * ACD_WATERFALL_ENTRIES)

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_waterfall w;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.server = acd_test_model_proxy(&s.m);
    acd_test_model_requests(&s.m, s.server);
    acd_test_model_renew(&s.m);
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
    while (acd_waterfall_renew(&s->w, &s->m.fleet, &s->m.digest, acd_store_next(s->m.fleet.store)))
        ;
}

static void look_at(struct stage *s, uint64_t id, enum acd_run_state state, uint64_t started_ms)
{
    const struct acd_timer_run run = {
        .id = {s->server->number, id}, .state = state, .start_ns = ACD_TEST_NOW - started_ms * MS};
    acd_waterfall_open(&s->w, &run, "chat_completion", acd_store_next(s->m.fleet.store));
    renew(s);
}

/* Whatever was recorded, the steps together are the whole time, one behind the other. */
static void check_whole(const struct acd_waterfall *w)
{
    uint64_t at = 0;
    assert_true(w->count > 0);
    for (size_t i = 0; i < w->count; i++) {
        assert_int_equal(w->step[i].from_ns, at);
        assert_true(w->step[i].to_ns >= at);
        at = w->step[i].to_ns;
    }
    assert_int_equal(at, w->run.elapsed_ns);
}

struct wanted {
    enum acd_step_kind kind;
    const char *label;
    uint64_t from_ms, to_ms;
};

static void check_step(const struct acd_waterfall *w, size_t index, struct wanted wanted)
{
    assert_true(index < w->count);
    assert_int_equal(w->step[index].kind, wanted.kind);
    assert_string_equal(w->step[index].label, wanted.label);
    assert_int_equal(w->step[index].from_ns, wanted.from_ms * MS);
    assert_int_equal(w->step[index].to_ns, wanted.to_ms * MS);
}

static void steps_tell_offset_and_time_of_each_checkpoint(void **state)
{
    struct stage *s = *state;
    look_at(s, ACD_TEST_RUN_SLOW, ACD_RUN_ENDED, 9400);
    assert_int_equal(s->w.count, 4);
    check_step(&s->w, 0, (struct wanted){ACD_STEP_DONE, "cache_check", 0, 12});
    check_step(&s->w, 1, (struct wanted){ACD_STEP_DONE, "model_loaded", 12, 3012});
    check_step(&s->w, 2, (struct wanted){ACD_STEP_DONE, "inference_complete", 3012, 9090});
    check_step(&s->w, 3, (struct wanted){ACD_STEP_REST, "", 9090, 9100});
    check_whole(&s->w);
    assert_string_equal(s->w.run.request, "88a");
    assert_int_equal(s->w.run.elapsed_ns, 9100 * MS);
    assert_true(s->w.over);
}

static void a_failure_says_with_what(void **state)
{
    struct stage *s = *state;
    look_at(s, ACD_TEST_RUN_FAILED, ACD_RUN_FAILED, 5200);
    assert_int_equal(s->w.run.state, ACD_RUN_FAILED);
    assert_string_equal(s->w.run.at, "TimeoutError");
    assert_int_equal(s->w.count, 3);
    check_step(&s->w, 2, (struct wanted){ACD_STEP_REST, "", 240, 3000});
    check_whole(&s->w);
    assert_false(s->w.over);
}

static void what_is_above_its_own_p95_is_marked(void **state)
{
    struct stage *s = *state;
    look_at(s, ACD_TEST_RUN_SLOW, ACD_RUN_ENDED, 9400);
    assert_false(s->w.step[0].over); /* 12 ms of 40 */
    assert_true(s->w.step[1].over);  /* 3 s of 900 ms */
    assert_true(s->w.step[2].over);
    assert_false(s->w.step[3].over); /* the rest is no checkpoint's */
    assert_int_equal(s->w.step[3].p95_ns, 0);
    /* In the p95's own bucket, on either side of it: nobody can tell, and nothing is marked. */
    const uint64_t p95 = s->w.step[1].p95_ns;
    unsigned bucket = acd_histogram_index(p95);
    uint64_t last = acd_histogram_lower(bucket + 1) - 1;
    assert_true(last > p95);
    assert_false(acd_quantile_exceeds(last, p95));
    assert_true(acd_quantile_exceeds(last + 1, p95));
}

static void a_running_one_grows_until_its_end_comes(void **state)
{
    struct stage *s = *state;
    struct acd_test_run run = {ACD_TEST_RUN_RUNNING + 1, "901", NULL, 4000, 4500, {{NULL, 0}}, 1};
    look_at(s, ACD_TEST_RUN_RUNNING + 1, ACD_RUN_RUNNING, 4000);
    assert_int_equal(s->w.run.state, ACD_RUN_RUNNING);
    check_step(&s->w, 2, (struct wanted){ACD_STEP_OPEN, "", 1232, 4000});
    check_whole(&s->w);
    s->m.ui.now_ns += 300 * MS;
    acd_test_model_renew(&s->m);
    renew(s);
    check_step(&s->w, 2, (struct wanted){ACD_STEP_OPEN, "", 1232, 4300});
    /* Its end is in the scroll-back before the running table is read again. */
    acd_test_model_run(&s->m, s->server, &run);
    renew(s);
    assert_int_equal(s->w.run.state, ACD_RUN_ENDED);
    check_step(&s->w, 2, (struct wanted){ACD_STEP_REST, "", 1232, 4500});
    s->m.ui.now_ns += 5000 * MS;
    acd_test_model_renew(&s->m);
    renew(s);
    assert_int_equal(s->w.run.elapsed_ns, 4500 * MS);
    check_whole(&s->w);
}

static void one_that_is_gone_without_an_end_is_lost_after_a_second(void **state)
{
    struct stage *s = *state;
    look_at(s, ACD_TEST_RUN_RUNNING + 1, ACD_RUN_RUNNING, 4000);
    s->server->totals.running_count = 0;
    acd_test_model_renew(&s->m);
    renew(s);
    assert_int_equal(s->w.run.state, ACD_RUN_RUNNING); /* its end may be on its way */
    s->m.ui.now_ns += 1100 * MS;
    acd_test_model_renew(&s->m);
    renew(s);
    assert_int_equal(s->w.run.state, ACD_RUN_LOST);
    assert_int_equal(s->w.run.elapsed_ns, 4000 * MS);
    assert_int_equal(s->w.step[s->w.count - 1].kind, ACD_STEP_UNSEEN);
    check_whole(&s->w);
}

static void what_no_event_tells_is_a_step_of_its_own(void **state)
{
    struct stage *s = *state;
    for (unsigned unseen = 0; unseen < 32; unseen++) {
        const struct acd_test_run run = {
            0xc00 + unseen,
            "77",
            NULL,
            1000,
            900,
            {{"cache_check", 100}, {"model_loaded", 300}, {"inference_complete", 850}},
            unseen};
        acd_test_model_run(&s->m, s->server, &run);
        look_at(s, run.id, ACD_RUN_ENDED, 1000);
        if (unseen & 16u) /* as the list of the slowest had it */
            s->w.run.elapsed_ns = 900 * MS;
        renew(s);
        check_whole(&s->w);
        size_t hidden = 0;
        for (size_t i = 0; i < s->w.count; i++)
            hidden += s->w.step[i].kind == ACD_STEP_UNSEEN;
        /* One before each checkpoint that follows a hidden one. */
        size_t wanted =
            (size_t)((unseen & 2u) && !(unseen & 4u)) + (size_t)((unseen & 4u) && !(unseen & 8u));
        assert_int_equal(hidden, wanted);
    }
}

static void the_running_table_tells_what_events_do_not(void **state)
{
    struct stage *s = *state;
    /* Below level 2 there are no events; the newest checkpoint is known all the same. */
    s->server->totals.running[0].id = 0xd00;
    strcpy(s->server->totals.running[0].checkpoint, "model_loaded");
    s->server->totals.running[0].checkpoint_ticks =
        s->server->totals.running[0].start_ticks + 400 * MS;
    acd_test_model_renew(&s->m);
    look_at(s, 0xd00, ACD_RUN_RUNNING, 1000);
    assert_int_equal(s->w.count, 2);
    check_step(&s->w, 0, (struct wanted){ACD_STEP_UNSEEN, "model_loaded", 0, 400});
    check_step(&s->w, 1, (struct wanted){ACD_STEP_OPEN, "", 400, 1000});
}

static void other_runs_and_other_servers_stay_out(void **state)
{
    struct stage *s = *state;
    struct acd_server *other = acd_test_model_server(&s->m, "other", 2);
    const struct acd_test_run same_id = {ACD_TEST_RUN_QUICK,   "xx", "Wrong", 2100, 700,
                                         {{"cache_check", 5}}, 0};
    acd_test_model_run(&s->m, other, &same_id);
    look_at(s, ACD_TEST_RUN_QUICK, ACD_RUN_ENDED, 2100);
    assert_int_equal(s->w.run.state, ACD_RUN_ENDED);
    assert_int_equal(s->w.run.elapsed_ns, 1900 * MS);
    assert_int_equal(s->w.count, 3);
    check_step(&s->w, 0, (struct wanted){ACD_STEP_DONE, "cache_check", 0, 11});
    check_whole(&s->w);
}

static void the_requests_other_events_are_named(void **state)
{
    struct stage *s = *state;
    const struct acd_test_lookup here = {"kv", "", "mine", "88a", "cold", ACD_OUTCOME_MISS,
                                         9000, 1,  1,      1,     1};
    struct acd_test_lookup later = here, other = here;
    struct acd_entry entry;
    later.ms = 300;
    other.request = "88ab";
    acd_test_model_lookup(&s->m, s->server, &here);
    acd_test_model_lookup(&s->m, s->server, &later); /* 0.3 s ago: it ended right before */
    acd_test_model_lookup(&s->m, s->server, &other);
    acd_test_model_lookup(&s->m, acd_test_model_server(&s->m, "other", 2), &here);
    const struct acd_timer_run run = {.id = {s->server->number, ACD_TEST_RUN_SLOW},
                                      .state = ACD_RUN_ENDED,
                                      .start_ns = ACD_TEST_NOW - 9400 * MS,
                                      .elapsed_ns = 9100 * MS,
                                      .followed = {.kind = ACD_REQUEST_TEXT, .text = "88a"}};
    acd_waterfall_open(&s->w, &run, "chat_completion", acd_store_next(s->m.fleet.store));
    renew(s);
    /* The first is the fixture's. Its own timer's events are the steps, and not here. */
    assert_int_equal(s->w.related_count, 3);
    for (size_t i = 0; i < s->w.related_count; i++) {
        assert_true(acd_store_get(s->m.fleet.store, s->w.related[i], &entry));
        assert_int_equal(entry.kind, ACD_KIND_CACHE);
        assert_int_equal(entry.server, s->server->number);
    }
    /* The same id an hour later is another request. */
    s->m.ui.now_ns += 3600 * ACD_TEST_SECOND;
    for (unsigned i = 0; i < 300; i++) {
        struct acd_entry copy = entry;
        copy.time_ns += 3600 * ACD_TEST_SECOND;
        assert_int_equal(acd_store_append(s->m.fleet.store, &copy), 0);
        assert_true(acd_store_get(s->m.fleet.store, s->w.related[2], &entry));
    }
    renew(s);
    assert_int_equal(s->w.related_count, 3);
    assert_int_equal(s->w.related_left_out, 0);
}

static void it_outlives_the_scroll_back(void **state)
{
    struct stage *s = *state;
    look_at(s, ACD_TEST_RUN_SLOW, ACD_RUN_ENDED, 9400);
    acd_test_model_logs(&s->m, s->server, 3000, 1);
    assert_true(acd_store_first(s->m.fleet.store) > 1000);
    renew(s);
    assert_int_equal(s->w.count, 4);
    check_whole(&s->w);
}

static void one_renewal_looks_at_so_many_entries_and_no_more(void **state)
{
    struct stage *s = *state;
    const struct acd_timer_run run = {.id = {s->server->number, ACD_TEST_RUN_SLOW},
                                      .state = ACD_RUN_ENDED,
                                      .start_ns = ACD_TEST_NOW - 9400 * MS};
    unsigned renewals = 1;
    acd_store_free(s->m.fleet.store);
    assert_int_equal(acd_store_new(&s->m.fleet.store, 4 * MANY, ACD_STORE_BYTES_DEFAULT), 0);
    acd_test_model_logs(&s->m, s->server, MANY, 0); /* as late as the run's last events */
    acd_test_model_requests(&s->m, s->server);
    acd_test_model_logs(&s->m, s->server, MANY, 0);
    uint64_t end = acd_store_next(s->m.fleet.store);
    acd_waterfall_open(&s->w, &run, "chat_completion", end);
    while (acd_waterfall_renew(&s->w, &s->m.fleet, &s->m.digest, end)) {
        renewals++;
        assert_true(renewals < 100);
        if (renewals == 2) /* still on the way back to where it began */
            assert_int_equal(s->w.next, end - ACD_WATERFALL_ENTRIES);
        check_whole(&s->w);
    }
    /* There and back. */
    assert_int_equal(renewals, (2 * end + ACD_WATERFALL_ENTRIES) / ACD_WATERFALL_ENTRIES);
    assert_int_equal(s->w.count, 4);
    check_step(&s->w, 2, (struct wanted){ACD_STEP_DONE, "inference_complete", 3012, 9090});
    /* What the scroll-back forgets between two renewals is passed over. */
    acd_waterfall_open(&s->w, &run, "chat_completion", end);
    acd_waterfall_renew(&s->w, &s->m.fleet, &s->m.digest, end);
    acd_test_model_logs(&s->m, s->server, 4 * MANY, 0);
    renew(s);
    assert_int_equal(s->w.next, acd_store_next(s->m.fleet.store));
}

static void a_request_that_is_followed_is_compared_with_all_and_not_with_itself(void **state)
{
    struct stage *s = *state;
    const struct acd_timer_run run = {.id = {s->server->number, ACD_TEST_RUN_SLOW},
                                      .state = ACD_RUN_ENDED,
                                      .start_ns = ACD_TEST_NOW - 9400 * MS};
    acd_test_model_requests(&s->m, s->server);
    acd_waterfall_open(&s->w, &run, "chat_completion", acd_store_next(s->m.fleet.store));
    renew(s);
    const uint64_t whole = s->w.whole.p95_ns, first = s->w.step[0].p95_ns;
    assert_true(whole > 0 && first > 0);
    /* As if the digest were of this request alone: one run each, as long as it was. */
    for (size_t i = 0; i < s->m.digest.timer_count; i++)
        s->m.digest.timer[i].quantiles.p95_ns = 1;
    for (size_t i = 0; i < s->m.digest.label_count; i++)
        s->m.digest.label[i].quantiles.p95_ns = 1;
    s->w.alone = true;
    renew(s);
    assert_int_equal(s->w.whole.p95_ns, whole);
    assert_int_equal(s->w.step[0].p95_ns, first);
    s->w.alone = false;
    renew(s);
    assert_int_equal(s->w.step[0].p95_ns, 1);
}

static void checkpoints_without_a_place_are_counted(void **state)
{
    struct stage *s = *state;
    const uint64_t id = 0xe00;
    struct acd_test_run run = {id, "loop", NULL, 5000, 0, {{NULL, 0}}, 1};
    for (uint64_t i = 0; i < 100; i++) {
        for (uint64_t k = 0; k < 3; k++) {
            run.checkpoint[k].label = "token";
            run.checkpoint[k].at_ms = 10 * (3 * i + k + 1);
        }
        acd_test_model_run(&s->m, s->server, &run);
    }
    run = (struct acd_test_run){id, "loop", NULL, 5000, 3100, {{NULL, 0}}, 1};
    acd_test_model_run(&s->m, s->server, &run);
    look_at(s, id, ACD_RUN_ENDED, 5000);
    assert_int_equal(s->w.count, ACD_WATERFALL_MARKS + 2);
    check_step(&s->w, ACD_WATERFALL_MARKS, (struct wanted){ACD_STEP_MORE, "44", 2560, 3000});
    check_whole(&s->w);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steps_tell_offset_and_time_of_each_checkpoint),
        TEST(a_failure_says_with_what),
        TEST(what_is_above_its_own_p95_is_marked),
        TEST(a_running_one_grows_until_its_end_comes),
        TEST(one_that_is_gone_without_an_end_is_lost_after_a_second),
        TEST(what_no_event_tells_is_a_step_of_its_own),
        TEST(the_running_table_tells_what_events_do_not),
        TEST(other_runs_and_other_servers_stay_out),
        TEST(the_requests_other_events_are_named),
        TEST(it_outlives_the_scroll_back),
        TEST(one_renewal_looks_at_so_many_entries_and_no_more),
        TEST(a_request_that_is_followed_is_compared_with_all_and_not_with_itself),
        TEST(checkpoints_without_a_place_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
