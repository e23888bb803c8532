/* SPDX-License-Identifier: MIT */
/*
 * The overview, see overview.h: shares out the rows among its panels.  Every panel gets its heading
 * and a few rows first; what is left goes to those that have more to show, and to the events.
 */
#include "config.h"

#include "tui/view/overview.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/advicelines.h"
#include "tui/view/eventlist.h"
#include "tui/view/panel.h"
#include "tui/view/widgets.h"

/* From this height on there are headings; below it, lines. */
#define HEADINGS_FROM 12
/* What a notice takes at most. */
#define NOTICE_ROWS 3

enum { CACHE, TIMERS, ERRORS, EVENTS, PANELS };

static const struct acd_panel *const panels[] = {&acd_panel_cache, &acd_panel_timers,
                                                 &acd_panel_errors};

/* Rows below the headings, in rounds: each panel gets so many, or what it wants, before the next
 * round begins.  After the last one, one row each in turn. */
static const size_t shares[][PANELS] = {{1, 3, 1, 2}, {3, 8, 2, 4}, {6, 16, 6, 8}};
#define ROUNDS (sizeof shares / sizeof shares[0])

const struct acd_sorting *acd_panel_sorting(const struct acd_ui *ui)
{
    switch (ui->view) {
    case ACD_VIEW_CACHE: return &acd_panel_cache_sorting;
    case ACD_VIEW_TIMERS: return &acd_panel_timers_sorting;
    case ACD_VIEW_ERRORS: return &acd_errorrow_sorting;
    case ACD_VIEW_OVERVIEW:
        return ui->in_errors ? &acd_errorrow_sorting : &acd_panel_timers_sorting;
    default: return NULL;
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Gives `left` rows out until nobody wants any more; events always do. */
static void share_out(size_t *rows, const size_t *wanted, size_t left)
{
    for (size_t round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < PANELS; i++) {
            size_t goal = least(wanted[i], shares[round][i]);
            size_t more = goal > rows[i] ? least(goal - rows[i], left) : 0;
            rows[i] += more;
            left -= more;
        }
    }
    while (left > 0) {
        size_t before = left;
        for (int i = 0; i < PANELS && left > 0; i++) {
            if (rows[i] < wanted[i]) {
                rows[i]++;
                left--;
            }
        }
        if (left == before)
            return;
    }
}

static void draw_events(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    static const struct acd_event_place newest = {.scrolled = false};
    acd_eventlist_heading(grid, acd_grid_row(at.x, at.y, at.w), scene, &newest);
    at.y++;
    at.h--;
    acd_eventlist_draw(grid, at, scene, &newest);
}

static void share_rows(size_t rows[PANELS], struct acd_rect at, const struct acd_scene *scene)
{
    size_t wanted[PANELS];
    for (int i = 0; i < EVENTS; i++)
        wanted[i] = panels[i]->rows(scene);
    wanted[EVENTS] = (size_t)at.h;
    share_out(rows, wanted, (size_t)at.h - PANELS);
}

/* Why lookups miss stands below the caches, if it is known. */
static int advice_rows(struct acd_rect at, const struct acd_scene *scene)
{
    at.h = 0;
    return acd_advicelines_one(NULL, at, scene);
}

static void draw_panels(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    size_t rows[PANELS] = {0};
    struct acd_rect shared = at;
    shared.h -= advice_rows(at, scene);
    share_rows(rows, shared, scene);
    int y = at.y;
    for (int i = 0; i < PANELS; i++) {
        struct acd_rect part = {at.x, y, at.w, (int)rows[i] + 1};
        if (i == TIMERS && shared.h < at.h)
            acd_advicelines_one(grid, acd_grid_row(at.x, part.y++, at.w), scene);
        if (i == EVENTS)
            draw_events(grid, part, scene);
        else
            panels[i]->draw(grid, part, scene);
        y = part.y + part.h;
    }
}

/* Few rows: one line a thing, the most important of each kind, then the newest events.  What is
 * selected is the first of its kind. */
static void draw_lines(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    static const struct acd_event_place newest = {.scrolled = false};
    const size_t most = at.h >= 8 ? 2 : 1;
    const int focus = scene->ui->in_errors ? ERRORS : TIMERS;
    for (int i = 0; i < EVENTS; i++) {
        size_t count = least(panels[i]->lines(scene), i == ERRORS ? 1 : most);
        for (size_t k = 0; k < count && at.h > 1; k++) {
            panels[i]->line(grid, acd_grid_row(at.x + 1, at.y, at.w - 1), scene, k);
            if (i == focus && k == 0)
                acd_grid_glyph(grid, at.x, at.y, ACD_STYLE_ACCENT, '>');
            at.y++;
            at.h--;
        }
    }
    acd_eventlist_draw(grid, at, scene, &newest);
}

/* What is wrong, before all else, and what helps. @return false: nothing is */
static bool notice_of(char *out, size_t size, const struct acd_scene *scene)
{
    const struct acd_server *one = acd_fleet_single(scene->fleet, scene->ui->selection, NULL);
    const char *notice = one && one->trouble[0] ? one->trouble : scene->fleet->notice;
    if (notice[0] && acd_fleet_all_detached(scene->fleet))
        snprintf(out, size, "%s Hint: %s, then %s on one of them", notice,
                 acd_view_key(scene, ACD_ACTION_SERVERS).s,
                 acd_view_key(scene, ACD_ACTION_ATTACH).s);
    else
        snprintf(out, size, "%s", notice);
    return out[0] != '\0';
}

/* What helps stands at its end: it gets a second and a third row where there are many. */
static int notice_rows(struct acd_rect at, const char *notice)
{
    int width = (int)acd_text_width(notice, strlen(notice), 0, SIZE_MAX);
    if (at.h < 2)
        return 0;
    if (width <= at.w || at.h < HEADINGS_FROM + NOTICE_ROWS)
        return 1;
    int rows = 1 + width / (at.w - at.w / 8); /* lines end between words */
    return rows < NOTICE_ROWS ? rows : NOTICE_ROWS;
}

int acd_overview_events_row(struct acd_rect at, const struct acd_scene *scene)
{
    size_t rows[PANELS] = {0};
    int y = at.y;
    char notice[600];
    if (notice_of(notice, sizeof notice, scene)) {
        int above = notice_rows(at, notice);
        at.h -= above;
        y += above;
    }
    if (at.h < HEADINGS_FROM)
        return at.y;
    int advice = advice_rows(at, scene);
    at.h -= advice;
    share_rows(rows, at, scene);
    for (int i = 0; i < EVENTS; i++)
        y += (int)rows[i] + 1;
    return y + advice;
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    char notice[600];
    if (notice_of(notice, sizeof notice, scene)) {
        int above = notice_rows(at, notice);
        acd_widgets_paragraph(grid, (struct acd_rect){at.x, at.y, at.w, above}, ACD_STYLE_WARN,
                              notice);
        at.y += above;
        at.h -= above;
    }
    if (at.h >= HEADINGS_FROM)
        draw_panels(grid, at, scene);
    else
        draw_lines(grid, at, scene);
}

const struct acd_view acd_overview_view = {ACD_VIEW_OVERVIEW, "overview", draw};
