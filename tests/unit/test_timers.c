/* SPDX-License-Identifier: MIT */
/* Timers: counted and timed at every level, visible while they run, events from level 2. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/fixture.h"

static unsigned running(const struct acd_fixture *f)
{
    unsigned count = 0;
    for (unsigned i = 0; i < ACD_RUNNING; i++)
        count += acd_peek_running(&f->peek, i) != NULL;
    return count;
}

static uint64_t word(const acd_word *w)
{
    return acd_peek_word(w);
}

static void counts_and_histograms_are_exact_at_every_level(void **state)
{
    struct acd_fixture *f = *state;
    for (int level = 0; level <= 3; level++) {
        assert_int_equal(acd_fixture_at_level(f, level), 0);
        for (unsigned i = 0; i < 50; i++) {
            acdebug_timer t;
            acdebug_timer_start(&t, "chat");
            double a = acdebug_timer_checkpoint(&t, "cache_check");
            if (i % 2)
                acdebug_timer_checkpoint(&t, "model_loaded");
            double b = i % 5 ? acdebug_timer_end(&t) : acdebug_timer_fail(&t, "Timeout");
            assert_true(a >= 0 && b >= a);
        }
        struct acd_timer_entry *e = acd_peek_timer(&f->peek, "chat");
        assert_non_null(e);
        assert_int_equal(word(&e->started), 50);
        assert_int_equal(word(&e->failed), 10);
        assert_int_equal(word(&e->timing.count), 50);
        assert_int_equal(acd_peek_histogram(&f->peek, &e->timing), 50);
        assert_true(word(&e->timing.max_ns) <= word(&e->timing.sum_ns));
        const struct acd_timing *check = &acd_peek_label(e, "cache_check")->timing;
        assert_int_equal(word(&check->count), 50);
        assert_int_equal(acd_peek_histogram(&f->peek, check), 50);
        assert_int_equal(word(&acd_peek_label(e, "model_loaded")->timing.count), 25);
        assert_true(word(&check->sum_ns) <= word(&e->timing.sum_ns));
        assert_int_equal(running(f), 0);
        unsigned on = level >= 2;
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_START, NULL, NULL), 50 * on);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_CHECKPOINT, NULL, NULL), 75 * on);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_END, NULL, NULL), 40 * on);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_FAIL, NULL, NULL),
                         level >= 1 ? 10 : 0);
        assert_int_equal(word(&acd_peek_error(&f->peek, "Timeout")->count), 10);
    }
}

static void a_timers_own_level_decides_when_its_end_is_logged(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    for (unsigned level = 0; level <= 9; level++) {
        acdebug_timer t;
        acdebug_timer_start_level(&t, "t", level);
        acdebug_timer_end(&t);
    }
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_END, NULL, NULL), 2); /* 0 and 1 */
    assert_int_equal(word(&acd_peek_timer(&f->peek, "t")->timing.count), 10);
}

/* Whoever asks for level 3 sees nothing of the timer below: a start alone would look like one that never
 * ends. */
static void a_timer_of_level_3_has_no_events_below(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned level = 1; level <= 3; level++) {
        acdebug_timer t;
        assert_int_equal(acd_fixture_at_level(f, (int)level), 0);
        for (unsigned own = 1; own <= 3; own++) {
            acdebug_timer_start_level(&t, "t", own);
            acdebug_timer_checkpoint(&t, "c");
            assert_int_equal(running(f), 1);
            acdebug_timer_end(&t);
        }
        unsigned stepped = level < 2 ? 0 : level; /* those of level 1 and 2, then all */
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_START, NULL, NULL), stepped);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_CHECKPOINT, NULL, NULL), stepped);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_END, NULL, NULL), level);
        assert_int_equal(word(&acd_peek_timer(&f->peek, "t")->timing.count), 3);
    }
}

static void an_event_tells_name_id_label_and_times(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    acdebug_timer t;
    acdebug_request_set(99);
    acdebug_timer_start(&t, "chat");
    acdebug_request_set(100); /* the timer goes on with the request it was started in */
    acdebug_timer_checkpoint(&t, "first");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_START, NULL, &e), 1);
    uint64_t id = acd_event_find(&e->view, ACD_KEY_TIMER_ID)->number.u;
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_TIMER)->text, "chat"));
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_CHECKPOINT, NULL, &e), 1);
    assert_true(acd_event_find(&e->view, ACD_KEY_TIMER_ID)->number.u == id);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_TIMER_LABEL)->text, "first"));
    assert_true(acd_event_find(&e->view, ACD_KEY_TIMER_SINCE)->number.u ==
                acd_event_find(&e->view, ACD_KEY_TIMER_ELAPSED)->number.u);
    assert_int_equal(e->view.request.number, 99);
    acdebug_timer_fail(&t, "ValueError");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_FAIL, NULL, &e), 1);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_ERROR_TYPE)->text, "ValueError"));
}

