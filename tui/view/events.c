/* SPDX-License-Identifier: MIT */
/* The Events screen, see events.h. */
#include "config.h"

#include "tui/view/events.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/eventlist.h"

static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_store *store = scene->fleet->store;
    char kept[96];
    uint64_t first = acd_store_first(store);
    if (first > 0)
        snprintf(kept, sizeof kept, "%s kept, %s older ones forgotten",
                 acd_text_count(acd_store_next(store) - first).s, acd_text_count(first).s);
    else
        snprintf(kept, sizeof kept, "%s kept", acd_text_count(acd_store_next(store)).s);
    /* What is looked for comes first where there is no room for both. */
    bool looking = scene->ui->lookup.filter[0] || scene->ui->lookup.find[0];
    int right = looking && at.w < 120 ? 0 : (int)strlen(kept) + 2;
    if (right > 0 && right + 28 < at.w) {
        acd_grid_text_right(grid, at, ACD_STYLE_DIM, kept);
        at.w -= right;
    }
    acd_eventlist_heading(grid, at, scene, &scene->ui->events);
}

/* An empty list says why, so that nobody waits for what can't come. */
static void draw_why_empty(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_lookup *l = &scene->ui->lookup;
    const struct acd_server *one = acd_fleet_single(scene->fleet, scene->ui->selection, NULL);
    at.x += 1;
    at.w -= 1;
    if (scene->fleet->count == 0)
        acd_grid_text(grid, at, ACD_STYLE_DIM, scene->fleet->notice);
    else if (l->sieve && acd_sieve_state(l->sieve, scene->fleet->store) == ACD_SIEVE_MORE)
        acd_grid_text(grid, at, ACD_STYLE_DIM, "No match so far.");
    else if (l->filter[0])
        acd_grid_printf(grid, at, ACD_STYLE_DIM,
                        "No event matches the filter. %s changes it, an empty one clears it.",
                        acd_view_key(scene, ACD_ACTION_FILTER).s);
    else if (l->sieve)
        acd_grid_printf(grid, at, ACD_STYLE_DIM,
                        "No event of this request is kept. %s or %s shows all again.",
                        acd_view_key(scene, ACD_ACTION_FOLLOW_REQUEST).s,
                        acd_view_key(scene, ACD_ACTION_BACK).s);
    else if (one && acd_server_level(one->acked_levels, NULL) == 0)
        acd_grid_printf(grid, at, ACD_STYLE_DIM,
                        "No events: the server's level is L0 off. %s raises it.",
                        acd_view_key(scene, ACD_ACTION_LEVEL_UP).s);
    else
        acd_grid_text(grid, at, ACD_STYLE_DIM, "No events yet.");
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    struct acd_rect list = {at.x, at.y + 1, at.w, at.h - 1};
    draw_heading(grid, at, scene);
    if (!acd_eventlist_draw(grid, list, scene, &scene->ui->events))
        draw_why_empty(grid, list, scene);
}

const struct acd_view acd_events_view = {ACD_VIEW_EVENTS, "events", draw};
