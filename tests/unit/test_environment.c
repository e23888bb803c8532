/* SPDX-License-Identifier: MIT */
/* What ANYCLAUDE_DEBUG and the sizes in the environment mean, and that options win. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emitter/environment.h"

static void every_value_of_the_level_has_its_meaning(void **state)
{
    static const struct {
        const char *text;
        unsigned level;
        bool is_number;
    } rows[] = {
        {NULL, 0, true},    {"", 0, true},     {"0", 0, true},    {"1", 1, true},
        {"2", 2, true},     {"3", 3, true},    {"4", 3, true},    {"99999999999999999999", 3, true},
        {"-1", 0, true},    {"+2", 2, true},   {"003", 3, true},  {"2abc", 1, false},
        {"true", 1, false}, {"off", 1, false}, {" 2", 1, false},  {"2 ", 1, false},
        {"-", 1, false},    {"+", 1, false},   {"0x3", 1, false}, {"1.5", 1, false},
        {"\xff", 1, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool is_number = !rows[i].is_number;
        assert_int_equal(acd_environment_level(rows[i].text, &is_number), rows[i].level);
        assert_int_equal(is_number, rows[i].is_number);
    }
}

static int clear(void **state)
{
    (void)state;
    unsetenv("ANYCLAUDE_DEBUG");
    unsetenv("ACDEBUG_DIR");
    unsetenv("ACDEBUG_LANE");
    unsetenv("ACDEBUG_SMALL_LANE");
    unsetenv("ACDEBUG_BUDGET");
    unsetenv("TMPDIR");
    return 0;
}

static void defaults_are_those_of_the_design(void **state)
{
    struct acd_settings s;
    (void)state;
    assert_int_equal(acd_environment_settle(&s, "name", NULL), 0);
    assert_string_equal(s.app, "name");
    assert_string_equal(s.directory, "");
    assert_int_equal(s.start_level, 0);
    assert_true(s.big_cells == 16384 && s.big_lanes == 4);
    assert_true(s.small_cells == 2048);
    assert_true(s.budget_bytes == UINT64_C(16) << 20);
}

static void sizes_come_from_the_environment_and_options_win(void **state)
{
    struct acd_settings s;
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    (void)state;
    setenv("ACDEBUG_LANE", "64K", 1);
    setenv("ACDEBUG_SMALL_LANE", "8192", 1);
    setenv("ACDEBUG_BUDGET", "2M", 1);
    setenv("ACDEBUG_DIR", "/somewhere", 1);
    setenv("ANYCLAUDE_DEBUG", "2", 1);
    assert_int_equal(acd_environment_settle(&s, "x", NULL), 0);
    assert_true(s.big_cells == 1024 && s.small_cells == 128 && s.budget_bytes == 2u << 20);
    assert_string_equal(s.directory, "/somewhere");
    assert_int_equal(s.start_level, 2);
    o.lane_bytes = 4096;
    o.budget_bytes = 1u << 20;
    o.directory = "/elsewhere";
    o.level = 0;
    assert_int_equal(acd_environment_settle(&s, "x", &o), 0);
    assert_true(s.big_cells == 64 && s.small_cells == 128 && s.budget_bytes == 1u << 20);
    assert_string_equal(s.directory, "/elsewhere");
    assert_int_equal(s.start_level, 0);
}

/* What somebody typed wrong must not cost the server its ring. */
static void a_size_that_can_not_be_is_as_if_unset(void **state)
{
    static const char *const bad[] = {"",       "lots",  "-4096", "5000", "1",
                                      "1K",     "4096T", "3M",    "9G",   "99999999999999999999",
                                      "4096 K", "0"};
    struct acd_settings normal, s;
    (void)state;
    assert_int_equal(acd_environment_settle(&normal, "x", NULL), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        setenv("ACDEBUG_LANE", bad[i], 1);
        setenv("ACDEBUG_SMALL_LANE", bad[i], 1);
        assert_int_equal(acd_environment_settle(&s, "x", NULL), 0);
        assert_true(s.big_cells == normal.big_cells);
        assert_true(s.small_cells == normal.small_cells);
    }
    setenv("ACDEBUG_BUDGET", "much", 1);
    assert_int_equal(acd_environment_settle(&s, "x", NULL), 0);
    assert_true(s.budget_bytes == normal.budget_bytes);
}

static void tmpdir_is_settled_and_the_option_moves_debug_files_alone(void **state)
{
    struct acd_settings s;
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    char path[600];
    (void)state;
    assert_int_equal(acd_environment_settle(&s, "x", NULL), 0);
    assert_string_equal(s.temp_directory, "/tmp");
    setenv("TMPDIR", "/var/tmp/", 1);
    o.temp_directory = "/elsewhere//";
    assert_int_equal(acd_environment_settle(&s, "x", &o), 0);
    assert_string_equal(s.temp_directory, "/var/tmp/");
    assert_string_equal(s.files.directory, "/elsewhere");
    o.temp_directory = "";
    assert_int_equal(acd_environment_settle(&s, "x", &o), 0);
    assert_string_equal(s.files.directory, "/var/tmp");
    memset(path, 'd', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    setenv("TMPDIR", path, 1);
    assert_int_equal(acd_environment_settle(&s, "x", NULL), 0);
    assert_string_equal(s.temp_directory, "/tmp");
    assert_string_equal(s.files.directory, "/tmp");
    o.temp_directory = path;
    assert_int_equal(acd_environment_settle(&s, "x", &o), -ENAMETOOLONG);
}

static void a_failure_leaves_the_settings_alone(void **state)
{
    struct acd_settings s = {.start_level = 77};
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    char path[600];
    (void)state;
    memset(path, 'd', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    o.directory = path;
    assert_int_equal(acd_environment_settle(&s, "x", &o), -ENAMETOOLONG);
    o.directory = NULL;
    o.level = 9;
    assert_int_equal(acd_environment_settle(&s, "x", &o), -EINVAL);
    assert_int_equal(s.start_level, 77);
}

static void a_level_that_is_no_number_is_said_in_one_line(void **state)
{
    struct acd_settings s;
    int pipe_fd[2], saved = dup(2);
    char text[400];
    (void)state;
    assert_int_equal(pipe(pipe_fd), 0);
    dup2(pipe_fd[1], 2);
    setenv("ANYCLAUDE_DEBUG", "yes", 1);
    int r = acd_environment_settle(&s, "x", NULL);
    dup2(saved, 2);
    close(pipe_fd[1]);
    close(saved);
    ssize_t n = read(pipe_fd[0], text, sizeof text - 1);
    close(pipe_fd[0]);
    assert_int_equal(r, 0);
    assert_int_equal(s.start_level, 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_non_null(strstr(text, "ANYCLAUDE_DEBUG"));
    assert_ptr_equal(strchr(text, '\n'), text + n - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_of_the_level_has_its_meaning),
        cmocka_unit_test_setup(defaults_are_those_of_the_design, clear),
        cmocka_unit_test_setup(sizes_come_from_the_environment_and_options_win, clear),
        cmocka_unit_test_setup(a_size_that_can_not_be_is_as_if_unset, clear),
        cmocka_unit_test_setup(tmpdir_is_settled_and_the_option_moves_debug_files_alone, clear),
        cmocka_unit_test_setup(a_failure_leaves_the_settings_alone, clear),
        cmocka_unit_test_setup(a_level_that_is_no_number_is_said_in_one_line, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
