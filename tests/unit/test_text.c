/* SPDX-License-Identifier: MIT */
/* The sanitiser and the short numbers, by tables of edge values and by bytes at random. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/text.h"
#include "tui/view/width.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TEXT(literal) literal, sizeof(literal) - 1

struct sample {
    const char *in;
    size_t len;
    unsigned flags;
    const char *out;
    size_t width;
};

static void check_samples(const struct sample *samples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char out[256];
        size_t width =
            acd_text_sanitise(out, sizeof(out), samples[i].in, samples[i].len, samples[i].flags);
        assert_string_equal(out, samples[i].out);
        assert_int_equal(width, samples[i].width);
        assert_int_equal(
            acd_text_width(samples[i].in, samples[i].len, samples[i].flags, SIZE_MAX - 20), width);
    }
}

static void what_a_terminal_obeys_or_hides_is_shown(void **state)
{
    static const struct sample samples[] = {
        {TEXT(""), 0, "", 0},
        {TEXT("plain ~"), 0, "plain ~", 7},
        {TEXT("a\033[2Jb"), 0, "a⟨U+001B⟩[2Jb", 13},
        {TEXT("\0"), 0, "⟨U+0000⟩", 8},
        {TEXT("\177"), 0, "⟨U+007F⟩", 8},
        {TEXT("\xc2\x85\xc2\x9b"), 0, "⟨U+0085⟩⟨U+009B⟩", 16},
        {TEXT("a\tb\r\n"), 0, "a⟨U+0009⟩b⟨U+000D⟩⟨U+000A⟩", 26},
        {TEXT("a\tb\r\n"), ACD_TEXT_BLANKS, "a b  ", 5},
        {TEXT("\033\t"), ACD_TEXT_BLANKS, "⟨U+001B⟩ ", 9},
        {TEXT("user\u202etxt.exe"), 0, "user⟨U+202E⟩txt.exe", 19},
        {TEXT("\u200b\u200d\ufeff\u00ad"), 0, "⟨U+200B⟩⟨U+200D⟩⟨U+FEFF⟩⟨U+00AD⟩", 32},
        {TEXT("\u2066\u2069\u061c\u2028"), 0, "⟨U+2066⟩⟨U+2069⟩⟨U+061C⟩⟨U+2028⟩", 32},
        {TEXT("\xed\xa0\x80"), 0, "⟨U+D800⟩", 8},
        {TEXT("\xef\xbf\xbe\xf4\x8f\xbf\xbf"), 0, "⟨U+FFFE⟩⟨U+10FFFF⟩", 18},
        {TEXT("\xf3\xa0\x81\x81"), 0, "⟨U+E0041⟩", 9},
        {TEXT("中\u00e9"), 0, "中é", 3},
    };

    (void)state;
    check_samples(samples, COUNT(samples));
}

static void bytes_that_are_not_utf8_are_shown_one_by_one(void **state)
{
    static const struct sample samples[] = {
        {TEXT("\xff"), 0, "⟨FF⟩", 4},
        {TEXT("a\x80z"), 0, "a⟨80⟩z", 6},
        {TEXT("\xc3"), 0, "⟨C3⟩", 4},
        {TEXT("\xc3("), 0, "⟨C3⟩(", 5},
        {TEXT("\xc0\xaf"), 0, "⟨C0⟩⟨AF⟩", 8},                  /* over-long '/' */
        {TEXT("\xe0\x9f\xbf"), 0, "⟨E0⟩⟨9F⟩⟨BF⟩", 12},         /* over-long U+07FF */
        {TEXT("\xf0\x8f\xbf\xbf"), 0, "⟨F0⟩⟨8F⟩⟨BF⟩⟨BF⟩", 16}, /* over-long U+FFFF */
        {TEXT("\xf4\x90\x80\x80"), 0, "⟨F4⟩⟨90⟩⟨80⟩⟨80⟩", 16}, /* past U+10FFFF */
        {TEXT("\xe4\xb8"), 0, "⟨E4⟩⟨B8⟩", 8},                  /* cut short */
        {TEXT("\xe4\xb8\xe4\xb8\xad"), 0, "⟨E4⟩⟨B8⟩中", 10},
        {TEXT("\xf0\x9f\x98"), 0, "⟨F0⟩⟨9F⟩⟨98⟩", 12},
        {TEXT("\xfe"), ACD_TEXT_ASCII, "<FE>", 4},
    };

    (void)state;
    check_samples(samples, COUNT(samples));
}

