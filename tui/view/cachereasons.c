/* SPDX-License-Identifier: MIT */
/* Reasons of misses, see cachereasons.h. */
#include "config.h"

#include "tui/view/cachereasons.h"

#include <stdio.h>

#include "tui/view/columns.h"
#include "tui/view/text.h"
#include "tui/view/widgets.h"

enum {
    COLUMN_NAME,
    COLUMN_N,
    COLUMN_SHARE,
    COLUMN_PARTIAL,
    COLUMN_TOKENS,
    COLUMN_LOST,
    COLUMN_REQUEST,
    COLUMN_BAR,
    COLUMN_COUNT
};

#define NEVER 10000 /* columns: wider than any screen */

static const struct acd_column by_count[COLUMN_COUNT] = {
    [COLUMN_NAME] = {" why missed", 16, 40, 2, 0, ACD_ALIGN_LEFT},
    [COLUMN_N] = {"n", 4, 8, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_SHARE] = {"share", 5, 5, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_PARTIAL] = {"part", 4, 7, 0, 4, ACD_ALIGN_RIGHT},
    [COLUMN_TOKENS] = {"tokens", 6, 8, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_LOST] = {"tokens lost", NEVER, 0, 0, 9, ACD_ALIGN_RIGHT}, /* nobody knows */
    [COLUMN_REQUEST] = {"request", 7, 7, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_BAR] = {"of misses", 9, 40, 2, 5, ACD_ALIGN_LEFT},
};

static const struct acd_column by_tokens[COLUMN_COUNT] = {
    [COLUMN_NAME] = {" why missed", 16, 40, 2, 0, ACD_ALIGN_LEFT},
    [COLUMN_N] = {"n", 4, 8, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_SHARE] = {"share", NEVER, 0, 0, 9, ACD_ALIGN_RIGHT}, /* that of n would mislead */
    [COLUMN_PARTIAL] = {"part", 4, 7, 0, 4, ACD_ALIGN_RIGHT},
    [COLUMN_TOKENS] = {"tokens", 6, 8, 0, 5, ACD_ALIGN_RIGHT},
    [COLUMN_LOST] = {"tokens lost", 11, 13, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_REQUEST] = {"request", 7, 7, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_BAR] = {"of tokens lost", 14, 40, 2, 7, ACD_ALIGN_LEFT},
};

/* What the events tell: of a reason that none of them has, nothing. */
static void draw_cost(struct acd_grid *grid, const struct acd_columns *layout,
                      const struct acd_missrank *rank, const struct acd_miss_cost *cost)
{
    const char *none = acd_text_none(grid->glyphs);
    char lost[64];
    acd_columns_text(grid, layout, COLUMN_PARTIAL, ACD_STYLE_VALUE,
                     cost ? acd_text_count(cost->partial).s : none);
    struct acd_label text = acd_text_count(cost ? cost->again : 0);
    acd_columns_text(grid, layout, COLUMN_TOKENS, ACD_STYLE_VALUE,
                     cost && cost->again_lookups > 0 ? text.s : none);
    snprintf(lost, sizeof lost, "%s %4s", acd_text_count(cost ? cost->lost : 0).s,
             acd_text_percent(cost ? cost->lost : 0, rank->lost, grid->glyphs).s);
    acd_columns_text(grid, layout, COLUMN_LOST, ACD_STYLE_VALUE,
                     cost && cost->tracked > 0 ? lost : none);
    text = acd_text_duration_ns(cost && cost->requests ? cost->request_ns / cost->requests : 0);
    acd_columns_text(grid, layout, COLUMN_REQUEST, ACD_STYLE_VALUE,
                     cost && cost->requests > 0 ? text.s : none);
}

static void draw_reason(struct acd_grid *grid, const struct acd_columns *layout,
                        const struct acd_missrank *rank, const struct acd_missrank_row *row)
{
    char name[60];
    const uint64_t lost = row->cost ? row->cost->lost : 0;
    snprintf(name, sizeof name, " %s", row->name);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_NORMAL, name);
    acd_columns_text(grid, layout, COLUMN_N, ACD_STYLE_VALUE, acd_text_count(row->count).s);
    acd_columns_text(grid, layout, COLUMN_SHARE, ACD_STYLE_VALUE,
                     acd_text_percent(row->count, rank->misses, grid->glyphs).s);
    draw_cost(grid, layout, rank, row->cost);
    acd_widgets_bar(grid, acd_columns_rect(layout, COLUMN_BAR), ACD_STYLE_BAR,
                    rank->by_tokens ? lost : row->count,
                    rank->by_tokens ? rank->lost : rank->misses);
}

/* What a request takes whose lookup was a hit. */
static void draw_hits(struct acd_grid *grid, const struct acd_columns *layout,
                      const struct acd_miss_cost *hit)
{
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_DIM, " (a hit)");
    acd_columns_text(grid, layout, COLUMN_REQUEST, ACD_STYLE_OK,
                     acd_text_duration_ns(hit->request_ns / hit->requests).s);
}

void acd_cachereasons_draw(struct acd_grid *grid, struct acd_rect at,
                           const struct acd_missrank *rank, const struct acd_miss_cost *hit)
{
    struct acd_columns layout;
    acd_columns_layout(&layout, rank->by_tokens ? by_tokens : by_count, COLUMN_COUNT, at);
    acd_columns_header(grid, &layout);
    if (rank->count == 0 && at.h > 1)
        acd_grid_text(grid, acd_grid_row(at.x, at.y + 1, at.w), ACD_STYLE_DIM, " no misses");
    for (size_t i = 0; i < rank->count && layout.y + 1 < at.y + at.h; i++) {
        layout.y++;
        draw_reason(grid, &layout, rank, &rank->row[i]);
    }
    if (rank->count > 0 && hit->requests > 0 && ++layout.y < at.y + at.h)
        draw_hits(grid, &layout, hit);
}

static struct acd_label share_of(const struct acd_missrank *rank,
                                 const struct acd_missrank_row *row, enum acd_glyphs glyphs)
{
    if (rank->by_tokens)
        return acd_text_percent(row->cost ? row->cost->lost : 0, rank->lost, glyphs);
    return acd_text_percent(row->count, rank->misses, glyphs);
}

void acd_cachereasons_line(struct acd_grid *grid, struct acd_rect at,
                           const struct acd_missrank *rank)
{
    acd_grid_append(grid, &at, ACD_STYLE_DIM,
                    rank->count == 0  ? " no misses"
                    : rank->by_tokens ? " tokens lost:"
                                      : " missed:");
    for (size_t i = 0; i < rank->count; i++) {
        char text[80];
        snprintf(text, sizeof text, " %s %s", rank->row[i].name,
                 share_of(rank, &rank->row[i], grid->glyphs).s);
        if (!acd_grid_append_whole(grid, &at, ACD_STYLE_NORMAL, text))
            return;
    }
}

void acd_cachereasons_top(char *out, size_t size, const struct acd_missrank *rank, int width)
{
    const struct acd_missrank_row *top = acd_missrank_top(rank);
    const char *unit = rank->by_tokens ? " tok" : "";
    out[0] = '\0';
    if (!top)
        return;
    int n =
        snprintf(out, size, "%s %s%s", top->name, share_of(rank, top, ACD_GLYPHS_ASCII).s, unit);
    if (n > width && rank->by_tokens)
        snprintf(out, size, "%s%s", top->name, unit);
}
