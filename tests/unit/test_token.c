/* SPDX-License-Identifier: MIT */
/* The example server's tokenizer: what a token is, and that prefixes of texts share theirs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "emitter/examples/token.h"

static const char mixed[] = "The  quick brown fox, 12345 caf\xc3\xa9s and \xe6\x97\xa5\xe6\x9c\xac"
                            "\xe8\xaa\x9e --- extraordinarily\n\n\tend...";

static void a_word_takes_the_space_before_it(void **state)
{
    (void)state;
    assert_int_equal(acd_token_length("the fox", 7), 3);
    assert_int_equal(acd_token_length(" fox", 4), 4);
    assert_int_equal(acd_token_length("   fox", 6), 2);
    assert_int_equal(acd_token_length("   ", 3), 3);
    assert_int_equal(acd_token_length("", 0), 0);
}

static void long_runs_are_cut(void **state)
{
    (void)state;
    assert_int_equal(acd_token_length("extraordinarily", 15), ACD_TOKEN_BYTES_MAX);
    assert_int_equal(acd_token_length("12345", 5), 3);
    assert_int_equal(acd_token_length("..,", 3), 2);
}

static void no_token_cuts_a_character(void **state)
{
    const size_t length = sizeof(mixed) - 1;
    size_t at = 0;

    (void)state;
    while (at < length) {
        const size_t token = acd_token_length(mixed + at, length - at);

        assert_in_range(token, 1, ACD_TOKEN_BYTES_MAX);
        at += token;
        assert_int_not_equal((unsigned char)mixed[at] & 0xc0U, 0x80U);
    }
    assert_int_equal(at, length);
}

static void broken_utf8_still_moves_on(void **state)
{
    char bytes[40];

    (void)state;
    memset(bytes, 0x80, sizeof(bytes));
    assert_in_range(acd_token_count(bytes, sizeof(bytes)), 5, sizeof(bytes));
}

static void tokens_of_a_longer_text_begin_with_those_of_the_shorter(void **state)
{
    const size_t length = sizeof(mixed) - 1;

    (void)state;
    for (size_t cut = 1; cut < length; cut++) {
        size_t at = 0;

        /* All but the last token of the short text, which may have been cut. */
        for (;;) {
            const size_t shorter = acd_token_length(mixed + at, cut - at);

            if (at + shorter + ACD_TOKEN_BYTES_MAX >= cut) {
                break;
            }
            assert_int_equal(shorter, acd_token_length(mixed + at, length - at));
            at += shorter;
        }
    }
}

static void a_short_token_is_its_own_number_and_a_long_one_a_hash(void **state)
{
    static const char *const shorts[] = {"a", " the", "05", "\n", ":", "----"};
    char text[8];

    (void)state;
    for (size_t i = 0; i < sizeof(shorts) / sizeof(shorts[0]); i++) {
        const uint32_t id = acd_token_id(shorts[i], strlen(shorts[i]));

        assert_int_equal(acd_token_text(id, text, sizeof(text)), strlen(shorts[i]));
        assert_memory_equal(text, shorts[i], strlen(shorts[i]));
        assert_int_equal(acd_token_text(id, text, 0), 0);
    }
    assert_int_not_equal(acd_token_id("letter", 6), acd_token_id("lettes", 6));
    assert_int_equal(acd_token_id("letter", 6), acd_token_id("letter", 6));
    assert_int_equal(acd_token_text(acd_token_id("letter", 6), text, sizeof(text)), 3);
    assert_int_equal(acd_token_text(acd_token_id("caf\xc3\xa9", 5), text, 2), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_takes_the_space_before_it),
        cmocka_unit_test(long_runs_are_cut),
        cmocka_unit_test(no_token_cuts_a_character),
        cmocka_unit_test(broken_utf8_still_moves_on),
        cmocka_unit_test(tokens_of_a_longer_text_begin_with_those_of_the_shorter),
        cmocka_unit_test(a_short_token_is_its_own_number_and_a_long_one_a_hash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
