/* SPDX-License-Identifier: MIT */
/* The Cache screen, see cache.h: the rows, and below them the selected one from near. */
#include "config.h"

#include "tui/view/cache.h"

#include "tui/view/cachenear.h"
#include "tui/view/panel.h"

#define ROWS_LEAST 3

/* Rows of the list with its heading: all, but at most a third of a high screen and half of a low one. */
static int list_height(size_t count, int h)
{
    int most = h >= 12 ? h / 3 : h / 2;
    most = most > ROWS_LEAST + 1 ? most : ROWS_LEAST + 1;
    int wanted = count < 1000 ? (int)count + 1 : 1000;
    most = wanted < most ? wanted : most;
    return most < h ? most : h;
}

struct acd_rect acd_cache_rows(struct acd_rect body, const struct acd_scene *scene)
{
    body.h = list_height(scene->digest->cache_count, body.h);
    return body;
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_digest *d = scene->digest;
    size_t selected = acd_panel_cache_selected(scene);
    const struct acd_rect rows = acd_cache_rows(at, scene);
    size_t height = rows.h > 1 ? (size_t)rows.h - 1 : 0;
    const struct acd_list list = acd_list_around(d->cache_count, height, selected);
    acd_panel_cache_table(grid, rows, scene, &list);
    at.y += rows.h;
    at.h -= rows.h;
    if (d->cache_count > 0 && scene->ui->closeup)
        acd_cachenear_draw(grid, at, scene, selected);
}

const struct acd_view acd_cache_view = {ACD_VIEW_CACHE, "cache", draw};
