/* SPDX-License-Identifier: MIT */
/*
 * Meters, bars, sparklines and boxes. A glyph set says in how many steps a cell is filled; the rest
 * is integer arithmetic, so the same numbers always give the same picture.
 */
#include "config.h"

#include "tui/view/widgets.h"

#include <math.h>
#include <string.h>

#define LEVELS_MAX 9

/* How a row is filled from the left, in each glyph set: glyphs[0] is the empty cell. */
static const struct {
    int steps;
    uint32_t glyphs[LEVELS_MAX];
} fills[] = {
    [ACD_GLYPHS_ASCII] = {1, {'.', '#'}},
    [ACD_GLYPHS_BLOCKS] = {8,
                           {0x00b7, 0x258f, 0x258e, 0x258d, 0x258c, 0x258b, 0x258a, 0x2589,
                            0x2588}},
    [ACD_GLYPHS_BRAILLE] = {2, {0x28c0, 0x28c7, 0x28ff}},
};

/* How a cell is filled from below: glyphs[0] is the least. */
static const struct {
    int steps;
    uint32_t glyphs[LEVELS_MAX];
} risings[] = {
    [ACD_GLYPHS_ASCII] = {3, {'.', ':', '#'}},
    [ACD_GLYPHS_BLOCKS] = {8, {0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588}},
    [ACD_GLYPHS_BRAILLE] = {4, {0x28c0, 0x28e4, 0x28f6, 0x28ff}},
};

/* How high a sample stands, lowest first; Braille's heights are dots, see braille_dots(). */
static const struct {
    int levels;
    uint32_t glyphs[LEVELS_MAX];
} heights[] = {
    [ACD_GLYPHS_ASCII] = {7, {'.', ':', '-', '=', '+', '*', '#'}},
    [ACD_GLYPHS_BLOCKS] = {8, {0x2581, 0x2582, 0x2583, 0x2584, 0x2585, 0x2586, 0x2587, 0x2588}},
    [ACD_GLYPHS_BRAILLE] = {4, {0}},
};

/* `part` of `whole` in `steps` of at most 2^16: rounded down, but for the two ends, which are told
 * from their neighbours whatever the number of steps. */
static int scaled(uint64_t part, uint64_t whole, int steps)
{
    if (part >= whole)
        return steps;
    if (part == 0)
        return 0;
    while (whole > UINT64_MAX >> 16) {
        whole >>= 1;
        part >>= 1;
    }
    int filled = (int)(part * (uint64_t)steps / whole);
    if (filled >= steps)
        filled = steps - 1;
    return filled > 0 ? filled : 1;
}

/* Fills the row of `at` to `filled` steps; the track is drawn behind it if there is to be one. */
static void fill_row(struct acd_grid *grid, struct acd_rect at, enum acd_style style, int filled,
                     bool track)
{
    int steps = fills[grid->glyphs].steps;

    for (int i = 0; i < at.w; i++) {
        int here = filled - i * steps;
        here = here < 0 ? 0 : here > steps ? steps : here;
        if (here == 0 && !track)
            return;
        acd_grid_glyph(grid, at.x + i, at.y, here == 0 ? ACD_STYLE_TRACK : style,
                       fills[grid->glyphs].glyphs[here]);
    }
}

void acd_widgets_meter(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                       uint64_t part, uint64_t whole)
{
    if (at.w < 3 || at.h < 1)
        return;

    struct acd_rect inside = {at.x + 1, at.y, at.w - 2, 1};
    acd_grid_glyph(grid, at.x, at.y, ACD_STYLE_TRACK, '[');
    acd_grid_glyph(grid, at.x + at.w - 1, at.y, ACD_STYLE_TRACK, ']');
    if (whole == 0) {
        acd_grid_fill(grid, inside, ACD_STYLE_TRACK);
        inside.x += (inside.w - 1) / 2;
        acd_grid_text(grid, inside, ACD_STYLE_TRACK, acd_text_none(grid->glyphs));
        return;
    }
    fill_row(grid, inside, style, scaled(part, whole, inside.w * fills[grid->glyphs].steps), true);
}

void acd_widgets_bar(struct acd_grid *grid, struct acd_rect at, enum acd_style style, uint64_t part,
                     uint64_t whole)
{
    if (at.w < 1 || at.h < 1 || whole == 0)
        return;
    fill_row(grid, at, style, scaled(part, whole, at.w * fills[grid->glyphs].steps), false);
}

