/* SPDX-License-Identifier: MIT */
/* Keys on events, see act_events.h. */
#include "config.h"

#include "tui/app/act_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/act_errors.h"
#include "tui/app/act_json.h"
#include "tui/app/actions.h"
#include "tui/app/eventout.h"
#include "tui/app/finder.h"
#include "tui/model/decode.h"
#include "tui/app/numbers.h"
#include "tui/view/eventtext.h"
#include "tui/view/line.h"
#include "tui/view/panel.h"

/* ---------------------------------------------------------------- moving */

void acd_act_events_follow(struct acd_ui *ui)
{
    ui->events = (struct acd_event_place){.scrolled = false};
}

/* The row `steps` behind the one at `sequence`. @return the steps there were no rows for */
static size_t down_from(const struct acd_shown *shown, uint64_t *sequence, size_t steps)
{
    struct acd_entry e;
    for (; steps > 0 && acd_shown_from(shown, *sequence + 1, &e); steps--)
        *sequence = e.sequence;
    return steps;
}

/* The lowest row when `first` stands in the first one. */
static uint64_t bottom_under(const struct acd_act *act, const struct acd_shown *shown,
                             uint64_t first)
{
    down_from(shown, &first, act->ui->page > 1 ? act->ui->page - 1 : 0);
    return first;
}

/* The cursor on the newest row, from where it moves. @return is there a row at all? */
static bool stand_still(struct acd_act *act, const struct acd_shown *shown)
{
    struct acd_event_place *place = &act->ui->events;
    struct acd_entry e;
    if (place->scrolled)
        return true;
    if (!acd_shown_before(shown, shown->end, &e))
        return false;
    *place = (struct acd_event_place){true, e.sequence, e.sequence};
    return true;
}

void acd_act_events_home(struct acd_act *act)
{
    const struct acd_shown shown = acd_ui_shown(act->ui, act->fleet);
    struct acd_entry e;
    if (acd_shown_from(&shown, 0, &e))
        act->ui->events =
            (struct acd_event_place){true, bottom_under(act, &shown, e.sequence), e.sequence};
}

static void up(struct acd_act *act, size_t rows)
{
    const struct acd_shown shown = acd_ui_shown(act->ui, act->fleet);
    struct acd_event_place *place = &act->ui->events;
    if (!stand_still(act, &shown))
        return;
    place->selected = acd_shown_up(&shown, place->selected, rows);
    if (rows > 1)
        place->bottom = acd_shown_up(&shown, place->bottom, rows);
    /* No row stays empty above the oldest, and the cursor is on the screen. */
    uint64_t lowest = bottom_under(act, &shown, acd_store_first(act->fleet->store));
    uint64_t highest = bottom_under(act, &shown, place->selected);
    if (place->bottom < lowest)
        place->bottom = lowest;
    if (place->bottom > highest)
        place->bottom = highest;
}

static void down(struct acd_act *act, size_t rows)
{
    const struct acd_shown shown = acd_ui_shown(act->ui, act->fleet);
    struct acd_event_place *place = &act->ui->events;
    if (!place->scrolled)
        return;
    if (down_from(&shown, &place->selected, rows) > 0) {
        acd_act_events_follow(act->ui);
        return;
    }
    if (rows > 1)
        down_from(&shown, &place->bottom, rows);
    if (place->bottom < place->selected)
        place->bottom = place->selected;
}

void acd_act_events_move(struct acd_act *act, ptrdiff_t rows)
{
    if (rows < 0)
        up(act, (size_t)-rows);
    else
        down(act, (size_t)rows);
}

/* ---------------------------------------------------------------- typing */

static bool is_typing(const struct acd_act *act)
{
    return act->ui->prompt == ACD_PROMPT_FILTER || act->ui->prompt == ACD_PROMPT_FIND;
}

