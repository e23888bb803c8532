/* SPDX-License-Identifier: MIT */
/* Two prompts as bars, see missbars.h. */
#include "config.h"

#include "tui/view/missbars.h"

#include <string.h>

#define LABEL_WIDTH 9

enum part { PART_CACHED, PART_SHARED, PART_CHANGED, PART_REST, PARTS };

/* Told apart by their glyphs; the style says it once more. */
static const struct {
    char ascii;
    uint32_t block;
    enum acd_style style;
    const char *meaning;
} parts[PARTS] = {
    [PART_CACHED] = {'=', 0x2588, ACD_STYLE_OK, "cached"},
    [PART_SHARED] = {':', 0x2592, ACD_STYLE_WARN, "shared, not cached"},
    [PART_CHANGED] = {'#', '#', ACD_STYLE_BAD, "changed"},
    [PART_REST] = {'-', 0x2591, ACD_STYLE_BAR, "behind it"},
};

/* One prompt: [0, cached), [cached, shared), [from, to) changed, the rest up to length. */
struct bar {
    const char *label;
    const struct acd_prompt_spans *spans;
    uint64_t cached, shared, from, to, length;
};

/* The begin of the last part of that name that begins at `at` or before. */
static bool begin_of(const struct acd_prompt_spans *spans, const char *name, uint64_t *ret_begin)
{
    for (size_t i = 0; i < spans->count; i++) {
        if (strcmp(spans->span[i].name, name) == 0) {
            *ret_begin = spans->span[i].begin;
            return true;
        }
    }
    return false;
}

bool acd_missbars_change(const struct acd_onemiss *miss, uint64_t ret_at[2])
{
    const struct acd_cache_lookup *l = &miss->lookup;
    const struct acd_tracked *t = &l->tracked;
    uint64_t begin = 0;
    if (!t->change[0] || !t->span_offset.set)
        return false;
    if (t->span[0] && !begin_of(&miss->spans, t->span, &begin))
        return false;
    /* Up to there the two are the same, so it is the same place in both. */
    ret_at[0] = ret_at[1] = begin + t->span_offset.value;
    return true;
}

static void bars_of(const struct acd_onemiss *miss, struct bar ret[2])
{
    const struct acd_cache_lookup *l = &miss->lookup;
    const struct acd_tracked *t = &l->tracked;
    uint64_t shared = t->shared.set ? t->shared.value : 0, at[2];
    ret[0] = (struct bar){"this",
                          &miss->spans,
                          l->cached.set ? l->cached.value : 0,
                          shared,
                          0,
                          0,
                          l->input.set ? l->input.value : 0};
    ret[1] = (struct bar){"closest",
                          &miss->closest_spans,
                          shared,
                          shared,
                          0,
                          0,
                          t->closest.set ? t->closest.value : 0};
    if (!acd_missbars_change(miss, at))
        return;
    for (unsigned i = 0; i < 2; i++) {
        const struct acd_gauge *changed = i ? &t->changed_old : &t->changed_new;
        ret[i].from = at[i];
        ret[i].to = at[i] + (changed->set && changed->value < UINT64_MAX / 4 ? changed->value : 0);
    }
}

/* ---------------------------------------------------------------- one bar */

struct scale {
    uint64_t axis;
    int width;
};

static uint64_t units_at(struct scale s, int x)
{
    return (uint64_t)((double)s.axis * x / s.width);
}

static int column_of(struct scale s, uint64_t units)
{
    return (int)((double)units / (double)s.axis * s.width);
}

/* What a column stands for: something that changed, however little of it there is; else what is at
 * its middle. */
static enum part part_at(const struct bar *b, struct scale s, int x)
{
    uint64_t middle = units_at(s, x) + (units_at(s, x + 1) - units_at(s, x)) / 2;
    if (b->to > b->from && x >= column_of(s, b->from) && x <= column_of(s, b->to - 1))
        return PART_CHANGED;
    return middle < b->cached ? PART_CACHED : middle < b->shared ? PART_SHARED : PART_REST;
}

