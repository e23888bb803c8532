/* SPDX-License-Identifier: MIT */
/* tui/view/colour: names, numbers, #rrggbb and attributes. */
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

#include "tui/view/colour.h"

static struct acd_shade parsed(const char *text)
{
    struct acd_shade shade;
    const char *bad;
    assert_int_equal(acd_colour_parse(text, &shade, &bad), 0);
    return shade;
}

static void assert_bad(const char *text, const char *word)
{
    struct acd_shade shade = {.fg256 = 42};
    const char *bad;
    assert_int_equal(acd_colour_parse(text, &shade, &bad), -EINVAL);
    assert_int_equal(strncmp(bad, word, strlen(word)), 0);
    assert_int_equal(shade.fg256, 42);
}

static void names_are_the_sixteen_colours(void **state)
{
    (void)state;
    struct acd_shade s = parsed("bright-red");
    assert_int_equal(s.fg256, 9);
    assert_int_equal(s.fg16, 9);
    assert_int_equal(s.bg256, ACD_COLOUR_NONE);
    assert_int_equal(s.attrs, 0);
}

static void a_background_and_attributes_may_follow(void **state)
{
    (void)state;
    struct acd_shade s = parsed("black on green bold  underline");
    assert_int_equal(s.fg256, 0);
    assert_int_equal(s.bg256, 2);
    assert_int_equal(s.attrs, ACD_ATTR_BOLD | ACD_ATTR_UNDERLINE);
    assert_int_equal(parsed("on blue").bg16, 4);
    assert_int_equal(parsed("on blue").fg16, ACD_COLOUR_NONE);
    assert_int_equal(parsed("reverse").attrs, ACD_ATTR_REVERSE);
    assert_int_equal(parsed("default on default dim").attrs, ACD_ATTR_DIM);
}

static void other_colours_have_their_nearest_among_the_fewer(void **state)
{
    (void)state;
    struct acd_shade s = parsed("#ff0000");
    assert_int_equal(s.fg256, 196);
    assert_int_equal(s.fg16, 9);
    s = parsed("232 on #FFFFFF");
    assert_int_equal(s.fg256, 232);
    assert_int_equal(s.fg16, 0);
    assert_int_equal(s.bg256, 231);
    assert_int_equal(s.bg16, 15);
}

static void the_first_word_that_is_none_is_named(void **state)
{
    (void)state;
    assert_bad("gren", "gren");
    assert_bad("green blue", "blue");
    assert_bad("green on", "");
    assert_bad("green bold red", "red");
    assert_bad("green bold on red", "on");
    assert_bad("256", "256");
    assert_bad("#12345", "#12345");
    assert_bad("#12345g", "#12345g");
    assert_bad("", "");
    assert_bad("  ", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_the_sixteen_colours),
        cmocka_unit_test(a_background_and_attributes_may_follow),
        cmocka_unit_test(other_colours_have_their_nearest_among_the_fewer),
        cmocka_unit_test(the_first_word_that_is_none_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
