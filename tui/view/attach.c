/* SPDX-License-Identifier: MIT */
/* The Servers screen, see attach.h. */
#include "config.h"

#include "tui/view/attach.h"

#include <inttypes.h>
#include <stdio.h>

#include "tui/view/columns.h"

enum {
    COLUMN_NAME,
    COLUMN_PID,
    COLUMN_STATE,
    COLUMN_LEVEL,
    COLUMN_LOST,
    COLUMN_RING,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"Servers", 12, 40, 1, 0, ACD_ALIGN_LEFT},
    [COLUMN_PID] = {"pid", 7, 7, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_STATE] = {"state", 7, 7, 0, 0, ACD_ALIGN_LEFT},
    [COLUMN_LEVEL] = {"level", 10, 10, 0, 1, ACD_ALIGN_LEFT},
    [COLUMN_LOST] = {"lost", 5, 5, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_RING] = {"ring", 20, 60, 2, 3, ACD_ALIGN_LEFT},
};

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout,
                     const struct acd_server *s)
{
    char text[64];
    bool live = acd_server_is_live(s);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_NORMAL, s->app);
    snprintf(text, sizeof text, "%" PRIu32, s->pid);
    acd_columns_text(grid, layout, COLUMN_PID, ACD_STYLE_NORMAL, text);
    acd_columns_text(grid, layout, COLUMN_STATE, live ? ACD_STYLE_OK : ACD_STYLE_BAD,
                     acd_liveness_name(s->liveness));
    unsigned level = acd_server_level(s->acked_levels, NULL);
    snprintf(text, sizeof text, "L%u %s", level, acd_level_name(level));
    acd_columns_text(grid, layout, COLUMN_LEVEL, ACD_STYLE_NORMAL, text);
    acd_columns_text(grid, layout, COLUMN_LOST, ACD_STYLE_VALUE,
                     acd_text_count(acd_server_lost(s)).s);
    acd_columns_text(grid, layout, COLUMN_RING, ACD_STYLE_DIM, s->ring);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    struct acd_columns layout;
    acd_columns_layout(&layout, columns, COLUMN_COUNT, at);
    acd_columns_header(grid, &layout);
    for (size_t i = 0; i < scene->fleet->count && (int)i + 1 < at.h; i++) {
        layout.y = at.y + 1 + (int)i;
        draw_row(grid, &layout, scene->fleet->server[i]);
    }
}

const struct acd_view acd_attach_view = {ACD_VIEW_ATTACH, "servers", draw};
