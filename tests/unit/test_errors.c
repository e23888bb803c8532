/* SPDX-License-Identifier: MIT */
/* tui/model/errors: rows of several rings join to the same groups. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/errors.h"

static struct acd_error_row row(const char *type, int64_t status, const char *message)
{
    struct acd_error_row r = {.status = status, .count = 1, .first_ns = 50, .last_ns = 60};
    snprintf(r.type, sizeof r.type, "%s", type);
    snprintf(r.message, sizeof r.message, "%s", message);
    return r;
}

static void assert_stripped(const char *message, const char *pattern)
{
    char out[200];
    acd_errors_strip(out, sizeof out, message);
    assert_string_equal(out, pattern);
}

static void numbers_and_ids_are_stripped(void **state)
{
    (void)state;
    assert_stripped("timeout after 3021 ms", "timeout after # ms");
    assert_stripped("took 1.5s of 12,345.", "took #s of #.");
    assert_stripped("request 3f9a00c1-22bc-4def failed", "request #-#bc-#def failed");
    assert_stripped("deadbeef is a word, defaced too", "deadbeef is a word, defaced too");
    assert_stripped("", "");
    assert_stripped("overloaded", "overloaded");
}

static void stripping_stays_inside_its_buffer(void **state)
{
    (void)state;
    char out[4] = "zzz";
    acd_errors_strip(out, sizeof out, "abcdef");
    assert_string_equal(out, "abc");
    acd_errors_strip(out, 1, "abcdef");
    assert_string_equal(out, "");
    acd_errors_strip(out, 0, "abcdef");
}

static void messages_that_differ_in_numbers_are_one_group(void **state)
{
    (void)state;
    struct acd_errors e = {0};
    struct acd_error_row a = row("api", 502, "upstream timeout after 10 s");
    struct acd_error_row b = row("api", 502, "upstream timeout after 11 s");
    struct acd_error_row c = row("api", 503, "upstream timeout after 11 s");
    a.count = 4;
    b.first_ns = 20;
    b.last_ns = 90;
    assert_int_equal(acd_errors_add(&e, &a), 0);
    assert_int_equal(acd_errors_add(&e, &b), 0);
    assert_int_equal(acd_errors_add(&e, &c), 0);
    assert_int_equal(e.count, 2);
    assert_int_equal(e.total, 6);
    assert_int_equal(e.row[0].count, 5);
    assert_int_equal(e.row[0].first_ns, 20);
    assert_int_equal(e.row[0].last_ns, 90);
    assert_string_equal(e.row[0].message, "upstream timeout after # s");
    assert_string_equal(e.row[1].message, "upstream timeout after 11 s");
    acd_errors_fini(&e);
}

static void provider_and_model_keep_groups_apart(void **state)
{
    (void)state;
    struct acd_errors e = {0};
    struct acd_error_row a = row("api", 500, "x"), b = a;
    snprintf(b.model, sizeof b.model, "m");
    assert_int_equal(acd_errors_add(&e, &a), 0);
    assert_int_equal(acd_errors_add(&e, &b), 0);
    assert_int_equal(e.count, 2);
    acd_errors_fini(&e);
}

static void the_newest_known_file_stays(void **state)
{
    (void)state;
    struct acd_errors e = {0};
    struct acd_error_row a = row("api", 500, "x"), b = a, c = a;
    snprintf(a.file, sizeof a.file, "old.json");
    a.file_ns = 10;
    snprintf(b.file, sizeof b.file, "new.json");
    b.file_ns = 20;
    assert_int_equal(acd_errors_add(&e, &b), 0);
    assert_int_equal(acd_errors_add(&e, &a), 0);
    assert_int_equal(acd_errors_add(&e, &c), 0);
    assert_string_equal(e.row[0].file, "new.json");
    acd_errors_fini(&e);
}

static void groups_are_the_same_after_sorting(void **state)
{
    (void)state;
    struct acd_errors e = {0};
    for (unsigned i = 0; i < 40; i++) {
        struct acd_error_row r = row("api", 400 + (int64_t)i, "x");
        r.last_ns = i;
        assert_int_equal(acd_errors_add(&e, &r), 0);
    }
    acd_errors_sort(&e);
    assert_int_equal(e.row[0].status, 439);
    assert_int_equal(e.row[39].status, 400);
    struct acd_error_row again = row("api", 417, "x");
    assert_int_equal(acd_errors_add(&e, &again), 0);
    assert_int_equal(e.count, 40);
    acd_errors_clear(&e);
    acd_errors_sort(&e);
    assert_int_equal(e.count, 0);
    assert_int_equal(e.total, 0);
    acd_errors_fini(&e);
}

/* An event with these fields, as texts and a number. */
static struct acd_event_view event_of(const char *type, int64_t status, const char *provider,
                                      const char *message)
{
    struct acd_event_view v = {.count = 0};
    const struct {
        const char *key, *text;
    } texts[] = {{"error.type", type}, {"gen_ai.provider.name", provider}, {"message", message}};
    for (size_t i = 0; i < 3; i++) {
        struct acd_field *f = &v.field[v.count++];
        f->key = (struct acd_text){texts[i].key, (uint32_t)strlen(texts[i].key), 0};
        f->type = ACD_TYPE_STR;
        f->text = (struct acd_text){texts[i].text, (uint32_t)strlen(texts[i].text), 0};
    }
    struct acd_field *f = &v.field[v.count++];
    f->key = (struct acd_text){"http.response.status_code", 25, 25};
    f->type = ACD_TYPE_INT;
    f->number.i = status;
    return v;
}

