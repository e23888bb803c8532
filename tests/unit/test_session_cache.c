/* SPDX-License-Identifier: MIT */
/* The session cache: a conversation is found when it goes on, and says why when it is not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "emitter/examples/session_cache.h"

static const struct acd_prompt_rules rules = {.key = {1, 2}, .block_tokens = 2};
static const struct acd_block_id alice = {100, 1};
static const struct acd_block_id bob = {100, 2};

static struct acd_session_cache *cache_of(size_t session_count, uint64_t ttl_ns)
{
    const struct acd_session_cache_options options = {session_count, ttl_ns};
    struct acd_session_cache *cache = acd_session_cache_new(&options);

    assert_non_null(cache);
    return cache;
}

static struct acd_cache_result use_text(struct acd_session_cache *cache, struct acd_block_id who,
                                        const char *text, uint64_t now_ns)
{
    struct acd_prompt prompt;
    struct acd_cache_result result;

    assert_int_equal(acd_prompt_init(&prompt, &rules, "model", text, strlen(text)), 0);
    result = acd_session_cache_use(cache, who, &prompt, now_ns);
    acd_prompt_fini(&prompt);
    return result;
}

static void a_conversation_that_goes_on_is_found(void **state)
{
    struct acd_session_cache *cache = cache_of(4, 0);
    struct acd_cache_result result = use_text(cache, alice, "one two three four", 10);

    (void)state;
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_COLD);
    result = use_text(cache, alice, "one two three four five six seven", 30);
    assert_int_equal(result.outcome, ACD_LOOKUP_HIT);
    assert_int_equal(result.cached_tokens, 4);
    assert_int_equal(result.created_tokens, 2);
    assert_int_equal(result.age_ns, 20);
    acd_session_cache_free(cache);
}

static void a_changed_or_shortened_history_diverges(void **state)
{
    struct acd_session_cache *cache = cache_of(4, 0);

    (void)state;
    use_text(cache, alice, "one two three four", 10);
    assert_int_equal(use_text(cache, alice, "one two tree four", 10).reason,
                     ACD_WHY_PREFIX_DIVERGED);
    assert_int_equal(use_text(cache, alice, "one two", 10).reason, ACD_WHY_PREFIX_DIVERGED);
    acd_session_cache_free(cache);
}

static void a_conversation_that_comes_too_late_has_expired(void **state)
{
    struct acd_session_cache *cache = cache_of(4, 100);

    (void)state;
    use_text(cache, alice, "one two three four", 10);
    assert_int_equal(use_text(cache, alice, "one two three four", 110).outcome, ACD_LOOKUP_HIT);
    assert_int_equal(use_text(cache, alice, "one two three four", 211).reason, ACD_WHY_EXPIRED);
    acd_session_cache_free(cache);
}

static void a_clock_that_was_read_too_early_expires_nothing(void **state)
{
    struct acd_session_cache *cache = cache_of(4, 100);
    struct acd_cache_result result;

    (void)state;
    use_text(cache, alice, "one two three four", 10);
    result = use_text(cache, alice, "one two three four", 9);
    assert_int_equal(result.outcome, ACD_LOOKUP_HIT);
    assert_int_equal(result.age_ns, 0);
    acd_session_cache_free(cache);
}

static void the_oldest_conversation_is_evicted(void **state)
{
    struct acd_session_cache *cache = cache_of(1, 0);
    struct acd_cache_totals totals;

    (void)state;
    use_text(cache, alice, "one two three four", 10);
    assert_int_equal(use_text(cache, bob, "one two three four", 10).evicted, 1);
    assert_int_equal(use_text(cache, alice, "one two three four", 10).reason, ACD_WHY_EVICTED);
    assert_int_equal(use_text(cache, alice, "one", 10).reason, ACD_WHY_BELOW_MINIMUM);
    totals = acd_session_cache_totals(cache);
    assert_int_equal(totals.misses, 4);
    assert_int_equal(totals.evictions, 2);
    assert_int_equal(totals.entries, 1);
    acd_session_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_conversation_that_goes_on_is_found),
        cmocka_unit_test(a_changed_or_shortened_history_diverges),
        cmocka_unit_test(a_conversation_that_comes_too_late_has_expired),
        cmocka_unit_test(a_clock_that_was_read_too_early_expires_nothing),
        cmocka_unit_test(the_oldest_conversation_is_evicted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
