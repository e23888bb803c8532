/* SPDX-License-Identifier: MIT */
/* Keys that did nothing, see idle.h. */
#include "config.h"

#include "tui/app/idle.h"

#include <string.h>

#include "tui/app/act_json.h"
#include "tui/app/documents.h"
#include "tui/view/panel.h"

/* ---------------------------------------------------------------- why */

#define ANY ACD_VIEWS

/* The first row counts that has the action and the screen.  A %s in the text is the key of `key`. */
static const struct {
    enum acd_action_id id;
    enum acd_view_id view;
    const char *text;
    enum acd_action_id key;
} reasons[] = {
    {ACD_ACTION_ENTER, ACD_VIEW_OVERVIEW, "Nothing to open yet: no timer, no error", 0},
    {ACD_ACTION_ENTER, ACD_VIEW_CACHE,
     "None of its lookups is at hand: they are kept from level 1 on (%s)", ACD_ACTION_LEVEL_UP},
    {ACD_ACTION_ENTER, ACD_VIEW_TIMERS, "Nothing to open yet: no timer", 0},
    {ACD_ACTION_ENTER, ACD_VIEW_TIMER,
     "None of its requests is at hand: they are kept from level 2 on (%s)", ACD_ACTION_LEVEL_UP},
    {ACD_ACTION_ENTER, ACD_VIEW_RUN, "This is all of the request: %s goes back", ACD_ACTION_BACK},
    {ACD_ACTION_ENTER, ACD_VIEW_MISS, "This is all of the lookup: %s goes back", ACD_ACTION_BACK},
    {ACD_ACTION_ENTER, ACD_VIEW_ERRORS, "Nothing to open yet: no error", 0},
    {ACD_ACTION_ENTER, ACD_VIEW_FILES, "No debug file here: errors leave them from level 1 on", 0},
    {ACD_ACTION_ENTER, ACD_VIEW_JSON, "Nothing to open in this value", 0},
    {ACD_ACTION_ENTER, ACD_VIEW_HELP, "Nothing to open in the help: %s goes back", ACD_ACTION_BACK},
    {ACD_ACTION_ATTACH, ANY, "No server is listed here", 0},
    {ACD_ACTION_DOWN, ACD_VIEW_EVENTS, "This is the newest: what comes is shown", 0},
    {ACD_ACTION_PAGE_DOWN, ACD_VIEW_EVENTS, "This is the newest: what comes is shown", 0},
    {ACD_ACTION_HALF_DOWN, ACD_VIEW_EVENTS, "This is the newest: what comes is shown", 0},
    {ACD_ACTION_END, ACD_VIEW_EVENTS, "This is the newest: what comes is shown", 0},
    {ACD_ACTION_UP, ANY, "Nothing above", 0},
    {ACD_ACTION_PAGE_UP, ANY, "Nothing above", 0},
    {ACD_ACTION_HALF_UP, ANY, "Nothing above", 0},
    {ACD_ACTION_HOME, ANY, "Nothing above", 0},
    {ACD_ACTION_DOWN, ANY, "Nothing below", 0},
    {ACD_ACTION_PAGE_DOWN, ANY, "Nothing below", 0},
    {ACD_ACTION_HALF_DOWN, ANY, "Nothing below", 0},
    {ACD_ACTION_END, ANY, "Nothing below", 0},
    {ACD_ACTION_OVERVIEW, ANY, "This is the overview", 0},
    {ACD_ACTION_EVENTS, ANY, "This is the screen of events", 0},
    {ACD_ACTION_CACHE, ANY, "This is the screen of caches", 0},
    {ACD_ACTION_TIMERS, ANY, "This is the screen of timers", 0},
    {ACD_ACTION_ERRORS, ANY, "This is the screen of errors", 0},
    {ACD_ACTION_FILES, ANY, "These are the debug files", 0},
    {ACD_ACTION_SERVERS, ANY, "This is the screen of servers", 0},
    {ACD_ACTION_VIEW_LEVEL_1, ANY, "Events are shown up to level 1 already", 0},
    {ACD_ACTION_VIEW_LEVEL_2, ANY, "Events are shown up to level 2 already", 0},
    {ACD_ACTION_VIEW_LEVEL_3, ANY, "Events are shown up to level 3 already", 0},
    {ACD_ACTION_BACK, ANY, "Nothing to go back to: %s quits", ACD_ACTION_QUIT},
    {ACD_ACTION_UNMARK, ANY, "There is no mark: %s sets one", ACD_ACTION_MARK},
    {ACD_ACTION_SORT, ACD_VIEW_EVENTS, "Events stay in the order in which they came", 0},
    {ACD_ACTION_SORT_REVERSE, ACD_VIEW_EVENTS, "Events stay in the order in which they came", 0},
    {ACD_ACTION_SORT, ANY, "Nothing to sort here: caches, timers and errors can be", 0},
    {ACD_ACTION_SORT_REVERSE, ANY, "Nothing to sort here: caches, timers and errors can be", 0},
    {ACD_ACTION_FIND, ANY, "Events are found on another screen: %s", ACD_ACTION_EVENTS},
    {ACD_ACTION_FILTER, ANY, "Events are filtered on another screen: %s", ACD_ACTION_EVENTS},
    {ACD_ACTION_EDIT, ANY, "No error yet, and no debug file", 0},
    {ACD_ACTION_JSON_EDIT, ANY, "No debug file here", 0},
    {ACD_ACTION_JSON_RELOAD, ACD_VIEW_FILES, "The list was read anew", 0},
    {ACD_ACTION_JSON_RELOAD, ANY, "The file was read anew", 0},
    {ACD_ACTION_JSON_OPEN, ACD_VIEW_JSON, "Nothing to open in this value", 0},
    {ACD_ACTION_JSON_FOLD, ACD_VIEW_JSON, "Nothing to fold: this is the outermost value", 0},
    {ACD_ACTION_JSON_OPEN_ALL, ACD_VIEW_JSON, "All is open", 0},
    {ACD_ACTION_JSON_FOLD_ALL, ACD_VIEW_JSON, "All is folded", 0},
};