static void ascii_mode_leaves_ascii_only(void **state)
{
    static const struct sample samples[] = {
        {TEXT("é中"), ACD_TEXT_ASCII, "<U+00E9><U+4E2D>", 16},
        {TEXT("e\u0301"), ACD_TEXT_ASCII, "e<U+0301>", 9},
        {TEXT("\u202e"), ACD_TEXT_ASCII, "<U+202E>", 8},
        {TEXT("\n"), ACD_TEXT_ASCII | ACD_TEXT_BLANKS, " ", 1},
    };

    (void)state;
    check_samples(samples, COUNT(samples));
}

static void marks_stay_with_their_character_and_do_not_pile_up(void **state)
{
    static const struct sample samples[] = {
        {TEXT("e\u0301x"), 0, "e\u0301x", 2},
        {TEXT("e\u0301\u0302\u0303x"), 0, "e\u0301\u0302\u0303x", 2},
        {TEXT("e\u0301\u0302\u0303\u0304\u0305x"), 0, "e\u0301\u0302\u0303⟨+2⟩x", 6},
        {TEXT("\u0301x"), 0, "⟨U+0301⟩x", 9},
        {TEXT("\n\u0301"), 0, "⟨U+000A⟩⟨U+0301⟩", 16},
        {TEXT("\n\u0301"), ACD_TEXT_BLANKS, " ⟨U+0301⟩", 9},
        {TEXT("\u1112\u1161\u11ab"), 0, "\u1112\u1161\u11ab", 2}, /* a Korean syllable in parts */
        {TEXT("\U00020000\U000E0100"), 0, "\U00020000⟨U+E0100⟩", 11},
    };
    char text[1 + 2 * 20000 + 1] = "a";
    char out[64];

    (void)state;
    check_samples(samples, COUNT(samples));

    for (size_t i = 0; i < 20000; i++)
        memcpy(text + 1 + 2 * i, "\u0301", 2);
    assert_int_equal(acd_text_sanitise(out, sizeof(out), text, 1 + 2 * 20000, 0), 8);
    assert_string_equal(out, "a\u0301\u0301\u0301⟨+9999⟩");
}

static void wide_character_with_long_marks_stays_inside_a_piece(void **state)
{
    /* U+1D167 to U+1D169 are marks of four bytes. */
    static const char text[] = "\U00020000\U0001D167\U0001D168\U0001D169z";
    struct acd_text_iter iter = acd_text_start(text, sizeof(text) - 1, 0);
    struct acd_piece piece;

    (void)state;
    assert_true(acd_text_next(&iter, &piece));
    assert_int_equal(piece.len, 12);
    assert_int_equal(piece.width, 2);
    assert_true(acd_text_next(&iter, &piece));
    assert_memory_equal(piece.bytes, "⟨+1⟩", piece.len);
    assert_true(acd_text_next(&iter, &piece));
    assert_memory_equal(piece.bytes, "z", piece.len);
    assert_false(acd_text_next(&iter, &piece));
}

static void short_buffers_end_on_a_whole_piece(void **state)
{
    static const char text[] = "ab\033e\u0301中";
    static const char whole[] = "ab⟨U+001B⟩e\u0301中";

    (void)state;
    for (size_t size = 0; size <= sizeof(whole) + 1; size++) {
        char out[64];
        memset(out, 'X', sizeof(out));
        acd_text_sanitise(out, size, text, sizeof(text) - 1, 0);
        assert_int_equal(out[size], 'X');
        if (size == 0)
            continue;
        size_t len = strlen(out);
        assert_true(len < size);
        assert_memory_equal(out, whole, len);
        assert_true(len == 0 || len == 1 || len == 2 || len == 14 || len == 17 || len == 20);
    }
}

