/* SPDX-License-Identifier: MIT */
/* emitter/text.c, line.c: the texts on stderr, word for word. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tests/support/capture.h"
#include "tests/support/fixture.h"

#define A "[time] [anyclaude] "

/* A ring at `level` with text; what `run` makes it print, times and durations replaced. */
static char *printed(struct acd_fixture *f, int level, unsigned flags, void (*run)(void))
{
    struct capture c;
    acdebug_options o = acd_scratch_options(&f->dir, level);
    o.flags = ACDEBUG_NO_COLLECT | flags;
    capture_begin(&c);
    int r = acd_fixture_reopen(f, &o);
    run();
    capture_end(&c);
    assert_int_equal(r, 0);
    capture_normalise(c.text);
    return c.text;
}

static void expect(struct acd_fixture *f, int level, void (*run)(void), const char *text)
{
    char *got = printed(f, level, 0, run);
    assert_string_equal(got, text);
    free(got);
}

/* ---- what the levels decide ---- */

static void emit_each_level(void)
{
    acdebug_log(1, "one");
    acdebug_log(2, "two");
    acdebug_log(3, "three");
}

static void the_start_level_decides_what_is_printed(void **state)
{
    static const char *const texts[] = {"", A "DEBUG: one\n", A "DEBUG: one\n" A "DEBUG: two\n",
                                        A "DEBUG: one\n" A "DEBUG: two\n" A "DEBUG: three\n"};
    for (int level = 0; level <= 3; level++)
        expect(*state, level, emit_each_level, texts[level]);
}

static void without_text_nothing_is_printed_at_any_level(void **state)
{
    for (int level = 0; level <= 3; level++) {
        char *got = printed(*state, level, ACDEBUG_NO_TEXT, emit_each_level);
        assert_string_equal(got, "");
        free(got);
    }
}

static struct acd_peek *live_ring;

static void set_levels(unsigned level)
{
    atomic_store_explicit(&acd_peek_control(live_ring)->word,
                          acd_levels_all(level) | UINT64_C(1) << ACD_CONTROL_CHANGE_SHIFT,
                          memory_order_relaxed);
}

static void raise_and_lower(void)
{
    set_levels(3);
    emit_each_level();
    set_levels(1);
    emit_each_level();
    set_levels(0);
    emit_each_level();
}

static void a_raised_level_fills_the_ring_and_a_lowered_one_quiets_the_text(void **state)
{
    struct acd_fixture *f = *state;
    live_ring = &f->peek;
    expect(f, 2, raise_and_lower, A "DEBUG: one\n" A "DEBUG: two\n" A "DEBUG: one\n");
    const struct acd_peek_event *event;
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "three", &event), 1);
}

/* ---- data ---- */

static void emit_data(void)
{
    acdebug_log(1, "request received", ACDEBUG_STR("path", "/v1/\"x\"\n"), ACDEBUG_INT("bytes", -5),
                ACDEBUG_UINT("big", UINT64_MAX), ACDEBUG_DOUBLE("ms", 45),
                ACDEBUG_DOUBLE("nan", NAN), ACDEBUG_BOOL("ok", 1),
                ACDEBUG_JSON("j", " {\"a\": [1, 2]} "), ACDEBUG_REQUEST(7));
    acdebug_log(1, "only a request", ACDEBUG_REQUEST_STR("r-1"));
    acdebug_field bare = acdebug_field_json("", "[1, {}]");
    acdebug_log_fields(ACDEBUG_LOG, 1, "bare", &bare, 1);
    acdebug_field two[] = {acdebug_field_str("k", "v"), acdebug_field_int("n", 1)};
    acdebug_log_fields(ACDEBUG_USER0, 1, "two", two, 2);
    acdebug_log_fields(ACDEBUG_LOG, 1, NULL, NULL, 0);
}

static void data_is_compact_below_level_3(void **state)
{
    expect(
        *state, 2, emit_data,
        A
        "DEBUG: request received {\"path\":\"/v1/\\\"x\\\"\\n\",\"bytes\":-5,"
        "\"big\":18446744073709551615,\"ms\":45.0,\"nan\":null,\"ok\":true,\"j\":{\"a\":[1,2]}}\n" A
        "DEBUG: only a request\n" A "DEBUG: bare [1,{}]\n" A "DEBUG: two {\"k\":\"v\",\"n\":1}\n" A
        "DEBUG: \n");
}

