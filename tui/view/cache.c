/* SPDX-License-Identifier: MIT */
/* The Cache screen, see cache.h. */
#include "config.h"

#include "tui/view/cache.h"

#include "tui/view/panel.h"

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    acd_panel_cache.draw(grid, at, scene);
}

const struct acd_view acd_cache_view = {ACD_VIEW_CACHE, "cache", draw};
