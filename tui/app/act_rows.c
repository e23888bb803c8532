/* SPDX-License-Identifier: MIT */
/* The screens Cache and Timers, see act_rows.h. */
#include "config.h"

#include "tui/app/act_rows.h"

#include <stdio.h>
#include <errno.h>
#include <string.h>

#include "tui/app/act_events.h"
#include "tui/app/numbers.h"
#include "tui/app/slice.h"
#include "tui/model/closeup.h"
#include "tui/view/panel.h"

static struct acd_scene scene_of(const struct acd_act *act)
{
    return (struct acd_scene){.fleet = act->fleet, .digest = act->digest, .ui = act->ui};
}

/* ---------------------------------------------------------------- what is selected */

static void choose_cache(const struct acd_act *act, size_t row)
{
    if (row >= act->digest->cache_count)
        return;
    const struct acd_cache_row *c = &act->digest->cache[row];
    snprintf(act->ui->cache.type, sizeof act->ui->cache.type, "%s", c->type);
    snprintf(act->ui->cache.model, sizeof act->ui->cache.model, "%s", c->model);
}

/* The one that is the slowest now stays selected when another gets slower. */
static void choose_timer(const struct acd_act *act)
{
    const struct acd_scene scene = scene_of(act);
    size_t at = acd_panel_timer(&scene);
    if (at < act->digest->timer_count)
        snprintf(act->ui->timer, sizeof act->ui->timer, "%s", act->digest->timer[at].name);
}

static void choose_run(struct acd_ui *ui, size_t index)
{
    const struct acd_runs *runs = &ui->closeup->runs;
    if (index >= acd_runs_count(runs))
        return;
    ui->run = acd_runs_at(runs, index)->id;
    ui->run_index = index;
    ui->run_chosen = true;
}

static bool choose_lookup(struct acd_ui *ui, size_t index)
{
    const struct acd_lookups *lookups = &ui->closeup->lookups;
    if (index >= lookups->count)
        return false;
    ui->missed.sequence = lookups->row[index].sequence;
    ui->missed.index = index;
    return true;
}

/* The newest one that was no hit; if all were, the newest. */
static size_t newest_missed(const struct acd_lookups *lookups)
{
    for (size_t i = 0; i < lookups->count; i++)
        if (lookups->row[i].outcome == ACD_OUTCOME_MISS ||
            lookups->row[i].outcome == ACD_OUTCOME_PARTIAL)
            return i;
    return 0;
}

