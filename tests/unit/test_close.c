/* SPDX-License-Identifier: MIT */
/* What threads find that race with close: addresses that read zero, never a fault, one ring an open. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>

#include "emitter/state.h"
#include "tests/support/fixture.h"

static void every_address_of_a_closed_ring_reads_zero_and_may_be_written(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_ring *ring = acd_pointer_see(&acd_state.ring);
    acd_word *control = &ring->control->word;
    acdebug_log(1, "something", ACDEBUG_UINT("n", 1));
    acdebug_close();
    assert_int_equal(acd_get(control), 0);
    for (uint64_t at = 0; at < ring->data_bytes; at += 4096) {
        char *byte = ring->data + at;
        assert_int_equal(*byte, 0);
        *byte = 1; /* private: the file doesn't change */
    }
    acd_set(control, UINT64_MAX);
    assert_int_not_equal(acd_peek_word(&acd_peek_control(&f->peek)->word), UINT64_MAX);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "something", NULL), 1);
}

struct race {
    acd_word stop;
    acd_word emitted;
};

static void *emit_all_kinds(void *context)
{
    struct race *r = context;
    uint64_t n = 0;
    while (!acd_see(&r->stop)) {
        acdebug_timer t;
        acdebug_timer_start(&t, "raced");
        acdebug_log(1, "raced", ACDEBUG_UINT("n", n), ACDEBUG_STR("s", "a text of some length"));
        acdebug_cache_hit("prompt", "k");
        acdebug_cache_miss("prompt", "k", "reason");
        acdebug_timer_checkpoint(&t, "label");
        acdebug_timer_end(&t);
        acdebug_error("HTTP", 500, NULL);
        (void)acdebug_level();
        n++;
    }
    acd_add(&r->emitted, n);
    return NULL;
}

static void emits_that_race_with_close_never_fault_and_open_no_ring(void **state)
{
    struct acd_fixture *f = *state;
    struct race race = {0};
    pthread_t thread[3];
    unsigned rounds = (unsigned)acd_scratch_scaled(200, 4);
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    acd_fixture_close(f);
    unsigned before = acd_scratch_count(&f->dir, ".acr");
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, emit_all_kinds, &race), 0);
    for (unsigned i = 0; i < rounds; i++) {
        assert_int_equal(acdebug_open("raced", &o), 0);
        acdebug_close();
    }
    acd_publish(&race.stop, 1);
    for (unsigned i = 0; i < 3; i++)
        pthread_join(thread[i], NULL);
    printf("%u rounds of open and close, %llu loops of 3 threads meanwhile\n", rounds,
           (unsigned long long)acd_get(&race.emitted));
    /* Exactly one ring an open: none was made by a thread that saw a moment of it. */
    assert_int_equal(acd_scratch_count(&f->dir, ".acr") - before, rounds);
}

static void *open_and_close(void *context)
{
    struct acd_fixture *f = context;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    for (unsigned i = 0; i < 50; i++) {
        int r = acdebug_open("contended", &o);
        if (r == 0)
            acdebug_close();
    }
    return NULL;
}

static void opens_and_closes_of_many_threads_leave_it_closed(void **state)
{
    struct acd_fixture *f = *state;
    pthread_t thread[4];
    acd_fixture_close(f);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, open_and_close, f), 0);
    for (unsigned i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(acd_get(&acd_state.phase), ACD_PHASE_CLOSED);
    assert_string_equal(acdebug_ring_path(), "");
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    assert_int_equal(acdebug_open("after", &o), 0);
}

/* As behind an open, or a child's first event, while another thread ends the program. */
static void who_collects_needs_no_ring_that_is_still_open(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    for (unsigned i = 0; i < 9; i++)
        assert_int_equal(acd_fixture_reopen(f, &o), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), 10);
    const struct acd_ring *ring = acd_pointer_see(&acd_state.ring);
    acdebug_close();
    acd_file_collect(ring);
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(every_address_of_a_closed_ring_reads_zero_and_may_be_written),
        ACD_FIXTURE_TEST(emits_that_race_with_close_never_fault_and_open_no_ring),
        ACD_FIXTURE_TEST(opens_and_closes_of_many_threads_leave_it_closed),
        ACD_FIXTURE_TEST(who_collects_needs_no_ring_that_is_still_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
