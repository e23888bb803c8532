/* SPDX-License-Identifier: MIT */
/*
 * The table behind acd_width_of(): ranges of code points, sorted and apart. What is in none of them
 * takes one column. For tui/view/width.c only.
 */
#ifndef ACD_TUI_VIEW_WIDTH_TABLE_H
#define ACD_TUI_VIEW_WIDTH_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct acd_width_range {
    uint32_t first;
    uint32_t last;
    int width; /* 0, 2 or ACD_WIDTH_HIDDEN */
};

extern const struct acd_width_range acd_width_table[];
extern const size_t acd_width_table_count;

#endif
