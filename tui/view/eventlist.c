/* SPDX-License-Identifier: MIT */
/* Events in rows, see eventlist.h. */
#include "config.h"

#include "tui/view/eventlist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/decode.h"
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
    acd_decode_request(id, sizeof id, &parts->view.request);
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
        const char *app = parts.server ? parts.server->app : "gone";
        snprintf(name, sizeof name, "%.*s[%" PRIu32 "]", (int)acd_text_head(app, 10), app,
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

/* The words that a search or the filter asked for, in the row as it is drawn. */
static void mark_words(struct acd_grid *grid, struct acd_rect at, const struct acd_query *query)
{
    char row[ACD_GRID_WIDTH_MAX * 4];
    uint16_t column[sizeof row];
    struct acd_query_span span[32];
    uint32_t used = 0;
    at = acd_grid_intersect(at, grid->clip);
    for (int x = at.x; x < at.x + at.w && at.h > 0; x++) {
        const struct acd_grid_cell *cell = acd_grid_at(grid, x, at.y);
        for (int i = 0; i < cell->len && used < sizeof row; i++) {
            column[used] = (uint16_t)x;
            row[used++] = cell->text[i];
        }
    }
    const struct acd_text text = {row, used, used};
    size_t count = acd_query_spans(query, &text, span, sizeof span / sizeof span[0]);
    for (size_t i = 0; i < count; i++) {
        int from = column[span[i].at], to = column[span[i].at + span[i].bytes - 1];
        acd_grid_restyle(grid, acd_grid_row(from, at.y, to - from + 1), ACD_STYLE_MATCH);
    }
}

/* The first row shown: so many up from the last one, and the cursor's at least. */
static uint64_t top_of(const struct acd_shown *shown, const struct acd_event_place *place,
                       const struct acd_entry *cursor, int height)
{
    uint64_t end = shown->end;
    if (place->scrolled && place->bottom < end)
        end = place->bottom + 1;
    uint64_t top = acd_shown_up(shown, end, (size_t)height);
    return cursor && cursor->sequence < top ? cursor->sequence : top;
}

/* What stood here is not kept any more: says so instead of an empty row. */
static bool draw_overwritten(struct acd_grid *grid, struct acd_rect at,
                             const struct acd_scene *scene, bool all)
{
    const struct acd_ui *ui = scene->ui;
    uint64_t first = acd_store_first(scene->fleet->store);
    if (first == 0 || (!ui->paused && !ui->events.scrolled))
        return false;
    char line[120];
    if (all && ui->paused)
        snprintf(line, sizeof line, "---- all of it was overwritten while paused; %s goes on ----",
                 acd_view_key(scene, ACD_ACTION_PAUSE).s);
    else
        snprintf(line, sizeof line, "---- %s older events were overwritten ----",
                 acd_text_exact(first).s);
    acd_grid_text(grid, (struct acd_rect){at.x + 1, at.y, at.w - 1, 1}, ACD_STYLE_GAP, line);
    return true;
}

static void draw_row(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                     const struct acd_entry *entry, enum acd_style restyle)
{
    const struct acd_query *mark = scene->ui->lookup.mark;
    int before = layout_for(scene, at.w).time_width + 4;
    acd_eventlist_row(grid, (struct acd_rect){at.x + 1, at.y, at.w - 1, 1}, scene, entry);
    if (restyle != ACD_STYLE_NORMAL)
        acd_grid_restyle(grid, at, restyle);
    if (mark)
        mark_words(grid, (struct acd_rect){at.x + before, at.y, at.w - before, 1}, mark);
}

/* Places the rows on the screen: where they begin, and how many there are. */
static uint64_t place_rows(const struct acd_shown *shown, const struct acd_event_place *place,
                           const struct acd_entry *cursor, int height, int *ret_rows)
{
    struct acd_entry e;
    uint64_t top = top_of(shown, place, cursor, height), next = top;
    uint64_t last = place->scrolled ? place->bottom : UINT64_MAX;
    if (cursor && cursor->sequence > last)
        last = cursor->sequence;
    int rows = 0;
    for (; rows < height && acd_shown_from(shown, next, &e) && e.sequence <= last; rows++)
        next = e.sequence + 1;
    *ret_rows = rows;
    return top;
}

/* While it follows, no further than to where lists are drawn now. */
static struct acd_shown shown_at(const struct acd_scene *scene, const struct acd_event_place *place)
{
    struct acd_shown shown = acd_ui_shown(scene->ui, scene->fleet);
    uint64_t end = scene->ui->list_end;
    if (!place->scrolled && !scene->ui->paused && end > 0 && end < shown.end)
        shown.end = end;
    return shown;
}

bool acd_eventlist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_event_place *place)
{
    const struct acd_shown shown = shown_at(scene, place);
    struct acd_entry entry, cursor;
    bool has_cursor =
        scene->ui->view == ACD_VIEW_EVENTS && acd_ui_event(scene->ui, scene->fleet, &cursor);
    int rows = 0;
    if (at.h <= 0)
        return false;
    uint64_t next = place_rows(&shown, place, has_cursor ? &cursor : NULL, at.h, &rows);
    struct acd_rect row = {at.x, at.y, at.w, 1};
    if (rows < at.h && draw_overwritten(grid, row, scene, rows == 0))
        row.y++;
    for (; rows > 0 && acd_shown_from(&shown, next, &entry); rows--, row.y++) {
        bool under_cursor = has_cursor && entry.sequence == cursor.sequence;
        bool is_match = acd_shown_is_match(&shown, &entry);
        draw_row(grid, row, scene, &entry,
                 under_cursor ? ACD_STYLE_SELECTED
                 : is_match   ? ACD_STYLE_NORMAL
                              : ACD_STYLE_DIM);
        next = entry.sequence + 1;
    }
    return row.y > at.y;
}

