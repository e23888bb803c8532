/* SPDX-License-Identifier: MIT */
/* Cache lookups: counted exactly at every level, an event from level 1. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/fixture.h"

static acdebug_lookup lookup(const char *type, enum acdebug_outcome outcome)
{
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.type = type;
    l.outcome = outcome;
    return l;
}

static void look_up(const char *type, enum acdebug_outcome outcome, uint64_t input, uint64_t cached)
{
    acdebug_lookup l = lookup(type, outcome);
    l.input_tokens = input;
    l.cached_tokens = cached;
    acdebug_cache_lookup(&l);
}

static void drive(void)
{
    for (unsigned i = 0; i < 100; i++) {
        acdebug_cache_hit("prompt", "a", ACDEBUG_UINT("tokens", i));
        if (i % 2)
            acdebug_cache_miss("prompt", "b", "cold");
        if (i % 4 == 0)
            acdebug_cache_miss("prompt", "c", "my own reason");
        if (i % 10 == 0)
            acdebug_cache_miss("prompt", "d", NULL);
        look_up("prompt", ACDEBUG_PARTIAL, 1000, 400 + i);
    }
    look_up("prompt", ACDEBUG_BYPASS, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN);
    look_up("prompt", ACDEBUG_OUTCOME_UNKNOWN, ACDEBUG_UNKNOWN, 5);
    look_up("prompt", ACDEBUG_MISS, 7, 0);
    acdebug_cache_evict("prompt", NULL, 12, "expired");
}

static void counters_are_exact_at_every_level(void **state)
{
    struct acd_fixture *f = *state;
    for (int level = 0; level <= 3; level++) {
        struct acd_peek_cache c;
        assert_int_equal(acd_fixture_at_level(f, level), 0);
        drive();
        acd_peek_cache(&f->peek, "prompt", "", &c);
        assert_int_equal(c.rows, 1);
        assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 100);
        assert_int_equal(c.outcome[ACD_OUTCOME_PARTIAL], 100);
        assert_int_equal(c.outcome[ACD_OUTCOME_MISS], 50 + 25 + 10 + 1);
        assert_int_equal(c.outcome[ACD_OUTCOME_BYPASS], 1);
        assert_int_equal(c.outcome[ACD_OUTCOME_UNKNOWN], 1);
        assert_int_equal(c.evictions, 12);
        assert_int_equal(c.token_lookups, 101); /* those with both counts known */
        assert_int_equal(c.input_tokens, 100 * 1000 + 7);
        assert_int_equal(c.cached_tokens, 100 * 400 + 99 * 100 / 2);
        assert_int_equal(acd_peek_reason(&f->peek, "prompt", "cold"), 50);
        assert_int_equal(acd_peek_reason(&f->peek, "prompt", "my own reason"), 25);
        uint64_t events = acd_peek_find(&f->peek, ACD_KIND_CACHE, NULL, NULL);
        assert_int_equal(events, level == 0 ? 0 : 100 + 85 + 100 + 3);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_EVICTION, NULL, NULL), level >= 2);
    }
}

static void an_event_carries_what_is_known_and_no_more(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    acdebug_field more = acdebug_field_str("tier", "l2");
    acdebug_lookup l = lookup("kv", ACDEBUG_PARTIAL);
    l.model = "some-model";
    l.key = "sys_42";
    l.reason = "prefix_diverged";
    l.input_tokens = 67584;
    l.cached_tokens = 40381;
    l.diverged_at = 40381;
    l.age_ns = 0;
    l.fields = &more;
    l.fields_count = 1;
    acdebug_cache_lookup(&l);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_CACHE, NULL, &e), 1);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_CACHE_TYPE)->text, "kv"));
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_CACHE_KEY)->text, "sys_42"));
    assert_true(
        acd_peek_is(&acd_event_find(&e->view, ACD_KEY_CACHE_REASON)->text, "prefix_diverged"));
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_MODEL)->text, "some-model"));
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_CACHE_OUTCOME)->number.u,
                     ACD_OUTCOME_PARTIAL);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_INPUT_TOKENS)->number.u, 67584);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_CACHE_AGE)->number.u, 0);
    assert_null(acd_event_find(&e->view, ACD_KEY_CREATED_TOKENS));
    assert_null(acd_event_find(&e->view, ACD_KEY_CACHE_SIZE));
    assert_true(acd_peek_is(&acd_event_find(&e->view, "tier")->text, "l2"));
    struct acd_peek_cache c;
    acd_peek_cache(&f->peek, "kv", "some-model", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_PARTIAL], 1);
    /* Only a miss has a reason among the misses' reasons. */
    assert_int_equal(c.reason[ACD_REASON_PREFIX_DIVERGED], 0);
    l.outcome = ACDEBUG_MISS;
    acdebug_cache_lookup(&l);
    acd_peek_cache(&f->peek, "kv", "some-model", &c);
    assert_int_equal(c.reason[ACD_REASON_PREFIX_DIVERGED], 1);
}

static void models_have_rows_of_their_own(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    for (unsigned i = 0; i < 30; i++) {
        acdebug_lookup l = lookup("prompt", ACDEBUG_HIT);
        l.model = i % 3 == 0 ? "one" : i % 3 == 1 ? "two" : NULL;
        acdebug_cache_lookup(&l);
        acdebug_cache_hit("prompt", "k");
    }
    acd_peek_cache(&f->peek, "prompt", "one", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 10);
    acd_peek_cache(&f->peek, "prompt", "two", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 10);
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 40);
}

