/* SPDX-License-Identifier: MIT */
/* What actions do, see act.h. */
#include "config.h"

#include "tui/app/act.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/act_attach.h"
#include "tui/app/act_errors.h"
#include "tui/app/act_events.h"
#include "tui/app/act_json.h"
#include "tui/app/act_level.h"
#include "tui/app/act_rows.h"
#include "tui/app/actions.h"
#include "tui/app/idle.h"
#include "tui/view/help.h"
#include "tui/view/panel.h"

/* ---------------------------------------------------------------- moving */

static void move_timer(struct acd_act *act, ptrdiff_t rows)
{
    const struct acd_digest *d = act->digest;
    const struct acd_scene scene = {.fleet = act->fleet, .digest = d, .ui = act->ui};
    size_t at = acd_panel_timer(&scene);
    if (at >= d->timer_count)
        return;
    ptrdiff_t to = (ptrdiff_t)at + rows, last = (ptrdiff_t)d->timer_count - 1;
    to = to < 0 ? 0 : to > last ? last : to;
    snprintf(act->ui->timer, sizeof act->ui->timer, "%s", d->timer[to].name);
}

static void move_help(struct acd_act *act, ptrdiff_t rows)
{
    const struct acd_scene scene = {.ui = act->ui, .action_count = acd_actions_count};
    size_t lines = acd_help_lines(&scene), page = act->ui->page + 1;
    ptrdiff_t last = lines > page ? (ptrdiff_t)(lines - page) : 0;
    ptrdiff_t to = (ptrdiff_t)act->ui->help_top + rows;
    act->ui->help_top = (size_t)(to < 0 ? 0 : to > last ? last : to);
}

/* Rows down, negative: up. */
static enum acd_act_result move(struct acd_act *act, ptrdiff_t rows)
{
    switch (act->ui->view) {
    case ACD_VIEW_EVENTS: acd_act_events_move(act, rows); break;
    case ACD_VIEW_HELP: move_help(act, rows); break;
    case ACD_VIEW_OVERVIEW: acd_act_errors_overview(act, rows); break;
    default: move_timer(act, rows);
    }
    return ACD_ACT_DRAW;
}

