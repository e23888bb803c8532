/* SPDX-License-Identifier: MIT */
/* Meters, bars, sparklines and boxes, in each glyph set. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/widgets.h"

static struct acd_grid grid;

static void start(enum acd_glyphs glyphs, int w, int h)
{
    acd_grid_fini(&grid);
    assert_int_equal(acd_grid_init(&grid, w, h, glyphs), 0);
}

static int teardown(void **state)
{
    (void)state;
    acd_grid_fini(&grid);
    return 0;
}

static void assert_dump(const char *expected)
{
    char out[4096];

    assert_true(acd_grid_dump(&grid, out, sizeof(out)) < sizeof(out));
    assert_string_equal(out, expected);
}

static void assert_meter(uint64_t part, uint64_t whole, const char *expected)
{
    acd_grid_clear(&grid);
    acd_widgets_meter(&grid, (struct acd_rect){0, 0, 12, 1}, ACD_STYLE_BAR, part, whole);
    assert_dump(expected);
}

static void meter_is_full_only_at_all_and_empty_only_at_nothing(void **state)
{
    (void)state;
    start(ACD_GLYPHS_ASCII, 12, 1);
    assert_meter(0, 100, "[..........]\n");
    assert_meter(1, 1000000, "[#.........]\n");
    assert_meter(50, 100, "[#####.....]\n");
    assert_meter(91, 100, "[#########.]\n");
    assert_meter(999999, 1000000, "[#########.]\n");
    assert_meter(UINT64_MAX - 1, UINT64_MAX, "[#########.]\n");
    assert_meter(100, 100, "[##########]\n");
    assert_meter(101, 100, "[##########]\n");
    assert_meter(0, 0, "[    -     ]\n");
}

static void blocks_and_braille_fill_parts_of_a_cell(void **state)
{
    (void)state;
    start(ACD_GLYPHS_BLOCKS, 12, 1);
    assert_meter(0, 8, "[··········]\n");
    assert_meter(1, 80, "[▏·········]\n");
    assert_meter(45, 80, "[█████▋····]\n");
    assert_meter(7999, 8000, "[█████████▉]\n");
    assert_meter(8, 8, "[██████████]\n");
    assert_meter(0, 0, "[    —     ]\n");
    start(ACD_GLYPHS_BRAILLE, 12, 1);
    assert_meter(0, 8, "[⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀]\n");
    assert_meter(5, 20, "[⣿⣿⣇⣀⣀⣀⣀⣀⣀⣀]\n");
    assert_meter(8, 8, "[⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿]\n");
}

static void tiny_meters_draw_nothing_wrong(void **state)
{
    (void)state;
    start(ACD_GLYPHS_ASCII, 5, 1);
    for (int w = -1; w < 3; w++)
        acd_widgets_meter(&grid, (struct acd_rect){0, 0, w, 1}, ACD_STYLE_BAR, 1, 2);
    assert_dump("\n");
    acd_widgets_meter(&grid, (struct acd_rect){0, 0, 3, 1}, ACD_STYLE_BAR, 1, 2);
    assert_dump("[#]\n");
}

static void bars_have_no_track(void **state)
{
    (void)state;
    start(ACD_GLYPHS_BLOCKS, 10, 3);
    acd_widgets_bar(&grid, (struct acd_rect){0, 0, 10, 1}, ACD_STYLE_BAR, 5, 16);
    acd_widgets_bar(&grid, (struct acd_rect){0, 1, 10, 1}, ACD_STYLE_BAR, 0, 16);
    acd_widgets_bar(&grid, (struct acd_rect){0, 2, 10, 1}, ACD_STYLE_BAR, 3, 0);
    assert_dump("███▏\n\n\n");
}

static void spans_stand_at_their_offset(void **state)
{
    (void)state;
    start(ACD_GLYPHS_ASCII, 10, 8);
    struct acd_rect at = {0, 0, 10, 1};
    static const struct acd_span spans[] = {
        {0, 10, 100, ACD_SPAN_SOLID},   {10, 50, 100, ACD_SPAN_FAINT},
        {99, 100, 100, ACD_SPAN_SOLID}, {50, 50, 100, ACD_SPAN_OPEN},
        {20, 90, 100, ACD_SPAN_OPEN},   {90, 200, 100, ACD_SPAN_SOLID},
        {100, 120, 100, ACD_SPAN_OPEN}, {20, 10, 100, ACD_SPAN_SOLID},
    };
    for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++, at.y++)
        acd_widgets_span(&grid, at, ACD_STYLE_BAR, spans[i]);
    assert_dump("=\n ....\n         =\n     >\n  ======>\n         =\n\n\n");
}

static void draw_spark(const struct acd_series *series)
{
    acd_grid_clear(&grid);
    acd_widgets_spark(&grid, acd_grid_rect(&grid), ACD_STYLE_BAR, series);
}

static void sparkline_tells_zero_from_little_and_from_no_data(void **state)
{
    static const double values[] = {0, 0.001, NAN, 50, 99, 100, -3, 200};
    struct acd_series series = {.doubles = values, .count = 8, .max = 100};

    (void)state;
    start(ACD_GLYPHS_ASCII, 8, 1);
    draw_spark(&series);
    assert_dump(".: =##.#\n");
    start(ACD_GLYPHS_BLOCKS, 8, 1);
    draw_spark(&series);
    assert_dump("▁▂ ▅██▁█\n");
}

static void sparkline_scales_to_what_is_shown(void **state)
{
    static const uint64_t counts[] = {1000000, 1, 2, ACD_WIDGETS_GAP, 4};
    struct acd_series series = {.counts = counts, .count = 5};

    (void)state;
    start(ACD_GLYPHS_BLOCKS, 4, 1);
    draw_spark(&series); /* the million is off the picture */
    assert_dump("▃▅ █\n");
    start(ACD_GLYPHS_BLOCKS, 8, 1);
    draw_spark(&series); /* newest at the right edge */
    assert_dump("   █▂▂ ▂\n");
}

