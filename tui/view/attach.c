/* SPDX-License-Identifier: MIT */
/*
 * The Servers screen, see attach.h: a table of the roster, and below it what is known of the chosen
 * row.  A ring that can't be read has its reason where others have numbers.
 */
#include "config.h"

#include "tui/view/attach.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/roster.h"
#include "tui/view/columns.h"
#include "tui/view/eventtext.h"
#include "tui/view/look.h"
#include "tui/view/widgets.h"

#define SECOND UINT64_C(1000000000)
#define DETAIL_FROM 14 /* rows of the body: below, one line tells why */
#define DETAIL_ROWS 9
#define TITLE_WIDTH 8

enum {
    COLUMN_NAME,
    COLUMN_PID,
    COLUMN_STATE,
    COLUMN_LEVEL,
    COLUMN_BEHIND,
    COLUMN_LOST,
    COLUMN_FORMAT,
    COLUMN_AGE,
    COLUMN_RING,
    COLUMN_COUNT
};

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {"    server", 16, 44, 2, 0, ACD_ALIGN_LEFT},
    [COLUMN_PID] = {"pid", 7, 7, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_STATE] = {"state", 7, 7, 0, 0, ACD_ALIGN_LEFT},
    [COLUMN_LEVEL] = {"level", 11, 11, 0, 1, ACD_ALIGN_LEFT},
    [COLUMN_BEHIND] = {"lag", 4, 4, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_LOST] = {"lost", 4, 4, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_FORMAT] = {"format", 6, 6, 0, 3, ACD_ALIGN_RIGHT},
    [COLUMN_AGE] = {"age", 4, 4, 0, 2, ACD_ALIGN_RIGHT},
    [COLUMN_RING] = {"ring", 20, 80, 3, 4, ACD_ALIGN_LEFT},
};

const char *const acd_attach_columns[COLUMN_COUNT + 1] = {
    [COLUMN_NAME] = "name",     [COLUMN_PID] = "pid",    [COLUMN_STATE] = "state",
    [COLUMN_LEVEL] = "level",   [COLUMN_BEHIND] = "lag", [COLUMN_LOST] = "lost",
    [COLUMN_FORMAT] = "format", [COLUMN_AGE] = "age",    [COLUMN_RING] = "ring",
    [COLUMN_COUNT] = NULL,
};

/* Rows for the table, its heading included. */
static int table_rows(struct acd_rect body, const struct acd_ui *ui)
{
    if (!ui->roster || ui->roster->count == 0)
        return body.h;
    if (body.h < DETAIL_FROM)
        return body.h > 3 ? body.h - 1 : body.h;
    return body.h - DETAIL_ROWS;
}

/* The directory's line comes first. */
size_t acd_attach_height(struct acd_rect body, const struct acd_ui *ui)
{
    int rows = table_rows(body, ui);
    return rows > 2 ? (size_t)rows - 2 : 0;
}

struct acd_rect acd_attach_rows(struct acd_rect body, const struct acd_ui *ui)
{
    size_t height = acd_attach_height(body, ui), count = ui->roster ? ui->roster->count : 0;
    int h = count < height ? (int)count : (int)height;
    return (struct acd_rect){body.x, body.y + 2, body.w, h};
}

/* ---------------------------------------------------------------- the table */

static const char *state_name(const struct acd_roster_row *row)
{
    return row->liveness == ACD_LIVENESS_CLOSED ? "ended" : acd_liveness_name(row->liveness);
}

static enum acd_style state_style(const struct acd_roster_row *row)
{
    static const enum acd_style styles[] = {
        [ACD_LIVENESS_UNKNOWN] = ACD_STYLE_WARN,
        [ACD_LIVENESS_ALIVE] = ACD_STYLE_OK,
        [ACD_LIVENESS_CLOSED] = ACD_STYLE_DIM,
        [ACD_LIVENESS_DEAD] = ACD_STYLE_BAD,
    };
    return styles[row->liveness];
}

/* "L2 verbose", or while it was not taken over "L1>L3 asked". */
static void level_of(char *out, size_t size, const struct acd_server *s)
{
    bool mixed = false;
    unsigned acked = acd_server_level(s->acked_levels, &mixed);
    if (acd_server_is_live(s) && !acd_server_acked(s))
        snprintf(out, size, "L%u>L%u asked", acked, acd_server_level(s->control.levels, NULL));
    else
        snprintf(out, size, "L%u%s %s", acked, mixed ? "*" : "", acd_level_name(acked));
}

