/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: what a model made by hand looks like, compared with text files in golden/; see
 * tests/support/golden.h for how to make them anew.
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
#include "tui/model/roster.h"

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

/* A sentence that does not fit on a line. */
static void refused(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    acd_ui_say(&m->ui, ACD_STYLE_ERROR,
               "there is no file '/var/tmp/llm-proxy/anyclaude-debug-1773489598000-x1y2z3.json' "
               "(any more)");
}

static void nobody(struct acd_test_model *m)
{
    snprintf(m->fleet.notice, sizeof m->fleet.notice,
             "No server yet: waiting for one to start in /dev/shm/acdebug-1000.");
}

static void proxy(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
}

static void dead(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    acd_server_set_liveness(s, ACD_LIVENESS_DEAD, ACD_TEST_NOW - 12 * ACD_TEST_SECOND);
}

static void ended(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    acd_server_set_liveness(s, ACD_LIVENESS_CLOSED, ACD_TEST_NOW - 90 * ACD_TEST_SECOND);
}

static void shrunk(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    snprintf(s->trouble, sizeof s->trouble,
             "ring 'srv-812' shrank from 4194304 to 0 bytes; detached, 18,201 events kept");
}

static void asked(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    struct acd_control_state c = s->control;
    c.levels = acd_levels_all(3);
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 58 * ACD_TEST_SECOND;
    acd_server_set_control(s, &c);
}

