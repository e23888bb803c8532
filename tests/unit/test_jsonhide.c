/* SPDX-License-Identifier: MIT */
/* Secrets in JSON: which values are hidden, and that every window of the text hides them alike. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tui/model/jsonhide.h"

#define STEP 64

static void index_text(struct acd_json *j, const char *text, uint64_t length)
{
    acd_json_init(j, text, length, 0);
    while (acd_json_step(j, STEP) == ACD_JSON_MORE) {}
}

static struct acd_json indexed(const char *text)
{
    struct acd_json j;
    index_text(&j, text, strlen(text));
    return j;
}

/* The text with a # for each byte of a secret, by a walk from one to the next. */
static char *walked(const struct acd_json *j)
{
    char *out = malloc(j->length + 1);
    assert_non_null(out);
    memcpy(out, j->text, j->length);
    out[j->length] = '\0';
    for (uint64_t at = 0; at < j->length;) {
        struct acd_jsonhide_span s = acd_jsonhide_next(j, at, j->length);
        if (!s.bytes)
            break;
        assert_true(s.at + s.bytes > at && s.at + s.bytes <= j->length);
        uint64_t from = s.at > at ? s.at : at;
        at = s.at + s.bytes;
        memset(out + from, '#', at - from);
    }
    return out;
}

static void assert_hidden(const char *text, const char *expected)
{
    struct acd_json j = indexed(text);
    char *out = walked(&j);
    assert_string_equal(out, expected);
    free(out);
    acd_json_fini(&j);
}

/* ---- by name ---- */

static void values_of_secret_names_are_hidden(void **state)
{
    (void)state;
    assert_hidden("{\"Authorization\":\"abc\",\"max_tokens\":512,\"X-API-KEY\":12}",
                  "{\"Authorization\":#####,\"max_tokens\":512,\"X-API-KEY\":##}");
    assert_hidden("{\"cookie\":{\"a\":[1,2]},\"cookies\":[1]}",
                  "{\"cookie\":###########,\"cookies\":[1]}");
    assert_hidden("[{\"set-cookie\" : [\"a\",\"b\"]}, null]",
                  "[{\"set-cookie\" : #########}, null]");
}

static void an_escape_in_a_name_hides_nothing(void **state)
{
    (void)state;
    assert_hidden("{\"api\\u005fkey\":\"v\",\"\\u0063ookie\":\"1\"}",
                  "{\"api\\u005fkey\":###,\"\\u0063ookie\":###}");
    /* All of it as escapes, the longest form there is. */
    assert_hidden("{\"\\u0063\\u006F\\u006f\\u006b\\u0069\\u0065\":\"t\"}",
                  "{\"\\u0063\\u006F\\u006f\\u006b\\u0069\\u0065\":###}");
}

static void blanks_behind_a_name_hide_nothing(void **state)
{
    (void)state;
    char text[600], expected[600];
    snprintf(text, sizeof text, "{\"cookie\":%500s\"a\"}", "");
    snprintf(expected, sizeof expected, "{\"cookie\":%500s###}", "");
    assert_hidden(text, expected);
    snprintf(text, sizeof text, "{\"api-key\"%500s:12}", "");
    struct acd_json j = indexed(text);
    assert_true(acd_jsonhide_value(&j, 1));
    acd_json_fini(&j);
}

static void headers_written_as_pairs_are_hidden(void **state)
{
    (void)state;
    assert_hidden("[[\"Cookie\",\"a\"],[\"Accept\",\"b\"]]",
                  "[[\"Cookie\",###],[\"Accept\",\"b\"]]");
    assert_hidden("{\"h\":[{\"name\":\"api-key\",\"value\":\"a\"},{\"name\":\"n\",\"value\":1}]}",
                  "{\"h\":[{\"name\":\"api-key\",\"value\":###},{\"name\":\"n\",\"value\":1}]}");
    assert_hidden("{\"value\":\"a\",\"key\":\"Cookie\"}", "{\"value\":###,\"key\":\"Cookie\"}");
    /* A list of names is none of pairs. */
    assert_hidden("{\"required\":[\"cookie\",\"city\"]}", "{\"required\":[\"cookie\",\"city\"]}");
}

static void what_stands_inside_a_hidden_value_is_inside(void **state)
{
    (void)state;
    struct acd_json j = indexed("{\"a\":{\"cookie\":{\"b\":[1,{\"c\":2}]}},\"d\":[3]}");
    static const char inside[] = "00111111" /* {} a cookie b 1 {} c, in the order of nodes */;
    static const char value[] = "00100000";
    assert_int_equal(j.count, 9);
    for (uint32_t n = 0; n < j.count; n++) {
        bool hidden = n < 7 && inside[n] == '1';
        assert_int_equal(acd_jsonhide_inside(&j, n), hidden);
        assert_int_equal(acd_jsonhide_value(&j, n), n < 7 && value[n] == '1');
    }
    acd_json_fini(&j);
}

