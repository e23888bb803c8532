/* SPDX-License-Identifier: MIT */
/*
 * Drawing into cells. Everything that is drawn goes through put(), which alone knows the clip and
 * keeps characters of two columns whole: half of one never stays behind, it becomes a blank.
 */
#include "config.h"

#include "tui/view/grid.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/view/width.h"

static const struct acd_grid_cell blank = {.text = " ", .len = 1, .width = 1};

static int bounded(int value, int max)
{
    return value < 1 ? 1 : value > max ? max : value;
}

int acd_grid_init(struct acd_grid *grid, int w, int h, enum acd_glyphs glyphs)
{
    *grid = (struct acd_grid){.glyphs = glyphs};
    if (glyphs == ACD_GLYPHS_ASCII)
        grid->text_flags |= ACD_TEXT_ASCII;
    return acd_grid_resize(grid, w, h);
}

void acd_grid_fini(struct acd_grid *grid)
{
    free(grid->cells);
    *grid = (struct acd_grid){0};
}

int acd_grid_resize(struct acd_grid *grid, int w, int h)
{
    w = bounded(w, ACD_GRID_WIDTH_MAX);
    h = bounded(h, ACD_GRID_HEIGHT_MAX);

    size_t need = (size_t)w * (size_t)h;
    if (need > grid->cell_room) {
        struct acd_grid_cell *cells = malloc(need * sizeof(*cells));
        if (cells == NULL)
            return -ENOMEM;
        free(grid->cells);
        grid->cells = cells;
        grid->cell_room = need;
    }
    grid->w = w;
    grid->h = h;
    acd_grid_clear(grid);
    return 0;
}

void acd_grid_clear(struct acd_grid *grid)
{
    size_t count = (size_t)grid->w * (size_t)grid->h;

    grid->cells[0] = blank;
    for (size_t done = 1; done < count; done *= 2) /* each time as many again */
        memcpy(grid->cells + done, grid->cells,
               (done < count - done ? done : count - done) * sizeof(*grid->cells));
    grid->clip = acd_grid_rect(grid);
}

void acd_grid_copy(struct acd_grid *to, const struct acd_grid *from)
{
    size_t row = (size_t)from->w;

    for (int y = 0; y < from->h; y++) /* most rows of two pictures are equal */
        if (!acd_grid_row_equal(to, from, y))
            memcpy(to->cells + (size_t)y * row, from->cells + (size_t)y * row,
                   row * sizeof(*from->cells));
}

struct acd_rect acd_grid_intersect(struct acd_rect a, struct acd_rect b)
{
    int x0 = a.x > b.x ? a.x : b.x;
    int y0 = a.y > b.y ? a.y : b.y;
    int x1 = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int y1 = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;

    return (struct acd_rect){x0, y0, x1 > x0 ? x1 - x0 : 0, y1 > y0 ? y1 - y0 : 0};
}

struct acd_rect acd_grid_rect(const struct acd_grid *grid)
{
    return (struct acd_rect){0, 0, grid->w, grid->h};
}

struct acd_rect acd_grid_clip(struct acd_grid *grid, struct acd_rect clip)
{
    struct acd_rect before = grid->clip;

    grid->clip = acd_grid_intersect(before, clip);
    return before;
}

/* -------------------------------------------------------------------------- drawing */

static struct acd_grid_cell *cell_at(struct acd_grid *grid, int x, int y)
{
    return &grid->cells[(size_t)y * (size_t)grid->w + (size_t)x];
}

const struct acd_grid_cell *acd_grid_at(const struct acd_grid *grid, int x, int y)
{
    return &grid->cells[(size_t)y * (size_t)grid->w + (size_t)x];
}

static bool in_clip(const struct acd_grid *grid, int x, int y)
{
    const struct acd_rect *clip = &grid->clip;

    return x >= clip->x && x < clip->x + clip->w && y >= clip->y && y < clip->y + clip->h;
}

/* Blanks a cell that lost its other half, in the style it had. */
static void orphan(struct acd_grid_cell *cell)
{
    uint8_t style = cell->style;

    *cell = blank;
    cell->style = style;
}

/* Before the cell at (x, y) is overwritten: no half of a wide character may stay beside it. */
static void part(struct acd_grid *grid, int x, int y)
{
    struct acd_grid_cell *cell = cell_at(grid, x, y);

    if (cell->width == 0)
        orphan(cell - 1);
    else if (cell->width == 2)
        orphan(cell + 1);
}

