/* SPDX-License-Identifier: MIT */
/* The waterfall, see run.h. */
#include "config.h"

#include "tui/view/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/closeup.h"
#include "tui/view/columns.h"
#include "tui/view/eventlist.h"
#include "tui/view/eventtext.h"
#include "tui/view/widgets.h"

#define SECOND UINT64_C(1000000000)
#define TICK_LEAST 9     /* columns */
#define RELATED_LEAST 3  /* rows */
#define REQUEST_LEAST 16 /* columns of an id that is cut */

enum { COLUMN_NAME, COLUMN_OFFSET, COLUMN_TIME, COLUMN_OVER, COLUMN_P95, COLUMN_BAR, COLUMN_COUNT };

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"to checkpoint", 14, 40, 2, 0, ACD_ALIGN_LEFT},
    [COLUMN_OFFSET] = {"from", 6, 6, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_TIME] = {"time", 6, 6, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_OVER] = {"", 1, 1, 0, 0, ACD_ALIGN_LEFT},
    [COLUMN_P95] = {"p95", 6, 6, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_BAR] = {"", 12, 0, 4, 0, ACD_ALIGN_LEFT},
};

uint64_t acd_run_axis(uint64_t elapsed_ns, uint64_t p95_ns, bool running)
{
    uint64_t axis = p95_ns > 0 ? p95_ns : SECOND;
    if (!running)
        return elapsed_ns > 0 ? elapsed_ns : 1;
    while (axis < elapsed_ns && axis < UINT64_MAX / 4)
        axis *= 2;
    return axis;
}

/* ---------------------------------------------------------------- steps */

static void name_of(char *out, size_t size, const struct acd_step *step,
                    const struct acd_waterfall *w)
{
    switch (step->kind) {
    case ACD_STEP_DONE: snprintf(out, size, " %s", step->label); break;
    case ACD_STEP_OPEN: snprintf(out, size, " (running)"); break;
    case ACD_STEP_REST:
        snprintf(out, size, w->run.state == ACD_RUN_FAILED ? " (to failure)" : " (to the end)");
        break;
    case ACD_STEP_UNSEEN:
        snprintf(out, size, step->label[0] ? " %s (unseen)" : " (unseen)", step->label);
        break;
    case ACD_STEP_MORE: snprintf(out, size, " (%s more)", step->label); break;
    }
}

static enum acd_style style_of(const struct acd_step *step, const struct acd_waterfall *w)
{
    switch (step->kind) {
    case ACD_STEP_OPEN: return ACD_STYLE_ACCENT;
    case ACD_STEP_REST: return w->run.state == ACD_RUN_FAILED ? ACD_STYLE_ERROR : ACD_STYLE_BAR;
    case ACD_STEP_UNSEEN: return ACD_STYLE_DIM;
    default: return step->over ? ACD_STYLE_WARN : ACD_STYLE_BAR;
    }
}

static struct acd_span span_of(const struct acd_step *step, uint64_t axis)
{
    return (struct acd_span){step->from_ns, step->to_ns, axis,
                             step->kind == ACD_STEP_UNSEEN ? ACD_SPAN_FAINT
                             : step->kind == ACD_STEP_OPEN ? ACD_SPAN_OPEN
                                                           : ACD_SPAN_SOLID};
}

static void draw_step(struct acd_grid *grid, const struct acd_columns *layout,
                      const struct acd_waterfall *w, const struct acd_step *step, uint64_t axis)
{
    char name[96];
    enum acd_style style = style_of(step, w);
    name_of(name, sizeof name, step, w);
    acd_columns_text(grid, layout, COLUMN_NAME,
                     step->kind == ACD_STEP_DONE ? ACD_STYLE_NORMAL : style, name);
    acd_columns_text(grid, layout, COLUMN_OFFSET, ACD_STYLE_DIM,
                     acd_text_duration_ns(step->from_ns).s);
    acd_columns_text(grid, layout, COLUMN_TIME, step->over ? ACD_STYLE_WARN : ACD_STYLE_VALUE,
                     acd_text_duration_ns(step->to_ns - step->from_ns).s);
    if (step->over)
        acd_columns_text(grid, layout, COLUMN_OVER, ACD_STYLE_WARN, "!");
    if (step->p95_ns > 0)
        acd_columns_text(grid, layout, COLUMN_P95, ACD_STYLE_DIM,
                         acd_text_duration_ns(step->p95_ns).s);
    acd_widgets_span(grid, acd_columns_rect(layout, COLUMN_BAR), style, span_of(step, axis));
}

