/* SPDX-License-Identifier: MIT */
/* Roles and themes: complete, distinct, and usable on terminals of few colours. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/style.h"

static void every_role_has_its_own_name_and_letter(void **state)
{
    (void)state;
    for (int a = 0; a < ACD_STYLE_COUNT; a++) {
        assert_non_null(acd_style_name((enum acd_style)a));
        assert_true(acd_style_letter((enum acd_style)a) > ' ');
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(acd_style_name((enum acd_style)a),
                                    acd_style_name((enum acd_style)b));
            assert_int_not_equal(acd_style_letter((enum acd_style)a),
                                 acd_style_letter((enum acd_style)b));
        }
    }
}

static void themes_are_found_by_name(void **state)
{
    static const char *const names[] = {"default", "light", "monochrome", "high-contrast"};
    size_t count = 0;

    (void)state;
    while (acd_style_theme_at(count) != NULL)
        count++;
    assert_int_equal(count, 4);
    for (size_t i = 0; i < count; i++) {
        const struct acd_theme *theme = acd_style_theme(names[i]);
        assert_ptr_equal(theme, acd_style_theme_at(i));
        assert_string_equal(acd_style_theme_name(theme), names[i]);
    }
    assert_null(acd_style_theme("solarised"));
}

static void paints_stay_inside_the_palette(void **state)
{
    static const int palettes[] = {8, 16, 88, 256, 1 << 24};

    (void)state;
    for (size_t t = 0; acd_style_theme_at(t) != NULL; t++) {
        for (size_t i = 0; i < sizeof(palettes) / sizeof(palettes[0]); i++) {
            for (int style = 0; style < ACD_STYLE_COUNT; style++) {
                struct acd_paint paint =
                    acd_style_paint(acd_style_theme_at(t), (enum acd_style)style, palettes[i]);
                assert_true(paint.fg >= ACD_COLOUR_NONE && paint.fg < palettes[i]);
                assert_true(paint.bg >= ACD_COLOUR_NONE && paint.bg < palettes[i]);
            }
        }
    }
}

static void without_colours_there_are_attributes_only(void **state)
{
    (void)state;
    for (size_t t = 0; acd_style_theme_at(t) != NULL; t++) {
        for (int style = 0; style < ACD_STYLE_COUNT; style++) {
            struct acd_paint paint =
                acd_style_paint(acd_style_theme_at(t), (enum acd_style)style, 0);
            assert_int_equal(paint.fg, ACD_COLOUR_NONE);
            assert_int_equal(paint.bg, ACD_COLOUR_NONE);
        }
        assert_true(acd_style_paint(acd_style_theme_at(t), ACD_STYLE_SELECTED, 0).attrs &
                    ACD_ATTR_REVERSE);
    }
}

static void selection_is_seen_in_every_theme(void **state)
{
    static const int palettes[] = {0, 8, 16, 256};

    (void)state;
    for (size_t t = 0; acd_style_theme_at(t) != NULL; t++) {
        for (size_t i = 0; i < 4; i++) {
            struct acd_paint normal =
                acd_style_paint(acd_style_theme_at(t), ACD_STYLE_NORMAL, palettes[i]);
            struct acd_paint selected =
                acd_style_paint(acd_style_theme_at(t), ACD_STYLE_SELECTED, palettes[i]);
            assert_true(selected.bg != normal.bg || selected.attrs != normal.attrs);
        }
    }
}

static void bright_colours_become_bold_on_eight(void **state)
{
    const struct acd_theme *theme = acd_style_theme("high-contrast");
    struct acd_paint sixteen = acd_style_paint(theme, ACD_STYLE_LEVEL2, 16);
    struct acd_paint eight = acd_style_paint(theme, ACD_STYLE_LEVEL2, 8);

    (void)state;
    assert_int_equal(sixteen.fg, eight.fg + 8);
    assert_false(sixteen.attrs & ACD_ATTR_BOLD);
    assert_true(eight.attrs & ACD_ATTR_BOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_has_its_own_name_and_letter),
        cmocka_unit_test(themes_are_found_by_name),
        cmocka_unit_test(paints_stay_inside_the_palette),
        cmocka_unit_test(without_colours_there_are_attributes_only),
        cmocka_unit_test(selection_is_seen_in_every_theme),
        cmocka_unit_test(bright_colours_become_bold_on_eight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