static void data_is_indented_at_level_3(void **state)
{
    expect(*state, 3, emit_data,
           A
           "DEBUG: request received {\n  \"path\": \"/v1/\\\"x\\\"\\n\",\n  \"bytes\": -5,\n"
           "  \"big\": 18446744073709551615,\n  \"ms\": 45.0,\n  \"nan\": null,\n  \"ok\": true,\n"
           "  \"j\": {\n    \"a\": [\n      1,\n      2\n    ]\n  }\n}\n" A
           "DEBUG: only a request\n" A "DEBUG: bare [\n  1,\n  {}\n]\n" A
           "DEBUG: two {\n  \"k\": \"v\",\n  \"n\": 1\n}\n" A "DEBUG: \n");
}

/* {"s":"..."} of exactly `characters` characters; odd ones are two bytes long. */
static char *value_of(size_t characters)
{
    size_t n = characters - 8;
    char *text = calloc(1, 2 * n + 1), *p = text;
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) {
        if (i % 2)
            *p++ = '\xc3', *p++ = '\xa9';
        else
            *p++ = 'a';
    }
    return text;
}

static void emit_long_data(void)
{
    for (size_t n = 199; n <= 201; n++) {
        char *text = value_of(n);
        acdebug_log(1, "m", ACDEBUG_STR("s", text));
        free(text);
    }
}

static void data_is_cut_to_200_characters_and_says_so(void **state)
{
    char *got = printed(*state, 2, 0, emit_long_data), *line = got;
    for (size_t n = 199; n <= 201; n++) {
        char *value = value_of(n), expected[600];
        size_t head = strlen(A "DEBUG: m ");
        strcpy(expected, A "DEBUG: m {\"s\":\"");
        strcat(expected, value);
        if (n <= 200)
            strcat(expected, "\"}\n");
        else /* of 201 characters the last one, the closing brace, is gone */
            strcat(expected, "\"...\n");
        assert_memory_equal(line, expected, strlen(expected));
        size_t characters = 0;
        for (const char *p = line + head; *p != '\n'; p++)
            characters += ((unsigned char)*p & 0xc0) != 0x80;
        assert_int_equal(characters, n <= 200 ? n : 203);
        line += strlen(expected);
        free(value);
    }
    assert_string_equal(line, "");
    free(got);
}

static void emit_much(void)
{
    static char big[20000];
    memset(big, 'x', sizeof big - 1);
    acdebug_log(3, "much", ACDEBUG_STR("a", big), ACDEBUG_STR("b", big));
}

static void at_level_3_the_data_is_whole_however_long(void **state)
{
    char *got = printed(*state, 3, 0, emit_much);
    assert_int_equal(strlen(got),
                     strlen(A "DEBUG: much {\n  \"a\": \"\",\n  \"b\": \"\"\n}\n") + 2 * 19999);
    free(got);
}

/* ---- the other kinds ---- */

static void emit_cache(void)
{
    acdebug_cache_hit("prompt", "system_prompt_hash_123", ACDEBUG_INT("size_tokens", 1500),
                      ACDEBUG_INT("age_seconds", 45));
    acdebug_cache_hit("prompt", "k");
    acdebug_cache_miss("kv_cache", "session_xyz", "new_session");
    acdebug_cache_miss("kv_cache", "session_xyz", NULL, ACDEBUG_INT("n", 1));
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    l.type = "prompt";
    l.key = "sys";
    l.outcome = ACDEBUG_PARTIAL;
    l.reason = "prefix_diverged";
    l.input_tokens = 100;
    l.cached_tokens = 60;
    acdebug_cache_lookup(&l);
    l.outcome = ACDEBUG_BYPASS;
    l.key = NULL;
    l.reason = NULL;
    l.input_tokens = ACDEBUG_UNKNOWN;
    l.cached_tokens = ACDEBUG_UNKNOWN;
    acdebug_cache_lookup(&l);
    acdebug_cache_evict("prompt", NULL, 3, "full");
}

static void cache_lookups_have_the_guides_words(void **state)
{
    expect(
        *state, 1, emit_cache,
        A
        "DEBUG: [Cache] HIT - prompt: system_prompt_hash_123 {\"size_tokens\":1500,\"age_seconds\":45}\n" A
        "DEBUG: [Cache] HIT - prompt: k\n" A
        "DEBUG: [Cache] MISS - kv_cache: session_xyz (new_session)\n" A
        "DEBUG: [Cache] MISS - kv_cache: session_xyz {\"n\":1}\n" A
        "DEBUG: [Cache] PARTIAL - prompt: sys (prefix_diverged) "
        "{\"gen_ai.usage.input_tokens\":100,\"gen_ai.usage.cache_read.input_tokens\":60}\n" A
        "DEBUG: [Cache] BYPASS - prompt: \n");
    expect(*state, 0, emit_cache, "");
}