static void draw_numbers(struct acd_grid *grid, const struct acd_columns *layout,
                         const struct acd_server *s)
{
    static const enum acd_style of_level[4] = {ACD_STYLE_DIM, ACD_STYLE_LEVEL1, ACD_STYLE_LEVEL2,
                                               ACD_STYLE_LEVEL3};
    char text[32];
    uint64_t lost = acd_server_lost(s);
    level_of(text, sizeof text, s);
    acd_columns_text(grid, layout, COLUMN_LEVEL,
                     of_level[acd_server_level(s->acked_levels, NULL) & 3u], text);
    if (!s->detached)
        acd_columns_text(grid, layout, COLUMN_BEHIND, s->behind ? ACD_STYLE_VALUE : ACD_STYLE_DIM,
                         acd_text_count(s->behind).s);
    acd_columns_text(grid, layout, COLUMN_LOST, lost ? ACD_STYLE_GAP : ACD_STYLE_DIM,
                     acd_text_count(lost).s);
}

/* From the pid on, the reason takes the row. */
static void draw_skipped(struct acd_grid *grid, const struct acd_columns *layout,
                         struct acd_rect at, const struct acd_roster_row *row)
{
    char name[300];
    struct acd_rect why = acd_columns_rect(layout, COLUMN_PID);
    snprintf(name, sizeof name, " !  %s", row->ring);
    acd_columns_text(grid, layout, COLUMN_NAME, ACD_STYLE_WARN, name);
    why.w = at.x + at.w - why.x;
    acd_grid_text(grid, why, ACD_STYLE_WARN, row->why);
}

static void draw_row(struct acd_grid *grid, const struct acd_columns *layout, struct acd_rect at,
                     const struct acd_scene *scene, const struct acd_roster_row *row)
{
    char text[300];
    const struct acd_server *s = acd_fleet_at(scene->fleet, row->server);
    if (row->state == ACD_ROSTER_SKIPPED) {
        draw_skipped(grid, layout, at, row);
        return;
    }
    bool shown = row->state == ACD_ROSTER_SHOWN;
    snprintf(text, sizeof text, "[%c] %s", shown ? 'x' : ' ', row->app);
    acd_columns_text(grid, layout, COLUMN_NAME, shown ? ACD_STYLE_NORMAL : ACD_STYLE_DIM, text);
    snprintf(text, sizeof text, "%" PRIu32, row->pid);
    acd_columns_text(grid, layout, COLUMN_PID, ACD_STYLE_NORMAL, text);
    acd_columns_text(grid, layout, COLUMN_STATE, state_style(row), state_name(row));
    if (s)
        draw_numbers(grid, layout, s);
    snprintf(text, sizeof text, "%u.%u", row->major, row->minor);
    acd_columns_text(grid, layout, COLUMN_FORMAT, ACD_STYLE_DIM, text);
    uint64_t now = scene->ui->now_ns;
    uint64_t age = now > row->opened_ns ? (now - row->opened_ns) / SECOND : 0;
    acd_columns_text(grid, layout, COLUMN_AGE, ACD_STYLE_DIM, acd_text_age_s(age).s);
    acd_columns_text(grid, layout, COLUMN_RING, ACD_STYLE_DIM, row->ring);
}

static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_roster *roster)
{
    char text[96];
    size_t of[3] = {0};
    for (size_t i = 0; i < roster->count; i++)
        of[roster->row[i].state]++;
    snprintf(text, sizeof text, "%zu shown, %zu left out, %zu skipped", of[ACD_ROSTER_SHOWN],
             of[ACD_ROSTER_HIDDEN], of[ACD_ROSTER_SKIPPED]);
    acd_grid_append(grid, &at, ACD_STYLE_HEADER, "Servers ");
    if (roster->notice[0] && roster->count > 0) {
        acd_grid_append(grid, &at, ACD_STYLE_WARN, roster->notice);
        return;
    }
    int need = (int)strlen(text) + 2;
    struct acd_rect where = {at.x, at.y, at.w - need, 1};
    acd_grid_append(grid, &where, ACD_STYLE_DIM, "in ");
    acd_grid_append(grid, &where, ACD_STYLE_DIM, roster->directory);
    acd_grid_text_right(grid, at, ACD_STYLE_DIM, text);
}

