/* SPDX-License-Identifier: MIT */
/* Questions, see prompt.h. */
#include "config.h"

#include "tui/view/prompt.h"

#include <stdio.h>
#include <string.h>

#include "tui/view/line.h"
#include "tui/view/widgets.h"

#define WIDTH 46

/* What a question says, beside its choices. */
struct question {
    const char *title, *warning, *hint; /* warning NULL: none */
    const char *(*choice)(size_t index);
    size_t choices;
};

static const char *lease(size_t index)
{
    return acd_ui_leases[index % ACD_LEASES].label;
}

static const char *at_exit(size_t index)
{
    return index == 0 ? "put it back, and quit" : "leave it as it is, and quit";
}

static void draw_choice(struct acd_grid *grid, struct acd_rect row, const char *text, size_t index,
                        bool chosen)
{
    char line[96];
    snprintf(line, sizeof line, "%c %zu %s", chosen ? '>' : ' ', index + 1, text);
    acd_grid_text(grid, row, chosen ? ACD_STYLE_SELECTED : ACD_STYLE_NORMAL, line);
}

/* What is asked, but for its words. */
static struct question outline_of(const struct acd_ui *ui)
{
    if (ui->prompt == ACD_PROMPT_EXIT)
        return (struct question){.choice = at_exit, .choices = 2};
    return (struct question){.warning = ui->prompt_level == 3 ? "it may record prompts" : NULL,
                             .choice = lease,
                             .choices = ACD_LEASES};
}

static int height_of(const struct question *q)
{
    return (int)q->choices + 3 + (q->warning != NULL);
}

/* Whom it is about, a warning, the choices, how to answer; where there are few rows, the choices and the
 * warning, and at the least the choice that is taken. */
struct layout {
    bool whom, warning, hint;
    struct acd_rect choices;
    size_t first; /* of the choices that have a row */
};

static struct layout lay_out(struct acd_rect in, const struct question *q, size_t chosen)
{
    int spare = in.h - (int)q->choices;
    struct layout l = {.whom = spare >= 2 + (q->warning != NULL)};
    spare -= l.whom;
    l.warning = q->warning && spare >= 1;
    spare -= l.warning;
    l.hint = spare >= 1;
    int above = l.whom + l.warning, room = in.h - above;
    l.first = (int)chosen >= room ? chosen + 1 - (size_t)room : 0;
    l.choices = (struct acd_rect){in.x + 1, in.y + above, in.w - 2, (int)(q->choices - l.first)};
    if (l.choices.h > room)
        l.choices.h = room;
    return l;
}

static void draw_question(struct acd_grid *grid, const struct acd_ui *ui, const struct question *q)
{
    struct acd_rect in = acd_widgets_popup(grid, WIDTH, height_of(q), q->title);
    const struct layout l = lay_out(in, q, ui->prompt_choice);
    struct acd_rect row = {in.x + 1, in.y, in.w - 2, 1};
    if (l.whom)
        acd_grid_text(grid, row, ACD_STYLE_TITLE, ui->prompt_whom);
    row.y += l.whom;
    if (l.warning)
        acd_grid_text(grid, row, ACD_STYLE_WARN, q->warning);
    row.y = l.choices.y;
    for (size_t i = l.first; row.y < l.choices.y + l.choices.h; i++, row.y++)
        draw_choice(grid, row, q->choice(i), i, i == ui->prompt_choice);
    row.y = in.y + in.h - 1;
    if (l.hint)
        acd_grid_text(grid, row, ACD_STYLE_DIM, q->hint);
}

bool acd_prompt_answer_at(const struct acd_grid *grid, const struct acd_ui *ui, struct acd_rect at,
                          size_t *ret_choice)
{
    const struct question q = outline_of(ui);
    if (ui->prompt != ACD_PROMPT_LEVEL && ui->prompt != ACD_PROMPT_EXIT)
        return false;
    struct acd_rect in = acd_widgets_popup_inside(grid, WIDTH, height_of(&q));
    const struct layout l = lay_out(in, &q, ui->prompt_choice);
    if (at.x < l.choices.x || at.x >= l.choices.x + l.choices.w || at.y < l.choices.y ||
        at.y >= l.choices.y + l.choices.h)
        return false;
    *ret_choice = l.first + (size_t)(at.y - l.choices.y);
    return true;
}

