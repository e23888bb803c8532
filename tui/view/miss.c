/* SPDX-License-Identifier: MIT */
/* One lookup from near, see miss.h: shares its rows out among bars, facts, texts and parts. */
#include "config.h"

#include "tui/view/miss.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/closeup.h"
#include "tui/view/advicelines.h"
#include "tui/view/columns.h"
#include "tui/view/eventtext.h"
#include "tui/view/missbars.h"
#include "tui/view/misstexts.h"
#include "tui/view/misswords.h"
#include "tui/view/panel.h"

#define LABEL_WIDTH 9

/* Takes `rows` off the top of `at`. */
static struct acd_rect take(struct acd_rect *at, int rows)
{
    rows = rows < at->h ? rows : at->h;
    const struct acd_rect top = {at->x, at->y, at->w, rows};
    at->y += rows;
    at->h -= rows;
    return top;
}

/* ---------------------------------------------------------------- heading */

/* What has no room is left out as a whole: ids and numbers that are cut are others. */
static void append(struct acd_grid *grid, struct acd_rect *at, enum acd_style style,
                   const char *before, const char *text)
{
    char part[200];
    snprintf(part, sizeof part, "%s%s", before, text);
    if (text[0])
        acd_grid_append_whole(grid, at, style, part);
}

static void draw_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_onemiss *miss,
                         const char *type)
{
    const struct acd_cache_lookup *l = &miss->lookup;
    char text[80];
    append(grid, &at, ACD_STYLE_TITLE, "", type);
    append(grid, &at,
           l->outcome == ACD_OUTCOME_HIT       ? ACD_STYLE_OK
           : l->outcome == ACD_OUTCOME_PARTIAL ? ACD_STYLE_WARN
           : l->outcome == ACD_OUTCOME_MISS    ? ACD_STYLE_BAD
                                               : ACD_STYLE_DIM,
           " ", acd_outcome_name(l->outcome));
    append(grid, &at, ACD_STYLE_NORMAL, " ", l->reason);
    append(grid, &at, ACD_STYLE_DIM, "  ", l->tracked.predicted ? "predicted" : "");
    if (l->request[0]) {
        snprintf(text, sizeof text, "req %s", l->request);
        append(grid, &at, ACD_STYLE_DIM, "  ", text);
    }
    append(grid, &at, ACD_STYLE_NORMAL, "  ", l->key);
}

/* ---------------------------------------------------------------- facts */

struct fact {
    const char *label;
    char text[ACD_MISSWORDS_BYTES];
};

/* ", 55,520 of them lost": an earlier prompt had these, too. */
static void append_lost(struct fact *f, const struct acd_cache_lookup *l)
{
    const struct acd_tokens tokens = {l->input.value, l->cached.value};
    size_t used = strlen(f->text);
    uint64_t lost = 0;
    if (l->outcome != ACD_OUTCOME_HIT && acd_tracked_lost(&l->tracked, l->reason, tokens, &lost))
        snprintf(f->text + used, sizeof f->text - used, ", %s of them lost",
                 acd_text_exact(lost).s);
}

static struct fact tokens_fact(const struct acd_cache_lookup *l)
{
    struct fact f = {.label = "tokens"};
    if (l->input.set && l->cached.set && l->cached.value <= l->input.value) {
        snprintf(f.text, sizeof f.text, "%s cached of %s, %s computed",
                 acd_text_exact(l->cached.value).s, acd_text_exact(l->input.value).s,
                 acd_text_exact(l->input.value - l->cached.value).s);
        append_lost(&f, l);
    } else if (l->input.set) {
        snprintf(f.text, sizeof f.text, "%s; how many were cached is not known",
                 acd_text_exact(l->input.value).s);
    }
    return f;
}

static struct fact parts_fact(const struct acd_onemiss *miss)
{
    const struct acd_cache_lookup *l = &miss->lookup;
    const struct acd_tracked *t = &l->tracked;
    struct fact f = {.label = "parts"};
    if (!l->diverged.set)
        return f;
    snprintf(f.text, sizeof f.text, "at %s", acd_text_exact(l->diverged.value).s);
    size_t used = strlen(f.text);
    if (t->span[0] && t->span_offset.set)
        snprintf(f.text + used, sizeof f.text - used, ": offset %" PRIu64 " of %s",
                 t->span_offset.value, t->span);
    else if (t->span[0])
        snprintf(f.text + used, sizeof f.text - used, ": in %s", t->span);
    return f;
}

