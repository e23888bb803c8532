/* SPDX-License-Identifier: MIT */
/*
 * The width of a table's columns: first hide by priority until the minima fit, then give what is
 * left by weight up to each maximum.
 */
#include "config.h"

#include "tui/view/columns.h"

#include <string.h>

#define GAP 1

/* What the shown columns need, gaps included. A slot's w is its width so far. */
static int needed(const struct acd_columns *layout)
{
    int total = 0;

    for (size_t i = 0; i < layout->count; i++) {
        if (layout->slots[i].w > 0)
            total += layout->slots[i].w + GAP;
    }
    return total > 0 ? total - GAP : 0;
}

/* Hides the column that is missed least; false if all that is left must stay. */
static bool hide_one(struct acd_columns *layout)
{
    size_t worst = layout->count;

    for (size_t i = 0; i < layout->count; i++) {
        int priority = layout->columns[i].priority;
        if (layout->slots[i].w > 0 && priority > 0 &&
            (worst == layout->count || priority >= layout->columns[worst].priority))
            worst = i;
    }
    if (worst == layout->count)
        return false;
    layout->slots[worst].w = 0;
    return true;
}

/* The weight of a column that can still grow. */
static int weight_of(const struct acd_columns *layout, size_t i)
{
    const struct acd_column *column = &layout->columns[i];
    int w = layout->slots[i].w;

    return w > 0 && (column->max_width == 0 || w < column->max_width) ? column->weight : 0;
}

/* Gives `extra` by weight; what a maximum turns away is given again to the others. */
static void grow(struct acd_columns *layout, int extra)
{
    while (extra > 0) {
        int weights = 0;
        int given = 0;
        for (size_t i = 0; i < layout->count; i++)
            weights += weight_of(layout, i);
        if (weights == 0)
            return;
        for (size_t i = 0; i < layout->count && given < extra; i++) {
            int weight = weight_of(layout, i);
            int share = (extra * weight + weights - 1) / weights; /* rounded up: it ends */
            int max = layout->columns[i].max_width;
            if (share > extra - given)
                share = extra - given;
            if (max > 0 && share > max - layout->slots[i].w && weight > 0)
                share = max - layout->slots[i].w;
            layout->slots[i].w += share;
            given += share;
        }
        extra -= given;
    }
}

void acd_columns_layout(struct acd_columns *ret_layout, const struct acd_column *columns,
                        size_t count, struct acd_rect at)
{
    *ret_layout = (struct acd_columns){
        .columns = columns,
        .count = count < ACD_COLUMNS_MAX ? count : ACD_COLUMNS_MAX,
        .y = at.y,
        .sorted = -1,
    };
    for (size_t i = 0; i < ret_layout->count; i++)
        ret_layout->slots[i].w = columns[i].min_width;
    while (needed(ret_layout) > at.w && hide_one(ret_layout))
        ;
    grow(ret_layout, at.w - needed(ret_layout));

    int x = at.x;
    int end = at.x + at.w;
    for (size_t i = 0; i < ret_layout->count; i++) {
        struct acd_slot *slot = &ret_layout->slots[i];
        slot->x = x;
        if (slot->w == 0)
            continue;
        if (slot->w > end - x)
            slot->w = end > x ? end - x : 0;
        x += slot->w + GAP;
    }
}

struct acd_rect acd_columns_rect(const struct acd_columns *layout, size_t index)
{
    return acd_grid_row(layout->slots[index].x, layout->y, layout->slots[index].w);
}

void acd_columns_text(struct acd_grid *grid, const struct acd_columns *layout, size_t index,
                      enum acd_style style, const char *text)
{
    struct acd_rect at = acd_columns_rect(layout, index);

    if (layout->columns[index].align == ACD_ALIGN_RIGHT)
        acd_grid_text_right(grid, at, style, text);
    else
        acd_grid_text(grid, at, style, text);
}

uint8_t acd_columns_next_key(const struct acd_sorting *sorting, uint8_t key)
{
    size_t i = 0;

    while (key != ACD_ORDER_FOUND && i < sorting->count && sorting->keys[i++] != key)
        ;
    while (i < sorting->count && sorting->keys[i] == ACD_ORDER_FOUND)
        i++;
    return i < sorting->count ? sorting->keys[i] : ACD_ORDER_FOUND;
}

void acd_columns_sorted(struct acd_columns *layout, const struct acd_sorting *sorting,
                        struct acd_order order)
{
    layout->sorted = -1;
    layout->descending = (order.key != ACD_ORDER_NAME) != order.reverse;
    for (size_t i = 0; order.key != ACD_ORDER_FOUND && i < sorting->count; i++)
        if (i < layout->count && sorting->keys[i] == order.key)
            layout->sorted = (int)i;
}

/* Where the mark of the sorted column stands: in the gap behind it; in the last one that is shown,
 * beside its title. */
static int mark_column(const struct acd_columns *layout, size_t index)
{
    const struct acd_slot *slot = &layout->slots[index];
    const struct acd_column *column = &layout->columns[index];
    int length = (int)strlen(column->title);
    for (size_t i = index + 1; i < layout->count; i++)
        if (layout->slots[i].w > 0)
            return slot->x + slot->w;
    if (length > slot->w)
        length = slot->w;
    if (column->align == ACD_ALIGN_RIGHT)
        return slot->x + slot->w - length - 1;
    return length < slot->w ? slot->x + length : slot->x + slot->w - 1;
}

void acd_columns_header(struct acd_grid *grid, const struct acd_columns *layout)
{
    bool ascii = grid->glyphs == ACD_GLYPHS_ASCII;
    uint32_t up = ascii ? '^' : 0x25b2;
    uint32_t down = ascii ? 'v' : 0x25bc;

    for (size_t i = 0; i < layout->count; i++) {
        const struct acd_slot *slot = &layout->slots[i];
        acd_columns_text(grid, layout, i, ACD_STYLE_HEADER, layout->columns[i].title);
        if ((int)i != layout->sorted || slot->w == 0)
            continue;
        acd_grid_glyph(grid, mark_column(layout, i), layout->y, ACD_STYLE_HEADER,
                       layout->descending ? down : up);
    }
}
