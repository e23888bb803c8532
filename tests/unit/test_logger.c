/* SPDX-License-Identifier: MIT */
/* emitter/logger.c, startup.c: loggers' lines, files, records and errors; what a server says first. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tests/support/capture.h"
#include "tests/support/fixture.h"
#include "tests/support/pty.h"

static void reopen(struct acd_fixture *f, int level, unsigned flags)
{
    acdebug_options o = acd_scratch_options(&f->dir, level);
    o.flags = ACDEBUG_NO_COLLECT | flags;
    o.temp_directory = "/some/where/";
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
}

static char *file_name(const struct acd_fixture *f, const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", f->dir.path, name);
    return path;
}

/* The file's text with its times replaced; to be freed. */
static char *content(const char *path)
{
    char *text = acd_scratch_read(path, NULL);
    capture_normalise(text);
    return text;
}

static struct acdebug_logger *logger(const char *name, enum acdebug_severity threshold,
                                     const char *file)
{
    acdebug_logger *made = NULL;
    assert_int_equal(acdebug_logger_new(&made, name, threshold, file), 0);
    return made;
}

static void log_all(acdebug_logger *l)
{
    acdebug_logger_log(l, ACDEBUG_SEV_DEBUG, "Debug message");
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "Application started on port %d", 8080);
    acdebug_logger_log(l, ACDEBUG_SEV_WARNING, "This might be an issue");
    acdebug_logger_log(l, ACDEBUG_SEV_ERROR, "Something went wrong");
}

static void lines_go_to_stderr_and_file_whatever_the_level(void **state)
{
    static const char expected[] = "[time] [my_server] INFO: Application started on port 8080\n"
                                   "[time] [my_server] WARNING: This might be an issue\n"
                                   "[time] [my_server] ERROR: Something went wrong\n";
    struct acd_fixture *f = *state;
    for (int level = 0; level <= 3; level += 3) {
        struct capture c;
        reopen(f, level, 0);
        char *path = file_name(f, level ? "log3" : "log0");
        acdebug_logger *l = logger("my_server", ACDEBUG_SEV_INFO, path);
        capture_begin(&c);
        log_all(l);
        capture_end(&c);
        capture_normalise(c.text);
        assert_string_equal(c.text, expected);
        capture_free(&c);
        char *written = content(path);
        assert_string_equal(written, expected);
        free(written);
        struct stat st;
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 07777, 0600);
        acdebug_logger_free(l);
    }
}

static void the_threshold_keeps_what_is_below_out_of_everything(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    const struct acd_peek_event *event;
    reopen(f, 3, 0);
    acdebug_logger *l = logger("quiet", ACDEBUG_SEV_ERROR, NULL);
    capture_begin(&c);
    log_all(l);
    capture_end(&c);
    capture_normalise(c.text);
    assert_string_equal(c.text, "[time] [quiet] ERROR: Something went wrong\n");
    capture_free(&c);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event), 1);
    assert_null(acd_peek_error(&f->peek, "WARNING"));
    acdebug_logger_free(l);
}

static void without_text_the_file_and_the_ring_still_get_lines(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    const struct acd_peek_event *event;
    reopen(f, 1, ACDEBUG_NO_TEXT);
    char *path = file_name(f, "log");
    acdebug_logger *l = logger("s", ACDEBUG_SEV_DEBUG, path);
    capture_begin(&c);
    log_all(l);
    capture_end(&c);
    assert_string_equal(c.text, "");
    capture_free(&c);
    char *written = content(path);
    assert_non_null(strstr(written, "[time] [s] DEBUG: Debug message\n"));
    free(written);
    /* The debug line is an event of level 2. */
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event), 3);
    acdebug_logger_free(l);
}

static void records_carry_logger_severity_and_message(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *event;
    reopen(f, 2, ACDEBUG_NO_TEXT);
    acdebug_logger *l = logger("named", ACDEBUG_SEV_DEBUG, NULL);
    acdebug_logger_log(l, ACDEBUG_SEV_WARNING, "with sk-s3cret and %s", "more");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event), 1);
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_LOGGER)->text, "named"));
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_SEVERITY)->text, "WARNING"));
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_MESSAGE)->text,
                            "with [REDACTED] and more"));
    assert_int_equal(event->site.category, ACD_CATEGORY_LOGGER);
    acdebug_logger_free(l);
}

