/* SPDX-License-Identifier: MIT */
/*
 * Where one is in a list that is longer than the screen: which row is selected and which is at the
 * top. The selected row is always visible, whatever the list and the window do. Plain state, the
 * caller's storage; a list of zeros is an empty one.
 */
#ifndef ACD_TUI_VIEW_LIST_H
#define ACD_TUI_VIEW_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct acd_list {
    size_t count;
    size_t height;   /* rows on the screen */
    size_t top;      /* the first row shown */
    size_t selected; /* < count, or 0 in an empty list */
    bool follow;     /* stays on the last row as rows come in */
};

/* Takes the list's length and the window's height, before each drawing. */
void acd_list_update(struct acd_list *list, size_t count, size_t height);

/* Rows went away at the front: the same row stays selected, or the first one left. */
void acd_list_drop(struct acd_list *list, size_t dropped);

/* The window when nothing but the selection is kept: the selected row in its middle, if it can be. */
struct acd_list acd_list_around(size_t count, size_t height, size_t selected);

/* Selects a row. Leaving the last row ends following; only acd_list_end() begins it. */
void acd_list_select(struct acd_list *list, size_t row);

/* Moves the selection by rows, stopping at both ends. */
void acd_list_move(struct acd_list *list, ptrdiff_t rows);

/* Moves selection and window by pages of one row less than the height, or by halves of them. */
void acd_list_page(struct acd_list *list, int pages);
void acd_list_half_page(struct acd_list *list, int halves);

void acd_list_home(struct acd_list *list);

/* Selects the last row, and follows if `follow`. */
void acd_list_end(struct acd_list *list, bool follow);

#endif
