/* SPDX-License-Identifier: MIT */
/* Cache rows: both hit rates with what they are made of, see panel.h. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/columns.h"
#include "tui/view/panel.h"
#include "tui/view/widgets.h"

enum {
    COLUMN_NAME,
    COLUMN_REQUESTS,
    COLUMN_TOKENS,
    COLUMN_TREND,
    COLUMN_MISS,
    COLUMN_RECENT,
    COLUMN_BYPASS,
    COLUMN_UNKNOWN,
    COLUMN_EVICTED,
    COLUMN_ENTRIES,
    COLUMN_BYTES,
    COLUMN_COUNT
};

#define RATE_WIDTH 14  /* " 91%" and "1.8k/2.0k" */
#define METER_WIDTH 12 /* before them, where there is room */
#define FIT_FROM 72    /* columns; below it, every one is as narrow as can be */

/* Of a row in one line. */
#define NUMBERS_WIDTH 24

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"Cache", 8, 28, 1, 0, ACD_ALIGN_LEFT},
    [COLUMN_REQUESTS] = {"by request", RATE_WIDTH, METER_WIDTH + 1 + RATE_WIDTH, 4, 0,
                         ACD_ALIGN_LEFT},
    [COLUMN_TOKENS] = {"by tokens", RATE_WIDTH, RATE_WIDTH, 0, 1, ACD_ALIGN_LEFT},
    [COLUMN_TREND] = {"1m", 7, 30, 2, 3, ACD_ALIGN_LEFT},
    [COLUMN_MISS] = {"top miss", 11, 24, 3, 2, ACD_ALIGN_LEFT},
    [COLUMN_RECENT] = {"last 5m", RATE_WIDTH, RATE_WIDTH, 0, 4, ACD_ALIGN_LEFT},
    [COLUMN_BYPASS] = {"bypass", 6, 6, 0, 5, ACD_ALIGN_RIGHT},
    [COLUMN_UNKNOWN] = {"unknown", 7, 7, 0, 6, ACD_ALIGN_RIGHT},
    [COLUMN_EVICTED] = {"evicted", 7, 7, 0, 7, ACD_ALIGN_RIGHT},
    [COLUMN_ENTRIES] = {"entries", 7, 7, 0, 8, ACD_ALIGN_RIGHT},
    [COLUMN_BYTES] = {"size of room", 15, 15, 0, 9, ACD_ALIGN_RIGHT},
};

/* Hit rates have no good or bad of their own; only the extremes are told apart. */
static enum acd_style style_of_rate(struct acd_rate rate)
{
    double ratio = 0;
    if (!acd_rate_ratio(rate, &ratio))
        return ACD_STYLE_DIM;
    return ratio >= 0.5 ? ACD_STYLE_OK : ACD_STYLE_WARN;
}

static void fraction(char *out, size_t size, struct acd_rate rate)
{
    if (rate.whole == 0)
        out[0] = '\0';
    else
        snprintf(out, size, "%s/%s", acd_text_count(rate.part).s, acd_text_count(rate.whole).s);
}

/* " 91% 1.8k/2.0k" in RATE_WIDTH columns or less. */
static void draw_rate(struct acd_grid *grid, struct acd_rect at, struct acd_rate rate)
{
    char text[64];
    struct acd_rect percent = {at.x, at.y, at.w < 4 ? at.w : 4, 1};
    acd_grid_text_right(grid, percent, style_of_rate(rate),
                        acd_text_percent(rate.part, rate.whole, grid->glyphs).s);
    fraction(text, sizeof text, rate);
    acd_grid_text(grid, (struct acd_rect){at.x + 5, at.y, at.w - 5, 1}, ACD_STYLE_VALUE, text);
}

static void draw_requests(struct acd_grid *grid, struct acd_rect at,
                          const struct acd_cache_row *row)
{
    int meter = at.w - RATE_WIDTH - 1;
    if (meter >= 5) {
        struct acd_rect left = {at.x, at.y, meter, 1};
        acd_widgets_meter(grid, left, style_of_rate(row->requests), row->requests.part,
                          row->requests.whole);
        at.x += meter + 1;
        at.w -= meter + 1;
    }
    draw_rate(grid, at, row->requests);
}

/* Each slot's rate; seconds without a lookup are gaps, not zeros. */
static void draw_trend(struct acd_grid *grid, struct acd_rect at, const struct acd_cache_row *row)
{
    double rate[ACD_WINDOW_SLOTS];
    int per_cell = grid->glyphs == ACD_GLYPHS_BRAILLE ? 2 : 1;
    int points = at.w * per_cell < ACD_WINDOW_SLOTS ? at.w * per_cell : ACD_WINDOW_SLOTS;
    if (points <= 0)
        return;
    /* The whole minute, whatever the width: some slots to a point. */
    for (int i = 0; i < points; i++) {
        struct acd_rate sum = {0, 0};
        for (int s = i * ACD_WINDOW_SLOTS / points; s < (i + 1) * ACD_WINDOW_SLOTS / points; s++) {
            sum.part += row->found[ACD_WINDOW_1M].slot[s];
            sum.whole += row->lookups[ACD_WINDOW_1M].slot[s];
        }
        if (!acd_rate_ratio(sum, &rate[i]))
            rate[i] = NAN;
    }
    const struct acd_series series = {.doubles = rate, .count = (size_t)points, .max = 1};
    acd_widgets_spark(grid, at, ACD_STYLE_BAR, &series);
}

