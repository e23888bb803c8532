/* SPDX-License-Identifier: MIT */
/*
 * How many columns a code point takes on a terminal. The answer comes from a table of Unicode 14.0
 * and never from the locale, so that a screen drawn on two machines is the same, cell for cell.
 * Anybody may call; nothing is kept.
 */
#ifndef ACD_TUI_VIEW_WIDTH_H
#define ACD_TUI_VIEW_WIDTH_H

#include <stdbool.h>
#include <stdint.h>

/* What must not reach a terminal as it is: controls, formats, bidi, zero-width, noncharacters. */
#define ACD_WIDTH_HIDDEN (-1)

/* Columns of code point `cp`: 1 or 2; 0 for a mark that joins the one before; or ACD_WIDTH_HIDDEN. */
int acd_width_of(uint32_t cp);

/*
 * Whether every terminal that we know agrees that `cp` takes one column. After any other the cursor
 * is wherever the terminal thinks it is, and has to be placed anew.
 */
bool acd_width_agreed(uint32_t cp);

#endif
