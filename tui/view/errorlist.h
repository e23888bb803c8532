/* SPDX-License-Identifier: MIT */
/* The Errors screen: what failed, in groups, the newest first, and what is known of the chosen one. */
#ifndef ACD_TUI_VIEW_ERRORLIST_H
#define ACD_TUI_VIEW_ERRORLIST_H

#include "tui/view/view.h"

/** How many groups are shown at once in a body of that size, when there are `count`. */
size_t acd_errorlist_height(struct acd_rect body, size_t count);

/** Where the groups stand in the body, without their heading. */
struct acd_rect acd_errorlist_rows(struct acd_rect body, size_t count);

/** The newest event of a group that the scroll-back holds. @return is there one? */
bool acd_errorlist_newest(const struct acd_scene *scene, const struct acd_error_row *row,
                          struct acd_entry *ret_entry);

extern const struct acd_view acd_errorlist_view;

#endif
