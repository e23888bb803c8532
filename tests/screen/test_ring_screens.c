/* SPDX-License-Identifier: MIT */
/*
 * Golden screens of golden rings: every screen, as a user comes to it, at three sizes, in UTF-8 and in the
 * C locale, with colours and with NO_COLOR.  From the bytes of a ring to the cells of a picture nothing
 * is made by hand but the clock.  See tests/support/golden.h for how to make the files anew.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/ringstage.h"

static const struct screen {
    const char *name, *keys;
    enum acd_view_id view;
} screens[] = {
    {"ring-overview", "", ACD_VIEW_OVERVIEW},
    {"ring-overview-error", "End", ACD_VIEW_OVERVIEW},
    {"ring-events", "e", ACD_VIEW_EVENTS},
    {"ring-events-cursor", "e Up Up", ACD_VIEW_EVENTS},
    {"ring-cache", "c", ACD_VIEW_CACHE},
    {"ring-cache-below", "c Down", ACD_VIEW_CACHE},
    {"ring-miss", "c Enter Enter", ACD_VIEW_MISS},
    {"ring-timers", "t", ACD_VIEW_TIMERS},
    {"ring-timer", "t Enter Down", ACD_VIEW_TIMER},
    {"ring-run-running", "t Enter Enter", ACD_VIEW_RUN},
    {"ring-run-slowest", "t Enter Down Down Enter", ACD_VIEW_RUN},
    {"ring-errors", "x Down", ACD_VIEW_ERRORS},
    {"ring-files", "F", ACD_VIEW_FILES},
    {"ring-json", "F Enter", ACD_VIEW_JSON},
    {"ring-servers", "A", ACD_VIEW_ATTACH},
    {"ring-help", "?", ACD_VIEW_HELP},
};
#define SCREENS (sizeof screens / sizeof screens[0])

/* The same screen of a terminal with UTF-8 and of one without. */
struct both {
    struct acd_ringstage utf8, ascii;
};

static struct acd_golden_pair begin(struct both *b, const struct screen *screen,
                                    const struct acd_test_size *size)
{
    acd_ringstage_begin(&b->utf8, size, ACD_GLYPHS_BLOCKS);
    acd_ringstage_begin(&b->ascii, size, ACD_GLYPHS_ASCII);
    acd_ringstage_play(&b->utf8, screen->keys);
    acd_ringstage_play(&b->ascii, screen->keys);
    acd_ringstage_draw(&b->utf8);
    acd_ringstage_draw(&b->ascii);
    return (struct acd_golden_pair){&b->utf8.grid, &b->ascii.grid};
}

static void end(struct both *b)
{
    acd_ringstage_end(&b->utf8);
    acd_ringstage_end(&b->ascii);
}

static void every_screen_of_the_rings_looks_as_it_did(void **state)
{
    static struct both b;
    (void)state;
    for (size_t i = 0; i < SCREENS; i++) {
        for (size_t k = 0; k < ACD_TEST_SIZES; k++) {
            const struct acd_golden_pair pair = begin(&b, &screens[i], &acd_test_sizes[k]);
            assert_int_equal(b.utf8.ui.view, screens[i].view);
            acd_golden_compare_pair(screens[i].name, &pair);
            end(&b);
        }
    }
}

static void no_screen_is_left_out(void **state)
{
    (void)state;
    for (unsigned view = 0; view < ACD_VIEWS; view++) {
        bool found = false;
        for (size_t i = 0; i < SCREENS; i++)
            found = found || (unsigned)screens[i].view == view;
        if (!found)
            fail_msg("no golden ring is drawn on the screen %s",
                     acd_view_get((enum acd_view_id)view)->name);
    }
}

static void the_c_locale_has_ascii_and_no_color_no_colour(void **state)
{
    static struct both b;
    (void)state;
    for (size_t i = 0; i < SCREENS; i++) {
        const struct acd_golden_pair pair = begin(&b, &screens[i], &acd_test_sizes[1]);
        for (int at = 0; at < pair.ascii->w * pair.ascii->h; at++) {
            const struct acd_grid_cell *cell = &pair.ascii->cells[at];
            const struct acd_paint paint = acd_style_paint(acd_style_theme_at(0), cell->style, 0);
            assert_in_range(cell->len, 0, 1);
            assert_in_range((unsigned char)cell->text[0], cell->len ? 0x20 : 0, 0x7e);
            assert_int_equal(paint.fg, ACD_COLOUR_NONE);
            assert_int_equal(paint.bg, ACD_COLOUR_NONE);
        }
        end(&b);
    }
}

static void a_changed_cell_is_noticed(void **state)
{
    static struct both b;
    (void)state;
    const struct acd_golden_pair pair = begin(&b, &screens[0], &acd_test_sizes[1]);
    const struct acd_rect cell = acd_grid_row(40, 20, 1);
    assert_true(acd_golden_is_pair(screens[0].name, &pair));
    struct acd_grid *const grids[] = {&b.utf8.grid, &b.ascii.grid};
    for (size_t i = 0; i < 2; i++) {
        struct acd_grid_cell before = *acd_grid_at(grids[i], cell.x, cell.y);
        enum acd_style other = before.style == ACD_STYLE_BAD ? ACD_STYLE_OK : ACD_STYLE_BAD;
        acd_grid_text(grids[i], cell, before.style, before.text[0] == 'x' ? "y" : "x");
        assert_false(acd_golden_is_pair(screens[0].name, &pair));
        acd_grid_text(grids[i], cell, before.style, before.text);
        assert_true(acd_golden_is_pair(screens[0].name, &pair));
        acd_grid_restyle(grids[i], cell, other);
        assert_false(acd_golden_is_pair(screens[0].name, &pair));
        acd_grid_restyle(grids[i], cell, before.style);
    }
    assert_true(acd_golden_is_pair(screens[0].name, &pair));
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_of_the_rings_looks_as_it_did),
        cmocka_unit_test(no_screen_is_left_out),
        cmocka_unit_test(the_c_locale_has_ascii_and_no_color_no_colour),
        cmocka_unit_test(a_changed_cell_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