/* ---------------------------------------------------------------- above them */

/* Ticks of 1, 2 or 5 of a decade, as close as there is room. */
static void draw_axis(struct acd_grid *grid, struct acd_rect at, uint64_t axis)
{
    static const unsigned steps[] = {1, 2, 5};
    uint64_t tick = 1;
    if (at.w < TICK_LEAST)
        return;
    for (unsigned i = 0; tick < axis / (uint64_t)(at.w / TICK_LEAST) && i < 60; i++)
        tick = tick / steps[i % 3] * steps[(i + 1) % 3] * (i % 3 == 2 ? 10 : 1);
    for (uint64_t ns = 0; ns <= axis; ns += tick) {
        int x = (int)((double)ns / (double)axis * at.w);
        struct acd_label text = acd_text_duration_ns(ns);
        if (x + (int)strlen(text.s) > at.w)
            return;
        acd_grid_text(grid, acd_grid_row(at.x + x, at.y, at.w - x), ACD_STYLE_DIM,
                      ns == 0 ? "0" : text.s);
    }
}

/* The timer's name and how its run stands: a long name is cut, the time never. */
static void draw_state(struct acd_grid *grid, struct acd_rect *at, const struct acd_waterfall *w)
{
    static const struct {
        const char *word;
        enum acd_style style;
    } states[] = {
        [ACD_RUN_RUNNING] = {"running for ", ACD_STYLE_ACCENT},
        [ACD_RUN_ENDED] = {"ended after ", ACD_STYLE_NORMAL},
        [ACD_RUN_FAILED] = {"failed after ", ACD_STYLE_ERROR},
        [ACD_RUN_LOST] = {"ran at least ", ACD_STYLE_DIM},
    };
    const char *word = states[w->run.state].word;
    char time[64];
    snprintf(time, sizeof time, "%s%s", acd_text_duration_ns(w->run.elapsed_ns).s,
             w->over ? "!" : "");
    struct acd_rect name = *at;
    name.w -= 1 + (int)strlen(word) + (int)strlen(time);
    int taken = acd_grid_text(grid, name, ACD_STYLE_TITLE, w->timer) + 1;
    at->x += taken;
    at->w -= taken;
    acd_grid_append(grid, at, states[w->run.state].style, word);
    acd_grid_append_whole(grid, at, w->over ? ACD_STYLE_WARN : ACD_STYLE_VALUE, time);
}

/* How it stands, and which request it is. */
static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_waterfall *w)
{
    char text[200];
    draw_state(grid, &at, w);
    if (w->run.state == ACD_RUN_FAILED && w->run.at[0]) {
        acd_grid_append(grid, &at, ACD_STYLE_ERROR, ": ");
        acd_grid_append(grid, &at, ACD_STYLE_ERROR, w->run.at);
    }
    if (w->run.state == ACD_RUN_LOST)
        acd_grid_append(grid, &at, ACD_STYLE_DIM, "; its end was not recorded");
    if (w->run.request[0]) {
        snprintf(text, sizeof text, "  req %s", w->run.request);
        if (at.w >= REQUEST_LEAST)
            acd_grid_append(grid, &at, ACD_STYLE_DIM, text);
        else
            acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, text);
    }
}

static void append_quantile(struct acd_grid *grid, struct acd_rect *at, const char *word,
                            const struct acd_waterfall *w, uint64_t ns)
{
    acd_grid_append(grid, at, ACD_STYLE_DIM, word);
    acd_grid_append(grid, at, ACD_STYLE_NORMAL,
                    w->whole.count ? acd_text_duration_ns(ns).s : acd_text_none(grid->glyphs));
}

