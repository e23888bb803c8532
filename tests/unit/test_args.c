/* SPDX-License-Identifier: MIT */
/* tui/app/args: the command line, and sentences for what is wrong with it. */
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

#include "tui/app/args.h"

#define PARSE(args, error, ...)                                                                    \
    parse(args, error, (const char *[]){"acdebug-top", __VA_ARGS__, NULL})

/* Targets and values point into the copies: kept until the process ends. */
static char *kept[512];
static size_t kept_count;

static int parse(struct acd_args *args, struct acd_args_error *error, const char *const *words)
{
    char **argv = &kept[kept_count];
    int argc = 0;
    for (; words[argc]; argc++) {
        assert_true(kept_count < sizeof kept / sizeof kept[0]);
        kept[kept_count] = strdup(words[argc]);
        assert_non_null(kept[kept_count++]);
    }
    return acd_args_parse(args, argc, argv, error);
}

static void assert_refused(const char *part, const char *const *words)
{
    struct acd_args args = {.level = 42};
    struct acd_args_error error = {""};
    assert_int_equal(parse(&args, &error, words), -EINVAL);
    assert_non_null(strstr(error.text, part));
    assert_int_equal(args.level, 42); /* untouched */
}
#define REFUSED(part, ...) assert_refused(part, (const char *[]){"acdebug-top", __VA_ARGS__, NULL})

static void nothing_is_the_live_screen(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    const char *const none[] = {"acdebug-top", NULL};
    assert_int_equal(parse(&args, &error, none), 0);
    assert_int_equal(args.command, ACD_COMMAND_LIVE);
    assert_int_equal(args.target_count, 0);
    assert_int_equal(args.level, -1);
}

static void targets_are_names_pids_and_rings(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    assert_int_equal(PARSE(&args, &error, "llm", "4121", "a.1f.acr", "./x"), 0);
    assert_int_equal(args.target_count, 4);
    assert_int_equal(args.target[0].kind, ACD_TARGET_NAME);
    assert_int_equal(args.target[1].kind, ACD_TARGET_PID);
    assert_int_equal(args.target[1].pid, 4121);
    assert_int_equal(args.target[2].kind, ACD_TARGET_RING);
    assert_int_equal(args.target[3].kind, ACD_TARGET_PATH);
}

static void settings_are_kept_for_the_configuration(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    assert_int_equal(PARSE(&args, &error, "-c", "x.yaml", "--theme", "light", "--mouse", "--set",
                           "level.confirm_at=2", "--check-config"),
                     0);
    assert_string_equal(args.config, "x.yaml");
    assert_true(args.check_config);
    assert_false(args.print_config);
    assert_int_equal(args.setting_count, 3);
    assert_string_equal(args.setting[0].key, "theme");
    assert_string_equal(args.setting[0].value, "light");
    assert_string_equal(args.setting[1].key, "mouse");
    assert_string_equal(args.setting[1].value, "true");
    assert_null(args.setting[2].key);
    assert_string_equal(args.setting[2].value, "level.confirm_at=2");
    REFUSED("'theme' is no setting. Hint: --set theme=light", "--set", "theme");
    REFUSED("'=x' is no setting", "--set", "=x");
    REFUSED("--mouse takes no value", "--mouse=yes");
    REFUSED("--config does not go with list", "list", "--config", "x.yaml");
}

static void a_level_is_set_with_a_time_and_a_category(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    assert_int_equal(PARSE(&args, &error, "level", "llm", "3", "--for", "60s", "--match=cache"), 0);
    assert_int_equal(args.command, ACD_COMMAND_LEVEL);
    assert_int_equal(args.level, 3);
    assert_int_equal(args.for_s, 60);
    assert_int_equal(args.category, 1);
    assert_int_equal(PARSE(&args, &error, "level", "4121"), 0);
    assert_int_equal(args.level, -1);
    assert_int_equal(args.target[0].pid, 4121);
}

static void options_go_before_and_after(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    assert_int_equal(PARSE(&args, &error, "--json", "snapshot", "llm"), 0);
    assert_true(args.json);
    assert_int_equal(args.command, ACD_COMMAND_SNAPSHOT);
    assert_int_equal(PARSE(&args, &error, "tail", "llm", "--from-start", "-n", "5", "--level=2"),
                     0);
    assert_true(args.from_start);
    assert_int_equal(args.count, 5);
    assert_int_equal(args.level, 2);
    assert_int_equal(PARSE(&args, &error, "list", "--directory", "/tmp/r"), 0);
    assert_string_equal(args.directory, "/tmp/r");
}