static void run_timers(void)
{
    acdebug_timer t;
    acdebug_timer_start(&t, "Operation name");
    (void)acdebug_timer_checkpoint(&t, "halfway point");
    (void)acdebug_timer_end(&t);
    acdebug_timer_start_level(&t, "first", 1);
    (void)acdebug_timer_end(&t);
    (void)acdebug_timer_end(&t);
    acdebug_timer_start(&t, "broken");
    (void)acdebug_timer_fail(&t, "ValueError");
    acdebug_timer_start_level(&t, "third", 3);
    (void)acdebug_timer_end(&t);
}

static void timers_have_the_guides_words_and_failures_always_do(void **state)
{
    expect(*state, 0, run_timers, A "ERROR: [Timer] broken failed after Nms: ValueError\n");
    expect(*state, 1, run_timers,
           A "DEBUG: [Timer] first completed in Nms\n" A
             "ERROR: [Timer] broken failed after Nms: ValueError\n");
    expect(*state, 2, run_timers,
           A "DEBUG: [Timer] Starting: Operation name\n" A
             "DEBUG: [Timer] Operation name @ halfway point: Nms\n" A
             "DEBUG: [Timer] Operation name completed in Nms\n" A
             "DEBUG: [Timer] Starting: first\n" A "DEBUG: [Timer] first completed in Nms\n" A
             "DEBUG: [Timer] Starting: broken\n" A
             "ERROR: [Timer] broken failed after Nms: ValueError\n");
    char *got = printed(*state, 0, ACDEBUG_NO_TEXT, run_timers);
    assert_string_equal(got, "");
    free(got);
}

static void report_performance(void)
{
    acdebug_field details[] = {acdebug_field_int("tokens", 12)};
    acdebug_performance("embed", 12.345, details, 1);
    acdebug_performance("plain", 1500, NULL, 0);
}

static void performance_has_the_guides_words_from_level_2(void **state)
{
    expect(*state, 2, report_performance,
           A "DEBUG: Performance: embed took Nms {\"tokens\":12}\n" A
             "DEBUG: Performance: plain took Nms\n");
    expect(*state, 1, report_performance, "");
}

static void report_errors(void)
{
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.provider = "mlx";
    c.model = "qwen2.5";
    c.debug_file = "/tmp/anyclaude-debug-1-abcdef.json";
    acdebug_error("HTTP", 500, &c);
    c.provider = NULL;
    acdebug_error("HTTP", 500, &c);
    c.debug_file = NULL;
    c.message = "reset by peer";
    acdebug_error("Streaming", 0, &c);
    acdebug_error("HTTP", 404, NULL);
}

static void errors_have_the_guides_words(void **state)
{
    expect(
        *state, 1, report_errors,
        A
        "ERROR: HTTP error (mlx/qwen2.5) - Debug info written to: /tmp/anyclaude-debug-1-abcdef.json\n" A
        "ERROR: HTTP error 500 - Debug info written to: /tmp/anyclaude-debug-1-abcdef.json\n" A
        "ERROR: Streaming error 0 - reset by peer\n" A "ERROR: HTTP error 404\n");
    expect(*state, 0, report_errors, "");
}

/* ---- secrets and control characters ---- */

static void emit_secrets(void)
{
    acdebug_log(1, "with Bearer s3cret1", ACDEBUG_STR("Authorization", "Basic s3cret2"),
                ACDEBUG_STR("url", "https://u:s3cret3@h/?api_key=s3cret4"),
                ACDEBUG_JSON("body", "{\"cookie\":[\"s3cret5\"],\"max_tokens\":9}"),
                ACDEBUG_INT("api_key", 53));
    acdebug_field f[] = {acdebug_field_str("x-api-key", "s3cret6"),
                         acdebug_field_str("h", "sk-s3cret7")};
    acdebug_log_fields(ACDEBUG_LOG, 1, "sk-s3cret8", f, 2);
    acdebug_cache_hit("sk-s3cret9", "Bearer s3cret10");
    acdebug_cache_miss("t", "api_key=s3cret11", "apikey: s3cret12");
}

static void no_secret_is_printed(void **state)
{
    for (int level = 1; level <= 3; level++) {
        char *got = printed(*state, level, 0, emit_secrets);
        assert_null(strstr(got, "s3cret"));
        assert_non_null(strstr(got, "max_tokens"));
        assert_non_null(strstr(got, "[REDACTED]"));
        assert_null(strstr(got, "53"));
        free(got);
    }
}

static void emit_controls(void)
{
    acdebug_log_fields(ACDEBUG_LOG, 1, "a\x1b[31m\r\x7f\tb\nc", NULL, 0);
}