static void a_name_of_any_length_ends(void **state)
{
    (void)state;
    uint64_t length = UINT64_C(1) << 20;
    char *text = malloc(length);
    struct acd_json j;
    assert_non_null(text);
    memset(text, 'a', length);
    memcpy(text, "{\"", 2);
    memcpy(text + length - 5, "\":1}", 4);
    index_text(&j, text, length - 1);
    assert_int_equal(j.state, ACD_JSON_DONE);
    assert_false(acd_jsonhide_value(&j, 1));
    assert_null(acd_jsonhide_audit(&j, 0, j.count));
    acd_json_fini(&j);
    free(text);
}

/* ---- by looks ---- */

static void what_looks_like_a_secret_is_hidden_in_any_text(void **state)
{
    (void)state;
    assert_hidden("{\"message\":\"a Bearer abcdefgh b\",\"u\":\"https://me:pw@host/\"}",
                  "{\"message\":\"a Bearer ######## b\",\"u\":\"https://#####@host/\"}");
    assert_hidden("[\"sk-abcdefgh\", \"risk-averse\"]", "[\"###########\", \"risk-averse\"]");
}

static void what_its_writer_hid_is_none(void **state)
{
    (void)state;
    static const char text[] =
        "{\"cookie\":\"[REDACTED]\",\"m\":\"a Bearer [REDACTED]\",\"api_key\":\"[REDACTED]\"}";
    struct acd_json j = indexed(text);
    assert_int_equal(acd_jsonhide_next(&j, 0, j.length).bytes, 0);
    assert_null(acd_jsonhide_audit(&j, 0, j.count));
    acd_json_fini(&j);
}

/* Bytes that are no UTF-8 stand around a secret and in its name's value. */
static void bytes_that_are_not_utf8_hide_nothing(void **state)
{
    (void)state;
    assert_hidden(
        "{\"\xff\":\"\xc3\",\"cookie\":\"\xed\xa0\x80\",\"m\":\"\xff Bearer abcdefgh\xff\"}",
        "{\"\xff\":\"\xc3\",\"cookie\":#####,\"m\":\"\xff Bearer #########\"}");
}

static void behind_a_fault_secrets_are_known_by_their_looks(void **state)
{
    (void)state;
    struct acd_json j =
        indexed("{\"cookie\":\"a\",]\"api_key\":\"bcdefgh\",\"m\":\"Bearer abcdefgh\"");
    assert_int_equal(j.state, ACD_JSON_BROKEN);
    char *out = walked(&j);
    assert_null(strstr(out, "bcdefgh"));
    assert_non_null(strstr(out, "\"api_key\":\""));
    assert_non_null(strstr(out, "{\"cookie\":###,]"));
    free(out);
    acd_json_fini(&j);
}

/* The writer was killed inside the secret. */
static void a_secret_that_has_no_end_is_hidden_to_the_texts_end(void **state)
{
    (void)state;
    assert_hidden("{\"a\":1,\"cookie\":{\"b\":[1,", "{\"a\":1,\"cookie\":########");
    assert_hidden("{\"m\":\"Bearer abcdefgh", "{\"m\":\"Bearer ########");
}

/* ---- windows ---- */

/* Each byte, and each window of some lengths, finds a secret if and only if the walk found one there. */
static void assert_windows_agree(const char *text)
{
    static const uint64_t widths[] = {1, 2, 7, 40};
    struct acd_json j = indexed(text);
    char *out = walked(&j);
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (uint64_t at = 0; at < j.length; at++) {
            uint64_t to = at + widths[w] < j.length ? at + widths[w] : j.length;
            struct acd_jsonhide_span s = acd_jsonhide_next(&j, at, at + widths[w]);
            bool any = memchr(out + at, '#', to - at) != NULL;
            assert_int_equal(s.bytes > 0, any);
            assert_true(any ? s.at < to && s.at + s.bytes > at : s.at == to);
        }
    free(out);
    acd_json_fini(&j);
}

static void every_window_hides_what_the_whole_walk_hides(void **state)
{
    (void)state;
    assert_windows_agree("{\"a\":[[\"Cookie\",\"abc\"],[\"b\",{\"api_key\":[1,2,{}]}]],\"c\":7}");
    assert_windows_agree("{\"m\":\"one Bearer abcdefgh two sk-abcdefgh three\",\"cookie\":\"d\"} ");
    assert_windows_agree("{\"cookie\":{\"m\":\"Bearer abcdefgh\"},\"n\":\"sk-abcdefgh\"");
    assert_windows_agree("[1,2,\"nothing to hide\",{\"tokens\":\"512\"}]");
    assert_windows_agree("");
}

