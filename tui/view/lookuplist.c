/* SPDX-License-Identifier: MIT */
/* Recent lookups, see lookuplist.h. */
#include "config.h"

#include "tui/view/lookuplist.h"

#include <inttypes.h>
#include <stdio.h>

#include "tui/model/closeup.h"
#include "tui/view/columns.h"
#include "tui/view/eventtext.h"
#include "tui/view/list.h"
#include "tui/view/misswords.h"
#include "tui/view/widgets.h"

enum {
    COLUMN_TIME,
    COLUMN_OUTCOME,
    COLUMN_KEY,
    COLUMN_TOKENS,
    COLUMN_WHY,
    COLUMN_REQUEST,
    COLUMN_CREATED,
    COLUMN_SIZE,
    COLUMN_AGE,
    COLUMN_SERVER,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_TIME] = {"recent", 8, 12, 2, 2, ACD_ALIGN_LEFT},
    [COLUMN_OUTCOME] = {"", 7, 7, 0, 0, ACD_ALIGN_LEFT},
    [COLUMN_KEY] = {"key", 10, 40, 3, 0, ACD_ALIGN_LEFT},
    [COLUMN_TOKENS] = {"cached/input", 12, 12, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_WHY] = {"why", 24, 60, 2, 3, ACD_ALIGN_LEFT},
    [COLUMN_REQUEST] = {"request", 8, 30, 1, 4, ACD_ALIGN_LEFT},
    [COLUMN_CREATED] = {"created", 7, 7, 0, 5, ACD_ALIGN_RIGHT},
    [COLUMN_SIZE] = {"size", 7, 7, 0, 6, ACD_ALIGN_RIGHT},
    [COLUMN_AGE] = {"age", 6, 6, 0, 7, ACD_ALIGN_RIGHT},
    [COLUMN_SERVER] = {"server", 12, 24, 1, 8, ACD_ALIGN_LEFT},
};

static enum acd_style style_of(unsigned outcome)
{
    switch (outcome) {
    case ACD_OUTCOME_HIT: return ACD_STYLE_OK;
    case ACD_OUTCOME_PARTIAL: return ACD_STYLE_WARN;
    case ACD_OUTCOME_MISS: return ACD_STYLE_BAD;
    default: return ACD_STYLE_DIM;
    }
}

/* What was not told is no 0. */
static const char *count_or_none(struct acd_label *label, const struct acd_gauge *g,
                                 enum acd_glyphs glyphs)
{
    if (!g->set)
        return acd_text_none(glyphs);
    *label = acd_text_count(g->value);
    return label->s;
}

static void draw_tokens(struct acd_grid *grid, const struct acd_columns *layout,
                        const struct acd_cache_lookup *row)
{
    char text[64];
    struct acd_label cached, input;
    if (row->cached.set || row->input.set)
        snprintf(text, sizeof text, "%s/%s", count_or_none(&cached, &row->cached, grid->glyphs),
                 count_or_none(&input, &row->input, grid->glyphs));
    else
        snprintf(text, sizeof text, "%s", acd_text_none(grid->glyphs));
    acd_columns_text(grid, layout, COLUMN_TOKENS, ACD_STYLE_VALUE, text);
}

static void draw_more(struct acd_grid *grid, const struct acd_columns *layout,
                      const struct acd_scene *scene, const struct acd_cache_lookup *row)
{
    const struct acd_server *server = acd_fleet_at(scene->fleet, row->server);
    const char *none = acd_text_none(grid->glyphs);
    struct acd_label created;
    char text[100];
    acd_columns_text(grid, layout, COLUMN_CREATED, ACD_STYLE_VALUE,
                     count_or_none(&created, &row->created, grid->glyphs));
    acd_columns_text(grid, layout, COLUMN_SIZE, ACD_STYLE_VALUE,
                     row->size_bytes.set ? acd_text_bytes(row->size_bytes.value).s : none);
    acd_columns_text(grid, layout, COLUMN_AGE, ACD_STYLE_VALUE,
                     row->age_ns.set ? acd_text_duration_ns(row->age_ns.value).s : none);
    snprintf(text, sizeof text, "%s[%" PRIu32 "]", server ? server->app : "gone",
             server ? server->pid : 0);
    acd_columns_text(grid, layout, COLUMN_SERVER, ACD_STYLE_DIM, text);
}

