/* SPDX-License-Identifier: MIT */
/*
 * The Errors screen, see errorlist.h: the groups as a table, and below it, where there are rows
 * enough, all that is known of the chosen one, down to its newest events.
 */
#include "config.h"

#include "tui/view/errorlist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/redact.h"
#include "tui/view/errorrow.h"
#include "tui/view/eventlist.h"
#include "tui/view/eventtext.h"
#include "tui/view/widgets.h"

#define DETAIL_FROM 14 /* rows: below, the list has them all */
#define DETAIL_LEAST 9
#define TITLE_WIDTH 7

/* The table's rows, its heading included; the rest is the detail's. */
static int table_rows(struct acd_rect body, size_t count)
{
    if (body.h < DETAIL_FROM || count == 0)
        return body.h;
    int most = body.h / 2 < body.h - DETAIL_LEAST ? body.h / 2 : body.h - DETAIL_LEAST;
    return count + 1 < (size_t)most ? (int)count + 1 : most;
}

size_t acd_errorlist_height(struct acd_rect body, size_t count)
{
    int rows = table_rows(body, count);
    return rows > 1 ? (size_t)rows - 1 : 0;
}

struct acd_rect acd_errorlist_rows(struct acd_rect body, size_t count)
{
    size_t height = acd_errorlist_height(body, count);
    int h = count < height ? (int)count : (int)height;
    return (struct acd_rect){body.x, body.y + 1, body.w, h};
}

/* ---------------------------------------------------------------- the chosen group */

/* What is left to draw on, from the top down. */
struct page {
    struct acd_grid *grid;
    struct acd_rect at;
};

static void skip_rows(struct page *page, int rows)
{
    page->at.y += rows;
    page->at.h -= rows;
}

/* A title and its text, wrapped into at most `rows`. */
static void draw_part(struct page *page, const char *title, const char *text, int rows)
{
    struct acd_rect at = page->at;
    if (at.h <= 0 || !text[0])
        return;
    int width = at.w - 1 < TITLE_WIDTH ? at.w - 1 : TITLE_WIDTH;
    acd_grid_text(page->grid, acd_grid_row(at.x + 1, at.y, width), ACD_STYLE_NAME, title);
    at.x += 1 + TITLE_WIDTH;
    at.w -= 1 + TITLE_WIDTH;
    at.h = rows < at.h ? rows : at.h;
    skip_rows(page, acd_widgets_paragraph(page->grid, at, ACD_STYLE_NORMAL, text));
}

static void time_text(char *out, size_t size, const struct acd_scene *scene, uint64_t then_ns)
{
    struct acd_label time = acd_eventtext_time(then_ns, scene->ui->now_ns, scene->ui->utc_offset_s);
    time.s[strcspn(time.s, ".")] = '\0';
    if (then_ns == 0)
        snprintf(out, size, "?");
    else
        snprintf(out, size, "%s (%s ago)", time.s, acd_errorrow_age(scene, then_ns).s);
}

static void draw_times(struct page *page, const struct acd_scene *scene,
                       const struct acd_error_row *row)
{
    char first[64], last[64], text[256];
    time_text(first, sizeof first, scene, row->first_ns);
    time_text(last, sizeof last, scene, row->last_ns);
    snprintf(text, sizeof text, "last %s, first %s; %s time%s", last, first,
             acd_text_exact(row->count).s, row->count == 1 ? "" : "s");
    draw_part(page, "when", text, 2);
}

static void draw_where(struct page *page, const struct acd_scene *scene,
                       const struct acd_error_row *row)
{
    const struct acd_server *s = acd_fleet_at(scene->fleet, row->server);
    char from[128], text[320];
    acd_errorrow_where(from, sizeof from, row);
    snprintf(text, sizeof text, "%s%s", from, from[0] ? ", " : "");
    size_t used = strlen(text);
    if (s)
        snprintf(text + used, sizeof text - used, "on %s[%" PRIu32 "]%s", s->app, s->pid,
                 row->several ? " and others" : "");
    draw_part(page, "from", text, 2);
}

static void draw_text(struct page *page, const struct acd_error_row *row)
{
    char type[64], message[256], text[400];
    acd_redact_text(type, sizeof type, row->type, strlen(row->type));
    acd_redact_text(message, sizeof message, row->message, strlen(row->message));
    if (row->status > 0)
        snprintf(text, sizeof text, "%s, HTTP %" PRId64 "%s%s", type, row->status,
                 message[0] ? ": " : "", message);
    else
        snprintf(text, sizeof text, "%s%s%s", type, message[0] ? ": " : "", message);
    draw_part(page, "error", text, page->at.h > 20 ? 4 : 2);
}

