/* SPDX-License-Identifier: MIT */
/*
 * Column widths by binary search in the table of ranges. Pure; anybody may call.
 */
#include "config.h"

#include "tui/view/width.h"

#include <stddef.h>

#include "tui/view/width_table.h"

int acd_width_of(uint32_t cp)
{
    if (cp >= 0x20 && cp < 0x7f)
        return 1;
    if (cp > 0x10ffff)
        return ACD_WIDTH_HIDDEN;

    size_t low = 0;
    size_t high = acd_width_table_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > acd_width_table[middle].last)
            low = middle + 1;
        else if (cp < acd_width_table[middle].first)
            high = middle;
        else
            return acd_width_table[middle].width;
    }
    return 1;
}

bool acd_width_agreed(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
    } agreed[] = {
        {0x0020, 0x007e}, {0x00a1, 0x00ac}, {0x00ae, 0x024f}, {0x0400, 0x0482}, {0x2014, 0x2014},
        {0x2026, 0x2026}, {0x2500, 0x259f}, {0x27e8, 0x27e9}, {0x2800, 0x28ff},
    };

    for (size_t i = 0; i < sizeof(agreed) / sizeof(agreed[0]); i++) {
        if (cp <= agreed[i].last)
            return cp >= agreed[i].first;
    }
    return false;
}
