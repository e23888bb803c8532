/* SPDX-License-Identifier: MIT */
/* One cache row from near, see cachenear.h: shares its rows out among the parts. */
#include "config.h"

#include "tui/view/cachenear.h"

#include <stdio.h>
#include <string.h>

#include "tui/model/missrank.h"
#include "tui/view/advicelines.h"
#include "tui/view/cachereasons.h"
#include "tui/view/columns.h"
#include "tui/view/hitrate.h"
#include "tui/view/lookuplist.h"
#include "tui/view/widgets.h"

#define WINDOW_ROWS (1 + ACD_WINDOWS + 1) /* heading, windows, all time */
#define HELD_ROWS 5
#define LOW 6 /* rows: below it, lines */
#define LOOKUPS_LEAST 4
#define SIDE_BY_SIDE_FROM 72 /* columns: reasons and what is held */
#define HELD_WIDTH 28
#define EXACT_FROM 110 /* columns: numbers with all their digits */

/* ---------------------------------------------------------------- outcomes */

/* A number and its word, or neither. */
static void append(struct acd_grid *grid, struct acd_rect *at, uint64_t count, const char *word,
                   enum acd_style style)
{
    struct acd_label label = at->w >= EXACT_FROM ? acd_text_exact(count) : acd_text_count(count);
    struct acd_rect number = {at->x, at->y, at->w, 1};
    char text[64];
    snprintf(text, sizeof text, "  %s%s", label.s, word);
    if (!acd_grid_append_whole(grid, at, ACD_STYLE_DIM, text))
        return;
    acd_grid_append(grid, &number, ACD_STYLE_NORMAL, "  ");
    acd_grid_append(grid, &number, count ? style : ACD_STYLE_DIM, label.s);
}

static void draw_outcomes(struct acd_grid *grid, struct acd_rect at,
                          const struct acd_cache_row *row)
{
    const uint64_t *n = row->outcome;
    struct acd_rect name = {at.x, at.y, at.w > 60 ? at.w - 58 : at.w / 3, 1};
    int before = name.w;
    acd_grid_append(grid, &name, ACD_STYLE_TITLE, row->type);
    if (row->model[0]) {
        acd_grid_append(grid, &name, ACD_STYLE_NORMAL, " ");
        acd_grid_append(grid, &name, ACD_STYLE_NORMAL, row->model);
    }
    at.x += before - name.w;
    at.w -= before - name.w;
    append(grid, &at, n[ACD_OUTCOME_HIT], " hit", ACD_STYLE_OK);
    append(grid, &at, n[ACD_OUTCOME_PARTIAL], " partial", ACD_STYLE_WARN);
    append(grid, &at, n[ACD_OUTCOME_MISS], " miss", ACD_STYLE_BAD);
    append(grid, &at, row->evictions, " evicted", ACD_STYLE_VALUE);
    append(grid, &at, n[ACD_OUTCOME_BYPASS], " bypass", ACD_STYLE_VALUE);
    append(grid, &at, n[ACD_OUTCOME_UNKNOWN], " unknown", ACD_STYLE_VALUE);
}

/* ---------------------------------------------------------------- windows */

enum { WINDOW_NAME, WINDOW_REQUESTS, WINDOW_TOKENS, WINDOW_EVICTED, WINDOW_TREND, WINDOW_COUNT };

static const struct acd_column window_columns[WINDOW_COUNT] = {
    [WINDOW_NAME] = {" last", 5, 8, 0, 0, ACD_ALIGN_LEFT},
    [WINDOW_REQUESTS] = {"by request", ACD_HITRATE_WIDTH, ACD_HITRATE_METER + 1 + ACD_HITRATE_WIDTH,
                         4, 0, ACD_ALIGN_LEFT},
    [WINDOW_TOKENS] = {"by tokens", ACD_HITRATE_WIDTH, ACD_HITRATE_WIDTH, 0, 1, ACD_ALIGN_LEFT},
    [WINDOW_EVICTED] = {"evicted", 7, 7, 0, 3, ACD_ALIGN_RIGHT},
    [WINDOW_TREND] = {"hit rate, oldest left", 10, ACD_WINDOW_SLOTS, 3, 2, ACD_ALIGN_LEFT},
};

