/* SPDX-License-Identifier: MIT */
/* The bytes between two pictures, on a terminal made up for the purpose. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/term/frame.h"

/* Strings that can be read in an assertion: G(o), C(olumn), E(rase), bold, dim, ... */
static const struct acd_caps caps = {
    .cup = "<G%p1%d,%p2%d>",
    .hpa = "<C%p1%d>",
    .cuf = "",
    .cub = "",
    .clear = "<clear>",
    .el = "<E>",
    .csr = "<S%p1%d-%p2%d>",
    .ind = "<I>",
    .sgr0 = "<0>",
    .bold = "<b>",
    .dim = "<d>",
    .underline = "<u>",
    .reverse = "<r>",
    .setaf = "<f%p1%d>",
    .setab = "<g%p1%d>",
    .last_cell = true,
};

struct fixture {
    struct acd_grid before, now, unscrolled;
    struct acd_pen pen;
    struct acd_frame frame;
};

static struct fixture fixture;

static int setup(void **state)
{
    struct fixture *f = &fixture;

    *f = (struct fixture){.pen = {.caps = &caps, .theme = acd_style_theme("default")}};
    f->pen.known = true;
    f->pen.paint = (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
    *state = f;
    return acd_grid_init(&f->before, 20, 2, ACD_GLYPHS_BLOCKS) ||
           acd_grid_init(&f->now, 20, 2, ACD_GLYPHS_BLOCKS) ||
           acd_grid_init(&f->unscrolled, 20, 2, ACD_GLYPHS_BLOCKS);
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    acd_grid_fini(&f->before);
    acd_grid_fini(&f->now);
    acd_grid_fini(&f->unscrolled);
    acd_frame_fini(&f->frame);
    return 0;
}

static void draw(struct acd_grid *grid, int x, int y, const char *text)
{
    acd_grid_text(grid, acd_grid_row(x, y, grid->w - x), ACD_STYLE_NORMAL, text);
}

static void assert_frame(struct fixture *f, const char *expected)
{
    acd_frame_reset(&f->frame);
    acd_frame_changes(&f->frame, &f->pen, &f->before, &f->now);
    acd_frame_add(&f->frame, "", 1);
    assert_false(f->frame.failed);
    assert_string_equal(f->frame.bytes, expected);
}

static void equal_pictures_have_no_bytes(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 3, 0, "中 same");
    draw(&f->now, 3, 0, "中 same");
    assert_frame(f, "");
}

static void a_change_is_a_move_and_the_cells(void **state)
{
    struct fixture *f = *state;

    draw(&f->now, 3, 1, "abc");
    assert_frame(f, "<G1,3>abc");
}

static void short_gaps_are_written_again_and_long_ones_skipped(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 0, 0, "aXcd0123456789X");
    draw(&f->now, 0, 0, "aYcd0123456789X");
    draw(&f->before, 4, 0, "X");
    draw(&f->now, 4, 0, "Y");
    draw(&f->now, 14, 0, "Y");
    assert_frame(f, "<G0,1>YcdY<C14>Y");
}

static void a_gap_in_another_style_is_skipped(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 0, 0, "X--X");
    draw(&f->now, 0, 0, "Y--Y");
    acd_grid_restyle(&f->before, (struct acd_rect){1, 0, 2, 1}, ACD_STYLE_TITLE);
    acd_grid_restyle(&f->now, (struct acd_rect){1, 0, 2, 1}, ACD_STYLE_TITLE);
    assert_frame(f, "<G0,0>Y<C3>Y");
}

static void the_end_of_a_row_is_erased(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 0, 0, "a long line");
    draw(&f->now, 0, 0, "a");
    assert_frame(f, "<G0,2><E>");
    draw(&f->before, 0, 0, "                 abc");
    draw(&f->now, 0, 0, "                    ");
    assert_frame(f, "<G0,17>   "); /* as short as erasing */
}

static void the_shortest_way_is_taken(void **state)
{
    struct fixture *f = *state;
    struct acd_caps ansi = caps;

    ansi.cup = "\033[%i%p1%d;%p2%dH";
    ansi.hpa = "\033[%i%p1%dG";
    ansi.cuf = "\033[%p1%dC";
    ansi.cub = "\033[%p1%dD";
    ansi.plain_moves = true;
    f->pen.caps = &ansi;
    assert_int_equal(acd_grid_resize(&f->before, 20, 6), 0);
    assert_int_equal(acd_grid_resize(&f->now, 20, 6), 0);
    draw(&f->now, 0, 0, "a         b");
    assert_frame(f, "\033[1;1Ha\033[9Cb");
    draw(&f->before, 0, 0, "a         b");
    draw(&f->now, 9, 1, "c");
    draw(&f->now, 10, 2, "d");
    draw(&f->now, 9, 3, "e");
    draw(&f->now, 1, 4, "f");
    assert_frame(f, "\033[2;10Hc\nd\n\b\be\r\n f");
    acd_grid_clear(&f->now);
    acd_grid_clear(&f->before);
    draw(&f->now, 3, 0, "a");
    draw(&f->now, 3, 2, "b");
    draw(&f->now, 0, 5, "c");
    assert_frame(f, "\033[1;4Ha\n\n\bb\r\n\n\nc");
    /* From the last column nobody knows the way: down from there may be one row further. */
    acd_grid_clear(&f->now);
    draw(&f->now, 19, 0, "a");
    draw(&f->now, 0, 1, "b");
    assert_frame(f, "\033[1;20Ha\033[2;1Hb");
}

