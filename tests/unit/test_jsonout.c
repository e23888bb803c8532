/* SPDX-License-Identifier: MIT */
/* tui/app/jsonout: whatever goes in, one line of safe and valid JSON comes out. */
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

#include "tui/app/jsonout.h"

static char text[4096];

static void open_json(struct acd_jsonout *json)
{
    memset(text, 0, sizeof text);
    *json = (struct acd_jsonout){.stream = fmemopen(text, sizeof text - 1, "w")};
    assert_non_null(json->stream);
}

static void assert_json(struct acd_jsonout *json, const char *expected)
{
    assert_int_equal(fclose(json->stream), 0);
    assert_string_equal(text, expected);
}

static void commas_stand_between_values_only(void **state)
{
    (void)state;
    struct acd_jsonout json;
    open_json(&json);
    acd_jsonout_begin(&json, NULL, '{');
    acd_jsonout_uint(&json, "a", UINT64_MAX);
    acd_jsonout_begin(&json, "b", '[');
    acd_jsonout_int(&json, NULL, INT64_MIN);
    acd_jsonout_begin(&json, NULL, '{');
    acd_jsonout_end(&json, '}');
    acd_jsonout_bool(&json, NULL, true);
    acd_jsonout_end(&json, ']');
    acd_jsonout_keyn(&json, "c\nd", 3);
    acd_jsonout_null(&json, NULL);
    acd_jsonout_text(&json, "e", "");
    acd_jsonout_end(&json, '}');
    assert_json(&json, "{\"a\":18446744073709551615,\"b\":[-9223372036854775808,{},true],"
                       "\"c\\nd\":null,\"e\":\"\"}");
}

static void text_is_escaped_until_nothing_can_hurt_a_terminal(void **state)
{
    (void)state;
    struct acd_jsonout json;
    static const char nasty[] =
        "q\"b\\n\nesc\033[31m del\177 c1\xc2\x9b rlo\xe2\x80\xae "
        "zwsp\xe2\x80\x8b bad\xff tag\xf3\xa0\x80\x81 ok\xc3\xa9\xe6\xbc\xa2";
    open_json(&json);
    acd_jsonout_text(&json, NULL, nasty);
    assert_json(&json, "\"q\\\"b\\\\n\\nesc\\u001b[31m del\\u007f c1\\u009b rlo\\u202e "
                       "zwsp\\u200b bad\\ufffd tag\\udb40\\udc01 ok\xc3\xa9\xe6\xbc\xa2\"");
}

static void nul_bytes_are_kept_as_escapes(void **state)
{
    (void)state;
    struct acd_jsonout json;
    open_json(&json);
    acd_jsonout_textn(&json, NULL, "a\0b", 3);
    assert_json(&json, "\"a\\u0000b\"");
}

static void secrets_are_hidden_however_long_the_text(void **state)
{
    (void)state;
    struct acd_jsonout json;
    static char big[3000];
    memset(big, 'x', sizeof big - 1);
    memcpy(big + 2900, " sk-0123456789abcdef ", 21);
    open_json(&json);
    acd_jsonout_text(&json, NULL, big);
    assert_int_equal(fclose(json.stream), 0);
    assert_null(strstr(text, "0123456789"));
    assert_non_null(strstr(text, "[REDACTED]"));
}

static void put_one(const char *value, const char *expected)
{
    struct acd_jsonout json;
    open_json(&json);
    acd_jsonout_json(&json, NULL, value, strlen(value));
    assert_json(&json, expected);
}

static void json_stays_json_on_one_line(void **state)
{
    (void)state;
    put_one(" {\"a\" : [1,\n 2.50, \"x \\\" y\\\\\"], \"a\":null}\n",
            "{\"a\":[1,2.50,\"x \\\" y\\\\\"],\"a\":null}");
    put_one("\"rlo\xe2\x80\xae\"", "\"rlo\\u202e\"");
    put_one("{\"k\":\"Bearer 0123456789abc\"}", "{\"k\":\"Bearer [REDACTED]\"}");
    put_one("{\"api_key\" : \"hunter2 hunter2\", \"max_tokens\": 5}",
            "{\"api_key\":\"[REDACTED]\",\"max_tokens\":5}");
    put_one("{\"authorization\": {\"a\": 1}, \"b\": [ ]}",
            "{\"authorization\":\"[REDACTED]\",\"b\":[]}");
    put_one("true", "true");
}

/* An index takes what stands behind a backslash as it is. */
static void an_escape_that_json_has_not_lets_nothing_through(void **state)
{
    (void)state;
    put_one("[\"\\\x1b[31m\", \"a\\\xc2\x9b\"]", "[\"\\\\\\u001b[31m\",\"a\\\\\\u009b\"]");
    put_one("{\"a\\x41\":\"\\u12\"}", "{\"a\\\\x41\":\"\\\\u12\"}");
    put_one("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\"]",
            "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\ude00\"]");
}

static void what_is_no_json_becomes_a_string(void **state)
{
    (void)state;
    put_one("{\"a\":[1,2", "\"{\\\"a\\\":[1,2\"");
    put_one("", "\"\"");
    put_one("NaN", "\"NaN\"");
    put_one("{} {}", "\"{} {}\"");
}

static void numbers_read_back_as_they_were(void **state)
{
    (void)state;
    struct acd_jsonout json;
    const double values[] = {0.1, 1.0 / 3, 0.91, 1e300, -0.0, 5e-324};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        open_json(&json);
        acd_jsonout_double(&json, NULL, values[i]);
        assert_int_equal(fclose(json.stream), 0);
        double back = strtod(text, NULL);
        assert_memory_equal(&back, &values[i], sizeof back);
    }
    open_json(&json);
    acd_jsonout_double(&json, "x", strtod("nan", NULL));
    acd_jsonout_double(&json, "y", strtod("inf", NULL));
    assert_json(&json, "\"x\":null,\"y\":null");
}

static void times_are_utc_with_milliseconds(void **state)
{
    (void)state;
    struct acd_jsonout json;
    open_json(&json);
    acd_jsonout_time(&json, "t", UINT64_C(1773489602123456789));
    acd_jsonout_time(&json, "never", 0);
    assert_json(&json, "\"t\":\"2026-03-14T12:00:02.123Z\",\"never\":null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_stand_between_values_only),
        cmocka_unit_test(text_is_escaped_until_nothing_can_hurt_a_terminal),
        cmocka_unit_test(nul_bytes_are_kept_as_escapes),
        cmocka_unit_test(secrets_are_hidden_however_long_the_text),
        cmocka_unit_test(json_stays_json_on_one_line),
        cmocka_unit_test(an_escape_that_json_has_not_lets_nothing_through),
        cmocka_unit_test(what_is_no_json_becomes_a_string),
        cmocka_unit_test(numbers_read_back_as_they_were),
        cmocka_unit_test(times_are_utc_with_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
