/* SPDX-License-Identifier: MIT */
/*
 * The overview's panels: a heading and rows each, and for screens with few rows one line that says
 * the most important thing of a row.  Draw only; share no state.
 */
#ifndef ACD_TUI_VIEW_PANEL_H
#define ACD_TUI_VIEW_PANEL_H

#include "tui/view/list.h"
#include "tui/view/columns.h"
#include "tui/view/view.h"

struct acd_panel {
    /* Rows that it would fill below its heading. */
    size_t (*rows)(const struct acd_scene *scene);
    /* Heading on the first row of `at`, then as many rows as fit. */
    void (*draw)(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);
    /* Row `index` in one line, without a heading. */
    void (*line)(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                 size_t index);
    /* How many such lines there are. */
    size_t (*lines)(const struct acd_scene *scene);
};

extern const struct acd_panel acd_panel_cache;
extern const struct acd_panel acd_panel_timers;
extern const struct acd_panel acd_panel_errors;

/* What their rows can be sorted by; NULL: what is in focus has no such rows. */
extern const struct acd_sorting acd_panel_cache_sorting;
extern const struct acd_sorting acd_panel_timers_sorting;
extern const struct acd_sorting acd_errorrow_sorting;
const struct acd_sorting *acd_panel_sorting(const struct acd_ui *ui);

/** The names of their columns, as configuration spells them; the last is NULL. */
extern const char *const acd_panel_cache_columns[];
extern const char *const acd_panel_timers_columns[];

/** The table alone, from list->top on, with a mark at the selected row; NULL: all, and no mark. */
void acd_panel_cache_table(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                           const struct acd_list *list);
/** The cache row that was chosen, else the first. */
size_t acd_panel_cache_selected(const struct acd_scene *scene);

/** The timer whose checkpoints are shown: the chosen one, else the slowest. */
size_t acd_panel_timer(const struct acd_scene *scene);

#endif
