/* SPDX-License-Identifier: MIT */
/* Error groups, newest first, see panel.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/errorrow.h"
#include "tui/view/panel.h"

static size_t rows(const struct acd_scene *scene)
{
    return scene->digest->errors.count;
}

/* The chosen group stays in sight. */
static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    struct acd_errorrow_table table = {0, ACD_ERRORROW_NONE, false};
    size_t chosen = ui->in_errors ? acd_errors_find(&scene->digest->errors, ui->error_group) : 0;
    if (ui->in_errors && chosen < scene->digest->errors.count) {
        table.selected = chosen;
        table.top = at.h > 1 && chosen + 1 >= (size_t)at.h ? chosen + 2 - (size_t)at.h : 0;
    }
    acd_errorrow_table(grid, at, scene, &table);
}

static void line(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                 size_t index)
{
    const struct acd_errors *errors = &scene->digest->errors;
    size_t chosen = acd_errors_find(errors, scene->ui->error_group);
    /* The chosen one takes the place of the newest. */
    if (index == 0 && scene->ui->in_errors && chosen < errors->count)
        index = chosen;
    const struct acd_error_row *row = &errors->row[index];
    char name[400], text[64];
    acd_errorrow_name(name, sizeof name, row);
    snprintf(text, sizeof text, " %sx %s", acd_text_count(row->count).s,
             acd_errorrow_age(scene, row->last_ns).s);
    int right = (int)strlen(text);
    struct acd_rect left = {at.x, at.y, at.w - right, 1};
    acd_grid_text(grid, left, ACD_STYLE_ERROR, name);
    acd_grid_text_right(grid, at, ACD_STYLE_VALUE, text);
    if (scene->ui->in_errors && index == chosen)
        acd_grid_restyle(grid, acd_grid_row(at.x, at.y, at.w), ACD_STYLE_SELECTED);
}

const struct acd_panel acd_panel_errors = {rows, draw, line, rows};