static void draw_evicted(struct acd_grid *grid, const struct acd_columns *layout, uint64_t count)
{
    acd_columns_text(grid, layout, WINDOW_EVICTED, count ? ACD_STYLE_VALUE : ACD_STYLE_DIM,
                     acd_text_count(count).s);
}

static void draw_window(struct acd_grid *grid, const struct acd_columns *layout,
                        const struct acd_cache_row *row, enum acd_window_id id,
                        const struct acd_look *look)
{
    const struct acd_rate requests = {acd_windows_sum(&row->found[id]),
                                      acd_windows_sum(&row->lookups[id])};
    const struct acd_rate tokens = {acd_windows_sum(&row->cached[id]),
                                    acd_windows_sum(&row->input[id])};
    char name[16];
    snprintf(name, sizeof name, " %s", acd_windows_span[id].name);
    acd_columns_text(grid, layout, WINDOW_NAME, ACD_STYLE_NORMAL, name);
    acd_hitrate_draw_meter(grid, acd_columns_rect(layout, WINDOW_REQUESTS), requests, look);
    acd_hitrate_draw(grid, acd_columns_rect(layout, WINDOW_TOKENS), tokens, look);
    draw_evicted(grid, layout, acd_windows_sum(&row->evicted[id]));
    acd_hitrate_draw_trend(grid, acd_columns_rect(layout, WINDOW_TREND), row, id);
}

static void draw_windows(struct acd_grid *grid, struct acd_rect at, const struct acd_cache_row *row,
                         const struct acd_look *look)
{
    struct acd_columns layout;
    acd_columns_layout(&layout, window_columns, WINDOW_COUNT, at);
    acd_columns_header(grid, &layout);
    for (unsigned id = 0; id < ACD_WINDOWS && layout.y + 1 < at.y + at.h; id++) {
        layout.y++;
        draw_window(grid, &layout, row, (enum acd_window_id)id, look);
    }
    if (++layout.y >= at.y + at.h)
        return;
    acd_columns_text(grid, &layout, WINDOW_NAME, ACD_STYLE_NORMAL, " all");
    acd_hitrate_draw_meter(grid, acd_columns_rect(&layout, WINDOW_REQUESTS), row->requests, look);
    acd_hitrate_draw(grid, acd_columns_rect(&layout, WINDOW_TOKENS), row->tokens, look);
    draw_evicted(grid, &layout, row->evictions);
}

/* ---------------------------------------------------------------- what it holds */

#define HELD_NAME 10 /* columns */

static void draw_held_row(struct acd_grid *grid, struct acd_rect at, const char *name,
                          const char *value)
{
    acd_grid_text(grid, acd_grid_row(at.x, at.y, HELD_NAME), ACD_STYLE_NORMAL, name);
    at.x += HELD_NAME;
    at.w -= HELD_NAME;
    acd_grid_text(grid, at, value ? ACD_STYLE_VALUE : ACD_STYLE_DIM,
                  value ? value : acd_text_none(grid->glyphs));
}

/* With all its digits, or shorter where these don't fit. */
static struct acd_label held_count(uint64_t count, int room)
{
    struct acd_label label = acd_text_exact(count);
    return (int)strlen(label.s) <= room ? label : acd_text_count(count);
}

