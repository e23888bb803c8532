/* SPDX-License-Identifier: MIT */
/* The control word: set, leased, acknowledged, restored; the test plays the emitter. */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "emitter/format/kinds.h"
#include "tests/support/built.h"
#include "tui/reader/control.h"

#define SECOND UINT64_C(1000000000)
#define EPOCH UINT64_C(1700000000000000000)
#define OPENED (50 * SECOND)

struct ring {
    struct acd_built b;
    uint64_t word; /* offset */
};

static int make(void **state)
{
    static struct ring r;
    struct acd_ringbuild_options o = {.start_levels = acd_levels_all(1),
                                      .opened = {1000, OPENED, EPOCH}};
    memset(&r, 0, sizeof r);
    acd_built_make(&r.b, &o);
    acd_built_map(&r.b);
    r.word = r.b.rb.offset[RB_CONTROL];
    *state = &r;
    return 0;
}

static int drop(void **state)
{
    struct ring *r = *state;
    acd_built_remove(&r->b);
    return 0;
}

/* So many seconds and nanoseconds after the ring was opened. */
static struct acd_now at(uint64_t seconds, uint64_t ns)
{
    return (struct acd_now){OPENED + seconds * SECOND + ns, EPOCH + seconds * SECOND + ns};
}

static struct acd_control_state state_at(struct ring *r, struct acd_now now)
{
    struct acd_control_state s;
    acd_control_read(r->b.ring, &now, &s);
    return s;
}

static unsigned set(struct ring *r, uint32_t level, uint32_t lease_s, struct acd_now now)
{
    struct acd_control_request q = {acd_levels_all(level), lease_s, "me"};
    unsigned change = 999;
    assert_int_equal(acd_control_set(r->b.ring, &q, &now, &change, NULL), 0);
    return change;
}

static void before_any_change_the_start_levels_hold(void **state)
{
    struct acd_control_state s = state_at(*state, at(5, 0));
    assert_int_equal(s.levels, acd_levels_all(1));
    assert_true(s.acked);
    assert_false(s.leased || s.expired || s.closed);
    assert_string_equal(s.who, "");
}

static void a_change_is_acknowledged_by_the_emitter(void **state)
{
    struct ring *r = *state;
    unsigned change = set(r, 3, 0, at(5, 0));
    assert_int_equal(change, 1);
    assert_int_equal(acd_ringbuild_get(&r->b.rb, r->word), UINT64_C(0x1ffffffff));
    struct acd_control_state s = state_at(r, at(5, 0));
    assert_int_equal(s.levels, acd_levels_all(3));
    assert_string_equal(s.who, "me");
    assert_false(s.acked || s.leased);
    assert_false(acd_control_acked(r->b.ring, change));
    acd_ringbuild_set(&r->b.rb, r->word + 64, 1 + change);
    assert_true(acd_control_acked(r->b.ring, change));
    assert_true(state_at(r, at(5, 0)).acked);
}

static void change_numbers_go_round(void **state)
{
    struct ring *r = *state;
    for (unsigned i = 1; i <= 600; i++) {
        unsigned change = set(r, i & 3, 0, at(5, 0));
        assert_int_equal(change, i & 255);
        assert_false(acd_control_acked(r->b.ring, change));
        acd_ringbuild_set(&r->b.rb, r->word + 64, 1 + change);
        assert_true(acd_control_acked(r->b.ring, change));
    }
    /* A later change's acknowledgement is the earlier one's too. */
    unsigned first = set(r, 1, 0, at(5, 0)), second = set(r, 2, 0, at(5, 0));
    acd_ringbuild_set(&r->b.rb, r->word + 64, 1 + second);
    assert_true(acd_control_acked(r->b.ring, first));
}

