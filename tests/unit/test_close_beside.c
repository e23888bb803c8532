/* SPDX-License-Identifier: MIT */
/* A close beside another thread's open: it comes before or after, and a ring that is open has its text. */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/pause.h"
#include "emitter/text.h"
#include "tests/support/capture.h"
#include "tests/support/fixture.h"

#define OPENS 50

static acdebug_options with_text(const struct acd_fixture *f, int level)
{
    acdebug_options o = acd_scratch_options(&f->dir, level);
    o.flags = ACDEBUG_NO_COLLECT;
    return o;
}

static void close_there(enum acd_pause_point point)
{
    if (point == ACD_PAUSE_OPEN_HIDDEN)
        acdebug_close();
}

static void a_close_inside_an_open_leaves_ring_and_text_on(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    acdebug_options o = with_text(f, 1);
    acd_fixture_close(f);
    acd_pause_hook = close_there;
    int r = acd_fixture_open(f, &o);
    acd_pause_hook = NULL;
    assert_int_equal(r, 0);
    capture_begin(&c);
    acdebug_log(1, "is shown", ACDEBUG_INT("i", 1));
    acdebug_timer_add("t", 1000000, "Failed"); /* at every level, if text is on */
    capture_end(&c);
    assert_non_null(strstr(c.text, "is shown"));
    assert_non_null(strstr(c.text, "t failed after 1.00ms: Failed"));
    capture_free(&c);
}

static void *close_all_the_time(void *context)
{
    acd_word *stop = context;
    while (!acd_see(stop))
        acdebug_close();
    return NULL;
}

/* What the text is while the phase is: true unless a ring was open all the time, and its text off. */
static bool is_right(void)
{
    uint64_t generation = acd_see(acd_generation());
    bool open = acd_see(&acd_state.phase) == ACD_PHASE_OPEN;
    bool on = acd_text_on();
    atomic_thread_fence(memory_order_acquire);
    return !open || on || generation == 0 || acd_see(&acd_state.phase) != ACD_PHASE_OPEN ||
           acd_see(acd_generation()) != generation;
}

static void closes_beside_opens_never_leave_an_open_ring_without_text(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = with_text(f, 0);
    acd_word stop = 0;
    pthread_t closer;
    unsigned opened = 0;
    acd_fixture_close(f);
    f->peek.base = NULL;
    assert_int_equal(pthread_create(&closer, NULL, close_all_the_time, &stop), 0);
    while (opened < OPENS) {
        opened += acdebug_open("beside", &o) == 0;
        for (unsigned i = 0; i < 20; i++)
            if (!is_right())
                acd_scratch_die("an open ring without its text");
    }
    acd_publish(&stop, 1);
    pthread_join(closer, NULL);
    acdebug_close();
    assert_false(acd_text_on());
}

static void a_close_without_a_ring_still_ends_text(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    f->peek.base = NULL;
    acdebug_options o = with_text(f, 1);
    o.directory = "/proc/self/no-such-place";
    struct capture c;
    capture_begin(&c);
    assert_true(acdebug_open("noring", &o) < 0);
    assert_true(acd_text_on());
    acdebug_close();
    assert_false(acd_text_on());
    capture_end(&c);
    capture_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(a_close_inside_an_open_leaves_ring_and_text_on),
        ACD_FIXTURE_TEST(closes_beside_opens_never_leave_an_open_ring_without_text),
        ACD_FIXTURE_TEST(a_close_without_a_ring_still_ends_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
