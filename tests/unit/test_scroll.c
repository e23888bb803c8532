/* SPDX-License-Identifier: MIT */
/* tui/term/scroll: what moved is found, and moving it makes the picture that was found. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/term/scroll.h"

#define W 60
#define H 24

struct pictures {
    struct acd_grid before, now;
};

static struct pictures pictures;

static int setup(void **state)
{
    *state = &pictures;
    return acd_grid_init(&pictures.before, W, H, ACD_GLYPHS_ASCII) ||
           acd_grid_init(&pictures.now, W, H, ACD_GLYPHS_ASCII);
}

static int teardown(void **state)
{
    (void)state;
    acd_grid_fini(&pictures.before);
    acd_grid_fini(&pictures.now);
    return 0;
}

/* Lines `first` and on in the rows from `top` to `bottom`; no two are alike. */
static void list(struct acd_grid *grid, int top, int bottom, int first)
{
    for (int y = top; y <= bottom; y++) {
        unsigned n = (unsigned)(first + y - top) * 2654435761u;
        acd_grid_printf(grid, acd_grid_row(0, y, W), ACD_STYLE_NORMAL, "%08x %08x %08x %08x", n,
                        n ^ n >> 7, n * 31, n ^ n >> 13);
    }
}

static unsigned differing(const struct acd_grid *a, const struct acd_grid *b)
{
    struct acd_run run = {0, 0, 0};
    unsigned cells = 0;
    while (acd_grid_diff(a, b, &run))
        cells += (unsigned)run.w;
    return cells;
}

static void a_list_that_went_up_is_found(void **state)
{
    struct pictures *p = *state;
    for (int rows = 1; rows < 12; rows++) {
        struct acd_scroll scroll = {0, 0, 0};
        acd_grid_clear(&p->before);
        acd_grid_clear(&p->now);
        list(&p->before, 5, 22, 100);
        list(&p->now, 5, 22, 100 + rows);
        assert_true(acd_scroll_find(&p->before, &p->now, &scroll));
        assert_int_equal(scroll.rows, rows);
        assert_int_equal(scroll.top, 5);
        assert_int_equal(scroll.bottom, 22);
        unsigned before = differing(&p->before, &p->now);
        acd_scroll_apply(&p->before, scroll, ACD_STYLE_NORMAL);
        assert_true(differing(&p->before, &p->now) < before);
        for (int x = 0; x < W; x++)
            assert_true(
                acd_grid_cell_equal(acd_grid_at(&p->before, x, 5), acd_grid_at(&p->now, x, 5)));
    }
}

static void what_stands_still_or_is_all_new_is_not_moved(void **state)
{
    struct pictures *p = *state;
    struct acd_scroll scroll;
    assert_false(acd_scroll_find(&p->before, &p->now, &scroll)); /* nothing at all */
    list(&p->before, 0, H - 1, 0);
    list(&p->now, 0, H - 1, 0);
    assert_false(acd_scroll_find(&p->before, &p->now, &scroll));
    acd_grid_text(&p->now, acd_grid_row(5, 3, 30), ACD_STYLE_BAD, "a change of one row");
    assert_false(acd_scroll_find(&p->before, &p->now, &scroll));
    acd_grid_clear(&p->now);
    list(&p->now, 0, H - 1, 5000);
    assert_false(acd_scroll_find(&p->before, &p->now, &scroll));
}

/* Rows as a list of events has them, six to a request. */
static void alike(struct acd_grid *grid, int first)
{
    static const char *const steps[] = {"the lookup in the first cache began",
                                        "evicted",
                                        "a timer of the whole request started and runs",
                                        "loaded 3",
                                        "the first token of many was sent to the client",
                                        "done"};
    acd_grid_clear(grid);
    for (int y = 0; y < H; y++)
        acd_grid_printf(grid, acd_grid_row(0, y, W), ACD_STYLE_NORMAL, "%s %d",
                        steps[(first + y) % 6], 100 + (first + y) / 6);
}

static void rows_that_are_alike_come_over_each_other(void **state)
{
    struct pictures *p = *state;
    struct acd_scroll scroll = {0, 0, 0};
    alike(&p->before, 0);
    alike(&p->now, 601); /* none of them stood there before */
    unsigned before = differing(&p->before, &p->now);
    assert_true(acd_scroll_find(&p->before, &p->now, &scroll));
    assert_int_equal(scroll.rows, 1);
    acd_scroll_apply(&p->before, scroll, ACD_STYLE_NORMAL);
    assert_true(differing(&p->before, &p->now) < before / 3);
    alike(&p->before, 0);
    alike(&p->now, 600); /* over each other as they are */
    assert_false(acd_scroll_find(&p->before, &p->now, &scroll));
}

/* A move that would cost more than it spares: a short line moves, long ones around it stay. */
static void a_move_that_spares_nothing_is_left_out(void **state)
{
    struct pictures *p = *state;
    struct acd_scroll scroll;
    list(&p->before, 0, 20, 0);
    list(&p->now, 0, 20, 0);
    acd_grid_fill(&p->before, (struct acd_rect){0, 21, W, 3}, ACD_STYLE_NORMAL);
    acd_grid_text(&p->before, acd_grid_row(0, 22, W), ACD_STYLE_NORMAL, "short");
    acd_grid_text(&p->now, acd_grid_row(0, 21, W), ACD_STYLE_NORMAL, "short");
    assert_false(acd_scroll_find(&p->before, &p->now, &scroll));
}

static void blanks_come_in_the_style_that_was_asked_for(void **state)
{
    struct pictures *p = *state;
    list(&p->before, 0, H - 1, 0);
    acd_scroll_apply(&p->before, (struct acd_scroll){2, 5, 2}, ACD_STYLE_BAD);
    for (int y = 4; y <= 5; y++)
        for (int x = 0; x < W; x++) {
            assert_int_equal(acd_grid_at(&p->before, x, y)->style, ACD_STYLE_BAD);
            assert_int_equal(acd_grid_at(&p->before, x, y)->text[0], ' ');
        }
    list(&p->now, 0, H - 1, 0);
    const int from[] = {0, 1, 4, 5, -1, -1, 6, 7};
    for (int y = 0; y < 8; y++)
        for (int x = 0; from[y] >= 0 && x < W; x++)
            assert_true(acd_grid_cell_equal(acd_grid_at(&p->before, x, y),
                                            acd_grid_at(&p->now, x, from[y])));
}

int main(void)
{
#define SCROLL_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        SCROLL_TEST(a_list_that_went_up_is_found),
        SCROLL_TEST(what_stands_still_or_is_all_new_is_not_moved),
        SCROLL_TEST(rows_that_are_alike_come_over_each_other),
        SCROLL_TEST(a_move_that_spares_nothing_is_left_out),
        SCROLL_TEST(blanks_come_in_the_style_that_was_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
