/* SPDX-License-Identifier: MIT */
/*
 * Finding a move, see scroll.h.  For every distance each row is compared with the one that stood that
 * much lower: rows that are the same need no drawing then, and rows that are alike, as those of a list
 * often are, need little.  A run of rows is worth what is drawn less with the move than without, and
 * less what is drawn more in the rows that come in.
 */
#include "config.h"

#include "tui/term/scroll.h"

#include <limits.h>
#include <string.h>

/* Setting the region, going there and back costs about as many bytes as this many cells. */
#define COST 30

/* What drawing a row costs, in cells: as a change of the row that was there, and on a blank one. */
struct row_cost {
    int change, whole;
};

/* Both pictures, what each row of the new one costs, and where the text of the rows ends. */
struct search {
    const struct acd_grid *before, *now;
    struct row_cost cost[ACD_GRID_HEIGHT_MAX];
    int end_before[ACD_GRID_HEIGHT_MAX], end_now[ACD_GRID_HEIGHT_MAX];
};

static int end_of(const struct acd_grid *grid, int y)
{
    int x = grid->w;
    const struct acd_grid_cell *row = acd_grid_at(grid, 0, y);
    while (x > 0 && row[x - 1].len == 1 && row[x - 1].text[0] == ' ' &&
           row[x - 1].style == ACD_STYLE_NORMAL)
        x--;
    return x;
}

/* What row y costs as a change of another one; no more than `most` is counted. */
static int change_of(const struct search *s, int y_before, int y, int most)
{
    const struct acd_grid_cell *a = acd_grid_at(s->before, 0, y_before);
    const struct acd_grid_cell *b = acd_grid_at(s->now, 0, y);
    int w = s->end_before[y_before] > s->end_now[y] ? s->end_before[y_before] : s->end_now[y];
    int cost = 0;
    for (int x = 0; x < w && cost < most; x++)
        cost += !acd_grid_cell_equal(&a[x], &b[x]);
    return cost;
}

static int whole_of(const struct search *s, int y)
{
    int whole = 0;
    for (int x = 0; x < s->end_now[y]; x++) {
        const struct acd_grid_cell *cell = acd_grid_at(s->now, x, y);
        whole += cell->len != 1 || cell->text[0] != ' ';
    }
    return whole;
}

/* How many cells changed where they stand.  Of few, nothing more is asked. */
static int count_changes(struct search *s)
{
    int changed = 0;
    for (int y = 0; y < s->now->h; y++) {
        s->end_before[y] = s->end_now[y] = s->now->w;
        s->cost[y] = (struct row_cost){0, 0};
        if (!acd_grid_row_equal(s->before, s->now, y))
            s->cost[y].change = change_of(s, y, y, INT_MAX);
        changed += s->cost[y].change;
    }
    return changed;
}

/* The best run for one distance, and what it is worth. */
static int best_run(const struct search *s, int rows, struct acd_scroll *ret)
{
    const struct row_cost *cost = s->cost;
    int best = 0, worth = 0, top = 0, come_in = 0;
    for (int y = 0; y < rows; y++)
        come_in += cost[y].change - cost[y].whole;
    for (int y = 0; y + rows < s->now->h; y++) {
        if (worth <= 0) {
            top = y;
            worth = 0;
        }
        worth += cost[y].change;
        /* One that costs as much as all above it spares ends the run, whatever else it costs. */
        worth -= change_of(s, y + rows, y, worth);
        /* The run may end here: the rows below it come in. */
        come_in += cost[y + rows].change - cost[y + rows].whole;
        come_in -= cost[y].change - cost[y].whole;
        if (worth + come_in > best) {
            best = worth + come_in;
            *ret = (struct acd_scroll){top, y + rows, rows};
        }
    }
    return best;
}

bool acd_scroll_find(const struct acd_grid *before, const struct acd_grid *now,
                     struct acd_scroll *ret_scroll)
{
    struct search s;
    int best = COST;
    s.before = before;
    s.now = now;
    if (count_changes(&s) <= COST)
        return false;
    for (int y = 0; y < now->h; y++) {
        s.end_before[y] = end_of(before, y);
        s.end_now[y] = end_of(now, y);
        s.cost[y].whole = whole_of(&s, y);
    }
    for (int rows = 1; rows < now->h; rows++) {
        struct acd_scroll scroll = {0, 0, 0};
        int worth = best_run(&s, rows, &scroll);
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
