/* SPDX-License-Identifier: MIT */
/* Timers, and under the selected one its checkpoints, see panel.h. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/columns.h"
#include "tui/view/look.h"
#include "tui/view/panel.h"
#include "tui/view/widgets.h"

enum {
    COLUMN_NAME,
    COLUMN_RUNNING,
    COLUMN_COUNTED,
    COLUMN_P50,
    COLUMN_P95,
    COLUMN_P99,
    COLUMN_MAX,
    COLUMN_TREND,
    COLUMN_FAILED,
    COLUMN_MEAN,
    COLUMN_OLDEST,
    COLUMN_COUNT
};

/* Of a row in one line. */
#define NUMBERS_WIDTH 24

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"Timers", 12, 34, 3, 0, ACD_ALIGN_LEFT},
    [COLUMN_RUNNING] = {"run", 3, 4, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_COUNTED] = {"n", 5, 5, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_P50] = {"p50", 6, 6, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_P95] = {"p95", 6, 6, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_P99] = {"p99", 6, 6, 0, 4, ACD_ALIGN_RIGHT},
    [COLUMN_MAX] = {"max", 6, 6, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_TREND] = {"1m mean", 7, 30, 2, 5, ACD_ALIGN_LEFT},
    [COLUMN_FAILED] = {"failed", 6, 6, 0, 6, ACD_ALIGN_RIGHT},
    [COLUMN_MEAN] = {"mean", 6, 6, 0, 7, ACD_ALIGN_RIGHT},
    [COLUMN_OLDEST] = {"longest running", 20, 40, 2, 8, ACD_ALIGN_LEFT},
};

const char *const acd_panel_timers_columns[] = {
    [COLUMN_NAME] = "name", [COLUMN_RUNNING] = "running", [COLUMN_COUNTED] = "count",
    [COLUMN_P50] = "p50",   [COLUMN_P95] = "p95",         [COLUMN_P99] = "p99",
    [COLUMN_MAX] = "max",   [COLUMN_TREND] = "trend",     [COLUMN_FAILED] = "failed",
    [COLUMN_MEAN] = "mean", [COLUMN_OLDEST] = "oldest",   [COLUMN_COUNT] = NULL,
};

static const uint8_t order_keys[COLUMN_COUNT] = {
    [COLUMN_NAME] = ACD_ORDER_NAME,     [COLUMN_RUNNING] = ACD_ORDER_RUNNING,
    [COLUMN_COUNTED] = ACD_ORDER_COUNT, [COLUMN_P50] = ACD_ORDER_P50,
    [COLUMN_P95] = ACD_ORDER_P95,       [COLUMN_P99] = ACD_ORDER_P99,
    [COLUMN_MAX] = ACD_ORDER_MAX,       [COLUMN_FAILED] = ACD_ORDER_FAILED,
    [COLUMN_MEAN] = ACD_ORDER_MEAN,
};
const struct acd_sorting acd_panel_timers_sorting = {ACD_ORDER_TIMERS, "Timers", order_keys,
                                                     COLUMN_COUNT};

size_t acd_panel_timer(const struct acd_scene *scene)
{
    const struct acd_digest *d = scene->digest;
    size_t chosen = d->timer_count;
    if (scene->ui->timer[0])
        chosen = acd_digest_find_timer(d, scene->ui->timer);
    return chosen < d->timer_count ? chosen : acd_digest_slowest_timer(d);
}

static void draw_time(struct acd_grid *grid, const struct acd_columns *layout, size_t column,
                      uint64_t ns)
{
    acd_columns_text(grid, layout, column, ACD_STYLE_VALUE, acd_text_duration_ns(ns).s);
}

static void draw_quantiles(struct acd_grid *grid, const struct acd_columns *layout,
                           const struct acd_quantiles *q, uint64_t count)
{
    if (count == 0) {
        for (size_t c = COLUMN_P50; c <= COLUMN_MAX; c++)
            acd_columns_text(grid, layout, c, ACD_STYLE_DIM, acd_text_none(grid->glyphs));
        return;
    }
    /* Without a histogram (the ring had no room for it) the maximum is all that is known. */
    if (q->count > 0) {
        draw_time(grid, layout, COLUMN_P50, q->p50_ns);
        draw_time(grid, layout, COLUMN_P95, q->p95_ns);
        draw_time(grid, layout, COLUMN_P99, q->p99_ns);
    }
    /* Since a mark, without a histogram, not even that. */
    if (q->count > 0 || q->max_ns > 0)
        draw_time(grid, layout, COLUMN_MAX, q->max_ns);
}

