/* SPDX-License-Identifier: MIT */
/* Cache rows: both hit rates with what they are made of, see panel.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tui/model/missrank.h"
#include "tui/view/advicelines.h"
#include "tui/view/cachereasons.h"
#include "tui/view/columns.h"
#include "tui/view/hitrate.h"
#include "tui/view/panel.h"

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

#define RATE_WIDTH ACD_HITRATE_WIDTH
#define METER_WIDTH ACD_HITRATE_METER
#define FIT_FROM 72 /* columns; below it, every one is as narrow as can be */

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

const char *const acd_panel_cache_columns[] = {
    [COLUMN_NAME] = "name",       [COLUMN_REQUESTS] = "requests", [COLUMN_TOKENS] = "tokens",
    [COLUMN_TREND] = "trend",     [COLUMN_MISS] = "top_miss",     [COLUMN_RECENT] = "recent",
    [COLUMN_BYPASS] = "bypass",   [COLUMN_UNKNOWN] = "unknown",   [COLUMN_EVICTED] = "evicted",
    [COLUMN_ENTRIES] = "entries", [COLUMN_BYTES] = "bytes",       [COLUMN_COUNT] = NULL,
};

static const uint8_t order_keys[COLUMN_COUNT] = {
    [COLUMN_NAME] = ACD_ORDER_NAME,        [COLUMN_REQUESTS] = ACD_ORDER_BY_REQUEST,
    [COLUMN_TOKENS] = ACD_ORDER_BY_TOKENS, [COLUMN_BYPASS] = ACD_ORDER_BYPASSED,
    [COLUMN_UNKNOWN] = ACD_ORDER_UNKNOWN,  [COLUMN_EVICTED] = ACD_ORDER_EVICTED,
    [COLUMN_ENTRIES] = ACD_ORDER_ENTRIES,  [COLUMN_BYTES] = ACD_ORDER_BYTES,
};
const struct acd_sorting acd_panel_cache_sorting = {ACD_ORDER_CACHES, "Caches", order_keys,
                                                    COLUMN_COUNT};

