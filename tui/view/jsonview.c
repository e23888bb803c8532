/* SPDX-License-Identifier: MIT */
/* The JSON screen, see jsonview.h. */
#include "config.h"

#include "tui/view/jsonview.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/jsonpath.h"
#include "tui/view/jsonraw.h"
#include "tui/view/jsonrow.h"
#include "tui/view/line.h"
#include "tui/view/widgets.h"

/* Few rows: one line above the tree, and one note. */
#define LOW 9

static unsigned flags_of(const struct acd_jsonview *v)
{
    return v->tree ? v->tree->text_flags : 0;
}

/* How much of a note stands on one line: up to a blank, when there is one. */
static size_t note_line(const char *note, int width, unsigned flags)
{
    struct acd_text_iter it = acd_text_start(note, strlen(note), flags);
    struct acd_piece piece;
    size_t fits = 0, blank = 0;
    int used = 0, most = width > 0 ? width : 1;
    while (acd_text_next(&it, &piece)) {
        if (used > most / 2 && piece.len == 1 && piece.bytes[0] == ' ')
            blank = fits;
        used += piece.width;
        if (used > most)
            return blank ? blank : fits;
        fits = (size_t)(it.at - note);
    }
    return fits;
}

/* Where there is room, a long note takes two lines. */
static int lines_of(const char *note, struct acd_rect at, unsigned flags)
{
    if (!note[0])
        return 0;
    return at.h >= LOW && note[note_line(note, at.w, flags)] ? 2 : 1;
}

static int notes_shown(const struct acd_jsonview *v, struct acd_rect at)
{
    int most = at.h < LOW ? 1 : ACD_JSONVIEW_NOTES * 2, count = 0;
    for (int i = 0; i < ACD_JSONVIEW_NOTES; i++)
        count += lines_of(v->note[i], at, flags_of(v));
    return count < most ? count : most;
}

static void draw_notes(struct acd_grid *grid, struct acd_rect row, const struct acd_jsonview *v,
                       struct acd_rect at)
{
    int left = notes_shown(v, at);
    for (int i = 0; i < ACD_JSONVIEW_NOTES && left > 0; i++) {
        const char *note = v->note[i];
        int lines = lines_of(note, at, flags_of(v));
        if (lines == 2) {
            size_t n = note_line(note, at.w, flags_of(v));
            acd_grid_textn(grid, row, ACD_STYLE_WARN, note, n);
            note += n + (note[n] == ' ');
            row.y++;
        }
        if (lines > 0) {
            acd_grid_text(grid, row, ACD_STYLE_WARN, note);
            row.y++;
        }
        left -= lines;
    }
}

static bool has_bottom_line(const struct acd_jsonview *v)
{
    return v->typing || v->find.state == ACD_JSONFIND_MORE || v->find.state == ACD_JSONFIND_NOTHING;
}

struct acd_rect acd_jsonview_rows(const struct acd_jsonview *view, struct acd_rect at)
{
    int above = (at.h < LOW ? 1 : 2) + notes_shown(view, at);
    int below = has_bottom_line(view) ? 1 : 0;
    struct acd_rect rows = {at.x, at.y + above, at.w, at.h - above - below};
    if (rows.h < 0)
        rows.h = 0;
    return rows;
}

void acd_jsonview_settle(struct acd_jsonview *view, struct acd_rect at, unsigned text_flags)
{
    if (!view->tree)
        return;
    struct acd_rect rows = acd_jsonview_rows(view, at);
    view->tree->text_flags = text_flags;
    acd_jsontree_settle(view->tree, rows.w > 1 ? rows.w - 1 : rows.w, rows.h);
    acd_jsonpath_text(view->tree, view->tree->selected, view->path, sizeof view->path);
}

/* ---------------------------------------------------------------- the lines around */

static void state_text(char *out, size_t size, const struct acd_jsonview *v)
{
    const struct acd_json *j = &v->tree->index;
    const char *mode = v->tree->raw ? "raw, " : v->tree->wrap ? "wrap, " : "";
    if (j->state == ACD_JSON_MORE)
        snprintf(out, size, "%s%s read", mode,
                 acd_text_percent(j->read, j->length, ACD_GLYPHS_ASCII).s);
    else
        snprintf(out, size, "%s%s value%s", mode, acd_text_count(j->count).s,
                 j->count == 1 ? "" : "s");
}

