/* SPDX-License-Identifier: MIT */
/*
 * A line of text that is being typed: the keys that edit it, wherever it stands.  The text is the
 * caller's, NUL-terminated UTF-8; the cursor stands between characters.
 */
#ifndef ACD_TUI_VIEW_LINE_H
#define ACD_TUI_VIEW_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/view/grid.h"
#include "tui/view/keyname.h"

struct acd_line {
    char *text;
    size_t size; /* of the text's storage */
    size_t cursor;
};

/** Edits the line. @return was it a key that does?  Enter, Esc, arrows up and down are not;
 * an Enter or a tab that was pasted is a blank. */
bool acd_line_key(struct acd_line *line, struct acd_key key);

/** Draws the text with its cursor, which stays in sight. @return the column of byte `at` */
int acd_line_draw(struct acd_grid *grid, struct acd_rect rect, const struct acd_line *line,
                  size_t at);

#endif
