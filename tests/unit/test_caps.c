/* SPDX-License-Identifier: MIT */
/* What terminfo says of some terminals of ncurses-base. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tui/term/caps.h"

static void known_terminals_have_what_they_have(void **state)
{
    struct acd_caps caps;

    (void)state;
    assert_int_equal(acd_caps_load(&caps, "xterm-256color", STDOUT_FILENO), 0);
    assert_int_equal(caps.colours, 256);
    assert_true(caps.xterm && caps.mouse && caps.clipboard && caps.last_cell);
    assert_string_equal(caps.title_start, "\033]2;");
    assert_int_equal(acd_caps_load(&caps, "linux", STDOUT_FILENO), 0);
    assert_int_equal(caps.colours, 8);
    assert_string_equal(caps.title_start, "");
    assert_int_equal(acd_caps_load(&caps, "ansi", STDOUT_FILENO), 0);
    assert_false(caps.last_cell);
    assert_int_equal(acd_caps_load(&caps, "vt100", STDOUT_FILENO), 0);
    assert_int_equal(caps.colours, 0);
    assert_false(caps.xterm || caps.mouse || caps.clipboard);
}

static void delays_are_taken_out(void **state)
{
    struct acd_caps caps;

    (void)state;
    assert_int_equal(acd_caps_load(&caps, "vt100", STDOUT_FILENO), 0);
    assert_null(strstr(caps.cup, "$<"));
    assert_null(strstr(caps.clear, "$<"));
    assert_string_equal(caps.sgr0, "\033[m\017");
}

static void the_size_is_terminfos_whatever_the_environment_says(void **state)
{
    struct acd_caps caps;

    (void)state;
    assert_int_equal(acd_caps_load(&caps, "vt100", STDOUT_FILENO), 0);
    assert_int_equal(caps.width, 80);
    assert_int_equal(caps.height, 24);
}

static void unknown_and_unfit_terminals_are_told_apart(void **state)
{
    struct acd_caps caps;

    (void)state;
    assert_int_equal(acd_caps_load(&caps, "no-such-terminal", STDOUT_FILENO), -ENOENT);
    assert_int_equal(acd_caps_load(&caps, "../../etc/passwd", STDOUT_FILENO), -ENOENT);
    assert_int_equal(acd_caps_load(&caps, "dumb", STDOUT_FILENO), -ENODEV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_terminals_have_what_they_have),
        cmocka_unit_test(delays_are_taken_out),
        cmocka_unit_test(the_size_is_terminfos_whatever_the_environment_says),
        cmocka_unit_test(unknown_and_unfit_terminals_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
