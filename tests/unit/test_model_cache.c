/* SPDX-License-Identifier: MIT */
/* The models in memory: who waits for one, how long, and who has to go. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "emitter/examples/model_cache.h"

static const struct acd_block_id small = {1, 0};
static const struct acd_block_id large = {2, 0};

static void the_first_request_waits_for_the_load_and_the_second_for_the_rest(void **state)
{
    struct acd_model_cache *cache = acd_model_cache_new(2);
    struct acd_cache_result result;
    uint64_t wait_ns;

    (void)state;
    result = acd_model_cache_use(cache, small, 100, 1000, &wait_ns);
    assert_int_equal(result.outcome, ACD_LOOKUP_MISS);
    assert_int_equal(result.reason, ACD_WHY_COLD);
    assert_false(result.has_tokens);
    assert_int_equal(wait_ns, 100);
    result = acd_model_cache_use(cache, small, 100, 1040, &wait_ns);
    assert_int_equal(result.outcome, ACD_LOOKUP_HIT);
    assert_int_equal(wait_ns, 60);
    result = acd_model_cache_use(cache, small, 100, 1500, &wait_ns);
    assert_int_equal(wait_ns, 0);
    assert_int_equal(result.age_ns, 400);
    acd_model_cache_free(cache);
}

static void a_model_that_had_to_go_says_so(void **state)
{
    struct acd_model_cache *cache = acd_model_cache_new(1);
    struct acd_cache_totals totals;
    uint64_t wait_ns;

    (void)state;
    acd_model_cache_use(cache, small, 100, 1000, &wait_ns);
    assert_int_equal(acd_model_cache_use(cache, large, 400, 2000, &wait_ns).evicted, 1);
    assert_int_equal(acd_model_cache_use(cache, small, 100, 3000, &wait_ns).reason,
                     ACD_WHY_EVICTED);
    totals = acd_model_cache_totals(cache);
    assert_int_equal(totals.misses, 3);
    assert_int_equal(totals.evictions, 2);
    assert_int_equal(totals.token_lookups, 0);
    assert_int_equal(totals.entries, 1);
    acd_model_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_request_waits_for_the_load_and_the_second_for_the_rest),
        cmocka_unit_test(a_model_that_had_to_go_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