static void ask(struct acd_act *act, enum acd_prompt prompt)
{
    struct acd_lookup *l = &act->ui->lookup;
    act->ui->prompt = prompt;
    memset(l->line, 0, sizeof l->line);
    if (prompt == ACD_PROMPT_FILTER)
        memcpy(l->line, l->filter, sizeof l->line);
    l->cursor = strlen(l->line);
    l->fault[0] = '\0';
}

/* What is looked for shows on a screen of events. */
static void show_events(struct acd_ui *ui, bool overview_too)
{
    if (ui->view == ACD_VIEW_OVERVIEW && overview_too)
        return;
    ui->view = ACD_VIEW_EVENTS;
}

static void take_filter(struct acd_act *act)
{
    if (!acd_finder_take_filter(act->finder))
        return;
    act->ui->prompt = ACD_PROMPT_NONE;
    if (act->ui->lookup.filter[0])
        show_events(act->ui, true);
}

static void take_find(struct acd_act *act)
{
    if (!acd_finder_take_find(act->finder))
        return;
    act->ui->prompt = ACD_PROMPT_NONE;
    if (!act->ui->lookup.find[0])
        return;
    show_events(act->ui, false);
    acd_finder_search(act->finder, ACD_FINDER_NEAREST);
}

static void recall(struct acd_lookup *l, const char *last)
{
    memcpy(l->line, last, sizeof l->line);
    l->cursor = strlen(l->line);
}

bool acd_act_events_type(struct acd_act *act, struct acd_key key)
{
    struct acd_lookup *l = &act->ui->lookup;
    struct acd_line line = {l->line, sizeof l->line, l->cursor};
    bool filter = act->ui->prompt == ACD_PROMPT_FILTER;
    if (!is_typing(act))
        return false;
    act->ui->message[0] = '\0';
    if (key.code == ACD_KEY_ESC) {
        act->ui->prompt = ACD_PROMPT_NONE;
    } else if (key.code == ACD_KEY_ENTER && !(key.mods & ACD_KEY_PASTED)) {
        if (filter)
            take_filter(act);
        else
            take_find(act);
    } else if (key.code == ACD_KEY_UP) {
        recall(l, filter ? l->last_filter : l->last_find);
    } else if (acd_line_key(&line, key)) {
        l->cursor = line.cursor;
        l->fault[0] = '\0';
    } else {
        return !acd_actions_always(acd_actions_look_up(act->actions, key, ACD_SCOPES));
    }
    return true;
}

/* ---------------------------------------------------------------- searching and filtering */

static void search(struct acd_act *act, enum acd_finder_way way)
{
    if (!act->ui->lookup.find[0]) {
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Nothing to search for yet: %s asks",
                   acd_act_key_of(act, ACD_ACTION_FIND).s);
        return;
    }
    show_events(act->ui, false);
    acd_finder_search(act->finder, way);
}

static void turn_context(struct acd_act *act)
{
    static const unsigned steps[] = {0, 1, 3, ACD_SIEVE_CONTEXT_MAX};
    struct acd_lookup *l = &act->ui->lookup;
    size_t i = 0;
    if (!l->filter[0]) {
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Context of what? %s asks for a filter first",
                   acd_act_key_of(act, ACD_ACTION_FILTER).s);
        return;
    }
    while (i < sizeof steps / sizeof steps[0] && steps[i] <= l->context)
        i++;
    l->context = i < sizeof steps / sizeof steps[0] ? steps[i] : 0;
}

static void invert(struct acd_act *act)
{
    if (act->ui->lookup.filter[0])
        acd_finder_invert(act->finder);
    else
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Nothing to turn round: %s asks for a filter first",
                   acd_act_key_of(act, ACD_ACTION_FILTER).s);
}

/* ---------------------------------------------------------------- following a request */

enum acd_act_result acd_act_events_follow_request(struct acd_act *act,
                                                  const struct acd_followed *followed)
{
    act->ui->followed = *followed;
    return ACD_ACT_RENEW;
}

static enum acd_act_result unfollow(struct acd_act *act)
{
    const struct acd_followed nothing = {0};
    return acd_act_events_follow_request(act, &nothing);
}