/* A small generator of our own, so that a failure can be repeated. */
static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void random_bytes_come_out_printable_and_again_the_same(void **state)
{
    uint32_t seed = 1;

    (void)state;
    for (int round = 0; round < 5000; round++) {
        char in[40];
        char out[40 * ACD_PIECE_SIZE];
        char again[sizeof(out)];
        size_t len = next_random(&seed) % sizeof(in);
        unsigned flags = next_random(&seed) % 4;
        for (size_t i = 0; i < len; i++)
            in[i] = (char)(next_random(&seed) & (round % 2 ? 0xffu : 0x7fu));

        size_t width = acd_text_sanitise(out, sizeof(out), in, len, flags);
        size_t sum = 0;
        for (size_t at = 0, take; at < strlen(out); at += take) {
            uint32_t cp;
            take = acd_text_decode(out + at, strlen(out) - at, &cp);
            assert_true(cp != ACD_TEXT_BAD_BYTE);
            assert_true(acd_width_of(cp) >= 0);
            assert_true(!(flags & ACD_TEXT_ASCII) || cp < 0x7f);
            sum += (size_t)acd_width_of(cp);
        }
        assert_int_equal(sum, width);
        assert_int_equal(acd_text_sanitise(again, sizeof(again), out, strlen(out), flags), width);
        assert_string_equal(again, out);
    }
}

static void every_code_point_survives_encoding(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        char bytes[4];
        uint32_t back;
        size_t len = acd_text_encode(cp, bytes);
        assert_int_equal(acd_text_decode(bytes, len, &back), len);
        assert_int_equal(back, cp);
        if (len > 1) {
            assert_int_equal(acd_text_decode(bytes, len - 1, &back), 1);
            assert_true(back == ACD_TEXT_BAD_BYTE);
        }
    }
}

struct number {
    uint64_t value;
    const char *text;
};

static void check_numbers(struct acd_label (*format)(uint64_t), const struct number *numbers,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(format(numbers[i].value).s, numbers[i].text);
}

static void counts_are_exact_below_a_thousand_and_never_too_high(void **state)
{
    static const struct number numbers[] = {
        {0, "0"},
        {1, "1"},
        {999, "999"},
        {1000, "1.0k"},
        {1099, "1.0k"},
        {1899, "1.8k"},
        {9999, "9.9k"},
        {10000, "10k"},
        {999949, "999k"},
        {999999, "999k"},
        {1000000, "1.0M"},
        {7100000, "7.1M"},
        {999999999, "999M"},
        {1000000000, "1.0G"},
        {UINT64_MAX, "18E"},
    };

    (void)state;
    check_numbers(acd_text_count, numbers, COUNT(numbers));
}

static void exact_counts_have_commas(void **state)
{
    static const struct number numbers[] = {
        {0, "0"},          {999, "999"},           {1000, "1,000"},
        {18201, "18,201"}, {1234567, "1,234,567"}, {UINT64_MAX, "18,446,744,073,709,551,615"},
    };

    (void)state;
    check_numbers(acd_text_exact, numbers, COUNT(numbers));
}

static void durations_pick_the_unit_that_people_read(void **state)
{
    static const struct number numbers[] = {
        {0, "0ns"},
        {840, "840ns"},
        {999, "999ns"},
        {1000, "1.0us"},
        {9999, "9.9us"},
        {31000, "31us"},
        {999999, "999us"},
        {1000000, "1.0ms"},
        {12345678, "12ms"},
        {220000000, "220ms"},
        {999999999, "999ms"},
        {1000000000, "1.0s"},
        {1999999999, "1.9s"},
        {59999999999, "59s"},
        {60000000000, "1m00s"},
        {65000000000, "1m05s"},
        {3599999999999, "59m59s"},
        {3600000000000, "1h00m"},
        {7980000000000, "2h13m"},
        {86399999999999, "23h59m"},
        {86400000000000, "1d00h"},
        {8639999999999999, "99d23h"},
        {8640000000000000, "100d"},
        {UINT64_MAX, "213503d"},
    };

    (void)state;
    check_numbers(acd_text_duration_ns, numbers, COUNT(numbers));
}

