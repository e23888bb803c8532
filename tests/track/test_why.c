/* SPDX-License-Identifier: MIT */
/*
 * The tracker beside the oracle and what was planted, on thousands of made prompts: outcome, reason,
 * position, closest, change, and the hit rate at other sizes.  The figures are printed; what is asked for
 * is 99 of 100, and two points.  Wrong answers are shown to be noticed.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scratch.h"
#include "tests/track/judge.h"

#define MIB (UINT64_C(1) << 20)
#define PERCENT 99.0
#define POINTS 2.0

/* ---- the tracker, asked as the oracle is ---- */

struct asking {
    acdebug_tracker *tracker;
    uint64_t budget_bytes;
    acdebug_finding finding;
    uint64_t claims_too_much; /* a longer start, or more in the cache, than there is */
};

static acdebug_tracker *tracker_of(const struct acd_corpus_options *o, struct acd_vocabulary *words,
                                   uint64_t budget_bytes)
{
    acdebug_tracker_options options = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_tracker *tracker = NULL;
    options.block_tokens = o->block;
    options.minimum_tokens = o->minimum;
    options.capacity_tokens = o->capacity;
    options.ttl_ns = o->ttl_ns;
    options.budget_bytes = budget_bytes;
    options.detokenize = acd_vocabulary_text;
    options.context = words;
    assert_int_equal(acdebug_tracker_new(&tracker, &options), 0);
    return tracker;
}

static void track(struct asking *asking, const struct acd_case *of)
{
    const struct acd_made *made = of->made;
    acdebug_span spans[ACD_MADE_SPANS];
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    char request[24];
    for (unsigned i = 0; i < made->spans; i++)
        spans[i] = (acdebug_span){made->span[i].name, made->span[i].begin};
    prompt.tokens = made->tokens;
    prompt.tokens_count = made->tokens ? made->count : 0;
    prompt.bytes = made->bytes;
    prompt.bytes_count = made->bytes ? made->count : 0;
    prompt.spans = spans;
    prompt.spans_count = made->spans;
    prompt.slot = made->slot;
    prompt.now_ns = made->now_ns;
    lookup.model = made->model;
    lookup.cached_tokens = of->asked.answer;
    snprintf(request, sizeof request, "p%u", of->number);
    acdebug_request_set_str(request);
    asking->finding = (acdebug_finding){.size = sizeof asking->finding};
    assert_int_equal(acdebug_track(asking->tracker, &prompt, &lookup, &asking->finding), 0);
}

static void ask(void *context, const struct acd_case *of, struct acd_said *ret_said)
{
    struct asking *asking = context;
    const acdebug_finding *f = &asking->finding;
    if (of->number == 0) {
        acdebug_tracker_free(asking->tracker);
        asking->tracker =
            tracker_of(&of->scenario->corpus, of->corpus->vocabulary, asking->budget_bytes);
    }
    track(asking, of);
    asking->claims_too_much +=
        f->shared_tokens > of->verdict.longest ||
        (of->asked.answer == ACDEBUG_UNKNOWN && f->cached_tokens > of->verdict.predicted);
    *ret_said = (struct acd_said){
        .outcome = f->outcome,
        .reason = f->reason,
        .cached = f->cached_tokens,
        .diverged_at = f->diverged_at,
        .shared = f->shared_tokens,
        .closest = f->closest_request[0] == 'p' ? strtoull(f->closest_request + 1, NULL, 10)
                                                : ACDEBUG_UNKNOWN,
        .closest_tokens = f->closest_tokens,
        .change = f->change,
        .changed_old = f->changed_old,
        .changed_new = f->changed_new,
        .looks_like = f->looks_like,
        .span = f->span,
        .span_offset = f->span_offset,
    };
}

static void assert_percent(struct acd_tally tally)
{
    assert_true(tally.all > 0);
    assert_true(acd_tally_percent(tally) >= PERCENT);
}

static void reason_and_position_are_right_of_99_in_100(void **state)
{
    static struct acd_judge judge = {.complaints = 20};
    struct asking asking = {.budget_bytes = 256 * MIB};
    (void)state;
    for (unsigned i = 0; i < acd_scenarios_count; i++)
        acd_judge_walk(&judge, &acd_scenarios[i], ask, &asking);
    acdebug_tracker_free(asking.tracker);
    acd_judge_print(&judge, "the tracker beside the oracle");
    assert_true(judge.sum.why.all > 5000);
    assert_percent(judge.sum.why);
    assert_percent(judge.sum.plant);
    assert_percent(judge.sum.change);
    assert_percent(judge.sum.planted_change);
    assert_percent(judge.sum.looks);
    assert_percent(judge.sum.span);
    assert_percent(judge.outcome);
    assert_percent(judge.cached);
    assert_percent(judge.closest);
    assert_percent(judge.closest_tokens);
    assert_true(acd_tally_percent(judge.sum.chat) >= 90.0);
    for (unsigned i = 0; i < ACD_CAUSE_COUNT; i++)
        assert_true(acd_tally_percent(judge.cause[i].why) >= 95.0);
    assert_int_equal(asking.claims_too_much, 0);
}

/* ---- other sizes ---- */

static struct acd_oracle_asked asked_of(const struct acd_made *made)
{
    return (struct acd_oracle_asked){made->tokens ? (void *)made->tokens : made->bytes,
                                     made->count,
                                     made->model,
                                     made->slot,
                                     made->now_ns,
                                     ACDEBUG_UNKNOWN};
}