static void what_runs_is_visible_with_its_request_and_checkpoint(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_timer t;
    char text[64];
    acdebug_request_set_str("req-7");
    acdebug_timer_start(&t, "slow");
    assert_int_equal(running(f), 1);
    const struct acd_running_entry *e = acd_peek_running(&f->peek, 0);
    assert_int_equal(word(&e->sequence) % 2, 0);
    assert_int_equal(word(&e->checkpoint), 0);
    acd_peek_text(e->request_text, 5, text);
    assert_string_equal(text, "req-7");
    acdebug_timer_checkpoint(&t, "one");
    acdebug_timer_checkpoint(&t, "two");
    assert_int_equal(word(&e->checkpoint), 2); /* 1 + index of "two" */
    assert_true(word(&e->checkpoint_ticks) > word(&e->start_ticks));
    const struct acd_timer_entry *timer = acd_peek_at(&f->peek, ACD_SEC_TIMERS, word(&e->timer));
    assert_string_equal(timer->name, "slow");
    acdebug_timer_end(&t);
    assert_int_equal(running(f), 0);
    assert_int_equal(word(&e->id), 0);
}

static void more_running_timers_than_places_are_all_counted(void **state)
{
    struct acd_fixture *f = *state;
    enum { COUNT = ACD_RUNNING + 50 };
    acdebug_timer *t = calloc(COUNT, sizeof *t);
    for (unsigned i = 0; i < COUNT; i++)
        acdebug_timer_start(&t[i], "many");
    assert_int_equal(running(f), ACD_RUNNING);
    assert_int_equal(word(&acd_peek_shared(&f->peek)->running_full), 50);
    for (unsigned i = 0; i < COUNT; i++)
        acdebug_timer_end(&t[(i * 7) % COUNT]);
    assert_int_equal(running(f), 0);
    assert_int_equal(word(&acd_peek_timer(&f->peek, "many")->timing.count), COUNT);
    free(t);
}

static void nested_timers_are_apart(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned i = 0; i < 10; i++) {
        ACDEBUG_TIMED_SCOPE("outer");
        for (unsigned j = 0; j < 3; j++) {
            ACDEBUG_TIMED_SCOPE("inner");
            if (j == 2)
                continue; /* ends the scope all the same */
        }
    }
    assert_int_equal(word(&acd_peek_timer(&f->peek, "outer")->timing.count), 10);
    assert_int_equal(word(&acd_peek_timer(&f->peek, "inner")->timing.count), 30);
    assert_true(word(&acd_peek_timer(&f->peek, "outer")->timing.sum_ns) >=
                word(&acd_peek_timer(&f->peek, "inner")->timing.sum_ns));
    assert_int_equal(running(f), 0);
}

static void a_second_end_does_nothing(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_timer t;
    acdebug_timer_start(&t, "once");
    acdebug_timer_end(&t);
    assert_true(acdebug_timer_end(&t) == 0);
    assert_true(acdebug_timer_fail(&t, "x") == 0);
    assert_true(acdebug_timer_checkpoint(&t, "x") == 0);
    struct acd_timer_entry *e = acd_peek_timer(&f->peek, "once");
    assert_int_equal(word(&e->timing.count), 1);
    assert_int_equal(word(&e->failed), 0);
    assert_int_equal(word(&e->labels_used), 0);
}

static void a_timer_of_a_closed_ring_leaves_the_next_one_alone(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_timer t;
    acdebug_timer_start(&t, "crossing");
    assert_int_equal(acd_fixture_at_level(f, 3), 0);
    assert_true(acdebug_timer_checkpoint(&t, "x") == 0);
    assert_true(acdebug_timer_end(&t) == 0);
    assert_null(acd_peek_timer(&f->peek, "crossing"));
}

static void *end_it(void *timer)
{
    acdebug_timer_checkpoint(timer, "elsewhere");
    acdebug_timer_end(timer);
    return NULL;
}

static void another_thread_may_end_it(void **state)
{
    struct acd_fixture *f = *state;
    pthread_t thread;
    acdebug_timer t;
    acdebug_timer_start(&t, "handed over");
    assert_int_equal(pthread_create(&thread, NULL, end_it, &t), 0);
    pthread_join(thread, NULL);
    assert_int_equal(word(&acd_peek_timer(&f->peek, "handed over")->timing.count), 1);
    assert_int_equal(running(f), 0);
}

