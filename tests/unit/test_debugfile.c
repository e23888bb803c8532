/* SPDX-License-Identifier: MIT */
/* emitter/debugfile.c, debugfolder.c: what debug files hold, where they stand, how many there may be. */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
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
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "emitter/state.h"
#include "tests/support/capture.h"
#include "tests/support/fixture.h"

#define HIDDEN "[REDACTED]"

/* The ring's directory holds the debug files too. */
static acdebug_options options(const struct acd_fixture *f)
{
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    o.temp_directory = f->dir.path;
    return o;
}

static void reopen(struct acd_fixture *f, const acdebug_options *o)
{
    assert_int_equal(acd_fixture_reopen(f, o), 0);
}

/* The file's text from "statusCode" on: what stands before it is checked here. */
static char *body_of(const char *path)
{
    static const char form[] =
        "{\"timestamp\":\"dddd-dd-ddTdd:dd:dd.dddZ\",\"writer\":\"acdebug\",";
    char *text = acd_scratch_read(path, NULL);
    for (size_t i = 0; form[i]; i++)
        assert_true(form[i] == 'd' && i > 13 && i < 38 ? isdigit((unsigned char)text[i]) != 0
                                                       : text[i] == form[i]);
    memmove(text, text + strlen(form), strlen(text + strlen(form)) + 1);
    return text;
}

static char *write_one(const acdebug_exchange *e)
{
    char path[512];
    assert_int_equal(acdebug_write_error_file(e, path, sizeof path), 0);
    char *text = body_of(path);
    assert_int_equal(unlink(path), 0);
    return text;
}

static void set_bodies(acdebug_exchange *e, const char *request, const char *response)
{
    e->request_body = request;
    e->request_body_bytes = request ? strlen(request) : 0;
    e->has_response = response != NULL;
    e->response_status = e->status;
    e->response_body = response;
    e->response_body_bytes = response ? strlen(response) : 0;
}

static acdebug_exchange failed_chat(void)
{
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    e.status = 500;
    e.method = "POST";
    e.url = "/v1/chat/completions";
    return e;
}

/* ---- content ---- */

static void the_guides_example_gives_this_file(void **state)
{
    struct acd_fixture *f = *state;
    const acdebug_header request_headers[] = {{"content-type", "application/json"}};
    const acdebug_header response_headers[] = {
        {"x-request-id", "r1"}, {"set-cookie", "a=1"}, {"set-cookie", "b=2"}};
    acdebug_options o = options(f);
    reopen(f, &o);
    acdebug_exchange e = failed_chat();
    e.request_headers = request_headers;
    e.request_headers_count = 1;
    e.response_headers = response_headers;
    e.response_headers_count = 3;
    set_bodies(&e, "{ \"model\": \"qwen2.5\", \"max_tokens\": 10 }", "CUDA \"out\"\nof memory");
    char *text = write_one(&e);
    assert_string_equal(
        text,
        "\"statusCode\":500,\"request\":{\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
        "\"headers\":{\"content-type\":\"application/json\"},"
        "\"body\":{\"model\":\"qwen2.5\",\"max_tokens\":10}},"
        "\"response\":{\"statusCode\":500,\"headers\":{\"x-request-id\":\"r1\","
        "\"set-cookie\":\"" HIDDEN "\",\"set-cookie\":\"" HIDDEN "\"},"
        "\"body\":\"CUDA \\\"out\\\"\\nof memory\"}}");
    free(text);
}

static void what_is_absent_is_null(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    reopen(f, &o);
    acdebug_exchange e = ACDEBUG_EXCHANGE_INIT;
    char *text = write_one(&e);
    assert_string_equal(text,
                        "\"statusCode\":0,\"request\":{\"method\":\"\",\"url\":\"\",\"headers\":{},"
                        "\"body\":null},\"response\":null}");
    free(text);
    e.status = 404;
    e.has_response = true;
    e.response_status = 200;
    text = write_one(&e);
    assert_string_equal(
        text, "\"statusCode\":404,\"request\":{\"method\":\"\",\"url\":\"\",\"headers\":{},"
              "\"body\":null},\"response\":{\"statusCode\":200,\"headers\":{},\"body\":null}}");
    free(text);
}