/* On the raw screen a row is a window; a token of many rows has rows that hold no beginning of it. */
static void a_long_token_is_hidden_in_its_middle(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {100, 4000, 5000, 60000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint64_t length = lengths[i] + 64;
        char *text = malloc(length);
        struct acd_json j;
        assert_non_null(text);
        memset(text, 'k', length);
        memcpy(text, "{\"m\":\"a Bearer ", 15);
        memcpy(text + length - 2, "\"}", 2);
        index_text(&j, text, length);
        assert_int_equal(j.state, ACD_JSON_DONE);
        for (uint64_t at = 15; at < length - 2; at += 33) {
            struct acd_jsonhide_span s = acd_jsonhide_next(&j, at, at + 1);
            assert_true(s.bytes > 0 && s.at <= at && s.at + s.bytes > at);
        }
        assert_int_equal(acd_jsonhide_next(&j, 0, 15).bytes, 0);
        acd_json_fini(&j);
        free(text);
    }
}

static void a_window_outside_the_text_has_none(void **state)
{
    (void)state;
    struct acd_json j = indexed("{\"cookie\":1}");
    assert_int_equal(acd_jsonhide_next(&j, j.length, j.length + 5).bytes, 0);
    assert_int_equal(acd_jsonhide_next(&j, 100, 200).bytes, 0);
    assert_int_equal(acd_jsonhide_next(&j, 10, 10).bytes, 0);
    assert_int_equal(acd_jsonhide_next(&j, 10, UINT64_MAX).at, 10);
    acd_json_fini(&j);
}

/* ---- audit ---- */

static void assert_audit(const char *text, const char *found)
{
    struct acd_json j = indexed(text);
    const char *got = acd_jsonhide_audit(&j, 0, j.count);
    if (found)
        assert_string_equal(got ? got : "nothing", found);
    else
        assert_null(got);
    acd_json_fini(&j);
}

static void an_audit_says_what_it_found_by_name_before_by_looks(void **state)
{
    (void)state;
    assert_audit("{\"Authorization\":\"a\"}", "an Authorization header");
    assert_audit("{\"proxy-authorization\":\"a\"}", "an Authorization header");
    assert_audit("{\"set-cookie\":\"a\"}", "a Cookie header");
    assert_audit("{\"x-api-key\":\"a\"}", "an API key");
    assert_audit("{\"apikey\":\"a\"}", "an API key");
    assert_audit("{\"m\":\"Bearer abcdefgh\"}", acd_jsonhide_token);
    assert_audit("{\"m\":\"Bearer abcdefgh\",\"cookie\":\"a\"}", "a Cookie header");
    assert_audit("{\"m\":\"Bearer\",\"cook\":\"a\"}", NULL);
    assert_audit("", NULL);
}

static void an_audit_in_slices_finds_the_same(void **state)
{
    (void)state;
    struct acd_json j = indexed("[1,2,3,{\"m\":4,\"cookie\":5},6]");
    unsigned found = 0;
    for (uint32_t n = 0; n < j.count; n += 2)
        found += acd_jsonhide_audit(&j, n, 2) != NULL;
    assert_int_equal(found, 1);
    assert_null(acd_jsonhide_audit(&j, 0, 6));
    assert_non_null(acd_jsonhide_audit(&j, 6, UINT32_MAX));
    assert_null(acd_jsonhide_audit(&j, j.count, UINT32_MAX));
    acd_json_fini(&j);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_secret_names_are_hidden),
        cmocka_unit_test(an_escape_in_a_name_hides_nothing),
        cmocka_unit_test(blanks_behind_a_name_hide_nothing),
        cmocka_unit_test(headers_written_as_pairs_are_hidden),
        cmocka_unit_test(what_stands_inside_a_hidden_value_is_inside),
        cmocka_unit_test(a_name_of_any_length_ends),
        cmocka_unit_test(what_looks_like_a_secret_is_hidden_in_any_text),
        cmocka_unit_test(what_its_writer_hid_is_none),
        cmocka_unit_test(bytes_that_are_not_utf8_hide_nothing),
        cmocka_unit_test(behind_a_fault_secrets_are_known_by_their_looks),
        cmocka_unit_test(a_secret_that_has_no_end_is_hidden_to_the_texts_end),
        cmocka_unit_test(every_window_hides_what_the_whole_walk_hides),
        cmocka_unit_test(a_long_token_is_hidden_in_its_middle),
        cmocka_unit_test(a_window_outside_the_text_has_none),
        cmocka_unit_test(an_audit_says_what_it_found_by_name_before_by_looks),
        cmocka_unit_test(an_audit_in_slices_finds_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
