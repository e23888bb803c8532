/* SPDX-License-Identifier: MIT */
/*
 * What screens are made of, beside text: meters, sparklines, bars, boxes. Drawn with the glyphs of
 * the grid. A picture never says more than its numbers: a meter is full only when all is reached
 * and empty only at nothing, and "no data" looks different from zero. Stateless.
 */
#ifndef ACD_TUI_VIEW_WIDGETS_H
#define ACD_TUI_VIEW_WIDGETS_H

#include <stddef.h>
#include <stdint.h>

#include "tui/view/grid.h"

/* `part` of `whole` as `[#######...]` on the first row of `at`, from 3 columns on. `whole` 0 is no
 * data: brackets around a dash. More than the whole is drawn as full. */
void acd_widgets_meter(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                       uint64_t part, uint64_t whole);

/* The same without brackets and rest: a row of a histogram. `whole` 0 draws nothing. */
void acd_widgets_bar(struct acd_grid *grid, struct acd_rect at, enum acd_style style, uint64_t part,
                     uint64_t whole);

enum acd_span_kind {
    ACD_SPAN_SOLID,
    ACD_SPAN_FAINT, /* nothing is known of it */
    ACD_SPAN_OPEN   /* it goes on: ends in an arrow */
};

/* A stretch of time on an axis of `axis` units that is as wide as `at`. */
struct acd_span {
    uint64_t from, to, axis;
    enum acd_span_kind kind;
};

/* A bar from span.from to span.to: a row of a waterfall. At least one column if it begins on the
 * axis; what is past the end of the axis is left out. */
void acd_widgets_span(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                      struct acd_span span);

/* Columns that stand side by side on the last row of `at`, one cell wide each: a histogram. */
struct acd_bars {
    const uint64_t *counts;
    const unsigned char *styles; /* enum acd_style of each */
    size_t count;
    uint64_t max; /* what the highest is drawn as */
};
void acd_widgets_bars(struct acd_grid *grid, struct acd_rect at, const struct acd_bars *bars);

/* No data in a series of counts; in one of doubles it is NAN. */
#define ACD_WIDGETS_GAP UINT64_MAX

/* Samples, oldest first: either doubles or counts. */
struct acd_series {
    const double *doubles;
    const uint64_t *counts; /* used if doubles is NULL */
    size_t count;
    double max; /* what the highest glyph means; 0: the largest of those shown */
};

/* The newest samples that fit, the last one at the right edge; Braille has two in a cell. Exactly 0
 * is the lowest glyph, anything more at least the next; a gap is a blank. */
void acd_widgets_spark(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                       const struct acd_series *series);

/* A frame with a title (NULL: none), blank inside; returns the inside. */
struct acd_rect acd_widgets_box(struct acd_grid *grid, struct acd_rect at, const char *title);

/* Text in as many rows of `at` as it needs or there are, broken between words; the last one ends in
 * an ellipsis if there is more. Returns the rows taken. */
int acd_widgets_paragraph(struct acd_grid *grid, struct acd_rect at, enum acd_style style,
                          const char *text);

/* How many rows that is where there is no end to them. */
int acd_widgets_paragraph_rows(const struct acd_grid *grid, int width, const char *text);

/* Where acd_widgets_popup() puts what stands inside its box. */
struct acd_rect acd_widgets_popup_inside(const struct acd_grid *grid, int w, int h);

/* A box in the middle of the grid, for `w` × `h` cells inside or what there is room for. */
struct acd_rect acd_widgets_popup(struct acd_grid *grid, int w, int h, const char *title);

/* Which part of `count` rows is shown, as a bar down the column of `at`; nothing if all are. */
void acd_widgets_scrollbar(struct acd_grid *grid, struct acd_rect at, size_t top, size_t count);

#endif