static void names_and_labels_beyond_their_tables_go_under_other(void **state)
{
    struct acd_fixture *f = *state;
    char name[40];
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 100; i++) {
            acdebug_timer t;
            snprintf(name, sizeof name, "req %u", i);
            acdebug_timer_start(&t, name);
            for (unsigned j = 0; i == 0 && j < 40; j++) {
                snprintf(name, sizeof name, "label %u", j);
                acdebug_timer_checkpoint(&t, name);
            }
            acdebug_timer_checkpoint(&t, "same");
            acdebug_timer_end(&t);
        }
    struct acd_timer_entry *other = acd_peek_timer(&f->peek, "(other)");
    assert_int_equal(word(&other->timing.count), 2 * (100 - ACD_TIMERS));
    assert_int_equal(word(&other->started), 2 * (100 - ACD_TIMERS));
    assert_int_equal(word(&acd_peek_label(other, "same")->timing.count), 2 * (100 - ACD_TIMERS));
    assert_int_equal(word(&acd_peek_shared(&f->peek)->timers_full), 2 * (100 - ACD_TIMERS));
    struct acd_timer_entry *first = acd_peek_timer(&f->peek, "req 0");
    assert_int_equal(word(&acd_peek_label(first, "(other)")->timing.count),
                     2 * (41 - ACD_TIMER_LABELS));
    uint64_t sum = 0;
    for (unsigned i = 0; i <= ACD_TIMER_LABELS; i++)
        sum += word(&first->label[i].timing.count);
    assert_int_equal(sum, 82);
}

static void a_histograms_sum_follows_what_was_timed(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_timer t;
    acdebug_timer_start(&t, "measured");
    double ms;
    do
        ms = acdebug_timer_checkpoint(&t, "spin");
    while (ms < 5);
    double whole = acdebug_timer_end(&t);
    struct acd_timer_entry *e = acd_peek_timer(&f->peek, "measured");
    assert_true(whole >= ms);
    assert_true((double)word(&e->timing.sum_ns) <= whole * 1e6 + 1);
    assert_true((double)word(&e->timing.sum_ns) >= whole * 1e6 - 1);
    assert_int_equal(word(&e->timing.sum_ns), word(&e->timing.max_ns));
}

static void a_performance_is_an_event_at_level_2(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    acdebug_field detail = acdebug_field_str("how", "fast");
    acdebug_performance("load", 12.5, &detail, 1);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_PERFORMANCE, NULL, &e), 1);
    assert_true(acd_event_find(&e->view, ACD_KEY_DURATION_MS)->number.d == 12.5);
    assert_true(acd_peek_is(&acd_event_find(&e->view, "how")->text, "fast"));
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    acdebug_performance("load", 12.5, NULL, 0);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_PERFORMANCE, NULL, NULL), 0);
}

static void what_was_timed_elsewhere_counts_as_a_timer_at_every_level(void **state)
{
    struct acd_fixture *f = *state;
    for (int level = 0; level <= 3; level++) {
        const struct acd_peek_event *e = NULL;
        assert_int_equal(acd_fixture_at_level(f, level), 0);
        for (uint64_t i = 1; i <= 10; i++)
            acdebug_timer_add("elsewhere", i * 1000000, i % 5 ? NULL : "Timeout");
        struct acd_timer_entry *t = acd_peek_timer(&f->peek, "elsewhere");
        assert_non_null(t);
        assert_int_equal(word(&t->started), 10);
        assert_int_equal(word(&t->failed), 2);
        assert_int_equal(word(&t->timing.count), 10);
        assert_int_equal(word(&t->timing.sum_ns), 55000000);
        assert_int_equal(word(&t->timing.max_ns), 10000000);
        assert_int_equal(acd_peek_histogram(&f->peek, &t->timing), 10);
        assert_int_equal(word(&acd_peek_error(&f->peek, "Timeout")->count), 2);
        assert_int_equal(running(f), 0);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_END, NULL, &e), level >= 2 ? 8 : 0);
        if (level >= 2)
            assert_int_equal(acd_event_find(&e->view, ACD_KEY_TIMER_ELAPSED)->number.u, 9000000);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_FAIL, NULL, NULL), level ? 2 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(counts_and_histograms_are_exact_at_every_level),
        ACD_FIXTURE_TEST(a_timers_own_level_decides_when_its_end_is_logged),
        ACD_FIXTURE_TEST(a_timer_of_level_3_has_no_events_below),
        ACD_FIXTURE_TEST(an_event_tells_name_id_label_and_times),
        ACD_FIXTURE_TEST(what_runs_is_visible_with_its_request_and_checkpoint),
        ACD_FIXTURE_TEST(more_running_timers_than_places_are_all_counted),
        ACD_FIXTURE_TEST(nested_timers_are_apart),
        ACD_FIXTURE_TEST(a_second_end_does_nothing),
        ACD_FIXTURE_TEST(a_timer_of_a_closed_ring_leaves_the_next_one_alone),
        ACD_FIXTURE_TEST(another_thread_may_end_it),
        ACD_FIXTURE_TEST(names_and_labels_beyond_their_tables_go_under_other),
        ACD_FIXTURE_TEST(a_histograms_sum_follows_what_was_timed),
        ACD_FIXTURE_TEST(a_performance_is_an_event_at_level_2),
        ACD_FIXTURE_TEST(what_was_timed_elsewhere_counts_as_a_timer_at_every_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
