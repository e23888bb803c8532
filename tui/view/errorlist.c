/* SPDX-License-Identifier: MIT */
/* The Errors screen, see errorlist.h. */
#include "config.h"

#include "tui/view/errorlist.h"

#include "tui/view/panel.h"

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    acd_panel_errors.draw(grid, at, scene);
}

const struct acd_view acd_errorlist_view = {ACD_VIEW_ERRORS, "errors", draw};