static void warnings_and_errors_count_at_every_level(void **state)
{
    struct acd_fixture *f = *state;
    reopen(f, 0, ACDEBUG_NO_TEXT);
    acdebug_logger *l = logger("s", ACDEBUG_SEV_DEBUG, NULL);
    log_all(l);
    log_all(l);
    struct acd_error_entry *warning = acd_peek_error(&f->peek, "WARNING");
    struct acd_error_entry *error = acd_peek_error(&f->peek, "ERROR");
    assert_non_null(warning);
    assert_non_null(error);
    assert_int_equal(acd_peek_word(&warning->count), 2);
    assert_string_equal(warning->message, "This might be an issue");
    assert_int_equal(acd_peek_word(&error->count), 2);
    assert_null(acd_peek_error(&f->peek, "INFO"));
    acdebug_logger_free(l);
}

static void secrets_reach_neither_stderr_nor_file_nor_groups(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    reopen(f, 1, 0);
    char *path = file_name(f, "log");
    acdebug_logger *l = logger("Bearer s3cret1", ACDEBUG_SEV_INFO, path);
    capture_begin(&c);
    acdebug_logger_log(l, ACDEBUG_SEV_ERROR, "Authorization: Basic %s", "s3cret2");
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "{\"api_key\": \"s3cret3\", \"max_tokens\": 5}");
    capture_end(&c);
    assert_null(strstr(c.text, "s3cret"));
    assert_non_null(strstr(c.text, "max_tokens"));
    capture_free(&c);
    char *written = content(path);
    assert_null(strstr(written, "s3cret"));
    free(written);
    assert_string_equal(acd_peek_error(&f->peek, "ERROR")->message, "Authorization: [REDACTED]");
    acdebug_logger_free(l);
}

static void long_messages_stay_one_line_and_are_cut_at_64_kib(void **state)
{
    struct acd_fixture *f = *state;
    static char big[70001];
    memset(big, 'x', sizeof big - 1);
    reopen(f, 0, ACDEBUG_NO_TEXT);
    char *path = file_name(f, "log");
    acdebug_logger *l = logger("s", ACDEBUG_SEV_INFO, path);
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "%.*s", 1500, big);
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "%s", big);
    char *written = content(path);
    size_t head = strlen("[time] [s] INFO: ");
    assert_int_equal(strlen(written), 2 * (head + 1) + 1500 + 65536);
    assert_int_equal(strcspn(written, "\n"), head + 1500);
    free(written);
    acdebug_logger_free(l);
}

__attribute__((format(printf, 3, 4))) static void callback(enum acdebug_severity severity,
                                                           const char *component,
                                                           const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    acdebug_vlog(severity, component, format, arguments);
    va_end(arguments);
}

static void a_message_is_cut_where_a_character_ends(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *event;
    static char euros[70001];
    for (size_t i = 0; i + 3 < sizeof euros; i += 3)
        memcpy(euros + i, "\xe2\x82\xac", 3);
    reopen(f, 2, ACDEBUG_NO_TEXT);
    char *path = file_name(f, "log");
    acdebug_logger *l = logger("s", ACDEBUG_SEV_INFO, path);
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "%s", euros);
    acdebug_logger_free(l);
    char *written = content(path);
    assert_int_equal(strlen(written), strlen("[time] [s] INFO: \n") + 65535);
    free(written);
    callback(ACDEBUG_SEV_INFO, "c", "1%s", euros);
    (void)acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event);
    assert_int_equal(acd_event_find(&event->view, ACD_KEY_MESSAGE)->text.length, 4093);
}