static void changes_of_one_colour_are_drawn_together(void **state)
{
    struct fixture *f = *state;

    for (int x = 0; x < 20; x += 5)
        acd_grid_text(&f->now, acd_grid_row(x, 0, 1), x % 2 ? ACD_STYLE_OK : ACD_STYLE_WARN, "a");
    draw(&f->now, 4, 1, "abc");
    f->pen.colours = 8;
    assert_frame(f, "<G1,4>abc<G0,0><f3>a<C10>a<C5><f2>a<C15>a");
}

static void painted_blanks_are_not_erased(void **state)
{
    struct fixture *f = *state;

    acd_grid_fill(&f->now, (struct acd_rect){14, 0, 6, 1}, ACD_STYLE_SELECTED);
    assert_frame(f, "<G0,14><r>      ");
}

static void styles_change_by_the_least(void **state)
{
    struct fixture *f = *state;

    acd_grid_text(&f->now, acd_grid_row(0, 0, 1), ACD_STYLE_OK, "a");
    acd_grid_text(&f->now, acd_grid_row(1, 0, 1), ACD_STYLE_WARN, "b");
    acd_grid_text(&f->now, acd_grid_row(2, 0, 1), ACD_STYLE_BAD, "c");
    acd_grid_text(&f->now, acd_grid_row(3, 0, 1), ACD_STYLE_MATCH, "d");
    acd_grid_text(&f->now, acd_grid_row(4, 0, 1), ACD_STYLE_NORMAL, "e");
    f->pen.colours = 8;
    assert_frame(f, "<G0,0><f2>a<f3>b<b><f1>c<0><f0><g3>d<0>e");
}

static void lines_that_moved_up_are_moved_by_the_terminal(void **state)
{
    struct fixture *f = *state;
    static const char *const lines[] = {"a title that stays",  "first line of these",
                                        "second line of them", "third line of these",
                                        "fourth one of these", "a footer that stays"};

    assert_int_equal(acd_grid_resize(&f->before, 20, 6), 0);
    assert_int_equal(acd_grid_resize(&f->now, 20, 6), 0);
    assert_int_equal(acd_grid_resize(&f->unscrolled, 20, 6), 0);
    for (int y = 0; y < 6; y++)
        draw(&f->before, 0, y, lines[y]);
    draw(&f->now, 0, 0, lines[0]);
    for (int y = 1; y < 4; y++)
        draw(&f->now, 0, y, lines[y + 1]);
    draw(&f->now, 0, 4, "new");
    draw(&f->now, 0, 5, lines[5]);
    acd_frame_reset(&f->frame);
    assert_true(acd_frame_scroll(&f->frame, &f->pen, &f->before, &f->now, &f->unscrolled));
    assert_string_equal(acd_grid_at(&f->unscrolled, 0, 1)->text, "f");
    assert_string_equal(acd_grid_at(&f->before, 0, 1)->text, "s");
    acd_frame_changes(&f->frame, &f->pen, &f->before, &f->now);
    acd_frame_add(&f->frame, "", 1);
    assert_string_equal(f->frame.bytes, "<S1-4><G4,0><I><S0-5><G4,0>new");
    /* All the same, nothing is moved; nor where the terminal can't. */
    acd_grid_copy(&f->before, &f->now);
    assert_false(acd_frame_scroll(&f->frame, &f->pen, &f->before, &f->now, &f->unscrolled));
    struct acd_caps without = caps;
    without.csr = "";
    f->pen.caps = &without;
    acd_grid_clear(&f->now);
    for (int y = 1; y < 4; y++)
        draw(&f->now, 0, y - 1, lines[y]);
    assert_false(acd_frame_scroll(&f->frame, &f->pen, &f->before, &f->now, &f->unscrolled));
}

static void colours_are_said_in_one_sequence_where_they_can_be(void **state)
{
    struct fixture *f = *state;
    struct acd_caps ansi = caps;

    ansi.sgr0 = "\033(B\033[m";
    ansi.bold = "\033[1m";
    ansi.setaf = "\033[3%p1%dm";
    f->pen.caps = &ansi;
    f->pen.colours = 8;
    acd_grid_text(&f->now, acd_grid_row(0, 0, 1), ACD_STYLE_WARN, "a");
    acd_grid_text(&f->now, acd_grid_row(1, 0, 1), ACD_STYLE_BAD, "b");
    acd_grid_text(&f->now, acd_grid_row(2, 0, 1), ACD_STYLE_OK, "c");
    acd_grid_text(&f->now, acd_grid_row(3, 0, 1), ACD_STYLE_NORMAL, "d");
    assert_frame(f, "<G0,0>\033[33ma\033[1;31mb\033[;32mc\033[md");
}

