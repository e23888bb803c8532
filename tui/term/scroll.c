/* SPDX-License-Identifier: MIT */
/*
 * Finding a move, see scroll.h.  For every distance the rows are looked through for runs that stand
 * that much higher than before; a run is worth the cells that would have been drawn without the
 * move, less those of the rows that come in.
 */
#include "config.h"

#include "tui/term/scroll.h"

#include <string.h>

/* Setting the region, going there and back costs about as many bytes as this many cells. */
#define COST 30

/* What drawing a row costs, in cells: as a change of the row that was there, and on a blank one. */
struct row_cost {
    int change, whole;
};

static bool same_row(const struct acd_grid *a, int y_a, const struct acd_grid *b, int y_b)
{
    return memcmp(acd_grid_at(a, 0, y_a), acd_grid_at(b, 0, y_b),
                  (size_t)a->w * sizeof(struct acd_grid_cell)) == 0;
}

static struct row_cost cost_of(const struct acd_grid *before, const struct acd_grid *now, int y)
{
    struct row_cost cost = {0, 0};
    bool same = same_row(before, y, now, y);
    for (int x = 0; x < now->w; x++) {
        const struct acd_grid_cell *cell = acd_grid_at(now, x, y);
        cost.change += !same && !acd_grid_cell_equal(acd_grid_at(before, x, y), cell);
        cost.whole += cell->len != 1 || cell->text[0] != ' ';
    }
    return cost;
}

/* The best run for one distance, and what it is worth. */
static int best_run(const struct acd_grid *before, const struct acd_grid *now,
                    const struct row_cost *cost, int rows, struct acd_scroll *ret)
{
    int best = 0, worth = 0, top = -1;
    for (int y = 0; y + rows <= now->h; y++) {
        if (y + rows < now->h && same_row(now, y, before, y + rows)) {
            top = top < 0 ? y : top;
            worth += cost[y].change;
            continue;
        }
        /* The run ends above y; the rows from y on come in. */
        for (int i = y; top >= 0 && i < y + rows; i++)
            worth += cost[i].change - cost[i].whole;
        if (top >= 0 && worth > best) {
            best = worth;
            *ret = (struct acd_scroll){top, y + rows - 1, rows};
        }
        top = -1;
        worth = 0;
    }
    return best;
}

bool acd_scroll_find(const struct acd_grid *before, const struct acd_grid *now,
                     struct acd_scroll *ret_scroll)
{
    struct row_cost cost[ACD_GRID_HEIGHT_MAX];
    int best = COST, changed = 0;
    for (int y = 0; y < now->h; y++) {
        cost[y] = cost_of(before, now, y);
        changed += cost[y].change;
    }
    if (changed <= COST)
        return false;
    for (int rows = 1; rows < now->h; rows++) {
        struct acd_scroll scroll = {0, 0, 0};
        int worth = best_run(before, now, cost, rows, &scroll);
        if (worth > best) {
            best = worth;
            *ret_scroll = scroll;
        }
    }
    return best > COST;
}

void acd_scroll_apply(struct acd_grid *grid, struct acd_scroll scroll, enum acd_style style)
{
    size_t row = (size_t)grid->w;
    int kept = scroll.bottom - scroll.top + 1 - scroll.rows;
    struct acd_grid_cell *to = grid->cells + (size_t)scroll.top * row;
    memmove(to, to + (size_t)scroll.rows * row, (size_t)kept * row * sizeof *to);
    grid->clip = acd_grid_rect(grid);
    acd_grid_fill(grid, (struct acd_rect){0, scroll.top + kept, grid->w, scroll.rows}, style);
}