/* As far as it fits in whole parts: the reason, where it parts, what changed. */
static void draw_why(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_cache_lookup *row)
{
    struct acd_rect at = acd_columns_rect(layout, COLUMN_WHY);
    const struct acd_tracked *t = &row->tracked;
    char text[160], change[ACD_MISSWORDS_CHANGE];
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL,
                    row->reason[0] || !row->diverged.set ? row->reason : "diverged");
    snprintf(text, sizeof text, " %s+%" PRIu64, t->span, t->span_offset.value);
    bool spanned = t->span[0] && t->span_offset.set &&
                   acd_grid_append_whole(grid, &at, ACD_STYLE_NORMAL, text);
    snprintf(text, sizeof text, " at %" PRIu64, row->diverged.value);
    if (!spanned && row->diverged.set)
        acd_grid_append_whole(grid, &at, ACD_STYLE_NORMAL, text);
    acd_misswords_change(change, sizeof change, t);
    snprintf(text, sizeof text, ", %s", change);
    if (change[0])
        acd_grid_append_whole(grid, &at, ACD_STYLE_DIM, text);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_scene *scene, const struct acd_cache_lookup *row)
{
    struct acd_label time =
        acd_eventtext_time(row->time_ns, scene->ui->now_ns, scene->ui->utc_offset_s);
    if (acd_columns_rect(layout, COLUMN_TIME).w < 12 && time.s[2] == ':')
        time.s[8] = '\0';
    acd_columns_text(grid, layout, COLUMN_TIME, ACD_STYLE_DIM, time.s);
    acd_columns_text(grid, layout, COLUMN_OUTCOME, style_of(row->outcome),
                     acd_outcome_name(row->outcome));
    acd_columns_text(grid, layout, COLUMN_KEY, ACD_STYLE_NORMAL,
                     row->key[0] ? row->key : acd_text_none(grid->glyphs));
    draw_tokens(grid, layout, row);
    draw_why(grid, layout, row);
    acd_columns_text(grid, layout, COLUMN_REQUEST, ACD_STYLE_DIM,
                     row->request[0] ? row->request : acd_text_none(grid->glyphs));
    draw_more(grid, layout, scene, row);
}

static void draw_why_none(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_server *one = acd_fleet_single(scene->fleet, scene->ui->selection, NULL);
    if (one && acd_levels_get(one->acked_levels, ACD_CATEGORY_CACHE) == 0)
        acd_grid_text(grid, at, ACD_STYLE_DIM, " Recorded from L1 on; now L0 off.");
    else
        acd_grid_text(grid, at, ACD_STYLE_DIM, " No lookup of this cache in the events kept.");
}

void acd_lookuplist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_lookups *lookups = &scene->ui->closeup->lookups;
    const bool inside = scene->ui->missed.inside;
    struct acd_columns layout;
    if (at.h < 1)
        return;
    size_t count = lookups->count, height = (size_t)at.h - 1;
    struct acd_list list = acd_list_around(count, height, inside ? scene->ui->missed.index : 0);
    acd_columns_layout(&layout, columns, scene->fleet->count > 1 ? COLUMN_COUNT : COLUMN_SERVER,
                       (struct acd_rect){at.x + 1, at.y, at.w - (inside ? 2 : 1), at.h});
    acd_columns_header(grid, &layout);
    if (count == 0 && height > 0)
        draw_why_none(grid, acd_grid_row(at.x, at.y + 1, at.w), scene);
    for (size_t i = list.top; i < count && i < list.top + height; i++) {
        layout.y++;
        draw_row(grid, &layout, scene, &lookups->row[i]);
        if (!inside || i != list.selected)
            continue;
        acd_grid_glyph(grid, at.x, layout.y, ACD_STYLE_NORMAL, '>');
        acd_grid_restyle(grid, acd_grid_row(at.x, layout.y, at.w - 1), ACD_STYLE_SELECTED);
    }
    if (inside && height > 0)
        acd_widgets_scrollbar(grid, (struct acd_rect){at.x + at.w - 1, at.y + 1, 1, (int)height},
                              list.top, count);
}