static void input_tokens_that_exclude_the_cached_ones_are_summed(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    const struct acd_peek_event *e = NULL;
    acdebug_lookup l = lookup("prompt", ACDEBUG_PARTIAL);
    l.input_tokens = 100;
    l.cached_tokens = 900;
    l.created_tokens = 50;
    acdebug_cache_lookup_exclusive(&l);
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.input_tokens, 1050);
    assert_int_equal(c.cached_tokens, 900);
    assert_int_equal(c.created_lookups, 1);
    assert_int_equal(c.created_tokens, 50);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_CACHE, NULL, &e), 1);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_INPUT_TOKENS)->number.u, 1050);
}

static void no_rate_exceeds_one_whatever_is_claimed(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    look_up("prompt", ACDEBUG_HIT, 10, 4000);
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_true(c.cached_tokens <= c.input_tokens);
}

static void an_outcome_that_is_none_is_not_counted(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    look_up("prompt", (enum acdebug_outcome)5, 1, 1);
    look_up("prompt", (enum acdebug_outcome) - 1, 1, 1);
    acdebug_cache_lookup(NULL);
    acdebug_lookup l = lookup("prompt", ACDEBUG_HIT);
    l.size = 8;
    acdebug_cache_lookup(&l);
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.rows, 0);
}

static void types_beyond_the_table_go_under_other_and_none_is_lost(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    uint64_t sum = 0;
    char type[40];
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < 100; i++) {
            snprintf(type, sizeof type, "req %u", i);
            acdebug_cache_hit(type, "k");
        }
    for (unsigned i = 0; i < 100; i++) {
        snprintf(type, sizeof type, "req %u", i);
        acd_peek_cache(&f->peek, type, "", &c);
        assert_int_equal(c.rows, i < ACD_CACHE_TYPES);
        sum += c.outcome[ACD_OUTCOME_HIT];
    }
    acd_peek_cache(&f->peek, "(other)", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 3 * (100 - ACD_CACHE_TYPES));
    assert_int_equal(sum + c.outcome[ACD_OUTCOME_HIT], 300);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->caches_full),
                     3 * (100 - ACD_CACHE_TYPES));
}

static void reasons_beyond_the_table_go_under_other(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    char reason[80];
    for (unsigned i = 0; i < 100; i++) {
        snprintf(reason, sizeof reason, "reason %u", i);
        acdebug_cache_miss("prompt", "k", reason);
    }
    acd_peek_cache(&f->peek, "prompt", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_MISS], 100);
    assert_int_equal(c.reason[ACD_REASON_OTHER], 100 - ACD_REASONS_TEXT);
    assert_int_equal(acd_peek_reason(&f->peek, "prompt", "reason 15"), 1);
    assert_int_equal(acd_peek_reason(&f->peek, "prompt", "reason 16"), 0);
}

static void a_hint_never_counts_under_another_type(void **state)
{
    struct acd_fixture *f = *state;
    static const char *const types[] = {"a", "b", "ab", "", "abc"};
    struct acd_peek_cache c;
    for (int level = 0; level <= 1; level++) {
        assert_int_equal(acd_fixture_at_level(f, level), 0);
        for (unsigned i = 0; i < 1000; i++)
            acdebug_cache_hit(types[i % 5], "k"); /* one place, five types */
        for (unsigned i = 0; i < 5; i++) {
            acd_peek_cache(&f->peek, types[i], "", &c);
            assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 200);
        }
    }
}

static void long_types_are_cut_and_still_counted(void **state)
{
    struct acd_fixture *f = *state;
    struct acd_peek_cache c;
    char type[300];
    const char *none = f->dir.path[0] ? NULL : type; /* or the compiler warns of it */
    memset(type, 't', sizeof type - 1);
    type[sizeof type - 1] = '\0';
    for (unsigned i = 0; i < 10; i++) {
        type[sizeof type - 2] = (char)('0' + i); /* differ beyond the cut */
        acdebug_cache_hit(type, "k");
        acdebug_cache_miss(none, none, "");
    }
    type[ACD_NAME_BYTES - 1] = '\0';
    acd_peek_cache(&f->peek, type, "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_HIT], 10);
    acd_peek_cache(&f->peek, "", "", &c);
    assert_int_equal(c.outcome[ACD_OUTCOME_MISS], 10);
}

static void an_inventory_is_a_gauge_and_unknown_is_not_zero(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_cache_inventory("kv", NULL, 5, ACDEBUG_UNKNOWN, 0);
    acdebug_cache_inventory("kv", NULL, 7, ACDEBUG_UNKNOWN, 0);
    const struct acd_cache_entry *e = acd_peek_at(&f->peek, ACD_SEC_CACHES, 0);
    assert_string_equal(e->type, "kv");
    assert_int_equal(acd_peek_word(&e->entries), 8);
    assert_int_equal(acd_peek_word(&e->bytes), 0);
    assert_int_equal(acd_peek_word(&e->capacity_bytes), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(counters_are_exact_at_every_level),
        ACD_FIXTURE_TEST(an_event_carries_what_is_known_and_no_more),
        ACD_FIXTURE_TEST(models_have_rows_of_their_own),
        ACD_FIXTURE_TEST(input_tokens_that_exclude_the_cached_ones_are_summed),
        ACD_FIXTURE_TEST(no_rate_exceeds_one_whatever_is_claimed),
        ACD_FIXTURE_TEST(an_outcome_that_is_none_is_not_counted),
        ACD_FIXTURE_TEST(types_beyond_the_table_go_under_other_and_none_is_lost),
        ACD_FIXTURE_TEST(reasons_beyond_the_table_go_under_other),
        ACD_FIXTURE_TEST(a_hint_never_counts_under_another_type),
        ACD_FIXTURE_TEST(long_types_are_cut_and_still_counted),
        ACD_FIXTURE_TEST(an_inventory_is_a_gauge_and_unknown_is_not_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
