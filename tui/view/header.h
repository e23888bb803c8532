/* SPDX-License-Identifier: MIT */
/*
 * The line at the top: which server, how it is, both levels with their names, live or paused, what
 * was lost.  Where it gets narrow, words are left out before facts.
 */
#ifndef ACD_TUI_VIEW_HEADER_H
#define ACD_TUI_VIEW_HEADER_H

#include "tui/view/view.h"

/** The title on the first row of `at`. */
void acd_header_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);

/** All in one line, for a screen too small for anything else. */
void acd_header_draw_tiny(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);

/** The window's title: which server, and how it is.  Changes when that does, not with every number. */
void acd_header_title(char *out, size_t size, const struct acd_scene *scene);

#endif
