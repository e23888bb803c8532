/* SPDX-License-Identifier: MIT */
/* Keys on the Servers screen, see act_attach.h. */
#include "config.h"

#include "tui/app/act_attach.h"

#include <inttypes.h>
#include <stdio.h>

#include "tui/app/act_json.h"
#include "tui/model/roster.h"
#include "tui/view/attach.h"

static size_t count_of(const struct acd_act *act)
{
    return act->ui->roster ? act->ui->roster->count : 0;
}

/* The row that is chosen: that of the id, else the one that stands where it stood. */
static size_t chosen(const struct acd_act *act)
{
    size_t count = count_of(act), at = act->ui->servers.selected;
    if (count == 0)
        return 0;
    if (act->ui->ring && acd_roster_find(act->ui->roster, act->ui->ring) < count)
        return acd_roster_find(act->ui->roster, act->ui->ring);
    return at < count ? at : count - 1;
}

static const struct acd_roster_row *chosen_row(const struct acd_act *act)
{
    return count_of(act) > 0 ? &act->ui->roster->row[chosen(act)] : NULL;
}

void acd_act_attach_settle(struct acd_act *act, struct acd_rect body)
{
    struct acd_list *list = &act->ui->servers;
    size_t at = chosen(act);
    acd_list_update(list, count_of(act), acd_attach_height(body, act->ui));
    acd_list_select(list, at);
    if (count_of(act) > 0)
        act->ui->ring = act->ui->roster->row[list->selected].id;
}

void acd_act_attach_move(struct acd_act *act, enum acd_action_id id)
{
    struct acd_list *list = &act->ui->servers;
    acd_list_update(list, count_of(act), list->height);
    acd_list_select(list, chosen(act));
    acd_act_json_move_list(list, id);
    if (count_of(act) > 0)
        act->ui->ring = act->ui->roster->row[list->selected].id;
}

const struct acd_server *acd_act_attach_server(const struct acd_act *act)
{
    const struct acd_roster_row *row = chosen_row(act);
    if (act->ui->view != ACD_VIEW_ATTACH || !row)
        return NULL;
    return acd_fleet_at(act->fleet, row->server);
}

enum acd_act_result acd_act_attach_toggle(struct acd_act *act)
{
    const struct acd_roster_row *row = chosen_row(act);
    struct acd_problem why = {0};
    if (!row || !act->attach)
        return ACD_ACT_NOTHING;
    if (row->state == ACD_ROSTER_SKIPPED) {
        acd_ui_say(act->ui, ACD_STYLE_WARN, "It can't be shown: see why below");
        return ACD_ACT_DRAW;
    }
    bool on = row->state == ACD_ROSTER_HIDDEN;
    if (act->attach(act->context, row, on, &why) < 0) {
        acd_ui_say(act->ui, ACD_STYLE_ERROR, "%s", why.text);
        return ACD_ACT_DRAW;
    }
    acd_ui_say(act->ui, ACD_STYLE_ACCENT, "%s[%" PRIu32 "] is %s", row->app, row->pid,
               on ? "shown now" : "left out now; its events so far stay in the scroll-back");
    return ACD_ACT_RENEW;
}
