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

#include "tui/term/scroll.h"

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

/* Strings of the form ESC [ ... m, joined to one; any other goes through as it is. */
struct sgr {
    struct acd_frame *frame;
    char bytes[64];
    size_t len; /* 0: nothing yet */
};

static void sgr_flush(struct sgr *sgr)
{
    if (sgr->len > 0) {
        sgr->bytes[sgr->len - 1] = 'm';
        acd_frame_add(sgr->frame, sgr->bytes, sgr->len);
    }
    sgr->len = 0;
}

static void sgr_add(struct sgr *sgr, const char *string)
{
    size_t len = strlen(string);
    bool joins = len >= 3 && len <= 40 && string[0] == '\033' && string[1] == '[' &&
                 strspn(string + 2, "0123456789;") == len - 3 && string[len - 1] == 'm';

    if (sgr->len + len > sizeof(sgr->bytes) || !joins)
        sgr_flush(sgr);
    if (!joins) {
        acd_frame_string(sgr->frame, string);
        return;
    }
    /* Each part ends in the ';' that the last one's gives way to an 'm'. */
    size_t skip = sgr->len > 0 ? 2 : 0;
    memcpy(sgr->bytes + sgr->len, string + skip, len - skip);
    sgr->len += len - skip;
    sgr->bytes[sgr->len - 1] = ';';
}

static void sgr_filled(struct sgr *sgr, const char *format, int number)
{
    const char *string = tiparm(format, number, 0);

    if (string != NULL)
        sgr_add(sgr, string);
}

/* Back to the character set that nobody leaves here: said once, with the clearing. */
static const char *reset_of(const struct acd_pen *pen)
{
    static const char charset[] = "\033(B";
    const char *sgr0 = pen->caps->sgr0;
    bool has = pen->known && strncmp(sgr0, charset, sizeof(charset) - 1) == 0;

    return has ? sgr0 + sizeof(charset) - 1 : sgr0;
}

static void add_attributes(struct sgr *sgr, const struct acd_caps *caps, unsigned attrs)
{
    if (attrs & ACD_ATTR_BOLD)
        sgr_add(sgr, caps->bold);
    if (attrs & ACD_ATTR_DIM)
        sgr_add(sgr, caps->dim);
    if (attrs & ACD_ATTR_UNDERLINE)
        sgr_add(sgr, caps->underline);
    if (attrs & ACD_ATTR_REVERSE)
        sgr_add(sgr, caps->reverse);
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
    struct sgr sgr = {.frame = frame};

    if (needs_reset(pen, &to)) {
        sgr_add(&sgr, reset_of(pen));
        pen->paint = (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
        pen->known = true;
    }
    add_attributes(&sgr, pen->caps, to.attrs & ~pen->paint.attrs);
    if (to.fg != pen->paint.fg)
        sgr_filled(&sgr, pen->caps->setaf, to.fg);
    if (to.bg != pen->paint.bg)
        sgr_filled(&sgr, pen->caps->setab, to.bg);
    sgr_flush(&sgr);
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

/* Whether a blank looks the same in this paint as in the terminal's own colours. */
static bool paints_no_blanks(struct acd_paint paint)
{
    return paint.bg == ACD_COLOUR_NONE &&
           (paint.attrs & (ACD_ATTR_REVERSE | ACD_ATTR_UNDERLINE)) == 0;
}

static bool blanks_are_plain(const struct acd_pen *pen)
{
    return pen->known && paints_no_blanks(pen->paint);
}

/* A cell that looks like an erased one. */
static bool is_erased(const struct painter *painter, const struct acd_grid_cell *cell)
{
    return is_blank(cell) && paints_no_blanks(paint_of(painter->pen, cell->style));
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
    return same_paint(painter->pen, paint_of(painter->pen, cell->style)) ||
           (blanks_are_plain(painter->pen) && is_erased(painter, cell));
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
        if (!acd_grid_cell_exact(cell) || !is_painted(painter, cell))
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
    if (!is_painted(painter, cell))
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
    if (!blanks_are_plain(painter->pen))
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

/* The style of blanks that the terminal makes: none at all when the theme paints blanks too. */
static enum acd_style erased_style(const struct acd_pen *pen)
{
    struct acd_paint normal = paint_of(pen, ACD_STYLE_NORMAL);

    return normal.bg != ACD_COLOUR_NONE || normal.attrs != 0 ? ACD_STYLE_COUNT : ACD_STYLE_NORMAL;
}

bool acd_frame_scroll(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before,
                      const struct acd_grid *now)
{
    struct acd_paint plain = {ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0};
    struct acd_scroll scroll;

    if (*pen->caps->csr == '\0' || !acd_scroll_find(before, now, &scroll))
        return false;
    /* Some terminals fill what comes in with the colour that is set. */
    if (!blanks_are_plain(pen))
        change_paint(frame, pen, plain);
    add_filled(frame, pen->caps->csr, scroll.top, scroll.bottom);
    add_filled(frame, pen->caps->cup, scroll.bottom, 0);
    for (int i = 0; i < scroll.rows; i++)
        acd_frame_string(frame, pen->caps->ind);
    add_filled(frame, pen->caps->csr, 0, now->h - 1);
    acd_scroll_apply(before, scroll, erased_style(pen));
    return true;
}

void acd_frame_clear(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before)
{
    pen->known = false;
    change_paint(frame, pen, (struct acd_paint){ACD_COLOUR_NONE, ACD_COLOUR_NONE, 0});
    acd_frame_string(frame, pen->caps->clear);
    acd_grid_clear(before);
    if (erased_style(pen) != ACD_STYLE_NORMAL)
        acd_grid_fill(before, acd_grid_rect(before), erased_style(pen));
}
