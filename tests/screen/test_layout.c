/* SPDX-License-Identifier: MIT */
/*
 * What holds for every screen at every size from 1x1 to 300x120, see tests/support/layout.h for which
 * sizes those are: nothing lies over anything, nothing leaves its part of the screen, no number is
 * cut, and what keys act upon stands out.  Scenes that do not stand for a screen are drawn at a third
 * of the sizes.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/layout.h"
#include "tests/support/scenes.h"
#include "tests/support/stage.h"
#include "tui/model/closeup.h"
#include "tui/model/roster.h"

static void for_each_scene(void (*check)(const struct acd_test_scene *scene))
{
    for (size_t i = 0; i < acd_test_scene_count; i++)
        check(&acd_test_scenes[i]);
    for (size_t i = 0; i < acd_test_near_scene_count; i++)
        check(&acd_test_near_scenes[i]);
    for (size_t i = 0; i < acd_test_hard_scene_count; i++)
        check(&acd_test_hard_scenes[i]);
}

/* ---------------------------------------------------------------- every size */

static bool is_tiny(const struct acd_grid *grid)
{
    return grid->w < ACD_VIEW_MIN_WIDTH || grid->h < ACD_VIEW_MIN_HEIGHT;
}

/* Is there anything that keys could act upon? */
static bool wants_focus(const struct acd_test_model *m)
{
    const struct acd_ui *ui = &m->ui;
    const struct acd_digest *d = &m->digest;
    if (ui->prompt != ACD_PROMPT_NONE)
        return true;
    switch (ui->view) {
    case ACD_VIEW_OVERVIEW: return d->timer_count + d->errors.count > 0;
    case ACD_VIEW_EVENTS: return ui->events.scrolled;
    case ACD_VIEW_CACHE: return d->cache_count > 0;
    case ACD_VIEW_TIMERS: return d->timer_count > 0;
    case ACD_VIEW_TIMER: return acd_runs_count(&m->closeup.runs) > 0;
    case ACD_VIEW_ERRORS: return d->errors.count > 0;
    case ACD_VIEW_ATTACH: return ui->roster->count > 0;
    default: return false;
    }
}

static bool row_has(const struct acd_grid *grid, int y, const char *word)
{
    char row[4 * 300 + 1];
    size_t used = 0;
    for (int x = 0; x < grid->w; x++) {
        const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
        assert_true(used + cell->len < sizeof row);
        memcpy(row + used, cell->text, cell->len);
        used += cell->len;
    }
    row[used] = '\0';
    return strstr(row, word) != NULL;
}

static bool has_heading(const struct acd_grid *grid, const char *heading, int *below)
{
    for (int y = *below + 1; y < grid->h; y++) {
        if (row_has(grid, y, heading)) {
            *below = y;
            return true;
        }
    }
    return false;
}

/* Both levels, what ends the program, and on the overview a bit of everything. */
static const char *missing_landmark(const struct acd_grid *grid, const struct acd_test_model *m)
{
    static const char *const headings[] = {"Cache ", "Timers", "Errors", "Events ("};
    bool covered = m->ui.prompt != ACD_PROMPT_NONE;
    int below = 0;
    if (grid->w >= ACD_VIEW_MIN_WIDTH && !(covered && grid->h < 14)) {
        if (!row_has(grid, 0, m->fleet.count ? "L" : "no server") || !row_has(grid, 0, "<="))
            return "its levels";
    }
    if (is_tiny(grid) || covered)
        return NULL;
    if (!m->ui.message[0] && !row_has(grid, grid->h - 1, "Quit"))
        return "the key that quits";
    for (size_t i = 0; m->ui.view == ACD_VIEW_OVERVIEW && grid->h >= 16 && i < 4; i++)
        if (!has_heading(grid, headings[i], &below))
            return headings[i];
    return NULL;
}