static enum acd_act_result open_lookup(const struct acd_act *act)
{
    const struct acd_lookups *lookups = &act->closeup->lookups;
    size_t at = acd_lookups_find(lookups, act->ui->missed.sequence);
    if (at == lookups->count)
        return ACD_ACT_NOTHING;
    acd_onemiss_open(&act->closeup->miss, &lookups->row[at], act->fleet);
    act->ui->view = ACD_VIEW_MISS;
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- moving */

static size_t moved(size_t from, ptrdiff_t by, size_t count)
{
    struct acd_list list = {.count = count, .height = 1, .selected = from};
    acd_list_move(&list, by);
    return list.selected;
}

static enum acd_act_result move(const struct acd_act *act, ptrdiff_t rows)
{
    struct acd_ui *ui = act->ui;
    const struct acd_scene scene = scene_of(act);
    if ((ui->view == ACD_VIEW_CACHE && ui->missed.inside) || ui->view == ACD_VIEW_MISS) {
        choose_lookup(ui, moved(ui->missed.index, rows, act->closeup->lookups.count));
        return ui->view == ACD_VIEW_MISS ? open_lookup(act) : ACD_ACT_DRAW;
    }
    if (ui->view == ACD_VIEW_CACHE) {
        choose_cache(act, moved(acd_panel_cache_selected(&scene), rows, act->digest->cache_count));
    } else if (ui->view == ACD_VIEW_TIMER && ui->closeup) {
        choose_run(ui, moved(ui->run_index, rows, acd_runs_count(&ui->closeup->runs)));
    } else if (ui->view == ACD_VIEW_RUN && ui->closeup) {
        ui->step_top = moved(ui->step_top, rows, ui->closeup->waterfall.count);
    }
    return ACD_ACT_DRAW;
}

static bool rows_of(const struct acd_ui *ui, enum acd_action_id id, ptrdiff_t *ret_rows)
{
    ptrdiff_t page = ui->page > 1 ? (ptrdiff_t)ui->page - 1 : 1, half = page > 1 ? page / 2 : 1;
    switch (id) {
    case ACD_ACTION_UP: *ret_rows = -1; break;
    case ACD_ACTION_DOWN: *ret_rows = 1; break;
    case ACD_ACTION_PAGE_UP: *ret_rows = -page; break;
    case ACD_ACTION_PAGE_DOWN: *ret_rows = page; break;
    case ACD_ACTION_HALF_UP: *ret_rows = -half; break;
    case ACD_ACTION_HALF_DOWN: *ret_rows = half; break;
    case ACD_ACTION_HOME: *ret_rows = -PTRDIFF_MAX; break;
    case ACD_ACTION_END: *ret_rows = PTRDIFF_MAX; break;
    default: return false;
    }
    return true;
}

/* ---------------------------------------------------------------- in and out */

static enum acd_act_result enter(const struct acd_act *act)
{
    struct acd_ui *ui = act->ui;
    if (ui->view == ACD_VIEW_TIMERS && act->digest->timer_count > 0) {
        ui->view = ACD_VIEW_TIMER;
        ui->run_chosen = false;
        ui->run_index = 0;
    } else if (ui->view == ACD_VIEW_TIMER && ui->run.id != 0) {
        ui->view = ACD_VIEW_RUN;
        ui->run_chosen = true;
        ui->step_top = 0;
    } else if (ui->view == ACD_VIEW_CACHE && ui->missed.inside) {
        return open_lookup(act);
    } else if (ui->view == ACD_VIEW_CACHE && act->closeup &&
               choose_lookup(ui, newest_missed(&act->closeup->lookups))) {
        ui->missed.inside = true;
    } else {
        return ACD_ACT_NOTHING;
    }
    return ACD_ACT_DRAW;
}

enum acd_act_result acd_act_rows_open_timer(const struct acd_act *act)
{
    choose_timer(act);
    act->ui->view = ACD_VIEW_TIMERS;
    return enter(act);
}

/* The closest earlier prompt's request is the one to look at; without it, the lookup's own. */
static const struct acd_followed *missed_request(const struct acd_onemiss *miss)
{
    return miss->closest.kind != ACD_REQUEST_NONE ? &miss->closest : &miss->request;
}

static const struct acd_followed *chosen_request(const struct acd_ui *ui)
{
    const struct acd_runs *runs = &ui->closeup->runs;
    size_t at = acd_runs_find(runs, ui->run);
    if (ui->view == ACD_VIEW_MISS)
        return missed_request(&ui->closeup->miss);
    if (ui->view == ACD_VIEW_RUN)
        return &ui->closeup->waterfall.run.followed;
    return at < acd_runs_count(runs) ? &acd_runs_at(runs, at)->followed : NULL;
}

/* false: the key means what it means everywhere, which is to follow no more. */
static bool follow(struct acd_act *act, enum acd_act_result *ret_result)
{
    const struct acd_ui *ui = act->ui;
    if ((ui->view != ACD_VIEW_TIMER && ui->view != ACD_VIEW_RUN && ui->view != ACD_VIEW_MISS) ||
        !ui->closeup || ui->followed.kind != ACD_REQUEST_NONE)
        return false;
    const struct acd_followed *request = chosen_request(ui);
    if (request && request->kind != ACD_REQUEST_NONE)
        *ret_result = acd_act_events_follow_request(act, request);
    else
        acd_ui_say(act->ui, ACD_STYLE_DIM, "It has no request id: nothing to follow");
    return true;
}

static bool is_here(const struct acd_ui *ui)
{
    return ui->view == ACD_VIEW_CACHE || ui->view == ACD_VIEW_TIMERS ||
           ui->view == ACD_VIEW_TIMER || ui->view == ACD_VIEW_RUN || ui->view == ACD_VIEW_MISS;
}

static bool step_out(struct acd_ui *ui)
{
    if (ui->view == ACD_VIEW_RUN)
        ui->view = ACD_VIEW_TIMER;
    else if (ui->view == ACD_VIEW_TIMER)
        ui->view = ACD_VIEW_TIMERS;
    else if (ui->view == ACD_VIEW_MISS)
        ui->view = ACD_VIEW_CACHE;
    else if (ui->view == ACD_VIEW_CACHE && ui->missed.inside)
        ui->missed.inside = false;
    else
        return false;
    return true;
}

bool acd_act_rows_do(struct acd_act *act, enum acd_action_id id, enum acd_act_result *ret_result)
{
    ptrdiff_t rows = 0;
    *ret_result = ACD_ACT_DRAW;
    if (!is_here(act->ui))
        return false;
    if (id == ACD_ACTION_ENTER) {
        *ret_result = enter(act);
        return true;
    }
    if (id == ACD_ACTION_BACK)
        return step_out(act->ui);
    if (id == ACD_ACTION_FOLLOW_REQUEST)
        return follow(act, ret_result);
    if (act->ui->view == ACD_VIEW_TIMERS || !rows_of(act->ui, id, &rows))
        return false;
    *ret_result = move(act, rows);
    return true;
}

/* ---------------------------------------------------------------- from near */

/* The chosen one stays so wherever it stands; when it is gone, the one in its place is. */
static void settle_lookup(struct acd_ui *ui, const struct acd_lookups *lookups)
{
    size_t at = acd_lookups_find(lookups, ui->missed.sequence);
    if (at < lookups->count)
        ui->missed.index = at;
    else if (!choose_lookup(ui, ui->missed.index < lookups->count ? ui->missed.index
                                                                  : lookups->count - 1))
        ui->missed.inside = false;
}

static void settle_cache(const struct acd_act *act)
{
    struct acd_closeup *closeup = act->closeup;
    const struct acd_scene scene = scene_of(act);
    size_t row = acd_panel_cache_selected(&scene);
    struct acd_lookups_of of = {.selection = act->ui->selection,
                                .filter = acd_ui_filter(act->ui, act->fleet),
                                .followed = act->ui->followed};
    if (row >= act->digest->cache_count)
        return;
    memcpy(of.type, act->digest->cache[row].type, sizeof of.type);
    memcpy(of.model, act->digest->cache[row].model, sizeof of.model);
    /* What a lookup was is no matter of the view level. */
    of.filter.level = 3;
    of.filter.kinds = 1u << ACD_KIND_CACHE;
    acd_lookups_renew(&closeup->lookups, &of, act->fleet, act->digest,
                      acd_ui_end(act->ui, act->fleet->store));
    settle_lookup(act->ui, &closeup->lookups);
}

/* A run that was chosen stays so wherever it stands; when it is gone, the one in its place is. */
static void settle_choice(struct acd_ui *ui, const struct acd_runs *runs)
{
    size_t count = acd_runs_count(runs), at = count;
    if (ui->run_chosen)
        at = acd_runs_find(runs, ui->run);
    if (at == count)
        at = ui->run_index < count || count == 0 ? ui->run_index : count - 1;
    ui->run_index = at;
    ui->run = at < count ? acd_runs_at(runs, at)->id : (struct acd_run_id){0, 0};
}

/* Of what the digest counts, so that chart and numbers are of the same. */
static void settle_histogram(const struct acd_act *act)
{
    struct acd_histogram_source source;
    if (!act->numbers)
        return;
    const struct acd_fleet *counted = acd_numbers_counted(act->numbers, act->fleet, &source);
    if (counted)
        acd_runs_renew_histogram(&act->closeup->runs, counted, act->digest, &source);
}

static bool settle_timer(const struct acd_act *act)
{
    struct acd_closeup *closeup = act->closeup;
    struct acd_slice slice = {0};
    bool more;
    const struct acd_scene scene = scene_of(act);
    struct acd_ui *ui = act->ui;
    choose_timer(act);
    size_t row = acd_panel_timer(&scene);
    struct acd_runs_of of = {.selection = ui->selection,
                             .filter = acd_ui_filter(ui, act->fleet),
                             .followed = ui->followed};
    if (act->numbers && act->numbers->mark.time_ns > 0)
        of.from = act->numbers->mark.sequence;
    if (row >= act->digest->timer_count)
        return false;
    snprintf(of.timer, sizeof of.timer, "%s", act->digest->timer[row].name);
    do
        more = acd_runs_renew(&closeup->runs, &of, act->fleet, act->digest,
                              acd_ui_end(ui, act->fleet->store));
    while (more && !acd_slice_over(&slice));
    settle_histogram(act);
    /* The chosen one may be among those that are to come. */
    if (!more || !ui->run_chosen)
        settle_choice(ui, &closeup->runs);
    return more;
}

static bool settle_run(const struct acd_act *act)
{
    struct acd_slice slice = {0};
    bool more;
    struct acd_closeup *closeup = act->closeup;
    const struct acd_ui *ui = act->ui;
    const struct acd_runs *runs = &closeup->runs;
    uint64_t end = acd_ui_end(ui, act->fleet->store);
    size_t at = acd_runs_find(runs, ui->run);
    if (!acd_runs_same(closeup->waterfall.run.id, ui->run) && at < acd_runs_count(runs))
        acd_waterfall_open(&closeup->waterfall, acd_runs_at(runs, at), runs->of.timer, end);
    closeup->waterfall.alone = ui->followed.kind != ACD_REQUEST_NONE;
    do
        more = acd_waterfall_renew(&closeup->waterfall, act->fleet, act->digest, end);
    while (more && !acd_slice_over(&slice));
    return more;
}

bool acd_act_rows_settle_misses(const struct acd_act *act)
{
    struct acd_misses_of of = {.followed = act->ui->followed};
    struct acd_slice slice = {0};
    struct acd_misses *misses = &act->closeup->misses;
    const bool lacked = misses->lacks;
    bool more;
    if (act->numbers && act->numbers->mark.time_ns > 0)
        of.from = act->numbers->mark.sequence;
    do
        more = acd_misses_renew(misses, &of, act->fleet, acd_ui_end(act->ui, act->fleet->store));
    while (more && !acd_slice_over(&slice));
    if (misses->lacks && !lacked)
        acd_ui_say(act->ui, ACD_STYLE_ERROR, "%s: some causes of misses are left out",
                   strerror(ENOMEM));
    return more;
}

bool acd_act_rows_settle(const struct acd_act *act)
{
    switch (act->ui->view) {
    case ACD_VIEW_MISS:
    case ACD_VIEW_CACHE: settle_cache(act); break;
    case ACD_VIEW_TIMERS:
    case ACD_VIEW_TIMER: return settle_timer(act);
    case ACD_VIEW_RUN: return settle_run(act);
    default: break;
    }
    return false;
}