/* The mean time of those that ended, over the last minute; no end, no point. */
static void draw_trend(struct acd_grid *grid, struct acd_rect at, const struct acd_timer_row *row)
{
    double mean[ACD_WINDOW_SLOTS];
    int per_cell = grid->glyphs == ACD_GLYPHS_BRAILLE ? 2 : 1;
    int points = at.w * per_cell < ACD_WINDOW_SLOTS ? at.w * per_cell : ACD_WINDOW_SLOTS;
    if (points <= 0)
        return;
    for (int i = 0; i < points; i++) {
        uint64_t count = 0, sum_us = 0;
        for (int s = i * ACD_WINDOW_SLOTS / points; s < (i + 1) * ACD_WINDOW_SLOTS / points; s++) {
            count += row->ended.slot[s];
            sum_us += row->sum_us.slot[s];
        }
        mean[i] = count ? (double)sum_us / (double)count : NAN;
    }
    const struct acd_series series = {.doubles = mean, .count = (size_t)points};
    acd_widgets_spark(grid, at, ACD_STYLE_BAR, &series);
}

static void draw_running(struct acd_grid *grid, const struct acd_columns *layout,
                         const struct acd_timer_row *row, const struct acd_look *look)
{
    char text[128];
    bool late = look->running_ns > 0 && row->running_oldest_ns > look->running_ns;
    enum acd_style style = late ? ACD_STYLE_WARN : ACD_STYLE_ACCENT;
    const char *mark = late ? "!" : "";
    if (row->running == 0)
        return;
    snprintf(text, sizeof text, "%s%s", mark, acd_text_count(row->running).s);
    acd_columns_text(grid, layout, COLUMN_RUNNING, style, text);
    snprintf(text, sizeof text, "%s%s%s%s", mark, acd_text_duration_ns(row->running_oldest_ns).s,
             row->running_at[0] ? " after " : "", row->running_at);
    acd_columns_text(grid, layout, COLUMN_OLDEST, style, text);
}

static void draw_timer(struct acd_grid *grid, const struct acd_columns *layout,
                       const struct acd_timer_row *row, const struct acd_look *look, bool selected)
{
    char name[ACD_NAME_BYTES + 2];
    snprintf(name, sizeof name, "%c%s", selected ? '>' : ' ', row->name);
    acd_columns_text(grid, layout, COLUMN_NAME, selected ? ACD_STYLE_ACCENT : ACD_STYLE_NORMAL,
                     name);
    draw_running(grid, layout, row, look);
    acd_columns_text(grid, layout, COLUMN_COUNTED, ACD_STYLE_VALUE, acd_text_count(row->count).s);
    draw_quantiles(grid, layout, &row->quantiles, row->count);
    draw_trend(grid, acd_columns_rect(layout, COLUMN_TREND), row);
    acd_columns_text(grid, layout, COLUMN_FAILED, row->failed ? ACD_STYLE_BAD : ACD_STYLE_DIM,
                     acd_text_count(row->failed).s);
    if (row->count > 0)
        draw_time(grid, layout, COLUMN_MEAN, row->sum_ns / row->count);
}

static void draw_label(struct acd_grid *grid, const struct acd_columns *layout,
                       const struct acd_label_row *row)
{
    char name[64];
    snprintf(name, sizeof name, "   %s", row->name);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_NORMAL, name);
    acd_columns_text(grid, layout, COLUMN_COUNTED, ACD_STYLE_VALUE, acd_text_count(row->count).s);
    draw_quantiles(grid, layout, &row->quantiles, row->count);
    if (row->count > 0)
        draw_time(grid, layout, COLUMN_MEAN, row->sum_ns / row->count);
}

static size_t lines(const struct acd_scene *scene)
{
    return scene->digest->timer_count;
}

static size_t rows(const struct acd_scene *scene)
{
    const struct acd_digest *d = scene->digest;
    size_t selected = acd_panel_timer(scene);
    return d->timer_count + (selected < d->timer_count ? d->timer[selected].label_count : 0);
}

/* The first row shown, of timers and labels together: the selected timer stays in sight, and as
 * many of its checkpoints as there is room for. */
