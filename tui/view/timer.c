/* SPDX-License-Identifier: MIT */
/* One timer from near, see timer.h: shares its rows out among the parts. */
#include "config.h"

#include "tui/view/timer.h"

#include <stdio.h>
#include <string.h>

#include "tui/model/closeup.h"
#include "tui/view/columns.h"
#include "tui/view/distribution.h"
#include "tui/view/panel.h"
#include "tui/view/runlist.h"
#include "tui/view/widgets.h"

#define CHART_LEAST (ACD_DISTRIBUTION_FOOT + 3)
#define CHART_MOST (ACD_DISTRIBUTION_FOOT + 12)
#define CHART_FROM 40  /* columns */
#define EXACT_FROM 110 /* columns: numbers with all their digits */
#define RUNS_LEAST 4   /* rows, the heading too */

/* ---------------------------------------------------------------- where the time goes */

enum {
    COLUMN_LABEL,
    COLUMN_N,
    COLUMN_P50,
    COLUMN_P95,
    COLUMN_P99,
    COLUMN_MAX,
    COLUMN_MEAN,
    COLUMN_SHARE,
    COLUMN_BAR,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_LABEL] = {"checkpoint", 16, 40, 2, 0, ACD_ALIGN_LEFT},
    [COLUMN_N] = {"n", 5, 5, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_P50] = {"p50", 6, 6, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_P95] = {"p95", 6, 6, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_P99] = {"p99", 6, 6, 0, 6, ACD_ALIGN_RIGHT},
    [COLUMN_MAX] = {"max", 6, 6, 0, 5, ACD_ALIGN_RIGHT},
    [COLUMN_MEAN] = {"mean", 6, 6, 0, 7, ACD_ALIGN_RIGHT},
    [COLUMN_SHARE] = {"share", 5, 5, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_BAR] = {"of the time", 11, 60, 2, 4, ACD_ALIGN_LEFT},
};

static void draw_time(struct acd_grid *grid, const struct acd_columns *layout, size_t column,
                      bool known, uint64_t ns)
{
    acd_columns_text(grid, layout, column, known ? ACD_STYLE_VALUE : ACD_STYLE_DIM,
                     known ? acd_text_duration_ns(ns).s : acd_text_none(grid->glyphs));
}

static void draw_label(struct acd_grid *grid, const struct acd_columns *layout,
                       const struct acd_label_row *row, uint64_t whole_ns)
{
    const struct acd_quantiles *q = &row->quantiles;
    char name[64];
    snprintf(name, sizeof name, " %s", row->name);
    acd_columns_text(grid, layout, COLUMN_LABEL, ACD_STYLE_NORMAL, name);
    acd_columns_text(grid, layout, COLUMN_N, ACD_STYLE_VALUE, acd_text_count(row->count).s);
    draw_time(grid, layout, COLUMN_P50, q->count > 0, q->p50_ns);
    draw_time(grid, layout, COLUMN_P95, q->count > 0, q->p95_ns);
    draw_time(grid, layout, COLUMN_P99, q->count > 0, q->p99_ns);
    draw_time(grid, layout, COLUMN_MAX, row->count > 0, q->max_ns);
    draw_time(grid, layout, COLUMN_MEAN, row->count > 0,
              row->count > 0 ? row->sum_ns / row->count : 0);
    acd_columns_text(grid, layout, COLUMN_SHARE, ACD_STYLE_VALUE,
                     acd_text_percent(row->sum_ns, whole_ns, grid->glyphs).s);
    acd_widgets_bar(grid, acd_columns_rect(layout, COLUMN_BAR), ACD_STYLE_BAR, row->sum_ns,
                    whole_ns);
}

/* Checkpoints of runs that go on are counted, their time as a whole is not yet: what all checkpoints
 * took is the whole when it is more. */
static uint64_t whole_of(const struct acd_digest *d, const struct acd_timer_row *row)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < row->label_count; i++)
        sum += d->label[row->label_first + i].sum_ns;
    return sum > row->sum_ns ? sum : row->sum_ns;
}

static void draw_labels(struct acd_grid *grid, struct acd_rect at, const struct acd_digest *d,
                        const struct acd_timer_row *row)
{
    struct acd_columns layout;
    acd_columns_layout(&layout, columns, COLUMN_COUNT, at);
    acd_columns_header(grid, &layout);
    for (size_t i = 0; i < row->label_count && layout.y + 1 < at.y + at.h; i++) {
        layout.y++;
        draw_label(grid, &layout, &d->label[row->label_first + i], whole_of(d, row));
    }
}

/* ---------------------------------------------------------------- the parts */

/* A word and its number, or neither. */
static void append(struct acd_grid *grid, struct acd_rect *at, const char *word, const char *number,
                   enum acd_style style)
{
    char text[64];
    struct acd_rect word_at = *at;
    snprintf(text, sizeof text, "%s%s", word, number);
    if (acd_grid_append_whole(grid, at, style, text))
        acd_grid_append(grid, &word_at, ACD_STYLE_DIM, word);
}

