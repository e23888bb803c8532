/* SPDX-License-Identifier: MIT */
/*
 * The text as it is, in lines that are wrapped at the window's width, secrets hidden.  A place is an
 * offset; the line before one is found from the line feed before it, at most 16 KiB away, so that a
 * text without line feeds scrolls too.
 */
#ifndef ACD_TUI_VIEW_JSONRAW_H
#define ACD_TUI_VIEW_JSONRAW_H

#include "tui/view/grid.h"
#include "tui/view/jsontree.h"

/** Moves the topmost line. */
void acd_jsonraw_move(struct acd_jsontree *tree, ptrdiff_t lines);
void acd_jsonraw_end(struct acd_jsontree *tree);
/** Puts the line in which an offset stands at the top. */
void acd_jsonraw_go(struct acd_jsontree *tree, uint64_t at);

void acd_jsonraw_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_jsontree *tree);

/**
 * A part of the text with secrets replaced.
 * @return the length that the whole has; more than `size` when it was cut
 */
uint64_t acd_jsonraw_copy(const struct acd_json *json, uint64_t from, uint64_t to, char *out,
                          uint64_t size);

#endif