/* The request of the oldest one that runs of the chosen timer. */
static bool running_request(const struct acd_act *act, const char *timer,
                            struct acd_followed *ret_followed)
{
    struct acd_selection resolved = acd_fleet_resolve(act->fleet, act->ui->selection);
    uint64_t oldest = UINT64_MAX;
    for (size_t i = 0; i < act->fleet->count; i++) {
        const struct acd_server *s = act->fleet->server[i];
        for (size_t k = 0; acd_fleet_selects(resolved, s) && k < s->totals.running_count; k++) {
            const struct acd_running_total *r = &s->totals.running[k];
            const struct acd_followed f = acd_followed_running(r);
            uint64_t start = acd_clockmap_realtime_ns(&s->clock, r->start_ticks);
            if (strcmp(r->timer, timer) == 0 && f.kind != ACD_REQUEST_NONE && start < oldest) {
                oldest = start;
                *ret_followed = f;
            }
        }
    }
    return oldest != UINT64_MAX;
}

static enum acd_act_result follow_timer(struct acd_act *act)
{
    const struct acd_scene scene = {.fleet = act->fleet, .digest = act->digest, .ui = act->ui};
    size_t timer = acd_panel_timer(&scene);
    struct acd_followed followed;
    if (timer < act->digest->timer_count &&
        running_request(act, act->digest->timer[timer].name, &followed))
        return acd_act_events_follow_request(act, &followed);
    acd_ui_say(act->ui, ACD_STYLE_DIM,
               "No request of this timer runs now. On Events (%s), %s follows the selected one's",
               acd_act_key_of(act, ACD_ACTION_EVENTS).s,
               acd_act_key_of(act, ACD_ACTION_FOLLOW_REQUEST).s);
    return ACD_ACT_DRAW;
}

static enum acd_act_result follow_event(struct acd_act *act)
{
    struct acd_entry e;
    struct acd_event_parts parts;
    if (!acd_ui_event(act->ui, act->fleet, &e)) {
        acd_ui_say(act->ui, ACD_STYLE_DIM, "Choose an event first: %s, %s or %s stops there",
                   acd_act_key_of(act, ACD_ACTION_UP).s, acd_act_key_of(act, ACD_ACTION_PAUSE).s,
                   acd_act_key_of(act, ACD_ACTION_FIND).s);
        return ACD_ACT_DRAW;
    }
    struct acd_followed followed = {0};
    if (e.type == ACD_ENTRY_EVENT) {
        acd_eventparts_open(&parts, act->fleet, &e);
        followed = acd_followed_event(&parts.view.request);
    }
    if (followed.kind == ACD_REQUEST_NONE) {
        acd_ui_say(act->ui, ACD_STYLE_DIM, "This event belongs to no request");
        return ACD_ACT_DRAW;
    }
    return acd_act_events_follow_request(act, &followed);
}

static enum acd_act_result follow(struct acd_act *act)
{
    if (act->ui->followed.kind != ACD_REQUEST_NONE)
        return unfollow(act);
    if (act->ui->view == ACD_VIEW_EVENTS)
        return follow_event(act);
    return follow_timer(act);
}

/* ---------------------------------------------------------------- taking things away */

static void copy_line(struct acd_act *act, const struct acd_entry *e)
{
    char line[ACD_EVENTTEXT_BYTES + 200], safe[sizeof line * 2];
    acd_eventtext_line(line, sizeof line, act->fleet, e, act->ui->utc_offset_s);
    acd_text_sanitise(safe, sizeof safe, line, strlen(line), 0);
    acd_act_copy(act, safe, strlen(safe), "the event");
}

static void copy_request(struct acd_act *act, const struct acd_request *request)
{
    char id[ACD_FOLLOWED_BYTES], safe[sizeof id * 4];
    acd_decode_request(id, sizeof id, request);
    acd_text_sanitise(safe, sizeof safe, id, strlen(id), 0);
    if (safe[0])
        acd_act_copy(act, safe, strlen(safe), "the request's id");
    else
        acd_ui_say(act->ui, ACD_STYLE_DIM, "This event belongs to no request");
}

