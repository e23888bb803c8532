/* SPDX-License-Identifier: MIT */
/*
 * Columns of a table: a screen has one const array of them, and this file shares out the width,
 * hides what has no room, and draws headings and cells. Stateless but for the caller's layout.
 */
#ifndef ACD_TUI_VIEW_COLUMNS_H
#define ACD_TUI_VIEW_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/model/order.h"
#include "tui/view/grid.h"

#define ACD_COLUMNS_MAX 24

enum acd_align { ACD_ALIGN_LEFT, ACD_ALIGN_RIGHT };

struct acd_column {
    const char *title;
    int min_width;
    int max_width; /* 0: as wide as it gets */
    int weight;    /* its share of the room left over; 0: none */
    int priority;  /* 0 is never hidden; the highest goes first */
    enum acd_align align;
};

struct acd_slot {
    int x, w; /* w is 0 if the column is hidden */
};

struct acd_columns {
    const struct acd_column *columns;
    size_t count;
    int y;      /* the row that is drawn on; the caller's to set */
    int sorted; /* the column that the rows are sorted by, -1 for none; the caller's to set */
    bool descending;
    struct acd_slot slots[ACD_COLUMNS_MAX];
};

/*
 * Places at most ACD_COLUMNS_MAX columns, one blank apart, on the columns of `at`, whose first row
 * is the first to be drawn on. If even those of priority 0 have no room, the last ones get what is
 * left or nothing.
 */
void acd_columns_layout(struct acd_columns *ret_layout, const struct acd_column *columns,
                        size_t count, struct acd_rect at);

/*
 * What a table can be sorted by: the key of each of its columns, ACD_ORDER_FOUND for one that it
 * can't.
 */
struct acd_sorting {
    enum acd_order_list list;
    const char *what; /* "Timers" */
    const uint8_t *keys;
    size_t count;
};

/* The key of the next column that has one, ACD_ORDER_FOUND after the last. */
uint8_t acd_columns_next_key(const struct acd_sorting *sorting, uint8_t key);

/* Sets what the header shows: which column the rows are in order of, and which way. */
void acd_columns_sorted(struct acd_columns *layout, const struct acd_sorting *sorting,
                        struct acd_order order);

/* The headings; the sorted one has a mark. */
void acd_columns_header(struct acd_grid *grid, const struct acd_columns *layout);

/* Text in column `index`, aligned as the column is; nothing if it is hidden. */
void acd_columns_text(struct acd_grid *grid, const struct acd_columns *layout, size_t index,
                      enum acd_style style, const char *text);

/* The cell as a rectangle, for a widget; its w is 0 if hidden. */
struct acd_rect acd_columns_rect(const struct acd_columns *layout, size_t index);

#endif
