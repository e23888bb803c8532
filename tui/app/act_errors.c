/* SPDX-License-Identifier: MIT */
/* Keys on error groups, see act_errors.h. */
#include "config.h"

#include "tui/app/act_errors.h"

#include <stdio.h>

#include "tui/app/act_events.h"
#include "tui/app/act_json.h"
#include "tui/view/errorlist.h"
#include "tui/view/panel.h"

static const char no_file[] = "No debug file was written (at level 0 none is)";

/* The row that is chosen: that of the hash, else the newest. */
static size_t chosen(const struct acd_act *act)
{
    const struct acd_errors *errors = &act->digest->errors;
    size_t at = act->ui->error_group ? acd_errors_find(errors, act->ui->error_group) : 0;
    return at < errors->count ? at : 0;
}

static void choose(struct acd_act *act, size_t row)
{
    const struct acd_errors *errors = &act->digest->errors;
    if (row < errors->count)
        act->ui->error_group = errors->hash[row];
}

void acd_act_errors_settle(struct acd_act *act, struct acd_rect body)
{
    size_t count = act->digest->errors.count;
    struct acd_list *list = &act->ui->errors;
    acd_list_update(list, count, acd_errorlist_height(body, count));
    acd_list_select(list, chosen(act));
}

void acd_act_errors_move(struct acd_act *act, enum acd_action_id id)
{
    struct acd_list *list = &act->ui->errors;
    acd_list_update(list, act->digest->errors.count, list->height);
    acd_list_select(list, chosen(act));
    acd_act_json_move_list(list, id);
    choose(act, list->selected);
}

void acd_act_errors_overview(struct acd_act *act, ptrdiff_t rows)
{
    const struct acd_digest *d = act->digest;
    const struct acd_scene scene = {.fleet = act->fleet, .digest = d, .ui = act->ui};
    ptrdiff_t timers = (ptrdiff_t)d->timer_count, last = timers + (ptrdiff_t)d->errors.count - 1;
    ptrdiff_t at = timers > 0 ? (ptrdiff_t)acd_panel_timer(&scene) : -1;
    if (act->ui->in_errors)
        at = timers + (ptrdiff_t)chosen(act);
    ptrdiff_t to = at + rows < 0 ? 0 : at + rows > last ? last : at + rows;
    if (last < 0)
        return;
    act->ui->in_errors = to >= timers;
    if (act->ui->in_errors)
        choose(act, (size_t)(to - timers));
    else
        snprintf(act->ui->timer, sizeof act->ui->timer, "%s", d->timer[to].name);
}

enum acd_act_result acd_act_errors_open(struct acd_act *act)
{
    const struct acd_errors *errors = &act->digest->errors;
    if (errors->count == 0)
        return ACD_ACT_NOTHING;
    const struct acd_error_row *row = &errors->row[chosen(act)];
    if (row->file[0])
        return acd_act_json_open(act, row->file);
    acd_ui_say(act->ui, ACD_STYLE_WARN, "%s", no_file);
    return ACD_ACT_DRAW;
}

enum acd_act_result acd_act_errors_enter(struct acd_act *act)
{
    const struct acd_errors *errors = &act->digest->errors;
    const struct acd_scene scene = {.fleet = act->fleet, .digest = act->digest, .ui = act->ui};
    struct acd_entry entry;
    if (!act->documents || errors->count == 0 || errors->row[chosen(act)].file[0] ||
        !acd_errorlist_newest(&scene, &errors->row[chosen(act)], &entry))
        return acd_act_errors_open(act);
    enum acd_act_result result = acd_act_events_show(act, &entry);
    acd_ui_say(act->ui, ACD_STYLE_DIM, "%s; this is its newest event", no_file);
    return result;
}

enum acd_act_result acd_act_errors_newest(struct acd_act *act)
{
    const struct acd_error_row *newest = NULL;
    for (size_t i = 0; i < act->digest->errors.count; i++) {
        const struct acd_error_row *row = &act->digest->errors.row[i];
        if (row->file[0] && (!newest || row->last_ns > newest->last_ns))
            newest = row;
    }
    if (newest)
        return acd_act_json_open(act, newest->file);
    acd_ui_say(act->ui, ACD_STYLE_DIM, "No error left a file. %s lists those of the temp directory",
               acd_act_key_of(act, ACD_ACTION_FILES).s);
    return ACD_ACT_DRAW;
}
