/* SPDX-License-Identifier: MIT */
/* Events in rows, see eventlist.h. */
#include "config.h"

#include "tui/view/eventlist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/view/eventtext.h"

#define KIND_WIDTH 6
#define TIME_WIDTH 12
#define SHORT_TIME_WIDTH 8

/* Which columns there is room for. */
struct layout {
    bool kind, server, request;
    int time_width;
};

static struct layout layout_for(const struct acd_scene *scene, int width)
{
    struct layout l = {.time_width = width >= 60 ? TIME_WIDTH : SHORT_TIME_WIDTH};
    l.kind = width >= 34;
    l.request = width >= 60;
    l.server = width >= 70 && scene->fleet->count > 1 &&
               acd_ui_filter(scene->ui, scene->fleet).server == ACD_FILTER_ALL_SERVERS;
    return l;
}

static void cell(struct acd_grid *grid, struct acd_rect *at, int width, enum acd_style style,
                 const char *text)
{
    struct acd_rect slot = *at;
    slot.w = width < at->w ? width : at->w;
    acd_grid_text(grid, slot, style, text);
    at->x += slot.w + 1;
    at->w -= slot.w + 1;
}

static void draw_gap(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                     const struct acd_entry *entry)
{
    char text[96], line[200];
    const struct acd_server *s = acd_fleet_at(scene->fleet, entry->server);
    acd_eventtext_gap(text, sizeof text, entry);
    if (s && scene->fleet->count > 1)
        snprintf(line, sizeof line, "---- %s: %s ----", s->app, text);
    else
        snprintf(line, sizeof line, "---- %s ----", text);
    acd_grid_text(grid, at, ACD_STYLE_GAP, line);
}

static void draw_text(struct acd_grid *grid, struct acd_rect at, const struct acd_entry *entry,
                      const struct acd_event_parts *parts, bool with_request)
{
    char body[ACD_EVENTTEXT_BYTES], id[72], request[80] = "";
    acd_eventtext_body(body, sizeof body, entry, parts);
    acd_eventtext_request(id, sizeof id, &parts->view.request);
    if (with_request && id[0])
        snprintf(request, sizeof request, "req %s", id);
    /* The id keeps its place when the text is too long for both. */
    int reserved = 0;
    if (request[0])
        reserved = (int)acd_text_width(request, strlen(request), grid->text_flags, 30) + 2;
    struct acd_rect body_at = at;
    body_at.w -= reserved;
    /* A prompt's line feeds are blanks here: one event, one row. */
    unsigned flags = grid->text_flags;
    grid->text_flags |= ACD_TEXT_BLANKS;
    int used = acd_grid_text(grid, body_at, acd_eventtext_style(entry, parts), body);
    grid->text_flags = flags;
    at.x += used + 2;
    at.w -= used + 2;
    if (reserved)
        acd_grid_text(grid, at, ACD_STYLE_DIM, request);
}

static void draw_event(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_entry *entry, const struct layout *l)
{
    static const enum acd_style of_level[4] = {ACD_STYLE_DIM, ACD_STYLE_LEVEL1, ACD_STYLE_LEVEL2,
                                               ACD_STYLE_LEVEL3};
    struct acd_event_parts parts;
    acd_eventtext_open(&parts, scene->fleet, entry);
    struct acd_label time =
        acd_eventtext_time(entry->time_ns, scene->ui->now_ns, scene->ui->utc_offset_s);
    if (l->time_width < TIME_WIDTH && time.s[2] == ':')
        time.s[SHORT_TIME_WIDTH] = '\0';
    char level[2] = {(char)('0' + entry->level % 10), '\0'};
    cell(grid, &at, l->time_width, ACD_STYLE_DIM, time.s);
    cell(grid, &at, 1, of_level[entry->level & 3u], level);
    if (l->kind)
        cell(grid, &at, KIND_WIDTH, ACD_STYLE_NAME, acd_eventtext_kind(entry->kind));
    if (l->server) {
        char name[32];
        snprintf(name, sizeof name, "%.10s[%" PRIu32 "]", parts.server ? parts.server->app : "gone",
                 parts.server ? parts.server->pid : 0);
        cell(grid, &at, 18, ACD_STYLE_DIM, name);
    }
    draw_text(grid, at, entry, &parts, l->request);
}

void acd_eventlist_row(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_entry *entry)
{
    struct layout l = layout_for(scene, at.w);
    if (entry->type == ACD_ENTRY_GAP)
        draw_gap(grid, at, scene, entry);
    else
        draw_event(grid, at, scene, entry, &l);
}

void acd_eventlist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_event_place *place)
{
    const struct acd_store *store = scene->fleet->store;
    struct acd_filter filter = acd_ui_filter(scene->ui, scene->fleet);
    uint64_t end = acd_ui_end(scene->ui, store);
    if (place->scrolled && place->bottom < end)
        end = place->bottom + 1;
    struct layout l = layout_for(scene, at.w);
    struct acd_entry entry;
    /* From the bottom up, then the rows that are left over stay blank at the bottom. */
    int rows = 0;
    uint64_t top = end;
    while (rows < at.h && acd_filter_before(&filter, store, top, &entry)) {
        top = entry.sequence;
        rows++;
    }
    for (int y = at.y; rows > 0 && acd_filter_from(&filter, store, top, &entry); y++, rows--) {
        struct acd_rect row = {at.x + 1, y, at.w - 1, 1};
        if (entry.type == ACD_ENTRY_GAP)
            draw_gap(grid, row, scene, &entry);
        else
            draw_event(grid, row, scene, &entry, &l);
        top = entry.sequence + 1;
    }
}

void acd_eventlist_state(char *out, size_t size, const struct acd_scene *scene,
                         const struct acd_event_place *place)
{
    const struct acd_store *store = scene->fleet->store;
    uint64_t end = acd_ui_end(scene->ui, store);
    if (place->scrolled) {
        struct acd_filter filter = acd_ui_filter(scene->ui, scene->fleet);
        uint64_t newer = acd_filter_count(&filter, store, place->bottom + 1, end);
        snprintf(out, size, "%s newer below", acd_text_exact(newer).s);
    } else {
        snprintf(out, size, "%s", scene->ui->paused ? "paused" : "following");
    }
}
