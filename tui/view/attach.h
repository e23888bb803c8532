/* SPDX-License-Identifier: MIT */
/* The Servers screen: every ring that was found, which of them are shown, and why others can't be. */
#ifndef ACD_TUI_VIEW_ATTACH_H
#define ACD_TUI_VIEW_ATTACH_H

#include "tui/view/view.h"

/** How many rings are shown at once in a body of that size. */
size_t acd_attach_height(struct acd_rect body, const struct acd_ui *ui);

/** Where they stand in it, below the two headings. */
struct acd_rect acd_attach_rows(struct acd_rect body, const struct acd_ui *ui);

/** The names of its columns, as configuration spells them; the last is NULL. */
extern const char *const acd_attach_columns[];

extern const struct acd_view acd_attach_view;

#endif