/* Of keys that need an open file. */
static bool is_of_trees(enum acd_action_id id)
{
    return id == ACD_ACTION_JSON_SEARCH || id == ACD_ACTION_JSON_NEXT ||
           id == ACD_ACTION_JSON_PREVIOUS || id == ACD_ACTION_JSON_COPY ||
           id == ACD_ACTION_JSON_COPY_PATH || id == ACD_ACTION_JSON_WRAP ||
           id == ACD_ACTION_JSON_RAW || id == ACD_ACTION_JSON_OPEN_ALL ||
           id == ACD_ACTION_JSON_FOLD_ALL;
}

static bool is_raw(const struct acd_act *act)
{
    return act->documents && act->documents->json.tree && act->documents->json.tree->raw;
}

static const char *text_of(const struct acd_act *act, enum acd_action_id id, enum acd_view_id view,
                           enum acd_action_id *ret_key)
{
    *ret_key = ACD_ACTION_HELP;
    if (act->ui->prompt == ACD_PROMPT_LEVEL || act->ui->prompt == ACD_PROMPT_EXIT) {
        *ret_key = ACD_ACTION_BACK;
        return "A question is open: %s leaves it";
    }
    if (act->ui->alone && !acd_act_json_allows(id))
        return "There is only this file here: no servers, no events";
    if (view == ACD_VIEW_JSON && is_raw(act) && acd_act_json_folds(id)) {
        *ret_key = ACD_ACTION_JSON_RAW;
        return "This is the text as it is: %s turns to the tree";
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].id == id && (reasons[i].view == view || reasons[i].view == ANY)) {
            *ret_key = reasons[i].key;
            return reasons[i].text;
        }
    if (view == ACD_VIEW_FILES && is_of_trees(id)) {
        *ret_key = ACD_ACTION_ENTER;
        return "That needs an open file: %s opens one";
    }
    return "This key does nothing here: %s lists them";
}

