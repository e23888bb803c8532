/* SPDX-License-Identifier: MIT */
/* The width table: its shape, and facts about single code points that everybody can check. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/view/width.h"
#include "tui/view/width_table.h"

static void ranges_are_sorted_and_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < acd_width_table_count; i++) {
        assert_true(acd_width_table[i].first <= acd_width_table[i].last);
        if (i > 0)
            assert_true(acd_width_table[i - 1].last < acd_width_table[i].first);
    }
}

static void known_code_points_have_their_width(void **state)
{
    static const struct {
        uint32_t cp;
        int width;
    } facts[] = {
        {'a', 1},      {' ', 1},      {0x7e, 1},     {0xe9, 1},      {0x2026, 1},    {0x2588, 1},
        {0x2800, 1},   {0x28ff, 1},   {0x27e8, 1},   {0x3042, 2},    {0x4e2d, 2},    {0xac00, 2},
        {0xff21, 2},   {0x1f600, 2},  {0x1fae8, 2},  {0x20000, 2},   {0x3000, 2},    {0x0301, 0},
        {0x20dd, 0},   {0x1161, 0},   {0x302a, 0},   {0x1100, 2},    {0, -1},        {0x1b, -1},
        {0x7f, -1},    {0x80, -1},    {0x9b, -1},    {0x9f, -1},     {0xad, -1},     {0x061c, -1},
        {0x200b, -1},  {0x200d, -1},  {0x200e, -1},  {0x2028, -1},   {0x202a, -1},   {0x202e, -1},
        {0x2060, -1},  {0x2066, -1},  {0x2069, -1},  {0x3164, -1},   {0xfe0f, -1},   {0xfeff, -1},
        {0xfff9, -1},  {0xd800, -1},  {0xdfff, -1},  {0xfdd0, -1},   {0xfffe, -1},   {0xffff, -1},
        {0x1ffff, -1}, {0xe0041, -1}, {0xe0100, -1}, {0x10ffff, -1}, {0x110000, -1}, {0xfffd, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        if (acd_width_of(facts[i].cp) != facts[i].width)
            fail_msg("U+%04X: %d, expected %d", (unsigned)facts[i].cp, acd_width_of(facts[i].cp),
                     facts[i].width);
    }
}

static void agreed_ones_are_one_column_wide(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
        if (acd_width_agreed(cp))
            assert_int_equal(acd_width_of(cp), 1);
    }
    assert_true(acd_width_agreed('a'));
    assert_true(acd_width_agreed(0x28ff));
    assert_false(acd_width_agreed(0x4e2d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_sorted_and_apart),
        cmocka_unit_test(known_code_points_have_their_width),
        cmocka_unit_test(agreed_ones_are_one_column_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
