/* SPDX-License-Identifier: MIT */
/*
 * One row of the tree: key, value or a folded container's beginning, as written but for escapes of
 * letters (`\u00e9`), which become the letters, and secrets, which are hidden.  A value is cut at 4 KiB: Enter
 * shows all of a string.
 */
#ifndef ACD_TUI_VIEW_JSONROW_H
#define ACD_TUI_VIEW_JSONROW_H

#include "tui/view/grid.h"
#include "tui/view/jsontree.h"

/** The lines that a row takes when its value is wrapped at tree->width; 1 for most. */
uint32_t acd_jsonrow_lines(const struct acd_jsontree *tree, struct acd_jsontree_row row);

/** Draws one on the first row of `at`; `needle` ("" none) is marked where it stands. */
void acd_jsonrow_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_jsontree *tree,
                      struct acd_jsontree_row row, const char *needle);

#endif