static void choose_first(struct acd_act *act)
{
    acd_ui_say(act->ui, ACD_STYLE_DIM,
               "Choose an event first: on Events (%s), %s, %s or %s stops there",
               acd_act_key_of(act, ACD_ACTION_EVENTS).s, acd_act_key_of(act, ACD_ACTION_UP).s,
               acd_act_key_of(act, ACD_ACTION_PAUSE).s, acd_act_key_of(act, ACD_ACTION_FIND).s);
}

static void copy(struct acd_act *act, bool id)
{
    struct acd_entry e;
    struct acd_event_parts parts = {.view = {.request = {.kind = ACD_REQUEST_NONE}}};
    if (act->ui->view != ACD_VIEW_EVENTS || !acd_ui_event(act->ui, act->fleet, &e)) {
        choose_first(act);
        return;
    }
    if (!id) {
        copy_line(act, &e);
        return;
    }
    if (e.type == ACD_ENTRY_EVENT)
        acd_eventparts_open(&parts, act->fleet, &e);
    copy_request(act, &parts.view.request);
}

/* The debug file that the event names. */
static bool file_of(const struct acd_act *act, char *out, size_t size)
{
    struct acd_entry e;
    struct acd_event_parts parts;
    if (!acd_ui_event(act->ui, act->fleet, &e) || e.type != ACD_ENTRY_EVENT)
        return false;
    acd_eventparts_open(&parts, act->fleet, &e);
    const struct acd_field *f = acd_event_find(&parts.view, ACD_KEY_DEBUG_FILE);
    if (!f || f->type != ACD_TYPE_STR || f->text.length == 0 || f->text.length >= size)
        return false;
    memcpy(out, f->text.bytes, f->text.length);
    out[f->text.length] = '\0';
    return true;
}

/* A row has room for the beginning of an event; as a tree it is there whole. */
enum acd_act_result acd_act_events_show(struct acd_act *act, const struct acd_entry *e)
{
    char name[64], *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream)
        acd_eventout_json(stream, act->fleet, e);
    if (!stream || fclose(stream) != 0) {
        free(text);
        acd_ui_say(act->ui, ACD_STYLE_ERROR, "No memory to show the event");
        return ACD_ACT_DRAW;
    }
    snprintf(name, sizeof name, "event of %s",
             acd_eventtext_time(e->time_ns, act->ui->now_ns, act->ui->utc_offset_s).s);
    return acd_act_json_show(act, name, text, length);
}

enum acd_act_result acd_act_events_open(struct acd_act *act)
{
    struct acd_entry e;
    char path[512];
    if (file_of(act, path, sizeof path))
        return acd_act_json_open(act, path);
    if (acd_ui_event(act->ui, act->fleet, &e))
        return acd_act_events_show(act, &e);
    choose_first(act);
    return ACD_ACT_DRAW;
}

static enum acd_act_result edit_event(struct acd_act *act)
{
    char path[512];
    if (file_of(act, path, sizeof path))
        return acd_act_json_open(act, path);
    acd_ui_say(act->ui, ACD_STYLE_DIM, "No debug file at hand: an error's event names one");
    return ACD_ACT_DRAW;
}

/* The file is looked at first, as the JSON screen does it: a ring may name anything. */
static enum acd_act_result edit(struct acd_act *act)
{
    enum acd_view_id from = act->ui->view;
    enum acd_act_result result =
        from == ACD_VIEW_EVENTS ? edit_event(act) : acd_act_errors_open(act);
    if (act->ui->view == ACD_VIEW_JSON && from != ACD_VIEW_JSON)
        acd_act_json_do(act, ACD_ACTION_JSON_EDIT, &result);
    return result;
}

/* ---------------------------------------------------------------- marks */