static void leased(struct acd_test_model *m)
{
    asked(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.acked = true;
    acd_server_set_control(m->fleet.server[0], &c);
    m->ui.filter.level = 1;
}

static void question(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.prompt = ACD_PROMPT_LEVEL;
    m->ui.prompt_level = 3;
    m->ui.prompt_choice = ACD_LEASE_USUAL;
    m->ui.prompt_choices = ACD_LEASES;
    snprintf(m->ui.prompt_whom, sizeof m->ui.prompt_whom, "llm-proxy[4121]");
}

static void question_at_exit(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.prompt = ACD_PROMPT_EXIT;
    m->ui.prompt_choice = 1;
    m->ui.prompt_choices = 2;
    snprintf(m->ui.prompt_whom, sizeof m->ui.prompt_whom,
             "llm-proxy[4121]: 3 trace, was 1 basic, 2 more");
}

static void raised(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    struct acd_control_state c = s->control;
    c.levels = acd_levels_all(3);
    c.acked = true;
    snprintf(c.who, sizeof c.who, "ada@gpu-1 (acdebug-top)");
    acd_server_set_control(s, &c);
}

static void raised_for_a_while(struct acd_test_model *m)
{
    raised(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 58 * ACD_TEST_SECOND;
    acd_server_set_control(m->fleet.server[0], &c);
}

static void raised_until_quit(struct acd_test_model *m)
{
    static struct acd_raised_row row;
    static const struct acd_raised ours = {&row, 1, 1};
    raised(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 100 * ACD_TEST_SECOND;
    acd_server_set_control(m->fleet.server[0], &c);
    row = (struct acd_raised_row){0, acd_levels_all(2), acd_levels_all(3), acd_levels_all(2),
                                  ACD_RAISED_UNTIL_QUIT};
    m->ui.raised = &ours;
}

static void several(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    struct acd_server *s = acd_test_model_server(m, "embedder", 77);
    struct acd_control_state c = {.levels = acd_levels_all(0), .acked = true};
    acd_server_set_control(s, &c);
    acd_test_model_events(m, s);
}

static void paused(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    m->ui.paused = true;
    m->ui.paused_at = acd_store_next(m->fleet.store);
    acd_test_model_logs(m, s, 900, 1);
}

static void events(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_proxy(m);
    acd_test_model_logs(m, s, 3, 10);
    m->ui.view = ACD_VIEW_EVENTS;
}

static void scrolled(struct acd_test_model *m)
{
    events(m);
    acd_test_model_logs(m, m->fleet.server[0], 500, 1);
    m->ui.events = (struct acd_event_place){true, 8, 8};
}

static void events_of_several(struct acd_test_model *m)
{
    several(m);
    m->ui.view = ACD_VIEW_EVENTS;
}

static void events_at_level_0(struct acd_test_model *m)
{
    struct acd_server *s = acd_test_model_server(m, "quiet", 9);
    struct acd_control_state c = {.levels = acd_levels_all(0), .acked = true};
    acd_server_set_control(s, &c);
    m->ui.view = ACD_VIEW_EVENTS;
}

static void errors(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.view = ACD_VIEW_ERRORS;
}

static void errors_of_many_kinds(struct acd_test_model *m)
{
    acd_test_model_failures(m, acd_test_model_server(m, "llm-proxy", 4121), 26);
    acd_test_model_renew(m);
    m->ui.view = ACD_VIEW_ERRORS;
    m->ui.error_group = m->digest.errors.hash[15];
}

static void no_errors(struct acd_test_model *m)
{
    acd_test_model_server(m, "quiet", 9);
    m->ui.view = ACD_VIEW_ERRORS;
}

static void error_chosen(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    acd_test_model_renew(m);
    m->ui.in_errors = true;
    m->ui.error_group = m->digest.errors.hash[1];
}

static struct acd_roster roster;

static struct acd_roster_row *ring(const char *app, uint32_t pid, enum acd_roster_state row_state,
                                   enum acd_liveness liveness)
{
    struct acd_roster_row *row = acd_roster_add(&roster);
    assert_non_null(row);
    row->state = row_state;
    row->liveness = liveness;
    snprintf(row->app, sizeof row->app, "%s", app);
    snprintf(row->host, sizeof row->host, "gpu-1");
    snprintf(row->ring, sizeof row->ring, "%s.%x.acr", app, pid);
    row->pid = pid;
    row->major = 1;
    row->opened_ns = ACD_TEST_NOW - (2 * 3600 + 13 * 60) * ACD_TEST_SECOND;
    row->file_bytes = UINT64_C(26) << 20;
    row->serial = roster.count;
    row->id = acd_roster_id(row->ring, pid);
    return row;
}

static void skip_file(const char *file, const char *why)
{
    struct acd_roster_row *row = ring("", 0, ACD_ROSTER_SKIPPED, ACD_LIVENESS_UNKNOWN);
    snprintf(row->ring, sizeof row->ring, "%s", file);
    snprintf(row->why, sizeof row->why, "%s", why);
    row->id = acd_roster_id(file, 0);
}

static void servers(struct acd_test_model *m)
{
    acd_roster_clear(&roster);
    several(m);
    struct acd_control_state c = m->fleet.server[0]->control;
    c.levels = acd_levels_all(3);
    c.leased = true;
    c.lease_until_realtime_ns = ACD_TEST_NOW + 58 * ACD_TEST_SECOND;
    acd_server_set_control(m->fleet.server[0], &c);
    m->fleet.server[0]->behind = 1204;
    m->fleet.server[1]->detached = true;
    snprintf(m->fleet.server[0]->control.who, sizeof m->fleet.server[0]->control.who,
             "ada@gpu-1 (acdebug-top)");
    snprintf(roster.directory, sizeof roster.directory, "/dev/shm/acdebug-1000");
    ring("llm-proxy", 4121, ACD_ROSTER_SHOWN, ACD_LIVENESS_ALIVE)->server = 0;
    ring("embedder", 77, ACD_ROSTER_HIDDEN, ACD_LIVENESS_ALIVE)->server = 1;
    ring("worker", 4200, ACD_ROSTER_HIDDEN, ACD_LIVENESS_UNKNOWN)->parent_pid = 4121;
    ring("llm-proxy", 3999, ACD_ROSTER_HIDDEN, ACD_LIVENESS_DEAD);
    ring("batch", 3100, ACD_ROSTER_HIDDEN, ACD_LIVENESS_CLOSED);
    skip_file("srv-812.1.acr", "ring 'srv-812.1.acr' uses format 3.1, this viewer reads 1.x. Hint: "
                               "upgrade acdebug-top. Other rings stay visible.");
    skip_file("srv-9.2.acr", "skipped '/dev/shm/acdebug-1000/srv-9.2.acr': owner uid 1002, you are "
                             "1000. Hint: run as that user");
    skip_file("x.3.acr",
              "'x.3.acr' is not an acdebug ring (magic 7f454c46). Hint: acdebug-top list");
    acd_roster_sort(&roster);
    m->ui.roster = &roster;
    m->ui.view = ACD_VIEW_ATTACH;
    m->ui.ring = acd_roster_id("llm-proxy.1019.acr", 4121);
}

static void server_skipped(struct acd_test_model *m)
{
    servers(m);
    m->ui.ring = acd_roster_id("srv-9.2.acr", 0);
}

static void server_left_out(struct acd_test_model *m)
{
    servers(m);
    m->ui.ring = acd_roster_id("worker.1068.acr", 4200);
}

static void servers_of_a_lost_directory(struct acd_test_model *m)
{
    servers(m);
    snprintf(roster.notice, sizeof roster.notice,
             "ring directory '/dev/shm/acdebug-1000' has mode 0755, it must be 0700. Hint: chmod "
             "700 '/dev/shm/acdebug-1000'");
}

static void no_servers(struct acd_test_model *m)
{
    acd_roster_clear(&roster);
    nobody(m);
    snprintf(roster.notice, sizeof roster.notice,
             "ring directory '/dev/shm/acdebug-1000' has mode 0755, it must be 0700. Hint: chmod "
             "700 '/dev/shm/acdebug-1000'");
    m->ui.roster = &roster;
    m->ui.view = ACD_VIEW_ATTACH;
}

static void help(struct acd_test_model *m)
{
    acd_test_model_proxy(m);
    m->ui.view = ACD_VIEW_HELP;
}

static const struct screen {
    const char *name;
    void (*make)(struct acd_test_model *model);
} screens[] = {
    {"nobody", nobody},
    {"proxy", proxy},
    {"refused", refused},
    {"dead", dead},
    {"ended", ended},
    {"shrunk", shrunk},
    {"asked", asked},
    {"leased", leased},
    {"question", question},
    {"question-at-exit", question_at_exit},
    {"raised", raised},
    {"raised-for-a-while", raised_for_a_while},
    {"raised-until-quit", raised_until_quit},
    {"several", several},
    {"paused", paused},
    {"events", events},
    {"scrolled", scrolled},
    {"events-of-several", events_of_several},
    {"events-at-level-0", events_at_level_0},
    {"errors", errors},
    {"errors-many", errors_of_many_kinds},
    {"errors-none", no_errors},
    {"error-chosen", error_chosen},
    {"servers", servers},
    {"server-skipped", server_skipped},
    {"server-left-out", server_left_out},
    {"servers-directory", servers_of_a_lost_directory},
    {"servers-none", no_servers},
    {"help", help},
};

static const struct {
    int w, h;
} sizes[] = {{40, 8}, {80, 24}, {200, 60}};

/* ---------------------------------------------------------------- drawing */

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

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++)
        check_screen(&screens[i], ACD_GLYPHS_ASCII);
    /* What draws with more than letters, in UTF-8 too. */
    static const char *const pictures[] = {"proxy", "question", "errors-many", "servers"};
    for (size_t i = 0; i < COUNT(screens); i++)
        for (size_t k = 0; k < COUNT(pictures); k++)
            if (strcmp(screens[i].name, pictures[k]) == 0)
                check_screen(&screens[i], ACD_GLYPHS_BLOCKS);
}

/* ---------------------------------------------------------------- what holds at any size */

static void the_same_model_draws_the_same_screen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct acd_test_model m;
        struct acd_grid first, second;
        struct acd_run run = {0};
        make(&m, &screens[i]);
        struct acd_scene scene = scene_of(&m);
        assert_int_equal(acd_grid_init(&first, 80, 24, ACD_GLYPHS_BLOCKS), 0);
        assert_int_equal(acd_grid_init(&second, 80, 24, ACD_GLYPHS_BLOCKS), 0);
        acd_view_draw(&first, &scene);
        acd_grid_fill(&second, acd_grid_rect(&second), ACD_STYLE_BAD);
        acd_view_draw(&second, &scene);
        assert_false(acd_grid_diff(&first, &second, &run));
        acd_grid_fini(&first);
        acd_grid_fini(&second);
        acd_test_model_fini(&m);
    }
}

