/* SPDX-License-Identifier: MIT */
/*
 * The server's level, see act_level.h.  "Until I quit" is a short lease that is made longer as long as we
 * live, so that a viewer that was killed leaves no level high.
 */
#include "config.h"

#include "tui/app/act_level.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/act_attach.h"

#define SECOND UINT64_C(1000000000)
#define HOLD_S 120u /* a lease that is held, and made longer at half of it */

static const struct acd_policy *policy_of(const struct acd_act *act)
{
    static const struct acd_policy usual = ACD_POLICY_INIT;
    return act->policy ? act->policy : &usual;
}

/* ---------------------------------------------------------------- whom it is about */

/* The one server that a key means; NULL: several, or none. */
static const struct acd_server *meant(const struct acd_act *act)
{
    if (act->ui->view == ACD_VIEW_ATTACH)
        return acd_act_attach_server(act);
    return acd_fleet_single(act->fleet, act->ui->selection, NULL);
}

static bool is_meant(const struct acd_act *act, const struct acd_server *server)
{
    if (!acd_server_is_live(server))
        return false;
    if (act->ui->view == ACD_VIEW_ATTACH)
        return server == acd_act_attach_server(act);
    return acd_fleet_selects(acd_fleet_resolve(act->fleet, act->ui->selection), server);
}

static void whom(char *out, size_t size, const struct acd_act *act, size_t count)
{
    const struct acd_server *one = meant(act);
    if (one)
        snprintf(out, size, "%s[%" PRIu32 "]", one->app, one->pid);
    else
        snprintf(out, size, "%zu servers", count);
}

/* The lowest, or highest, level of a server's categories. */
static unsigned end_of(uint32_t levels, bool lowest)
{
    unsigned end = acd_levels_get(levels, 0);
    for (unsigned i = 1; i < ACD_CATEGORIES; i++) {
        unsigned level = acd_levels_get(levels, i);
        if (lowest ? level < end : level > end)
            end = level;
    }
    return end;
}

/* Upwards from the lowest level of those that are meant, downwards from the highest. */
static size_t level_now(const struct acd_act *act, int step, unsigned *ret_level)
{
    size_t count = 0;
    for (size_t i = 0; i < act->fleet->count; i++) {
        const struct acd_server *s = act->fleet->server[i];
        if (!is_meant(act, s))
            continue;
        unsigned level = end_of(s->control.levels, step > 0);
        if (count == 0 || (step > 0 ? level < *ret_level : level > *ret_level))
            *ret_level = level;
        count++;
    }
    return count;
}

/* ---------------------------------------------------------------- setting it */

static uint32_t seconds_of(const struct acd_lease *lease)
{
    return lease->until_quit ? HOLD_S : lease->seconds;
}

static int set_one(struct acd_act *act, const struct acd_server *server, uint32_t levels,
                   const struct acd_lease *lease, struct acd_problem *why)
{
    /* Without memory for the note, the level is set all the same, and stays. */
    acd_raised_note(&act->raised, server, levels,
                    lease->until_quit ? ACD_RAISED_UNTIL_QUIT
                    : lease->seconds  ? ACD_RAISED_FOR_A_WHILE
                                      : ACD_RAISED_FOR_GOOD);
    return act->set_levels(act->context, server->number, levels, seconds_of(lease), why);
}

static void say_asked(const struct acd_act *act, unsigned level, const struct acd_lease *lease,
                      size_t count)
{
    char text[96];
    bool raised = lease->until_quit || lease->seconds > 0;
    whom(text, sizeof text, act, count);
    acd_ui_say(act->ui, ACD_STYLE_ACCENT, "Asked %s for level %u %s%s%s", text, level,
               acd_level_name(level), raised ? " " : "", raised ? lease->label : "");
}

/* Categories that are past the level stay there: what is raised lowers none, nor the other way round. */
static uint32_t levels_at(uint32_t levels, unsigned level, bool up)
{
    uint64_t changed = levels;
    for (unsigned i = 0; i < ACD_CATEGORIES; i++) {
        unsigned now = acd_levels_get(levels, i);
        if (up ? now < level : now > level)
            changed = acd_levels_with(changed, i, level);
    }
    return (uint32_t)changed;
}

