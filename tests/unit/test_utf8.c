/* SPDX-License-Identifier: MIT */
/* emitter/format/utf8: text is cut where a character ends, beside an oracle that decodes and encodes. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/format/utf8.h"
#include "tests/support/names.h"

static size_t cut(const char *text, size_t most)
{
    return acd_utf8_cut(text, strlen(text), most);
}

static void text_that_fits_stays_whole(void **state)
{
    (void)state;
    assert_int_equal(cut("", 0), 0);
    assert_int_equal(cut("abc", 3), 3);
    assert_int_equal(cut("ab\xc3\xa9", 4), 4);
    assert_int_equal(cut("half \xc3", 6), 6); /* not cut, though its end is no character */
}

static void a_character_is_kept_or_left_whole(void **state)
{
    (void)state;
    assert_int_equal(cut("ab\xc3\xa9z", 3), 2);
    assert_int_equal(cut("ab\xc3\xa9z", 4), 4);
    for (size_t most = 1; most <= 3; most++) {
        assert_int_equal(cut("\xe2\x82\xac!", most), most < 3 ? 0 : 3);
        assert_int_equal(cut("\xf0\x9f\x98\x80!", most), 0);
    }
    assert_int_equal(cut("\xf0\x9f\x98\x80!", 4), 4);
    assert_int_equal(cut("a\xf0\x9f\x98\x80", 0), 0);
}

static void bytes_that_are_no_character_are_cut_anywhere(void **state)
{
    static const char *const bad[] = {"ab\xe9zz",             /* Latin-1 */
                                      "ab\x80\x80\x80\x80",   /* nothing begins */
                                      "ab\xe2\x82zz",         /* an end is missing */
                                      "ab\xc0\x80zz",         /* overlong */
                                      "ab\xe0\x9f\xbfzz",     /* the same */
                                      "ab\xed\xa0\x80zz",     /* a surrogate */
                                      "ab\xf0\x8f\xbf\xbfzz", /* overlong */
                                      "ab\xf4\x90\x80\x80zz", /* beyond U+10FFFF */
                                      "ab\xff\xff\xff\xffzz"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        for (size_t most = 0; most <= strlen(bad[i]); most++)
            assert_int_equal(cut(bad[i], most), most);
}

static void no_random_text_is_cut_otherwise_than_the_oracle_says(void **state)
{
    uint64_t seed = 1;
    unsigned inside = 0;
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        char text[NAMES_ROOM];
        size_t bytes = names_random(text, 60 + i % 7, i % 3 == 2, &seed);
        for (size_t most = 56; most <= 66; most++) {
            size_t kept = acd_utf8_cut(text, bytes, most);
            assert_int_equal(kept, names_oracle(text, bytes, most));
            assert_true(i % 3 == 2 || names_valid(text, kept));
            inside += kept < most && kept < bytes;
        }
    }
    assert_true(inside > 10000); /* else the texts had no characters to go through */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_fits_stays_whole),
        cmocka_unit_test(a_character_is_kept_or_left_whole),
        cmocka_unit_test(bytes_that_are_no_character_are_cut_anywhere),
        cmocka_unit_test(no_random_text_is_cut_otherwise_than_the_oracle_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
