/* SPDX-License-Identifier: MIT */
/*
 * Scrolling. Every function ends in settle(), which holds the invariant: selected < count, the
 * selected row inside the window, no blank rows below while there are rows above.
 */
#include "config.h"

#include "tui/view/list.h"

static void settle(struct acd_list *list)
{
    size_t height = list->height > 0 ? list->height : 1;

    if (list->follow && list->count > 0)
        list->selected = list->count - 1;
    if (list->selected >= list->count)
        list->selected = list->count > 0 ? list->count - 1 : 0;
    if (list->top > list->selected)
        list->top = list->selected;
    if (list->selected - list->top >= height)
        list->top = list->selected - height + 1;
    if (list->count <= height)
        list->top = 0;
    else if (list->top > list->count - height)
        list->top = list->count - height;
}

void acd_list_update(struct acd_list *list, size_t count, size_t height)
{
    list->count = count;
    list->height = height;
    settle(list);
}

struct acd_list acd_list_around(size_t count, size_t height, size_t selected)
{
    struct acd_list list = {.count = count, .height = height, .selected = selected};
    list.top = selected > height / 2 ? selected - height / 2 : 0;
    settle(&list);
    return list;
}

void acd_list_drop(struct acd_list *list, size_t dropped)
{
    list->count -= dropped < list->count ? dropped : list->count;
    list->selected -= dropped < list->selected ? dropped : list->selected;
    list->top -= dropped < list->top ? dropped : list->top;
    settle(list);
}

void acd_list_select(struct acd_list *list, size_t row)
{
    list->selected = row;
    if (row + 1 < list->count)
        list->follow = false;
    settle(list);
}

/* `from` moved by `by` and held between 0 and `last`. */
static size_t moved(size_t from, ptrdiff_t by, size_t last)
{
    size_t steps = by < 0 ? (size_t) - (by + 1) + 1 : (size_t)by;

    if (by < 0)
        return steps < from ? from - steps : 0;
    return from < last && steps < last - from ? from + steps : last;
}

void acd_list_move(struct acd_list *list, ptrdiff_t rows)
{
    if (list->count > 0)
        acd_list_select(list, moved(list->selected, rows, list->count - 1));
}

static void scroll(struct acd_list *list, ptrdiff_t rows)
{
    if (list->count == 0)
        return;
    list->top = moved(list->top, rows, list->count - 1);
    acd_list_move(list, rows);
}

void acd_list_page(struct acd_list *list, int pages)
{
    ptrdiff_t page = list->height > 1 ? (ptrdiff_t)list->height - 1 : 1;

    scroll(list, page * pages);
}

void acd_list_half_page(struct acd_list *list, int halves)
{
    ptrdiff_t half = list->height > 1 ? (ptrdiff_t)list->height / 2 : 1;

    scroll(list, half * halves);
}

void acd_list_home(struct acd_list *list)
{
    list->follow = false;
    list->top = 0;
    list->selected = 0;
    settle(list);
}

void acd_list_end(struct acd_list *list, bool follow)
{
    list->follow = follow;
    list->selected = list->count > 0 ? list->count - 1 : 0;
    settle(list);
}