/* By what misses cost, as far as that is known. */
static void top_miss(char *out, size_t size, const struct acd_scene *scene, size_t index, int width)
{
    struct acd_miss_row seen = {.cost_count = 0};
    struct acd_missrank rank;
    if (scene->ui->closeup)
        acd_advicelines_row(scene, index, &seen);
    acd_missrank_make(&rank, &scene->digest->cache[index], &seen);
    acd_cachereasons_top(out, size, &rank, width);
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

/* What was never said is no 0. */
static void draw_inventory(struct acd_grid *grid, const struct acd_columns *layout,
                           const struct acd_cache_row *row)
{
    char text[64];
    const char *none = acd_text_none(grid->glyphs);
    if (row->entries.set)
        draw_number(grid, layout, COLUMN_ENTRIES, row->entries.value);
    else
        acd_columns_text(grid, layout, COLUMN_ENTRIES, ACD_STYLE_DIM, none);
    if (row->bytes.set && row->capacity_bytes.set)
        snprintf(text, sizeof text, "%s/%s", acd_text_bytes(row->bytes.value).s,
                 acd_text_bytes(row->capacity_bytes.value).s);
    else
        snprintf(text, sizeof text, "%s",
                 row->bytes.set ? acd_text_bytes(row->bytes.value).s : none);
    acd_columns_text(grid, layout, COLUMN_BYTES, row->bytes.set ? ACD_STYLE_VALUE : ACD_STYLE_DIM,
                     text);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_scene *scene, size_t index, bool selected)
{
    const struct acd_cache_row *row = &scene->digest->cache[index];
    const struct acd_look *look = acd_ui_look(scene->ui);
    char text[160] = " ";
    text[0] = selected ? '>' : ' ';
    name_of(text + 1, sizeof text - 1, row);
    acd_columns_text(grid, layout, COLUMN_NAME, selected ? ACD_STYLE_ACCENT : ACD_STYLE_NORMAL,
                     text);
    acd_hitrate_draw_meter(grid, acd_columns_rect(layout, COLUMN_REQUESTS), row->requests, look);
    acd_hitrate_draw(grid, acd_columns_rect(layout, COLUMN_TOKENS), row->tokens, look);
    acd_hitrate_draw_trend(grid, acd_columns_rect(layout, COLUMN_TREND), row, look->window);
    top_miss(text, sizeof text, scene, index, acd_columns_rect(layout, COLUMN_MISS).w);
    acd_columns_text(grid, layout, COLUMN_MISS, ACD_STYLE_NORMAL, text);
    struct acd_rate recent = {acd_windows_sum(&row->found[ACD_WINDOW_5M]),
                              acd_windows_sum(&row->lookups[ACD_WINDOW_5M])};
    acd_hitrate_draw(grid, acd_columns_rect(layout, COLUMN_RECENT), recent, look);
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
static void fit(struct acd_column *fitted, const struct acd_scene *scene, int width)
{
    char text[160];
    const struct acd_digest *d = scene->digest;
    const struct acd_look *look = acd_ui_look(scene->ui);
    size_t name = 0, miss = 0;
    memcpy(fitted, columns, sizeof columns);
    fitted[COLUMN_TREND].title = acd_windows_span[look->window].name;
    for (size_t i = 0; width >= FIT_FROM && i < d->cache_count; i++) {
        name_of(text, sizeof text, &d->cache[i]);
        name = strlen(text) > name ? strlen(text) : name;
        top_miss(text, sizeof text, scene, i, 0);
        miss = strlen(text) > miss ? strlen(text) : miss;
    }
    if (width >= FIT_FROM) {
        fitted[COLUMN_NAME].min_width = clamp(name + 1, 8, width >= 120 ? 28 : 18);
        fitted[COLUMN_MISS].min_width = clamp(miss, 11, 24);
        fitted[COLUMN_REQUESTS].min_width = RATE_WIDTH + 1 + METER_WIDTH;
    }
    acd_look_hide(look, ACD_LOOK_CACHE, fitted, COLUMN_COUNT);
}

void acd_panel_cache_table(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                           const struct acd_list *list)
{
    const struct acd_digest *d = scene->digest;
    struct acd_columns layout;
    struct acd_column fitted[COLUMN_COUNT];
    fit(fitted, scene, at.w);
    if (d->cache_count == 0)
        fitted[COLUMN_NAME] =
            (struct acd_column){"Cache  no lookups yet", 8, 0, 1, 0, ACD_ALIGN_LEFT};
    acd_columns_layout(&layout, fitted, d->cache_count ? COLUMN_COUNT : 1, at);
    acd_columns_sorted(&layout, &acd_panel_cache_sorting, scene->ui->order[ACD_ORDER_CACHES]);
    acd_columns_header(grid, &layout);
    for (size_t i = list ? list->top : 0; i < d->cache_count && layout.y + 1 < at.y + at.h; i++) {
        layout.y++;
        draw_row(grid, &layout, scene, i, list && list->selected == i);
    }
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    acd_panel_cache_table(grid, at, scene, NULL);
}

size_t acd_panel_cache_selected(const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    size_t found = acd_digest_find_cache(scene->digest, ui->cache.type, ui->cache.model);
    return found < scene->digest->cache_count ? found : 0;
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
    acd_hitrate_fraction(text, sizeof text, row->requests);
    acd_grid_append(grid, &at, ACD_STYLE_DIM, " hit ");
    enum acd_style style = acd_hitrate_style(row->requests, acd_ui_look(scene->ui));
    acd_grid_append(grid, &at, style,
                    acd_text_percent(row->requests.part, row->requests.whole, grid->glyphs).s);
    acd_grid_append(grid, &at, style, style == ACD_STYLE_WARN ? "!" : " ");
    acd_grid_append(grid, &at, ACD_STYLE_VALUE, text);
}

const struct acd_panel acd_panel_cache = {rows, draw, line, rows};
