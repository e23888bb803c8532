/* SPDX-License-Identifier: MIT */
/*
 * Drawing the difference of two grids. A painter walks the runs that differ, keeps what it knows of
 * the terminal's cursor and colours, and takes the shorter of two ways: over a few equal cells it
 * writes them again, past the last text of a row it erases. After a character about whose width
 * terminals disagree it takes the cursor's place for unknown.
 */
#include "config.h"

#include "tui/term/frame.h"

#include <stdlib.h>
#include <string.h>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

/* Going somewhere costs about as many bytes as this many plain cells. */
#define HOP_MAX 4

/* A frame of the largest grid in the worst style would not reach it. */
#define FRAME_MAX (64u << 20)

#define NOWHERE (-1)

struct painter {
    struct acd_frame *frame;
    struct acd_pen *pen;
    const struct acd_grid *before;
    const struct acd_grid *now;
    int x, y; /* the cursor; x is NOWHERE if only the terminal knows */
    int blank_row, blank_from;
};

void acd_frame_fini(struct acd_frame *frame)
{
    free(frame->bytes);
    *frame = (struct acd_frame){0};
}

void acd_frame_reset(struct acd_frame *frame)
{
    frame->len = 0;
    frame->sent = 0;
    frame->failed = false;
}

void acd_frame_add(struct acd_frame *frame, const char *bytes, size_t len)
{
    if (frame->failed || len == 0)
        return;
    if (len > frame->room - frame->len) {
        size_t room = frame->room > 0 ? frame->room : 4096;
        while (room - frame->len < len && room < FRAME_MAX)
            room *= 2;
        char *more = room - frame->len < len ? NULL : realloc(frame->bytes, room);
        if (more == NULL) {
            frame->failed = true;
            return;
        }
        frame->bytes = more;
        frame->room = room;
    }
    memcpy(frame->bytes + frame->len, bytes, len);
    frame->len += len;
}

void acd_frame_string(struct acd_frame *frame, const char *string)
{
    acd_frame_add(frame, string, strlen(string));
}

static void add_filled(struct acd_frame *frame, const char *format, int first, int second)
{
    const char *string = tiparm(format, first, second);

    if (string != NULL)
        acd_frame_string(frame, string);
}

/* -------------------------------------------------------------------------- colours */

static void add_attributes(struct acd_frame *frame, const struct acd_caps *caps, unsigned attrs)
{
    if (attrs & ACD_ATTR_BOLD)
        acd_frame_string(frame, caps->bold);
    if (attrs & ACD_ATTR_DIM)
        acd_frame_string(frame, caps->dim);
    if (attrs & ACD_ATTR_UNDERLINE)
        acd_frame_string(frame, caps->underline);
    if (attrs & ACD_ATTR_REVERSE)
        acd_frame_string(frame, caps->reverse);
}

/* Attributes and the terminal's own colours can only be had back all at once. */
static bool needs_reset(const struct acd_pen *pen, const struct acd_paint *to)
{
    const struct acd_paint *from = &pen->paint;

    return !pen->known || (from->attrs & ~to->attrs) != 0 ||
           (from->fg != ACD_COLOUR_NONE && to->fg == ACD_COLOUR_NONE) ||
           (from->bg != ACD_COLOUR_NONE && to->bg == ACD_COLOUR_NONE);
}