/* ---------------------------------------------------------------- the chosen row */

/* What is left to draw on, from the top down. */
struct page {
    struct acd_grid *grid;
    struct acd_rect at;
};

static void draw_part(struct page *page, const char *title, enum acd_style style, const char *text)
{
    struct acd_rect at = page->at;
    int width = at.w - 1 < TITLE_WIDTH ? at.w - 1 : TITLE_WIDTH;
    if (at.h <= 0 || !text[0])
        return;
    acd_grid_text(page->grid, acd_grid_row(at.x + 1, at.y, width), ACD_STYLE_NAME, title);
    at.x += 1 + TITLE_WIDTH;
    at.w -= 1 + TITLE_WIDTH;
    int rows = acd_widgets_paragraph(page->grid, at, style, text);
    page->at.y += rows;
    page->at.h -= rows;
}

static void add(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void add(char *out, size_t size, const char *format, ...)
{
    size_t used = strlen(out);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, size - used, format, arguments);
    va_end(arguments);
}

static void draw_who(struct page *page, const struct acd_scene *scene,
                     const struct acd_roster_row *row)
{
    char text[512] = "";
    struct acd_label since =
        acd_eventtext_time(row->opened_ns, scene->ui->now_ns, scene->ui->utc_offset_s);
    since.s[strcspn(since.s, ".")] = '\0';
    add(text, sizeof text, "%s[%" PRIu32 "]%s%s, %s, started %s", row->app, row->pid,
        row->host[0] ? " on " : "", row->host, state_name(row), since.s);
    if (row->parent_pid)
        add(text, sizeof text, ", a child of %" PRIu32, row->parent_pid);
    draw_part(page, "server", ACD_STYLE_NORMAL, text);
}

static void draw_ring(struct page *page, const struct acd_roster *roster,
                      const struct acd_roster_row *row)
{
    char text[1400] = "";
    if (row->serial)
        add(text, sizeof text, "%s/", roster->directory);
    add(text, sizeof text, "%s", row->ring);
    if (row->state != ACD_ROSTER_SKIPPED)
        add(text, sizeof text, ", format %u.%u", row->major, row->minor);
    if (row->file_bytes)
        add(text, sizeof text, ", at most %s", acd_text_bytes(row->file_bytes).s);
    draw_part(page, "ring", ACD_STYLE_NORMAL, text);
}

static void draw_level(struct page *page, const struct acd_scene *scene, const struct acd_server *s)
{
    char text[400] = "";
    unsigned acked = acd_server_level(s->acked_levels, NULL);
    unsigned asked = acd_server_level(s->control.levels, NULL);
    unsigned start = acd_server_level(s->control.start_levels, NULL);
    uint64_t now = scene->ui->now_ns, until = s->control.lease_until_realtime_ns;
    add(text, sizeof text, "%u %s", acked, acd_level_name(acked));
    if (acd_server_is_live(s) && !acd_server_acked(s))
        add(text, sizeof text, "; %u %s is asked, and taken over at the server's next call", asked,
            acd_level_name(asked));
    if (s->control.leased && until > now)
        add(text, sizeof text, ", for %s more",
            acd_text_duration_ns((until - now + SECOND - 1) / SECOND * SECOND).s);
    if (s->control.who[0])
        add(text, sizeof text, ", set by %s", s->control.who);
    add(text, sizeof text, "; started with %u %s", start, acd_level_name(start));
    draw_part(page, "level", ACD_STYLE_NORMAL, text);
}

static void draw_counts(struct page *page, const struct acd_server *s)
{
    char text[400] = "";
    const struct acd_event_totals *e = &s->totals.events;
    add(text, sizeof text, "%s emitted, ", acd_text_exact(e->emitted).s);
    if (s->detached)
        add(text, sizeof text, "not followed now, ");
    else
        add(text, sizeof text, "%s not read yet, ", acd_text_exact(s->behind).s);
    add(text, sizeof text, "%s overrun before they were read, ", acd_text_exact(s->seen.overrun).s);
    add(text, sizeof text, "%s dropped by the server", acd_text_exact(e->dropped).s);
    draw_part(page, "events", ACD_STYLE_NORMAL, text);
}

