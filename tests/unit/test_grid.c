/* SPDX-License-Identifier: MIT */
/* The grid of cells: drawing, clipping, wide characters, differences, dumps. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/grid.h"
#include "tui/view/width.h"

static int setup(void **state)
{
    static struct acd_grid grid;

    *state = &grid;
    return acd_grid_init(&grid, 10, 3, ACD_GLYPHS_BLOCKS);
}

static int teardown(void **state)
{
    acd_grid_fini(*state);
    return 0;
}

static void assert_dump(const struct acd_grid *grid, const char *expected)
{
    char out[4096];

    assert_true(acd_grid_dump(grid, out, sizeof(out)) < sizeof(out));
    assert_string_equal(out, expected);
}

static void assert_styles(const struct acd_grid *grid, const char *expected)
{
    char out[4096];

    assert_true(acd_grid_dump_styles(grid, out, sizeof(out)) < sizeof(out));
    assert_string_equal(out, expected);
}

/* What must hold of every grid at all times. */
static void assert_whole(const struct acd_grid *grid)
{
    for (int y = 0; y < grid->h; y++) {
        int tail = 0;
        for (int x = 0; x < grid->w; x++) {
            const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
            assert_int_equal(cell->width == 0, tail);
            assert_int_equal(cell->len == 0, tail);
            for (size_t i = cell->len; i < sizeof(cell->text); i++)
                assert_int_equal(cell->text[i], 0);
            if (tail)
                assert_int_equal(cell->style, acd_grid_at(grid, x - 1, y)->style);
            tail = cell->width == 2;
        }
        assert_false(tail);
    }
}

static void grids_are_equal_when_all_their_rows_are(void **state)
{
    struct acd_grid *grid = *state, other = {0};

    assert_int_equal(acd_grid_init(&other, grid->w, grid->h, ACD_GLYPHS_BLOCKS), 0);
    acd_grid_clear(grid);
    assert_true(acd_grid_equal(grid, &other));
    for (int y = 0; y < grid->h; y++) {
        acd_grid_text(grid, acd_grid_row(grid->w - 1, y, 1), ACD_STYLE_OK, "x");
        assert_false(acd_grid_row_equal(grid, &other, y));
        assert_false(acd_grid_equal(grid, &other));
        acd_grid_copy(&other, grid);
        assert_true(acd_grid_row_equal(grid, &other, y));
        assert_true(acd_grid_equal(grid, &other));
    }
    acd_grid_fini(&other);
}

static void text_lands_where_it_is_told(void **state)
{
    struct acd_grid *grid = *state;

    assert_int_equal(acd_grid_text(grid, acd_grid_row(2, 1, 5), ACD_STYLE_OK, "abc"), 3);
    assert_dump(grid, "\n  abc\n\n");
    assert_styles(grid, "\n..ooo\n\n");
}

static void long_text_ends_in_an_ellipsis(void **state)
{
    struct acd_grid *grid = *state;

    assert_int_equal(acd_grid_text(grid, acd_grid_row(0, 0, 5), ACD_STYLE_NORMAL, "abcdef"), 5);
    assert_int_equal(acd_grid_text(grid, acd_grid_row(0, 1, 5), ACD_STYLE_NORMAL, "abcde"), 5);
    assert_int_equal(acd_grid_text(grid, acd_grid_row(0, 2, 1), ACD_STYLE_NORMAL, "ab"), 1);
    assert_int_equal(acd_grid_text(grid, acd_grid_row(5, 2, 0), ACD_STYLE_NORMAL, "ab"), 0);
    assert_int_equal(acd_grid_text(grid, acd_grid_row(5, 2, -3), ACD_STYLE_NORMAL, "ab"), 0);
    assert_dump(grid, "abcd…\nabcde\n…\n");

    grid->glyphs = ACD_GLYPHS_ASCII;
    acd_grid_text(grid, acd_grid_row(0, 0, 5), ACD_STYLE_NORMAL, "abcdef");
    assert_dump(grid, "abcd~\nabcde\n…\n");
}

static void right_aligned_text_ends_at_the_edge(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_text_right(grid, acd_grid_row(1, 0, 6), ACD_STYLE_NORMAL, "1.8k");
    acd_grid_text_right(grid, acd_grid_row(1, 1, 6), ACD_STYLE_NORMAL, "1234567");
    acd_grid_text_right(grid, acd_grid_row(1, 2, 6), ACD_STYLE_NORMAL, "中123");
    assert_dump(grid, "   1.8k\n 12345…\n  中123\n");
    assert_whole(grid);
}