static void change_paint(struct acd_frame *frame, struct acd_pen *pen, struct acd_paint to)
{
    if (needs_reset(pen, &to)) {
        acd_frame_string(frame, pen->caps->sgr0);
        pen->paint = (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
        pen->known = true;
    }
    add_attributes(frame, pen->caps, to.attrs & ~pen->paint.attrs);
    if (to.fg != pen->paint.fg)
        add_filled(frame, pen->caps->setaf, to.fg, 0);
    if (to.bg != pen->paint.bg)
        add_filled(frame, pen->caps->setab, to.bg, 0);
    pen->paint = to;
}

static struct acd_paint paint_of(const struct acd_pen *pen, unsigned style)
{
    return acd_style_paint(pen->theme, (enum acd_style)style, pen->colours);
}

static bool same_paint(const struct acd_pen *pen, struct acd_paint paint)
{
    return pen->known && pen->paint.fg == paint.fg && pen->paint.bg == paint.bg &&
           pen->paint.attrs == paint.attrs;
}

/* -------------------------------------------------------------------------- cells */

static bool is_blank(const struct acd_grid_cell *cell)
{
    return cell->len == 1 && cell->text[0] == ' ';
}

/* A cell that looks like an erased one. */
static bool is_erased(const struct painter *painter, const struct acd_grid_cell *cell)
{
    struct acd_paint paint = paint_of(painter->pen, cell->style);

    return is_blank(cell) && paint.bg == ACD_COLOUR_NONE &&
           (paint.attrs & (ACD_ATTR_REVERSE | ACD_ATTR_UNDERLINE)) == 0;
}

/* The first column of row y from which on all cells look erased. */
static int blank_from(struct painter *painter, int y)
{
    if (painter->blank_row != y) {
        int x = painter->now->w;
        while (x > 0 && is_erased(painter, acd_grid_at(painter->now, x - 1, y)))
            x--;
        painter->blank_row = y;
        painter->blank_from = x;
    }
    return painter->blank_from;
}

/* In the last column a character goes without its marks: where the cursor stands then differs so
 * much that a mark may land on another character, or scroll the screen. */
static void put_cell(struct painter *painter, int x, int y)
{
    const struct acd_grid_cell *cell = acd_grid_at(painter->now, x, y);
    bool last = x + cell->width >= painter->now->w;
    uint32_t cp;

    acd_frame_add(painter->frame, cell->text,
                  last ? acd_text_decode(cell->text, cell->len, &cp) : cell->len);
    painter->x = !last && acd_grid_cell_exact(cell) ? x + 1 : NOWHERE;
}

/* Whether the cells from the cursor to column x can be written again as they are. */
static bool can_hop(const struct painter *painter, int x)
{
    if (x <= painter->x || x - painter->x > HOP_MAX)
        return false;
    for (int i = painter->x; i < x; i++) {
        const struct acd_grid_cell *cell = acd_grid_at(painter->now, i, painter->y);
        if (!acd_grid_cell_exact(cell) ||
            !same_paint(painter->pen, paint_of(painter->pen, cell->style)))
            return false;
    }
    return true;
}

static void move_to(struct painter *painter, int x, int y)
{
    const struct acd_caps *caps = painter->pen->caps;

    if (painter->y == y && painter->x == x)
        return;
    if (painter->y == y && painter->x != NOWHERE && can_hop(painter, x)) {
        while (painter->x < x)
            put_cell(painter, painter->x, y);
        return;
    }
    if (painter->y == y && *caps->hpa != '\0')
        add_filled(painter->frame, caps->hpa, x, 0);
    else
        add_filled(painter->frame, caps->cup, y, x);
    painter->x = x;
    painter->y = y;
}

/* Draws the cell at (x, y) with all that it needs. */
static void draw_cell(struct painter *painter, int x, int y)
{
    const struct acd_grid_cell *cell = acd_grid_at(painter->now, x, y);
    struct acd_paint paint = paint_of(painter->pen, cell->style);

    move_to(painter, x, y);
    if (!same_paint(painter->pen, paint))
        change_paint(painter->frame, painter->pen, paint);
    if (cell->width == 2 && !is_blank(acd_grid_at(painter->before, x + 1, y))) {
        /* A terminal that gives it one column would leave the old text in the second. */
        acd_frame_string(painter->frame, "  ");
        painter->x = NOWHERE;
        move_to(painter, x, y);
    }
    put_cell(painter, x, y);
}

/* Erases the rest of row y from column x on, if that is shorter than drawing it. */
static bool erase_rest(struct painter *painter, int x, int y)
{
    const struct acd_caps *caps = painter->pen->caps;
    struct acd_paint plain = {ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};

    if (*caps->el == '\0' || x < blank_from(painter, y) || painter->now->w - x <= HOP_MAX)
        return false;
    move_to(painter, x, y);
    if (!same_paint(painter->pen, plain))
        change_paint(painter->frame, painter->pen, plain);
    acd_frame_string(painter->frame, caps->el);
    return true;
}

/* Whether what is drawn at column x may spill, or have spilled, into the next one. */
static bool may_spill(const struct painter *painter, int x, int y)
{
    return !acd_grid_cell_exact(acd_grid_at(painter->before, x, y)) ||
           !acd_grid_cell_exact(acd_grid_at(painter->now, x, y));
}

/* Draws a run, and what stands behind it as long as that may have been damaged; true if the rest of
 * its row is done too. */
static bool draw_run(struct painter *painter, const struct acd_run *run)
{
    int y = run->y;
    int w = painter->now->w;
    bool keep_last = !painter->pen->caps->last_cell && y == painter->now->h - 1;

    for (int x = run->x; x < w && (x < run->x + run->w || may_spill(painter, x - 1, y)); x++) {
        const struct acd_grid_cell *cell = acd_grid_at(painter->now, x, y);
        if (cell->width == 0 || (keep_last && x + cell->width == w))
            continue;
        if (is_blank(cell) && erase_rest(painter, x, y))
            return true;
        draw_cell(painter, x, y);
    }
    return false;
}

void acd_frame_changes(struct acd_frame *frame, struct acd_pen *pen, const struct acd_grid *before,
                       const struct acd_grid *now)
{
    struct painter painter = {.frame = frame,
                              .pen = pen,
                              .before = before,
                              .now = now,
                              .x = NOWHERE,
                              .y = NOWHERE,
                              .blank_row = NOWHERE};
    struct acd_run run = {0};

    while (acd_grid_diff(before, now, &run)) {
        if (draw_run(&painter, &run))
            run = (struct acd_run){.x = now->w, .y = run.y};
    }
}

void acd_frame_clear(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before)
{
    struct acd_paint normal = paint_of(pen, ACD_STYLE_NORMAL);

    pen->known = false;
    change_paint(frame, pen, (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0});
    acd_frame_string(frame, pen->caps->clear);
    acd_grid_clear(before);
    if (normal.bg != ACD_COLOUR_NONE || normal.attrs != 0) {
        /* The theme paints blanks too: no cell is as it should be. */
        acd_grid_fill(before, acd_grid_rect(before), ACD_STYLE_COUNT);
    }
}