void acd_widgets_span(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                      struct acd_span span)
{
    if (at.w < 1 || at.h < 1 || span.from >= span.axis || span.to < span.from)
        return;

    int first = span.from == 0 ? 0 : scaled(span.from, span.axis, at.w);
    int end = span.to == 0 ? 0 : scaled(span.to, span.axis, at.w);
    if (first >= at.w)
        first = at.w - 1;
    if (end <= first)
        end = first + 1;
    bool ascii = grid->glyphs == ACD_GLYPHS_ASCII;
    uint32_t solid = ascii ? '=' : 0x2588, faint = ascii ? '.' : 0x2591;
    if (span.kind == ACD_SPAN_OPEN)
        acd_grid_glyph(grid, at.x + --end, at.y, style, ascii ? '>' : 0x25b6);
    for (int i = first; i < end; i++)
        acd_grid_glyph(grid, at.x + i, at.y, style, span.kind == ACD_SPAN_FAINT ? faint : solid);
}

void acd_widgets_bars(struct acd_grid *grid, struct acd_rect at, const struct acd_bars *bars)
{
    int steps = risings[grid->glyphs].steps;

    for (size_t i = 0; i < bars->count && (int)i < at.w; i++) {
        int filled = scaled(bars->counts[i], bars->max, at.h * steps);
        for (int up = 0; up < at.h && filled > up * steps; up++) {
            int here = filled - up * steps < steps ? filled - up * steps : steps;
            acd_grid_glyph(grid, at.x + (int)i, at.y + at.h - 1 - up,
                           (enum acd_style)bars->styles[i], risings[grid->glyphs].glyphs[here - 1]);
        }
    }
}

/* -------------------------------------------------------------------------- sparklines */

/* A sample as a double; NAN where there is none, also before the first. */
static double sample_at(const struct acd_series *series, ptrdiff_t index)
{
    if (index < 0)
        return NAN;
    if (series->doubles != NULL)
        return series->doubles[index];
    uint64_t count = series->counts[index];
    return count == ACD_WIDGETS_GAP ? (double)NAN : (double)count;
}

static double largest(const struct acd_series *series, ptrdiff_t first)
{
    double max = 0;

    for (ptrdiff_t i = first < 0 ? 0 : first; i < (ptrdiff_t)series->count; i++) {
        double value = sample_at(series, i);
        if (isfinite(value) && value > max)
            max = value;
    }
    return max;
}

/* The level of a sample, 0 to levels - 1, or -1 for a gap. */
static int level_of(double value, double max, int levels)
{
    if (isnan(value))
        return -1;
    if (value <= 0)
        return 0;
    if (value >= max)
        return levels - 1;
    double exact = value / max * (levels - 1);
    int level = (int)exact;
    return level < exact || level == 0 ? level + 1 : level;
}

/* The dots of two columns in one cell, filled from below; a level of -1 has none. */
static uint32_t braille_dots(int left, int right)
{
    static const unsigned char columns[2][5] = {
        {0, 0x40, 0x44, 0x46, 0x47},
        {0, 0x80, 0xa0, 0xb0, 0xb8},
    };
    return 0x2800u + columns[0][left + 1] + columns[1][right + 1];
}

void acd_widgets_spark(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                       const struct acd_series *series)
{
    if (at.w < 1 || at.h < 1)
        return;

    bool braille = grid->glyphs == ACD_GLYPHS_BRAILLE;
    int per_cell = braille ? 2 : 1;
    int levels = heights[grid->glyphs].levels;
    ptrdiff_t first = (ptrdiff_t)series->count - (ptrdiff_t)at.w * per_cell;
    double max = series->max > 0 ? series->max : largest(series, first);

    for (int i = 0; i < at.w; i++) {
        ptrdiff_t index = first + (ptrdiff_t)i * per_cell;
        int level = level_of(sample_at(series, index), max, levels);
        uint32_t glyph = ' ';
        if (braille) {
            int next = level_of(sample_at(series, index + 1), max, levels);
            if (level >= 0 || next >= 0)
                glyph = braille_dots(level, next);
        } else if (level >= 0) {
            glyph = heights[grid->glyphs].glyphs[level];
        }
        acd_grid_glyph(grid, at.x + i, at.y, style, glyph);
    }
}

/* -------------------------------------------------------------------------- boxes */

struct acd_rect acd_widgets_box(struct acd_grid *grid, struct acd_rect at, const char *title)
{
    static const uint32_t lines[2][5] = {
        {'|', '+', '+', '+', '+'},
        {0x2502, 0x250c, 0x2510, 0x2514, 0x2518},
    };
    const uint32_t *line = lines[grid->glyphs != ACD_GLYPHS_ASCII];
    int right = at.x + at.w - 1;
    int bottom = at.y + at.h - 1;