/* Stores one cell, and the tail it needs. What the clip cuts in half comes out as a blank. */
static void put(struct acd_grid *grid, int x, int y, const struct acd_grid_cell *cell)
{
    bool left = in_clip(grid, x, y);
    bool right = cell->width == 2 && in_clip(grid, x + 1, y);

    if (cell->width == 2 && left != right) {
        struct acd_grid_cell half = *cell;
        orphan(&half);
        put(grid, left ? x : x + 1, y, &half);
        return;
    }
    if (!left)
        return;
    part(grid, x, y);
    if (right) {
        part(grid, x + 1, y);
        *cell_at(grid, x + 1, y) = (struct acd_grid_cell){.style = cell->style};
    }
    *cell_at(grid, x, y) = *cell;
}

static struct acd_grid_cell make_cell(enum acd_style style, const char *bytes, size_t len,
                                      int width)
{
    struct acd_grid_cell cell = {
        .len = (uint8_t)len, .width = (uint8_t)width, .style = (uint8_t)style};

    memcpy(cell.text, bytes, len);
    return cell;
}

/* The characters of an escape have a cell each, as many of them as `at` has room for. */
static int put_escape(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                      const struct acd_piece *piece)
{
    size_t used = 0;
    int taken = 0;

    while (used < piece->len && taken < at.w) {
        const char *bytes = piece->bytes + used;
        uint32_t cp;
        size_t len = acd_text_decode(bytes, piece->len - used, &cp);
        struct acd_grid_cell cell = make_cell(style, bytes, len, 1);
        put(grid, at.x + taken, at.y, &cell);
        used += len;
        taken++;
    }
    return taken;
}

static void put_ellipsis(struct acd_grid *grid, struct acd_rect at, enum acd_style style)
{
    const char *bytes = acd_text_ellipsis(grid->glyphs);
    struct acd_grid_cell cell = make_cell(style, bytes, strlen(bytes), 1);

    put(grid, at.x + at.w - 1, at.y, &cell);
}

int acd_grid_textn(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                   const char *text, size_t len)
{
    struct acd_text_iter iter = acd_text_start(text, len, grid->text_flags);
    struct acd_piece piece;
    struct acd_rect rest = at;

    if (at.w < 1 || at.h < 1)
        return 0;
    while (acd_text_next(&iter, &piece)) {
        int taken = piece.width;
        if (piece.escape) {
            put_escape(grid, rest, style, &piece);
        } else if (taken <= rest.w) {
            struct acd_grid_cell cell = make_cell(style, piece.bytes, piece.len, taken);
            put(grid, rest.x, rest.y, &cell);
        }
        if (taken > rest.w) {
            put_ellipsis(grid, at, style);
            return at.w;
        }
        rest.x += taken;
        rest.w -= taken;
    }
    return at.w - rest.w;
}

int acd_grid_text(struct acd_grid *grid, struct acd_rect at, enum acd_style style, const char *text)
{
    return acd_grid_textn(grid, at, style, text, strlen(text));
}

int acd_grid_text_right(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                        const char *text)
{
    if (at.w < 1)
        return 0;

    size_t len = strlen(text);
    int width = (int)acd_text_width(text, len, grid->text_flags, (size_t)at.w);
    if (width < at.w) {
        at.x += at.w - width;
        at.w = width;
    }
    return acd_grid_textn(grid, at, style, text, len);
}

int acd_grid_printf(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                    const char *format, ...)
{
    char text[1024];
    va_list args;

    va_start(args, format);
    int len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len < 0)
        return 0;
    return acd_grid_text(grid, at, style, text);
}

void acd_grid_append(struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
                     const char *text)
{
    int taken = acd_grid_text(grid, *at, style, text);

    at->x += taken;
    at->w -= taken;
}

bool acd_grid_append_whole(struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
                           const char *text)
{
    size_t room = at->w > 0 ? (size_t)at->w : 0;
    if (acd_text_width(text, strlen(text), grid->text_flags, room) > room)
        return false;
    acd_grid_append(grid, at, style, text);
    return true;
}

void acd_grid_glyph(struct acd_grid *grid, int x, int y, enum acd_style style, uint32_t cp)
{
    char bytes[4];

    if (grid->glyphs == ACD_GLYPHS_ASCII && cp > 0x7e)
        cp = '?';
    int width = acd_width_of(cp);
    if (width < 1)
        return;
    size_t len = acd_text_encode(cp, bytes);
    struct acd_grid_cell cell = make_cell(style, bytes, len, width);
    put(grid, x, y, &cell);
}

void acd_grid_fill(struct acd_grid *grid, struct acd_rect rect, enum acd_style style)
{
    struct acd_rect area = acd_grid_intersect(rect, grid->clip);

    for (int y = area.y; y < area.y + area.h; y++) {
        for (int x = area.x; x < area.x + area.w; x++)
            acd_grid_glyph(grid, x, y, style, ' ');
    }
}