static enum acd_act_result mark(struct acd_act *act, bool set)
{
    struct acd_ui *ui = act->ui;
    if (!act->numbers || (!set && ui->mark_ns == 0))
        return ACD_ACT_NOTHING;
    if (!set || ui->mark_ns > 0)
        acd_numbers_unmark(act->numbers, ui);
    else if (acd_numbers_mark(act->numbers, ui, act->fleet) < 0)
        acd_ui_say(ui, ACD_STYLE_ERROR, "No memory for a mark");
    return ACD_ACT_RENEW;
}

/* ---------------------------------------------------------------- sorting */

static enum acd_act_result sort(struct acd_act *act, bool turn)
{
    const struct acd_sorting *sorting = acd_panel_sorting(act->ui);
    if (!sorting)
        return ACD_ACT_NOTHING;
    struct acd_order *order = &act->ui->order[sorting->list];
    if (turn)
        order->reverse = !order->reverse;
    else
        *order = (struct acd_order){acd_columns_next_key(sorting, order->key), false};
    const char *from = order->key == ACD_ORDER_NAME ? "" : ", the highest first";
    if (order->key != ACD_ORDER_FOUND && order->reverse)
        from = order->key == ACD_ORDER_NAME ? ", from the end" : ", the lowest first";
    acd_ui_say(act->ui, ACD_STYLE_DIM, "%s by %s%s", sorting->what,
               acd_order_name((enum acd_order_key)order->key),
               order->key == ACD_ORDER_FOUND ? "" : from);
    if (!act->ui->paused || !act->numbers)
        return ACD_ACT_RENEW;
    acd_numbers_sort(act->numbers, act->ui);
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- actions */

bool acd_act_events_do(struct acd_act *act, enum acd_action_id id, enum acd_act_result *ret_result)
{
    bool elsewhere = act->ui->view == ACD_VIEW_FILES || act->ui->view == ACD_VIEW_JSON;
    *ret_result = ACD_ACT_DRAW;
    switch (id) {
    case ACD_ACTION_FIND:
    case ACD_ACTION_FILTER:
        if (!act->finder || elsewhere)
            *ret_result = ACD_ACT_NOTHING;
        else
            ask(act, id == ACD_ACTION_FIND ? ACD_PROMPT_FIND : ACD_PROMPT_FILTER);
        return true;
    case ACD_ACTION_FIND_NEXT: search(act, ACD_FINDER_NEWER); return true;
    case ACD_ACTION_FIND_PREVIOUS: search(act, ACD_FINDER_OLDER); return true;
    case ACD_ACTION_CONTEXT: turn_context(act); return true;
    case ACD_ACTION_INVERT: invert(act); return true;
    case ACD_ACTION_FOLLOW_REQUEST: *ret_result = follow(act); return true;
    case ACD_ACTION_MARK: *ret_result = mark(act, true); return true;
    case ACD_ACTION_UNMARK: *ret_result = mark(act, false); return true;
    case ACD_ACTION_SORT: *ret_result = sort(act, false); return true;
    case ACD_ACTION_SORT_REVERSE: *ret_result = sort(act, true); return true;
    case ACD_ACTION_COPY: copy(act, false); return true;
    case ACD_ACTION_COPY_REQUEST: copy(act, true); return true;
    case ACD_ACTION_EDIT: *ret_result = edit(act); return true;
    default: return false;
    }
}

bool acd_act_events_back(struct acd_act *act, enum acd_act_result *ret_result)
{
    struct acd_ui *ui = act->ui;
    *ret_result = ACD_ACT_DRAW;
    if (act->finder && acd_finder_stop(act->finder)) {
        acd_ui_say(ui, ACD_STYLE_DIM, "Stopped");
    } else if (ui->view == ACD_VIEW_EVENTS && ui->events.scrolled) {
        acd_act_events_follow(ui);
    } else if (ui->followed.kind != ACD_REQUEST_NONE) {
        *ret_result = unfollow(act);
    } else if (ui->view != ACD_VIEW_EVENTS && ui->view != ACD_VIEW_OVERVIEW) {
        return false;
    } else {
        return act->finder &&
               (acd_finder_drop_find(act->finder) || acd_finder_drop_filter(act->finder));
    }
    return true;
}
