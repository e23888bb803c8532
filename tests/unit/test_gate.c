/* SPDX-License-Identifier: MIT */
/* tui/app/gate: what --fail-if asks, what it answers, and what it says of mistakes. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/app/gate.h"

static struct acd_gate_why why;

static enum acd_gate_verdict ask(const struct acd_test_model *m, const char *text)
{
    struct acd_gate *gate = NULL;
    memset(&why, 0, sizeof why);
    if (acd_gate_new(&gate, text, &why) < 0)
        fail_msg("'%s', column %zu: %s", text, why.column, why.text);
    enum acd_gate_verdict verdict = acd_gate_ask(gate, &m->digest, &why);
    acd_gate_free(gate);
    return verdict;
}

static int set_stage(void **state)
{
    static struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    acd_test_model_renew(&m);
    *state = &m;
    return 0;
}

static int strike_stage(void **state)
{
    acd_test_model_fini(*state);
    return 0;
}

#define TRUE_OF(m, text) assert_int_equal(ask(m, text), ACD_GATE_TRUE)
#define FALSE_OF(m, text) assert_int_equal(ask(m, text), ACD_GATE_FALSE)
#define UNKNOWN_OF(m, text) assert_int_equal(ask(m, text), ACD_GATE_UNKNOWN)

static void numbers_are_compared_as_the_operator_says(void **state)
{
    const struct acd_test_model *m = *state;
    TRUE_OF(m, "cache.prompt.hit_rate_tokens > 0.9342");
    FALSE_OF(m, "cache.prompt.hit_rate_tokens < 0.7");
    TRUE_OF(m, "cache.prompt.misses=180");
    TRUE_OF(m, "cache.prompt.misses == 180");
    FALSE_OF(m, "cache.prompt.misses != 180");
    TRUE_OF(m, "cache.prompt.misses>=180");
    FALSE_OF(m, "cache.prompt.misses>180");
    TRUE_OF(m, "cache.prompt.misses<=180");
    FALSE_OF(m, "cache.prompt.misses<180");
    TRUE_OF(m, "events.emitted = 120345");
    TRUE_OF(m, "servers.count = 1 and servers.alive = 1");
    TRUE_OF(m, "cache.kv.miss_reasons.prefix_diverged = 448");
    TRUE_OF(m, "timer.chat_completion.running = 3");
    TRUE_OF(m, "timer.chat_completion.checkpoint.model_loaded.count = 812");
    TRUE_OF(m, "error.Proxy.count = 11");
}

/* Who reads that 1.20796e+09 is > 1207959552, or that 0.7 is < 0.7, looks for the mistake in the wrong place. */
static void what_is_said_is_the_number_that_was_compared(void **state)
{
    struct acd_test_model *m = *state;
    m->fleet.server[0]->totals.events.emitted = 1207959553;
    m->fleet.server[0]->totals.cache[0].outcome[ACD_OUTCOME_HIT] = 6999999;
    m->fleet.server[0]->totals.cache[0].outcome[ACD_OUTCOME_PARTIAL] = 0;
    m->fleet.server[0]->totals.cache[0].outcome[ACD_OUTCOME_MISS] = 3000001;
    acd_test_model_renew(m);
    TRUE_OF(m, "events.emitted > 1207959552");
    assert_string_equal(why.text, "events.emitted is 1207959553, and that is > 1207959552");
    TRUE_OF(m, "cache.prompt.hit_rate_requests < 0.7");
    assert_string_equal(why.text, "cache.prompt.hit_rate_requests is 0.6999999 (6999999 of "
                                  "10000000), and that is < 0.7");
}

static void units_scale_numbers(void **state)
{
    const struct acd_test_model *m = *state;
    TRUE_OF(m, "timer.chat_completion.max_ns = 9.1s");
    TRUE_OF(m, "timer.chat_completion.max_ns = 9100ms");
    TRUE_OF(m, "timer.chat_completion.max_ns < 1m");
    TRUE_OF(m, "cache.prompt.hit_rate_requests = 91%");
    TRUE_OF(m, "cache.prompt.input_tokens = 7.6M");
    TRUE_OF(m, "cache.prompt.token_lookups = 2k");
}