static void sparkline_of_zeros_and_of_nothing(void **state)
{
    static const uint64_t zeros[] = {0, 0, 0};
    struct acd_series series = {.counts = zeros, .count = 3};
    struct acd_series nothing = {0};

    (void)state;
    start(ACD_GLYPHS_ASCII, 4, 1);
    draw_spark(&series);
    assert_dump(" ...\n");
    draw_spark(&nothing);
    assert_dump("\n");
}

static void sparkline_survives_odd_numbers(void **state)
{
    static const double values[] = {INFINITY, -INFINITY, 1e308, -0.0, 5e-324};
    struct acd_series series = {.doubles = values, .count = 5};

    (void)state;
    start(ACD_GLYPHS_ASCII, 5, 1);
    draw_spark(&series);
    assert_dump("#.#.:\n");
}

static void braille_has_two_samples_in_a_cell(void **state)
{
    static const double values[] = {0, 1, 2, 3, NAN, 3, 3, NAN, NAN, NAN};
    struct acd_series series = {.doubles = values, .count = 10, .max = 3};

    (void)state;
    start(ACD_GLYPHS_BRAILLE, 5, 1);
    draw_spark(&series);
    assert_dump("⣠⣾⢸⡇\n");
    series.count = 9; /* an odd number leaves half a cell at the left */
    draw_spark(&series);
    assert_dump("⢀⣴⡇⣿\n");
}

static void boxes_frame_and_blank(void **state)
{
    struct acd_rect inside;

    (void)state;
    start(ACD_GLYPHS_ASCII, 12, 4);
    for (int y = 0; y < 4; y++)
        acd_grid_text(&grid, acd_grid_row(0, y, 12), ACD_STYLE_NORMAL, "xxxxxxxxxxxx");
    inside = acd_widgets_box(&grid, (struct acd_rect){1, 0, 11, 4}, "Help me now");
    assert_dump("x+- Help~ -+\nx|         |\nx|         |\nx+---------+\n");
    assert_int_equal(inside.x, 2);
    assert_int_equal(inside.y, 1);
    assert_int_equal(inside.w, 9);
    assert_int_equal(inside.h, 2);
    start(ACD_GLYPHS_BLOCKS, 4, 3);
    acd_widgets_box(&grid, acd_grid_rect(&grid), NULL);
    assert_dump("┌──┐\n│  │\n└──┘\n");
}

static void popups_stand_in_the_middle_and_fit(void **state)
{
    struct acd_rect inside;

    (void)state;
    start(ACD_GLYPHS_ASCII, 9, 5);
    inside = acd_widgets_popup(&grid, 3, 1, NULL);
    assert_dump("\n  +---+\n  |   |\n  +---+\n\n");
    assert_int_equal(inside.x, 3);
    inside = acd_widgets_popup(&grid, 300, 100, "T");
    assert_int_equal(inside.w, 7);
    assert_int_equal(inside.h, 3);
    start(ACD_GLYPHS_ASCII, 1, 1);
    inside = acd_widgets_popup(&grid, 3, 1, "T");
    assert_int_equal(inside.w, 0);
}