static const struct {
    const char *body;
    size_t bytes; /* 0: as long as the text */
    const char *json;
} bodies[] = {
    {"{\"a\":1,\"a\":2,\"n\":123456789012345678901}", 0,
     "{\"a\":1,\"a\":2,\"n\":123456789012345678901}"},
    {"[1e999]", 0, "[1e999]"},
    {" 7 ", 0, "7"},
    {"\"text\"", 0, "\"text\""},
    {"plain text", 0, "\"plain text\""},
    {"{\"cut\": \"sh", 0, "\"{\\\"cut\\\": \\\"sh\""},
    {"a\0b\xff\xc3\xa9", 6, "\"a\\u0000b\xef\xbf\xbd\xc3\xa9\""},
    {"{\"raw\":\"\x01\"}", 0, "\"{\\\"raw\\\":\\\"\\u0001\\\"}\""},
    {"{\"bad\":\"\xff\"}", 0, "\"{\\\"bad\\\":\\\"\xef\xbf\xbd\\\"}\""},
    {"data: {\"api_key\":\"x\"}\n\n", 0, "\"data: {\\\"api_key\\\":\\\"" HIDDEN "\\\"}\\n\\n\""},
    {"{\"api_key\":{\"a\":1},\"b\":[{\"Cookie\":\"c\"}]}", 0,
     "{\"api_key\":\"" HIDDEN "\",\"b\":[{\"Cookie\":\"" HIDDEN "\"}]}"},
};

static void bodies_stay_json_where_they_are_and_become_text_where_not(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    reopen(f, &o);
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        acdebug_exchange e = failed_chat();
        char expected[512];
        e.request_body = bodies[i].body;
        e.request_body_bytes = bodies[i].bytes ? bodies[i].bytes : strlen(bodies[i].body);
        char *text = write_one(&e);
        snprintf(expected, sizeof expected, "\"headers\":{},\"body\":%s},\"response\":null}",
                 bodies[i].json);
        assert_string_equal(strstr(text, "\"headers\""), expected);
        free(text);
    }
}

static void forms_are_read_as_forms(void **state)
{
    struct acd_fixture *f = *state;
    const acdebug_header form[] = {
        {"Content-Type", "Application/X-WWW-Form-URLencoded; charset=utf-8"}};
    acdebug_options o = options(f);
    reopen(f, &o);
    acdebug_exchange e = failed_chat();
    e.request_headers = form;
    e.request_headers_count = 1;
    set_bodies(&e, "model=m&api%5Fkey=abc%26d;e&n=1", NULL);
    char *text = write_one(&e);
    assert_non_null(strstr(text, "\"body\":\"model=m&api%5Fkey=" HIDDEN "&n=1\""));
    free(text);
}

/* ---- names, modes, the log ---- */

static void names_modes_and_the_log_line_have_their_form(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512], log_path[300], expected[900];
    struct stat st;
    reopen(f, &o);
    acdebug_exchange e = failed_chat();
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    snprintf(expected, sizeof expected, "%s/anyclaude-debug-", f->dir.path);
    size_t n = strlen(expected);
    assert_memory_equal(path, expected, n);
    long long ms = strtoll(path + n, NULL, 10);
    assert_in_range(ms, ((long long)time(NULL) - 60) * 1000, ((long long)time(NULL) + 60) * 1000);
    n += strspn(path + n, "0123456789");
    assert_int_equal(path[n], '-');
    assert_int_equal(strspn(path + n + 1, "0123456789abcdefghijklmnopqrstuvwxyz"), 6);
    assert_string_equal(path + n + 7, ".json");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_nlink, 1);
    snprintf(log_path, sizeof log_path, "%s/anyclaude-errors.log", f->dir.path);
    assert_int_equal(stat(log_path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    char *text = acd_scratch_read(path, NULL), *log = acd_scratch_read(log_path, NULL);
    snprintf(expected, sizeof expected, "[%.24s] HTTP 500 - Debug: %s\n",
             text + strlen("{\"timestamp\":\""), path);
    assert_string_equal(log, expected);
    free(text);
    free(log);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->files_written), 1);
    assert_int_equal(acd_scratch_count(&f->dir, ".part"), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".json"), 1);
}

/* ---- what is refused ---- */

static void bad_calls_and_level_0_write_nothing(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512] = "before";
    acdebug_exchange e = failed_chat();
    reopen(f, &o);
    assert_int_equal(acdebug_write_error_file(NULL, path, sizeof path), -EINVAL);
    assert_string_equal(path, "");
    assert_int_equal(acdebug_write_error_file(&e, NULL, 0), -EINVAL);
    assert_int_equal(acdebug_write_error_file(&e, path, 10), -ENAMETOOLONG);
    for (e.status = -1; e.status < 400; e.status += e.status < 1 ? 2 : 57)
        assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), -EINVAL);
    o.level = 0;
    e.status = 500;
    reopen(f, &o);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), -ECANCELED);
    acd_fixture_close(f);
    f->peek.base = NULL;
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), -ECANCELED);
    assert_int_equal(acd_scratch_count(&f->dir, ".json"), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".log"), 0);
}