static void wide_characters_are_never_cut_in_half(void **state)
{
    struct acd_grid *grid = *state;

    assert_int_equal(acd_grid_text(grid, acd_grid_row(0, 0, 4), ACD_STYLE_NORMAL, "中中中"), 4);
    assert_dump(grid, "中 …\n\n\n"); /* the second one gave way to the ellipsis */
    assert_whole(grid);

    assert_int_equal(acd_grid_text(grid, acd_grid_row(0, 0, 5), ACD_STYLE_NORMAL, "中中中"), 5);
    assert_dump(grid, "中中…\n\n\n");

    acd_grid_text(grid, acd_grid_row(1, 0, 1), ACD_STYLE_BAD, "x"); /* on a tail */
    acd_grid_text(grid, acd_grid_row(2, 0, 1), ACD_STYLE_BAD, "y"); /* on a head */
    assert_dump(grid, " xy …\n\n\n");
    assert_whole(grid);

    acd_grid_text(grid, acd_grid_row(0, 1, 10), ACD_STYLE_NORMAL, "a中b中");
    acd_grid_text(grid, acd_grid_row(2, 1, 10), ACD_STYLE_NORMAL,
                  "中"); /* on a tail and what follows */
    assert_dump(grid, " xy …\na 中中\n\n");
    assert_whole(grid);
}

static void wide_character_at_the_edge_becomes_a_blank(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_text(grid, acd_grid_row(9, 0, 10), ACD_STYLE_OK, "中");
    acd_grid_text(grid, acd_grid_row(-1, 1, 10), ACD_STYLE_OK, "中a");
    assert_dump(grid, "\n a\n\n");
    assert_styles(grid, ".........o\noo\n\n");
    assert_whole(grid);
}

static void nothing_is_drawn_outside_the_clip(void **state)
{
    struct acd_grid *grid = *state;
    struct acd_rect before = acd_grid_clip(grid, (struct acd_rect){2, 1, 4, 1});
    struct acd_rect outer = acd_grid_clip(grid, (struct acd_rect){0, 0, 5, 9});

    assert_int_equal(grid->clip.x, 2);
    assert_int_equal(grid->clip.w, 3);
    for (int y = -1; y < 5; y++)
        acd_grid_text(grid, acd_grid_row(-2, y, 30), ACD_STYLE_NORMAL, "0123456789abcdef");
    assert_dump(grid, "\n  456\n\n");

    grid->clip = outer;
    acd_grid_fill(grid, (struct acd_rect){-5, -5, 50, 50}, ACD_STYLE_BAD);
    grid->clip = before;
    assert_dump(grid, "\n\n\n");
    assert_styles(grid, "\n..bbbb\n\n");
}

static void empty_clip_draws_nothing(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_clip(grid, (struct acd_rect){20, 20, 5, 5});
    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_NORMAL, "text");
    acd_grid_fill(grid, acd_grid_rect(grid), ACD_STYLE_BAD);
    acd_grid_hline(grid, acd_grid_row(0, 0, 10), ACD_STYLE_BAD);
    acd_grid_restyle(grid, acd_grid_rect(grid), ACD_STYLE_BAD);
    assert_dump(grid, "\n\n\n");
    assert_styles(grid, "\n\n\n");
}

static void foreign_text_is_made_safe(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_NORMAL, "a\u202eb");
    acd_grid_text(grid, acd_grid_row(0, 1, 6), ACD_STYLE_NORMAL, "a\033b");
    grid->text_flags |= ACD_TEXT_BLANKS;
    acd_grid_text(grid, acd_grid_row(0, 2, 10), ACD_STYLE_NORMAL, "e\u0301\nx");
    assert_dump(grid, "a⟨U+202E⟩b\na⟨U+0…\ne\u0301 x\n");
    assert_whole(grid);
}

static void marks_share_the_cell_of_their_character(void **state)
{
    struct acd_grid *grid = *state;

    assert_int_equal(
        acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_NORMAL, "e\u0301\u0302x"), 2);
    assert_int_equal(acd_grid_at(grid, 0, 0)->len, 5);
    assert_int_equal(acd_grid_at(grid, 1, 0)->text[0], 'x');
}