static void after_two_dashes_all_is_targets(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    assert_int_equal(PARSE(&args, &error, "--", "list", "--json"), 0);
    assert_int_equal(args.command, ACD_COMMAND_LIVE);
    assert_int_equal(args.target_count, 2);
    assert_string_equal(args.target[0].text, "list");
}

static void help_goes_before_everything(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    assert_int_equal(PARSE(&args, &error, "level", "--help"), 0);
    assert_int_equal(args.command, ACD_COMMAND_HELP);
    assert_int_equal(PARSE(&args, &error, "-V"), 0);
    assert_int_equal(args.command, ACD_COMMAND_VERSION);
}

static void mistakes_are_named_and_mended(void **state)
{
    (void)state;
    REFUSED("did you mean '--json'?", "snapshot", "--jsno");
    REFUSED("unknown option '--frobnicate'", "--frobnicate");
    REFUSED("unknown option '-x'", "-x");
    REFUSED("'4' is not 0, 1, 2 or 3", "level", "llm", "4");
    REFUSED("needs one server", "level");
    REFUSED("needs one server", "level", "a", "1", "b");
    REFUSED("'soon' is no time", "level", "llm", "1", "--for", "soon");
    REFUSED("no category 'cash'", "level", "llm", "1", "--match", "cash");
    REFUSED("48 days at most", "level", "llm", "1", "--for", "49d");
    REFUSED("needs a level to set", "level", "llm", "--for", "60");
    REFUSED("--for needs a value", "level", "llm", "1", "--for");
    REFUSED("--json takes no value", "list", "--json=yes");
    REFUSED("--json does not go with level", "level", "llm", "--json");
    REFUSED("list takes no targets", "list", "llm");
    REFUSED("'0' is no count", "tail", "--count", "0");
    REFUSED("no targets with it", "--demo", "llm");
    REFUSED("a target is empty", "");
}

static void too_many_targets_are_refused(void **state)
{
    (void)state;
    struct acd_args args;
    struct acd_args_error error;
    char *argv[ACD_ARGS_TARGETS + 2];
    char word[] = "x";
    for (size_t i = 0; i < ACD_ARGS_TARGETS + 2; i++)
        argv[i] = word;
    assert_int_equal(acd_args_parse(&args, ACD_ARGS_TARGETS + 1, argv, &error), 0);
    assert_int_equal(acd_args_parse(&args, ACD_ARGS_TARGETS + 2, argv, &error), -EINVAL);
}

static void times_have_units(void **state)
{
    (void)state;
    uint32_t s = 0;
    const struct {
        const char *text;
        uint32_t seconds;
    } good[] = {{"60", 60}, {"60s", 60}, {"10m", 600}, {"10min", 600}, {"2h", 7200}, {"1d", 86400}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_int_equal(acd_args_duration(good[i].text, &s), 0);
        assert_int_equal(s, good[i].seconds);
    }
    const char *bad[] = {"",   "s",    "0",           "-1",
                         "1w", "60 s", "9999999999d", "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(acd_args_duration(bad[i], &s), -EINVAL);
}

static void help_names_every_command_and_option(void **state)
{
    (void)state;
    char text[8192] = "";
    FILE *file = fmemopen(text, sizeof text - 1, "w");
    assert_non_null(file);
    acd_args_help(file);
    assert_int_equal(fclose(file), 0);
    const char *words[] = {"list",        "level",     "tail",    "snapshot", "--demo",
                           "--json",      "--for",     "--match", "--level",  "--from-start",
                           "--all",       "--count",   "--ascii", "--help",   "--version",
                           "--directory", "--no-color"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_non_null(strstr(text, words[i]));
}

static void a_target_may_be_a_command_mistyped(void **state)
{
    (void)state;
    assert_string_equal(acd_args_command_near("levle"), "level");
    assert_string_equal(acd_args_command_near("snapshto"), "snapshot");
    assert_null(acd_args_command_near("llm_server"));
    assert_null(acd_args_command_near(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_the_live_screen),
        cmocka_unit_test(targets_are_names_pids_and_rings),
        cmocka_unit_test(settings_are_kept_for_the_configuration),
        cmocka_unit_test(a_level_is_set_with_a_time_and_a_category),
        cmocka_unit_test(options_go_before_and_after),
        cmocka_unit_test(after_two_dashes_all_is_targets),
        cmocka_unit_test(help_goes_before_everything),
        cmocka_unit_test(mistakes_are_named_and_mended),
        cmocka_unit_test(too_many_targets_are_refused),
        cmocka_unit_test(times_have_units),
        cmocka_unit_test(help_names_every_command_and_option),
        cmocka_unit_test(a_target_may_be_a_command_mistyped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