static struct fact change_fact(const struct acd_tracked *t)
{
    struct fact f = {.label = "change"};
    acd_misswords_change(f.text, sizeof f.text, t);
    return f;
}

static struct fact closest_fact(const struct acd_scene *scene, const struct acd_onemiss *miss)
{
    const struct acd_tracked *t = &miss->lookup.tracked;
    struct fact f = {.label = "closest"};
    size_t used = 0;
    if (t->closest_request[0])
        used = (size_t)snprintf(f.text, sizeof f.text, "req %s (%s follows it)", t->closest_request,
                                acd_view_key(scene, ACD_ACTION_FOLLOW_REQUEST).s);
    if (t->closest.set && t->shared.set)
        snprintf(f.text + used, sizeof f.text - used, "%sshares %s of its %s", used ? ", " : "",
                 acd_text_exact(t->shared.value).s, acd_text_exact(t->closest.value).s);
    else if (!used && miss->lookup.tracked.shared.set)
        snprintf(f.text, sizeof f.text, "there was no earlier prompt");
    else if (!used)
        snprintf(f.text, sizeof f.text, "not known: prompts are not tracked (see acdebug_track)");
    return f;
}

/* How often it parts in that place. */
static struct fact often_fact(const struct acd_onemiss *miss, const struct acd_miss_row *row)
{
    struct fact f = {.label = "often"};
    acd_misswords_pattern(f.text, sizeof f.text, acd_misses_pattern(row, &miss->lookup.tracked),
                          row->missed);
    return f;
}

/* How long requests take that missed for this reason, beside those that hit. */
static struct fact time_fact(const struct acd_onemiss *miss, const struct acd_miss_row *row)
{
    const struct acd_miss_cost *cost = acd_misses_cost(row, miss->lookup.reason), *hit = &row->hit;
    struct fact f = {.label = "time"};
    if (!cost || cost->requests == 0 || miss->lookup.outcome == ACD_OUTCOME_HIT)
        return f;
    snprintf(f.text, sizeof f.text, "%s: mean of %" PRIu64 " that missed so",
             acd_text_duration_ns(cost->request_ns / cost->requests).s, cost->requests);
    size_t used = strlen(f.text);
    if (hit->requests > 0)
        snprintf(f.text + used, sizeof f.text - used, ", %s of %" PRIu64 " that hit",
                 acd_text_duration_ns(hit->request_ns / hit->requests).s, hit->requests);
    return f;
}

static void draw_fact(struct acd_grid *grid, struct acd_rect *at, const struct fact *fact)
{
    if (!fact->text[0] || at->h < 1)
        return;
    struct acd_rect row = take(at, 1);
    struct acd_rect text = acd_grid_row(row.x + LABEL_WIDTH, row.y, row.w - LABEL_WIDTH);
    acd_grid_text(grid, acd_grid_row(row.x + 1, row.y, LABEL_WIDTH - 1), ACD_STYLE_DIM,
                  fact->label);
    /* In parts that end in a comma or colon, as many as fit. */
    for (const char *rest = fact->text; *rest;) {
        char part[ACD_MISSWORDS_BYTES];
        size_t n = strcspn(rest, ",:;");
        n += rest[n] != '\0';
        while (rest[n] && rest[n] != ' ')
            n += 1 + strcspn(rest + n + 1, " ,:;");
        snprintf(part, sizeof part, "%.*s", (int)n, rest);
        if (!acd_grid_append_whole(grid, &text, ACD_STYLE_NORMAL, part))
            return;
        rest += n;
    }
}

/* ---------------------------------------------------------------- the parts of the prompts */

enum { COLUMN_NAME, COLUMN_THIS, COLUMN_CLOSEST, COLUMN_STATE, COLUMN_COUNT };

static const struct acd_column columns[COLUMN_COUNT] = {
    [COLUMN_NAME] = {" part", 16, 40, 1, 0, ACD_ALIGN_LEFT},
    [COLUMN_THIS] = {"this from", 12, 12, 0, 0, ACD_ALIGN_RIGHT},
    [COLUMN_CLOSEST] = {"closest from", 12, 12, 0, 1, ACD_ALIGN_RIGHT},
    [COLUMN_STATE] = {"", 16, 0, 1, 2, ACD_ALIGN_LEFT},
};