static void ascii_grids_hold_ascii_only(void **state)
{
    struct acd_grid grid;

    (void)state;
    assert_int_equal(acd_grid_init(&grid, 12, 2, ACD_GLYPHS_ASCII), 0);
    acd_grid_text(&grid, acd_grid_row(0, 0, 12), ACD_STYLE_NORMAL, "é…and more");
    acd_grid_glyph(&grid, 0, 1, ACD_STYLE_NORMAL, 0x2588);
    acd_grid_hline(&grid, acd_grid_row(1, 1, 3), ACD_STYLE_NORMAL);
    assert_dump(&grid, "<U+00E9><U+~\n?---\n");
    acd_grid_fini(&grid);
}

static void printf_formats(void **state)
{
    struct acd_grid *grid = *state;

    assert_int_equal(
        acd_grid_printf(grid, acd_grid_row(0, 0, 10), ACD_STYLE_NORMAL, "%d/%s", 7, "x"), 3);
    assert_dump(grid, "7/x\n\n\n");
}

static void append_goes_on_where_the_last_text_ended(void **state)
{
    struct acd_grid *grid = *state;
    struct acd_rect at = {1, 0, 8, 2};

    acd_grid_append(grid, &at, ACD_STYLE_OK, "中");
    acd_grid_append(grid, &at, ACD_STYLE_BAD, "b");
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, "0123456");
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, "gone");
    assert_dump(grid, " 中b0123…\n\n\n");
    assert_styles(grid, ".oob\n\n\n");
}

static void restyle_keeps_text_and_whole_characters(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_OK, "中ab中");
    acd_grid_restyle(grid, (struct acd_rect){1, 0, 4, 1}, ACD_STYLE_SELECTED);
    assert_dump(grid, "中ab中\n\n\n");
    assert_styles(grid, "ooSSSS\n\n\n");
    assert_whole(grid);
}

static void exact_cells_are_those_that_no_terminal_disputes(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_OK, "a…█中e\u0301");
    assert_true(acd_grid_cell_exact(acd_grid_at(grid, 0, 0)));
    assert_true(acd_grid_cell_exact(acd_grid_at(grid, 1, 0)));
    assert_true(acd_grid_cell_exact(acd_grid_at(grid, 2, 0)));
    assert_false(acd_grid_cell_exact(acd_grid_at(grid, 3, 0)));
    assert_false(acd_grid_cell_exact(acd_grid_at(grid, 4, 0)));
    assert_false(acd_grid_cell_exact(acd_grid_at(grid, 5, 0)));
}

static void equal_grids_have_no_runs(void **state)
{
    struct acd_grid *grid = *state;
    struct acd_grid other;
    struct acd_run run = {0};

    assert_int_equal(acd_grid_init(&other, 10, 3, ACD_GLYPHS_BLOCKS), 0);
    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_OK, "same");
    acd_grid_copy(&other, grid);
    assert_false(acd_grid_diff(&other, grid, &run));
    acd_grid_fini(&other);
}

static void runs_cover_all_that_changed_and_nothing_else(void **state)
{
    struct acd_grid *grid = *state;
    struct acd_grid other;
    struct acd_run run = {0};
    static const struct acd_run expected[] = {{0, 0, 1}, {8, 0, 2}, {2, 1, 2}, {9, 2, 1}};

    assert_int_equal(acd_grid_init(&other, 10, 3, ACD_GLYPHS_BLOCKS), 0);
    acd_grid_text(grid, acd_grid_row(0, 0, 1), ACD_STYLE_OK, "a");
    acd_grid_text(grid, acd_grid_row(8, 0, 2), ACD_STYLE_OK, "bc");
    acd_grid_text(grid, acd_grid_row(2, 1, 2), ACD_STYLE_OK, "中");
    acd_grid_restyle(grid, (struct acd_rect){9, 2, 1, 1}, ACD_STYLE_BAD);
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        assert_true(acd_grid_diff(&other, grid, &run));
        assert_memory_equal(&run, &expected[i], sizeof(run));
    }
    assert_false(acd_grid_diff(&other, grid, &run));
    acd_grid_fini(&other);
}

