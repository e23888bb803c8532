/* SPDX-License-Identifier: MIT */
/* The table of screens and the picture as a whole, see view.h. */
#include "config.h"

#include "tui/view/view.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/attach.h"
#include "tui/view/cache.h"
#include "tui/view/errorlist.h"
#include "tui/view/events.h"
#include "tui/view/files.h"
#include "tui/view/footer.h"
#include "tui/view/header.h"
#include "tui/view/help.h"
#include "tui/view/jsonview.h"
#include "tui/view/miss.h"
#include "tui/view/overview.h"
#include "tui/view/prompt.h"
#include "tui/view/run.h"
#include "tui/view/timer.h"
#include "tui/view/timers.h"

static const struct acd_view *const views[ACD_VIEWS] = {
    [ACD_VIEW_OVERVIEW] = &acd_overview_view, [ACD_VIEW_EVENTS] = &acd_events_view,
    [ACD_VIEW_CACHE] = &acd_cache_view,       [ACD_VIEW_TIMERS] = &acd_timers_view,
    [ACD_VIEW_ERRORS] = &acd_errorlist_view,  [ACD_VIEW_FILES] = &acd_files_view,
    [ACD_VIEW_ATTACH] = &acd_attach_view,     [ACD_VIEW_JSON] = &acd_jsonview_view,
    [ACD_VIEW_TIMER] = &acd_timer_view,       [ACD_VIEW_RUN] = &acd_run_view,
    [ACD_VIEW_MISS] = &acd_miss_view,         [ACD_VIEW_HELP] = &acd_help_view,
};

const struct acd_view *acd_view_get(enum acd_view_id id)
{
    return views[(unsigned)id < ACD_VIEWS ? id : ACD_VIEW_OVERVIEW];
}

struct acd_rect acd_view_body(const struct acd_ui *ui, int w, int h)
{
    /* Without servers there is nothing to say in the title. */
    int above = ui->alone ? 0 : 1;
    struct acd_rect body = {0, above, w, h - 1 - above};
    if (body.h < 0)
        body.h = 0;
    return body;
}

struct acd_label acd_view_key(const struct acd_scene *scene, enum acd_action_id id)
{
    struct acd_label label = {"no key"};
    for (size_t i = 0; i < scene->action_count; i++) {
        const struct acd_action *action = &scene->actions[i];
        if (action->id == id && action->keys[0])
            snprintf(label.s, sizeof label.s, "%.*s", (int)strcspn(action->keys, " "),
                     action->keys);
    }
    return label;
}

void acd_view_draw(struct acd_grid *grid, const struct acd_scene *scene)
{
    acd_grid_clear(grid);
    bool tiny = grid->w < ACD_VIEW_MIN_WIDTH || grid->h < ACD_VIEW_MIN_HEIGHT;
    if (tiny && !scene->ui->alone) {
        acd_header_draw_tiny(grid, acd_grid_row(0, 0, grid->w), scene);
        return;
    }
    if (!scene->ui->alone)
        acd_header_draw(grid, acd_grid_row(0, 0, grid->w), scene);
    struct acd_rect body = acd_view_body(scene->ui, grid->w, grid->h);
    struct acd_rect before = acd_grid_clip(grid, body);
    acd_view_get(scene->ui->view)->draw(grid, body, scene);
    grid->clip = before;
    acd_footer_draw(grid, acd_grid_row(0, grid->h - 1, grid->w), scene);
    acd_prompt_draw(grid, scene);
}
