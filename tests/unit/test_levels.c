/* SPDX-License-Identifier: MIT */
/* The control word: taken over and answered for, leases that end, and what hostile words do. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "tests/support/fixture.h"

static uint64_t word_of(uint64_t levels, uint64_t change, uint64_t deadline)
{
    return levels | change << ACD_CONTROL_CHANGE_SHIFT | deadline << ACD_CONTROL_DEADLINE_SHIFT;
}

/* What a viewer does: who first, then the word. */
static void set_word(const struct acd_fixture *f, const char *who, uint64_t word)
{
    struct acd_control *c = acd_peek_control(&f->peek);
    uint64_t words[8] = {0};
    memcpy(words, who, strnlen(who, sizeof words));
    for (unsigned i = 0; i < 8; i++)
        atomic_store(&c->who[i], words[i]);
    atomic_store(&c->word, word);
}

static uint64_t word_now(const struct acd_fixture *f)
{
    return acd_peek_word(&acd_peek_control(&f->peek)->word);
}

static uint64_t ack(const struct acd_fixture *f)
{
    return acd_peek_word(&acd_peek_control(&f->peek)->ack);
}

static unsigned level_events(const struct acd_fixture *f, const struct acd_peek_event **ret_event)
{
    return acd_peek_find(&f->peek, ACD_KIND_LEVEL, NULL, ret_event);
}

static void a_change_counts_at_the_next_call_and_is_answered(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    assert_int_equal(ack(f), 0);
    set_word(f, "somebody@host", word_of(acd_levels_all(2), 1, 0));
    acdebug_log(2, "now on");
    acdebug_log(3, "still off");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, NULL), 1);
    assert_int_equal(ack(f), 2); /* 1 + change number */
    assert_int_equal(level_events(f, &e), 1);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_LEVEL_FROM)->number.u, 0);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_LEVEL_TO)->number.u, acd_levels_all(2));
    const struct acd_text *who = &acd_event_find(&e->view, ACD_KEY_WHO)->text;
    assert_true(who->length >= 13);
    assert_memory_equal(who->bytes, "somebody@host", 13);
    assert_int_equal(acdebug_level(), 2);
    acdebug_log(2, "on");
    assert_int_equal(level_events(f, NULL), 1);
}

static void asking_for_the_level_answers_too(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    set_word(f, "x", word_of(acd_levels_all(1), 7, 0));
    assert_int_equal(acdebug_level(), 1);
    assert_int_equal(ack(f), 8);
    set_word(f, "x", word_of(acd_levels_all(3), 8, 0));
    assert_true(acdebug_enabled(3));
    assert_int_equal(ack(f), 9);
    assert_int_equal(level_events(f, NULL), 2);
}

static void a_call_that_only_counts_answers_too(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    acdebug_timer t;
    set_word(f, "x", word_of(0, 1, 0));
    acdebug_cache_hit("prompt", "k");
    assert_int_equal(ack(f), 2);
    set_word(f, "x", word_of(0, 2, 0));
    acdebug_cache_lookup(&l);
    assert_int_equal(ack(f), 3);
    set_word(f, "x", word_of(0, 3, 0));
    acdebug_timer_start(&t, "t");
    assert_int_equal(ack(f), 4);
    set_word(f, "x", word_of(0, 4, 0));
    acdebug_timer_end(&t);
    assert_int_equal(ack(f), 5);
    set_word(f, "x", word_of(0, 5, 0));
    acdebug_error("HTTP", 500, NULL);
    assert_int_equal(ack(f), 6);
    set_word(f, "x", word_of(0, 6, 0));
    acdebug_cache_evict("prompt", NULL, 1, NULL);
    assert_int_equal(ack(f), 7);
}

static void categories_have_levels_of_their_own(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned c = 0; c < ACD_CATEGORIES; c++) {
        uint64_t before = acd_peek_records(&f->peek);
        set_word(f, "x", word_of(acd_levels_with(0, c, 2), c, 0));
        for (unsigned to = 0; to < ACD_CATEGORIES; to++) {
            assert_int_equal(acdebug_enabled_for(to, 2), to == c);
            assert_false(acdebug_enabled_for(to, 3));
            acdebug_log_fields(to, 2, "x", NULL, 0);
        }
        assert_int_equal(acd_peek_records(&f->peek) - before, 2); /* the change and one */
    }
}

static void a_lease_that_has_ended_is_undone_by_the_first_call_after_it(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    /* A deadline one second before the ring was made is past, modulo its range. */
    set_word(f, "x", word_of(acd_levels_all(3), 5, ACD_CONTROL_DEADLINE_MASK));
    acdebug_log(3, "past the deadline");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "past the deadline", NULL), 0);
    assert_int_equal(word_now(f), word_of(acd_levels_all(1), 6, 0));
    assert_int_equal(ack(f), 7);
    assert_int_equal(level_events(f, &e), 2);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_LEVEL_TO)->number.u, acd_levels_all(1));
    acdebug_log(1, "start level");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, NULL), 1);
    set_word(f, "x", word_of(acd_levels_all(3), 7, ACD_CONTROL_DEADLINE_MASK));
    assert_int_equal(acdebug_level(), 1);
    set_word(f, "x", word_of(acd_levels_all(3), 8, ACD_CONTROL_DEADLINE_MASK));
    assert_false(acdebug_enabled(2));
}