static const char *state_of(const struct acd_onemiss *miss, size_t i)
{
    const struct acd_prompt_spans *spans = &miss->spans;
    const struct acd_tracked *t = &miss->lookup.tracked;
    uint64_t end = i + 1 < spans->count ? spans->span[i + 1].begin : UINT64_MAX;
    if (!t->shared.set)
        return "";
    if (t->span[0] && strcmp(spans->span[i].name, t->span) == 0)
        return "parts here";
    return end <= t->shared.value ? "the same" : "behind it";
}

static void draw_parts(struct acd_grid *grid, struct acd_rect at, const struct acd_onemiss *miss)
{
    struct acd_columns layout;
    if (at.h < 3 || miss->spans.count == 0)
        return;
    acd_columns_layout(&layout, columns, COLUMN_COUNT, at);
    acd_columns_header(grid, &layout);
    for (size_t i = 0; i < miss->spans.count && layout.y + 1 < at.y + at.h; i++) {
        const struct acd_prompt_span *span = &miss->spans.span[i], *other = NULL;
        char name[64];
        for (size_t k = 0; k < miss->closest_spans.count && !other; k++)
            if (strcmp(miss->closest_spans.span[k].name, span->name) == 0)
                other = &miss->closest_spans.span[k];
        layout.y++;
        snprintf(name, sizeof name, " %s", span->name);
        acd_columns_text(grid, &layout, COLUMN_NAME, ACD_STYLE_NAME, name);
        acd_columns_text(grid, &layout, COLUMN_THIS, ACD_STYLE_VALUE,
                         acd_text_exact(span->begin).s);
        acd_columns_text(grid, &layout, COLUMN_CLOSEST, ACD_STYLE_VALUE,
                         other ? acd_text_exact(other->begin).s : acd_text_none(grid->glyphs));
        acd_columns_text(grid, &layout, COLUMN_STATE, ACD_STYLE_NORMAL, state_of(miss, i));
    }
}

/* ---------------------------------------------------------------- all of it */

/* Each takes its rows off the top, as long as there are any. */
static void draw_all(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                     const struct acd_onemiss *miss)
{
    const struct acd_cache_lookup *l = &miss->lookup;
    struct acd_miss_row row;
    acd_advicelines_row(scene, acd_panel_cache_selected(scene), &row);
    const struct fact facts[] = {parts_fact(miss),       change_fact(&l->tracked),
                                 tokens_fact(l),         closest_fact(scene, miss),
                                 often_fact(miss, &row), time_fact(miss, &row)};
    draw_heading(grid, take(&at, 1), miss, scene->ui->closeup->lookups.of.type);
    bool tracked = l->tracked.shared.set || l->tracked.closest.set;
    int bars = at.h >= 16 ? ACD_MISSBARS_MOST : ACD_MISSBARS_LEAST;
    if (tracked && at.h >= ACD_MISSBARS_LEAST)
        take(&at, acd_missbars_draw(grid, (struct acd_rect){at.x, at.y, at.w, bars}, miss));
    if (at.h >= 12)
        take(&at, 1);
    /* The last row is the texts'. */
    struct acd_rect upper = {at.x, at.y, at.w, at.h > 2 ? at.h - 1 : at.h};
    const int before = upper.y;
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        draw_fact(grid, &upper, &facts[i]);
    take(&at, upper.y - before);
    if (at.h >= 6)
        take(&at, 1);
    take(&at, tracked ? acd_misstexts_draw(grid, at, scene, miss) : 0);
    if (at.h >= 4)
        take(&at, 1);
    draw_parts(grid, at, miss);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    const struct acd_onemiss *miss = scene->ui->closeup ? &scene->ui->closeup->miss : NULL;
    const struct acd_rect before = acd_grid_clip(grid, at);
    if (miss && miss->opened)
        draw_all(grid, at, scene, miss);
    else
        acd_grid_text(grid, at, ACD_STYLE_DIM, "No lookup was chosen.");
    grid->clip = before;
}

const struct acd_view acd_miss_view = {ACD_VIEW_MISS, "miss", draw};
