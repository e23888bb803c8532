/* SPDX-License-Identifier: MIT */
/* Which thread writes where: own lanes, reuse, the budget, the lane that all share. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "emitter/state.h"
#include "tests/support/fixture.h"

#define NOBODY 0x7ffffff0u /* no kernel gives a thread that number */

static uint64_t word(const acd_word *w)
{
    return acd_peek_word(w);
}

static uint32_t thread_number(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

static unsigned lanes_made(const struct acd_fixture *f)
{
    unsigned count = 0;
    for (unsigned i = 0; i + 1 < acd_peek_lanes(&f->peek); i++)
        count += acd_peek_lane(&f->peek, i) != NULL;
    return count;
}

static struct acd_lane *overflow(const struct acd_fixture *f)
{
    return acd_peek_lane(&f->peek, acd_peek_lanes(&f->peek) - 1);
}

static uint64_t dropped(const struct acd_fixture *f)
{
    return word(&acd_peek_shared(&f->peek)->dropped_busy) +
           word(&acd_peek_shared(&f->peek)->dropped_no_room);
}

/* ---- threads that emit together ---- */

struct crew {
    unsigned threads, events;
    pthread_barrier_t barrier;
};

static void *emit_in_crew(void *context)
{
    struct crew *c = context;
    acdebug_log(1, "begin");
    pthread_barrier_wait(&c->barrier); /* all have their lane or none */
    for (unsigned i = 1; i < c->events; i++)
        acdebug_log(1, "work", ACDEBUG_UINT("n", i));
    pthread_barrier_wait(&c->barrier); /* nobody's end frees a lane early */
    return NULL;
}

static void run_crew(unsigned threads, unsigned events)
{
    struct crew c = {.threads = threads, .events = events};
    pthread_t id[64];
    pthread_barrier_init(&c.barrier, NULL, threads);
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&id[i], NULL, emit_in_crew, &c) != 0)
            acd_scratch_die("pthread_create");
    for (unsigned i = 0; i < threads; i++)
        pthread_join(id[i], NULL);
    pthread_barrier_destroy(&c.barrier);
}

static void the_first_threads_have_big_lanes_the_later_small_ones(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.big_lanes = 2;
    assert_int_equal(acd_fixture_reopen(f, &o), 0); /* this thread has the first: start */
    run_crew(5, 100);
    assert_int_equal(lanes_made(f), 6);
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(word(&acd_peek_lane(&f->peek, i)->cells), i < 2 ? 16384 : 2048);
    for (unsigned i = 1; i < 6; i++)
        assert_int_equal(word(&acd_peek_lane(&f->peek, i)->records), 101); /* and who it is */
    assert_int_equal(word(&overflow(f)->records), 0);
    assert_int_equal(dropped(f), 0);
}

static int tells_its_thread(void *context, const struct acd_peek_event *event)
{
    uint32_t *thread = context;
    if (event->site.kind != ACD_KIND_THREAD)
        return 0;
    *thread = (uint32_t)acd_event_find(&event->view, ACD_KEY_THREAD)->number.u;
    return 0;
}

static void a_lane_begins_with_whose_it_is(void **state)
{
    struct acd_fixture *f = *state;
    uint32_t thread = 0;
    acd_peek_each_of(&f->peek, 0, tells_its_thread, &thread);
    assert_int_equal(thread, thread_number());
    assert_int_equal((uint32_t)word(&acd_peek_lane(&f->peek, 0)->owner), thread);
}

static void *emit_ten(void *number)
{
    for (unsigned i = 0; i < 10; i++)
        acdebug_log(1, "one of ten", ACDEBUG_UINT("n", i));
    acdebug_cache_hit("prompt", "k");
    *(uint32_t *)number = thread_number();
    return NULL;
}

static void an_ended_threads_lane_goes_to_the_next_and_totals_stay(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t before = acd_peek_records(&f->peek);
    for (unsigned i = 1; i <= 200; i++) {
        pthread_t thread;
        uint32_t number = 0, newest = 0;
        struct acd_peek_cache c;
        assert_int_equal(pthread_create(&thread, NULL, emit_ten, &number), 0);
        pthread_join(thread, NULL);
        assert_int_equal(acd_peek_records(&f->peek) - before, i * 12);
        acd_peek_cache(&f->peek, "prompt", "", &c);
        assert_int_equal(c.outcome[ACD_OUTCOME_HIT], i);
        /* In the one before's, or, if the kernel has not let that one go yet, in one more. */
        for (unsigned lane = 1; lane < lanes_made(f) && newest != number; lane++)
            acd_peek_each_of(&f->peek, lane, tells_its_thread, &newest);
        assert_int_equal(newest, number);
    }
    assert_true(lanes_made(f) <= 3); /* a thread may be joined before the kernel has let it go */
    assert_true(word(&acd_peek_lane(&f->peek, 1)->owner) >> 32 >= 100); /* owners so far */
    assert_int_equal(dropped(f), 0);
}