static bool does_not_wait(int fd)
{
    return (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0;
}

/* A flag of a description is set for all who have it: the server's own prints would fail. */
static void a_terminal_and_a_pipe_stay_as_others_have_them(void **state)
{
    struct acd_fixture *f = *state;
    static char out[1 << 16];
    struct pty pty;
    int ends[2], before = dup(STDERR_FILENO);
    pty_open(&pty, 80, 24);
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < 2; i++) {
        int to = i ? ends[1] : pty.line;
        dup2(to, STDERR_FILENO);
        reopen(f, 3, 0);
        acdebug_logger *l = logger("s", ACDEBUG_SEV_DEBUG, ttyname(pty.line));
        log_all(l);
        acdebug_display_startup();
        acdebug_log(1, "text", ACDEBUG_INT("i", i));
        acdebug_logger_free(l);
        acd_fixture_close(f);
        f->peek.base = NULL;
        assert_false(does_not_wait(to));
        assert_false(does_not_wait(STDERR_FILENO));
    }
    dup2(before, STDERR_FILENO);
    pty_take(&pty, out, sizeof out);
    assert_non_null(strstr(out, "[s] ERROR: Something went wrong"));
    assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
    assert_true(does_not_wait(ends[1])); /* it can be told */
    close(before);
    close(ends[0]);
    close(ends[1]);
    pty_close(&pty);
}

/* Nobody reads: lines are lost, the server goes on, and what comes later is there again. */
static void a_terminal_that_takes_no_more_holds_nobody(void **state)
{
    struct acd_fixture *f = *state;
    static char big[1001], out[1 << 18];
    struct pty pty;
    struct capture c;
    memset(big, 'x', sizeof big - 1);
    pty_open(&pty, 80, 24);
    reopen(f, 0, 0);
    acdebug_logger *l = logger("s", ACDEBUG_SEV_INFO, ttyname(pty.line));
    capture_begin(&c);
    for (int i = 0; i < 200; i++)
        acdebug_logger_log(l, ACDEBUG_SEV_INFO, "%s", big);
    capture_end(&c);
    char *warning = strstr(c.text, "takes no more lines");
    assert_non_null(warning);
    assert_null(strstr(warning + 1, "takes no more lines"));
    capture_free(&c);
    assert_true(pty_take(&pty, out, sizeof out) < 200 * sizeof big);
    capture_begin(&c);
    acdebug_logger_log(l, ACDEBUG_SEV_INFO, "again");
    capture_end(&c);
    capture_free(&c);
    pty_take(&pty, out, sizeof out);
    assert_non_null(strstr(out, "[s] INFO: again"));
    acdebug_logger_free(l);
    pty_close(&pty);
}

static void errno_survives(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_logger *l = NULL;
    reopen(f, 0, ACDEBUG_NO_TEXT);
    errno = 77;
    assert_int_equal(acdebug_logger_new(&l, "s", ACDEBUG_SEV_INFO, "/no/such/folder"), -ENOENT);
    assert_int_equal(errno, 77);
    l = logger("s", ACDEBUG_SEV_INFO, "/dev/full");
    acdebug_logger_log(l, ACDEBUG_SEV_ERROR, "no room");
    acdebug_logger_free(l);
    assert_int_equal(errno, 77);
}

static void files_that_must_not_be_written_are_refused(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_logger *l = NULL;
    assert_int_equal(symlink("/etc/passwd", file_name(f, "link")), 0);
    assert_int_equal(acdebug_logger_new(&l, "s", ACDEBUG_SEV_INFO, file_name(f, "link")), -ELOOP);
    assert_int_equal(mkfifo(file_name(f, "pipe"), 0600), 0);
    assert_int_equal(acdebug_logger_new(&l, "s", ACDEBUG_SEV_INFO, file_name(f, "pipe")), -ENXIO);
    assert_int_equal(acdebug_logger_new(&l, "s", ACDEBUG_SEV_INFO, f->dir.path), -EISDIR);
    assert_int_equal(acdebug_logger_new(&l, "s", ACDEBUG_SEV_INFO, file_name(f, "no/log")),
                     -ENOENT);
    assert_int_equal(acdebug_logger_new(NULL, "s", ACDEBUG_SEV_INFO, NULL), -EINVAL);
    assert_int_equal(acdebug_logger_new(&l, "s", (enum acdebug_severity)9, NULL), -EINVAL);
    assert_null(l);
    acdebug_logger_free(NULL);
    acdebug_logger_log(NULL, ACDEBUG_SEV_ERROR, "nothing");
}

