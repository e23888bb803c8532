/* SPDX-License-Identifier: MIT */
/*
 * Golden screens of what is looked at from near: a cache, a timer, one request; and what holds for
 * them at any size.  See tests/support/golden.h for how to make the files anew.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/model.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"
#include "tui/app/numbers.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---------------------------------------------------------------- what is drawn */

/* What the loop does before it draws. */
static void settle(struct acd_test_model *m, int w, int h)
{
    struct acd_numbers numbers = {.source = m->source};
    struct acd_act act = {.ui = &m->ui,
                          .fleet = &m->fleet,
                          .digest = &m->digest,
                          .closeup = &m->closeup,
                          .numbers = &numbers};
    acd_act_settle(&act, acd_view_body(&m->ui, w, h));
}

static void cache(struct acd_test_model *m)
{
    acd_test_model_requests(m, acd_test_model_proxy(m));
    m->ui.view = ACD_VIEW_CACHE;
}

static void cache_below(struct acd_test_model *m)
{
    cache(m);
    strcpy(m->ui.cache.type, "kv");
}

static void many_caches_at_level_0(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_server(m, "quiet", 9);
    struct acd_control_state control = {.levels = 0, .acked = true};
    s->totals.cache = calloc(33, sizeof s->totals.cache[0]);
    assert_non_null(s->totals.cache);
    s->totals.cache_count = s->totals.cache_room = 33;
    for (unsigned i = 0; i < 33; i++) {
        struct acd_cache_total *c = &s->totals.cache[i];
        snprintf(c->type, sizeof c->type, "%s", i == 32 ? ACD_OTHER_NAME : "prefix");
        if (i < 32)
            snprintf(c->model, sizeof c->model, "model-%u", i);
        c->outcome[ACD_OUTCOME_HIT] = i;
        c->outcome[ACD_OUTCOME_MISS] = 2 * i;
        c->reason[ACD_REASON_COLD] = i;
        strcpy(c->reason_name[ACD_REASON_COLD], "cold");
    }
    acd_server_set_control(s, &control);
    m->ui.view = ACD_VIEW_CACHE;
    strcpy(m->ui.cache.type, "prefix");
    strcpy(m->ui.cache.model, "model-20");
}

static void no_caches(struct acd_test_model *m)
{
    acd_test_model_server(m, "quiet", 9);
    m->ui.view = ACD_VIEW_CACHE;
}

static void timers(struct acd_test_model *m)
{
    acd_test_model_requests(m, acd_test_model_proxy(m));
    m->ui.view = ACD_VIEW_TIMERS;
}

static void no_timers(struct acd_test_model *m)
{
    acd_test_model_server(m, "quiet", 9);
    m->ui.view = ACD_VIEW_TIMERS;
}

static void timer(struct acd_test_model *m)
{
    timers(m);
    m->ui.view = ACD_VIEW_TIMER;
    m->ui.run_index = 3;
}

static void timer_at_level_0(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    struct acd_control_state control = {.levels = 0, .acked = true};
    acd_server_set_control(s, &control);
    m->ui.view = ACD_VIEW_TIMER;
}

/* As if it had been chosen in the list. */
static void choose(struct acd_test_model *m, uint64_t id)
{
    acd_test_model_renew(m);
    settle(m, 80, 24);
    m->ui.view = ACD_VIEW_RUN;
    m->ui.run = (struct acd_run_id){0, id};
}

static void run_that_ended(struct acd_test_model *m)
{
    timer(m);
    choose(m, ACD_TEST_RUN_SLOW);
}

static void run_that_failed(struct acd_test_model *m)
{
    timer(m);
    choose(m, ACD_TEST_RUN_FAILED);
}

static void run_that_runs(struct acd_test_model *m)
{
    timer(m);
    choose(m, ACD_TEST_RUN_RUNNING + 1);
}

static void run_without_events(struct acd_test_model *m)
{
    timer_at_level_0(m);
    choose(m, ACD_TEST_RUN_RUNNING + 1);
}

static const struct screen {
    const char *name;
    void (*make)(struct acd_test_model *model);
} screens[] = {
    {"cache", cache},
    {"cache-below", cache_below},
    {"many-caches-at-level-0", many_caches_at_level_0},
    {"no-caches", no_caches},
    {"timers", timers},
    {"no-timers", no_timers},
    {"timer", timer},
    {"timer-at-level-0", timer_at_level_0},
    {"run-that-ended", run_that_ended},
    {"run-that-failed", run_that_failed},
    {"run-that-runs", run_that_runs},
    {"run-without-events", run_without_events},
};

static const struct {
    int w, h;
} sizes[] = {{40, 8}, {80, 24}, {200, 60}};

