/* SPDX-License-Identifier: MIT */
/*
 * The guide's functions and the rules that go with them, as one table: at each level what a call prints,
 * what of it the ring holds, what is counted, and what the files say, word for word.
 */
#include "config.h"

#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/facts.h"
#include "tests/unit/guide_rows.h"

static int start_level;

/* ---- how it is compared ---- */

/* All `from` in `text` become `to`, which is no longer. */
static void replace(char *text, const char *from, const char *to)
{
    size_t n = strlen(from), shorter = strlen(to);
    if (n == 0)
        return;
    for (char *at = text; (at = strstr(at, from)) != NULL; at += shorter) {
        memcpy(at, to, shorter);
        memmove(at + shorter, at + n, strlen(at + n) + 1);
    }
}

/* Paths and the process's number as FILE, RING, DIR and PID. */
static char *settled(char *text)
{
    char pid[32];
    snprintf(pid, sizeof pid, "acdebug-top %d\n", (int)getpid());
    replace(text, guide.debug_file, "FILE");
    replace(text, acdebug_ring_path(), "RING");
    replace(text, guide.fixture->dir.path, "DIR");
    replace(text, pid, "acdebug-top PID\n");
    return text;
}

static void same(const struct guide_row *row, const char *what, const char *got,
                 const char *expected)
{
    expected = expected ? expected : "";
    if (strcmp(got, expected) != 0)
        fail_msg("%s (started at level %d): %s\n%s\ninstead of\n%s", row->rule, start_level, what,
                 got, expected);
}