static void a_lease_gives_back_the_levels_that_it_found(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    const uint64_t over = ACD_CONTROL_DEADLINE_MASK;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    acd_word *resume = &acd_peek_control(&f->peek)->resume;
    atomic_store(resume, word_of(acd_levels_all(2), 5, over));
    set_word(f, "x", word_of(acd_levels_all(3), 5, over));
    acdebug_log(3, "past the deadline");
    acdebug_log(2, "as before the lease");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "past the deadline", NULL), 0);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "as before the lease", NULL), 1);
    assert_int_equal(word_now(f), word_of(acd_levels_all(2), 6, 0));
    assert_int_equal(level_events(f, &e), 2);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_LEVEL_TO)->number.u, acd_levels_all(2));
    assert_int_equal(acdebug_level(), 2);
    /* What belongs to another change, or to another deadline, counts for nothing. */
    atomic_store(resume, word_of(acd_levels_all(2), 6, over));
    set_word(f, "x", word_of(acd_levels_all(3), 7, over));
    assert_int_equal(acdebug_level(), 1);
    atomic_store(resume, word_of(acd_levels_all(2), 9, over - 1));
    set_word(f, "x", word_of(acd_levels_all(3), 9, over));
    assert_int_equal(acdebug_level(), 1);
}

static void a_lease_that_is_made_longer_is_no_event(void **state)
{
    struct acd_fixture *f = *state;
    const uint64_t far = ACD_CONTROL_DEADLINE_MASK / 2;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    set_word(f, "x", word_of(acd_levels_all(3), 1, far - 9));
    assert_int_equal(acdebug_level(), 3);
    set_word(f, "x", word_of(acd_levels_all(3), 2, far));
    assert_int_equal(acdebug_level(), 3);
    assert_int_equal(ack(f), 3);
    assert_int_equal(level_events(f, NULL), 1);
}

static void a_lease_ends_while_the_server_runs(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t emitted = 0;
    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    set_word(f, "x", word_of(acd_levels_all(3), 1, 1)); /* one second after open */
    while (emitted < UINT64_C(1) << 40 && word_now(f) != word_of(0, 2, 0)) {
        acdebug_log(3, "leased");
        emitted++;
        sched_yield();
    }
    assert_true(emitted > 1);
    uint64_t records = acd_peek_records(&f->peek);
    acdebug_log(3, "off again");
    assert_int_equal(acd_peek_records(&f->peek), records);
    assert_int_equal(ack(f), 3);
}

static void a_far_deadline_changes_nothing_now(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    uint64_t word = word_of(acd_levels_all(3), 1, ACD_CONTROL_DEADLINE_MASK / 2);
    set_word(f, "x", word);
    for (unsigned i = 0; i < 1000; i++)
        acdebug_log(3, "leased");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, NULL), 1000);
    assert_true(word_now(f) == word);
}

static void change_numbers_wrap(void **state)
{
    struct acd_fixture *f = *state;
    for (uint64_t i = 0; i < 600; i++) {
        set_word(f, "x", word_of(acd_levels_all((unsigned)(1 + i % 3)), i & 255, 0));
        assert_int_equal(acdebug_level(), 1 + i % 3);
        assert_int_equal(ack(f), 1 + (i & 255));
    }
    set_word(f, "x", word_of(acd_levels_all(3), 255, ACD_CONTROL_DEADLINE_MASK));
    (void)acdebug_level();
    assert_int_equal(word_now(f), word_of(acd_levels_all(3), 0, 0)); /* start level 3 */
}

/* Whatever a hostile viewer writes: every emit lives, every record decodes, errno stays. */
static int decodes(void *context, const struct acd_peek_event *event)
{
    *(unsigned *)context += event->malformed || !event->has_site;
    return 0;
}

static void hostile_words_are_masked(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t seed = 42;
    unsigned bad = 0;
    char who[64];
    memset(who, 0xff, sizeof who); /* no NUL, no UTF-8 */
    for (unsigned i = 0; i < 20000; i++) {
        acdebug_timer t;
        uint64_t word = acd_scratch_random(&seed);
        set_word(f, who, i % 4 == 0 ? UINT64_MAX : i % 4 == 1 ? UINT64_C(1) << 63 : word);
        errno = 4711;
        acdebug_log(1, "an event", ACDEBUG_UINT("n", i));
        acdebug_log_fields(i % 20, i % 7, "x", NULL, 0);
        acdebug_cache_hit("prompt", "k");
        acdebug_timer_start(&t, "t");
        acdebug_timer_end(&t);
        int level = acdebug_level();
        assert_true(level >= 0 && level <= 3);
        assert_int_equal(errno, 4711);
        assert_true(ack(f) >= 1 && ack(f) <= 256);
    }
    acd_peek_each(&f->peek, decodes, &bad);
    assert_int_equal(bad, 0);
    struct acd_peek_cache c;
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 20000);
}

static void a_viewers_word_on_the_way_out_harms_nobody(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_close();
    set_word(f, "x", UINT64_MAX);
    acdebug_log(1, "x");
    assert_int_equal(acdebug_level(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(a_change_counts_at_the_next_call_and_is_answered),
        ACD_FIXTURE_TEST(asking_for_the_level_answers_too),
        ACD_FIXTURE_TEST(a_call_that_only_counts_answers_too),
        ACD_FIXTURE_TEST(categories_have_levels_of_their_own),
        ACD_FIXTURE_TEST(a_lease_that_has_ended_is_undone_by_the_first_call_after_it),
        ACD_FIXTURE_TEST(a_lease_gives_back_the_levels_that_it_found),
        ACD_FIXTURE_TEST(a_lease_that_is_made_longer_is_no_event),
        ACD_FIXTURE_TEST(a_lease_ends_while_the_server_runs),
        ACD_FIXTURE_TEST(a_far_deadline_changes_nothing_now),
        ACD_FIXTURE_TEST(change_numbers_wrap),
        ACD_FIXTURE_TEST(hostile_words_are_masked),
        ACD_FIXTURE_TEST(a_viewers_word_on_the_way_out_harms_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