static void ages_have_one_unit(void **state)
{
    static const struct number numbers[] = {
        {0, "0s"},      {4, "4s"},     {59, "59s"},
        {60, "1m"},     {3599, "59m"}, {3600, "1h"},
        {86399, "23h"}, {86400, "1d"}, {UINT64_MAX, "213503982334601d"},
    };

    (void)state;
    check_numbers(acd_text_age_s, numbers, COUNT(numbers));
}

static void bytes_are_counted_in_powers_of_1024(void **state)
{
    static const struct number numbers[] = {
        {0, "0B"},           {512, "512B"},         {1023, "1023B"},
        {1024, "1.0KiB"},    {1843, "1.7KiB"},      {2047, "1.9KiB"},
        {10239, "9.9KiB"},   {10240, "10KiB"},      {1048575, "1023KiB"},
        {1048576, "1.0MiB"}, {UINT64_MAX, "15EiB"},
    };

    (void)state;
    check_numbers(acd_text_bytes, numbers, COUNT(numbers));
}

static void percents_say_all_and_none_only_when_true(void **state)
{
    static const struct {
        uint64_t part, whole;
        const char *text;
    } rates[] = {
        {0, 10, "0%"},
        {10, 10, "100%"},
        {91, 100, "91%"},
        {914, 1000, "91%"},
        {915, 1000, "92%"},
        {9997, 10000, ">99%"},
        {994, 1000, "99%"},
        {995, 1000, ">99%"},
        {1, 10000, "<1%"},
        {5, 1000, "1%"},
        {4, 1000, "<1%"},
        {1, 2, "50%"},
        {11, 10, ">100%"},
        {0, 0, "—"},
        {3, 0, "—"},
        {UINT64_MAX, UINT64_MAX, "100%"},
        {UINT64_MAX - 1, UINT64_MAX, ">99%"},
        {1, UINT64_MAX, "<1%"},
        {UINT64_MAX / 2, UINT64_MAX, "50%"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rates); i++)
        assert_string_equal(acd_text_percent(rates[i].part, rates[i].whole, ACD_GLYPHS_BLOCKS).s,
                            rates[i].text);
    assert_string_equal(acd_text_percent(0, 0, ACD_GLYPHS_ASCII).s, "-");
}

static void a_head_ends_between_characters(void **state)
{
    (void)state;
    assert_int_equal(acd_text_head("abc", 12), 3);
    assert_int_equal(acd_text_head("abc", 3), 3);
    assert_int_equal(acd_text_head("abc", 2), 2);
    assert_int_equal(acd_text_head("a\xe6\x97\xa5z", 4), 4);
    assert_int_equal(acd_text_head("a\xe6\x97\xa5z", 3), 1);
    assert_int_equal(acd_text_head("a\xe6\x97\xa5z", 2), 1);
    assert_int_equal(acd_text_head("\xa5\xa5\xa5", 2), 0);
    assert_int_equal(acd_text_head("", 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_obeys_or_hides_is_shown),
        cmocka_unit_test(bytes_that_are_not_utf8_are_shown_one_by_one),
        cmocka_unit_test(ascii_mode_leaves_ascii_only),
        cmocka_unit_test(marks_stay_with_their_character_and_do_not_pile_up),
        cmocka_unit_test(wide_character_with_long_marks_stays_inside_a_piece),
        cmocka_unit_test(short_buffers_end_on_a_whole_piece),
        cmocka_unit_test(random_bytes_come_out_printable_and_again_the_same),
        cmocka_unit_test(every_code_point_survives_encoding),
        cmocka_unit_test(counts_are_exact_below_a_thousand_and_never_too_high),
        cmocka_unit_test(exact_counts_have_commas),
        cmocka_unit_test(durations_pick_the_unit_that_people_read),
        cmocka_unit_test(ages_have_one_unit),
        cmocka_unit_test(bytes_are_counted_in_powers_of_1024),
        cmocka_unit_test(percents_say_all_and_none_only_when_true),
        cmocka_unit_test(a_head_ends_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
