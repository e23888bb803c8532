/* SPDX-License-Identifier: MIT */
/* The sentence about the lines: everything that happened, nothing that didn't. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/tools/counts.h"

static void says(const struct acd_counts *counts, const char *expected)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    assert_non_null(stream);
    acd_counts_say(counts, stream);
    assert_int_equal(fclose(stream), 0);
    assert_string_equal(text, expected);
    free(text);
}

static void counts_of_nothing_are_not_said(void **state)
{
    (void)state;
    says(&(struct acd_counts){0}, "acdebug-emit: 0 lines: 0 events\n");
    says(&(struct acd_counts){.lines = 3, .events = 2, .text = 1},
         "acdebug-emit: 3 lines: 2 events, 1 plain text\n");
    says(
        &(struct acd_counts){
            .lines = 9, .events = 5, .bad = 4, .first_bad = 2, .unwritten_bytes = 7},
        "acdebug-emit: 9 lines: 5 events, 4 begin like JSON and are none (the first is line 2), "
        "7 bytes not written to standard output\n");
}

static void plain_text_is_no_trouble_and_all_else_is(void **state)
{
    (void)state;
    assert_false(acd_counts_trouble(&(struct acd_counts){.lines = 3, .events = 2, .text = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.bad = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.too_long = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.incomplete = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.unmatched = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.left_out = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.no_end = 1}));
    assert_true(acd_counts_trouble(&(struct acd_counts){.unwritten_bytes = 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_of_nothing_are_not_said),
        cmocka_unit_test(plain_text_is_no_trouble_and_all_else_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
