/* SPDX-License-Identifier: MIT */
/* The prompt cache: how much of a prompt it finds, why not all of it, and what it counts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "emitter/examples/prompt_cache.h"

enum { BLOCK = 4 };

static const struct acd_prompt_rules rules = {.key = {1, 2}, .block_tokens = BLOCK};
static const struct acd_block_id alice = {100, 1};
static const struct acd_block_id bob = {100, 2};

static struct acd_prompt_cache *cache_of(size_t block_count, size_t minimum_tokens)
{
    const struct acd_prompt_cache_options options = {block_count, minimum_tokens};
    struct acd_prompt_cache *cache = acd_prompt_cache_new(&options);

    assert_non_null(cache);
    return cache;
}

/* A prompt of words from first to last, each one token: "w000 w001 ...". */
static struct acd_cache_result use_words(struct acd_prompt_cache *cache, unsigned first,
                                         unsigned last, const char *tail,
                                         const struct acd_block_id *conversation)
{
    char text[8192] = "";
    struct acd_prompt prompt;
    struct acd_cache_result result;
    size_t at = 0;

    for (unsigned i = first; i < last; i++) {
        /* Letters only: digits would be tokens of their own. */
        at += (size_t)snprintf(text + at, sizeof(text) - at, " w%c%c", 'a' + (char)(i / 26 % 26),
                               'a' + (char)(i % 26));
    }
    snprintf(text + at, sizeof(text) - at, "%s", tail);
    assert_int_equal(acd_prompt_init(&prompt, &rules, "model", text, strlen(text)), 0);
    result = acd_prompt_cache_use(cache, &prompt, conversation, 1000);
    acd_prompt_fini(&prompt);
    return result;
}

static void a_first_prompt_is_cold_and_stored(void **state)
{
    struct acd_prompt_cache *cache = cache_of(100, 0);
    const struct acd_cache_result result = use_words(cache, 0, 10, "", &alice);

    (void)state;
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_COLD);
    assert_int_equal(result.input_tokens, 10);
    assert_int_equal(result.cached_tokens, 0);
    assert_int_equal(result.created_tokens, 8);
    acd_prompt_cache_free(cache);
}

static void the_same_prompt_again_is_a_hit(void **state)
{
    struct acd_prompt_cache *cache = cache_of(100, 0);
    struct acd_cache_result result;

    (void)state;
    use_words(cache, 0, 10, "", &alice);
    result = use_words(cache, 0, 10, "", &bob);
    assert_int_equal(result.outcome, ACD_LOOKUP_HIT);
    assert_int_equal(result.reason, ACD_WHY_NONE);
    assert_int_equal(result.cached_tokens, 8);
    assert_int_equal(result.created_tokens, 0);
    acd_prompt_cache_free(cache);
}

static void a_conversation_that_goes_on_is_a_partial_hit(void **state)
{
    struct acd_prompt_cache *cache = cache_of(100, 0);
    struct acd_cache_result result;

    (void)state;
    use_words(cache, 0, 10, "", &alice);
    result = use_words(cache, 0, 20, "", &alice);
    assert_int_equal(result.outcome, ACD_LOOKUP_PARTIAL);
    assert_int_equal(result.reason, ACD_WHY_COLD);
    assert_int_equal(result.cached_tokens, 8);
    assert_int_equal(result.diverged_at, 8);
    assert_int_equal(result.created_tokens, 12);
    acd_prompt_cache_free(cache);
}

static void a_changed_history_diverges_where_it_was_changed(void **state)
{
    struct acd_prompt_cache *cache = cache_of(100, 0);
    struct acd_cache_result result;

    (void)state;
    use_words(cache, 0, 20, "", &alice);
    result = use_words(cache, 0, 9, " changed and then some more of it", &alice);
    assert_int_equal(result.outcome, ACD_LOOKUP_PARTIAL);
    assert_int_equal(result.reason, ACD_WHY_PREFIX_DIVERGED);
    assert_int_equal(result.diverged_at, 8);

    /* Changed at its very start: nothing is found, and the reason is still not "cold". */
    result = use_words(cache, 1, 20, "", &alice);
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_PREFIX_DIVERGED);
    assert_int_equal(result.diverged_at, 0);

    /* The same from a stranger is cold. */
    result = use_words(cache, 2, 20, "", &bob);
    assert_int_equal(result.reason, ACD_WHY_COLD);
    acd_prompt_cache_free(cache);
}

static void an_evicted_prompt_says_so(void **state)
{
    struct acd_prompt_cache *cache = cache_of(4, 0);
    struct acd_cache_result result;

    (void)state;
    use_words(cache, 0, 16, "", &alice);
    result = use_words(cache, 100, 116, "", &bob);
    assert_int_equal(result.evicted, 4);
    result = use_words(cache, 0, 16, "", &alice);
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_EVICTED);
    acd_prompt_cache_free(cache);
}

