/* SPDX-License-Identifier: MIT */
/* tui/model/redact: values that look like secrets are not shown. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/redact.h"

static void assert_shown(const char *text, const char *shown)
{
    char out[256];
    assert_int_equal(acd_redact_text(out, sizeof out, text, strlen(text)), strlen(shown));
    assert_string_equal(out, shown);
}

static void bearer_tokens_and_keys_are_hidden(void **state)
{
    (void)state;
    assert_shown("sent Bearer abc.def-123 ok", "sent Bearer [REDACTED] ok");
    assert_shown("bearer  xyz98765", "bearer  [REDACTED]");
    assert_shown("key sk-proj-abcdef12345, next", "key [REDACTED], next");
    assert_shown("sk-ant-0123456789", "[REDACTED]");
    assert_shown("a Bearer abcdefgh b Bearer ijklmnop", "a Bearer [REDACTED] b Bearer [REDACTED]");
}

static void user_info_in_urls_is_hidden(void **state)
{
    (void)state;
    assert_shown("GET https://me:pass@host/x?a=1@2", "GET https://[REDACTED]@host/x?a=1@2");
    assert_shown("http://host/path@x", "http://host/path@x");
    assert_shown("// a comment @me", "// a comment @me");
}

static void what_follows_a_secret_name_is_hidden(void **state)
{
    (void)state;
    assert_shown("Authorization: Bearer abc.def-123 ok", "Authorization: [REDACTED]");
    assert_shown("refused: api_key=abc, n=1", "refused: api_key=[REDACTED], n=1");
    assert_shown("{\"x-api-key\": \"a b\", \"n\": 1}", "{\"x-api-key\": \"[REDACTED]\", \"n\": 1}");
}

static void what_the_writer_hid_is_found_no_more(void **state)
{
    static const char text[] = "api_key=[REDACTED] Bearer [REDACTED] //[REDACTED]@h sk-abc";
    struct acd_redact_span span = acd_redact_find(text, strlen(text), 0);
    (void)state;
    assert_int_equal(span.at, strlen(text) - 6);
    assert_int_equal(span.length, 6);
    assert_int_equal(acd_redact_find(text, strlen(text), span.at + 6).length, 0);
    assert_int_equal(acd_redact_find("task-abc", 8, 2).length, 0); /* inside of a word */
    assert_int_equal(acd_redact_find("", 0, 0).length, 0);
}

static void what_only_looks_alike_survives(void **state)
{
    (void)state;
    assert_shown("max_tokens 512", "max_tokens 512");
    assert_shown("risk-management and task-1234567890", "risk-management and task-1234567890");
    assert_shown("the bearer, of news", "the bearer, of news");
    assert_shown("cookies and an authorization", "cookies and an authorization");
    assert_shown("Bearer", "Bearer");
    assert_shown("", "");
}

static void it_stays_inside_its_buffer(void **state)
{
    (void)state;
    char out[12];
    const char *text = "x Bearer abcdefgh tail";
    assert_int_equal(acd_redact_text(out, sizeof out, text, strlen(text)), 11);
    assert_string_equal(out, "x Bearer [R");
    assert_int_equal(acd_redact_text(out, 1, text, strlen(text)), 0);
    assert_string_equal(out, "");
    assert_int_equal(acd_redact_text(NULL, 0, text, strlen(text)), 0);
}

static void a_cut_leaves_characters_whole_and_is_the_end(void **state)
{
    (void)state;
    char out[9];
    const char *text = "1234567\xc3\xa9 and Bearer abcdefgh";
    assert_int_equal(acd_redact_text(out, sizeof out, text, strlen(text)), 7);
    assert_string_equal(out, "1234567"); /* and nothing behind it that would fit */
    assert_int_equal(acd_redact_text(out, sizeof out, "12345\xe2\x82\xac!", 9), 8);
    assert_string_equal(out, "12345\xe2\x82\xac");
    assert_int_equal(acd_redact_text(out, sizeof out, "1234567\xe9!", 9), 8);
    assert_string_equal(out, "1234567\xe9"); /* Latin-1 */
}

static void text_with_nul_bytes_is_copied_whole(void **state)
{
    (void)state;
    char out[16];
    assert_int_equal(acd_redact_text(out, sizeof out, "a\0b/\0", 5), 5);
    assert_memory_equal(out, "a\0b/\0", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bearer_tokens_and_keys_are_hidden),
        cmocka_unit_test(user_info_in_urls_is_hidden),
        cmocka_unit_test(what_follows_a_secret_name_is_hidden),
        cmocka_unit_test(what_the_writer_hid_is_found_no_more),
        cmocka_unit_test(what_only_looks_alike_survives),
        cmocka_unit_test(it_stays_inside_its_buffer),
        cmocka_unit_test(a_cut_leaves_characters_whole_and_is_the_end),
        cmocka_unit_test(text_with_nul_bytes_is_copied_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