void acd_grid_hline(struct acd_grid *grid, struct acd_rect at, enum acd_style style)
{
    at.h = at.h > 0;
    at = acd_grid_intersect(at, grid->clip);
    for (int i = 0; i < at.w && at.h > 0; i++)
        acd_grid_glyph(grid, at.x + i, at.y, style,
                       grid->glyphs == ACD_GLYPHS_ASCII ? '-' : 0x2500);
}

void acd_grid_restyle(struct acd_grid *grid, struct acd_rect rect, enum acd_style style)
{
    struct acd_rect area = acd_grid_intersect(rect, grid->clip);

    for (int y = area.y; y < area.y + area.h; y++) {
        for (int x = area.x; x < area.x + area.w; x++) {
            struct acd_grid_cell *cell = cell_at(grid, x, y);
            if (cell->width == 0 && x == area.x)
                continue; /* a tail goes with its character, inside or not */
            cell->style = (uint8_t)style;
            if (cell->width == 2)
                cell[1].style = (uint8_t)style;
        }
    }
}

/* -------------------------------------------------------------------------- reading */

bool acd_grid_cell_equal(const struct acd_grid_cell *a, const struct acd_grid_cell *b)
{
    /* No padding, and what is unused is zero. */
    _Static_assert(sizeof(struct acd_grid_cell) == ACD_PIECE_SIZE + 3, "acd_grid_cell has padding");
    return memcmp(a, b, sizeof(*a)) == 0;
}

bool acd_grid_row_equal(const struct acd_grid *a, const struct acd_grid *b, int y)
{
    return memcmp(acd_grid_at(a, 0, y), acd_grid_at(b, 0, y), (size_t)a->w * sizeof(*a->cells)) ==
           0;
}

bool acd_grid_equal(const struct acd_grid *a, const struct acd_grid *b)
{
    return memcmp(a->cells, b->cells, (size_t)a->w * (size_t)a->h * sizeof(*a->cells)) == 0;
}

bool acd_grid_cell_exact(const struct acd_grid_cell *cell)
{
    uint32_t cp;

    return cell->len > 0 && acd_text_decode(cell->text, cell->len, &cp) == cell->len &&
           acd_width_agreed(cp);
}

bool acd_grid_diff(const struct acd_grid *before, const struct acd_grid *now, struct acd_run *run)
{
    int x = run->x + run->w;

    for (int y = run->y; y < now->h; y++, x = 0) {
        if (x == 0 && acd_grid_row_equal(before, now, y))
            continue;
        while (x < now->w && acd_grid_cell_equal(acd_grid_at(before, x, y), acd_grid_at(now, x, y)))
            x++;
        if (x == now->w)
            continue;
        int end = x + 1;
        while (end < now->w &&
               !acd_grid_cell_equal(acd_grid_at(before, end, y), acd_grid_at(now, end, y)))
            end++;
        *run = (struct acd_run){x, y, end - x};
        return true;
    }
    return false;
}

/* What of a cell goes into a dump; the length is 0 for a tail's text. */
typedef size_t cell_text(const struct acd_grid_cell *cell, char ret_bytes[ACD_PIECE_SIZE]);

static size_t text_of(const struct acd_grid_cell *cell, char ret_bytes[ACD_PIECE_SIZE])
{
    memcpy(ret_bytes, cell->text, ACD_PIECE_SIZE);
    return cell->len;
}

static size_t letter_of(const struct acd_grid_cell *cell, char ret_bytes[ACD_PIECE_SIZE])
{
    ret_bytes[0] = acd_style_letter(cell->style);
    return 1;
}

static size_t dump(const struct acd_grid *grid, cell_text *of, char trimmed, char *out, size_t size)
{
    size_t total = 0;
    size_t used = 0;

    for (int y = 0; y < grid->h; y++) {
        int last = grid->w - 1;
        char bytes[ACD_PIECE_SIZE];
        while (last >= 0 && of(acd_grid_at(grid, last, y), bytes) == 1 && bytes[0] == trimmed)
            last--;
        for (int x = 0; x <= last + 1; x++) {
            size_t len = 1;
            if (x == last + 1)
                bytes[0] = '\n';
            else
                len = of(acd_grid_at(grid, x, y), bytes);
            /* Once a cell did not fit, none after it may. */
            if (used == total && len < size - used) {
                memcpy(out + used, bytes, len);
                used += len;
            }
            total += len;
        }
    }
    if (size > 0)
        out[used] = '\0';
    return total;
}

size_t acd_grid_dump(const struct acd_grid *grid, char *out, size_t size)
{
    return dump(grid, text_of, ' ', out, size);
}

size_t acd_grid_dump_styles(const struct acd_grid *grid, char *out, size_t size)
{
    return dump(grid, letter_of, acd_style_letter(ACD_STYLE_NORMAL), out, size);
}