static bool is_its_event(const struct acd_scene *scene, const struct acd_filter *filter,
                         const struct acd_error_row *row, const struct acd_entry *entry)
{
    struct acd_event_parts parts;
    if (filter->server != ACD_FILTER_ALL_SERVERS && filter->server != entry->server)
        return false;
    acd_eventtext_open(&parts, scene->fleet, entry);
    return acd_errors_covers(row, &parts.view);
}

/* The one of the group that is next older than `before`. */
static bool older_event(const struct acd_scene *scene, const struct acd_error_row *row,
                        uint64_t before, struct acd_entry *ret_entry)
{
    const struct acd_filter filter = acd_ui_filter(scene->ui, scene->fleet);
    while (acd_store_error_before(scene->fleet->store, before, ret_entry)) {
        if (is_its_event(scene, &filter, row, ret_entry))
            return true;
        before = ret_entry->sequence;
    }
    return false;
}

bool acd_errorlist_newest(const struct acd_scene *scene, const struct acd_error_row *row,
                          struct acd_entry *ret_entry)
{
    return older_event(scene, row, acd_ui_end(scene->ui, scene->fleet->store), ret_entry);
}

/* The newest at the top: the eye comes from there. */
static void draw_events(struct page *page, const struct acd_scene *scene,
                        const struct acd_error_row *row)
{
    uint64_t before = acd_ui_end(scene->ui, scene->fleet->store);
    struct acd_entry entry;
    struct acd_rect heading = {page->at.x + 1, page->at.y, page->at.w - 1, 1};
    bool any = false;
    if (page->at.h < 2)
        return;
    acd_grid_append(page->grid, &heading, ACD_STYLE_HEADER, "Its events ");
    acd_grid_append(page->grid, &heading, ACD_STYLE_DIM, "(newest first)");
    skip_rows(page, 1);
    while (page->at.h > 0 && older_event(scene, row, before, &entry)) {
        before = entry.sequence;
        acd_eventlist_row(page->grid, acd_grid_row(page->at.x + 1, page->at.y, page->at.w - 1),
                          scene, &entry);
        skip_rows(page, 1);
        any = true;
    }
    if (!any)
        acd_grid_text(page->grid, acd_grid_row(page->at.x + 1, page->at.y, page->at.w - 1),
                      ACD_STYLE_DIM, "None in the scroll-back: it happened before, or at level 0.");
}

static void draw_detail(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_error_row *row)
{
    struct page page = {grid, at};
    char file[300];
    acd_grid_hline(grid, at, ACD_STYLE_BORDER);
    skip_rows(&page, 1);
    draw_text(&page, row);
    draw_times(&page, scene, row);
    draw_where(&page, scene, row);
    if (row->file[0])
        snprintf(file, sizeof file, "%s  (%s opens it)", row->file,
                 acd_view_key(scene, ACD_ACTION_ENTER).s);
    else
        snprintf(file, sizeof file, "none was written for this group");
    draw_part(&page, "file", file, 2);
    draw_events(&page, scene, row);
}

/* ---------------------------------------------------------------- the screen */

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_errors *errors = &scene->digest->errors;
    const struct acd_list *list = &scene->ui->errors;
    int rows = table_rows(at, errors->count);
    struct acd_rect upper = {at.x, at.y, at.w - 1, rows};
    const struct acd_errorrow_table table = {list->top, list->selected, at.w >= 70};
    acd_errorrow_table(grid, upper, scene, &table);
    if (errors->count == 0) {
        acd_grid_text(grid, acd_grid_row(at.x + 1, at.y + 1, at.w - 1), ACD_STYLE_DIM,
                      at.h > 1 ? "No errors. They are counted at every level, 0 too." : "");
        return;
    }
    struct acd_rect bar = {at.x + at.w - 1, at.y + 1, 1, rows - 1};
    acd_widgets_scrollbar(grid, bar, list->top, errors->count);
    struct acd_rect lower = {at.x, at.y + rows, at.w, at.h - rows};
    if (lower.h > 0 && list->selected < errors->count)
        draw_detail(grid, lower, scene, &errors->row[list->selected]);
}

const struct acd_view acd_errorlist_view = {ACD_VIEW_ERRORS, "errors", draw};