static void matches(const char *text, const char *pattern)
{
    regex_t compiled;
    assert_int_equal(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    int r = regexec(&compiled, text, 0, NULL, 0);
    regfree(&compiled);
    if (r != 0)
        fail_msg("%s\nis not of the form\n%s", text, pattern);
}

static void is_private(const char *path)
{
    struct stat st;
    assert_int_equal(lstat(path, &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0600);
}

#define TIME "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"

/* The debug file's name, mode and text, and its line in the error log. */
static void check_file(const struct guide_row *row)
{
    static const char begin[] = "\"writer\":\"acdebug\",";
    if (!row->file) {
        assert_string_equal(guide.debug_file, "");
        assert_int_equal(acd_scratch_count(&guide.fixture->dir, ".json"), 0);
        assert_int_equal(acd_scratch_count(&guide.fixture->dir, "errors.log"), 0);
        return;
    }
    assert_memory_equal(guide.debug_file, guide.fixture->dir.path, strlen(guide.fixture->dir.path));
    matches(guide.debug_file, "/anyclaude-debug-[0-9]{13}-[a-z0-9]{6}\\.json$");
    is_private(guide.debug_file);
    char *text = acd_scratch_read(guide.debug_file, NULL), *rest = strstr(text, begin);
    matches(text, "^\\{\"timestamp\":\"" TIME "\",\"writer\"");
    assert_non_null(rest);
    same(row, "the debug file says", rest + strlen(begin), row->file);
    free(text);
    is_private(guide_path("anyclaude-errors.log"));
    text = settled(acd_scratch_read(guide_path("anyclaude-errors.log"), NULL));
    matches(text, "^\\[" TIME "\\] HTTP (500|400|0) - Debug: FILE\n$");
    free(text);
    assert_int_equal(acd_scratch_count(&guide.fixture->dir, ".json"), 1);
}

static void check_logged(const struct guide_row *row)
{
    if (!row->logged) {
        assert_int_equal(acd_scratch_count(&guide.fixture->dir, "server.log"), 0);
        return;
    }
    is_private(guide_path("server.log"));
    char *text = acd_scratch_read(guide_path("server.log"), NULL);
    capture_normalise_times(text);
    same(row, "the logger's file says", text, row->logged);
    free(text);
}

static void check_ring(const struct guide_row *row)
{
    char *events = settled(acd_facts_events(&guide.fixture->peek));
    char *counts = settled(acd_facts_counts(&guide.fixture->peek));
    same(row, "in the ring", events, row->events);
    same(row, "counted", counts, row->counts);
    free(events);
    free(counts);
}

/* A ring and a folder of its own for each row and level. */
static void run(const struct guide_row *row, int level)
{
    struct acd_fixture f;
    struct capture c;
    guide.fixture = &f;
    start_level = level;
    guide.debug_file[0] = '\0';
    acd_scratch_make(&f.dir);
    acdebug_options o = acd_scratch_options(&f.dir, level);
    o.flags = ACDEBUG_NO_COLLECT;
    o.temp_directory = f.dir.path;
    assert_int_equal(acd_fixture_open(&f, &o), 0);
    capture_begin(&c);
    row->call();
    capture_end(&c);
    if (strstr(c.text, "[Timer]"))
        capture_normalise(c.text);
    else
        capture_normalise_times(c.text);
    same(row, "on stderr", settled(c.text), row->text);
    capture_free(&c);
    check_ring(row);
    check_file(row);
    check_logged(row);
    acd_fixture_close(&f);
    acd_scratch_remove(&f.dir);
}

static void every_row_of_the_guide_holds(void **state)
{
    (void)state;
    for (size_t i = 0; i < guide_rows_count; i++)
        for (const char *level = guide_rows[i].levels; *level; level++)
            run(&guide_rows[i], *level - '0');
}

/* ANYCLAUDE_DEBUG as users set it, and what the four questions about the level answer. */
static void the_environment_decides_the_level(void **state)
{
    static const struct {
        const char *value; /* NULL: unset */
        int level;
    } settings[] = {{NULL, 0},   {"", 0},    {"0", 0},    {"1", 1},
                    {"2", 2},    {"3", 3},   {"4", 3},    {"99", 3},
                    {"-1", 0},   {"-99", 0}, {"true", 1}, {"yes", 1},
                    {"2abc", 1}, {"1.5", 1}, {" 2", 1},   {"99999999999999999999", 3}};
    struct acd_fixture f;
    (void)state;
    acd_scratch_make(&f.dir);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        struct capture c;
        acdebug_options o = acd_scratch_options(&f.dir, -1);
        o.flags = ACDEBUG_NO_COLLECT;
        unsetenv("ANYCLAUDE_DEBUG");
        if (settings[i].value)
            setenv("ANYCLAUDE_DEBUG", settings[i].value, 1);
        capture_begin(&c);
        int r = acd_fixture_open(&f, &o);
        capture_end(&c);
        assert_int_equal(r, 0);
        assert_int_equal(acdebug_level(), settings[i].level);
        for (int level = 1; level <= 3; level++)
            assert_int_equal(acdebug_enabled(level), settings[i].level >= level);
        assert_false(acdebug_enabled(0));
        capture_free(&c);
        acd_fixture_close(&f);
        assert_int_equal(acdebug_level(), 0);
    }
    unsetenv("ANYCLAUDE_DEBUG");
    acd_scratch_remove(&f.dir);
}

/* What a server says first names each path and the command as it is. */
static void startup_says_how_to_watch(void **state)
{
    static const char *const names[] = {"", "1 (basic)", "2 (verbose)", "3 (trace)"};
    (void)state;
    for (int level = 0; level <= 3; level++) {
        char text[400];
        struct guide_row row = {
            .rule = "display_debug_startup", .call = acdebug_display_startup, .text = text};
        snprintf(text, sizeof text,
                 A "INFO: Debug level: %s\n" A "INFO: Debug files: DIR/anyclaude-debug-*.json\n" A
                   "INFO: Error log: DIR/anyclaude-errors.log\n" A "INFO: Ring: RING\n" A
                   "INFO: Watch: acdebug-top PID\n",
                 names[level]);
        if (level == 0)
            text[0] = '\0';
        run(&row, level);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_guide_holds),
        cmocka_unit_test(the_environment_decides_the_level),
        cmocka_unit_test(startup_says_how_to_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