static struct acd_scene scene_of(const struct acd_test_model *m)
{
    return (struct acd_scene){&m->fleet, &m->digest, &m->ui, acd_actions_table, acd_actions_count};
}

static void make(struct acd_test_model *m, const struct screen *screen)
{
    acd_test_model_init(m);
    screen->make(m);
    acd_test_model_renew(m);
}

static void check_screen(const struct screen *screen, enum acd_glyphs glyphs)
{
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct acd_test_model m;
        struct acd_grid grid;
        make(&m, screen);
        struct acd_scene scene = scene_of(&m);
        assert_int_equal(acd_grid_init(&grid, sizes[i].w, sizes[i].h, glyphs), 0);
        settle(&m, sizes[i].w, sizes[i].h);
        acd_view_draw(&grid, &scene);
        acd_golden_compare(screen->name, &grid);
        acd_grid_fini(&grid);
        acd_test_model_fini(&m);
    }
}

static void near_screens_look_as_they_did(void **state)
{
    (void)state;
    /* What draws with more than letters, in UTF-8 too. */
    static const char *const pictures[] = {"cache", "timers", "timer", "run-that-runs"};
    for (size_t i = 0; i < COUNT(screens); i++) {
        check_screen(&screens[i], ACD_GLYPHS_ASCII);
        for (size_t k = 0; k < COUNT(pictures); k++)
            if (strcmp(screens[i].name, pictures[k]) == 0)
                check_screen(&screens[i], ACD_GLYPHS_BLOCKS);
    }
}

/* ---------------------------------------------------------------- what holds at any size */

/* A digit before an ellipsis is another number. What may be cut are ids, in the heading of a run, and
 * the texts of events below it. */
static void check_numbers(const struct screen *screen, const struct acd_grid *grid,
                          enum acd_view_id view)
{
    int first = view == ACD_VIEW_RUN ? 2 : 1, end = view == ACD_VIEW_RUN ? 8 : grid->h;
    for (int y = first; y < end && y < grid->h; y++) {
        for (int x = 1; x < grid->w; x++) {
            char left = acd_grid_at(grid, x - 1, y)->text[0];
            if (acd_grid_at(grid, x, y)->text[0] == '~' && left >= '0' && left <= '9')
                fail_msg("%s %dx%d cuts a number at %d,%d", screen->name, grid->w, grid->h, x, y);
        }
    }
}

/* Around the part that a view draws into, nothing changes. */
static void check_frame(const struct acd_scene *scene, struct acd_grid *grid, int w, int h)
{
    const struct acd_rect at = {1, 1, w, h};
    assert_int_equal(acd_grid_resize(grid, w + 2, h + 2), 0);
    acd_grid_fill(grid, acd_grid_rect(grid), ACD_STYLE_DIM);
    acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    acd_view_get(scene->ui->view)->draw(grid, at, scene);
    for (int x = 0; x <= w + 1; x++) {
        assert_int_equal(acd_grid_at(grid, x, 0)->style, ACD_STYLE_DIM);
        assert_int_equal(acd_grid_at(grid, x, h + 1)->style, ACD_STYLE_DIM);
    }
    for (int y = 0; y <= h + 1; y++) {
        assert_int_equal(acd_grid_at(grid, 0, y)->style, ACD_STYLE_DIM);
        assert_int_equal(acd_grid_at(grid, w + 1, y)->style, ACD_STYLE_DIM);
    }
}

static void they_hold_to_their_frame_and_cut_no_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct acd_test_model m;
        struct acd_grid grid, framed;
        make(&m, &screens[i]);
        struct acd_scene scene = scene_of(&m);
        assert_int_equal(acd_grid_init(&grid, 1, 1, ACD_GLYPHS_ASCII), 0);
        assert_int_equal(acd_grid_init(&framed, 1, 1, ACD_GLYPHS_BLOCKS), 0);
        for (int h = 1; h <= 120; h += h < 25 ? 1 : 19) {
            for (int w = 1 + h % 3; w <= 300; w += w < 100 ? 3 : 40) {
                assert_int_equal(acd_grid_resize(&grid, w, h), 0);
                settle(&m, w, h);
                acd_view_draw(&grid, &scene);
                if (w >= ACD_VIEW_MIN_WIDTH && h >= ACD_VIEW_MIN_HEIGHT)
                    check_numbers(&screens[i], &grid, m.ui.view);
                if ((w + h) % 2 == 0)
                    check_frame(&scene, &framed, w, h);
            }
        }
        acd_grid_fini(&grid);
        acd_grid_fini(&framed);
        acd_test_model_fini(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_screens_look_as_they_did),
        cmocka_unit_test(they_hold_to_their_frame_and_cut_no_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