static size_t first_row(const struct acd_scene *scene, size_t height)
{
    const struct acd_digest *d = scene->digest;
    size_t selected = acd_panel_timer(scene), all = rows(scene);
    if (all <= height || height == 0)
        return 0;
    size_t block = 1 + d->timer[selected].label_count;
    if (selected + block <= height)
        return 0;
    size_t first = block >= height ? selected : selected + block - height;
    return first < all - height ? first : all - height;
}

/* Headings that are made. */
struct titles {
    char name[48], trend[24];
};

/* The columns with a name column that the names there are fit in, and the heading that says how many
 * timers there are when not all are shown. */
static void fit(struct acd_column *fitted, struct titles *titles, const struct acd_scene *scene,
                bool hidden)
{
    const struct acd_digest *d = scene->digest;
    const struct acd_look *look = acd_ui_look(scene->ui);
    size_t longest = 11, selected = acd_panel_timer(scene);
    memcpy(fitted, columns, sizeof columns);
    for (size_t i = 0; i < d->timer_count; i++)
        longest = strlen(d->timer[i].name) > longest ? strlen(d->timer[i].name) : longest;
    for (size_t i = 0; selected < d->timer_count && i < d->timer[selected].label_count; i++) {
        size_t length = strlen(d->label[d->timer[selected].label_first + i].name) + 2;
        longest = length > longest ? length : longest;
    }
    fitted[COLUMN_NAME].min_width = longest < 23 && d->timer_count ? (int)longest + 1 : 24;
    if (d->timer_count == 0)
        snprintf(titles->name, sizeof titles->name, "Timers  none yet");
    else if (hidden)
        snprintf(titles->name, sizeof titles->name, "Timers (%zu)", d->timer_count);
    else
        snprintf(titles->name, sizeof titles->name, "Timers");
    fitted[COLUMN_NAME].title = titles->name;
    snprintf(titles->trend, sizeof titles->trend, "%s mean", acd_windows_span[look->window].name);
    fitted[COLUMN_TREND].title = titles->trend;
    acd_look_hide(look, ACD_LOOK_TIMERS, fitted, COLUMN_COUNT);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_digest *d = scene->digest;
    struct acd_columns layout;
    size_t height = at.h > 1 ? (size_t)at.h - 1 : 0, selected = acd_panel_timer(scene);
    size_t first = first_row(scene, height), row = 0;
    struct acd_column fitted[COLUMN_COUNT];
    struct titles titles;
    fit(fitted, &titles, scene, rows(scene) > height);
    acd_columns_layout(&layout, fitted, d->timer_count ? COLUMN_COUNT : 1, at);
    acd_columns_sorted(&layout, &acd_panel_timers_sorting, scene->ui->order[ACD_ORDER_TIMERS]);
    acd_columns_header(grid, &layout);
    for (size_t i = 0; i < d->timer_count && row < first + height; i++) {
        const struct acd_timer_row *t = &d->timer[i];
        layout.y = at.y + 1 + (int)(row - first);
        if (row >= first)
            draw_timer(grid, &layout, t, acd_ui_look(scene->ui), i == selected);
        row++;
        for (size_t k = 0; i == selected && k < t->label_count; k++, row++) {
            layout.y = at.y + 1 + (int)(row - first);
            if (row >= first && row < first + height)
                draw_label(grid, &layout, &d->label[t->label_first + k]);
        }
    }
}

static void append_quantile(struct acd_grid *grid, struct acd_rect *at, const char *word,
                            const struct acd_quantiles *q, uint64_t ns)
{
    acd_grid_append(grid, at, ACD_STYLE_DIM, word);
    acd_grid_append(grid, at, ACD_STYLE_VALUE,
                    q->count > 0 ? acd_text_duration_ns(ns).s : acd_text_none(grid->glyphs));
}

static void line(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                 size_t index)
{
    const struct acd_digest *d = scene->digest;
    /* The selected one first. */
    size_t selected = acd_panel_timer(scene);
    size_t which = index == 0 ? selected : index <= selected ? index - 1 : index;
    const struct acd_timer_row *row = &d->timer[which];
    int right = at.w > 36 ? NUMBERS_WIDTH : 0;
    struct acd_rect left = {at.x, at.y, at.w - right, 1};
    acd_grid_append(grid, &left, ACD_STYLE_NORMAL, row->name);
    at.x += at.w - right;
    at.w = right;
    append_quantile(grid, &at, " p50 ", &row->quantiles, row->quantiles.p50_ns);
    append_quantile(grid, &at, " p95 ", &row->quantiles, row->quantiles.p95_ns);
}

const struct acd_panel acd_panel_timers = {rows, draw, line, lines};
