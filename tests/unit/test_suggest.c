/* SPDX-License-Identifier: MIT */
/* tui/app/suggest: the nearest name, or none. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/app/suggest.h"

static const char *const names[] = {"json", "refresh", "from-start", "match"};

static const char *nearest(const char *given)
{
    return acd_suggest_nearest(given, names, sizeof names / sizeof names[0]);
}

static void small_mistakes_are_understood(void **state)
{
    (void)state;
    assert_string_equal(nearest("jsno"), "json");
    assert_string_equal(nearest("refesh"), "refresh");
    assert_string_equal(nearest("fromstart"), "from-start");
    assert_string_equal(nearest("mtach=x"), "match");
    assert_string_equal(nearest("json"), "json");
}

static void other_words_are_not(void **state)
{
    (void)state;
    assert_null(nearest("frobnicate"));
    assert_null(nearest(""));
    assert_null(nearest("x"));
    assert_null(nearest("a-word-that-is-far-too-long-for-any-of-them"));
    assert_null(acd_suggest_nearest("json", names, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_mistakes_are_understood),
        cmocka_unit_test(other_words_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
