/* SPDX-License-Identifier: MIT */
/* Questions, see prompt.h. */
#include "config.h"

#include "tui/view/prompt.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/line.h"
#include "tui/view/widgets.h"

#define WIDTH 44

static void draw_level(struct acd_grid *grid, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    const struct acd_server *one = acd_fleet_single(scene->fleet, ui->selection, NULL);
    char line[96];
    snprintf(line, sizeof line, "Level %u %s", ui->prompt_level, acd_level_name(ui->prompt_level));
    struct acd_rect in = acd_widgets_popup(grid, WIDTH, ACD_LEASES + 4, line);
    struct acd_rect row = {in.x + 1, in.y, in.w - 2, 1};
    snprintf(line, sizeof line, "for %s:", one ? one->app : "all of these servers");
    acd_grid_text(grid, row, ACD_STYLE_TITLE, line);
    row.y++;
    acd_grid_text(grid, row, ACD_STYLE_WARN, "it may record prompts and what users wrote");
    for (size_t i = 0; i < ACD_LEASES; i++) {
        row.y++;
        if (row.y >= in.y + in.h)
            return;
        snprintf(line, sizeof line, "%c %zu %s", i == ui->prompt_choice ? '>' : ' ', i + 1,
                 acd_ui_leases[i].label);
        acd_grid_text(grid, row, i == ui->prompt_choice ? ACD_STYLE_SELECTED : ACD_STYLE_NORMAL,
                      line);
    }
    row.y = in.y + in.h - 1;
    acd_grid_text(grid, row, ACD_STYLE_DIM, "Enter sets it, Esc leaves it as it is");
}

/* A line of text where the footer is, and below it what is wrong with it or what the keys do. */
static void draw_line(struct acd_grid *grid, const struct acd_scene *scene, const char *name,
                      const char *help)
{
    const struct acd_lookup *l = &scene->ui->lookup;
    char text[sizeof l->line];
    memcpy(text, l->line, sizeof text);
    const struct acd_line line = {text, sizeof text, l->cursor};
    struct acd_rect at = acd_grid_row(0, grid->h - 2, grid->w), below = at;
    below.y++;
    acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    acd_grid_fill(grid, below, ACD_STYLE_NORMAL);
    acd_grid_append(grid, &at, ACD_STYLE_KEY, name);
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, " ");
    int column = acd_line_draw(grid, at, &line, l->fault_at);
    if (!l->fault[0]) {
        acd_grid_text(grid, below, ACD_STYLE_DIM, help);
        return;
    }
    /* The mark stands under the place, the words beside it where there is more room. */
    int width = (int)acd_text_width(l->fault, strlen(l->fault), grid->text_flags, 400);
    acd_grid_text(grid, acd_grid_row(column, below.y, 1), ACD_STYLE_ERROR, "^");
    if (column + 2 + width <= below.w || column < below.w / 2)
        acd_grid_text(grid, acd_grid_row(column + 2, below.y, below.w - column - 2),
                      ACD_STYLE_ERROR, l->fault);
    else
        acd_grid_text_right(grid, acd_grid_row(0, below.y, column - 1), ACD_STYLE_ERROR, l->fault);
}

void acd_prompt_draw(struct acd_grid *grid, const struct acd_scene *scene)
{
    switch (scene->ui->prompt) {
    case ACD_PROMPT_NONE: return;
    case ACD_PROMPT_LEVEL: draw_level(grid, scene); return;
    case ACD_PROMPT_FILTER:
        draw_line(grid, scene, "Filter:",
                  "Enter: show these only; empty: all.  level<=2 kind:cache key~sys ms>500 word");
        return;
    case ACD_PROMPT_FIND:
        draw_line(grid, scene, "Find:",
                  "Enter: the nearest; then n newer, N older.  A word, or kind:error ms>500");
        return;
    }
}
