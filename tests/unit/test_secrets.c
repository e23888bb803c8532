/* SPDX-License-Identifier: MIT */
/* emitter/format/secrets.c, emitter/redact.c: what a secret is in text, JSON strings and URLs. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/redact.h"

#define R "[REDACTED]"

struct buffer {
    struct acd_sink sink;
    char text[4096];
    size_t used;
};

static void put(struct acd_sink *sink, const char *bytes, size_t count)
{
    struct buffer *b = (struct buffer *)(void *)sink;
    assert_true(b->used + count < sizeof b->text);
    memcpy(b->text + b->used, bytes, count);
    b->used += count;
}

static void hide(struct buffer *b, const char *text, enum acd_secrets_form form)
{
    *b = (struct buffer){.sink = {put, false}};
    acd_redact_put(&b->sink, text, strlen(text), form);
    b->text[b->used] = '\0';
}

struct expectation {
    const char *text, *hidden;
};

/* Also: hiding twice changes nothing more. */
static void check(const struct expectation *cases, size_t count, enum acd_secrets_form form)
{
    struct buffer once, twice;
    for (size_t i = 0; i < count; i++) {
        hide(&once, cases[i].text, form);
        assert_string_equal(once.text, cases[i].hidden);
        hide(&twice, once.text, form);
        assert_string_equal(twice.text, once.text);
    }
}
#define CHECK(cases, form) check(cases, sizeof(cases) / sizeof((cases)[0]), form)

static void text_without_secrets_stays_as_it_is(void **state)
{
    static const char *const clean[] = {
        "",
        "max_tokens: 100, api_keys=3, token_count=9",
        "a task-force on a disk-full risk-free mask-based sk- thing",
        "the bearer",
        "my_api_key=abc openai_api_key: abc", /* exact names only */
        "no authorization here, no cookies: either",
        "http://host/path?q=a@b user@host 12:30 //x",
        "api_key",
        "api_key:",
        "api_key = ",
        "{\"cookie\":\"\"}",
        "scheme://host:80/@x",
        "http://@host/",
        "a \\u0022 b \\u005c c",
        "\\xsk-a",
        "\"cookie\", \\",                        /* a backslash ends it */
        "\\\\\\\\\\\\\"cookie\\\\\\\\\\\\\", 1", /* quoted many times over */
        "x [\\\\\\\\\\\"cookie\\\\\\\\\\\", 1",
    };
    struct buffer b;
    (void)state;
    for (size_t i = 0; i < sizeof clean / sizeof clean[0]; i++) {
        hide(&b, clean[i], ACD_SECRETS_TEXT);
        assert_string_equal(b.text, clean[i]);
        assert_false(acd_secrets_any(clean[i], strlen(clean[i])));
    }
}

static void values_that_show_what_they_are_are_hidden(void **state)
{
    static const struct expectation cases[] = {
        {"Bearer abc.DEF-_~+/=", "Bearer " R},
        {"bearer  x, then", "bearer  " R ", then"},
        {"got 'BEARER t0k' here", "got 'BEARER " R "' here"},
        {"Bearer%20abc", "Bearer%20" R},
        {"(Bearer a;b)", "(Bearer " R ";b)"},
        {"sk-1", R},
        {"key sk-proj-Ab_9-z.", "key " R "."},
        {"=sk-a,sk-b", "=" R "," R},
        {"\\nsk-a", "\\n" R},
        {"\\rsk-a \\tsk-a \\bsk-a \\fsk-a", "\\r" R " \\t" R " \\b" R " \\f" R},
        {"q%20sk-a", "q%20" R},
        {"\\u000ask-a", "\\u000a" R},
        {"Bearer sk-a", "Bearer " R},
    };
    (void)state;
    CHECK(cases, ACD_SECRETS_TEXT);
}

static void headers_in_text_are_hidden_to_the_line_end(void **state)
{
    static const struct expectation cases[] = {
        {"Authorization: Basic dXNlcjpwdw==\r\nAccept: */*", "Authorization: " R "\r\nAccept: */*"},
        {"a\nCookie: a=1; b=\"2\"; c=3\nb", "a\nCookie: " R "\nb"},
        {"set-cookie:id=9; Path=/", "set-cookie:" R},
        {"Proxy-Authorization:\tDigest x, y", "Proxy-Authorization:\t" R},
        {"X-API-Key: with spaces in it", "X-API-Key: " R},
        {"sent x-api-key: abc to it", "sent x-api-key: " R " to it"},
        {"-H 'authorization: Basic abc' -d x", "-H 'authorization: " R},
        {"authorization=Basic abc&x=1", "authorization=" R "&x=1"},
        {"cookie: a=1\\nx", "cookie: " R "\\nx"},
        {"cookie: a=1\\rx", "cookie: " R "\\rx"},
        {"cookie: a=\\x; b\\", "cookie: " R},
    };
    (void)state;
    CHECK(cases, ACD_SECRETS_TEXT);
}

