/* SPDX-License-Identifier: MIT */
/*
 * The picture: a grid of cells that views draw into, and that the terminal side compares with the
 * one it showed last. Cells hold sanitised text and a role, nothing of any terminal, so the same
 * calls give the same grid anywhere. Only init and resize allocate. One thread.
 *
 * Invariants: bytes past a cell's length are zero, so cells compare by value; a character of two
 * columns stands in one cell and is followed by its tail, which has no text, or is not there at all.
 */
#ifndef ACD_TUI_VIEW_GRID_H
#define ACD_TUI_VIEW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/view/style.h"
#include "tui/view/text.h"

/* A terminal that says it is larger is drawn as if it were so large. */
#define ACD_GRID_WIDTH_MAX 1024
#define ACD_GRID_HEIGHT_MAX 512

struct acd_rect {
    int x, y, w, h;
};

struct acd_grid_cell {
    char text[ACD_PIECE_SIZE];
    uint8_t len;   /* 1 to 15; 0 in a tail */
    uint8_t width; /* 1 or 2; 0 in a tail */
    uint8_t style; /* enum acd_style */
};

struct acd_grid {
    int w, h;
    struct acd_rect clip; /* drawing outside of it has no effect */
    enum acd_glyphs glyphs;
    unsigned text_flags; /* for all text drawn: ACD_TEXT_ASCII follows glyphs, the rest is free */
    struct acd_grid_cell *cells;
    size_t cell_room;
};

/* A grid of w × h blanks, sizes bounded to 1 and the maximum. 0 or -ENOMEM. */
int acd_grid_init(struct acd_grid *grid, int w, int h, enum acd_glyphs glyphs);

/* Frees what init made; a grid of zeros is fine. */
void acd_grid_fini(struct acd_grid *grid);

/* Another size, all blank, clip reset. 0, or -ENOMEM and the grid is as it was. */
int acd_grid_resize(struct acd_grid *grid, int w, int h);

/* All blank, clip reset. */
void acd_grid_clear(struct acd_grid *grid);

/* Makes `to` equal to `from`; both of one size. */
void acd_grid_copy(struct acd_grid *to, const struct acd_grid *from);

/* The part that two rectangles share; w and h are never negative. */
struct acd_rect acd_grid_intersect(struct acd_rect a, struct acd_rect b);

/* The whole grid as a rectangle. */
struct acd_rect acd_grid_rect(const struct acd_grid *grid);

/*
 * Confines drawing to the part of `clip` that lies inside the present clip. Returns that one, to be
 * put back into grid->clip when done.
 */
struct acd_rect acd_grid_clip(struct acd_grid *grid, struct acd_rect clip);

/* -------------------------------------------------------------------------- drawing */

/* The `w` columns of row y from column x on. */
static inline struct acd_rect acd_grid_row(int x, int y, int w)
{
    return (struct acd_rect){x, y, w, 1};
}

/*
 * Draws text, made safe, on the first row of `at`; what is too long ends in an ellipsis. Returns
 * the columns taken. `at` may lie outside the grid, or be empty.
 */
int acd_grid_text(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                  const char *text);

/* The same for `len` bytes that may hold NULs. */
int acd_grid_textn(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                   const char *text, size_t len);

/* The same, but the text ends at the right edge of `at`. */
int acd_grid_text_right(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                        const char *text);

/* The same as acd_grid_text() with a format. Cut at 1,023 bytes. */
int acd_grid_printf(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Draws text and takes its columns off the left of `at`: a line of several styles. */
void acd_grid_append(struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
                     const char *text);

/* The same, or nothing if not all of it fits: a number that is cut is another number. */
bool acd_grid_append_whole(struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
                           const char *text);

/* One code point of one or two columns of our own, e.g. a block; not made safe. In ASCII, a '?'
 * stands for what is not ASCII. */
void acd_grid_glyph(struct acd_grid *grid, int x, int y, enum acd_style style, uint32_t cp);

/* Blanks in a style. */
void acd_grid_fill(struct acd_grid *grid, struct acd_rect rect, enum acd_style style);

/* A line along the first row of `at`. */
void acd_grid_hline(struct acd_grid *grid, struct acd_rect at, enum acd_style style);

/* Another style for what stands there already: a selected row. */
void acd_grid_restyle(struct acd_grid *grid, struct acd_rect rect, enum acd_style style);

/* -------------------------------------------------------------------------- reading */

/* The cell at (x, y), which must lie inside. */
const struct acd_grid_cell *acd_grid_at(const struct acd_grid *grid, int x, int y);

bool acd_grid_cell_equal(const struct acd_grid_cell *a, const struct acd_grid_cell *b);

/* The same of row y of two grids of one size, and of all their rows. */
bool acd_grid_row_equal(const struct acd_grid *a, const struct acd_grid *b, int y);
bool acd_grid_equal(const struct acd_grid *a, const struct acd_grid *b);

/* Whether all terminals take one column for the cell's text. After any other, only the terminal
 * knows where its cursor stands. */
bool acd_grid_cell_exact(const struct acd_grid_cell *cell);

struct acd_run {
    int x, y, w;
};

/*
 * The next run of cells in which `now` differs from `before`, of one size: start with a run of
 * zeros, go on with what came back. False when there is none left. A run never begins in a tail.
 */
bool acd_grid_diff(const struct acd_grid *before, const struct acd_grid *now, struct acd_run *run);

/*
 * The grid as text for people and for golden files: one line a row, trailing blanks cut. Writes at
 * most `size` bytes, NUL included, and returns the length that the whole has, like snprintf().
 */
size_t acd_grid_dump(const struct acd_grid *grid, char *out, size_t size);

/* The same with the letter of each cell's style instead of its text; trailing normal ones cut. */
size_t acd_grid_dump_styles(const struct acd_grid *grid, char *out, size_t size);

#endif
