/* SPDX-License-Identifier: MIT */
/* emitter/json.c: JSON text checked, and copied without its secrets. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/json.h"

#define R "\"[REDACTED]\""

struct buffer {
    struct acd_sink sink;
    char text[8192];
    size_t used;
};

static void put(struct acd_sink *sink, const char *bytes, size_t count)
{
    struct buffer *b = (struct buffer *)(void *)sink;
    assert_true(b->used + count < sizeof b->text);
    memcpy(b->text + b->used, bytes, count);
    b->used += count;
    b->text[b->used] = '\0';
}

static void copy(struct buffer *b, const char *text, enum acd_json_style style)
{
    *b = (struct buffer){.sink = {put, false}};
    acd_json_copy(&b->sink, text, strlen(text), style, 0);
}

static void valid_texts_are_those_of_the_standard(void **state)
{
    static const char *const good[] = {
        "0",
        "-0.5e+10",
        " null ",
        "\"\\u00e9\\ud800\"",
        "[]",
        "{}",
        "[1,2,[{}]]",
        "1e999",
        "{\"a\":1,\"a\":2}",
        "\t{\r\n\"a\" : [ true , false ] }\n",
        "\"\xf0\x9f\x98\x80\"",
        "123456789012345678901234567890",
    };
    static const char *const bad[] = {
        "",
        " ",
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "nul",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "[1 2]",
        "\"\x01\"",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u00g0\"",
        "\"abc",
        "[",
        "{",
        "]",
        "1 2",
        "\"\xff\"",
        "\"\xed\xa0\x80\"",
        "\"\xc0\x80\"",
        "NaN",
        "'a'",
        "[1]]",
        "{]",
        "\"\\",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(acd_json_valid(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(acd_json_valid(bad[i], strlen(bad[i])));
    assert_false(acd_json_valid("1\0", 2));
}

static void nesting_ends_at_the_depth(void **state)
{
    char text[2 * ACD_JSON_DEPTH + 4];
    (void)state;
    memset(text, '[', ACD_JSON_DEPTH);
    memset(text + ACD_JSON_DEPTH, ']', ACD_JSON_DEPTH);
    assert_true(acd_json_valid(text, (size_t)2 * ACD_JSON_DEPTH));
    memset(text, '[', ACD_JSON_DEPTH + 1);
    memset(text + ACD_JSON_DEPTH + 1, ']', ACD_JSON_DEPTH + 1);
    assert_false(acd_json_valid(text, (size_t)2 * ACD_JSON_DEPTH + 2));
}

static void copies_keep_numbers_and_keys_as_written(void **state)
{
    struct buffer b;
    (void)state;
    copy(
        &b,
        " { \"n\" : 12345678901234567890123 , \"e\":1e999,\"a\":1 , \"a\":2, \"s\":\"\\u0041\\/\" } ",
        ACD_JSON_COMPACT);
    assert_string_equal(
        b.text, "{\"n\":12345678901234567890123,\"e\":1e999,\"a\":1,\"a\":2,\"s\":\"\\u0041\\/\"}");
}

static void indented_copies_look_as_python_prints_them(void **state)
{
    struct buffer b;
    (void)state;
    copy(&b, "{\"a\":[1,{\"b\":null}],\"c\":{},\"d\":[ ]}", ACD_JSON_INDENTED);
    assert_string_equal(b.text, "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n"
                                "  \"c\": {},\n  \"d\": []\n}");
}

static void secret_members_are_hidden_at_any_depth(void **state)
{
    static const struct {
        const char *text, *hidden;
    } cases[] = {
        {"{\"api_key\":\"x\",\"max_tokens\":5}", "{\"api_key\":" R ",\"max_tokens\":5}"},
        {"[[{\"Authorization\":[\"a\",{\"b\":1}]},2]]", "[[{\"Authorization\":" R "},2]]"},
        {"{\"cookie\":{\"a\":\"}\"},\"b\":1}", "{\"cookie\":" R ",\"b\":1}"},
        {"{\"X-Api-Key\":12,\"apikey\":null,\"api-key\":true,\"set-cookie\":\"\"}",
         "{\"X-Api-Key\":" R ",\"apikey\":null,\"api-key\":true,\"set-cookie\":\"\"}"},
        {"{\"api\\u005fkey\":\"x\"}", "{\"api\\u005fkey\":" R "}"},
        {"{\"x\":\"Bearer a\",\"y\":[\"sk-b\"],\"sk-c\":1}",
         "{\"x\":\"Bearer [REDACTED]\",\"y\":[" R "]," R ":1}"},
        {"{\"args\":\"{\\\"api_key\\\": \\\"x\\\"}\"}",
         "{\"args\":\"{\\\"api_key\\\": \\\"[REDACTED]\\\"}\"}"},
        {"[{\"name\":\"Cookie\",\"value\":\"x\"},{\"name\":\"a\",\"value\":\"y\"}]",
         "[{\"name\":\"Cookie\",\"value\":" R "},{\"name\":\"a\",\"value\":\"y\"}]"},
        {"[{\"value\":\"x\",\"name\":\"Cookie\"},{\"value\":7,\"a\":1,\"key\":\"api-key\"}]",
         "[{\"value\":" R ",\"name\":\"Cookie\"},{\"value\":" R ",\"a\":1,\"key\":\"api-key\"}]"},
        {"{\"value\":\"x\",\"a\":[{\"name\":\"Cookie\"}]}",
         "{\"value\":\"x\",\"a\":[{\"name\":\"Cookie\"}]}"},
        {"{\"h\":[[\"Authorization\",\"Basic x\"],[\"Cookie\",{\"a\":1}],[\"a\",\"b\"]]}",
         "{\"h\":[[\"Authorization\"," R "],[\"Cookie\"," R "],[\"a\",\"b\"]]}"},
        {"[[\"Cookie\"],[\"a\",\"Cookie\",\"b\"],[]]",
         "[[\"Cookie\"],[\"a\",\"Cookie\",\"b\"],[]]"},
        {"{\"required\":[\"api_key\",\"model\"]}", "{\"required\":[\"api_key\",\"model\"]}"},
        {"{\"u\":\"https://a:b@c\"}", "{\"u\":\"https://[REDACTED]@c\"}"},
    };
    struct buffer b;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        copy(&b, cases[i].text, ACD_JSON_COMPACT);
        assert_string_equal(b.text, cases[i].hidden);
        assert_true(acd_json_valid(b.text, b.used));
    }
}

static void strings_of_any_bytes_become_valid_json(void **state)
{
    struct buffer b = {.sink = {put, false}};
    char all[256];
    (void)state;
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    acd_json_string(&b.sink, all, sizeof all);
    assert_true(acd_json_valid(b.text, b.used));
    assert_non_null(strstr(b.text, "\\u0000\\u0001"));
    assert_non_null(strstr(b.text, "\\b\\t\\n\\u000b\\f\\r"));
    assert_non_null(strstr(b.text, "\\u007f\xef\xbf\xbd"));
    b.used = 0;
    acd_json_string(&b.sink, "\xe2\x82\xac\xe2\x82", 5);
    assert_string_equal(b.text, "\"\xe2\x82\xac\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void members_are_found_in_text_that_is_cut_short(void **state)
{
    static const char text[] = " {\"a\": {\"writer\":\"x\"}, \"writer\" : \"acdebug\", \"b\": [1,2";
    const char *value;
    size_t bytes;
    (void)state;
    assert_true(acd_json_member(text, strlen(text), "writer", &value, &bytes));
    assert_int_equal(bytes, 9);
    assert_memory_equal(value, "\"acdebug\"", 9);
    assert_false(acd_json_member(text, strlen(text), "c", &value, &bytes));
    assert_false(acd_json_member("[1]", 3, "a", &value, &bytes));
}

/* Garbage in, something out: no read beyond the end, and an end. */
static void any_prefix_of_any_text_is_copied(void **state)
{
    static const char text[] =
        "{\"a\\u0\":[1,{\"cookie\":{\"x\":[\"\\\"\"]}},tru\x01:,],\"api_key\":sk-a}]}{\"\\";
    struct buffer b;
    (void)state;
    for (size_t from = 0; from < sizeof text; from++)
        for (size_t n = 0; n <= strlen(text) - from && from < strlen(text); n++) {
            char *piece = malloc(n ? n : 1);
            assert_non_null(piece);
            memcpy(piece, text + from, n);
            b = (struct buffer){.sink = {put, false}};
            acd_json_copy(&b.sink, piece, n, ACD_JSON_INDENTED, 1);
            (void)acd_json_valid(piece, n);
            free(piece);
        }
    char deep[600];
    memset(deep, '[', sizeof deep);
    deep[sizeof deep - 1] = '\0';
    copy(&b, deep, ACD_JSON_COMPACT);
    assert_non_null(strstr(b.text, "[nested too deep]"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts_are_those_of_the_standard),
        cmocka_unit_test(nesting_ends_at_the_depth),
        cmocka_unit_test(copies_keep_numbers_and_keys_as_written),
        cmocka_unit_test(indented_copies_look_as_python_prints_them),
        cmocka_unit_test(secret_members_are_hidden_at_any_depth),
        cmocka_unit_test(strings_of_any_bytes_become_valid_json),
        cmocka_unit_test(members_are_found_in_text_that_is_cut_short),
        cmocka_unit_test(any_prefix_of_any_text_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