static void and_binds_before_or_and_parentheses_before_both(void **state)
{
    const struct acd_test_model *m = *state;
    TRUE_OF(m, "servers.count = 1 or servers.count = 2 and servers.count = 3");
    FALSE_OF(m, "(servers.count = 1 or servers.count = 2) and servers.count = 3");
    TRUE_OF(m, "( ( servers.count=1 )and(servers.alive=1) )");
}

static void a_star_is_any_row_and_no_row_is_false(void **state)
{
    const struct acd_test_model *m = *state;
    TRUE_OF(m, "cache.*.misses > 500");
    assert_string_equal(why.text, "cache.kv.misses is 560, and that is > 500");
    FALSE_OF(m, "cache.*.misses > 600");
    TRUE_OF(m, "timer.*.checkpoint.*.max_ns > 7s");
    /* Only one of the caches has gauges: the other has no say. */
    FALSE_OF(m, "cache.*.entries > 5000");
}

static void models_of_a_cache_are_added_part_by_part(void **state)
{
    struct acd_test_model *m = *state;
    struct acd_totals *t = &m->fleet.server[0]->totals;
    strcpy(t->cache[0].model, "a");
    strcpy(t->cache[1].model, "b");
    strcpy(t->cache[1].type, "prompt");
    acd_test_model_renew(m);
    TRUE_OF(m, "cache.prompt.input_tokens = 9.5M");
    TRUE_OF(m, "cache.prompt.hit_rate_tokens < 0.86316 and cache.prompt.hit_rate_tokens > 0.86315");
    assert_string_equal(why.text,
                        "cache.prompt.hit_rate_tokens is 0.863158 (8200000 of 9500000), and that "
                        "is < 0.86316");
}

static void reasons_of_models_are_added_too(void **state)
{
    struct acd_test_model *m = *state;
    struct acd_totals *t = &m->fleet.server[0]->totals;
    strcpy(t->cache[0].model, "a");
    strcpy(t->cache[1].model, "b");
    strcpy(t->cache[1].type, "prompt");
    acd_test_model_renew(m);
    TRUE_OF(m, "cache.prompt.miss_reasons.cold = 182");
    assert_string_equal(why.text, "cache.prompt.miss_reasons.cold is 182, and that is = 182");
    TRUE_OF(m, "cache.*.miss_reasons.cold = 182");
    FALSE_OF(m, "cache.*.miss_reasons.cold = 112");
}

static void what_has_no_value_is_unknown_not_false(void **state)
{
    const struct acd_test_model *m = *state;
    UNKNOWN_OF(m, "cache.kv.entries > 1");
    assert_string_equal(why.text, "cache.kv.entries has no value yet");
    UNKNOWN_OF(m, "servers.count = 1 and cache.promt.hits > 1");
    assert_int_equal(why.column, 23);
    assert_string_equal(why.text, "there is no cache 'promt' (did you mean 'prompt'?)");
    UNKNOWN_OF(m, "timer.chat_completion.checkpoint.model.count > 1");
    assert_string_equal(why.text, "there is no checkpoint 'model' yet");
    UNKNOWN_OF(m, "timer.embeds.checkpoint.x.count > 1");
    assert_string_equal(why.text, "there is no timer 'embeds' (did you mean 'embed'?)");
    /* Where the other side decides alone, it does not matter. */
    TRUE_OF(m, "cache.none.hits > 1 or servers.count = 1");
    FALSE_OF(m, "cache.none.hits > 1 and servers.count = 2");
}

static void errors_and_reasons_that_never_came_are_zero(void **state)
{
    const struct acd_test_model *m = *state;
    FALSE_OF(m, "error.Nothing.count > 0");
    TRUE_OF(m, "error.Nothing.count = 0");
    FALSE_OF(m, "cache.prompt.miss_reasons.expired > 0");
    FALSE_OF(m, "error.*.count > 100");
}