/* Draws into a part of a larger grid, whose rest must stay as it was. */
static void check_inside(const struct acd_scene *scene, struct acd_grid *grid, int w, int h)
{
    const struct acd_rect at = {3, 2, w, h};
    acd_grid_clear(grid);
    for (int y = 0; y < grid->h; y++)
        for (int x = 0; x < grid->w; x++)
            acd_grid_glyph(grid, x, y, ACD_STYLE_DIM, '#');
    acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    acd_view_get(scene->ui->view)->draw(grid, at, scene);
    for (int y = 0; y < grid->h; y++) {
        for (int x = 0; x < grid->w; x++) {
            bool inside = x >= at.x && x < at.x + w && y >= at.y && y < at.y + h;
            const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
            if (!inside && (cell->text[0] != '#' || cell->style != ACD_STYLE_DIM))
                fail_msg("%dx%d drew at %d,%d", w, h, x - at.x, y - at.y);
        }
    }
}

static void views_draw_inside_their_rectangle(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct acd_test_model m;
        struct acd_grid grid;
        make(&m, &screens[i]);
        struct acd_scene scene = scene_of(&m);
        assert_int_equal(acd_grid_init(&grid, 130, 56, ACD_GLYPHS_BLOCKS), 0);
        for (int h = 1; h <= 48; h += h < 30 ? 1 : 6)
            for (int w = 1; w <= 120; w += w < 90 ? 3 : 10)
                check_inside(&scene, &grid, w, h);
        acd_grid_fini(&grid);
        acd_test_model_fini(&m);
    }
}