/* The largest difference in points. */
static double compare_sizes(const struct acd_scenario *scenario, uint64_t base)
{
    static const double times[ACD_ORACLE_SIZES] = {0.25, 0.5, 1, 2, 4, 8};
    const struct acd_corpus_options *c = &scenario->corpus;
    struct acd_oracle_options o = {
        .unit_bytes = c->bytes ? 1 : 4, .block = c->block, .minimum = c->minimum};
    struct acd_corpus *corpus = acd_corpus_new(c);
    struct asking asking = {.tracker = tracker_of(c, corpus->vocabulary, 256 * MIB)};
    double most = 0;
    for (unsigned i = 0; i < ACD_ORACLE_SIZES; i++)
        o.size[i] = (uint64_t)(times[i] * (double)base);
    struct acd_oracle *oracle = acd_oracle_new(&o);
    for (unsigned i = 0; i < corpus->count; i++) {
        struct acd_case of = {scenario, corpus, &corpus->prompt[i], asked_of(&corpus->prompt[i]),
                              {0},      i};
        acd_oracle_judge(oracle, &of.asked, &of.verdict);
        track(&asking, &of);
    }
    printf("%-24s", scenario->name);
    for (unsigned i = 0; i < ACD_ORACLE_SIZES; i++) {
        uint64_t cached = 0, input = 0;
        assert_int_equal(acdebug_tracker_reuse(asking.tracker, o.size[i], &cached, &input), 0);
        assert_int_equal(input, acd_oracle_input(oracle));
        double said = 100.0 * (double)cached / (double)input;
        double exact = 100.0 * (double)acd_oracle_cached(oracle, i) / (double)input;
        printf("  %5.1f %5.1f", said, exact);
        most = fmax(most, fabs(said - exact));
    }
    putchar('\n');
    acd_oracle_free(oracle);
    acdebug_tracker_free(asking.tracker);
    acd_corpus_free(corpus);
    return most;
}

static void the_hit_rate_of_other_sizes_is_within_two_points(void **state)
{
    double most = 0;
    (void)state;
    printf(
        "hit rate in %%, said and exact, at 1/4, 1/2, 1, 2, 4, 8 times 16384 units, or 65536 bytes\n");
    for (unsigned i = 0; i < acd_scenarios_count; i++)
        most = fmax(
            most, compare_sizes(&acd_scenarios[i], acd_scenarios[i].corpus.bytes ? 65536 : 16384));
    printf("the largest difference: %.2f points\n", most);
    assert_true(most <= POINTS);
}

/* ---- negative controls ---- */

static void shift_positions(void *context, const struct acd_case *of, struct acd_said *ret_said)
{
    acd_judge_repeat(context, of, ret_said);
    ret_said->diverged_at += of->number % 10 == 0;
    ret_said->shared += of->number % 10 == 0;
}

static void swap_reasons(void *context, const struct acd_case *of, struct acd_said *ret_said)
{
    acd_judge_repeat(context, of, ret_said);
    if (ret_said->reason && strcmp(ret_said->reason, "evicted") == 0)
        ret_said->reason = "expired";
    else if (ret_said->reason && strcmp(ret_said->reason, "cold") == 0)
        ret_said->reason = "prefix_diverged";
}

static void name_another_change(void *context, const struct acd_case *of, struct acd_said *ret_said)
{
    acd_judge_repeat(context, of, ret_said);
    if (ret_said->change && strcmp(ret_said->change, "reordered") == 0)
        ret_said->change = "replaced";
    if (of->number % 10 == 0)
        ret_said->changed_new++;
    if (of->number % 20 == 0)
        ret_said->closest--;
}

static void wrong_answers_are_noticed(void **state)
{
    static struct acd_judge right, shifted, swapped, named;
    (void)state;
    for (unsigned i = 0; i < acd_scenarios_count; i += 3) {
        acd_judge_walk(&right, &acd_scenarios[i], acd_judge_repeat, NULL);
        acd_judge_walk(&shifted, &acd_scenarios[i], shift_positions, NULL);
        acd_judge_walk(&swapped, &acd_scenarios[i], swap_reasons, NULL);
        acd_judge_walk(&named, &acd_scenarios[i], name_another_change, NULL);
    }
    assert_true(acd_tally_percent(right.sum.why) >= 100.0);
    assert_true(acd_tally_percent(shifted.sum.why) < PERCENT);
    assert_true(acd_tally_percent(shifted.closest_tokens) < PERCENT);
    assert_true(acd_tally_percent(swapped.sum.why) < PERCENT);
    assert_true(acd_tally_percent(swapped.sum.plant) < PERCENT);
    assert_true(acd_tally_percent(named.sum.change) < PERCENT);
    assert_true(acd_tally_percent(named.sum.planted_change) < PERCENT);
    assert_true(acd_tally_percent(named.closest) < PERCENT);
}

/* With the least memory it forgets, and says less; what it says of caches within its reach is exact. */
static void a_small_memory_says_less_and_nothing_that_is_not_so(void **state)
{
    static struct acd_judge judge;
    struct asking asking = {.budget_bytes = 256 * 1024};
    uint64_t cached = 0, input = 0;
    (void)state;
    acd_judge_walk(&judge, &acd_scenarios[0], ask, &asking);
    acd_judge_print(&judge, "a tracker with 256 KiB");
    assert_int_equal(acdebug_tracker_reuse(asking.tracker, UINT64_C(1) << 40, &cached, &input),
                     -ERANGE);
    assert_int_equal(acdebug_tracker_reuse(asking.tracker, 1024, &cached, &input), 0);
    assert_true(acd_tally_percent(judge.sum.why) < 100.0);
    assert_int_equal(asking.claims_too_much, 0);
    acdebug_tracker_free(asking.tracker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reason_and_position_are_right_of_99_in_100),
        cmocka_unit_test(the_hit_rate_of_other_sizes_is_within_two_points),
        cmocka_unit_test(wrong_answers_are_noticed),
        cmocka_unit_test(a_small_memory_says_less_and_nothing_that_is_not_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