static void check_sizes(const struct acd_test_scene *made)
{
    struct acd_test_model m;
    struct acd_grid grid;
    struct acd_test_size size = {0, 0};
    acd_test_scene_make(&m, made);
    const struct acd_scene scene = acd_test_scene_of(&m);
    assert_int_equal(acd_grid_init(&grid, 1, 1, ACD_GLYPHS_ASCII), 0);
    while (acd_layout_next_size(&size)) {
        if (!made->chief && !getenv("ACD_TEST_ALL") && (size.w + size.h) % 3 != 0)
            continue;
        assert_int_equal(acd_grid_resize(&grid, size.w, size.h), 0);
        acd_test_settle(&m, size.w, size.h);
        const char *fault = acd_layout_draw(&grid, &scene);
        if (fault)
            fail_msg("%s %s", made->name, fault);
        if (missing_landmark(&grid, &m))
            fail_msg("%s %dx%d lacks %s", made->name, size.w, size.h, missing_landmark(&grid, &m));
        if (!is_tiny(&grid) && wants_focus(&m) && !acd_layout_has_focus(&grid))
            fail_msg("%s %dx%d shows nothing as selected", made->name, size.w, size.h);
    }
    acd_grid_fini(&grid);
    acd_test_model_fini(&m);
}

static void at_every_size_nothing_overlaps_and_focus_shows(void **state)
{
    (void)state;
    for_each_scene(check_sizes);
}

/* A screen's own drawing, without the clip that would hide it. */
static void check_frame(const struct acd_test_model *m, struct acd_grid *grid, int w, int h)
{
    const struct acd_rect at = {1, 1, w, h};
    const struct acd_scene scene = acd_test_scene_of(m);
    assert_int_equal(acd_grid_resize(grid, w + 2, h + 2), 0);
    acd_grid_fill(grid, acd_grid_rect(grid), ACD_STYLE_DIM);
    acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    acd_view_get(scene.ui->view)->draw(grid, at, &scene);
    for (int y = 0; y <= h + 1; y++) {
        for (int x = 0; x <= w + 1; x++) {
            const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
            bool inside = x > 0 && x <= w && y > 0 && y <= h;
            if (!inside && (cell->text[0] != ' ' || cell->style != ACD_STYLE_DIM))
                fail_msg("%dx%d drew at %d,%d", w, h, x - 1, y - 1);
        }
    }
}

static void check_frames(const struct acd_test_scene *made)
{
    struct acd_test_model m;
    struct acd_grid grid;
    acd_test_scene_make(&m, made);
    assert_int_equal(acd_grid_init(&grid, 1, 1, ACD_GLYPHS_BLOCKS), 0);
    for (int h = 1; h <= 120; h += h < 30 ? 1 : 15) {
        for (int w = 1 + h % 7; w <= 300; w += w < 100 ? 7 : 40) {
            acd_test_settle(&m, w, h + 2);
            check_frame(&m, &grid, w, h);
        }
    }
    acd_grid_fini(&grid);
    acd_test_model_fini(&m);
}

static void views_draw_inside_their_rectangle(void **state)
{
    (void)state;
    for_each_scene(check_frames);
}

/* What is cut in the middle, too: all names of the hard scenes are good UTF-8. */
static void no_character_is_cut_in_half(void **state)
{
    (void)state;
    for (size_t i = 0; i < acd_test_hard_scene_count; i++) {
        struct acd_test_model m;
        struct acd_grid grid;
        acd_test_scene_make(&m, &acd_test_hard_scenes[i]);
        for (int w = ACD_VIEW_MIN_WIDTH; w <= 200; w += 3) {
            assert_int_equal(acd_grid_init(&grid, w, 50, ACD_GLYPHS_BLOCKS), 0);
            acd_test_draw(&grid, &m);
            for (int y = 0; y < grid.h; y++)
                if (row_has(&grid, y, "\xe2\x9f\xa8")) /* opens the bytes of what is no UTF-8 */
                    fail_msg("%s %dx50 cuts a character in row %d", acd_test_hard_scenes[i].name, w,
                             y);
            acd_grid_fini(&grid);
        }
        acd_test_model_fini(&m);
    }
}

/* Its end says what to do. */
static void a_message_is_read_to_its_end_and_takes_no_row_more(void **state)
{
    (void)state;
    static const char *const messages[] = {
        "short end",
        "skipped '/var/lib/acdebug/rings-of-this-machine/a-server-1.acr': owner uid 1002, you are "
        "1000. Hint: run as that user end",
        "/a/path/of/thirty-five/letters/000 /a/path/of/thirty-five/letters/111 "
        "/a/path/of/thirty-five/letters/222 /a/path/of/thirty-five/letters/333 end"};
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct acd_test_model m;
        struct acd_grid grid;
        acd_test_scene_make(&m, &acd_test_hard_scenes[0]);
        for (int w = ACD_VIEW_MIN_WIDTH; w <= 140; w++) {
            assert_int_equal(acd_grid_init(&grid, w, 24, ACD_GLYPHS_ASCII), 0);
            m.ui.prompt = ACD_PROMPT_NONE;
            acd_ui_say(&m.ui, ACD_STYLE_WARN, "%s", messages[i]);
            acd_test_draw(&grid, &m);
            if (!row_has(&grid, 23, "end"))
                fail_msg("at %d columns '%s' has no end in the last row", w, messages[i]);
            acd_grid_fini(&grid);
        }
        acd_test_model_fini(&m);
    }
}