static void a_conversation_evicted_before_the_ghosts_remember_says_so(void **state)
{
    struct acd_prompt_cache *cache = cache_of(4, 0);
    struct acd_cache_result result;

    (void)state;
    use_words(cache, 0, 16, "", &alice);
    for (unsigned i = 0; i < 20; i++) {
        use_words(cache, 100 + 16 * i, 116 + 16 * i, "", &bob);
    }
    result = use_words(cache, 0, 18, "", &alice);
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_EVICTED);
    acd_prompt_cache_free(cache);
}

static void a_chain_loses_its_end_first(void **state)
{
    struct acd_prompt_cache *cache = cache_of(6, 0);
    struct acd_cache_result result;

    (void)state;
    use_words(cache, 0, 16, "", &alice);  /* four blocks */
    use_words(cache, 100, 116, "", &bob); /* four more: two of alice's have to go */
    result = use_words(cache, 0, 16, "", &alice);
    assert_int_equal(result.outcome, ACD_LOOKUP_PARTIAL);
    assert_int_equal(result.reason, ACD_WHY_EVICTED);
    assert_int_equal(result.cached_tokens, 8);
    acd_prompt_cache_free(cache);
}

static void a_short_prompt_is_below_the_minimum(void **state)
{
    struct acd_prompt_cache *cache = cache_of(100, 12);
    struct acd_cache_result result = use_words(cache, 0, 3, "", &alice);

    (void)state;
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_BELOW_MINIMUM);
    assert_int_equal(result.created_tokens, 0);
    result = use_words(cache, 0, 11, "", &alice);
    assert_int_equal(result.reason, ACD_WHY_BELOW_MINIMUM);
    result = use_words(cache, 0, 12, "", &alice);
    assert_int_equal(result.reason, ACD_WHY_COLD);
    acd_prompt_cache_free(cache);
}

static void a_prompt_larger_than_the_cache_keeps_its_beginning(void **state)
{
    struct acd_prompt_cache *cache = cache_of(3, 0);
    struct acd_cache_result result = use_words(cache, 0, 40, "", &alice);

    (void)state;
    assert_int_equal(result.created_tokens, 12);
    assert_int_equal(result.evicted, 0);
    result = use_words(cache, 0, 40, "", &alice);
    assert_int_equal(result.cached_tokens, 12);
    assert_int_equal(result.created_tokens, 0);
    acd_prompt_cache_free(cache);
}

static void a_bypass_adds_no_tokens(void **state)
{
    struct acd_prompt_cache *cache = cache_of(100, 0);
    struct acd_prompt prompt;
    struct acd_cache_totals totals;

    (void)state;
    assert_int_equal(acd_prompt_init(&prompt, &rules, "model", "a b c d", 7), 0);
    assert_int_equal(acd_prompt_cache_bypass(cache, &prompt).outcome, ACD_LOOKUP_BYPASS);
    totals = acd_prompt_cache_totals(cache);
    assert_int_equal(totals.bypass, 1);
    assert_int_equal(totals.token_lookups, 0);
    assert_int_equal(totals.entries, 0);
    acd_prompt_fini(&prompt);
    acd_prompt_cache_free(cache);
}

static void *use_from_a_thread(void *cache)
{
    for (unsigned i = 0; i < 400; i++) {
        use_words(cache, i % 40, i % 40 + 24, "", i % 2 == 0 ? &alice : &bob);
    }
    return NULL;
}

static void totals_are_the_sum_of_the_answers_whatever_the_threads(void **state)
{
    enum { THREADS = 4 };
    struct acd_prompt_cache *cache = cache_of(50, 0);
    pthread_t threads[THREADS];
    struct acd_cache_totals totals;
    uint64_t reasons = 0;

    (void)state;
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, use_from_a_thread, cache), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    totals = acd_prompt_cache_totals(cache);
    for (size_t i = 0; i < ACD_WHY_COUNT; i++) {
        reasons += totals.miss_reasons[i];
    }
    assert_int_equal(totals.hits + totals.partial + totals.misses, THREADS * 400);
    assert_int_equal(totals.token_lookups, THREADS * 400);
    assert_int_equal(totals.input_tokens, THREADS * 400 * 24);
    assert_int_equal(reasons, totals.misses);
    /* Every block that was created was evicted later or is still there. */
    assert_int_equal(totals.created_tokens / BLOCK, totals.evictions + totals.entries);
    assert_in_range(totals.entries, 1, totals.capacity);
    acd_prompt_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_prompt_is_cold_and_stored),
        cmocka_unit_test(the_same_prompt_again_is_a_hit),
        cmocka_unit_test(a_conversation_that_goes_on_is_a_partial_hit),
        cmocka_unit_test(a_changed_history_diverges_where_it_was_changed),
        cmocka_unit_test(an_evicted_prompt_says_so),
        cmocka_unit_test(a_conversation_evicted_before_the_ghosts_remember_says_so),
        cmocka_unit_test(a_chain_loses_its_end_first),
        cmocka_unit_test(a_short_prompt_is_below_the_minimum),
        cmocka_unit_test(a_prompt_larger_than_the_cache_keeps_its_beginning),
        cmocka_unit_test(a_bypass_adds_no_tokens),
        cmocka_unit_test(totals_are_the_sum_of_the_answers_whatever_the_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
