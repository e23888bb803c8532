/* SPDX-License-Identifier: MIT */
/* Error groups as rows, see errorrow.h. */
#include "config.h"

#include "tui/view/errorrow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/redact.h"
#include "tui/view/columns.h"
#include "tui/view/look.h"
#include "tui/view/panel.h"
#include "tui/view/widgets.h"

#define SECOND UINT64_C(1000000000)

enum {
    COLUMN_NAME,
    COLUMN_COUNTED,
    COLUMN_LAST,
    COLUMN_FIRST,
    COLUMN_TREND,
    COLUMN_WHERE,
    COLUMN_FILE,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"Errors", 18, 80, 3, 0, ACD_ALIGN_LEFT},
    [COLUMN_COUNTED] = {"count", 5, 5, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_LAST] = {"last", 4, 4, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_FIRST] = {"first", 5, 5, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_TREND] = {"1h", 8, 30, 1, 1, ACD_ALIGN_LEFT},
    [COLUMN_WHERE] = {"provider/model", 24, 40, 1, 2, ACD_ALIGN_LEFT},
    [COLUMN_FILE] = {"file", 20, 50, 2, 1, ACD_ALIGN_LEFT},
};

const char *const acd_errorrow_columns[COLUMN_COUNT + 1] = {
    [COLUMN_NAME] = "name",   [COLUMN_COUNTED] = "count", [COLUMN_LAST] = "last",
    [COLUMN_FIRST] = "first", [COLUMN_TREND] = "trend",   [COLUMN_WHERE] = "from",
    [COLUMN_FILE] = "file",   [COLUMN_COUNT] = NULL,
};

static const uint8_t order_keys[COLUMN_COUNT] = {
    [COLUMN_NAME] = ACD_ORDER_NAME,
    [COLUMN_COUNTED] = ACD_ORDER_COUNT,
    [COLUMN_LAST] = ACD_ORDER_LAST,
    [COLUMN_FIRST] = ACD_ORDER_FIRST,
};
const struct acd_sorting acd_errorrow_sorting = {ACD_ORDER_ERRORS, "Errors", order_keys,
                                                 COLUMN_COUNT};

void acd_errorrow_name(char *out, size_t size, const struct acd_error_row *row)
{
    char message[256], type[64];
    acd_redact_text(message, sizeof message, row->message, strlen(row->message));
    acd_redact_text(type, sizeof type, row->type, strlen(row->type));
    if (row->status > 0)
        snprintf(out, size, "HTTP %" PRId64 " %s", row->status, message[0] ? message : type);
    else
        snprintf(out, size, message[0] ? "%s %s" : "%s", type, message);
}

void acd_errorrow_where(char *out, size_t size, const struct acd_error_row *row)
{
    snprintf(out, size, "%s%s%s", row->provider, row->provider[0] && row->model[0] ? "/" : "",
             row->model);
}

struct acd_label acd_errorrow_age(const struct acd_scene *scene, uint64_t then_ns)
{
    struct acd_label unknown = {"?"};
    if (then_ns == 0)
        return unknown;
    uint64_t now = scene->ui->now_ns;
    return acd_text_age_s(now > then_ns ? (now - then_ns) / SECOND : 0);
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
        const char *end = name + length - tail;
        while (((unsigned char)*end & 0xc0) == 0x80) /* the rest of a character */
            end++;
        snprintf(out, size, "%.*s...%s", (int)acd_text_head(name, head), name, end);
    }
}

/* The whole hour, whatever the width: some minutes to a point. */
static void draw_trend(struct acd_grid *grid, struct acd_rect at, const struct acd_error_row *row)
{
    uint64_t counts[ACD_WINDOW_SLOTS] = {0};
    int per_cell = grid->glyphs == ACD_GLYPHS_BRAILLE ? 2 : 1;
    int points = at.w * per_cell < ACD_WINDOW_SLOTS ? at.w * per_cell : ACD_WINDOW_SLOTS;
    if (points <= 0)
        return;
    for (int s = 0; s < ACD_WINDOW_SLOTS; s++)
        counts[s * points / ACD_WINDOW_SLOTS] += row->seen[ACD_WINDOW_1H].slot[s];
    const struct acd_series series = {.counts = counts, .count = (size_t)points};
    acd_widgets_spark(grid, at, ACD_STYLE_BAR, &series);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_scene *scene, const struct acd_error_row *row, bool chosen)
{
    char text[400] = " ";
    if (chosen)
        text[0] = '>';
    acd_errorrow_name(text + 1, sizeof text - 1, row);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_ERROR, text);
    acd_columns_text(grid, layout, COLUMN_COUNTED, ACD_STYLE_VALUE, acd_text_count(row->count).s);
    acd_columns_text(grid, layout, COLUMN_LAST, ACD_STYLE_VALUE,
                     acd_errorrow_age(scene, row->last_ns).s);
    acd_columns_text(grid, layout, COLUMN_FIRST, ACD_STYLE_DIM,
                     acd_errorrow_age(scene, row->first_ns).s);
    acd_errorrow_where(text, sizeof text, row);
    acd_columns_text(grid, layout, COLUMN_WHERE, ACD_STYLE_DIM, text);
    file_of(text, sizeof text, row, acd_columns_rect(layout, COLUMN_FILE).w);
    acd_columns_text(grid, layout, COLUMN_FILE, ACD_STYLE_NORMAL, text);
    draw_trend(grid, acd_columns_rect(layout, COLUMN_TREND), row);
}

/* The columns for this width; the first one's heading says how many groups there are. */
static void fit(struct acd_column *fitted, char *title, size_t title_size,
                const struct acd_errors *errors, int width)
{
    memcpy(fitted, columns, sizeof columns);
    if (errors->count == 0)
        snprintf(title, title_size, "Errors  none");
    else
        snprintf(title, title_size, "Errors  %zu kind%s, %s in all", errors->count,
                 errors->count == 1 ? "" : "s", acd_text_count(errors->total).s);
    fitted[COLUMN_NAME].title = title;
    /* What failed comes before where. */
    fitted[COLUMN_NAME].min_width = width >= 60 ? 30 : columns[COLUMN_NAME].min_width;
}

void acd_errorrow_table(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_errorrow_table *table)
{
    const struct acd_errors *errors = &scene->digest->errors;
    struct acd_columns layout;
    struct acd_column fitted[COLUMN_COUNT];
    char title[96];
    fit(fitted, title, sizeof title, errors, at.w);
    if (!table->trends) {
        /* Nobody has room for it: it is hidden first, and gives its room to the others. */
        fitted[COLUMN_TREND].min_width = 0;
        fitted[COLUMN_TREND].weight = 0;
    }
    acd_look_hide(acd_ui_look(scene->ui), ACD_LOOK_ERRORS, fitted, COLUMN_COUNT);
    acd_columns_layout(&layout, fitted, errors->count ? COLUMN_COUNT : 1, at);
    acd_columns_sorted(&layout, &acd_errorrow_sorting, scene->ui->order[ACD_ORDER_ERRORS]);
    acd_columns_header(grid, &layout);
    for (size_t i = table->top; i < errors->count && (int)(i - table->top) + 1 < at.h; i++) {
        layout.y = at.y + 1 + (int)(i - table->top);
        draw_row(grid, &layout, scene, &errors->row[i], i == table->selected);
        if (i == table->selected)
            acd_grid_restyle(grid, acd_grid_row(at.x, layout.y, at.w), ACD_STYLE_SELECTED);
    }
}
