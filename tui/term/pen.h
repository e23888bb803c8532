/* SPDX-License-Identifier: MIT */
/*
 * What the terminal draws with now, and how it comes to draw with something else.  Plain data of the
 * screen's, kept by frame.c.  For tui/term only.
 */
#ifndef ACD_TUI_TERM_PEN_H
#define ACD_TUI_TERM_PEN_H

#include <stdbool.h>

#include "tui/term/caps.h"
#include "tui/view/grid.h"

struct acd_frame;

struct acd_pen {
    const struct acd_caps *caps;
    const struct acd_theme *theme;
    int colours;
    struct acd_paint paint;
    bool known; /* `paint` is what the terminal has */
};

/* What a style of enum acd_style is drawn with. */
struct acd_paint acd_pen_paint(const struct acd_pen *pen, unsigned style);

/* Adds what sets that paint. */
void acd_pen_change(struct acd_pen *pen, struct acd_frame *frame, struct acd_paint to);

/* Whether that paint is set. */
bool acd_pen_has(const struct acd_pen *pen, struct acd_paint paint);

/* Whether a blank looks the same in this paint as in the terminal's own colours. */
bool acd_pen_leaves_blanks(struct acd_paint paint);

/* The same for the paint that is set. */
bool acd_pen_blanks_plain(const struct acd_pen *pen);

#endif
