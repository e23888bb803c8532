/* SPDX-License-Identifier: MIT */
/* Requests in a timer, see runlist.h. */
#include "config.h"

#include "tui/view/runlist.h"

#include <inttypes.h>
#include <stdio.h>

#include "tui/model/closeup.h"
#include "tui/view/columns.h"
#include "tui/view/eventtext.h"
#include "tui/view/list.h"
#include "tui/view/widgets.h"

enum {
    COLUMN_TIME,
    COLUMN_OVER,
    COLUMN_HOW,
    COLUMN_STARTED,
    COLUMN_REQUEST,
    COLUMN_SERVER,
    COLUMN_THREAD,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_TIME] = {"time", 6, 6, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_OVER] = {"", 1, 1, 0, 0, ACD_ALIGN_LEFT},
    [COLUMN_HOW] = {"", 20, 60, 3, 0, ACD_ALIGN_LEFT},
    [COLUMN_STARTED] = {"started", 12, 12, 0, 2, ACD_ALIGN_LEFT},
    [COLUMN_REQUEST] = {"request", 8, 40, 2, 1, ACD_ALIGN_LEFT},
    [COLUMN_SERVER] = {"server", 12, 24, 1, 4, ACD_ALIGN_LEFT},
    [COLUMN_THREAD] = {"thread", 8, 10, 0, 5, ACD_ALIGN_RIGHT},
};

static void how(char *out, size_t size, const struct acd_timer_run *run)
{
    switch (run->state) {
    case ACD_RUN_RUNNING:
        snprintf(out, size, run->at[0] ? "running, after %s" : "running", run->at);
        break;
    case ACD_RUN_FAILED: snprintf(out, size, run->at[0] ? "failed: %s" : "failed", run->at); break;
    case ACD_RUN_ENDED:
    case ACD_RUN_LOST: snprintf(out, size, "ended"); break;
    }
}

static enum acd_style style_of(const struct acd_timer_run *run)
{
    return run->state == ACD_RUN_RUNNING  ? ACD_STYLE_ACCENT
           : run->state == ACD_RUN_FAILED ? ACD_STYLE_ERROR
                                          : ACD_STYLE_NORMAL;
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_scene *scene, const struct acd_timer_run *run)
{
    const struct acd_runs *runs = &scene->ui->closeup->runs;
    const struct acd_server *server = acd_fleet_at(scene->fleet, run->id.server);
    bool over =
        runs->quantiles.count > 0 && acd_quantile_exceeds(run->elapsed_ns, runs->quantiles.p95_ns);
    char text[200];
    acd_columns_text(grid, layout, COLUMN_TIME, over ? ACD_STYLE_WARN : ACD_STYLE_VALUE,
                     acd_text_duration_ns(run->elapsed_ns).s);
    if (over)
        acd_columns_text(grid, layout, COLUMN_OVER, ACD_STYLE_WARN, "!");
    how(text, sizeof text, run);
    acd_columns_text(grid, layout, COLUMN_HOW, style_of(run), text);
    acd_columns_text(
        grid, layout, COLUMN_STARTED, ACD_STYLE_DIM,
        acd_eventtext_time(run->start_ns, scene->ui->now_ns, scene->ui->utc_offset_s).s);
    acd_columns_text(grid, layout, COLUMN_REQUEST, ACD_STYLE_NORMAL,
                     run->request[0] ? run->request : acd_text_none(grid->glyphs));
    snprintf(text, sizeof text, "%s[%" PRIu32 "]", server ? server->app : "gone",
             server ? server->pid : 0);
    acd_columns_text(grid, layout, COLUMN_SERVER, ACD_STYLE_DIM, text);
    snprintf(text, sizeof text, "%" PRIu32, run->thread);
    acd_columns_text(grid, layout, COLUMN_THREAD, ACD_STYLE_DIM, text);
}

/* Ends are events: why there are none. */
static void draw_why_none(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_server *one = acd_fleet_single(scene->fleet, scene->ui->selection, NULL);
    unsigned level = one ? acd_levels_get(one->acked_levels, ACD_CATEGORY_TIMER) : 3;
    if (level >= 2)
        acd_grid_text(grid, at, ACD_STYLE_DIM, " No end of this timer in the events kept.");
    else
        acd_grid_printf(grid, at, ACD_STYLE_DIM, " Ends recorded from L2 on; now L%u %s.", level,
                        acd_level_name(level));
}

static void title_of(char *out, size_t size, const struct acd_runs *runs)
{
    if (runs->running_count > 0 && runs->slowest_count > 0)
        snprintf(out, size, "%zu running, then the slowest kept", runs->running_count);
    else if (runs->running_count > 0)
        snprintf(out, size, "%zu running", runs->running_count);
    else
        snprintf(out, size, "the slowest kept");
}

void acd_runlist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                      size_t selected)
{
    const struct acd_runs *runs = &scene->ui->closeup->runs;
    struct acd_columns layout;
    struct acd_column titled[COLUMN_COUNT];
    char title[64];
    size_t count = acd_runs_count(runs), height = at.h > 1 ? (size_t)at.h - 1 : 0;
    struct acd_list list = acd_list_around(count, height, selected < count ? selected : 0);
    title_of(title, sizeof title, runs);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        titled[i] = columns[i];
    titled[COLUMN_HOW].title = title;
    acd_columns_layout(&layout, titled, scene->fleet->count > 1 ? COLUMN_COUNT : COLUMN_SERVER,
                       (struct acd_rect){at.x + 1, at.y, at.w - 2, at.h});
    if (at.h > 0)
        acd_columns_header(grid, &layout);
    if (runs->slowest_count == 0 && count < height)
        draw_why_none(grid, acd_grid_row(at.x, at.y + 1 + (int)count, at.w), scene);
    for (size_t i = list.top; i < count && i < list.top + height; i++) {
        layout.y++;
        draw_row(grid, &layout, scene, acd_runs_at(runs, i));
        if (i == selected)
            acd_grid_glyph(grid, at.x, layout.y, ACD_STYLE_NORMAL, '>');
        if (i == selected)
            acd_grid_restyle(grid, acd_grid_row(at.x, layout.y, at.w - 1), ACD_STYLE_SELECTED);
    }
    if (height > 0)
        acd_widgets_scrollbar(grid, (struct acd_rect){at.x + at.w - 1, at.y + 1, 1, (int)height},
                              list.top, count);
}
