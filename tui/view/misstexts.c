/* SPDX-License-Identifier: MIT */
/* The texts where two prompts part, see misstexts.h. */
#include "config.h"

#include "tui/view/misstexts.h"

#include <string.h>

#include "tui/view/widgets.h"

#define LABEL_WIDTH 9
#define BEFORE 24 /* columns that stand before what differs, at least, if there are as many */

struct side {
    const char *label;
    const char *text;
    size_t length, end; /* what differs is [begin, end) */
};

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* What a tracker takes for one word. */
static bool is_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (c && strchr("-_.:+/", c));
}

/* A time stamp is the same change whichever digit differs. @return where the words begin to differ */
static size_t widen(struct side side[2], size_t begin)
{
    while (begin > 0 && is_word(side[0].text[begin - 1]))
        begin--;
    for (unsigned i = 0; i < 2; i++)
        while (side[i].end < side[i].length && is_word(side[i].text[side[i].end]))
            side[i].end++;
    return begin;
}

/* What both begin with, and what both end in, in whole characters. @return where they begin to differ */
static size_t compare(struct side side[2])
{
    const struct side *a = &side[0], *b = &side[1];
    size_t least = a->length < b->length ? a->length : b->length, begin = 0, same = 0;
    while (begin < least && a->text[begin] == b->text[begin])
        begin++;
    while (begin > 0 && (continues(a->text[begin]) || continues(b->text[begin])))
        begin--;
    while (same < least - begin && a->text[a->length - 1 - same] == b->text[b->length - 1 - same])
        same++;
    while (same > 0 && continues(a->text[a->length - same]))
        same--;
    side[0].end = a->length - same;
    side[1].end = b->length - same;
    return widen(side, begin);
}

static int width_of(const struct acd_grid *grid, const char *text, size_t length)
{
    return (int)acd_text_width(text, length, grid->text_flags, 4096);
}

/* Where the shown part begins, so that what differs is in sight: at a character's begin. */
static size_t shown_from(const struct acd_grid *grid, const struct side *side, size_t begin,
                         int width)
{
    int before = width / 2 < BEFORE
                     ? width / 2
                     : width - width_of(grid, side->text + begin, side->end - begin) - BEFORE;
    size_t from = 0;
    before = before < BEFORE && width / 2 >= BEFORE ? BEFORE : before;
    while (from < begin && width_of(grid, side->text + from, begin - from) > before)
        do
            from++;
        while (from < begin && continues(side->text[from]));
    return from;
}

static void draw_side(struct acd_grid *grid, struct acd_rect at, const struct side *side,
                      size_t from, size_t begin)
{
    acd_grid_text(grid, acd_grid_row(at.x + 1, at.y, LABEL_WIDTH - 1), ACD_STYLE_NORMAL,
                  side->label);
    at.x += LABEL_WIDTH;
    at.w -= LABEL_WIDTH;
    if (from > 0)
        acd_grid_text(grid, acd_grid_row(at.x - 1, at.y, 1), ACD_STYLE_DIM,
                      acd_text_ellipsis(grid->glyphs));
    acd_grid_textn(grid, at, ACD_STYLE_STRING, side->text + from, side->length - from);
    int x = width_of(grid, side->text + from, begin - from);
    int w = width_of(grid, side->text + begin, side->end - begin);
    acd_grid_restyle(grid, acd_grid_intersect(at, acd_grid_row(at.x + x, at.y, w)),
                     ACD_STYLE_MATCH);
}

/* What differs is marked with signs too, for whoever sees no colours. */
static void draw_marks(struct acd_grid *grid, struct acd_rect at, int x, int w)
{
    for (int i = 0; i < (w > 0 ? w : 1) && LABEL_WIDTH + x + i < at.w; i++)
        acd_grid_glyph(grid, at.x + LABEL_WIDTH + x + i, at.y, ACD_STYLE_BAD, '^');
}

static const char *how_to_get(const struct acd_scene *scene, const struct acd_onemiss *miss)
{
    const struct acd_server *server = acd_fleet_at(scene->fleet, miss->lookup.server);
    unsigned level = server ? acd_levels_get(server->acked_levels, ACD_CATEGORY_CACHE) : 3;
    if (level < 3)
        return "Texts: at level 3 trace, if the server asked for them (ACDEBUG_TRACK_SNIPPETS)";
    return "Texts: recorded if the server asked for them (ACDEBUG_TRACK_SNIPPETS) and was at level 3";
}

int acd_misstexts_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_onemiss *miss)
{
    struct side side[2] = {
        {"closest", miss->closest_snippet, strlen(miss->closest_snippet), 0},
        {"this", miss->snippet, strlen(miss->snippet), 0},
    };
    const unsigned flags = grid->text_flags;
    if (at.h < 1)
        return 0;
    if (side[0].length + side[1].length == 0) {
        struct acd_rect text = {at.x + 1, at.y, at.w - 1, at.h};
        return acd_widgets_paragraph(grid, text, ACD_STYLE_DIM, how_to_get(scene, miss));
    }
    grid->text_flags |= ACD_TEXT_BLANKS;
    size_t begin = compare(side);
    const struct side *longer = side[0].end > side[1].end ? &side[0] : &side[1];
    size_t from = shown_from(grid, longer, begin, at.w - LABEL_WIDTH);
    int rows = 0;
    for (unsigned i = at.h < 2 ? 1 : 0; i < 2; i++)
        draw_side(grid, acd_grid_row(at.x, at.y + rows++, at.w), &side[i], from, begin);
    if (rows < at.h)
        draw_marks(grid, acd_grid_row(at.x, at.y + rows++, at.w),
                   width_of(grid, longer->text + from, begin - from),
                   width_of(grid, longer->text + begin, longer->end - begin));
    grid->text_flags = flags;
    return rows;
}