struct limited {
    struct acd_fixture *fixture;
    int stderr_to;
};

static int log_over_the_limit(void *context)
{
    struct limited *limited = context;
    struct rlimit limit = {100, 100};
    reopen(limited->fixture, 0, 0);
    acdebug_logger *l = logger("s", ACDEBUG_SEV_INFO, file_name(limited->fixture, "log"));
    dup2(limited->stderr_to, STDERR_FILENO);
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 5; i++)
        acdebug_logger_log(l, ACDEBUG_SEV_INFO, "a line of some length");
    return 0;
}

static void a_full_file_gets_whole_lines_and_one_warning(void **state)
{
    char text[2000] = {0};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    struct limited limited = {*state, ends[1]};
    assert_int_equal(acd_scratch_child(log_over_the_limit, &limited), 0);
    close(ends[1]);
    for (ssize_t n, used = 0; (n = read(ends[0], text + used, sizeof text - 1 - (size_t)used)) > 0;)
        used += n;
    close(ends[0]);
    char *warning = strstr(text, "takes no more lines: File too large\n");
    assert_non_null(warning);
    assert_null(strstr(warning + 1, "takes no more lines"));
    char *written = content(file_name(limited.fixture, "log"));
    assert_string_equal(written, "[time] [s] INFO: a line of some length\n");
    free(written);
}

static void before_open_and_after_close_a_logger_is_silent(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    char *path = file_name(f, "log");
    acd_fixture_close(f);
    f->peek.base = NULL;
    acdebug_logger *l = logger("s", ACDEBUG_SEV_DEBUG, path);
    capture_begin(&c);
    log_all(l);
    acdebug_display_startup();
    capture_end(&c);
    assert_string_equal(c.text, "");
    capture_free(&c);
    char *written = content(path);
    assert_string_equal(written, "");
    free(written);
    acdebug_logger_free(l);
}

/* There is no room for a ring; the server's log must not suffer from that. */
static void without_a_ring_loggers_go_on(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    acd_fixture_close(f);
    f->peek.base = NULL;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.flags = ACDEBUG_NO_COLLECT;
    o.directory = "/proc/self/no-such-place";
    acdebug_logger *l = logger("s", ACDEBUG_SEV_WARNING, NULL);
    capture_begin(&c);
    int r = acdebug_open("noring", &o);
    log_all(l);
    acdebug_close();
    log_all(l);
    capture_end(&c);
    assert_true(r < 0);
    capture_normalise(c.text);
    assert_non_null(strstr(c.text, "\n[time] [s] WARNING: This might be an issue\n"
                                   "[time] [s] ERROR: Something went wrong\n"));
    assert_null(strstr(strstr(c.text, "went wrong") + 1, "went wrong"));
    capture_free(&c);
    acdebug_logger_free(l);
}

/* ---- a server that has a log callback already ---- */

static void vlog_reaches_the_ring_alone(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    const struct acd_peek_event *event;
    static char big[5000];
    memset(big, 'y', sizeof big - 1);
    reopen(f, 2, 0);
    capture_begin(&c);
    callback(ACDEBUG_SEV_INFO, "llama", "load_tensors: %d layers, Bearer %s\n", 33, "s3cret");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event), 1);
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_LOGGER)->text, "llama"));
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_MESSAGE)->text,
                            "load_tensors: 33 layers, Bearer [REDACTED]"));
    callback(ACDEBUG_SEV_ERROR, NULL, "*%d upstream timed out", 17);
    callback(ACDEBUG_SEV_ERROR, NULL, "*%d upstream timed out", 18);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "ERROR")->count), 2);
    callback(ACDEBUG_SEV_DEBUG, NULL, "%s", big);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event), 4);
    assert_int_equal(acd_event_find(&event->view, ACD_KEY_MESSAGE)->text.length, 4095);
    capture_end(&c);
    assert_string_equal(c.text, "");
    capture_free(&c);
}

