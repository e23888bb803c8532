/* SPDX-License-Identifier: MIT */
/*
 * Drawing the difference of two grids. A painter walks the runs that differ, keeps what it knows of
 * the terminal's cursor and colours, and takes the shortest of several ways: over a few equal cells it
 * writes them again, past the last text of a row it erases. Changes that stand alone come last, those
 * of one colour together. After a character about whose width terminals disagree it takes the cursor's
 * place for unknown.
 */
#include "config.h"

#include "tui/term/frame.h"

#include <stdlib.h>
#include <string.h>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>

#include "tui/term/scroll.h"

/* Going somewhere costs about as many bytes. */
#define HOP_MAX 4

/* So many rows down, or columns back, are gone one by one: that is shorter. */
#define FEEDS_MAX 3
#define BACKS_MAX 3

/* Changes that are put off; more are drawn where they stand. */
#define LOOSE_MAX 512

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
    size_t loose_count;
    struct acd_run loose[LOOSE_MAX]; /* w is 0 for those that were drawn */
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

/* -------------------------------------------------------------------------- cells */

static bool is_blank(const struct acd_grid_cell *cell)
{
    return cell->len == 1 && cell->text[0] == ' ';
}

/* A cell that looks like an erased one. */
static bool is_erased(const struct painter *painter, const struct acd_grid_cell *cell)
{
    return is_blank(cell) && acd_pen_leaves_blanks(acd_pen_paint(painter->pen, cell->style));
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

/* Whether the cell can be drawn with the paint that is set. */
static bool is_painted(const struct painter *painter, const struct acd_grid_cell *cell)
{
    return acd_pen_has(painter->pen, acd_pen_paint(painter->pen, cell->style)) ||
           (acd_pen_blanks_plain(painter->pen) && is_erased(painter, cell));
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

/* A way to a place: the bytes that go there. */
struct way {
    char bytes[64];
    size_t len;
};

static void way_add(struct way *way, const char *bytes, size_t len)
{
    if (len <= sizeof(way->bytes) - way->len) {
        memcpy(way->bytes + way->len, bytes, len);
        way->len += len;
    }
}

/* The second way is taken if it is shorter, or the only one. */
static void way_choose(struct way *best, const char *format, int first, int second)
{
    const char *string = *format == '\0' ? NULL : tiparm(format, first, second);
    size_t len = string == NULL ? 0 : strlen(string);

    if (len > 0 && len <= sizeof(best->bytes) && (best->len == 0 || len < best->len)) {
        best->len = 0;
        way_add(best, string, len);
    }
}

/* The cells from one column to another, if they can be written again as they are. */
static bool way_hop(const struct painter *painter, int from, int x, int y, struct way *ret_way)
{
    struct way way = {.len = 0};

    if (x < from || x - from > HOP_MAX)
        return false;
    for (int i = from; i < x; i++) {
        const struct acd_grid_cell *cell = acd_grid_at(painter->now, i, y);
        if (!acd_grid_cell_exact(cell) || !is_painted(painter, cell))
            return false;
        way_add(&way, cell->text, cell->len);
    }
    if (way.len > HOP_MAX)
        return false;
    *ret_way = way;
    return true;
}

/* The shortest way along a row. */
static struct way way_along(const struct painter *painter, int from, int x, int y)
{
    const struct acd_caps *caps = painter->pen->caps;
    struct way way = {.len = 0};

    if (from != NOWHERE && way_hop(painter, from, x, y, &way))
        return way;
    if (from != NOWHERE && from < x)
        way_choose(&way, caps->cuf, x - from, 0);
    if (from > x)
        way_choose(&way, caps->cub, from - x, 0);
    if (from > x && from - x <= BACKS_MAX && caps->plain_moves) {
        way.len = 0;
        way_add(&way, "\b\b\b", (size_t)(from - x));
    }
    way_choose(&way, caps->hpa, x, 0);
    return way;
}

/* The same, some rows down, from the cursor's column or the first one. */
static void way_down(const struct painter *painter, int x, int y, bool from_first, struct way *best)
{
    const char *feeds = from_first ? "\r\n\n\n" : "\n\n\n";
    struct way way = {.len = 0};
    struct way along = way_along(painter, from_first ? 0 : painter->x, x, y);

    way_add(&way, feeds, (size_t)(y - painter->y) + from_first);
    if (along.len == 0 && x != (from_first ? 0 : painter->x))
        return;
    way_add(&way, along.bytes, along.len);
    if (way.len < best->len)
        *best = way;
}

static void move_to(struct painter *painter, int x, int y)
{
    struct way way = {.len = 0};

    if (painter->y == y && painter->x == x)
        return;
    if (painter->y == y)
        way = way_along(painter, painter->x, x, y);
    if (way.len == 0)
        way_choose(&way, painter->pen->caps->cup, y, x);
    if (painter->pen->caps->plain_moves && painter->x != NOWHERE && y > painter->y &&
        y - painter->y <= FEEDS_MAX) {
        way_down(painter, x, y, false, &way);
        way_down(painter, x, y, true, &way);
    }
    acd_frame_add(painter->frame, way.bytes, way.len);
    painter->x = x;
    painter->y = y;
}

/* Draws the cell at (x, y) with all that it needs. */
static void draw_cell(struct painter *painter, int x, int y)
{
    const struct acd_grid_cell *cell = acd_grid_at(painter->now, x, y);
    struct acd_paint paint = acd_pen_paint(painter->pen, cell->style);

    move_to(painter, x, y);
    if (!is_painted(painter, cell))
        acd_pen_change(painter->pen, painter->frame, paint);
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
    if (!acd_pen_blanks_plain(painter->pen))
        acd_pen_change(painter->pen, painter->frame, plain);
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

/* Whether a run is of one colour and touches nothing else: it can be drawn at any time. */
static bool is_loose(struct painter *painter, const struct acd_run *run)
{
    const struct acd_grid_cell *first = acd_grid_at(painter->now, run->x, run->y);

    if (run->x + run->w > blank_from(painter, run->y) || run->x + run->w >= painter->now->w)
        return false;
    for (int x = run->x; x < run->x + run->w; x++) {
        const struct acd_grid_cell *cell = acd_grid_at(painter->now, x, run->y);
        if (may_spill(painter, x, run->y) || cell->width != 1 ||
            (cell->style != first->style && !is_erased(painter, cell)))
            return false;
    }
    return true;
}

/* Each colour's together, those of the one that is set first. */
static void draw_loose(struct painter *painter)
{
    for (size_t drawn = 0; drawn < painter->loose_count;) {
        size_t next = painter->loose_count;
        for (size_t i = 0; i < painter->loose_count; i++) {
            struct acd_run *run = &painter->loose[i];
            if (run->w == 0)
                continue;
            if (is_painted(painter, acd_grid_at(painter->now, run->x, run->y))) {
                draw_run(painter, run);
                run->w = 0;
                drawn++;
            } else if (next == painter->loose_count) {
                next = i;
            }
        }
        if (next < painter->loose_count) {
            struct acd_run *run = &painter->loose[next];
            draw_run(painter, run);
            run->w = 0;
            drawn++;
        }
    }
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
        if (painter.loose_count < LOOSE_MAX && is_loose(&painter, &run))
            painter.loose[painter.loose_count++] = run;
        else if (draw_run(&painter, &run))
            run = (struct acd_run){.x = now->w, .y = run.y};
    }
    draw_loose(&painter);
}

/* The style of blanks that the terminal makes: none at all when the theme paints blanks too. */
static enum acd_style erased_style(const struct acd_pen *pen)
{
    struct acd_paint normal = acd_pen_paint(pen, ACD_STYLE_NORMAL);

    return normal.bg != ACD_COLOUR_NONE || normal.attrs != 0 ? ACD_STYLE_COUNT : ACD_STYLE_NORMAL;
}

bool acd_frame_scroll(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before,
                      const struct acd_grid *now, struct acd_grid *ret_unscrolled)
{
    struct acd_paint plain = {ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
    struct acd_scroll scroll;

    if (*pen->caps->csr == '\0' || !acd_scroll_find(before, now, &scroll))
        return false;
    /* Some terminals fill what comes in with the colour that is set. */
    if (!acd_pen_blanks_plain(pen))
        acd_pen_change(pen, frame, plain);
    add_filled(frame, pen->caps->csr, scroll.top, scroll.bottom);
    add_filled(frame, pen->caps->cup, scroll.bottom, 0);
    for (int i = 0; i < scroll.rows; i++)
        acd_frame_string(frame, pen->caps->ind);
    add_filled(frame, pen->caps->csr, 0, now->h - 1);
    acd_grid_copy(ret_unscrolled, before);
    acd_scroll_apply(before, scroll, erased_style(pen));
    return true;
}

void acd_frame_clear(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before)
{
    pen->known = false;
    acd_pen_change(pen, frame, (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0});
    /* The region that curses set is of the height in terminfo: lines below it would not be reached. */
    if (*pen->caps->csr != '\0')
        add_filled(frame, pen->caps->csr, 0, before->h - 1);
    acd_frame_string(frame, pen->caps->clear);
    acd_grid_clear(before);
    if (erased_style(pen) != ACD_STYLE_NORMAL)
        acd_grid_fill(before, acd_grid_rect(before), erased_style(pen));
}