static void scrollbars_show_where_one_is(void **state)
{
    struct acd_rect at = {0, 0, 1, 4};

    (void)state;
    start(ACD_GLYPHS_ASCII, 1, 4);
    acd_widgets_scrollbar(&grid, at, 0, 4);
    assert_dump("\n\n\n\n");
    acd_widgets_scrollbar(&grid, at, 0, 8);
    assert_dump("#\n#\n|\n|\n");
    acd_widgets_scrollbar(&grid, at, 4, 8);
    assert_dump("|\n|\n#\n#\n");
    acd_widgets_scrollbar(&grid, at, 100, 1000000);
    assert_dump("#\n|\n|\n|\n");
    acd_widgets_scrollbar(&grid, at, 999999, 1000000);
    assert_dump("|\n|\n|\n#\n");
}

static int paragraph(int w, int h, const char *text)
{
    acd_grid_clear(&grid);
    return acd_widgets_paragraph(&grid, (struct acd_rect){0, 0, w, h}, ACD_STYLE_NORMAL, text);
}

static void paragraphs_break_between_words(void **state)
{
    (void)state;
    start(ACD_GLYPHS_ASCII, 12, 4);
    assert_int_equal(paragraph(12, 4, "the quick brown fox"), 2);
    assert_dump("the quick\nbrown fox\n\n\n");
    assert_int_equal(paragraph(12, 4, "exactly one2"), 1);
    assert_dump("exactly one2\n\n\n\n");
    assert_int_equal(paragraph(12, 4, ""), 0);
    assert_dump("\n\n\n\n");
    /* A word that is longer than a row is broken anywhere; a row too many ends in an ellipsis. */
    assert_int_equal(paragraph(5, 3, "/tmp/abcdefghi jk"), 3);
    assert_dump("/tmp/\nabcde\nfghi~\n\n");
    assert_int_equal(paragraph(5, 2, "one two three four"), 2);
    assert_dump("one\ntwo ~\n\n\n");
}

static void paragraphs_end_whatever_the_room(void **state)
{
    (void)state;
    start(ACD_GLYPHS_BLOCKS, 6, 3);
    assert_int_equal(paragraph(0, 3, "text"), 0);
    assert_int_equal(paragraph(6, 0, "text"), 0);
    assert_int_equal(paragraph(1, 3, "\xe6\xbc\xa2\xe5\xad\x97"), 1); /* two columns each */
    assert_int_equal(paragraph(6, 3, "  \xff\xff   \x1b  x"), 3);
}

static void a_paragraphs_rows_are_counted_as_they_are_drawn(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "one",
        "the quick brown fox",
        "exactly one2 more",
        "/tmp/abcdefghijklmnopqrstuvwxyz jk",
        "/a-path-of-21-letters /a-path-of-21-letters /a-path-of-21-letters /a-path-of-21-letters",
        "\xe6\xbc\xa2\xe5\xad\x97 \xff\xff   \x1b  x"};
    start(ACD_GLYPHS_BLOCKS, 40, 24);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (int w = 0; w <= 40; w++)
            if (w == 0 || w >= 8)
                assert_int_equal(acd_widgets_paragraph_rows(&grid, w, texts[i]),
                                 paragraph(w, 24, texts[i]));
    assert_int_equal(acd_widgets_paragraph_rows(&grid, 1, "\xe6\xbc\xa2\xe5\xad\x97"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meter_is_full_only_at_all_and_empty_only_at_nothing),
        cmocka_unit_test(blocks_and_braille_fill_parts_of_a_cell),
        cmocka_unit_test(tiny_meters_draw_nothing_wrong),
        cmocka_unit_test(bars_have_no_track),
        cmocka_unit_test(spans_stand_at_their_offset),
        cmocka_unit_test(sparkline_tells_zero_from_little_and_from_no_data),
        cmocka_unit_test(sparkline_scales_to_what_is_shown),
        cmocka_unit_test(sparkline_of_zeros_and_of_nothing),
        cmocka_unit_test(sparkline_survives_odd_numbers),
        cmocka_unit_test(braille_has_two_samples_in_a_cell),
        cmocka_unit_test(boxes_frame_and_blank),
        cmocka_unit_test(popups_stand_in_the_middle_and_fit),
        cmocka_unit_test(scrollbars_show_where_one_is),
        cmocka_unit_test(paragraphs_break_between_words),
        cmocka_unit_test(paragraphs_end_whatever_the_room),
        cmocka_unit_test(a_paragraphs_rows_are_counted_as_they_are_drawn),
    };
    return cmocka_run_group_tests(tests, NULL, teardown) != 0;
}