static void names_with_dots_and_blanks_stand_in_quotes(void **state)
{
    struct acd_test_model *m = *state;
    strcpy(m->fleet.server[0]->totals.timer[1].name, "v1.embed (all)");
    acd_test_model_renew(m);
    TRUE_OF(m, "timer.\"v1.embed (all)\".count = 96");
    strcpy(m->fleet.server[0]->totals.timer[1].name, "(other)");
    acd_test_model_renew(m);
    TRUE_OF(m, "(timer.(other).count = 96)");
    strcpy(m->fleet.server[0]->totals.timer[1].name, "*");
    acd_test_model_renew(m);
    FALSE_OF(m, "timer.\"*\".count = 812");
}

static void mistakes_are_named_with_their_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
        size_t column;
    } wrong[] = {
        {"", "a name is missing", 1},
        {"cache.prompt.hit_rate_token < 0.7", "did you mean 'hit_rate_tokens'?", 14},
        {"cash.prompt.hits < 1", "did you mean 'cache'?", 1},
        {"gpu.x.hits < 1", "Hint: servers, events, cache, timer or error", 1},
        {"cache.prompt < 1", "not complete", 7},
        {"cache.a.b.c < 1", "too long", 11},
        {"timer.a.checkpoint.b < 1", "LABEL.FIELD", 20},
        {"cache.prompt.hits 1", "a comparison is missing", 19},
        {"cache.prompt.hits < ", "a number is missing", 21},
        {"cache.prompt.hits < x", "a number is missing", 21},
        {"cache.prompt.hits < 1e999", "a number is missing", 21},
        {"cache.prompt.hits < 5q", "'q' is no unit", 22},
        {"cache.prompt.hits < 5 cache", "'and' or 'or' is missing", 23},
        {"(cache.prompt.hits < 5", "parenthesis of column 1 is not closed", 23},
        {"(", "a name is missing", 2},
        {"((((", "a name is missing", 5},
        {"cache.\"prompt.hits < 5", "the quote is not closed", 7},
        {"cache..hits < 5", "a name is missing", 7},
        {"a.b.c.d.e.f < 1", "more than 5 parts", 11},
        {"((((((((((((((((((servers.count<1", "parentheses deep", 17},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct acd_gate *gate = NULL;
        memset(&why, 0, sizeof why);
        /* In memory of its own, so that what reads on behind its end is seen to. */
        char *text = strdup(wrong[i].text);
        assert_non_null(text);
        assert_int_equal(acd_gate_new(&gate, text, &why), -EINVAL);
        free(text);
        assert_null(gate);
        if (!strstr(why.text, wrong[i].part) || why.column != wrong[i].column)
            fail_msg("'%s': column %zu, %s", wrong[i].text, why.column, why.text);
    }
}

static void long_input_is_refused_not_overrun(void **state)
{
    (void)state;
    static char text[40000];
    struct acd_gate *gate = NULL;
    for (size_t i = 0; i + 30 < sizeof text; i += 20)
        memcpy(text + i, "servers.count<1 and ", 21);
    assert_int_equal(acd_gate_new(&gate, text, &why), -EINVAL);
    memset(text, 'a', sizeof text - 1);
    assert_int_equal(acd_gate_new(&gate, text, &why), -EINVAL);
    assert_string_equal(why.text, "the name is too long");
}

int main(void)
{
#define WITH_STAGE(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        WITH_STAGE(numbers_are_compared_as_the_operator_says),
        WITH_STAGE(what_is_said_is_the_number_that_was_compared),
        WITH_STAGE(units_scale_numbers),
        WITH_STAGE(and_binds_before_or_and_parentheses_before_both),
        WITH_STAGE(a_star_is_any_row_and_no_row_is_false),
        WITH_STAGE(models_of_a_cache_are_added_part_by_part),
        WITH_STAGE(reasons_of_models_are_added_too),
        WITH_STAGE(what_has_no_value_is_unknown_not_false),
        WITH_STAGE(errors_and_reasons_that_never_came_are_zero),
        WITH_STAGE(names_with_dots_and_blanks_stand_in_quotes),
        cmocka_unit_test(mistakes_are_named_with_their_column),
        cmocka_unit_test(long_input_is_refused_not_overrun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
