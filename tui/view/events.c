/* SPDX-License-Identifier: MIT */
/* The Events screen, see events.h. */
#include "config.h"

#include "tui/view/events.h"

#include <stdio.h>

#include "tui/view/eventlist.h"

static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_store *store = scene->fleet->store;
    char state[64];
    acd_eventlist_state(state, sizeof state, scene, &scene->ui->events);
    acd_grid_append(grid, &at, ACD_STYLE_HEADER, "Events ");
    acd_grid_append(grid, &at, scene->ui->events.scrolled ? ACD_STYLE_PAUSED : ACD_STYLE_DIM, "(");
    acd_grid_append(grid, &at, scene->ui->events.scrolled ? ACD_STYLE_PAUSED : ACD_STYLE_DIM,
                    state);
    acd_grid_append(grid, &at, scene->ui->events.scrolled ? ACD_STYLE_PAUSED : ACD_STYLE_DIM, ")");
    char kept[96];
    uint64_t first = acd_store_first(store);
    if (first > 0)
        snprintf(kept, sizeof kept, "%s kept, %s older ones forgotten",
                 acd_text_count(acd_store_next(store) - first).s, acd_text_count(first).s);
    else
        snprintf(kept, sizeof kept, "%s kept", acd_text_count(acd_store_next(store)).s);
    at.x += 2;
    at.w -= 2;
    acd_grid_text_right(grid, at, ACD_STYLE_DIM, kept);
}

/* An empty list says why, so that nobody waits for what can't come. */
static void draw_why_empty(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    struct acd_filter filter = acd_ui_filter(scene->ui, scene->fleet);
    struct acd_entry entry;
    if (acd_filter_before(&filter, scene->fleet->store, acd_ui_end(scene->ui, scene->fleet->store),
                          &entry))
        return;
    const struct acd_server *one = acd_fleet_single(scene->fleet, scene->ui->selection, NULL);
    at.x += 1;
    at.w -= 1;
    if (scene->fleet->count == 0)
        acd_grid_text(grid, at, ACD_STYLE_DIM, scene->fleet->notice);
    else if (one && acd_server_level(one->acked_levels, NULL) == 0)
        acd_grid_text(grid, at, ACD_STYLE_DIM,
                      "No events: the server's level is L0 off. F8 raises it.");
    else
        acd_grid_text(grid, at, ACD_STYLE_DIM, "No events yet.");
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    struct acd_rect list = {at.x, at.y + 1, at.w, at.h - 1};
    draw_heading(grid, at, scene);
    draw_why_empty(grid, list, scene);
    acd_eventlist_draw(grid, list, scene, &scene->ui->events);
}

const struct acd_view acd_events_view = {ACD_VIEW_EVENTS, "events", draw};