static void draw_held(struct acd_grid *grid, struct acd_rect at, const struct acd_cache_row *row)
{
    const struct acd_gauge *bytes = &row->bytes, *room = &row->capacity_bytes;
    struct acd_label entries = held_count(row->entries.value, at.w - HELD_NAME);
    struct acd_label held = acd_text_bytes(bytes->value), capacity = acd_text_bytes(room->value);
    struct acd_label created = held_count(row->created_tokens, at.w - HELD_NAME);
    const struct acd_rect before = acd_grid_clip(grid, at);
    at.h = 1;
    acd_grid_text(grid, at, ACD_STYLE_HEADER, "held now");
    at.y++;
    draw_held_row(grid, at, "entries", row->entries.set ? entries.s : NULL);
    at.y++;
    draw_held_row(grid, at, "bytes", bytes->set ? held.s : NULL);
    if (bytes->set && room->set) {
        struct acd_rect meter = {at.x + 18, at.y, at.w - 18 - 6, 1};
        acd_widgets_meter(grid, meter, ACD_STYLE_BAR, bytes->value, room->value);
        meter = acd_grid_row(at.x + at.w - 5, at.y, 5);
        acd_grid_text_right(grid, meter, ACD_STYLE_VALUE,
                            acd_text_percent(bytes->value, room->value, grid->glyphs).s);
    }
    at.y++;
    draw_held_row(grid, at, "capacity", room->set ? capacity.s : NULL);
    at.y++;
    draw_held_row(grid, at, "created", row->created_tokens ? created.s : NULL);
    at.x += HELD_NAME + (int)strlen(created.s);
    at.w -= HELD_NAME + (int)strlen(created.s);
    if (row->created_tokens && !acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, " tokens in all"))
        acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, " in all");
    grid->clip = before;
}

/* ---------------------------------------------------------------- all of it */

static void draw_reasons_and_held(struct acd_grid *grid, struct acd_rect at,
                                  const struct acd_cache_row *row, const struct acd_missrank *rank,
                                  const struct acd_miss_cost *hit)
{
    struct acd_rect left = at, right = at;
    if (at.w >= SIDE_BY_SIDE_FROM) {
        right.w = HELD_WIDTH + (at.w - SIDE_BY_SIDE_FROM) / 4;
        right.x += at.w - right.w;
        left.w -= right.w + 2;
        draw_held(grid, right, row);
    }
    acd_cachereasons_draw(grid, left, rank, hit);
}

/* Few rows: why in one line, then the lookups; those alone once one of them is chosen. */
static void draw_low(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                     const struct acd_missrank *rank, const struct acd_miss_row *seen)
{
    struct acd_rect line = acd_grid_row(at.x, at.y, at.w);
    if (!scene->ui->missed.inside && acd_advicelines_draw(grid, line, seen) == 0)
        acd_cachereasons_line(grid, line, rank);
    if (!scene->ui->missed.inside) {
        at.y++;
        at.h--;
    }
    acd_lookuplist_draw(grid, at, scene);
}

/* Takes `rows` off the top of `at`. */
static struct acd_rect take(struct acd_rect *at, int rows)
{
    const struct acd_rect top = {at->x, at->y, at->w, rows};
    at->y += rows;
    at->h -= rows;
    return top;
}

/* The rows for reasons, with their heading; fewer than 2: none. */
static int reasons_height(const struct acd_missrank *rank, const struct acd_miss_cost *hit,
                          int left)
{
    int wanted = (int)rank->count + 1 + (hit->requests > 0);
    int most = left - LOOKUPS_LEAST > left / 2 ? left / 2 : left - LOOKUPS_LEAST;
    wanted = wanted > HELD_ROWS ? wanted : HELD_ROWS;
    return wanted < most ? wanted : most;
}

void acd_cachenear_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        size_t index)
{
    const struct acd_cache_row *row = &scene->digest->cache[index];
    struct acd_miss_row seen;
    struct acd_missrank rank;
    acd_advicelines_row(scene, index, &seen);
    acd_missrank_make(&rank, row, &seen);
    if (at.h < 1)
        return;
    if (at.h < LOW) {
        draw_low(grid, at, scene, &rank, &seen);
        return;
    }
    draw_outcomes(grid, take(&at, 1), row);
    if (at.h > LOOKUPS_LEAST)
        take(&at, acd_advicelines_draw(
                      grid, (struct acd_rect){at.x, at.y, at.w, at.h - LOOKUPS_LEAST}, &seen));
    if (at.h >= WINDOW_ROWS + LOOKUPS_LEAST + 2 + (scene->ui->missed.inside ? HELD_ROWS : 0))
        draw_windows(grid, take(&at, WINDOW_ROWS), row, acd_ui_look(scene->ui));
    int reasons = reasons_height(&rank, &seen.hit, at.h);
    if (reasons >= 2)
        draw_reasons_and_held(grid, take(&at, reasons), row, &rank, &seen.hit);
    acd_lookuplist_draw(grid, at, scene);
}