static void more_than_the_rate_are_counted_not_written(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512];
    acdebug_exchange e = failed_chat();
    reopen(f, &o);
    for (int i = 0; i < 25; i++)
        assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), i < 20 ? 0 : -EAGAIN);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->files_written), 20);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->files_suppressed), 5);
    o.debug_rate_limit = 3;
    reopen(f, &o);
    for (int i = 0; i < 5; i++)
        assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), i < 3 ? 0 : -EAGAIN);
    o.debug_rate_limit = UINT32_MAX;
    reopen(f, &o);
    for (int i = 0; i < 60; i++)
        assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    acd_fixture_close(f);
    f->peek.base = NULL;
    o.debug_rate_limit = 1025;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
    o.debug_rate_limit = 0;
    o.debug_file_bytes = 4095;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
}

/* The slot of the newest file holds a moment that this thread's clock has not reached. */
static void a_file_of_a_thread_that_was_quicker_counts_too(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512];
    acdebug_exchange e = failed_chat();
    o.debug_rate_limit = 1;
    reopen(f, &o);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    struct acd_ring *ring = acd_pointer_see(&acd_state.ring);
    const unsigned ticket_bits = 24;
    acd_add(&ring->file_times[0], UINT64_C(3000) << ticket_bits);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), -EAGAIN);
}

/* ---- size ---- */

static void files_keep_to_their_size_and_say_what_was_cut(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    o.debug_file_bytes = 8192;
    o.debug_rate_limit = UINT32_MAX;
    reopen(f, &o);
    static char big[100000], url[20000];
    static acdebug_header many[500];
    for (size_t i = 0; i < sizeof big - 1; i++)
        big[i] = "\x01\"\xc3\xa9 ab"[i % 7]; /* escapes of all lengths at the cut */
    memset(url, 'u', sizeof url - 1);
    for (size_t i = 0; i < 500; i++)
        many[i] = (acdebug_header){"x-many", "some value"};
    for (size_t shift = 0; shift < 40; shift++) {
        char path[512], number[40];
        acdebug_exchange e = failed_chat();
        struct stat st;
        e.url = url;
        e.request_headers = e.response_headers = many;
        e.request_headers_count = e.response_headers_count = 500;
        set_bodies(&e, big + shift, big + 2 * shift);
        assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
        assert_int_equal(stat(path, &st), 0);
        assert_in_range(st.st_size, 7000, 8192);
        char *text = body_of(path);
        snprintf(number, sizeof number, "[cut: %zu bytes in all]", sizeof big - 1 - shift);
        assert_non_null(strstr(text, number));
        assert_non_null(strstr(text, "[cut: 19999 bytes in all]"));
        assert_non_null(strstr(text, "\"...\":\"[more headers were left out]\""));
        free(text);
        char command[700];
        snprintf(command, sizeof command,
                 "command -v jq >/dev/null || exit 0; jq -e .writer '%s' >/dev/null", path);
        if (shift % 13 == 0)
            assert_int_equal(system(command), 0);
    }
}

static void json_that_does_not_fit_is_cut_as_text(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    static char big[30000];
    o.debug_file_bytes = 8192;
    reopen(f, &o);
    memset(big, ' ', sizeof big - 1);
    strcpy(big, "[\"sk-s3cret\"");
    big[strlen(big)] = ' ';
    big[sizeof big - 2] = ']';
    acdebug_exchange e = failed_chat();
    set_bodies(&e, big, NULL);
    char *text = write_one(&e);
    assert_non_null(strstr(text, "\"body\":\"[\\\"" HIDDEN "\\\"    "));
    assert_non_null(strstr(text, "... [cut: 29999 bytes in all]\"}"));
    free(text);
    set_bodies(&e, "[1]", big); /* the small one has its room */
    text = write_one(&e);
    assert_non_null(strstr(text, "\"body\":[1]},"));
    free(text);
}

/* ---- the folder's limits ---- */