static void draw_about(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_waterfall *w)
{
    const struct acd_server *server = acd_fleet_at(scene->fleet, w->run.id.server);
    char text[200];
    append_quantile(grid, &at, " all: p50 ", w, w->whole.p50_ns);
    append_quantile(grid, &at, " p95 ", w, w->whole.p95_ns);
    snprintf(text, sizeof text, "  started %s",
             acd_eventtext_time(w->run.start_ns, scene->ui->now_ns, scene->ui->utc_offset_s).s);
    acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, text);
    snprintf(text, sizeof text, "  %s[%" PRIu32 "]", server ? server->app : "gone",
             server ? server->pid : 0);
    acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, text);
    snprintf(text, sizeof text, " thread %" PRIu32, w->run.thread);
    acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, text);
}

/* Why there are so few steps, if the level is the reason. */
static void draw_hint(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                      const struct acd_waterfall *w)
{
    const struct acd_server *server = acd_fleet_at(scene->fleet, w->run.id.server);
    unsigned level = server ? acd_levels_get(server->acked_levels, ACD_CATEGORY_TIMER) : 3;
    if (w->marks == 0 && level < 2)
        acd_grid_printf(grid, at, ACD_STYLE_DIM, " Recorded from L2 on; now L%u %s.", level,
                        acd_level_name(level));
}

/* ---------------------------------------------------------------- below them */

/* What else happened for this request: the lookup that missed, the error and its file. */
static void draw_related(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                         const struct acd_waterfall *w)
{
    const struct acd_store *store = scene->fleet->store;
    struct acd_rect row = acd_grid_row(at.x, at.y, at.w);
    uint64_t left_out = w->related_left_out;
    struct acd_entry entry;
    size_t first = 0;
    while (first < w->related_count && !acd_store_get(store, w->related[first], &entry))
        first++;
    if (at.h < RELATED_LEAST || first == w->related_count)
        return;
    acd_grid_printf(grid, row, ACD_STYLE_HEADER, "Events of this request (%s)",
                    acd_text_exact(w->related_count + left_out).s);
    for (size_t i = first; i < w->related_count; i++) {
        bool last = ++row.y + 1 >= at.y + at.h;
        uint64_t more = w->related_count - i + left_out;
        if (last && more > 1) {
            acd_grid_printf(grid, row, ACD_STYLE_DIM, " %s more", acd_text_exact(more).s);
            return;
        }
        if (acd_store_get(store, w->related[i], &entry))
            acd_eventlist_row(grid, acd_grid_row(row.x + 1, row.y, row.w - 1), scene, &entry);
    }
}

static void draw_steps(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_waterfall *w)
{
    struct acd_columns layout;
    uint64_t axis =
        acd_run_axis(w->run.elapsed_ns, w->whole.p95_ns, w->run.state == ACD_RUN_RUNNING);
    acd_columns_layout(&layout, columns, COLUMN_COUNT,
                       (struct acd_rect){at.x, at.y, at.w - 1, at.h});
    acd_columns_header(grid, &layout);
    draw_axis(grid, acd_columns_rect(&layout, COLUMN_BAR), axis);
    size_t height = (size_t)at.h - 1, top = scene->ui->step_top;
    if (top + height > w->count)
        top = w->count > height ? w->count - height : 0;
    for (size_t i = top; i < w->count && i < top + height; i++) {
        layout.y++;
        draw_step(grid, &layout, w, &w->step[i], axis);
    }
    if (height > 0)
        acd_widgets_scrollbar(grid, (struct acd_rect){at.x + at.w - 1, at.y + 1, 1, (int)height},
                              top, w->count);
    if (w->count >= height)
        return;
    layout.y++;
    draw_hint(grid, acd_grid_row(at.x, layout.y, at.w), scene, w);
    at.h -= layout.y + 1 - at.y;
    at.y = layout.y + 1;
    draw_related(grid, at, scene, w);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_closeup *closeup = scene->ui->closeup;
    const struct acd_waterfall *w = closeup ? &closeup->waterfall : NULL;
    if (!w || w->run.id.id == 0) {
        acd_grid_text(grid, at, ACD_STYLE_DIM, "No request was chosen.");
        return;
    }
    draw_heading(grid, at, w);
    int above = at.h >= 5 ? 2 : 1;
    if (above == 2)
        draw_about(grid, acd_grid_row(at.x, at.y + 1, at.w), scene, w);
    at.y += above;
    at.h -= above;
    if (at.h >= 1)
        draw_steps(grid, at, scene, w);
}

const struct acd_view acd_run_view = {ACD_VIEW_RUN, "run", draw};
