/* SPDX-License-Identifier: MIT */
/* Error groups, newest first, see panel.h. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/redact.h"
#include "tui/view/columns.h"
#include "tui/view/panel.h"

#define SECOND UINT64_C(1000000000)

enum {
    COLUMN_NAME,
    COLUMN_COUNTED,
    COLUMN_LAST,
    COLUMN_FIRST,
    COLUMN_WHERE,
    COLUMN_FILE,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"Errors", 18, 80, 3, 0, ACD_ALIGN_LEFT},
    [COLUMN_COUNTED] = {"count", 5, 5, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_LAST] = {"last", 4, 4, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_FIRST] = {"first", 5, 5, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_WHERE] = {"provider/model", 24, 40, 1, 2, ACD_ALIGN_LEFT},
    [COLUMN_FILE] = {"file", 20, 50, 2, 1, ACD_ALIGN_LEFT},
};

/* "HTTP 502 upstream timeout", "Streaming reset by peer". */
static void name_of(char *out, size_t size, const struct acd_error_row *row)
{
    char message[256], type[64];
    acd_redact_text(message, sizeof message, row->message, strlen(row->message));
    acd_redact_text(type, sizeof type, row->type, strlen(row->type));
    if (row->status > 0)
        snprintf(out, size, "HTTP %" PRId64 " %s", row->status, message[0] ? message : type);
    else
        snprintf(out, size, message[0] ? "%s %s" : "%s", type, message);
}

/* A file's name without its directory; the middle goes when it is too long, as its ends tell. */
static void file_of(char *out, size_t size, const struct acd_error_row *row, int width)
{
    const char *slash = strrchr(row->file, '/');
    const char *name = slash ? slash + 1 : row->file;
    size_t length = strlen(name);
    if (length == 0)
        snprintf(out, size, "-");
    else if (width < 12 || length <= (size_t)width)
        snprintf(out, size, "%s", name);
    else {
        size_t tail = ((size_t)width - 3) / 2, head = (size_t)width - 3 - tail;
        snprintf(out, size, "%.*s...%s", (int)head, name, name + length - tail);
    }
}

static struct acd_label age(const struct acd_scene *scene, uint64_t then_ns)
{
    struct acd_label unknown = {"?"};
    if (then_ns == 0)
        return unknown;
    uint64_t now = scene->ui->now_ns;
    return acd_text_age_s(now > then_ns ? (now - then_ns) / SECOND : 0);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_scene *scene, const struct acd_error_row *row)
{
    char text[400] = " ";
    name_of(text + 1, sizeof text - 1, row);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_ERROR, text);
    acd_columns_text(grid, layout, COLUMN_COUNTED, ACD_STYLE_VALUE, acd_text_count(row->count).s);
    acd_columns_text(grid, layout, COLUMN_LAST, ACD_STYLE_VALUE, age(scene, row->last_ns).s);
    acd_columns_text(grid, layout, COLUMN_FIRST, ACD_STYLE_DIM, age(scene, row->first_ns).s);
    snprintf(text, sizeof text, "%s%s%s", row->provider,
             row->provider[0] && row->model[0] ? "/" : "", row->model);
    acd_columns_text(grid, layout, COLUMN_WHERE, ACD_STYLE_DIM, text);
    file_of(text, sizeof text, row, acd_columns_rect(layout, COLUMN_FILE).w);
    acd_columns_text(grid, layout, COLUMN_FILE, ACD_STYLE_NORMAL, text);
}

static size_t rows(const struct acd_scene *scene)
{
    return scene->digest->errors.count;
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_errors *errors = &scene->digest->errors;
    struct acd_columns layout;
    struct acd_column titled[COLUMN_COUNT];
    char title[96];
    memcpy(titled, columns, sizeof titled);
    if (errors->count == 0)
        snprintf(title, sizeof title, "Errors  none");
    else
        snprintf(title, sizeof title, "Errors  %zu kind%s, %s in all", errors->count,
                 errors->count == 1 ? "" : "s", acd_text_count(errors->total).s);
    titled[COLUMN_NAME].title = title;
    /* What failed comes before where. */
    titled[COLUMN_NAME].min_width = at.w >= 60 ? 30 : columns[COLUMN_NAME].min_width;
    acd_columns_layout(&layout, titled, errors->count ? COLUMN_COUNT : 1, at);
    layout.sorted = -1;
    acd_columns_header(grid, &layout);
    for (size_t i = 0; i < errors->count && (int)i + 1 < at.h; i++) {
        layout.y = at.y + 1 + (int)i;
        draw_row(grid, &layout, scene, &errors->row[i]);
    }
}

static void line(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                 size_t index)
{
    const struct acd_error_row *row = &scene->digest->errors.row[index];
    char name[400], text[64];
    name_of(name, sizeof name, row);
    snprintf(text, sizeof text, " %sx %s", acd_text_count(row->count).s,
             age(scene, row->last_ns).s);
    int right = (int)strlen(text);
    struct acd_rect left = {at.x, at.y, at.w - right, 1};
    acd_grid_text(grid, left, ACD_STYLE_ERROR, name);
    acd_grid_text_right(grid, at, ACD_STYLE_VALUE, text);
}

const struct acd_panel acd_panel_errors = {rows, draw, line, rows};