void acd_idle_say(struct acd_act *act, enum acd_action_id id, enum acd_view_id view)
{
    enum acd_action_id key;
    const char *text = text_of(act, id, view, &key), *hole = strstr(text, "%s");
    if (hole)
        acd_ui_say(act->ui, ACD_STYLE_DIM, "%.*s%s%s", (int)(hole - text), text,
                   acd_act_key_of(act, key).s, hole + 2);
    else
        acd_ui_say(act->ui, ACD_STYLE_DIM, "%s", text);
}

bool acd_idle_answers(enum acd_action_id id, enum acd_view_id view)
{
    switch (id) {
    case ACD_ACTION_EDIT:
    case ACD_ACTION_JSON_EDIT:
    case ACD_ACTION_FIND_NEXT:
    case ACD_ACTION_FIND_PREVIOUS: return true;
    case ACD_ACTION_JSON_NEXT:
    case ACD_ACTION_JSON_PREVIOUS: return view == ACD_VIEW_JSON;
    default: return false;
    }
}

/* ---------------------------------------------------------------- what can have changed */

static void mix(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    *sum ^= *sum >> 29;
}

static void mix_list(uint64_t *sum, const struct acd_list *list)
{
    mix(sum, list->selected);
    mix(sum, list->top);
}

static void mix_rows(uint64_t *sum, const struct acd_act *act)
{
    const struct acd_ui *ui = act->ui;
    const struct acd_scene scene = {.fleet = act->fleet, .digest = act->digest, .ui = ui};
    mix(sum, acd_panel_timer(&scene));
    mix(sum, acd_panel_cache_selected(&scene));
    mix(sum, ui->missed.inside);
    mix(sum, ui->missed.sequence);
    mix(sum, ui->run.id);
    mix(sum, ui->run_index);
    mix(sum, ui->step_top);
    mix(sum, ui->events.scrolled);
    mix(sum, ui->events.bottom);
    mix(sum, ui->events.selected);
    mix(sum, ui->error_group);
    mix(sum, ui->in_errors);
    mix_list(sum, &ui->errors);
    mix_list(sum, &ui->servers);
    mix(sum, ui->help_top);
}

static void mix_tree(uint64_t *sum, const struct acd_jsonview *view)
{
    const struct acd_jsontree *t = view->tree;
    mix(sum, (uintptr_t)t);
    mix(sum, view->typing);
    mix(sum, view->find.text[0] != '\0');
    mix(sum, view->find.state);
    if (!t)
        return;
    mix(sum, t->selected);
    mix(sum, t->touched_count);
    /* Of the rows that were shown: what is open already does not change. */
    for (size_t i = 0; i < t->row_count; i++)
        mix(sum, acd_jsontree_folded(t, t->row[i].node));
    mix(sum, t->wrap);
    mix(sum, t->raw);
    mix(sum, t->raw_top);
}

uint64_t acd_idle_stance(const struct acd_act *act)
{
    const struct acd_ui *ui = act->ui;
    uint64_t sum = ui->view;
    mix(&sum, ui->prompt);
    mix(&sum, ui->prompt_choice);
    mix(&sum, ui->paused);
    mix(&sum, ui->filter.level);
    mix(&sum, ui->followed.kind);
    mix(&sum, ui->lookup.filter[0] != '\0');
    mix(&sum, ui->lookup.find[0] != '\0');
    mix(&sum, ui->lookup.invert);
    mix(&sum, ui->lookup.context);
    mix_rows(&sum, act);
    if (act->documents) {
        mix_list(&sum, &act->documents->files.list);
        mix_tree(&sum, &act->documents->json);
    }
    return sum;
}