static void resize_blanks_and_bounds(void **state)
{
    struct acd_grid *grid = *state;

    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_OK, "gone");
    assert_int_equal(acd_grid_resize(grid, 4, 2), 0);
    assert_dump(grid, "\n\n");
    assert_int_equal(grid->clip.w, 4);
    assert_int_equal(acd_grid_resize(grid, 0, -7), 0);
    assert_int_equal(grid->w, 1);
    assert_int_equal(grid->h, 1);
    assert_int_equal(acd_grid_resize(grid, 65535, 65535), 0);
    assert_int_equal(grid->w, ACD_GRID_WIDTH_MAX);
    assert_int_equal(grid->h, ACD_GRID_HEIGHT_MAX);
}

static void dumps_are_bounded_like_snprintf(void **state)
{
    struct acd_grid *grid = *state;
    static const char whole[] = "中é\n\nx\n";

    acd_grid_text(grid, acd_grid_row(0, 0, 10), ACD_STYLE_OK, "中é");
    acd_grid_text(grid, acd_grid_row(0, 2, 10), ACD_STYLE_OK, "x");
    for (size_t size = 0; size <= sizeof(whole); size++) {
        char out[32];
        memset(out, 'X', sizeof(out));
        assert_int_equal(acd_grid_dump(grid, out, size), sizeof(whole) - 1);
        assert_int_equal(out[size], 'X');
        if (size > 0)
            assert_memory_equal(out, whole, strlen(out));
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void grids_stay_whole_under_random_drawing(void **state)
{
    static const char *const texts[] = {"a",    "中文字", "e\u0301\u0301",
                                        "x中y", "\033中", "한글 text"};
    struct acd_grid *grid = *state;
    uint32_t seed = 7;

    for (int round = 0; round < 20000; round++) {
        int x = (int)(next_random(&seed) % 14) - 2;
        int y = (int)(next_random(&seed) % 5) - 1;
        int w = (int)(next_random(&seed) % 9);
        enum acd_style style = (enum acd_style)(next_random(&seed) % ACD_STYLE_COUNT);
        const char *text = texts[next_random(&seed) % 6];
        struct acd_rect clip = acd_grid_clip(
            grid, (struct acd_rect){x - 1, y - 1, w + (int)(next_random(&seed) % 5), 3});
        switch (next_random(&seed) % 5) {
        case 0: acd_grid_text_right(grid, acd_grid_row(x, y, w), style, text); break;
        case 1: acd_grid_fill(grid, (struct acd_rect){x, y, w, 2}, style); break;
        case 2: acd_grid_restyle(grid, (struct acd_rect){x, y, w, 2}, style); break;
        case 3: acd_grid_glyph(grid, x, y, style, 0x4e2d); break;
        default:
            assert_in_range(acd_grid_text(grid, acd_grid_row(x, y, w), style, text), 0, w);
            break;
        }
        grid->clip = clip;
        assert_whole(grid);
    }
}

int main(void)
{
#define GRID_TEST(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)
    const struct CMUnitTest tests[] = {
        GRID_TEST(grids_are_equal_when_all_their_rows_are),
        GRID_TEST(text_lands_where_it_is_told),
        GRID_TEST(long_text_ends_in_an_ellipsis),
        GRID_TEST(right_aligned_text_ends_at_the_edge),
        GRID_TEST(wide_characters_are_never_cut_in_half),
        GRID_TEST(wide_character_at_the_edge_becomes_a_blank),
        GRID_TEST(nothing_is_drawn_outside_the_clip),
        GRID_TEST(empty_clip_draws_nothing),
        GRID_TEST(foreign_text_is_made_safe),
        GRID_TEST(marks_share_the_cell_of_their_character),
        GRID_TEST(ascii_grids_hold_ascii_only),
        GRID_TEST(printf_formats),
        GRID_TEST(append_goes_on_where_the_last_text_ended),
        GRID_TEST(restyle_keeps_text_and_whole_characters),
        GRID_TEST(exact_cells_are_those_that_no_terminal_disputes),
        GRID_TEST(equal_grids_have_no_runs),
        GRID_TEST(runs_cover_all_that_changed_and_nothing_else),
        GRID_TEST(resize_blanks_and_bounds),
        GRID_TEST(dumps_are_bounded_like_snprintf),
        GRID_TEST(grids_stay_whole_under_random_drawing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
