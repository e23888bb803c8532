/* SPDX-License-Identifier: MIT */
/* Questions, see prompt.h. */
#include "config.h"

#include "tui/view/prompt.h"

#include <stdio.h>

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

void acd_prompt_draw(struct acd_grid *grid, const struct acd_scene *scene)
{
    if (scene->ui->prompt == ACD_PROMPT_LEVEL)
        draw_level(grid, scene);
}