static void a_lease_lasts_at_least_what_was_asked(void **state)
{
    struct ring *r = *state;
    struct acd_now asked = at(10, 300000000);
    set(r, 2, 60, asked);
    assert_int_equal(acd_ringbuild_get(&r->b.rb, r->word) >> 40, 71);
    struct acd_control_state s = state_at(r, asked);
    assert_true(s.leased);
    assert_int_equal(s.lease_until_realtime_ns, EPOCH + 71 * SECOND);
    s = state_at(r, at(70, 999999999));
    assert_true(s.leased);
    assert_int_equal(s.lease_until_realtime_ns, EPOCH + 71 * SECOND);
    assert_int_equal(s.levels, acd_levels_all(2));
    s = state_at(r, at(71, 0));
    assert_true(s.expired && !s.leased);
    assert_int_equal(s.levels, acd_levels_all(1));
    s = state_at(r, at(71 + 3600 * 24, 0));
    assert_true(s.expired);
}

static void deadlines_go_round_and_are_never_zero(void **state)
{
    struct ring *r = *state;
    const uint64_t range = UINT64_C(1) << 23;
    set(r, 2, 10, at(range - 10, 0)); /* would be 0: none */
    assert_int_equal(acd_ringbuild_get(&r->b.rb, r->word) >> 40, 1);
    assert_true(state_at(r, at(range - 10, 0)).leased);
    assert_true(state_at(r, at(range + 1, 0)).expired);
    set(r, 2, 100, at(5 * range - 50, 0));
    assert_true(state_at(r, at(5 * range + 49, 0)).leased);
    assert_true(state_at(r, at(5 * range + 50, 0)).expired);
    set(r, 2, UINT32_MAX, at(20, 0)); /* as long as can be told */
    assert_true(state_at(r, at(20, 0)).leased);
    assert_true(state_at(r, at(20 + ACD_CONTROL_LEASE_MAX_S - 1, 0)).leased);
    assert_true(state_at(r, at(20 + ACD_CONTROL_LEASE_MAX_S, 0)).expired);
}

/* A viewer whose clock is behind the ring's start: in another time namespace, or of another boot. */
static void a_lease_lasts_as_long_where_the_clocks_are_others(void **state)
{
    struct ring *r = *state;
    const struct acd_identity *id = acd_ringmap_identity(r->b.ring);
    struct acd_now here = {id->opened.monotonic_ns - 1, id->opened.realtime_ns + 10 * SECOND};
    set(r, 2, 60, here);
    assert_int_equal(acd_ringbuild_get(&r->b.rb, r->word) >> 40, 70);
    struct acd_control_state s = state_at(r, here);
    assert_true(s.leased);
    assert_int_equal(s.lease_until_realtime_ns, here.realtime_ns + 60 * SECOND);
    assert_true(state_at(r, at(69, 0)).leased);
    assert_true(state_at(r, at(70, 0)).expired);
    here.realtime_ns = id->opened.realtime_ns - SECOND; /* nothing to go by: since the start */
    assert_true(state_at(r, here).leased);
}

/* The deadline is the viewer's clock's; the writer, and any viewer beside it, waits for its own. */
static void a_lease_set_by_a_clock_that_is_ahead_lasts_longer_by_as_much(void **state)
{
    struct ring *r = *state;
    set(r, 3, 60, at(1000, 0));
    assert_true(state_at(r, at(10, 0)).leased);
    assert_true(state_at(r, at(1059, 0)).leased);
    assert_true(state_at(r, at(1060, 0)).expired);
    /* And by one that is behind, so much less. */
    set(r, 3, 60, at(10, 0));
    assert_true(state_at(r, at(1000, 0)).expired);
}

static void an_expired_lease_is_restored_once(void **state)
{
    struct ring *r = *state;
    struct acd_now early = at(20, 0), late = at(40, 0);
    assert_int_equal(acd_control_restore(r->b.ring, &late), 0);
    unsigned change = set(r, 3, 10, at(10, 0));
    assert_int_equal(acd_control_restore(r->b.ring, &(struct acd_now){OPENED, EPOCH}), 0);
    assert_int_equal(acd_control_restore(r->b.ring, &early), 1);
    assert_int_equal(acd_control_restore(r->b.ring, &late), 0);
    struct acd_control_state s = state_at(r, late);
    assert_int_equal(s.levels, acd_levels_all(1));
    assert_int_equal(s.change, change + 1);
    assert_false(s.leased || s.expired);
    assert_string_equal(s.who, "lease ended");
}