static void set_level(struct acd_act *act, unsigned level, bool up, const struct acd_lease *lease)
{
    size_t count = 0;
    for (size_t i = 0; i < act->fleet->count; i++) {
        const struct acd_server *s = act->fleet->server[i];
        struct acd_problem why = {0};
        if (!is_meant(act, s))
            continue;
        uint32_t levels = levels_at(s->control.levels, level, up);
        /* Those that are past it already stay as they are; of those that are there, the lease may change. */
        if (levels == s->control.levels && levels != acd_levels_all(level))
            continue;
        if (set_one(act, s, levels, lease, &why) < 0) {
            acd_ui_say(act->ui, ACD_STYLE_ERROR, "%s", why.text);
            return;
        }
        count++;
    }
    say_asked(act, level, lease, count);
}

static void ask(struct acd_act *act, unsigned level, size_t count)
{
    struct acd_ui *ui = act->ui;
    ui->prompt = ACD_PROMPT_LEVEL;
    ui->prompt_level = level;
    ui->prompt_choice = ACD_LEASE_USUAL;
    ui->prompt_choices = ACD_LEASES;
    whom(ui->prompt_whom, sizeof ui->prompt_whom, act, count);
}

enum acd_act_result acd_act_level_change(struct acd_act *act, int step)
{
    static const struct acd_lease for_good = {"", 0, false};
    unsigned level = 0;
    size_t count = level_now(act, step, &level);
    if (act->ui->replay[0])
        acd_ui_say(act->ui, ACD_STYLE_WARN,
                   "This is a recording: there is no server to set a level of");
    else if (policy_of(act)->locked)
        acd_ui_say(act->ui, ACD_STYLE_WARN,
                   "Levels can't be changed: errors in the configuration. "
                   "Hint: acdebug-top --check-config");
    else if (!policy_of(act)->allow_change)
        acd_ui_say(act->ui, ACD_STYLE_WARN,
                   "Levels can't be changed from here: level.allow_change is false");
    else if (count == 0 && act->ui->view == ACD_VIEW_ATTACH)
        acd_ui_say(act->ui, ACD_STYLE_WARN,
                   "No level to change here: it is not running, or not attached (%s)",
                   acd_act_key_of(act, ACD_ACTION_ATTACH).s);
    else if (count == 0)
        acd_ui_say(act->ui, ACD_STYLE_WARN, "No running server is selected: no level to change");
    else if (step < 0 && level == 0)
        acd_ui_say(act->ui, ACD_STYLE_WARN, "The level is 0 off already");
    else if (step > 0 && level == 3)
        acd_ui_say(act->ui, ACD_STYLE_WARN, "The level is 3 trace already");
    else if (step > 0 && level + 1 >= policy_of(act)->confirm_at)
        ask(act, level + 1, count);
    else
        set_level(act, step > 0 ? level + 1 : level - 1, step > 0, &for_good);
    return ACD_ACT_DRAW;
}

/* ---------------------------------------------------------------- questions */

enum { EXIT_RESTORE, EXIT_KEEP, EXIT_CHOICES };

static enum acd_act_result take(struct acd_act *act, size_t choice)
{
    enum acd_prompt prompt = act->ui->prompt;
    act->ui->prompt = ACD_PROMPT_NONE;
    if (prompt == ACD_PROMPT_LEVEL) {
        set_level(act, act->ui->prompt_level, true, &acd_ui_leases[choice % ACD_LEASES]);
        return ACD_ACT_DRAW;
    }
    act->restore = choice == EXIT_RESTORE;
    return ACD_ACT_QUIT;
}

static void step_choice(struct acd_ui *ui, size_t by)
{
    if (ui->prompt_choices > 0)
        ui->prompt_choice = (ui->prompt_choice + by) % ui->prompt_choices;
}

