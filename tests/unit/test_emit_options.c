/* SPDX-License-Identifier: MIT */
/* acdebug-emit's command line: what it takes, and that it says what it doesn't. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "emitter/tools/options.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int parse(struct acd_options *ret, const char *first, const char *second, char *error)
{
    char words[3][80] = {"acdebug-emit"};
    char *argv[4] = {words[0], words[1], words[2], NULL};
    int argc = 1;
    if (first)
        strcpy(words[argc++], first);
    if (second)
        strcpy(words[argc++], second);
    argv[argc] = NULL;
    return acd_options_parse(ret, argc, argv, error, 256);
}

static void without_options_all_lines_pass_and_the_environment_says_the_level(void **state)
{
    (void)state;
    char error[256];
    struct acd_options o;
    assert_int_equal(parse(&o, NULL, NULL, error), 0);
    assert_int_equal(o.task, ACD_OPTIONS_PIPE);
    assert_true(o.pass_all);
    assert_false(o.quiet);
    assert_int_equal(o.level, -1);
    assert_int_equal(o.line_most, 1 << 20);
    assert_null(o.name);
}

static void a_value_stands_behind_an_equals_sign_or_in_the_next_word(void **state)
{
    (void)state;
    char error[256];
    struct acd_options o;
    assert_int_equal(parse(&o, "--level=0", NULL, error), 0);
    assert_int_equal(o.level, 0);
    assert_int_equal(parse(&o, "--level", "2", error), 0);
    assert_int_equal(o.level, 2);
    assert_int_equal(parse(&o, "--pass", "other", error), 0);
    assert_false(o.pass_all);
    assert_int_equal(parse(&o, "--max-line=1024", "--quiet", error), 0);
    assert_true(o.quiet && o.line_most == 1024);
    assert_int_equal(parse(&o, "--help-keys", NULL, error), 0);
    assert_int_equal(o.task, ACD_OPTIONS_KEYS);
}

static void what_is_wrong_is_said_and_nothing_is_set(void **state)
{
    static const struct {
        const char *first, *second, *says;
    } cases[] = {
        {"--nme", "x", "'--nme' is no option"},
        {"file", NULL, "'file' is no option"},
        {"--name", NULL, "--name needs a name"},
        {"--name=", NULL, "--name '' is not a name"},
        {"--level", "4", "--level '4' is not 0, 1, 2 or 3"},
        {"--level", "12", "--level '12' is not"},
        {"--pass", "none", "--pass 'none' is not all"},
        {"--quiet=1", NULL, "--quiet takes no value"},
        {"--max-line", "1023", "is not a number from"},
        {"--max-line", "-5", "is not a number from"},
        {"--max-line", "9e3", "is not a number from"},
        {"--max-line", "99999999999999999999", "is not a number from"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char error[256] = "";
        struct acd_options o = {.level = 77};
        assert_int_equal(parse(&o, cases[i].first, cases[i].second, error), -EINVAL);
        assert_non_null(strstr(error, cases[i].says));
        assert_int_equal(o.level, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_all_lines_pass_and_the_environment_says_the_level),
        cmocka_unit_test(a_value_stands_behind_an_equals_sign_or_in_the_next_word),
        cmocka_unit_test(what_is_wrong_is_said_and_nothing_is_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
