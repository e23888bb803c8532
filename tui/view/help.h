/* SPDX-License-Identifier: MIT */
/* The help screen: every key of the table of actions, and what the numbers mean.  Draws only. */
#ifndef ACD_TUI_VIEW_HELP_H
#define ACD_TUI_VIEW_HELP_H

#include "tui/view/view.h"

extern const struct acd_view acd_help_view;

/** What the keys of a scope are for, as a title. */
const char *acd_help_scope_title(enum acd_scope scope);

/** Lines that it has in one column. */
size_t acd_help_lines(const struct acd_scene *scene);

#endif