static void control_characters_are_shown_not_sent(void **state)
{
    expect(*state, 1, emit_controls, A "DEBUG: a\\x1b[31m\\x0d\\x7f\tb\nc\n");
}

/* ---- what goes wrong ---- */

static void a_reader_that_went_away_does_not_end_the_server(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    int ends[2], before = dup(STDERR_FILENO);
    sigset_t pending;
    o.flags = ACDEBUG_NO_COLLECT;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    errno = 77;
    acdebug_log(1, "nobody reads this");
    int kept = errno;
    sigpending(&pending);
    dup2(before, STDERR_FILENO);
    close(ends[1]);
    close(before);
    assert_int_equal(kept, 77);
    assert_false(sigismember(&pending, SIGPIPE));
}

static int write_over_the_limit(void *context)
{
    struct rlimit limit = {64, 64};
    char path[256];
    acdebug_options o = acd_scratch_options(context, 1);
    o.flags = ACDEBUG_NO_COLLECT;
    strcpy(path, ((struct acd_scratch *)context)->path);
    strcat(path, "/stderr");
    if (acdebug_open("limited", &o) != 0 || !freopen(path, "a", stderr))
        return 1;
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int i = 0; i < 9; i++)
        acdebug_log(1, "longer than the limit of sixty-four bytes together");
    return 0;
}

static void a_limit_of_file_sizes_does_not_end_the_server(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    assert_int_equal(acd_scratch_child(write_over_the_limit, &f->dir), 0);
}

/* ---- lines stay whole ---- */

static void *emit_lines(void *unused)
{
    (void)unused;
    for (int i = 0; i < 300; i++)
        acdebug_log(1, "line", ACDEBUG_INT("i", i),
                    ACDEBUG_STR("s", "0123456789012345678901234567"));
    return NULL;
}

static void emit_from_threads(void)
{
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, emit_lines, NULL);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static void track_some_prompts(void)
{
    acdebug_tracker *tracker;
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    prompt.bytes = "a prompt of sixteen bytes and more";
    prompt.bytes_count = strlen(prompt.bytes);
    assert_int_equal(acdebug_tracker_new(&tracker, NULL), 0);
    for (int i = 0; i < 16; i++)
        assert_int_equal(acdebug_track(tracker, &prompt, NULL, NULL), 0);
    acdebug_tracker_free(tracker);
}

static void a_tracked_prompt_is_one_line_of_its_cache(void **state)
{
    char *got = printed(*state, 1, 0, track_some_prompts);
    size_t lines = 0;
    for (char *line = got, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++)
        assert_memory_equal(line, A "DEBUG: [Cache] ", strlen(A "DEBUG: [Cache] "));
    assert_int_equal(lines, 16);
    free(got);
}

static void lines_of_several_threads_stay_whole(void **state)
{
    char *got = printed(*state, 2, 0, emit_from_threads);
    size_t lines = 0;
    for (char *line = got, *end; (end = strchr(line, '\n')) != NULL; line = end + 1, lines++) {
        *end = '\0';
        assert_memory_equal(line, A "DEBUG: line {\"i\":", strlen(A "DEBUG: line {\"i\":"));
        assert_string_equal(end - 4, "67\"}");
    }
    assert_int_equal(lines, 1200);
    free(got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(the_start_level_decides_what_is_printed),
        ACD_FIXTURE_TEST(without_text_nothing_is_printed_at_any_level),
        ACD_FIXTURE_TEST(a_raised_level_fills_the_ring_and_a_lowered_one_quiets_the_text),
        ACD_FIXTURE_TEST(data_is_compact_below_level_3),
        ACD_FIXTURE_TEST(data_is_indented_at_level_3),
        ACD_FIXTURE_TEST(data_is_cut_to_200_characters_and_says_so),
        ACD_FIXTURE_TEST(at_level_3_the_data_is_whole_however_long),
        ACD_FIXTURE_TEST(cache_lookups_have_the_guides_words),
        ACD_FIXTURE_TEST(timers_have_the_guides_words_and_failures_always_do),
        ACD_FIXTURE_TEST(performance_has_the_guides_words_from_level_2),
        ACD_FIXTURE_TEST(errors_have_the_guides_words),
        ACD_FIXTURE_TEST(no_secret_is_printed),
        ACD_FIXTURE_TEST(control_characters_are_shown_not_sent),
        ACD_FIXTURE_TEST(a_reader_that_went_away_does_not_end_the_server),
        ACD_FIXTURE_TEST(a_limit_of_file_sizes_does_not_end_the_server),
        ACD_FIXTURE_TEST(a_tracked_prompt_is_one_line_of_its_cache),
        ACD_FIXTURE_TEST(lines_of_several_threads_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
