/* SPDX-License-Identifier: MIT */
/* emitter/number.c: numbers as text. */
#include "config.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/number.h"

static void whole_numbers_have_all_their_digits(void **state)
{
    char text[ACD_NUMBER_BYTES];
    (void)state;
    assert_int_equal(acd_number_uint(text, UINT64_MAX), 20);
    assert_string_equal(text, "18446744073709551615");
    assert_int_equal(acd_number_int(text, INT64_MIN), 20);
    assert_string_equal(text, "-9223372036854775808");
    acd_number_int(text, 0);
    assert_string_equal(text, "0");
    acd_number_padded(text, 7, 2);
    assert_string_equal(text, "07");
    acd_number_padded(text, 2026, 2);
    assert_string_equal(text, "2026");
}

static void milliseconds_have_two_decimals(void **state)
{
    static const struct {
        uint64_t ns;
        const char *text;
    } cases[] = {{0, "0.00"},
                 {4999, "0.00"},
                 {5000, "0.01"},
                 {1000000, "1.00"},
                 {123450000, "123.45"},
                 {999999999, "1000.00"},
                 {60000000000, "60000.00"},
                 {UINT64_MAX, "18446744073709.55"}};
    char text[ACD_NUMBER_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        acd_number_ms(text, cases[i].ns);
        assert_string_equal(text, cases[i].text);
    }
}

static void fixed_numbers_fall_back_where_hundredths_mean_nothing(void **state)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {{12.345, "12.35"},       {-0.5, "-0.50"}, {0, "0.00"},
                 {1e300, "1e+300"},       {NAN, "NaN"},    {INFINITY, "Infinity"},
                 {-INFINITY, "-Infinity"}};
    char text[ACD_NUMBER_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(acd_number_fixed2(text, cases[i].number), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

static void doubles_look_as_python_writes_them(void **state)
{
    static const struct {
        double number;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {45, "45.0"},
                 {-0.0, "-0.0"},
                 {1e16, "1e+16"},
                 {9999999999999998.0, "9999999999999998.0"},
                 {1e22, "1e+22"},
                 {0.0001, "0.0001"},
                 {0.00001, "1e-05"},
                 {1.7976931348623157e308, "1.7976931348623157e+308"},
                 {5e-324, "5e-324"},
                 {2.2250738585072014e-308, "2.2250738585072014e-308"},
                 {9007199254740993.0, "9007199254740992.0"},
                 {1.0 / 3, "0.3333333333333333"},
                 {123456.789, "123456.789"},
                 {5e-5, "5e-05"},
                 {4294967296.5, "4294967296.5"}};
    char text[ACD_NUMBER_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(acd_number_double(text, cases[i].number), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

/* How many digits stand in it before an exponent, zeros at the ends left out. */
static int digits_of(const char *text)
{
    int n = 0, zeros = 0;
    for (; *text && *text != 'e'; text++) {
        if (*text == '.' || *text == '-' || (*text == '0' && n == 0))
            continue;
        zeros = *text == '0' ? zeros + 1 : 0;
        n++;
    }
    return n - zeros;
}

static void any_double_reads_back_and_no_shorter_one_does(void **state)
{
    uint64_t seed = UINT64_C(88172645463325252);
    (void)state;
    for (int i = 0; i < 4000; i++) {
        char text[ACD_NUMBER_BYTES], shorter[40];
        double number;
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        memcpy(&number, &seed, sizeof number);
        if (i % 4 == 1)
            number = (double)(seed >> 40) / 1000;
        if (!isfinite(number))
            continue;
        size_t n = acd_number_double(text, number);
        assert_true(n < sizeof text && n == strlen(text));
        assert_true(strtod(text, NULL) == number);
        int digits = digits_of(text);
        assert_in_range(digits, 1, 17);
        if (digits > 1) {
            snprintf(shorter, sizeof shorter, "%.*e", digits - 2, number);
            assert_false(strtod(shorter, NULL) == number);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_have_all_their_digits),
        cmocka_unit_test(milliseconds_have_two_decimals),
        cmocka_unit_test(fixed_numbers_fall_back_where_hundredths_mean_nothing),
        cmocka_unit_test(doubles_look_as_python_writes_them),
        cmocka_unit_test(any_double_reads_back_and_no_shorter_one_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