static void append_time(struct acd_grid *grid, struct acd_rect *at, const char *word, bool known,
                        uint64_t ns)
{
    append(grid, at, word, known ? acd_text_duration_ns(ns).s : acd_text_none(grid->glyphs),
           ACD_STYLE_VALUE);
}

static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_timer_row *row)
{
    const struct acd_quantiles *q = &row->quantiles;
    bool wide = at.w >= EXACT_FROM;
    struct acd_label n = wide ? acd_text_exact(row->count) : acd_text_count(row->count);
    struct acd_label failed = wide ? acd_text_exact(row->failed) : acd_text_count(row->failed);
    struct acd_rect name = {at.x, at.y, at.w > 60 ? at.w - 44 : at.w - 20, 1};
    int before = name.w;
    acd_grid_append(grid, &name, ACD_STYLE_TITLE, row->name);
    at.x += before - name.w;
    at.w -= before - name.w;
    append_time(grid, &at, "  p50 ", q->count > 0, q->p50_ns);
    append_time(grid, &at, "  p95 ", q->count > 0, q->p95_ns);
    append(grid, &at, "  n ", n.s, ACD_STYLE_VALUE);
    append(grid, &at, "  failed ", failed.s, row->failed ? ACD_STYLE_BAD : ACD_STYLE_VALUE);
    append(grid, &at, "  running ", acd_text_count(row->running).s,
           row->running ? ACD_STYLE_ACCENT : ACD_STYLE_VALUE);
    append_time(grid, &at, "  max ", row->count > 0, q->max_ns);
    append_time(grid, &at, "  p99 ", q->count > 0, q->p99_ns);
    append_time(grid, &at, "  mean ", row->count > 0, row->count ? row->sum_ns / row->count : 0);
}

/* Rows of each part, the heading's apart. */
struct shares {
    int labels, chart, runs;
};

static struct shares share_out(int h, int w, size_t labels, const struct acd_runs *runs)
{
    struct shares s = {0, 0, 0};
    s.runs = h < RUNS_LEAST ? h : RUNS_LEAST;
    h -= s.runs;
    if (h >= CHART_LEAST && w >= CHART_FROM && runs->quantiles.count > 0) {
        s.chart = CHART_LEAST;
        h -= s.chart;
    }
    int wanted = labels > 0 ? (int)labels + 1 : 0;
    s.labels = wanted <= h ? wanted : h >= 3 ? h : 0;
    h -= s.labels;
    /* The requests that there are, then a higher chart, then blanks. */
    int more = (int)acd_runs_count(runs) + 1 - s.runs;
    more = more < 0 ? 0 : more > h ? h : more;
    if (s.chart > 0 && more > h - h / 3)
        more = h - h / 3;
    s.runs += more;
    h -= more;
    if (s.chart > 0)
        s.chart += h < CHART_MOST - s.chart ? h : CHART_MOST - s.chart;
    return s;
}

static bool is_there(const struct acd_scene *scene)
{
    return scene->ui->closeup && acd_panel_timer(scene) < scene->digest->timer_count;
}

struct acd_rect acd_timer_rows(struct acd_rect body, const struct acd_scene *scene)
{
    if (!is_there(scene))
        return (struct acd_rect){body.x, body.y, body.w, 0};
    const struct acd_timer_row *row = &scene->digest->timer[acd_panel_timer(scene)];
    struct shares s = share_out(body.h - 1, body.w, row->label_count, &scene->ui->closeup->runs);
    int above = 1 + s.labels + s.chart;
    return (struct acd_rect){body.x, body.y + above, body.w, s.runs};
}

static void draw_parts(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       bool below)
{
    const struct acd_digest *d = scene->digest;
    const struct acd_closeup *closeup = scene->ui->closeup;
    const struct acd_timer_row *row = &d->timer[acd_panel_timer(scene)];
    const struct acd_runs *runs = &closeup->runs;
    /* The list above has the checkpoints and the numbers already. */
    struct shares s = share_out(at.h - 1, at.w, below ? 0 : row->label_count, runs);
    draw_heading(grid, at, row);
    at.y++;
    at.h = s.labels;
    if (at.h > 0)
        draw_labels(grid, at, d, row);
    at.y += at.h;
    at.h = s.chart;
    acd_distribution_draw(grid, at, runs->bucket, &runs->quantiles);
    at.y += at.h;
    at.h = s.runs;
    acd_runlist_draw(grid, at, scene, below ? acd_runs_count(runs) : scene->ui->run_index);
}

void acd_timer_draw_below(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    if (is_there(scene) && at.h > 0)
        draw_parts(grid, at, scene, true);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    if (is_there(scene))
        draw_parts(grid, at, scene, false);
    else
        acd_grid_text(grid, at, ACD_STYLE_DIM, "No timer yet.");
}

const struct acd_view acd_timer_view = {ACD_VIEW_TIMER, "timer", draw};