static bool row_has(const struct acd_grid *grid, int y, const char *word)
{
    char row[1100];
    size_t used = 0;
    for (int x = 0; x < grid->w && used + 16 < sizeof row; x++) {
        const struct acd_grid_cell *cell = acd_grid_at(grid, x, y);
        memcpy(row + used, cell->text, cell->len);
        used += cell->len;
    }
    row[used] = '\0';
    return strstr(row, word) != NULL;
}

static void check_landmarks(const struct acd_grid *grid, const struct acd_test_model *m)
{
    bool tiny = grid->w < ACD_VIEW_MIN_WIDTH || grid->h < ACD_VIEW_MIN_HEIGHT;
    bool covered = m->ui.prompt != ACD_PROMPT_NONE && grid->h < 14;
    if (grid->w >= ACD_VIEW_MIN_WIDTH && !covered) {
        /* Both levels are always there. */
        assert_true(row_has(grid, 0, m->fleet.count ? "L" : "no server"));
        assert_true(row_has(grid, 0, "<="));
    }
    for (int y = 1; tiny && y < grid->h; y++)
        for (int x = 0; x < grid->w; x++)
            assert_true(acd_grid_at(grid, x, y)->text[0] == ' ');
    if (!tiny && !covered && !m->ui.message[0])
        assert_true(row_has(grid, grid->h - 1, "Quit"));
    if (!tiny && grid->h >= 16 && m->ui.view == ACD_VIEW_OVERVIEW &&
        m->ui.prompt == ACD_PROMPT_NONE) {
        const char *headings[] = {"Cache ", "Timers", "Errors", "Events ("};
        int last = 0;
        for (size_t i = 0; i < COUNT(headings); i++) {
            int y = last + 1;
            while (y < grid->h && !row_has(grid, y, headings[i]))
                y++;
            assert_true(y < grid->h);
            last = y;
        }
    }
}

static void every_size_keeps_its_landmarks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(screens); i++) {
        struct acd_test_model m;
        struct acd_grid grid;
        make(&m, &screens[i]);
        struct acd_scene scene = scene_of(&m);
        assert_int_equal(acd_grid_init(&grid, 1, 1, ACD_GLYPHS_ASCII), 0);
        for (int h = 1; h <= 50; h += h < 26 ? 1 : 4) {
            for (int w = 1; w <= 120; w += w < 84 ? 1 : 6) {
                assert_int_equal(acd_grid_resize(&grid, w, h), 0);
                settle(&m, w, h);
                acd_view_draw(&grid, &scene);
                check_landmarks(&grid, &m);
            }
        }
        acd_grid_fini(&grid);
        acd_test_model_fini(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(the_same_model_draws_the_same_screen),
        cmocka_unit_test(views_draw_inside_their_rectangle),
        cmocka_unit_test(every_size_keeps_its_landmarks),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    acd_roster_fini(&roster);
    return failed != 0;
}