enum acd_act_result acd_act_level_answer(struct acd_act *act, enum acd_action_id id)
{
    struct acd_ui *ui = act->ui;
    switch (id) {
    case ACD_ACTION_UP: step_choice(ui, ui->prompt_choices - 1); break;
    case ACD_ACTION_DOWN: step_choice(ui, 1); break;
    case ACD_ACTION_ENTER: return take(act, ui->prompt_choice);
    case ACD_ACTION_BACK:
    case ACD_ACTION_LEVEL_DOWN: ui->prompt = ACD_PROMPT_NONE; break;
    case ACD_ACTION_QUIT:
        /* Once more on the last question: yes, go. */
        if (ui->prompt == ACD_PROMPT_EXIT)
            return take(act, ui->prompt_choice);
        ui->prompt = ACD_PROMPT_NONE;
        return acd_act_level_quit(act);
    case ACD_ACTION_REDRAW: return ACD_ACT_REDRAW;
    case ACD_ACTION_SUSPEND: return ACD_ACT_SUSPEND;
    default: return ACD_ACT_NOTHING;
    }
    return ACD_ACT_DRAW;
}

bool acd_act_level_digit(struct acd_act *act, struct acd_key key, enum acd_act_result *ret_result)
{
    bool asked = act->ui->prompt == ACD_PROMPT_LEVEL || act->ui->prompt == ACD_PROMPT_EXIT;
    if (!asked || key.mods || key.code < '1' || key.code >= '1' + act->ui->prompt_choices)
        return false;
    *ret_result = take(act, key.code - '1');
    return true;
}

/* ---------------------------------------------------------------- the end */

/* Of what was raised: those that would stay. */
static const struct acd_raised_row *first_lasting(const struct acd_act *act, size_t *ret_count)
{
    const struct acd_raised_row *first = NULL;
    *ret_count = 0;
    for (size_t i = 0; i < act->raised.count; i++) {
        if (!acd_raised_outlives(&act->raised.row[i]))
            continue;
        if (!first)
            first = &act->raised.row[i];
        (*ret_count)++;
    }
    return first;
}

/* The levels that it has when we are gone. */
static uint32_t stays(const struct acd_raised_row *row)
{
    return row->how_long == ACD_RAISED_UNTIL_QUIT ? row->under : row->levels;
}

enum acd_act_result acd_act_level_quit(struct acd_act *act)
{
    struct acd_ui *ui = act->ui;
    size_t count = 0;
    acd_raised_check(&act->raised, act->fleet);
    const struct acd_raised_row *row = first_lasting(act, &count);
    if (!row || policy_of(act)->on_exit != ACD_POLICY_ASK)
        return ACD_ACT_QUIT;
    const struct acd_server *s = acd_fleet_at(act->fleet, row->number);
    unsigned now = acd_server_level(stays(row), NULL), was = acd_server_level(row->before, NULL);
    char more[32] = "";
    if (count > 1)
        snprintf(more, sizeof more, ", %zu more", count - 1);
    snprintf(ui->prompt_whom, sizeof ui->prompt_whom, "%.20s[%" PRIu32 "]: %u %s, was %u %s%s",
             s ? s->app : "", s ? s->pid : 0, now, acd_level_name(now), was, acd_level_name(was),
             more);
    ui->prompt = ACD_PROMPT_EXIT;
    ui->prompt_choice = EXIT_RESTORE;
    ui->prompt_choices = EXIT_CHOICES;
    return ACD_ACT_DRAW;
}

/* The lease of a level that is held, when half of it is over. */
static void hold(struct acd_act *act, const struct acd_raised_row *row)
{
    const struct acd_server *s = acd_fleet_at(act->fleet, row->number);
    struct acd_problem why;
    uint64_t left = HOLD_S / 2 * SECOND;
    if (row->how_long == ACD_RAISED_UNTIL_QUIT && s &&
        s->control.lease_until_realtime_ns < act->ui->now_ns + left)
        act->set_levels(act->context, row->number, row->levels, HOLD_S, &why);
}

void acd_act_level_tick(struct acd_act *act)
{
    acd_raised_check(&act->raised, act->fleet);
    for (size_t i = 0; i < act->raised.count; i++)
        hold(act, &act->raised.row[i]);
}

void acd_act_level_end(struct acd_act *act)
{
    bool all = act->restore || policy_of(act)->on_exit == ACD_POLICY_RESTORE;
    struct acd_problem why;
    if (act->fleet)
        acd_raised_check(&act->raised, act->fleet);
    for (size_t i = 0; i < act->raised.count; i++) {
        const struct acd_raised_row *row = &act->raised.row[i];
        if (all || stays(row) != row->levels)
            act->set_levels(act->context, row->number, all ? row->before : stays(row), 0, &why);
    }
    acd_raised_fini(&act->raised);
}
