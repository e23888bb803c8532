/* SPDX-License-Identifier: MIT */
/* A prompt's chain of blocks: only full blocks, shared as far as the texts are, one chain a model. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "emitter/examples/prompt.h"

static const struct acd_prompt_rules rules = {.key = {1, 2}, .block_tokens = 4};

static struct acd_prompt prompt_of(const char *model, const char *text)
{
    struct acd_prompt prompt;

    assert_int_equal(acd_prompt_init(&prompt, &rules, model, text, strlen(text)), 0);
    return prompt;
}

static void only_full_blocks_have_names(void **state)
{
    struct acd_prompt prompt = prompt_of("m", "one two three four five six seven eight nine");

    (void)state;
    assert_int_equal(prompt.tokens, 9);
    assert_int_equal(prompt.block_count, 2);
    acd_prompt_fini(&prompt);

    prompt = prompt_of("m", "one two three");
    assert_int_equal(prompt.block_count, 0);
    acd_prompt_fini(&prompt);

    prompt = prompt_of("m", "");
    assert_int_equal(prompt.tokens, 0);
    acd_prompt_fini(&prompt);
}

static void equal_beginnings_have_equal_names(void **state)
{
    struct acd_prompt a = prompt_of("m", "one two three four five six seven eight");
    struct acd_prompt b = prompt_of("m", "one two three four five six seven nine");

    (void)state;
    assert_true(acd_block_id_equal(a.blocks[0], b.blocks[0]));
    assert_false(acd_block_id_equal(a.blocks[1], b.blocks[1]));
    acd_prompt_fini(&a);
    acd_prompt_fini(&b);
}

static void an_equal_block_after_another_beginning_has_another_name(void **state)
{
    struct acd_prompt a = prompt_of("m", "one two three four five six seven eight");
    struct acd_prompt b = prompt_of("m", "ten two three four five six seven eight");

    (void)state;
    assert_false(acd_block_id_equal(a.blocks[1], b.blocks[1]));
    acd_prompt_fini(&a);
    acd_prompt_fini(&b);
}

static void models_share_nothing(void **state)
{
    struct acd_prompt a = prompt_of("small", "one two three four");
    struct acd_prompt b = prompt_of("large", "one two three four");

    (void)state;
    assert_false(acd_block_id_equal(a.blocks[0], b.blocks[0]));
    acd_prompt_fini(&a);
    acd_prompt_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_full_blocks_have_names),
        cmocka_unit_test(equal_beginnings_have_equal_names),
        cmocka_unit_test(an_equal_block_after_another_beginning_has_another_name),
        cmocka_unit_test(models_share_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