/* ---------------------------------------------------------------- does the watching work? */

static void draw_well(struct acd_grid *grid, const void *context)
{
    (void)context;
    acd_grid_text(grid, acd_grid_row(0, 0, 9), ACD_STYLE_NORMAL, "12,345");
    acd_grid_text(grid, acd_grid_row(7, 0, 9), ACD_STYLE_NORMAL, "a long text");
    acd_grid_hline(grid, acd_grid_row(0, 1, 20), ACD_STYLE_BORDER);
    acd_grid_text(grid, acd_grid_row(2, 1, 9), ACD_STYLE_TITLE, " title ");
}

static void draw_over(struct acd_grid *grid, const void *context)
{
    draw_well(grid, context);
    acd_grid_text_right(grid, acd_grid_row(0, 0, 8), ACD_STYLE_NORMAL, "xy");
}

static void draw_out(struct acd_grid *grid, const void *context)
{
    struct acd_rect before = acd_grid_clip(grid, acd_grid_row(0, 0, 10));
    (void)context;
    acd_grid_printf(grid, acd_grid_row(5, 0, 8), ACD_STYLE_NORMAL, "%s", "sixteen");
    grid->clip = before;
}

static void draw_cut(struct acd_grid *grid, const void *context)
{
    struct acd_rect at = acd_grid_row(0, 0, 4);
    (void)context;
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, "12,345");
}

static void draw_touching(struct acd_grid *grid, const void *context)
{
    (void)context;
    acd_grid_text_right(grid, acd_grid_row(0, 0, 6), ACD_STYLE_NORMAL, "3");
    acd_grid_text(grid, acd_grid_row(6, 0, 6), ACD_STYLE_NORMAL, "4ms");
}

static void what_is_drawn_wrongly_is_noticed(void **state)
{
    static const struct {
        void (*draw)(struct acd_grid *grid, const void *context);
        const char *fault;
    } wrongs[] = {{draw_over, "lies over another"},
                  {draw_out, "leaves its part"},
                  {draw_cut, "was cut"},
                  {draw_touching, "touches another"}};
    struct acd_grid grid;
    (void)state;
    assert_int_equal(acd_grid_init(&grid, 20, 2, ACD_GLYPHS_ASCII), 0);
    assert_null(acd_layout_watch(&grid, draw_well, NULL));
    assert_false(acd_layout_has_focus(&grid));
    for (size_t i = 0; i < sizeof wrongs / sizeof wrongs[0]; i++) {
        acd_grid_clear(&grid);
        const char *fault = acd_layout_watch(&grid, wrongs[i].draw, NULL);
        assert_non_null(fault);
        assert_non_null(strstr(fault, wrongs[i].fault));
    }
    acd_grid_restyle(&grid, acd_grid_row(0, 1, 20), ACD_STYLE_SELECTED);
    assert_true(acd_layout_has_focus(&grid));
    acd_grid_fini(&grid);
}

static void every_size_means_every_size(void **state)
{
    struct acd_test_size size = {0, 0}, last = {0, 0};
    unsigned small = 0;
    (void)state;
    for (; acd_layout_next_size(&size); last = size)
        small += size.w <= 100 && size.h <= 60;
    assert_int_equal(small, 100 * 60);
    assert_int_equal(last.w, 300);
    assert_int_equal(last.h, 120);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_every_size_nothing_overlaps_and_focus_shows),
        cmocka_unit_test(views_draw_inside_their_rectangle),
        cmocka_unit_test(no_character_is_cut_in_half),
        cmocka_unit_test(a_message_is_read_to_its_end_and_takes_no_row_more),
        cmocka_unit_test(what_is_drawn_wrongly_is_noticed),
        cmocka_unit_test(every_size_means_every_size),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    acd_test_scenes_fini();
    acd_test_hard_scenes_fini();
    return failed != 0;
}