/* ---- without a lane ---- */

static void more_threads_than_lanes_share_one_and_nothing_goes_uncounted(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.budget_bytes = 700 << 10; /* the fixed parts and two or three small lanes */
    o.lane_bytes = o.small_lane_bytes = 128 << 10;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    uint64_t before = acd_peek_records(&f->peek) + dropped(f);
    unsigned lanes = lanes_made(f);
    run_crew(16, 2000);
    uint64_t shared = word(&acd_peek_shared(&f->peek)->lanes_shared);
    uint64_t late = word(&overflow(f)->records);
    assert_true(shared > 0 && late > 0);
    unsigned with_lane = lanes_made(f) - lanes;
    assert_int_equal(with_lane + shared, 16);
    assert_int_equal(acd_peek_records(&f->peek) + dropped(f) - before, 16 * 2000 + with_lane);
    assert_true(word(&acd_peek_shared(&f->peek)->allocated_bytes) <= 700 << 10);
}

static int has_thread(void *context, const struct acd_peek_event *event)
{
    *(unsigned *)context += event->view.thread == thread_number();
    return 0;
}

static void without_any_budget_all_share_the_overflow_lane(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    unsigned mine = 0;
    o.budget_bytes = 1;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    for (unsigned i = 0; i < 100; i++)
        acdebug_log(1, "shared", ACDEBUG_UINT("n", i));
    acdebug_cache_hit("prompt", "k");
    acdebug_timer t;
    acdebug_timer_start(&t, "t");
    acdebug_timer_end(&t);
    acdebug_error("HTTP", 500, NULL);
    assert_int_equal(lanes_made(f), 0);
    acd_peek_each_of(&f->peek, acd_peek_lanes(&f->peek) - 1, has_thread, &mine);
    assert_int_equal(mine, word(&overflow(f)->records));
    assert_true(mine >= 102);
    /* No room for a row's name: it counts under (other), and so it stands in the shared block. */
    uint64_t hits = 0;
    for (unsigned row = 0; row < ACD_CACHE_ROWS; row++)
        hits += word(&acd_peek_shared(&f->peek)->cache[row].outcome[ACD_OUTCOME_HIT]);
    assert_int_equal(hits, 1);
}

/* It asks for a lane now and then, in vain; what is too much is cut there as in a lane of its own. */
static void a_thread_that_never_gets_a_lane_goes_on_without(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    acdebug_field fields[60];
    o.budget_bytes = 1;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    uint64_t before = word(&overflow(f)->records);
    for (unsigned i = 0; i < 10000; i++)
        acdebug_log(1, "shared", ACDEBUG_UINT("n", i));
    assert_int_equal(word(&overflow(f)->records) - before, 10000);
    assert_int_equal(lanes_made(f), 0);
    for (unsigned i = 0; i < 60; i++)
        fields[i] = acdebug_field_uint("n", i);
    acdebug_log_fields(0, 1, "many", fields, 60);
    assert_int_equal(word(&overflow(f)->cut), 1);
}

static void a_thread_without_a_lane_gets_one_when_another_ends(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.big_lanes = 1;
    o.budget_bytes = 430 << 10; /* the fixed parts and one lane */
    o.lane_bytes = o.small_lane_bytes = 128 << 10;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    assert_int_equal(lanes_made(f), 1);
    struct acd_lane *lane = acd_peek_lane(&f->peek, 0);
    uint32_t mine = thread_number(), told = 0;
    /* As if the lane were that of a thread that has ended, and this one had found none. */
    acd_thread.writer = (struct acd_lane_writer){.cells = NULL};
    acd_thread.retry = 0;
    acd_set(&lane->owner, (word(&lane->owner) & ~UINT64_C(0xffffffff)) | NOBODY);
    unsigned until = 0;
    for (; until < 20000 && !acd_thread.writer.cells; until++) {
        errno = 4711;
        acdebug_log(1, "waiting", ACDEBUG_UINT("n", until));
        assert_int_equal(errno, 4711);
    }
    assert_true(until > 0 && until < 20000);
    assert_int_equal((uint32_t)word(&lane->owner), mine);
    /* The change of owner is itself a record. */
    acd_peek_each_of(&f->peek, 0, tells_its_thread, &told);
    assert_int_equal(told, mine);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_THREAD, NULL, NULL), 2);
    assert_int_equal(dropped(f), 0);
}