static void a_group_covers_events_that_differ_in_numbers_only(void **state)
{
    (void)state;
    struct acd_error_row r = row("api", 502, "no answer after 10 s");
    struct acd_event_view same = event_of("api", 502, "", "no answer after 3021 s");
    struct acd_event_view status = event_of("api", 503, "", "no answer after 10 s");
    struct acd_event_view type = event_of("apis", 502, "", "no answer after 10 s");
    struct acd_event_view provider = event_of("api", 502, "openai", "no answer after 10 s");
    struct acd_event_view longer = event_of("api", 502, "", "no answer after 10 s, again");
    struct acd_event_view empty = {.count = 0};
    assert_true(acd_errors_covers(&r, &same));
    assert_false(acd_errors_covers(&r, &status));
    assert_false(acd_errors_covers(&r, &type));
    assert_false(acd_errors_covers(&r, &provider));
    assert_false(acd_errors_covers(&r, &longer));
    assert_false(acd_errors_covers(&r, &empty));
    struct acd_error_row failed = row("Timeout", 0, "chat");
    struct acd_event_view timer = event_of("Timeout", 0, "", "chat");
    timer.field[2].key = (struct acd_text){"acdebug.timer.name", 18, 18};
    assert_true(acd_errors_covers(&failed, &timer));
    assert_false(acd_errors_covers(&r, &timer));
    acd_errors_strip(r.message, sizeof r.message, "no answer after 10 s"); /* joined ones say # */
    assert_true(acd_errors_covers(&r, &same));
}

static void a_group_covers_an_event_whose_text_is_longer_than_a_row_keeps(void **state)
{
    (void)state;
    char whole[400];
    memset(whole, 'x', sizeof whole - 1);
    whole[sizeof whole - 1] = '\0';
    struct acd_error_row r = row("api", 502, whole);
    struct acd_event_view v = event_of("api", 502, "", whole);
    assert_true(acd_errors_covers(&r, &v));
    r.message[sizeof r.message - 3] = '\0'; /* cut before a letter of three bytes */
    assert_true(acd_errors_covers(&r, &v));
    r.message[100] = 'y';
    assert_false(acd_errors_covers(&r, &v));
}

static void joined_groups_add_their_windows_and_say_where_the_newest_was(void **state)
{
    (void)state;
    struct acd_errors e = {0};
    struct acd_error_row a = row("api", 502, "a"), b = a;
    a.server = 3;
    b.server = 7;
    b.last_ns = 99;
    a.seen[ACD_WINDOW_1H].slot[59] = 2;
    b.seen[ACD_WINDOW_1H].slot[59] = 5;
    assert_int_equal(acd_errors_add(&e, &a), 0);
    assert_false(e.row[0].several);
    assert_int_equal(acd_errors_add(&e, &b), 0);
    assert_int_equal(acd_errors_find(&e, e.hash[0]), 0);
    assert_int_equal(acd_errors_find(&e, e.hash[0] + 1), 1);
    assert_int_equal(e.row[0].server, 7);
    assert_true(e.row[0].several);
    assert_int_equal(e.row[0].seen[ACD_WINDOW_1H].slot[59], 7);
    acd_errors_fini(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_ids_are_stripped),
        cmocka_unit_test(stripping_stays_inside_its_buffer),
        cmocka_unit_test(messages_that_differ_in_numbers_are_one_group),
        cmocka_unit_test(provider_and_model_keep_groups_apart),
        cmocka_unit_test(the_newest_known_file_stays),
        cmocka_unit_test(groups_are_the_same_after_sorting),
        cmocka_unit_test(a_group_covers_events_that_differ_in_numbers_only),
        cmocka_unit_test(a_group_covers_an_event_whose_text_is_longer_than_a_row_keeps),
        cmocka_unit_test(joined_groups_add_their_windows_and_say_where_the_newest_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