/* As make(), of a writer that ends a lease with the levels that stood before it. */
static int make_resuming(void **state)
{
    static struct ring r;
    struct acd_ringbuild_options o = {.start_levels = acd_levels_all(1),
                                      .opened = {1000, OPENED, EPOCH}};
    memset(&r, 0, sizeof r);
    acd_built_make(&r.b, &o);
    acd_ringbuild_set(&r.b.rb, 16, 2); /* compatible flag 1 */
    acd_built_map(&r.b);
    r.word = r.b.rb.offset[RB_CONTROL];
    *state = &r;
    return 0;
}

static void a_lease_gives_back_what_stood_before_it(void **state)
{
    struct ring *r = *state;
    struct acd_now late = at(100, 0);
    set(r, 2, 0, at(5, 0));
    set(r, 3, 10, at(6, 0));
    assert_int_equal(acd_ringbuild_get(&r->b.rb, r->word + 8),
                     (acd_ringbuild_get(&r->b.rb, r->word) & ~UINT64_C(0xffffffff)) |
                         acd_levels_all(2));
    struct acd_control_state s = state_at(r, at(7, 0));
    assert_int_equal(s.levels, acd_levels_all(3));
    assert_int_equal(s.lasting, acd_levels_all(2));
    /* Longer, or another level, on top of it: still what stood before the first. */
    set(r, 0, 20, at(8, 0));
    assert_int_equal(state_at(r, at(9, 0)).lasting, acd_levels_all(2));
    s = state_at(r, late);
    assert_true(s.expired);
    assert_int_equal(s.levels, acd_levels_all(2));
    /* One on top of a lease that has ended and was not restored yet. */
    set(r, 3, 10, late);
    assert_int_equal(state_at(r, late).lasting, acd_levels_all(2));
    late = at(200, 0);
    assert_int_equal(acd_control_restore(r->b.ring, &late), 1);
    s = state_at(r, late);
    assert_int_equal(s.levels, acd_levels_all(2));
    assert_int_equal(s.lasting, acd_levels_all(2));
    assert_false(s.expired || s.leased);
}

static void a_resume_of_another_change_means_the_start_levels(void **state)
{
    struct ring *r = *state;
    struct acd_now late = at(100, 0);
    set(r, 2, 0, at(5, 0));
    set(r, 3, 10, at(6, 0));
    acd_ringbuild_add(&r->b.rb, r->word + 8, UINT64_C(1) << 32);
    assert_int_equal(state_at(r, at(7, 0)).lasting, acd_levels_all(1));
    assert_int_equal(acd_control_restore(r->b.ring, &late), 1);
    assert_int_equal(state_at(r, late).levels, acd_levels_all(1));
}

/* Its emitter would put the start levels back: the viewer must not say otherwise. */
static void a_writer_that_knows_no_resume_gets_its_start_levels(void **state)
{
    struct ring *r = *state;
    set(r, 2, 0, at(5, 0));
    set(r, 3, 10, at(6, 0));
    assert_int_equal(state_at(r, at(7, 0)).lasting, acd_levels_all(1));
    assert_int_equal(state_at(r, at(100, 0)).levels, acd_levels_all(1));
}

static void a_closed_ring_cannot_be_set(void **state)
{
    struct ring *r = *state;
    struct acd_control_request q = {0, 0, NULL};
    struct acd_problem why;
    struct acd_now now = at(1, 0);
    unsigned change = 77;
    acd_ringbuild_set(&r->b.rb, r->word + 72, 1);
    assert_int_equal(acd_control_set(r->b.ring, &q, &now, &change, &why), -ESRCH);
    assert_int_equal(why.code, ACD_PROBLEM_CLOSED);
    assert_int_equal(change, 77);
    assert_true(state_at(r, now).closed);
}