/* ---- nesting ---- */

static void an_emit_inside_an_emit_goes_to_the_overflow_lane(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_lane *mine = acd_peek_lane(&f->peek, 0);
    struct acd_peek_cache c;
    acdebug_cache_hit("prompt", "k");
    uint64_t own = word(&mine->records), shared = word(&overflow(f)->records);
    acd_set(&acd_thread.busy, 1); /* as in a handler; longjmp leaves it so */
    acdebug_log(1, "nested", ACDEBUG_STR("s", "text"));
    acdebug_cache_hit("prompt", "k");
    acd_set(&acd_thread.busy, 0);
    assert_int_equal(word(&mine->records), own);
    assert_int_equal(word(&overflow(f)->records), shared + 2);
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "nested", &e), 1);
    assert_int_equal(e->view.thread, thread_number());
    assert_true(acd_peek_is(&acd_event_find(&e->view, "s")->text, "text"));
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 2);
    acdebug_log(1, "own again");
    assert_int_equal(word(&mine->records), own + 1);
}

static void a_taken_overflow_lane_drops_and_counts(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t before = dropped(f), records = acd_peek_records(&f->peek);
    acd_set(&acd_thread.busy, 1);
    atomic_store(&overflow(f)->owner, (uint64_t)getpid()); /* a thread that lives: the main one */
    for (unsigned i = 0; i < 1000; i++)
        acdebug_log(1, "nested");
    assert_int_equal(dropped(f) - before, 1000);
    assert_int_equal(acd_peek_records(&f->peek), records);
    atomic_store(&overflow(f)->owner, 0);
    acdebug_log(1, "nested");
    acd_set(&acd_thread.busy, 0);
    assert_int_equal(acd_peek_records(&f->peek), records + 1);
    assert_int_equal(dropped(f) - before, 1000);
}

static void an_overflow_lane_whose_holder_ended_is_taken_over(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t before = dropped(f), records = acd_peek_records(&f->peek);
    acd_set(&acd_thread.busy, 1);
    atomic_store(&overflow(f)->owner, NOBODY);
    errno = 4711;
    for (unsigned i = 0; i < 1000; i++)
        acdebug_log(1, "nested");
    acd_set(&acd_thread.busy, 0);
    assert_int_equal(errno, 4711);
    assert_true(dropped(f) - before < 1000);
    assert_int_equal(dropped(f) - before + acd_peek_records(&f->peek) - records, 1000);
    assert_int_equal((uint32_t)word(&overflow(f)->owner), 0);
}

/* So that a thread's number that comes back is not taken for the old holder's. */
static void each_owner_of_the_overflow_lane_is_counted(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t owner = word(&overflow(f)->owner);
    acd_set(&acd_thread.busy, 1);
    for (unsigned i = 1; i <= 100; i++) {
        acdebug_log(1, "nested");
        assert_int_equal(word(&overflow(f)->owner), owner + ((uint64_t)i << 32));
    }
    atomic_store(&overflow(f)->owner, UINT64_C(0xffffffff00000000));
    acdebug_log(1, "nested");
    assert_int_equal(word(&overflow(f)->owner), 0);
    acd_set(&acd_thread.busy, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(the_first_threads_have_big_lanes_the_later_small_ones),
        ACD_FIXTURE_TEST(a_lane_begins_with_whose_it_is),
        ACD_FIXTURE_TEST(an_ended_threads_lane_goes_to_the_next_and_totals_stay),
        ACD_FIXTURE_TEST(more_threads_than_lanes_share_one_and_nothing_goes_uncounted),
        ACD_FIXTURE_TEST(without_any_budget_all_share_the_overflow_lane),
        ACD_FIXTURE_TEST(a_thread_that_never_gets_a_lane_goes_on_without),
        ACD_FIXTURE_TEST(a_thread_without_a_lane_gets_one_when_another_ends),
        ACD_FIXTURE_TEST(an_emit_inside_an_emit_goes_to_the_overflow_lane),
        ACD_FIXTURE_TEST(a_taken_overflow_lane_drops_and_counts),
        ACD_FIXTURE_TEST(an_overflow_lane_whose_holder_ended_is_taken_over),
        ACD_FIXTURE_TEST(each_owner_of_the_overflow_lane_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
