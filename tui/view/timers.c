/* SPDX-License-Identifier: MIT */
/* The Timers screen, see timers.h: the list, and where there is room the selected one from near. */
#include "config.h"

#include "tui/view/timers.h"

#include "tui/view/panel.h"
#include "tui/view/timer.h"

#define BELOW_LEAST 8 /* rows */

struct acd_rect acd_timers_rows(struct acd_rect body, const struct acd_scene *scene)
{
    int wanted = (int)acd_panel_timers.rows(scene) + 1;
    if (body.h - wanted >= BELOW_LEAST)
        body.h = wanted;
    else if (body.h >= 3 * BELOW_LEAST)
        body.h -= 2 * BELOW_LEAST;
    return body;
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_rect list = acd_timers_rows(at, scene);
    acd_panel_timers.draw(grid, list, scene);
    at.y += list.h + 1;
    at.h -= list.h + 1;
    acd_timer_draw_below(grid, at, scene);
}

const struct acd_view acd_timers_view = {ACD_VIEW_TIMERS, "timers", draw};