static void named_values_are_hidden_however_they_are_written(void **state)
{
    static const struct expectation cases[] = {
        {"api_key=abc&x=1", "api_key=" R "&x=1"},
        {"?a=1&apikey=z#f", "?a=1&apikey=" R},
        {"API-KEY = abc def", "API-KEY = " R " def"},
        {"api_key=12ab def", "api_key=" R " def"},
        {"--api-key=abc12", "--api-key=" R},
        {"api-key: Token abc", "api-key: " R},
        {"an api-key: tokens abc", "an api-key: " R " abc"}, /* no scheme */
        {"api_key := abc", "api_key := " R},
        {"api_key=>abc", "api_key=>" R},
        {"{\"api_key\":\"a\\\"b\",\"n\":1}", "{\"api_key\":\"" R "\",\"n\":1}"},
        {"{'apikey': 'x', 'n': 1}", "{'apikey': '" R "', 'n': 1}"},
        {"{b'cookie': b'x y', b'n': 1}", "{b'cookie': b'" R "', b'n': 1}"},
        {"(b'authorization', b'Basic x'), (b'a', b'b')",
         "(b'authorization', b'" R "'), (b'a', b'b')"},
        {"{\\\"api_key\\\":\\\"ab\\\\\\\"c\\\",\\\"n\\\":1}",
         "{\\\"api_key\\\":\\\"" R "\\\",\\\"n\\\":1}"},
        {"{\"api_key\": [\"a\", {\"b\": \"]\"}], \"n\": 1}", "{\"api_key\": " R ", \"n\": 1}"},
        {"{\"api_key\": 12, \"n\": 1}", "{\"api_key\": " R ", \"n\": 1}"},
        {"{\"cookie\":\"cut sho", "{\"cookie\":\"" R},
        {"{\"api\\u005fkey\":\"x\"}", "{\"api\\u005fkey\":\"" R "\"}"},
        {"h[\"api-key\"] = \"x\"", "h[\"api-key\"] = \"" R "\""},
        {":api_key => 'x'", ":api_key => '" R "'"},
        {"[[\"cookie\", \"a\"], [\"n\", \"b\"]]", "[[\"cookie\", \"" R "\"], [\"n\", \"b\"]]"},
        {"{\"name\": \"Cookie\", \"value\": \"x\"}",
         "{\"name\": \"Cookie\", \"value\": \"" R "\"}"},
        {"\\\"name\\\":\\\"api-key\\\",\\n\\\"value\\\":\\\"x\\\"",
         "\\\"name\\\":\\\"api-key\\\",\\n\\\"value\\\":\\\"" R "\\\""},
        {"\"required\": [\"api_key\", \"model\"]", "\"required\": [\"api_key\", \"model\"]"},
        {"\"api_key\":\n  \"x\"", "\"api_key\":\n  \"" R "\""},
        {"\"api_key\":\ncookie: x y", "\"api_key\":\ncookie: " R},
        {"api_key= \"x-api-key\":\"y\", n", "api_key= " R "\", n"},
        {"name=\"api_key\"\r\n\r\n\"a\": b\r\n--", "name=\"api_key\"\r\n\r\n" R "\r\n--"},
        {"<api_key>abc</api_key>", "<api_key>" R "</api_key>"},
        {"api_key%3Dabc", "api_key%3D" R},
        {"name=\"api_key\"\r\n\r\nse cret\r\n--b", "name=\"api_key\"\r\n\r\n" R "\r\n--b"},
        {"apikey:\"x\" apikey:'y'", "apikey:\"" R "\" apikey:'" R "'"},
    };
    (void)state;
    CHECK(cases, ACD_SECRETS_TEXT);
}

static void user_info_is_hidden_in_any_text(void **state)
{
    static const struct expectation cases[] = {
        {"see https://joe:pw@host/x", "see https://" R "@host/x"},
        {"redis://:p@w@h:1", "redis://" R "@h:1"},
        {"a://u@h b://v:w@i", "a://" R "@h b://" R "@i"},
        {"https:\\/\\/u:p@h\\/x", "https:\\/\\/" R "@h\\/x"},
    };
    (void)state;
    CHECK(cases, ACD_SECRETS_TEXT);
}

