/* SPDX-License-Identifier: MIT */
/* The made prompts: the same each time, of all sizes and causes, and what was planted is what the oracle
 * finds. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scratch.h"
#include "tests/track/judge.h"

#define UNITS_LEAST 200
#define UNITS_MOST 8000

static void the_same_seed_makes_the_same_prompts(void **state)
{
    const struct acd_corpus_options *o = &acd_scenarios[0].corpus;
    struct acd_corpus_options other = *o;
    struct acd_corpus *a = acd_corpus_new(o), *b = acd_corpus_new(o);
    unsigned differ = 0;
    (void)state;
    other.seed++;
    struct acd_corpus *c = acd_corpus_new(&other);
    for (unsigned i = 0; i < a->count; i++) {
        const struct acd_made *x = &a->prompt[i], *y = &b->prompt[i], *z = &c->prompt[i];
        assert_int_equal(x->count, y->count);
        assert_memory_equal(x->tokens, y->tokens, x->count * sizeof x->tokens[0]);
        differ += x->count != z->count || memcmp(x->tokens, z->tokens, 4 * x->count) != 0;
    }
    assert_true(differ > a->count / 2);
    acd_corpus_free(a);
    acd_corpus_free(b);
    acd_corpus_free(c);
}

static void tokens_say_what_was_written(void **state)
{
    static const char text[] = "Why did it miss? 12345 tokens, {\"a\": \"b\"},\n\xc3\xa9";
    char back[sizeof text];
    uint32_t *begin;
    size_t count = 0;
    struct acd_vocabulary *v = acd_vocabulary_new();
    uint32_t *tokens = acd_vocabulary_tokens(v, text, sizeof text - 1, &begin, &count);
    (void)state;
    assert_int_equal(acd_vocabulary_text(v, tokens, count, back, sizeof back), sizeof text - 1);
    assert_memory_equal(back, text, sizeof text - 1);
    for (size_t i = 0; i < count; i++)
        assert_true(begin[i] < begin[i + 1]);
    assert_int_equal(begin[count], sizeof text - 1);
    free(tokens);
    free(begin);
    acd_vocabulary_free(v);
}

struct sizes {
    unsigned prompts, least, most;
};

static void note_size(void *context, const struct acd_case *of, struct acd_said *ret_said)
{
    struct sizes *s = context;
    s->prompts++;
    s->least += !of->scenario->corpus.bytes && of->made->count < UNITS_LEAST;
    s->most += !of->scenario->corpus.bytes && of->made->count > UNITS_MOST;
    acd_judge_repeat(NULL, of, ret_said);
}

static void what_was_planted_is_what_the_oracle_finds(void **state)
{
    static struct acd_judge judge = {.complaints = 10};
    struct sizes sizes = {0};
    (void)state;
    for (unsigned i = 0; i < acd_scenarios_count; i++)
        acd_judge_walk(&judge, &acd_scenarios[i], note_size, &sizes);
    acd_judge_print(&judge, "the oracle beside what was planted");
    printf("%u prompts, %u shorter than 200 tokens, %u longer than 8000\n", sizes.prompts,
           sizes.least, sizes.most);
    assert_true(sizes.prompts >= 6000 && sizes.least < sizes.prompts / 4);
    for (unsigned i = 0; i < ACD_CAUSE_COUNT; i++)
        assert_true(judge.cause[i].lookups >= 20);
    assert_true(judge.sum.why.right == judge.sum.why.all);
    assert_true(judge.sum.plant.all >= 2000);
    assert_true(acd_tally_percent(judge.sum.plant) >= 99.5);
    assert_true(acd_tally_percent(judge.sum.planted_change) >= 99.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_makes_the_same_prompts),
        cmocka_unit_test(tokens_say_what_was_written),
        cmocka_unit_test(what_was_planted_is_what_the_oracle_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