static void draw_title(struct acd_grid *grid, struct acd_rect at, const struct acd_jsonview *v)
{
    char state[80], size[32];
    state_text(state, sizeof state, v);
    int right = (int)strlen(state);
    acd_grid_text_right(grid, at, ACD_STYLE_DIM, state);
    at.w -= right + 2;
    struct acd_rect name = at;
    acd_grid_append(grid, &name, ACD_STYLE_HEADER, v->name);
    snprintf(size, sizeof size, "  %s", acd_text_bytes(v->file_bytes).s);
    acd_grid_append_whole(grid, &name, ACD_STYLE_VALUE, size);
}

/* The end of a path says more than its beginning. */
static void draw_path(struct acd_grid *grid, struct acd_rect at, const struct acd_jsonview *v)
{
    const char *path = v->path;
    size_t length = strlen(path), skip = 0;
    while (skip < length && acd_text_width(path + skip, length - skip, grid->text_flags,
                                           (size_t)at.w + 1) > (size_t)(skip ? at.w - 3 : at.w))
        skip++;
    while (skip < length && ((unsigned char)path[skip] & 0xc0) == 0x80)
        skip++;
    if (skip)
        acd_grid_append(grid, &at, ACD_STYLE_DIM, "...");
    acd_grid_text(grid, at, ACD_STYLE_ACCENT, path + skip);
}

/* The cursor stays at its end, and in sight. */
static void draw_typed(struct acd_grid *grid, struct acd_rect at, const struct acd_jsonview *v)
{
    char text[sizeof v->find.text];
    memcpy(text, v->find.text, sizeof text);
    const struct acd_line line = {text, sizeof text, strlen(text)};
    acd_line_draw(grid, at, &line, 0);
}

static void draw_bottom(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_jsonview *v = scene->ui->json;
    acd_grid_append(grid, &at, ACD_STYLE_KEY, "/");
    if (v->typing) {
        draw_typed(grid, at, v);
        return;
    }
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, v->find.text);
    if (v->find.state == ACD_JSONFIND_NOTHING)
        acd_grid_append(grid, &at, ACD_STYLE_WARN,
                        v->tree->index.state == ACD_JSON_MORE ? "  is not in what was read so far"
                                                              : "  is not in it");
    else
        acd_grid_printf(grid, at, ACD_STYLE_DIM, "  searching, %s; %s stops",
                        acd_text_percent(v->find.scanned, v->tree->index.length, grid->glyphs).s,
                        acd_view_key(scene, ACD_ACTION_BACK).s);
}

/* ---------------------------------------------------------------- the rows */

static void draw_tree(struct acd_grid *grid, struct acd_rect at, const struct acd_jsonview *v)
{
    const struct acd_jsontree *t = v->tree;
    if (t->index.count == 0) {
        acd_grid_text(grid, at, ACD_STYLE_DIM,
                      t->index.state == ACD_JSON_MORE ? "reading..." : "Nothing to show.");
        return;
    }
    for (size_t i = 0; i < t->row_count && (int)i < at.h; i++) {
        struct acd_rect row = {at.x, at.y + (int)i, at.w - 1, 1};
        acd_jsonrow_draw(grid, row, t, t->row[i], v->find.text);
        if (t->row[i].node == t->selected)
            acd_grid_restyle(grid, row, ACD_STYLE_SELECTED);
    }
    struct acd_rect bar = {at.x + at.w - 1, at.y, 1, at.h};
    if (t->top > 0 || t->row_count == (size_t)t->height)
        acd_widgets_scrollbar(grid, bar, t->top, t->index.count);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_jsonview *v = scene->ui->json;
    if (!v || !v->tree) {
        acd_grid_printf(grid, at, ACD_STYLE_DIM, "No file is open. %s lists the debug files.",
                        acd_view_key(scene, ACD_ACTION_FILES).s);
        return;
    }
    struct acd_rect row = {at.x, at.y, at.w, 1};
    if (at.h >= LOW) {
        draw_title(grid, row, v);
        row.y++;
    }
    draw_path(grid, row, v);
    row.y++;
    draw_notes(grid, row, v, at);
    struct acd_rect rows = acd_jsonview_rows(v, at);
    struct acd_rect before = acd_grid_clip(grid, rows);
    if (v->tree->raw)
        acd_jsonraw_draw(grid, rows, v->tree);
    else
        draw_tree(grid, rows, v);
    grid->clip = before;
    if (has_bottom_line(v) && at.h > 1)
        draw_bottom(grid, acd_grid_row(at.x, at.y + at.h - 1, at.w), scene);
}

const struct acd_view acd_jsonview_view = {ACD_VIEW_JSON, "json", draw};