/* Root is not stopped by a mode; it becomes somebody else for the test. */
static void a_ring_that_may_not_be_written_says_so(void **state)
{
    struct ring *r = *state;
    struct acd_control_request q = {0, 0, NULL};
    struct acd_problem why;
    struct acd_now now = at(1, 0);
    unsigned change;
    bool root = geteuid() == 0;
    assert_int_equal(chmod(r->b.path, 0444), 0);
    if (root)
        assert_int_equal(seteuid(65534), 0);
    int result = acd_control_set(r->b.ring, &q, &now, &change, &why);
    if (root)
        assert_int_equal(seteuid(0), 0);
    assert_int_equal(result, -EACCES);
    assert_int_equal(why.code, ACD_PROBLEM_NOT_PERMITTED);
    assert_non_null(strstr(why.text, "cannot set the level of 'built.1.acr'"));
}

static void who_is_cut_and_cleared(void **state)
{
    struct ring *r = *state;
    char longest[100];
    unsigned change;
    struct acd_now now = at(1, 0);
    memset(longest, 'w', 99);
    longest[99] = '\0';
    struct acd_control_request q = {0, 0, longest};
    assert_int_equal(acd_control_set(r->b.ring, &q, &now, &change, NULL), 0);
    assert_int_equal(strlen(state_at(r, now).who), 64);
    q.who = NULL;
    assert_int_equal(acd_control_set(r->b.ring, &q, &now, &change, NULL), 0);
    assert_string_equal(state_at(r, now).who, "");
}

static int set_many(struct ring *r)
{
    struct acd_control_request q = {acd_levels_all(2), 0, "one of many"};
    struct acd_now now = at(1, 0);
    unsigned change;
    int failed = 0;
    for (int i = 0; i < 40; i++)
        failed |= acd_control_set(r->b.ring, &q, &now, &change, NULL);
    return failed != 0;
}

static void viewers_that_race_count_every_change(void **state)
{
    struct ring *r = *state;
    pid_t viewer[4];
    for (int i = 0; i < 4; i++) {
        viewer[i] = fork();
        if (viewer[i] == 0)
            _exit(set_many(r));
        assert_true(viewer[i] > 0);
    }
    for (int i = 0; i < 4; i++)
        assert_int_equal(acd_scratch_wait(viewer[i]), 0);
    assert_int_equal(state_at(r, at(1, 0)).change, 160);
}

static void the_mapping_is_gone_after_a_change(void **state)
{
    struct ring *r = *state;
    set(r, 1, 0, at(1, 0));
    unsigned maps = acd_scratch_mappings(), descriptors = acd_scratch_descriptors();
    set(r, 2, 0, at(1, 0));
    assert_int_equal(acd_scratch_mappings(), maps);
    assert_int_equal(acd_scratch_descriptors(), descriptors);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(before_any_change_the_start_levels_hold),
        TEST(a_change_is_acknowledged_by_the_emitter),
        TEST(change_numbers_go_round),
        TEST(a_lease_lasts_at_least_what_was_asked),
        TEST(deadlines_go_round_and_are_never_zero),
        TEST(a_lease_lasts_as_long_where_the_clocks_are_others),
        TEST(a_lease_set_by_a_clock_that_is_ahead_lasts_longer_by_as_much),
        TEST(an_expired_lease_is_restored_once),
        cmocka_unit_test_setup_teardown(a_lease_gives_back_what_stood_before_it, make_resuming,
                                        drop),
        cmocka_unit_test_setup_teardown(a_resume_of_another_change_means_the_start_levels,
                                        make_resuming, drop),
        TEST(a_writer_that_knows_no_resume_gets_its_start_levels),
        TEST(a_closed_ring_cannot_be_set),
        TEST(a_ring_that_may_not_be_written_says_so),
        TEST(who_is_cut_and_cleared),
        TEST(viewers_that_race_count_every_change),
        TEST(the_mapping_is_gone_after_a_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
