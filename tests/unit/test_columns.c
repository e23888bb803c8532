/* SPDX-License-Identifier: MIT */
/* The widths of a table's columns at every width of the screen. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/columns.h"

static const struct acd_column columns[] = {
    {.title = "Timer", .min_width = 8, .weight = 3},
    {.title = "n", .min_width = 4, .align = ACD_ALIGN_RIGHT},
    {.title = "p50", .min_width = 5, .priority = 1, .align = ACD_ALIGN_RIGHT},
    {.title = "p95", .min_width = 5, .priority = 2, .align = ACD_ALIGN_RIGHT},
    {.title = "1m", .min_width = 6, .max_width = 10, .weight = 1, .priority = 2},
};

#define COUNT (sizeof(columns) / sizeof(columns[0]))

static void assert_widths(int width, const int expected[COUNT])
{
    struct acd_columns layout;

    acd_columns_layout(&layout, columns, COUNT, acd_grid_row(0, 0, width));
    for (size_t i = 0; i < COUNT; i++)
        assert_int_equal(layout.slots[i].w, expected[i]);
}

static void minima_that_fit_are_all_shown(void **state)
{
    (void)state;
    assert_widths(32, (const int[]){8, 4, 5, 5, 6});
}

static void the_highest_priority_number_goes_first(void **state)
{
    (void)state;
    assert_widths(31, (const int[]){14, 4, 5, 5, 0});
    assert_widths(24, (const int[]){13, 4, 5, 0, 0});
    assert_widths(18, (const int[]){13, 4, 0, 0, 0});
}

static void room_left_over_goes_by_weight_up_to_the_maximum(void **state)
{
    (void)state;
    assert_widths(36, (const int[]){11, 4, 5, 5, 7});
    assert_widths(100, (const int[]){72, 4, 5, 5, 10});
}

static void columns_that_must_stay_are_cut_at_the_edge(void **state)
{
    (void)state;
    assert_widths(10, (const int[]){8, 1, 0, 0, 0});
    assert_widths(5, (const int[]){5, 0, 0, 0, 0});
    assert_widths(0, (const int[]){0, 0, 0, 0, 0});
    assert_widths(-4, (const int[]){0, 0, 0, 0, 0});
}

static void slots_stay_inside_and_apart_at_every_width(void **state)
{
    (void)state;
    for (int width = 0; width < 300; width++) {
        struct acd_columns layout;
        int end = 7;
        acd_columns_layout(&layout, columns, COUNT, acd_grid_row(7, 0, width));
        for (size_t i = 0; i < COUNT; i++) {
            if (layout.slots[i].w == 0)
                continue;
            assert_true(layout.slots[i].x >= end);
            end = layout.slots[i].x + layout.slots[i].w;
            assert_true(end <= 7 + width);
            end += 1;
        }
    }
}

static void header_and_cells_are_aligned(void **state)
{
    struct acd_grid grid;
    struct acd_columns layout;
    char out[256];

    (void)state;
    assert_int_equal(acd_grid_init(&grid, 24, 2, ACD_GLYPHS_ASCII), 0);
    acd_columns_layout(&layout, columns, COUNT, acd_grid_row(0, 0, 24));
    layout.sorted = 1;
    layout.descending = true;
    acd_columns_header(&grid, &layout);
    layout.y = 1;
    acd_columns_text(&grid, &layout, 0, ACD_STYLE_NORMAL, "chat_completion_x");
    acd_columns_text(&grid, &layout, 1, ACD_STYLE_VALUE, "812");
    acd_columns_text(&grid, &layout, 2, ACD_STYLE_VALUE, "1.9s");
    acd_columns_text(&grid, &layout, 4, ACD_STYLE_VALUE, "hidden");
    acd_grid_dump(&grid, out, sizeof(out));
    assert_string_equal(out, "Timer            nv  p50\nchat_complet~  812  1.9s\n");
    assert_int_equal(acd_columns_rect(&layout, 4).w, 0);
    assert_int_equal(acd_columns_rect(&layout, 2).x, 19);
    acd_grid_fini(&grid);
}

static void the_next_key_goes_round_the_columns_that_have_one(void **state)
{
    static const uint8_t keys[] = {ACD_ORDER_NAME, ACD_ORDER_FOUND, ACD_ORDER_P50, ACD_ORDER_FOUND};
    static const struct acd_sorting sorting = {ACD_ORDER_TIMERS, "Timers", keys, 4};
    static const struct acd_column four[4] = {{"a", 1, 1, 0, 0, ACD_ALIGN_LEFT},
                                              {"b", 1, 1, 0, 0, ACD_ALIGN_LEFT},
                                              {"c", 1, 1, 0, 0, ACD_ALIGN_LEFT},
                                              {"d", 1, 1, 0, 0, ACD_ALIGN_LEFT}};
    struct acd_columns layout;
    (void)state;
    assert_int_equal(acd_columns_next_key(&sorting, ACD_ORDER_FOUND), ACD_ORDER_NAME);
    assert_int_equal(acd_columns_next_key(&sorting, ACD_ORDER_NAME), ACD_ORDER_P50);
    assert_int_equal(acd_columns_next_key(&sorting, ACD_ORDER_P50), ACD_ORDER_FOUND);
    assert_int_equal(acd_columns_next_key(&sorting, ACD_ORDER_MEAN), ACD_ORDER_FOUND);
    acd_columns_layout(&layout, four, 4, (struct acd_rect){0, 0, 40, 1});
    acd_columns_sorted(&layout, &sorting, (struct acd_order){ACD_ORDER_P50, false});
    assert_int_equal(layout.sorted, 2);
    assert_true(layout.descending);
    acd_columns_sorted(&layout, &sorting, (struct acd_order){ACD_ORDER_NAME, false});
    assert_int_equal(layout.sorted, 0);
    assert_false(layout.descending);
    acd_columns_sorted(&layout, &sorting, (struct acd_order){ACD_ORDER_FOUND, false});
    assert_int_equal(layout.sorted, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_key_goes_round_the_columns_that_have_one),
        cmocka_unit_test(minima_that_fit_are_all_shown),
        cmocka_unit_test(the_highest_priority_number_goes_first),
        cmocka_unit_test(room_left_over_goes_by_weight_up_to_the_maximum),
        cmocka_unit_test(columns_that_must_stay_are_cut_at_the_edge),
        cmocka_unit_test(slots_stay_inside_and_apart_at_every_width),
        cmocka_unit_test(header_and_cells_are_aligned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