void acd_eventlist_state(char *out, size_t size, const struct acd_scene *scene,
                         const struct acd_event_place *place)
{
    if (place->scrolled) {
        const struct acd_shown shown = acd_ui_shown(scene->ui, scene->fleet);
        uint64_t newer = acd_shown_count(&shown, place->bottom + 1);
        snprintf(out, size, "%s newer below", acd_text_exact(newer).s);
    } else {
        snprintf(out, size, "%s", scene->ui->paused ? "paused" : "following");
    }
}

/* "FILTER 37 match: kind:cache", and how far that is true. */
static void append_filter(struct acd_grid *grid, struct acd_rect *at, const struct acd_scene *scene)
{
    const struct acd_lookup *l = &scene->ui->lookup;
    const struct acd_store *store = scene->fleet->store;
    char line[160];
    if (!l->filter[0] || !l->sieve)
        return;
    uint64_t first = acd_store_first(store), end = acd_ui_end(scene->ui, store);
    uint64_t count = acd_sieve_matches(l->sieve, store, 0, end);
    enum acd_sieve_state state = acd_sieve_state(l->sieve, store);
    snprintf(line, sizeof line, "FILTER %s %s", acd_text_exact(count).s,
             l->invert ? "not" : "match");
    acd_grid_append(grid, at, ACD_STYLE_MATCH, line);
    uint64_t low = acd_sieve_low(l->sieve, store);
    if (state != ACD_SIEVE_DONE && low > first) {
        snprintf(line, sizeof line, " in %s, ",
                 acd_text_percent(acd_sieve_high(l->sieve) - low, acd_store_next(store) - first,
                                  grid->glyphs)
                     .s);
        if (state == ACD_SIEVE_MORE)
            snprintf(line + strlen(line), sizeof line - strlen(line), "%s stops",
                     acd_view_key(scene, ACD_ACTION_BACK).s);
        else
            snprintf(line + strlen(line), sizeof line - strlen(line), "stopped");
        acd_grid_append(grid, at, ACD_STYLE_WARN, line);
    }
    if (l->context > 0) {
        snprintf(line, sizeof line, " +%u around", l->context);
        acd_grid_append(grid, at, ACD_STYLE_DIM, line);
    }
    acd_grid_append(grid, at, ACD_STYLE_DIM, ": ");
    acd_grid_append(grid, at, ACD_STYLE_ACCENT, l->filter);
}

static void append_search(struct acd_grid *grid, struct acd_rect *at, const struct acd_scene *scene)
{
    const struct acd_lookup *l = &scene->ui->lookup;
    char line[80];
    if (!l->find[0])
        return;
    acd_grid_append(grid, at, ACD_STYLE_DIM, "  /");
    acd_grid_append(grid, at, ACD_STYLE_ACCENT, l->find);
    if (!l->searching)
        return;
    snprintf(line, sizeof line, " searching, %s; %s stops",
             acd_text_percent(l->search.looked, l->search.all, grid->glyphs).s,
             acd_view_key(scene, ACD_ACTION_BACK).s);
    acd_grid_append(grid, at, ACD_STYLE_WARN, line);
}

static void append_mark(struct acd_grid *grid, struct acd_rect *at, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    char line[64];
    uint64_t end = acd_ui_end(ui, scene->fleet->store);
    if (ui->mark_ns == 0 || end < ui->mark_sequence)
        return;
    snprintf(line, sizeof line, "  %s since mark", acd_text_exact(end - ui->mark_sequence).s);
    acd_grid_append(grid, at, ACD_STYLE_DIM, line);
}

void acd_eventlist_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                           const struct acd_event_place *place)
{
    char state[64];
    enum acd_style style = place->scrolled ? ACD_STYLE_PAUSED : ACD_STYLE_DIM;
    acd_eventlist_state(state, sizeof state, scene, place);
    acd_grid_append(grid, &at, ACD_STYLE_HEADER, "Events ");
    acd_grid_append(grid, &at, style, "(");
    acd_grid_append(grid, &at, style, state);
    acd_grid_append(grid, &at, style, ")");
    append_mark(grid, &at, scene);
    if (scene->ui->lookup.filter[0])
        acd_grid_append(grid, &at, ACD_STYLE_NORMAL, "  ");
    append_filter(grid, &at, scene);
    append_search(grid, &at, scene);
}