/* All that there is room for on a small screen. */
static void draw_summary(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                         const struct acd_roster_row *row)
{
    char level[32], text[160];
    const struct acd_server *s = acd_fleet_at(scene->fleet, row->server);
    if (row->why[0] || !s) {
        acd_grid_text(grid, at, row->why[0] ? ACD_STYLE_WARN : ACD_STYLE_DIM,
                      row->why[0] ? row->why : "not attached");
        return;
    }
    level_of(level, sizeof level, s);
    snprintf(text, sizeof text, "%s, lag %s, lost %s", level, acd_text_count(s->behind).s,
             acd_text_count(acd_server_lost(s)).s);
    acd_grid_text(grid, at, ACD_STYLE_NORMAL, text);
}

static void draw_detail(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_roster_row *row)
{
    struct page page = {grid, at};
    const struct acd_server *s = acd_fleet_at(scene->fleet, row->server);
    acd_grid_hline(grid, at, ACD_STYLE_BORDER);
    page.at.y++;
    page.at.h--;
    draw_part(&page, "why", ACD_STYLE_WARN, row->why);
    if (row->state != ACD_ROSTER_SKIPPED)
        draw_who(&page, scene, row);
    draw_ring(&page, scene->ui->roster, row);
    if (s) {
        draw_level(&page, scene, s);
        draw_counts(&page, s);
    } else if (row->state == ACD_ROSTER_HIDDEN) {
        char text[96];
        snprintf(text, sizeof text, "Not attached: %s reads it from its oldest event on.",
                 acd_view_key(scene, ACD_ACTION_ATTACH).s);
        draw_part(&page, "", ACD_STYLE_DIM, text);
    }
}

/* ---------------------------------------------------------------- the screen */

static void draw_table(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_roster *roster = scene->ui->roster;
    const struct acd_list *list = &scene->ui->servers;
    struct acd_columns layout;
    struct acd_rect inner = {at.x, at.y, at.w - 1, at.h};
    if (at.h <= 0)
        return;
    struct acd_column fitted[COLUMN_COUNT];
    memcpy(fitted, columns, sizeof columns);
    acd_look_hide(acd_ui_look(scene->ui), ACD_LOOK_SERVERS, fitted, COLUMN_COUNT);
    acd_columns_layout(&layout, fitted, COLUMN_COUNT, inner);
    acd_columns_header(grid, &layout);
    for (size_t i = list->top; i < roster->count && (int)(i - list->top) + 1 < at.h; i++) {
        layout.y = at.y + 1 + (int)(i - list->top);
        draw_row(grid, &layout, inner, scene, &roster->row[i]);
        if (i == list->selected)
            acd_grid_restyle(grid, acd_grid_row(at.x, layout.y, inner.w), ACD_STYLE_SELECTED);
    }
    struct acd_rect bar = {at.x + at.w - 1, at.y + 1, 1, at.h - 1};
    acd_widgets_scrollbar(grid, bar, list->top, roster->count);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    static const struct acd_roster none = {.count = 0};
    const struct acd_roster *roster = scene->ui->roster ? scene->ui->roster : &none;
    const struct acd_list *list = &scene->ui->servers;
    int rows = table_rows(at, scene->ui);
    draw_heading(grid, acd_grid_row(at.x, at.y, at.w), roster);
    if (roster->count == 0) {
        struct acd_rect below = {at.x + 1, at.y + 1, at.w - 1, at.h - 1};
        acd_widgets_paragraph(grid, below, roster->notice[0] ? ACD_STYLE_WARN : ACD_STYLE_DIM,
                              roster->notice[0]
                                  ? roster->notice
                                  : "No ring yet: a server that links libacdebug makes one when "
                                    "it starts. Hint: acdebug-top --demo shows one.");
        return;
    }
    draw_table(grid, (struct acd_rect){at.x, at.y + 1, at.w, rows - 1}, scene);
    struct acd_rect lower = {at.x, at.y + rows, at.w, at.h - rows};
    if (list->selected >= roster->count || lower.h <= 0)
        return;
    const struct acd_roster_row *row = &roster->row[list->selected];
    if (at.h >= DETAIL_FROM)
        draw_detail(grid, lower, scene, row);
    else
        draw_summary(grid, lower, scene, row);
}

const struct acd_view acd_attach_view = {ACD_VIEW_ATTACH, "servers", draw};
