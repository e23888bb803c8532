/* SPDX-License-Identifier: MIT */
/* The Timers screen, see timers.h. */
#include "config.h"

#include "tui/view/timers.h"

#include "tui/view/panel.h"

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    acd_panel_timers.draw(grid, at, scene);
}

const struct acd_view acd_timers_view = {ACD_VIEW_TIMERS, "timers", draw};