static enum acd_act_result move_by(struct acd_act *act, enum acd_action_id id)
{
    if (act->ui->view == ACD_VIEW_ERRORS || act->ui->view == ACD_VIEW_ATTACH) {
        if (act->ui->view == ACD_VIEW_ERRORS)
            acd_act_errors_move(act, id);
        else
            acd_act_attach_move(act, id);
        return ACD_ACT_DRAW;
    }
    ptrdiff_t page = act->ui->page > 1 ? (ptrdiff_t)act->ui->page - 1 : 1;
    ptrdiff_t half = page > 1 ? page / 2 : 1, all = PTRDIFF_MAX / 4;
    switch (id) {
    case ACD_ACTION_UP: return move(act, -1);
    case ACD_ACTION_DOWN: return move(act, 1);
    case ACD_ACTION_PAGE_UP: return move(act, -page);
    case ACD_ACTION_PAGE_DOWN: return move(act, page);
    case ACD_ACTION_HALF_UP: return move(act, -half);
    case ACD_ACTION_HALF_DOWN: return move(act, half);
    case ACD_ACTION_HOME:
        if (act->ui->view != ACD_VIEW_EVENTS)
            return move(act, -all);
        acd_act_events_home(act);
        return ACD_ACT_DRAW;
    default: break;
    }
    if (act->ui->view == ACD_VIEW_EVENTS)
        acd_act_events_follow(act->ui);
    else
        move(act, all);
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- screens */

static enum acd_act_result show(struct acd_act *act, enum acd_view_id view)
{
    struct acd_ui *ui = act->ui;
    if (ui->view != ACD_VIEW_HELP)
        ui->back = ui->view;
    /* Help comes back to where it was called. */
    if (ui->view != ACD_VIEW_HELP && view != ACD_VIEW_HELP)
        ui->missed.inside = false;
    ui->view = view;
    ui->help_top = 0;
    return ACD_ACT_DRAW;
}

/* These show what was chosen on another screen: they are no stop on the way round. */
static bool is_inner(enum acd_view_id view)
{
    return view == ACD_VIEW_JSON || view == ACD_VIEW_TIMER || view == ACD_VIEW_RUN ||
           view == ACD_VIEW_MISS;
}

static enum acd_act_result step_screen(struct acd_act *act, int step)
{
    int view = (int)act->ui->view;
    do {
        view = (view + step + ACD_VIEWS) % ACD_VIEWS;
    } while (is_inner((enum acd_view_id)view) || (view == ACD_VIEW_FILES && !act->documents));
    show(act, (enum acd_view_id)view);
    return view == ACD_VIEW_FILES ? acd_act_json_files(act) : ACD_ACT_DRAW;
}

static enum acd_act_result back(struct acd_act *act)
{
    struct acd_ui *ui = act->ui;
    if (ui->view == ACD_VIEW_HELP)
        return show(act, ui->back == ACD_VIEW_HELP ? ACD_VIEW_OVERVIEW : ui->back);
    enum acd_act_result result;
    if (acd_act_events_back(act, &result))
        return result;
    if (ui->view != ACD_VIEW_OVERVIEW)
        return show(act, ACD_VIEW_OVERVIEW);
    else {
        ui->timer[0] = '\0';
        ui->in_errors = false;
    }
    return ACD_ACT_DRAW;
}

static enum acd_act_result enter(struct acd_act *act)
{
    const struct acd_ui *ui = act->ui;
    if (ui->view == ACD_VIEW_ATTACH) /* a click on the chosen row */
        return acd_act_attach_toggle(act);
    if (ui->view == ACD_VIEW_ERRORS || (ui->view == ACD_VIEW_OVERVIEW && ui->in_errors))
        return acd_act_errors_enter(act);
    if (ui->view == ACD_VIEW_EVENTS && act->documents)
        return acd_act_events_open(act);
    if (ui->view == ACD_VIEW_OVERVIEW && act->digest->timer_count > 0)
        return acd_act_rows_open_timer(act);
    return ACD_ACT_NOTHING;
}

static enum acd_act_result pause_or_go_on(struct acd_act *act)
{
    struct acd_ui *ui = act->ui;
    ui->paused = !ui->paused;
    ui->paused_at = acd_store_next(act->fleet->store);
    if (!ui->paused)
        acd_act_events_follow(ui);
    return ui->paused ? ACD_ACT_DRAW : ACD_ACT_RENEW;
}

static enum acd_act_result play(struct acd_act *act, enum acd_play_command command)
{
    return act->play && act->play(act->context, command) ? ACD_ACT_RENEW : ACD_ACT_NOTHING;
}

static enum acd_act_result turn_server(struct acd_act *act, int step)
{
    act->ui->selection = acd_fleet_turn(act->fleet, act->ui->selection, step);
    if (act->fleet->count < 2)
        acd_ui_say(act->ui, ACD_STYLE_DIM, "There is no other server");
    acd_act_events_follow(act->ui);
    return ACD_ACT_RENEW;
}

static enum acd_act_result view_level(struct acd_act *act, unsigned level)
{
    act->ui->filter.level = level;
    return ACD_ACT_DRAW;
}

enum acd_act_result acd_act_do(struct acd_act *act, enum acd_action_id id)
{
    struct acd_ui *ui = act->ui;
    enum acd_act_result result = ACD_ACT_NOTHING;
    ui->message[0] = '\0';
    if (ui->prompt != ACD_PROMPT_NONE)
        return acd_act_level_answer(act, id);
    if (ui->alone && !acd_act_json_allows(id))
        return ACD_ACT_NOTHING;
    if (id != ACD_ACTION_NONE && acd_act_json_do(act, id, &result))
        return result;
    if (acd_act_rows_do(act, id, &result))
        return result;
    if (acd_act_events_do(act, id, &result))
        return result;
    switch (id) {
    case ACD_ACTION_NONE:
    case ACD_ACTIONS: return ACD_ACT_NOTHING;
    case ACD_ACTION_ENTER: return enter(act);
    case ACD_ACTION_ATTACH: return acd_act_attach_toggle(act);
    case ACD_ACTION_HELP: return ui->view == ACD_VIEW_HELP ? back(act) : show(act, ACD_VIEW_HELP);
    case ACD_ACTION_OVERVIEW: return show(act, ACD_VIEW_OVERVIEW);
    case ACD_ACTION_EVENTS: return show(act, ACD_VIEW_EVENTS);
    case ACD_ACTION_CACHE: return show(act, ACD_VIEW_CACHE);
    case ACD_ACTION_TIMERS: return show(act, ACD_VIEW_TIMERS);
    case ACD_ACTION_ERRORS: return show(act, ACD_VIEW_ERRORS);
    case ACD_ACTION_SERVERS: return show(act, ACD_VIEW_ATTACH);
    case ACD_ACTION_FILES: return acd_act_json_files(act);
    case ACD_ACTION_NEWEST_FILE: return acd_act_errors_newest(act);
    case ACD_ACTION_JSON_FOLD:
    case ACD_ACTION_LEFT: return step_screen(act, -1);
    case ACD_ACTION_JSON_OPEN:
    case ACD_ACTION_RIGHT: return step_screen(act, 1);
    case ACD_ACTION_NEXT_SERVER: return turn_server(act, 1);
    case ACD_ACTION_PREVIOUS_SERVER: return turn_server(act, -1);
    case ACD_ACTION_LEVEL_DOWN: return acd_act_level_change(act, -1);
    case ACD_ACTION_LEVEL_UP: return acd_act_level_change(act, 1);
    case ACD_ACTION_VIEW_LEVEL_1: return view_level(act, 1);
    case ACD_ACTION_VIEW_LEVEL_2: return view_level(act, 2);
    case ACD_ACTION_VIEW_LEVEL_3: return view_level(act, 3);
    case ACD_ACTION_PAUSE: return pause_or_go_on(act);
    case ACD_ACTION_RECORD: return play(act, ACD_PLAY_RECORD);
    case ACD_ACTION_PLAY_STEP: return play(act, ACD_PLAY_STEP);
    case ACD_ACTION_PLAY_FORWARD: return play(act, ACD_PLAY_FORWARD);
    case ACD_ACTION_PLAY_BACK: return play(act, ACD_PLAY_BACK);
    case ACD_ACTION_PLAY_FASTER: return play(act, ACD_PLAY_FASTER);
    case ACD_ACTION_PLAY_SLOWER: return play(act, ACD_PLAY_SLOWER);
    case ACD_ACTION_BACK: return back(act);
    case ACD_ACTION_REDRAW: return ACD_ACT_REDRAW;
    case ACD_ACTION_SUSPEND: return ACD_ACT_SUSPEND;
    case ACD_ACTION_QUIT: return acd_act_level_quit(act);
    default: return move_by(act, id);
    }
}

void acd_act_copy(struct acd_act *act, const char *bytes, size_t length, const char *what)
{
    int r = act->copy ? act->copy(act->context, bytes, length) : -ENOTSUP;
    if (r == 0)
        acd_ui_say(act->ui, ACD_STYLE_ACCENT, "Copied %s, %s", what, acd_text_bytes(length).s);
    else if (r == -E2BIG)
        acd_ui_say(act->ui, ACD_STYLE_WARN, "Not copied: %s is more than the clipboard takes",
                   acd_text_bytes(length).s);
    else
        acd_ui_say(act->ui, ACD_STYLE_WARN,
                   "Not copied: this terminal has no clipboard for programs (OSC 52)");
}

struct acd_label acd_act_key_of(const struct acd_act *act, enum acd_action_id id)
{
    const struct acd_scene scene = {.actions = act->actions ? act->actions : acd_actions_table,
                                    .action_count = acd_actions_count};
    return acd_view_key(&scene, id);
}

bool acd_act_settle(struct acd_act *act, struct acd_rect body)
{
    /* On every screen, so that none has to catch up. */
    bool more = act->closeup && acd_act_rows_settle_misses(act);
    if (act->ui->view == ACD_VIEW_ERRORS)
        acd_act_errors_settle(act, body);
    else if (act->ui->view == ACD_VIEW_ATTACH)
        acd_act_attach_settle(act, body);
    else if (act->closeup)
        more |= acd_act_rows_settle(act);
    return more;
}

/* Whose own keys come first. */
static enum acd_scope scope_of(const struct acd_act *act)
{
    if (act->ui->prompt != ACD_PROMPT_NONE)
        return ACD_SCOPES;
    if (acd_act_json_is_here(act))
        return ACD_SCOPE_JSON;
    return act->ui->view == ACD_VIEW_ATTACH ? ACD_SCOPE_SERVERS : ACD_SCOPES;
}

enum acd_act_result acd_act_press(struct acd_act *act, enum acd_action_id id)
{
    const uint64_t before = acd_idle_stance(act);
    const enum acd_view_id view = act->ui->view;
    enum acd_act_result result = acd_act_do(act, id);
    bool idle =
        result == ACD_ACT_NOTHING ||
        (result == ACD_ACT_DRAW && !acd_idle_answers(id, view) && acd_idle_stance(act) == before);
    if (!idle || act->ui->message[0])
        return result;
    acd_idle_say(act, id, view);
    return ACD_ACT_DRAW;
}

/* A letter that somebody typed, not what a terminal sends or is pasted. */
static bool is_plain(struct acd_key key)
{
    return key.mods == 0 && key.code > ' ' && key.code <= '~';
}

enum acd_act_result acd_act_key(struct acd_act *act, struct acd_key key)
{
    enum acd_act_result result = ACD_ACT_NOTHING;
    if (acd_act_level_digit(act, key, &result))
        return result;
    if (acd_act_json_type(act, key) || acd_act_events_type(act, key))
        return ACD_ACT_DRAW;
    enum acd_action_id id = acd_actions_look_up(act->actions, key, scope_of(act));
    return id != ACD_ACTION_NONE || is_plain(key) ? acd_act_press(act, id) : acd_act_do(act, id);
}