static char *in_folder(const struct acd_fixture *f, const char *name)
{
    static char path[400];
    snprintf(path, sizeof path, "%s/%s", f->dir.path, name);
    return path;
}

static void plant(const struct acd_fixture *f, const char *name, const char *text, time_t age_s)
{
    FILE *file = fopen(in_folder(f, name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct timespec times[2] = {{.tv_sec = time(NULL) - age_s}, {.tv_sec = time(NULL) - age_s}};
    assert_int_equal(utimensat(AT_FDCWD, in_folder(f, name), times, 0), 0);
}

static bool stands(const struct acd_fixture *f, const char *name)
{
    return access(in_folder(f, name), F_OK) == 0;
}

static void only_old_files_of_ours_go(void **state)
{
    static const char ours[] = "{\"timestamp\":\"x\", \"writer\" : \"acdebug\", \"statusCode\":1";
    static const char *const others[] = {
        "anyclaude-debug-1-abcdef.json",  "anyclaude-debug-2-abcdef.json",
        "anyclaude-debug-3-ABCDEF.json",  "anyclaude-debug-4-abcde.json",
        "anyclaude-debug-5-abcdefg.json", "anyclaude-debug-x-abcdef.json",
        "xanyclaude-debug-6-abcdef.json", "anyclaude-debug-7-abcdef.json.bak",
        "anyclaude-debug--abcdef.json",   "anyclaude-debug-123456789012345678901-abcdef.json",
    };
    const time_t day = 86400;
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512];
    o.debug_rate_limit = UINT32_MAX;
    reopen(f, &o);
    plant(f, others[0], "{\"statusCode\":500,\"writer\":\"somebody\"}", 30 * day);
    plant(f, others[1], "{\"request\":{\"writer\":\"acdebug\"}}", 30 * day);
    for (size_t i = 2; i < sizeof others / sizeof others[0]; i++)
        plant(f, others[i], ours, 30 * day);
    plant(f, "anyclaude-debug-8-old000.json", ours, 8 * day);
    plant(f, "anyclaude-debug-9-new000.json", ours, 6 * day);
    assert_int_equal(symlink(others[2], in_folder(f, "anyclaude-debug-10-abcdef.json")), 0);
    assert_int_equal(mkfifo(in_folder(f, "anyclaude-debug-11-abcdef.json"), 0600), 0);
    acdebug_exchange e = failed_chat();
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_true(stands(f, others[i]));
    assert_false(stands(f, "anyclaude-debug-8-old000.json"));
    assert_true(stands(f, "anyclaude-debug-9-new000.json"));
    assert_true(stands(f, "anyclaude-debug-10-abcdef.json"));
    assert_true(stands(f, "anyclaude-debug-11-abcdef.json"));
    assert_int_equal(access(path, F_OK), 0);
}

static void the_oldest_go_when_there_are_too_many_or_too_much(void **state)
{
    static const char ours[] = "{\"timestamp\":\"x\",\"writer\":\"acdebug\"}";
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512], name[64];
    o.debug_file_limit = 5;
    reopen(f, &o);
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, "anyclaude-debug-%d-abcdef.json", i);
        plant(f, name, ours, 100 - i);
    }
    acdebug_exchange e = failed_chat();
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".json"), 5);
    assert_true(stands(f, "anyclaude-debug-5-abcdef.json"));
    assert_false(stands(f, "anyclaude-debug-4-abcdef.json"));
    o.debug_file_limit = 0;
    o.debug_total_bytes = 260; /* the new one and two small ones */
    reopen(f, &o);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    assert_int_equal(access(path, F_OK), 0);
    assert_true(stands(f, "anyclaude-debug-8-abcdef.json"));
    assert_false(stands(f, "anyclaude-debug-5-abcdef.json"));
    o.debug_total_bytes = 1; /* the newest stays, whatever it takes */
    reopen(f, &o);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".json"), 1);
    assert_int_equal(access(path, F_OK), 0);
}

/* ---- what goes wrong ---- */

static void expect_failure(struct acd_fixture *f, const acdebug_options *o, int error)
{
    char path[512] = "before";
    struct capture c;
    acdebug_exchange e = failed_chat();
    acdebug_options with_text = *o;
    with_text.flags &= ~ACDEBUG_NO_TEXT;
    reopen(f, &with_text);
    capture_begin(&c);
    for (int i = 0; i < 3; i++) {
        errno = 77;
        assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), error);
        assert_int_equal(errno, 77);
        assert_string_equal(path, "");
    }
    capture_end(&c);
    char *warning = strstr(c.text, "WARNING: acdebug: a debug file was not written");
    assert_non_null(warning);
    assert_null(strstr(warning + 1, "WARNING"));
    assert_non_null(strstr(warning, strerror(-error)));
    capture_free(&c);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->files_failed), 3);
}

