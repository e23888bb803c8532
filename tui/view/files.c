/* SPDX-License-Identifier: MIT */
/* The Files screen, see files.h. */
#include "config.h"

#include "tui/view/files.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/columns.h"
#include "tui/view/look.h"
#include "tui/view/widgets.h"

#define SECOND UINT64_C(1000000000)
#define REASON_LEAST 20

enum {
    COLUMN_AGE,
    COLUMN_STATUS,
    COLUMN_METHOD,
    COLUMN_WHAT,
    COLUMN_MODEL,
    COLUMN_SIZE,
    COLUMN_NAME,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_AGE] = {"age", 4, 4, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_STATUS] = {"status", 6, 6, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_METHOD] = {"method", 6, 7, 0, 2, ACD_ALIGN_LEFT},
    [COLUMN_WHAT] = {"url", 24, 100, 3, 0, ACD_ALIGN_LEFT},
    [COLUMN_MODEL] = {"model", 12, 30, 1, 4, ACD_ALIGN_LEFT},
    [COLUMN_SIZE] = {"size", 7, 7, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_NAME] = {"file", 22, 42, 2, 3, ACD_ALIGN_LEFT},
};

const char *const acd_files_columns[COLUMN_COUNT + 1] = {
    [COLUMN_AGE] = "age",   [COLUMN_STATUS] = "status", [COLUMN_METHOD] = "method",
    [COLUMN_WHAT] = "url",  [COLUMN_MODEL] = "model",   [COLUMN_SIZE] = "size",
    [COLUMN_NAME] = "file", [COLUMN_COUNT] = NULL,
};

static void draw_about(struct acd_grid *grid, const struct acd_columns *layout,
                       const struct acd_files_row *row)
{
    const struct acd_debugfile *about = &row->about;
    char status[24] = "?";
    if (about->status >= 0)
        snprintf(status, sizeof status, "%" PRId64, about->status);
    acd_columns_text(grid, layout, COLUMN_STATUS,
                     about->status >= 500 ? ACD_STYLE_BAD : ACD_STYLE_WARN, status);
    acd_columns_text(grid, layout, COLUMN_METHOD, ACD_STYLE_NORMAL, about->method);
    acd_columns_text(grid, layout, COLUMN_WHAT, about->url[0] ? ACD_STYLE_NORMAL : ACD_STYLE_DIM,
                     about->url[0]     ? about->url
                     : about->is_debug ? "-"
                                       : "JSON of another kind");
    acd_columns_text(grid, layout, COLUMN_MODEL, ACD_STYLE_DIM, about->model);
}

/* From where the status would stand to where the size would; where that is no room, over all. */
static void draw_skipped(struct acd_grid *grid, const struct acd_columns *layout, int right,
                         const struct acd_files_row *row)
{
    char text[100];
    struct acd_rect at = acd_grid_row(acd_columns_rect(layout, COLUMN_STATUS).x, layout->y, 0);
    at.w = acd_columns_rect(layout, COLUMN_SIZE).x - 1 - at.x;
    if (at.w < REASON_LEAST) {
        at.w = right - at.x;
        acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    }
    snprintf(text, sizeof text, "skipped: %s", row->why);
    acd_grid_text(grid, at, ACD_STYLE_WARN, text);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout, int right,
                     const struct acd_scene *scene, const struct acd_files_row *row)
{
    uint64_t now = scene->ui->now_ns;
    uint64_t age = now > row->modified_ns ? (now - row->modified_ns) / SECOND : 0;
    acd_columns_text(grid, layout, COLUMN_AGE, ACD_STYLE_VALUE, acd_text_age_s(age).s);
    acd_columns_text(grid, layout, COLUMN_SIZE, ACD_STYLE_DIM, acd_text_bytes(row->bytes).s);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_NORMAL, row->name);
    if (row->why[0])
        draw_skipped(grid, layout, right, row);
    else if (row->known)
        draw_about(grid, layout, row);
}

static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_files *f)
{
    char count[64];
    snprintf(count, sizeof count, "%s%s", acd_text_exact(f->count).s,
             f->cut          ? " and more"
             : f->count == 1 ? " file"
                             : " files");
    acd_grid_append(grid, &at, ACD_STYLE_HEADER, "Files ");
    acd_grid_append(grid, &at, ACD_STYLE_DIM, "in ");
    acd_grid_append(grid, &at, ACD_STYLE_DIM, f->directory);
    at.x += 2;
    at.w -= 2;
    acd_grid_text_right(grid, at, ACD_STYLE_DIM, count);
}

static void draw_empty(struct acd_grid *grid, struct acd_rect at, const struct acd_files *f)
{
    if (f->notice[0])
        acd_grid_text(grid, at, ACD_STYLE_WARN, f->notice);
    else
        acd_grid_text(grid, at, ACD_STYLE_DIM,
                      "No debug files. Servers write one for each error from level 1 on.");
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_files *f = scene->ui->files;
    static const struct acd_files none = {.notice = "The temp directory was not read yet."};
    struct acd_columns layout;
    f = f ? f : &none;
    draw_heading(grid, acd_grid_row(at.x, at.y, at.w), f);
    at.y++;
    at.h--;
    if (f->count == 0) {
        draw_empty(grid, at, f);
        return;
    }
    struct acd_column fitted[COLUMN_COUNT];
    memcpy(fitted, columns, sizeof columns);
    acd_look_hide(acd_ui_look(scene->ui), ACD_LOOK_FILES, fitted, COLUMN_COUNT);
    acd_columns_layout(&layout, fitted, COLUMN_COUNT,
                       (struct acd_rect){at.x, at.y, at.w - 1, at.h});
    layout.sorted = -1;
    acd_columns_header(grid, &layout);
    size_t top = f->list.top;
    for (size_t i = top; i < f->count && (int)(i - top) + 1 < at.h; i++) {
        layout.y = at.y + 1 + (int)(i - top);
        draw_row(grid, &layout, at.x + at.w - 1, scene, &f->row[i]);
        if (i == f->list.selected)
            acd_grid_restyle(grid, acd_grid_row(at.x, layout.y, at.w - 1), ACD_STYLE_SELECTED);
    }
    struct acd_rect bar = {at.x + at.w - 1, at.y + 1, 1, at.h - 1};
    acd_widgets_scrollbar(grid, bar, top, f->count);
}

const struct acd_view acd_files_view = {ACD_VIEW_FILES, "files", draw};