    if (at.w < 2 || at.h < 2)
        return (struct acd_rect){at.x, at.y, 0, 0};
    acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    acd_grid_hline(grid, at, ACD_STYLE_BORDER);
    acd_grid_hline(grid, acd_grid_row(at.x, bottom, at.w), ACD_STYLE_BORDER);
    for (int y = at.y + 1; y < bottom; y++) {
        acd_grid_glyph(grid, at.x, y, ACD_STYLE_BORDER, line[0]);
        acd_grid_glyph(grid, right, y, ACD_STYLE_BORDER, line[0]);
    }
    acd_grid_glyph(grid, at.x, at.y, ACD_STYLE_BORDER, line[1]);
    acd_grid_glyph(grid, right, at.y, ACD_STYLE_BORDER, line[2]);
    acd_grid_glyph(grid, at.x, bottom, ACD_STYLE_BORDER, line[3]);
    acd_grid_glyph(grid, right, bottom, ACD_STYLE_BORDER, line[4]);
    if (title != NULL && at.w > 6) {
        struct acd_rect room = acd_grid_row(at.x + 3, at.y, at.w - 6);
        int taken = acd_grid_text(grid, room, ACD_STYLE_TITLE, title);
        acd_grid_glyph(grid, at.x + 2, at.y, ACD_STYLE_TITLE, ' ');
        acd_grid_glyph(grid, at.x + 3 + taken, at.y, ACD_STYLE_TITLE, ' ');
    }
    return (struct acd_rect){at.x + 1, at.y + 1, at.w - 2, at.h - 2};
}

static struct acd_rect popup_box(const struct acd_grid *grid, int w, int h)
{
    struct acd_rect at = {.w = w + 2 < grid->w ? w + 2 : grid->w,
                          .h = h + 2 < grid->h ? h + 2 : grid->h};

    at.x = (grid->w - at.w) / 2;
    at.y = (grid->h - at.h) / 2;
    return at;
}

struct acd_rect acd_widgets_popup_inside(const struct acd_grid *grid, int w, int h)
{
    struct acd_rect at = popup_box(grid, w, h);

    return (struct acd_rect){at.x + 1, at.y + 1, at.w - 2, at.h - 2};
}

struct acd_rect acd_widgets_popup(struct acd_grid *grid, int w, int h, const char *title)
{
    return acd_widgets_box(grid, popup_box(grid, w, h), title);
}

void acd_widgets_scrollbar(struct acd_grid *grid, struct acd_rect at, size_t top, size_t count)
{
    if (at.h < 1 || count <= (size_t)at.h)
        return;

    size_t rows = (size_t)at.h;
    size_t thumb = rows * rows / count > 0 ? rows * rows / count : 1;
    size_t hidden = count - rows;
    size_t first = top >= hidden ? rows - thumb : (rows - thumb) * top / hidden;
    bool ascii = grid->glyphs == ACD_GLYPHS_ASCII;

    for (size_t i = 0; i < rows; i++) {
        bool on = i >= first && i < first + thumb;
        uint32_t glyph = ascii ? (on ? '#' : '|') : (on ? 0x2588 : 0x2502);
        acd_grid_glyph(grid, at.x, at.y + (int)i, ACD_STYLE_BORDER, glyph);
    }
}

/* -------------------------------------------------------------------------- text in rows */

/* How many bytes of `text` go on one row: to the last blank that fits, or as many as fit at all. */
static size_t row_bytes(const struct acd_grid *grid, const char *text, size_t len, int w)
{
    struct acd_text_iter it = acd_text_start(text, len, grid->text_flags);
    struct acd_piece piece;
    size_t fit = 0, blank = 0;
    int used = 0;

    while (acd_text_next(&it, &piece)) {
        if (piece.len == 1 && piece.bytes[0] == ' ')
            blank = fit;
        used += piece.width;
        if (used > w)
            return blank > 0 ? blank : fit;
        fit = (size_t)(it.at - text);
    }
    return len;
}

int acd_widgets_paragraph(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                          const char *text)
{
    size_t len = strlen(text);
    int rows = 0;

    while (len > 0 && rows < at.h && at.w > 0) {
        size_t n = rows + 1 < at.h ? row_bytes(grid, text, len, at.w) : len;
        if (n == 0) /* not even one piece: an escape that is wider than the row */
            n = len;
        acd_grid_textn(grid, acd_grid_row(at.x, at.y + rows, at.w), style, text, n);
        for (rows++; n < len && text[n] == ' ';)
            n++;
        text += n;
        len -= n;
    }
    return rows;
}

int acd_widgets_paragraph_rows(const struct acd_grid *grid, int width, const char *text)
{
    size_t len = strlen(text);
    int rows = 0;

    while (len > 0 && width > 0) {
        size_t n = row_bytes(grid, text, len, width);
        if (n == 0)
            return rows + 1;
        for (rows++; n < len && text[n] == ' ';)
            n++;
        text += n;
        len -= n;
    }
    return rows;
}