static void a_folder_that_is_not_there_is_an_error_and_one_warning(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char missing[200];
    snprintf(missing, sizeof missing, "%s/missing", f->dir.path);
    o.temp_directory = missing;
    expect_failure(f, &o, -ENOENT);
    o.temp_directory = "/dev/null";
    expect_failure(f, &o, -ENOTDIR);
    o.temp_directory = "/proc/self";
    char path[512];
    acdebug_exchange e = failed_chat();
    reopen(f, &o);
    assert_true(acdebug_write_error_file(&e, path, sizeof path) < 0);
}

static int write_under_a_limit(void *context)
{
    struct rlimit limit = {300, 300};
    struct acd_fixture *f = context;
    char path[512];
    acdebug_options o = options(f);
    o.debug_rate_limit = UINT32_MAX;
    reopen(f, &o);
    setrlimit(RLIMIT_FSIZE, &limit);
    acdebug_exchange small = ACDEBUG_EXCHANGE_INIT, e = failed_chat();
    static char big[1000];
    memset(big, 'x', sizeof big - 1);
    set_bodies(&e, big, NULL);
    for (int i = 0; i < 5; i++) {
        if (acdebug_write_error_file(&e, path, sizeof path) != -EFBIG)
            return 1;
        if (acdebug_write_error_file(&small, path, sizeof path) != 0)
            return 2;
    }
    return 0;
}

static void a_limit_of_file_sizes_fails_the_file_not_the_server(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    f->peek.base = NULL;
    assert_int_equal(acd_scratch_child(write_under_a_limit, f), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ".json"), 5);
    assert_int_equal(acd_scratch_count(&f->dir, ".part"), 0);
    /* The log took whole lines as long as there was room for them. */
    char *log = acd_scratch_read(in_folder(f, "anyclaude-errors.log"), NULL);
    assert_in_range(strlen(log), 100, 300);
    assert_int_equal(log[strlen(log) - 1], '\n');
    free(log);
}

static void a_log_that_is_a_link_is_not_followed(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = options(f);
    char path[512], target[400];
    struct capture c;
    o.flags &= ~ACDEBUG_NO_TEXT;
    reopen(f, &o);
    plant(f, "victim", "", 0);
    strcpy(target, in_folder(f, "victim"));
    assert_int_equal(symlink(target, in_folder(f, "anyclaude-errors.log")), 0);
    acdebug_exchange e = failed_chat();
    capture_begin(&c);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    assert_int_equal(acdebug_write_error_file(&e, path, sizeof path), 0);
    capture_end(&c);
    char *warning = strstr(c.text, "WARNING: acdebug: the error log was not written");
    assert_non_null(warning);
    assert_null(strstr(warning + 1, "WARNING"));
    capture_free(&c);
    char *text = acd_scratch_read(target, NULL);
    assert_string_equal(text, "");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(the_guides_example_gives_this_file),
        ACD_FIXTURE_TEST(what_is_absent_is_null),
        ACD_FIXTURE_TEST(bodies_stay_json_where_they_are_and_become_text_where_not),
        ACD_FIXTURE_TEST(forms_are_read_as_forms),
        ACD_FIXTURE_TEST(names_modes_and_the_log_line_have_their_form),
        ACD_FIXTURE_TEST(bad_calls_and_level_0_write_nothing),
        ACD_FIXTURE_TEST(more_than_the_rate_are_counted_not_written),
        ACD_FIXTURE_TEST(a_file_of_a_thread_that_was_quicker_counts_too),
        ACD_FIXTURE_TEST(files_keep_to_their_size_and_say_what_was_cut),
        ACD_FIXTURE_TEST(json_that_does_not_fit_is_cut_as_text),
        ACD_FIXTURE_TEST(only_old_files_of_ours_go),
        ACD_FIXTURE_TEST(the_oldest_go_when_there_are_too_many_or_too_much),
        ACD_FIXTURE_TEST(a_folder_that_is_not_there_is_an_error_and_one_warning),
        ACD_FIXTURE_TEST(a_limit_of_file_sizes_fails_the_file_not_the_server),
        ACD_FIXTURE_TEST(a_log_that_is_a_link_is_not_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