static void draw_level(struct acd_grid *grid, const struct acd_scene *scene)
{
    const struct acd_ui *ui = scene->ui;
    struct question q = outline_of(ui);
    char title[64], hint[128];
    snprintf(hint, sizeof hint, "%s sets it, %s leaves it as it is",
             acd_view_key(scene, ACD_ACTION_ENTER).s, acd_view_key(scene, ACD_ACTION_BACK).s);
    snprintf(title, sizeof title, "Level %u %s", ui->prompt_level,
             acd_level_name(ui->prompt_level));
    q.title = title;
    q.hint = hint;
    draw_question(grid, ui, &q);
}

static void draw_exit(struct acd_grid *grid, const struct acd_scene *scene)
{
    struct question q = outline_of(scene->ui);
    char hint[128];
    snprintf(hint, sizeof hint, "%s takes it, %s stays here",
             acd_view_key(scene, ACD_ACTION_ENTER).s, acd_view_key(scene, ACD_ACTION_BACK).s);
    q.title = "You raised a level";
    q.hint = hint;
    draw_question(grid, scene->ui, &q);
}

/* A line of text where the footer is, and below it what is wrong with it or what the keys do. */
static void draw_line(struct acd_grid *grid, const struct acd_scene *scene, const char *name,
                      const char *help)
{
    const struct acd_lookup *l = &scene->ui->lookup;
    char text[sizeof l->line];
    memcpy(text, l->line, sizeof text);
    const struct acd_line line = {text, sizeof text, l->cursor};
    struct acd_rect at = acd_grid_row(0, grid->h - 2, grid->w), below = at;
    below.y++;
    acd_grid_fill(grid, at, ACD_STYLE_NORMAL);
    acd_grid_fill(grid, below, ACD_STYLE_NORMAL);
    acd_grid_append(grid, &at, ACD_STYLE_KEY, name);
    acd_grid_append(grid, &at, ACD_STYLE_NORMAL, " ");
    int column = acd_line_draw(grid, at, &line, l->fault_at);
    if (!l->fault[0]) {
        acd_grid_text(grid, below, ACD_STYLE_DIM, help);
        return;
    }
    /* The mark stands under the place, the words beside it where there is more room. */
    int width = (int)acd_text_width(l->fault, strlen(l->fault), grid->text_flags, 400);
    acd_grid_text(grid, acd_grid_row(column, below.y, 1), ACD_STYLE_ERROR, "^");
    if (column + 2 + width <= below.w || column < below.w / 2)
        acd_grid_text(grid, acd_grid_row(column + 2, below.y, below.w - column - 2),
                      ACD_STYLE_ERROR, l->fault);
    else
        acd_grid_text_right(grid, acd_grid_row(0, below.y, column - 1), ACD_STYLE_ERROR, l->fault);
}

void acd_prompt_draw(struct acd_grid *grid, const struct acd_scene *scene)
{
    char help[160];
    switch (scene->ui->prompt) {
    case ACD_PROMPT_NONE: return;
    case ACD_PROMPT_LEVEL: draw_level(grid, scene); return;
    case ACD_PROMPT_EXIT: draw_exit(grid, scene); return;
    case ACD_PROMPT_FILTER:
        draw_line(grid, scene, "Filter:",
                  "Enter: show these only; empty: all.  level<=2 kind:cache key~sys ms>500 word");
        return;
    case ACD_PROMPT_FIND:
        snprintf(help, sizeof help,
                 "Enter: the nearest; then %s newer, %s older.  A word, or kind:error ms>500",
                 acd_view_key(scene, ACD_ACTION_FIND_NEXT).s,
                 acd_view_key(scene, ACD_ACTION_FIND_PREVIOUS).s);
        draw_line(grid, scene, "Find:", help);
        return;
    }
}