static void top_miss(char *out, size_t size, const struct acd_cache_row *row)
{
    const struct acd_reason_share *top = &row->reason[0];
    if (row->reason_count == 0 || row->reasons_total == 0)
        out[0] = '\0';
    else
        snprintf(out, size, "%s %s", top->name,
                 acd_text_percent(top->count, row->reasons_total, ACD_GLYPHS_ASCII).s);
}

static void name_of(char *out, size_t size, const struct acd_cache_row *row)
{
    snprintf(out, size, row->model[0] ? "%s %s" : "%s", row->type, row->model);
}

static void draw_number(struct acd_grid *grid, const struct acd_columns *layout, size_t column,
                        uint64_t number)
{
    acd_columns_text(grid, layout, column, number ? ACD_STYLE_VALUE : ACD_STYLE_DIM,
                     acd_text_count(number).s);
}

static void draw_inventory(struct acd_grid *grid, const struct acd_columns *layout,
                           const struct acd_cache_row *row)
{
    char text[64];
    if (row->entries.set)
        draw_number(grid, layout, COLUMN_ENTRIES, row->entries.value);
    if (!row->bytes.set)
        return;
    if (row->capacity_bytes.set)
        snprintf(text, sizeof text, "%s/%s", acd_text_bytes(row->bytes.value).s,
                 acd_text_bytes(row->capacity_bytes.value).s);
    else
        snprintf(text, sizeof text, "%s", acd_text_bytes(row->bytes.value).s);
    acd_columns_text(grid, layout, COLUMN_BYTES, ACD_STYLE_VALUE, text);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_cache_row *row)
{
    char text[160] = " ";
    name_of(text + 1, sizeof text - 1, row);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_NORMAL, text);
    draw_requests(grid, acd_columns_rect(layout, COLUMN_REQUESTS), row);
    draw_rate(grid, acd_columns_rect(layout, COLUMN_TOKENS), row->tokens);
    draw_trend(grid, acd_columns_rect(layout, COLUMN_TREND), row);
    top_miss(text, sizeof text, row);
    acd_columns_text(grid, layout, COLUMN_MISS, ACD_STYLE_NORMAL, text);
    struct acd_rate recent = {acd_windows_sum(&row->found[ACD_WINDOW_5M]),
                              acd_windows_sum(&row->lookups[ACD_WINDOW_5M])};
    draw_rate(grid, acd_columns_rect(layout, COLUMN_RECENT), recent);
    draw_number(grid, layout, COLUMN_BYPASS, row->outcome[ACD_OUTCOME_BYPASS]);
    draw_number(grid, layout, COLUMN_UNKNOWN, row->outcome[ACD_OUTCOME_UNKNOWN]);
    draw_number(grid, layout, COLUMN_EVICTED, row->evictions);
    draw_inventory(grid, layout, row);
}

static size_t rows(const struct acd_scene *scene)
{
    return scene->digest->cache_count;
}

static int clamp(size_t width, int least, int most)
{
    return width < (size_t)least ? least : width > (size_t)most ? most : (int)width;
}

/* What the names and reasons that are there need comes before columns of less interest, and so does
 * a meter. */
static void fit(struct acd_column *fitted, const struct acd_digest *d, int width)
{
    char text[160];
    size_t name = 0, miss = 0;
    memcpy(fitted, columns, sizeof columns);
    if (width < FIT_FROM)
        return;
    for (size_t i = 0; i < d->cache_count; i++) {
        name_of(text, sizeof text, &d->cache[i]);
        name = strlen(text) > name ? strlen(text) : name;
        top_miss(text, sizeof text, &d->cache[i]);
        miss = strlen(text) > miss ? strlen(text) : miss;
    }
    fitted[COLUMN_NAME].min_width = clamp(name + 1, 8, width >= 120 ? 28 : 18);
    fitted[COLUMN_MISS].min_width = clamp(miss, 11, 24);
    fitted[COLUMN_REQUESTS].min_width = RATE_WIDTH + 1 + METER_WIDTH;
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_digest *d = scene->digest;
    struct acd_columns layout;
    struct acd_column fitted[COLUMN_COUNT];
    fit(fitted, d, at.w);
    if (d->cache_count == 0)
        fitted[COLUMN_NAME] =
            (struct acd_column){"Cache  no lookups yet", 8, 0, 1, 0, ACD_ALIGN_LEFT};
    acd_columns_layout(&layout, fitted, d->cache_count ? COLUMN_COUNT : 1, at);
    layout.sorted = -1;
    acd_columns_header(grid, &layout);
    for (size_t i = 0; i < d->cache_count && (int)i + 1 < at.h; i++) {
        layout.y = at.y + 1 + (int)i;
        draw_row(grid, &layout, &d->cache[i]);
    }
}

static void line(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                 size_t index)
{
    const struct acd_cache_row *row = &scene->digest->cache[index];
    char name[140], text[64];
    name_of(name, sizeof name, row);
    int right = at.w > 36 ? NUMBERS_WIDTH : 0;
    struct acd_rect left = {at.x, at.y, at.w - right, 1};
    acd_grid_append(grid, &left, ACD_STYLE_NORMAL, name);
    at.x += at.w - right;
    at.w = right;
    fraction(text, sizeof text, row->requests);
    acd_grid_append(grid, &at, ACD_STYLE_DIM, " hit ");
    acd_grid_append(grid, &at, style_of_rate(row->requests),
                    acd_text_percent(row->requests.part, row->requests.whole, grid->glyphs).s);
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, " ");
    acd_grid_append(grid, &at, ACD_STYLE_VALUE, text);
}

const struct acd_panel acd_panel_cache = {rows, draw, line, rows};
