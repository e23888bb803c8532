/* SPDX-License-Identifier: MIT */
/* The help screen, see help.h: lines, in one column or in two. */
#include "config.h"

#include "tui/view/help.h"

#include <string.h>

#include "tui/view/widgets.h"

#define KEYS_WIDTH 16
#define TWO_COLUMNS_FROM 120

static const char *const scope_titles[ACD_SCOPES] = {
    [ACD_SCOPE_SCREENS] = "Screens and servers",
    [ACD_SCOPE_LEVELS] = "Levels",
    [ACD_SCOPE_PLAYING] = "Recordings",
    [ACD_SCOPE_LOOKUP] = "Looking for events and numbers",
    [ACD_SCOPE_MOVING] = "Moving",
    [ACD_SCOPE_JSON] = "Files and JSON",
    [ACD_SCOPE_SERVERS] = "Servers",
    [ACD_SCOPE_PROGRAM] = "Program",
};

const char *acd_help_scope_title(enum acd_scope scope)
{
    return scope_titles[scope];
}

static const struct {
    const char *word, *meaning;
} words[] = {
    {"level", "0 off, 1 basic, 2 verbose, 3 trace"},
    {"SERVER", "what the server emits: changed there, at once, without a restart"},
    {"VIEW", "what this screen shows of it: changed here only"},
    {"asked", "set, and not yet taken over: the server does so at its next call"},
    {"by request", "(hits + partial hits) of (hits + partial hits + misses)"},
    {"by tokens", "cached of input tokens, of the lookups that know both"},
    {"misses", "where causes are counted, partial hits too; of the events that were read"},
    {"again", "tokens computed again, which a hit would have saved"},
    {"request", "mean time of the requests that missed so: the longest timer around each lookup"},
    {"unit", "of a tracked prompt: a token, or a byte where the server tracks text"},
    {"1m", "the last minute, oldest left: hit rate, or mean time of a timer"},
    {"p50 p95", "half, 95 % of all were at most this long (within 2 %)"},
    {"!", "past a threshold, or longer than 95 % of all of its kind"},
    {"ONLY", "numbers and events of one request, counted from the events that are kept"},
    {"since mark", "numbers counted from there on; gauges and the last minute stay what they are"},
    {"lag", "events that a server has written and this viewer has not read yet"},
    {"lost", "events overwritten before they were read, or dropped by the server;"},
    {"", "counts, rates and times are exact all the same"},
};

#define WORDS (sizeof words / sizeof words[0])

static size_t query_lines(void)
{
    size_t count = 0;
    while (acd_query_lines[count].form)
        count++;
    return count;
}

/* One line: a title, or a key and what it does. */
struct help_line {
    const char *title, *left, *right;
};

static bool action_line(const struct acd_scene *scene, size_t *index, struct help_line *ret)
{
    for (int scope = 0; scope < ACD_SCOPES; scope++) {
        if ((*index)-- == 0) {
            *ret = (struct help_line){scope_titles[scope], "", ""};
            return true;
        }
        for (size_t i = 0; i < scene->action_count; i++) {
            const struct acd_action *a = &scene->actions[i];
            if ((int)a->scope != scope || (*index)-- > 0)
                continue;
            *ret = (struct help_line){NULL, a->keys, a->help};
            return true;
        }
    }
    return false;
}

static struct help_line line_at(const struct acd_scene *scene, size_t index)
{
    struct help_line line = {NULL, "", ""};
    if (action_line(scene, &index, &line))
        return line;
    if (index-- == 0)
        return (struct help_line){"Words", "", ""};
    if (index < WORDS)
        return (struct help_line){NULL, words[index].word, words[index].meaning};
    index -= WORDS;
    if (index-- == 0)
        return (struct help_line){"Filters and searches", "", ""};
    if (index < query_lines())
        line =
            (struct help_line){NULL, acd_query_lines[index].form, acd_query_lines[index].meaning};
    return line;
}

size_t acd_help_lines(const struct acd_scene *scene)
{
    return ACD_SCOPES + scene->action_count + 1 + WORDS + 1 + query_lines();
}

static void draw_line(struct acd_grid *grid, struct acd_rect at, const struct help_line *line)
{
    if (line->title) {
        acd_grid_text(grid, at, ACD_STYLE_HEADER, line->title);
        return;
    }
    struct acd_rect keys = {at.x + 1, at.y, at.w - 1, 1};
    if (keys.w > KEYS_WIDTH)
        keys.w = KEYS_WIDTH;
    acd_grid_text(grid, keys, ACD_STYLE_KEY, line->left);
    at.x += KEYS_WIDTH + 2;
    at.w -= KEYS_WIDTH + 2;
    acd_grid_text(grid, at, ACD_STYLE_NORMAL, line->right);
}

static void draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene)
{
    size_t lines = acd_help_lines(scene), height = (size_t)(at.h > 0 ? at.h : 0);
    int columns = at.w >= TWO_COLUMNS_FROM && lines > height ? 2 : 1;
    size_t shown = height * (size_t)columns;
    size_t top = scene->ui->help_top;
    if (lines <= shown)
        top = 0;
    else if (top > lines - shown)
        top = lines - shown;
    for (size_t i = 0; i < shown && top + i < lines; i++) {
        struct help_line line = line_at(scene, top + i);
        int width = (at.w - 1) / columns;
        struct acd_rect row = {at.x + (int)(i / height) * width, at.y + (int)(i % height),
                               width - 1, 1};
        draw_line(grid, row, &line);
    }
    if (columns == 1)
        acd_widgets_scrollbar(grid, (struct acd_rect){at.x + at.w - 1, at.y, 1, at.h}, top, lines);
}

const struct acd_view acd_help_view = {ACD_VIEW_HELP, "help", draw};