static void a_blank_keeps_the_colour_of_its_neighbours(void **state)
{
    struct fixture *f = *state;

    acd_grid_text(&f->now, acd_grid_row(0, 0, 1), ACD_STYLE_OK, "a");
    acd_grid_text(&f->now, acd_grid_row(2, 0, 1), ACD_STYLE_OK, "b");
    f->pen.colours = 8;
    assert_frame(f, "<G0,0><f2>a b");
    acd_grid_restyle(&f->now, (struct acd_rect){1, 0, 1, 1}, ACD_STYLE_SELECTED);
    f->pen.paint = (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
    assert_frame(f, "<G0,0><f2>a<0><r> <0><f2>b");
}

static void the_cursor_is_placed_anew_behind_disputed_characters(void **state)
{
    struct fixture *f = *state;

    draw(&f->now, 0, 0, "a中b\u2713c");
    assert_frame(f, "<G0,0>a中<C3>b\u2713<C5>c");
}

static void wide_characters_blank_what_they_cover_first(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 0, 0, "abcd");
    draw(&f->now, 0, 0, "中cd");
    assert_frame(f, "<G0,0>  <C0>中<C2>c"); /* and the neighbour, should it be three wide */
}

static void neighbours_of_disputed_characters_are_drawn_again(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 0, 0, "\u2713b");
    draw(&f->now, 0, 0, "ab");
    assert_frame(f, "<G0,0>ab");
}

static void the_last_column_has_no_marks(void **state)
{
    struct fixture *f = *state;

    draw(&f->now, 18, 1, "e\u0301e\u0301");
    assert_frame(f, "<G1,18>e\u0301<C19>e");
}

static void the_last_cell_is_left_out_where_it_would_scroll(void **state)
{
    struct fixture *f = *state;
    struct acd_caps plain = caps;

    plain.last_cell = false;
    plain.el = "";
    f->pen.caps = &plain;
    draw(&f->now, 18, 0, "ab");
    draw(&f->now, 18, 1, "cd");
    assert_frame(f, "<G0,18>ab<G1,18>c");
}

static void clearing_resets_and_knows_what_the_screen_shows_then(void **state)
{
    struct fixture *f = *state;

    draw(&f->before, 0, 0, "old");
    f->pen.known = false;
    acd_frame_clear(&f->frame, &f->pen, &f->before);
    acd_frame_add(&f->frame, "", 1);
    assert_string_equal(f->frame.bytes, "<0><S0-1><clear>");
    assert_frame(f, "");
}

static void a_theme_that_paints_blanks_paints_the_whole_screen(void **state)
{
    struct fixture *f = *state;
    size_t blanks = 0;

    f->pen.theme = acd_style_theme("high-contrast");
    f->pen.colours = 256;
    acd_frame_clear(&f->frame, &f->pen, &f->before);
    acd_frame_reset(&f->frame);
    acd_frame_changes(&f->frame, &f->pen, &f->before, &f->now);
    for (size_t i = 0; i < f->frame.len; i++)
        blanks += f->frame.bytes[i] == ' ';
    assert_int_equal(blanks, 40);
}

int main(void)
{
#define FRAME_TEST(claim) cmocka_unit_test_setup_teardown(claim, setup, teardown)
    const struct CMUnitTest tests[] = {
        FRAME_TEST(equal_pictures_have_no_bytes),
        FRAME_TEST(a_change_is_a_move_and_the_cells),
        FRAME_TEST(short_gaps_are_written_again_and_long_ones_skipped),
        FRAME_TEST(a_gap_in_another_style_is_skipped),
        FRAME_TEST(the_end_of_a_row_is_erased),
        FRAME_TEST(the_shortest_way_is_taken),
        FRAME_TEST(changes_of_one_colour_are_drawn_together),
        FRAME_TEST(painted_blanks_are_not_erased),
        FRAME_TEST(styles_change_by_the_least),
        FRAME_TEST(lines_that_moved_up_are_moved_by_the_terminal),
        FRAME_TEST(colours_are_said_in_one_sequence_where_they_can_be),
        FRAME_TEST(a_blank_keeps_the_colour_of_its_neighbours),
        FRAME_TEST(the_cursor_is_placed_anew_behind_disputed_characters),
        FRAME_TEST(wide_characters_blank_what_they_cover_first),
        FRAME_TEST(neighbours_of_disputed_characters_are_drawn_again),
        FRAME_TEST(the_last_column_has_no_marks),
        FRAME_TEST(the_last_cell_is_left_out_where_it_would_scroll),
        FRAME_TEST(clearing_resets_and_knows_what_the_screen_shows_then),
        FRAME_TEST(a_theme_that_paints_blanks_paints_the_whole_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