static void draw_bar(struct acd_grid *grid, struct acd_rect at, const struct bar *b, struct scale s,
                     bool ret_seen[PARTS])
{
    acd_grid_text(grid, acd_grid_row(at.x + 1, at.y, LABEL_WIDTH - 1), ACD_STYLE_NORMAL, b->label);
    int end = column_of(s, b->length);
    end = end == 0 && b->length > 0 ? 1 : end;
    for (int x = 0; x < end && x < s.width; x++) {
        enum part part = part_at(b, s, x);
        ret_seen[part] = true;
        acd_grid_glyph(grid, at.x + LABEL_WIDTH + x, at.y, parts[part].style,
                       grid->glyphs == ACD_GLYPHS_ASCII ? (uint32_t)parts[part].ascii
                                                        : parts[part].block);
    }
    if (b->length == 0)
        acd_grid_text(grid, acd_grid_row(at.x + LABEL_WIDTH, at.y, s.width), ACD_STYLE_DIM,
                      "(how long is not known)");
}

/* "|system |tools" above or below: a name that has no room is left out, its mark is not. */
static void draw_names(struct acd_grid *grid, struct acd_rect at, const struct bar *b,
                       struct scale s)
{
    for (size_t i = 0; i < b->spans->count; i++) {
        const struct acd_prompt_span *span = &b->spans->span[i];
        int x = column_of(s, span->begin), end = s.width;
        if (i + 1 < b->spans->count && column_of(s, b->spans->span[i + 1].begin) < end)
            end = column_of(s, b->spans->span[i + 1].begin);
        if (x >= end || span->begin >= b->length)
            continue;
        acd_grid_glyph(grid, at.x + LABEL_WIDTH + x, at.y, ACD_STYLE_DIM, '|');
        struct acd_rect name = acd_grid_row(at.x + LABEL_WIDTH + x + 1, at.y, end - x - 1);
        acd_grid_append_whole(grid, &name, ACD_STYLE_NAME, span->name);
    }
}

static void draw_legend(struct acd_grid *grid, struct acd_rect at, const bool seen[PARTS])
{
    at.x += LABEL_WIDTH;
    at.w -= LABEL_WIDTH;
    at.h = 1;
    for (unsigned i = 0; i < PARTS; i++) {
        char text[40] = " ";
        if (!seen[i] || (int)strlen(parts[i].meaning) + 4 > at.w)
            continue;
        acd_grid_glyph(grid, at.x, at.y, parts[i].style,
                       grid->glyphs == ACD_GLYPHS_ASCII ? (uint32_t)parts[i].ascii
                                                        : parts[i].block);
        at.x++;
        at.w--;
        strcat(strcat(text, parts[i].meaning), "  ");
        acd_grid_append(grid, &at, ACD_STYLE_DIM, text);
    }
}

int acd_missbars_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_onemiss *miss)
{
    struct bar bars[2];
    bool seen[PARTS] = {false};
    bars_of(miss, bars);
    uint64_t axis = bars[0].length > bars[1].length ? bars[0].length : bars[1].length;
    struct scale s = {axis > 0 ? axis : 1, at.w - LABEL_WIDTH - 1};
    if (at.h < ACD_MISSBARS_LEAST || s.width < 1)
        return 0;
    const int y = at.y;
    bool names = at.h >= 4 && bars[0].spans->count > 0;
    if (names)
        draw_names(grid, acd_grid_row(at.x, at.y++, at.w), &bars[0], s);
    draw_bar(grid, acd_grid_row(at.x, at.y++, at.w), &bars[0], s, seen);
    draw_bar(grid, acd_grid_row(at.x, at.y++, at.w), &bars[1], s, seen);
    if (names)
        draw_names(grid, acd_grid_row(at.x, at.y++, at.w), &bars[1], s);
    if (at.y - y < at.h)
        draw_legend(grid, acd_grid_row(at.x, at.y++, at.w), seen);
    return at.y - y;
}