static void urls_are_read_through_their_escapes(void **state)
{
    static const struct expectation cases[] = {
        {"/v1/chat/completions", "/v1/chat/completions"},
        {"/v1?api_key=a%26b;c&n=1", "/v1?api_key=" R "&n=1"},
        {"/v1?api%5Fkey=abc#x", "/v1?api%5Fkey=" R "#x"},
        {"/v1?x=Bearer+abc", "/v1?x=Bearer+" R},
        {"/v1?x=%73k-abc&y", "/v1?x=" R "&y"},
        {"https://u:p%2Fw@host/x", "https://" R "@host/x"},
        {"//u:p@host/x", "//" R "@host/x"},
        {"u:p@host:443", R "@host:443"},
        {"/?to=https%3A%2F%2Fu%3Ap%40h%2F", "/?to=https%3A%2F%2F" R "%40h%2F"},
        {"/?max_tokens=5&authorization=Basic%20abc", "/?max_tokens=5&authorization=" R},
    };
    (void)state;
    CHECK(cases, ACD_SECRETS_URL);
}

static void json_strings_are_read_through_their_escapes(void **state)
{
    static const struct expectation cases[] = {
        {"Bearer\\tabc", "Bearer\\t" R},
        {"\\u0062earer abc\\n", "\\u0062earer " R "\\n"},
        {"{\\\"api_key\\\":\\\"ab\\\\\\\"c\\\",\\\"n\\\":1}",
         "{\\\"api_key\\\":\\\"" R "\\\",\\\"n\\\":1}"},
        {"authorization: a\\r\\nb", "authorization: " R "\\r\\nb"},
        {"https:\\/\\/u:p@h", "https:\\/\\/" R "@h"},
        {"\\u000ask-a", "\\u000a" R},
    };
    (void)state;
    CHECK(cases, ACD_SECRETS_JSON_STRING);
}

static void storing_cuts_behind_the_search(void **state)
{
    char text[12];
    (void)state;
    assert_int_equal(acd_redact_store(text, sizeof text, "x Bearer 0123456789", 19), 9);
    assert_string_equal(text, "x Bearer "); /* no half of a mark */
    assert_int_equal(acd_redact_store(text, 1, "abc", 3), 0);
    assert_string_equal(text, "");
}

/* A secret across the end of a step, and a long text before a full sink. */
static void steps_split_neither_secrets_nor_characters(void **state)
{
    struct buffer b;
    char text[1200];
    (void)state;
    for (size_t at = 490; at < 520; at++) {
        memset(text, ' ', sizeof text);
        memcpy(text + at, "Bearer abc", 10);
        memcpy(text + at + 20, "\xe2\x82\xac", 4);
        hide(&b, text, ACD_SECRETS_TEXT);
        assert_null(strstr(b.text, "abc"));
        assert_non_null(strstr(b.text, "Bearer " R));
        assert_non_null(strstr(b.text, "\xe2\x82\xac"));
    }
}

/* Nothing is read beyond the end: each prefix stands at the end of a block of its own size. */
static void no_prefix_is_read_beyond_its_end(void **state)
{
    static const char text[] =
        "Bearer a https://u:p@h {\"api_key\":\"a\\\\\\\"\",\"cookie\":[{\"a\":\"\\u0061\"}]} x-api-key: a\r\n"
        "(b'authorization', b'c') api_key%3D%41 sk-a \\u0062 %4 \\u00 name=\"apikey\"\r\n\r\nx";
    (void)state;
    for (size_t n = 0; n <= strlen(text); n++)
        for (int form = ACD_SECRETS_TEXT; form <= ACD_SECRETS_URL; form++) {
            char *copy = malloc(n ? n : 1);
            struct buffer b = {.sink = {put, false}};
            assert_non_null(copy);
            memcpy(copy, text, n);
            acd_redact_put(&b.sink, copy, n, (enum acd_secrets_form)form);
            free(copy);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_without_secrets_stays_as_it_is),
        cmocka_unit_test(values_that_show_what_they_are_are_hidden),
        cmocka_unit_test(headers_in_text_are_hidden_to_the_line_end),
        cmocka_unit_test(named_values_are_hidden_however_they_are_written),
        cmocka_unit_test(user_info_is_hidden_in_any_text),
        cmocka_unit_test(urls_are_read_through_their_escapes),
        cmocka_unit_test(json_strings_are_read_through_their_escapes),
        cmocka_unit_test(storing_cuts_behind_the_search),
        cmocka_unit_test(steps_split_neither_secrets_nor_characters),
        cmocka_unit_test(no_prefix_is_read_beyond_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