static void a_message_brings_its_fields_and_loses_its_secrets(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *event;
    acdebug_field fields[] = {acdebug_field_int("user", 7), acdebug_field_str("api_key", "k")};
    reopen(f, 1, ACDEBUG_NO_TEXT);
    acdebug_log_message(ACDEBUG_SEV_DEBUG, "app", "at level 2", NULL, 0);
    acdebug_log_message(ACDEBUG_SEV_INFO, "app", "key=1 Bearer s3cret", fields, 2);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &event), 1);
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_LOGGER)->text, "app"));
    assert_true(acd_peek_is(&acd_event_find(&event->view, ACD_KEY_MESSAGE)->text,
                            "key=1 Bearer [REDACTED]"));
    assert_int_equal(acd_event_find(&event->view, "user")->number.i, 7);
    acdebug_log_message(ACDEBUG_SEV_ERROR, NULL, NULL, NULL, 0);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "ERROR")->count), 1);
}

static void redact_copies_what_fits_without_secrets(void **state)
{
    char text[64];
    (void)state;
    assert_int_equal(acdebug_redact(text, sizeof text, "Bearer abc, more", 10), 17);
    assert_string_equal(text, "Bearer [REDACTED]");
    assert_int_equal(acdebug_redact(text, 5, "plain text that goes on", 23), 4);
    assert_string_equal(text, "plai");
    assert_int_equal(acdebug_redact(text, sizeof text, NULL, 3), 0);
    assert_string_equal(text, "");
}

/* ---- what a server says first ---- */

static void startup_says_level_paths_and_how_to_watch(void **state)
{
    struct acd_fixture *f = *state;
    struct capture c;
    char expected[1000];
    for (int level = 0; level <= 2; level += 2) {
        reopen(f, level, 0);
        errno = 5;
        capture_begin(&c);
        errno = 5;
        acdebug_display_startup();
        int kept = errno;
        capture_end(&c);
        assert_int_equal(kept, 5);
        capture_normalise(c.text);
        snprintf(expected, sizeof expected,
                 "[time] [anyclaude] INFO: Debug level: 2 (verbose)\n"
                 "[time] [anyclaude] INFO: Debug files: /some/where/anyclaude-debug-*.json\n"
                 "[time] [anyclaude] INFO: Error log: /some/where/anyclaude-errors.log\n"
                 "[time] [anyclaude] INFO: Ring: %s\n"
                 "[time] [anyclaude] INFO: Watch: acdebug-top %d\n",
                 acdebug_ring_path(), (int)getpid());
        assert_string_equal(c.text, level ? expected : "");
        capture_free(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(lines_go_to_stderr_and_file_whatever_the_level),
        ACD_FIXTURE_TEST(the_threshold_keeps_what_is_below_out_of_everything),
        ACD_FIXTURE_TEST(without_text_the_file_and_the_ring_still_get_lines),
        ACD_FIXTURE_TEST(records_carry_logger_severity_and_message),
        ACD_FIXTURE_TEST(warnings_and_errors_count_at_every_level),
        ACD_FIXTURE_TEST(secrets_reach_neither_stderr_nor_file_nor_groups),
        ACD_FIXTURE_TEST(long_messages_stay_one_line_and_are_cut_at_64_kib),
        ACD_FIXTURE_TEST(a_message_is_cut_where_a_character_ends),
        ACD_FIXTURE_TEST(a_terminal_and_a_pipe_stay_as_others_have_them),
        ACD_FIXTURE_TEST(a_terminal_that_takes_no_more_holds_nobody),
        ACD_FIXTURE_TEST(errno_survives),
        ACD_FIXTURE_TEST(files_that_must_not_be_written_are_refused),
        ACD_FIXTURE_TEST(a_full_file_gets_whole_lines_and_one_warning),
        ACD_FIXTURE_TEST(before_open_and_after_close_a_logger_is_silent),
        ACD_FIXTURE_TEST(without_a_ring_loggers_go_on),
        ACD_FIXTURE_TEST(vlog_reaches_the_ring_alone),
        ACD_FIXTURE_TEST(a_message_brings_its_fields_and_loses_its_secrets),
        cmocka_unit_test(redact_copies_what_fits_without_secrets),
        ACD_FIXTURE_TEST(startup_says_level_paths_and_how_to_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
