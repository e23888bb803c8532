/* SPDX-License-Identifier: MIT */
/*
 * Lines that moved up as a whole, as a list of events does when new ones come in: found by comparing
 * two pictures, so that the terminal can move them itself.  Pure.  For tui/term only.
 */
#ifndef ACD_TUI_TERM_SCROLL_H
#define ACD_TUI_TERM_SCROLL_H

#include <stdbool.h>

#include "tui/view/grid.h"

/* Rows top to bottom, the last one included, go up by `rows`; what comes in is blank. */
struct acd_scroll {
    int top, bottom, rows;
};

/** Looks for the move that spares the most drawing. @return false when none spares enough */
bool acd_scroll_find(const struct acd_grid *before, const struct acd_grid *now,
                     struct acd_scroll *ret_scroll);

/** Does to `grid` what the terminal does; blanks come in `style`. */
void acd_scroll_apply(struct acd_grid *grid, struct acd_scroll scroll, enum acd_style style);

#endif
