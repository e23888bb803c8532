/* SPDX-License-Identifier: MIT */
/* tui/app/act: keys played against a model, without a terminal. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/keys.h"
#include "tests/support/model.h"
#include "tui/app/act.h"
#include "tui/app/act_level.h"
#include "tui/app/actions.h"
#include "tui/app/documents.h"
#include "tui/model/roster.h"

/* What was asked of servers. */
struct asked {
    unsigned count;
    uint32_t number, levels, lease_s;
    bool refuse;
};

struct stage {
    struct acd_test_model m;
    struct acd_act act;
    struct asked asked;
};

static int ask(void *context, uint32_t number, uint32_t levels, uint32_t lease_s,
               struct acd_problem *why)
{
    struct asked *asked = context;
    if (asked->refuse)
        return acd_problem_set(why, ACD_PROBLEM_NOT_PERMITTED, EACCES, "not yours");
    asked->count++;
    asked->number = number;
    asked->levels = levels;
    asked->lease_s = lease_s;
    return 0;
}

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.act = (struct acd_act){.ui = &s.m.ui,
                             .fleet = &s.m.fleet,
                             .digest = &s.m.digest,
                             .set_levels = ask,
                             .context = &s.asked};
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_raised_fini(&s->act.raised);
    acd_test_model_fini(&s->m);
    return 0;
}

static void play(struct stage *s, const char *keys)
{
    for (struct acd_key key; acd_keys_take(&keys, &key);)
        acd_act_key(&s->act, key);
}

static void levels_go_up_and_down_by_one(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_proxy(&s->m);
    play(s, "F7");
    assert_int_equal(s->asked.levels, acd_levels_all(1));
    server->control.levels = acd_levels_all(1);
    play(s, "+");
    assert_int_equal(s->asked.levels, acd_levels_all(2));
    assert_int_equal(s->asked.count, 2);
    server->control.levels = acd_levels_all(0);
    play(s, "-");
    assert_int_equal(s->asked.count, 2);
    assert_non_null(strstr(s->m.ui.message, "already"));
}

static uint32_t but(uint32_t levels, unsigned category, unsigned level)
{
    return (uint32_t)acd_levels_with(levels, category, level);
}

/* acdebug-top level NAME 3 --match cache */
static void a_key_that_raises_lowers_no_category_and_the_other_way_round(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_proxy(&s->m);
    server->control.levels = but(acd_levels_all(1), ACD_CATEGORY_CACHE, 3);
    play(s, "+");
    assert_int_equal(s->asked.levels, but(acd_levels_all(2), ACD_CATEGORY_CACHE, 3));
    server->control.levels = but(acd_levels_all(1), ACD_CATEGORY_LOG, 3);
    play(s, "-");
    assert_int_equal(s->asked.levels, but(acd_levels_all(1), ACD_CATEGORY_LOG, 2));
    play(s, "+");
    assert_int_equal(s->asked.levels, but(acd_levels_all(2), ACD_CATEGORY_LOG, 3));
    server->control.levels = but(acd_levels_all(2), ACD_CATEGORY_LOG, 3);
    play(s, "+");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_LEVEL);
    play(s, "Enter");
    assert_int_equal(s->asked.levels, acd_levels_all(3));
}

static void level_three_asks_first_and_for_how_long(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "F8");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_LEVEL);
    assert_int_equal(s->asked.count, 0);
    play(s, "Esc");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    assert_int_equal(s->asked.count, 0);
    play(s, "F8 Enter");
    assert_int_equal(s->asked.levels, acd_levels_all(3));
    assert_int_equal(s->asked.lease_s, 60);
    play(s, "F8 Down Enter");
    assert_int_equal(s->asked.lease_s, 300);
    play(s, "F8 Up Enter");
    assert_int_equal(s->asked.lease_s, 30);
    play(s, "F8 Up Up Enter");
    assert_int_equal(s->asked.lease_s, 0);
    play(s, "F8 2");
    assert_int_equal(s->asked.lease_s, 60);
    play(s, "F8 5");
    assert_int_equal(s->asked.lease_s, 0);
    play(s, "F8 6 0 F7");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    assert_int_equal(s->m.ui.filter.level, 3); /* the answer is no view level */
    assert_int_equal(s->asked.count, 6);
}

/* As the collector does: the server's state is read anew after each change. */
static int ask_and_see(void *context, uint32_t number, uint32_t levels, uint32_t lease_s,
                       struct acd_problem *why)
{
    struct stage *s = context;
    struct acd_server *server = acd_fleet_find(&s->m.fleet, number);
    struct acd_control_state c = server->control;
    int r = ask(&s->asked, number, levels, lease_s, why);
    if (!c.leased)
        c.lasting = c.levels;
    c.levels = levels;
    c.leased = lease_s > 0;
    c.lease_until_realtime_ns = s->m.ui.now_ns + lease_s * ACD_TEST_SECOND;
    if (lease_s == 0)
        c.lasting = levels;
    if (r == 0)
        acd_server_set_control(server, &c);
    return r;
}

static void see_changes(struct stage *s)
{
    s->act.set_levels = ask_and_see;
    s->act.context = s;
}

static struct acd_server *seen_server(struct stage *s, const char *app, unsigned level)
{
    struct acd_server *server = acd_test_model_server(&s->m, app, 1);
    server->control.levels = server->control.lasting = acd_levels_all(level);
    return server;
}

static enum acd_act_result quit(struct stage *s)
{
    return acd_act_do(&s->act, ACD_ACTION_QUIT);
}

static void a_level_until_the_viewer_ends_is_held_and_put_back(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    struct acd_server *server = seen_server(s, "a", 2);
    play(s, "F8 4");
    assert_int_equal(server->control.levels, acd_levels_all(3));
    assert_int_equal(s->asked.lease_s, 120);
    acd_act_level_tick(&s->act);
    assert_int_equal(s->asked.count, 1);
    s->m.ui.now_ns += 61 * ACD_TEST_SECOND;
    acd_act_level_tick(&s->act);
    assert_int_equal(s->asked.count, 2); /* made longer */
    assert_int_equal(s->asked.levels, acd_levels_all(3));
    acd_act_level_tick(&s->act);
    assert_int_equal(s->asked.count, 2);
    /* Nobody is asked what was said already. */
    assert_int_equal(quit(s), ACD_ACT_QUIT);
    acd_act_level_end(&s->act);
    assert_int_equal(server->control.levels, acd_levels_all(2));
    assert_int_equal(s->asked.lease_s, 0);
}

static void a_held_level_that_somebody_else_changes_is_theirs(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    struct acd_server *server = seen_server(s, "a", 2);
    play(s, "F8 4");
    server->control.levels = acd_levels_all(1);
    s->m.ui.now_ns += 100 * ACD_TEST_SECOND;
    acd_act_level_tick(&s->act);
    acd_act_level_end(&s->act);
    assert_int_equal(s->asked.count, 1);
    assert_int_equal(server->control.levels, acd_levels_all(1));
}

static void quitting_asks_what_becomes_of_levels_that_were_raised(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    struct acd_server *server = seen_server(s, "a", 1);
    assert_int_equal(quit(s), ACD_ACT_QUIT); /* nothing was raised */
    play(s, "+");
    assert_int_equal(server->control.levels, acd_levels_all(2));
    assert_int_equal(quit(s), ACD_ACT_DRAW);
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_EXIT);
    assert_string_equal(s->m.ui.prompt_whom, "a[1]: 2 verbose, was 1 basic");
    play(s, "Esc");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    quit(s);
    play(s, "Down");
    assert_int_equal(acd_act_do(&s->act, ACD_ACTION_ENTER), ACD_ACT_QUIT);
    acd_act_level_end(&s->act);
    assert_int_equal(server->control.levels, acd_levels_all(2)); /* left as it is */
    server->control.levels = server->control.lasting = acd_levels_all(1);
    play(s, "+");
    quit(s);
    assert_int_equal(quit(s), ACD_ACT_QUIT); /* once more: the first choice */
    acd_act_level_end(&s->act);
    assert_int_equal(server->control.levels, acd_levels_all(1));
}

/* For good to 2, then 3 on top of it until the end: 3 ends by itself, 2 is asked about. */
static void what_stands_under_a_held_level_is_asked_about(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    struct acd_server *server = seen_server(s, "a", 1);
    play(s, "+ + 4");
    assert_int_equal(server->control.levels, acd_levels_all(3));
    assert_int_equal(quit(s), ACD_ACT_DRAW);
    assert_string_equal(s->m.ui.prompt_whom, "a[1]: 2 verbose, was 1 basic");
    play(s, "2");
    acd_act_level_end(&s->act);
    assert_int_equal(server->control.levels, acd_levels_all(2));
}

static void lowering_again_leaves_nothing_to_ask(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    seen_server(s, "a", 1);
    play(s, "+ -");
    assert_int_equal(quit(s), ACD_ACT_QUIT);
    play(s, "-");
    assert_int_equal(quit(s), ACD_ACT_QUIT);
    acd_act_level_end(&s->act);
    assert_int_equal(s->asked.count, 3);
}

static void a_lease_that_ends_leaves_nothing_to_ask(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    struct acd_server *server = seen_server(s, "a", 2);
    play(s, "F8 1");
    assert_int_equal(quit(s), ACD_ACT_DRAW);
    play(s, "Esc");
    server->control.levels = server->control.lasting;
    server->control.leased = false;
    assert_int_equal(quit(s), ACD_ACT_QUIT);
}

static void the_policy_says_what_may_be_done(void **state)
{
    struct stage *s = *state;
    struct acd_policy policy = ACD_POLICY_INIT;
    see_changes(s);
    s->act.policy = &policy;
    struct acd_server *server = seen_server(s, "a", 0);
    policy.allow_change = false;
    play(s, "+");
    assert_non_null(strstr(s->m.ui.message, "level.allow_change is false"));
    assert_int_equal(s->asked.count, 0);
    policy.allow_change = true;
    policy.confirm_at = 1;
    play(s, "+");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_LEVEL);
    assert_int_equal(s->m.ui.prompt_level, 1);
    play(s, "5");
    assert_int_equal(server->control.levels, acd_levels_all(1));
    policy.confirm_at = ACD_POLICY_CONFIRM_NEVER;
    play(s, "+ +");
    assert_int_equal(server->control.levels, acd_levels_all(3));
    policy.on_exit = ACD_POLICY_KEEP;
    assert_int_equal(quit(s), ACD_ACT_QUIT);
    policy.on_exit = ACD_POLICY_RESTORE;
    assert_int_equal(quit(s), ACD_ACT_QUIT);
    acd_act_level_end(&s->act);
    assert_int_equal(server->control.levels, acd_levels_all(0));
}

/* Up from the lowest: those that are higher are left where they are. */
static void raising_several_lowers_none(void **state)
{
    struct stage *s = *state;
    see_changes(s);
    struct acd_server *low = seen_server(s, "a", 0), *high = seen_server(s, "b", 2);
    play(s, "+");
    assert_int_equal(low->control.levels, acd_levels_all(1));
    assert_int_equal(high->control.levels, acd_levels_all(2));
    play(s, "-");
    assert_int_equal(low->control.levels, acd_levels_all(1));
    assert_int_equal(high->control.levels, acd_levels_all(1));
    acd_act_level_end(&s->act);
}

static void a_level_goes_to_every_living_server_that_is_shown(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    acd_test_model_server(&s->m, "b", 2);
    acd_server_set_liveness(acd_test_model_server(&s->m, "c", 3), ACD_LIVENESS_DEAD, 1);
    play(s, "F7");
    assert_int_equal(s->asked.count, 2);
    play(s, "Tab F7");
    assert_int_equal(s->asked.count, 3);
    assert_int_equal(s->asked.number, 0);
}

static void nobody_to_ask_and_a_refusal_are_said(void **state)
{
    struct stage *s = *state;
    play(s, "F8");
    assert_non_null(strstr(s->m.ui.message, "No running server"));
    acd_test_model_proxy(&s->m);
    s->asked.refuse = true;
    play(s, "F7");
    assert_string_equal(s->m.ui.message, "not yours");
}

static void view_levels_change_the_view_only(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "1");
    assert_int_equal(s->m.ui.filter.level, 1);
    play(s, "2 3 2");
    assert_int_equal(s->m.ui.filter.level, 2);
    assert_int_equal(s->asked.count, 0);
}

static void screens_change_and_escape_leads_back(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    play(s, "e");
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
    play(s, "?");
    assert_int_equal(s->m.ui.view, ACD_VIEW_HELP);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
    play(s, "X");
    assert_int_equal(s->m.ui.view, ACD_VIEW_ERRORS);
    play(s, "F5");
    assert_int_equal(s->m.ui.view, ACD_VIEW_ATTACH);
    play(s, "e F1 F1");
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
    play(s, "Esc Esc Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
    play(s, "c");
    assert_int_equal(s->m.ui.view, ACD_VIEW_CACHE);
    play(s, "T");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMERS);
    play(s, "Esc");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW);
    play(s, "Right");
    assert_int_equal(s->m.ui.view, ACD_VIEW_EVENTS);
    play(s, "h h");
    assert_int_equal(s->m.ui.view, ACD_VIEW_HELP);
}

static void quitting_is_told_to_the_loop(void **state)
{
    struct stage *s = *state;
    assert_int_equal(acd_act_do(&s->act, ACD_ACTION_QUIT), ACD_ACT_QUIT);
    assert_int_equal(acd_act_do(&s->act, ACD_ACTION_SUSPEND), ACD_ACT_SUSPEND);
    assert_int_equal(acd_act_do(&s->act, ACD_ACTION_REDRAW), ACD_ACT_REDRAW);
    assert_int_equal(acd_act_do(&s->act, ACD_ACTION_NONE), ACD_ACT_NOTHING);
}

static void timers_are_chosen_from_the_slowest_on(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    acd_test_model_renew(&s->m);
    play(s, "Down");
    assert_string_equal(s->m.ui.timer, "embed");
    play(s, "j j");
    assert_string_equal(s->m.ui.timer, "embed");
    assert_true(s->m.ui.in_errors); /* below the last timer */
    play(s, "k k k");
    assert_string_equal(s->m.ui.timer, "chat_completion");
    assert_false(s->m.ui.in_errors);
    play(s, "G g");
    assert_string_equal(s->m.ui.timer, "chat_completion");
    play(s, "Esc");
    assert_string_equal(s->m.ui.timer, "");
}

/* What a key tried to open: the path is in the refusal, as there is no such file. */
static const char *opens(struct stage *s, const char *keys)
{
    struct acd_documents documents;
    acd_documents_init(&documents, "/nonexistent", 0);
    s->act.documents = &documents;
    play(s, keys);
    acd_documents_fini(&documents);
    s->act.documents = NULL;
    return s->m.ui.message;
}

static void a_group_stays_chosen_while_others_pass_it(void **state)
{
    struct stage *s = *state;
    struct acd_server *server = acd_test_model_proxy(&s->m);
    const struct acd_rect body = {0, 1, 80, 22};
    acd_test_model_failures(&s->m, server, 26);
    acd_test_model_renew(&s->m);
    play(s, "X");
    acd_act_settle(&s->act, body);
    assert_int_equal(s->m.ui.errors.selected, 0);
    play(s, "Down Down");
    acd_act_settle(&s->act, body);
    assert_int_equal(s->m.ui.errors.selected, 2);
    /* The newest one now, and all others one row down. */
    server->totals.error[20].last_ticks = ACD_TEST_NOW;
    acd_test_model_renew(&s->m);
    acd_act_settle(&s->act, body);
    assert_int_equal(s->m.ui.errors.selected, 3);
    play(s, "G");
    acd_act_settle(&s->act, body);
    assert_int_equal(s->m.ui.errors.selected, 25);
    assert_true(s->m.ui.errors.top > 0);
    play(s, "PgUp g");
    acd_act_settle(&s->act, body);
    assert_int_equal(s->m.ui.errors.selected, 0);
    /* It was a group of the one server; without it, the list begins at its top. */
    server->totals.error_count = 3;
    s->m.ui.error_group = 12345;
    acd_test_model_renew(&s->m);
    acd_act_settle(&s->act, body);
    assert_int_equal(s->m.ui.errors.selected, 0);
    assert_int_equal(s->m.ui.errors.count, 3);
}

static void enter_opens_the_newest_file_of_the_chosen_group(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    acd_test_model_renew(&s->m);
    assert_non_null(strstr(opens(s, "X Enter"), "anyclaude-debug-1773489598000-x1y2z3.json"));
    assert_non_null(strstr(opens(s, "Down Enter"), "No debug file"));
    /* On the overview, below the timers. */
    assert_non_null(strstr(opens(s, "O G k Enter"), "x1y2z3.json"));
    play(s, "Esc");
    assert_false(s->m.ui.in_errors);
}

static void enter_on_the_overview_opens_the_chosen_timer(void **state)
{
    struct stage *s = *state;
    play(s, "Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_OVERVIEW); /* there is none yet */
    acd_test_model_proxy(&s->m);
    acd_test_model_renew(&s->m);
    play(s, "G g j Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMER);
    assert_string_equal(s->m.ui.timer, "embed");
    play(s, "Esc Esc Esc Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_TIMER);
    assert_string_equal(s->m.ui.timer, "chat_completion"); /* the slowest */
}

static void a_recording_has_no_level_to_set(void **state)
{
    struct stage *s = *state;
    strcpy(s->m.ui.replay, "REPLAY x1");
    play(s, "+");
    assert_int_equal(s->m.ui.prompt, ACD_PROMPT_NONE);
    assert_int_equal(s->asked.count, 0);
    assert_string_equal(s->m.ui.message,
                        "This is a recording: there is no server to set a level of");
}

static void moving_in_no_errors_says_that_there_are_none(void **state)
{
    struct stage *s = *state;
    play(s, "Down X Down G Enter");
    assert_int_equal(s->m.ui.view, ACD_VIEW_ERRORS);
    assert_false(s->m.ui.in_errors);
    assert_string_equal(s->m.ui.message, "Nothing to open yet: no error");
}

/* What the key on the Servers screen asked for. */
static struct {
    unsigned count;
    uint64_t serial;
    bool on, refuse;
} attached;

static int attach(void *context, const struct acd_roster_row *row, bool on, struct acd_problem *why)
{
    (void)context;
    if (attached.refuse)
        return acd_problem_set(why, ACD_PROBLEM_NOT_FOUND, ENOENT, "the ring is gone");
    attached.count++;
    attached.serial = row->serial;
    attached.on = on;
    return 0;
}

static void list_rings(struct stage *s, struct acd_roster *roster)
{
    static const enum acd_roster_state states[] = {ACD_ROSTER_SHOWN, ACD_ROSTER_HIDDEN,
                                                   ACD_ROSTER_SKIPPED};
    memset(&attached, 0, sizeof attached);
    for (unsigned i = 0; i < 3; i++) {
        struct acd_roster_row *row = acd_roster_add(roster);
        assert_non_null(row);
        row->id = row->serial = 10 + i;
        row->state = states[i];
        row->server = i == 0 ? 0 : ACD_ROSTER_NOBODY;
    }
    s->m.ui.roster = roster;
    s->act.attach = attach;
}

static void space_and_enter_attach_and_detach_on_the_servers_screen(void **state)
{
    struct stage *s = *state;
    struct acd_roster roster = {.count = 0};
    acd_test_model_proxy(&s->m);
    list_rings(s, &roster);
    play(s, "F5 Space");
    assert_false(s->m.ui.paused);
    assert_int_equal(attached.serial, 10);
    assert_false(attached.on);
    play(s, "Down Enter");
    assert_int_equal(attached.serial, 11);
    assert_true(attached.on);
    play(s, "+"); /* of a ring that was never attached */
    assert_non_null(strstr(s->m.ui.message, "not attached (Space)"));
    play(s, "Up F7");
    assert_int_equal(s->asked.count, 1); /* the one under the cursor */
    play(s, "Down Down Space");
    assert_int_equal(attached.count, 2);
    assert_non_null(strstr(s->m.ui.message, "can't be shown"));
    /* The cursor stays on its ring, wherever that goes. */
    s->m.ui.ring = 11;
    struct acd_roster_row moved = roster.row[1];
    roster.row[1] = roster.row[0];
    roster.row[0] = moved;
    attached.refuse = true;
    play(s, "Enter");
    assert_string_equal(s->m.ui.message, "the ring is gone");
    acd_act_settle(&s->act, (struct acd_rect){0, 1, 80, 22});
    assert_int_equal(s->m.ui.servers.selected, 0);
    /* Elsewhere, Space is what it was. */
    play(s, "O Space");
    assert_true(s->m.ui.paused);
    acd_roster_fini(&roster);
}

static void servers_that_are_left_out_are_no_stop_for_tab(void **state)
{
    struct stage *s = *state;
    acd_test_model_proxy(&s->m);
    acd_test_model_server(&s->m, "b", 2)->detached = true;
    acd_test_model_server(&s->m, "c", 3);
    play(s, "Tab Tab");
    assert_int_equal(s->m.ui.selection.number, 2);
    play(s, "Tab");
    assert_int_equal(s->m.ui.selection.kind, ACD_SELECT_AUTO);
    play(s, "F7");
    assert_int_equal(s->asked.count, 2);
    /* The one that is looked at is left out: all others are shown again. */
    play(s, "Tab");
    s->m.fleet.server[0]->detached = true;
    assert_int_equal(acd_fleet_resolve(&s->m.fleet, s->m.ui.selection).kind, ACD_SELECT_LIVE);
}

static void help_scrolls_and_stops_at_its_end(void **state)
{
    struct stage *s = *state;
    s->m.ui.page = 5;
    play(s, "F1 Down Down");
    assert_int_equal(s->m.ui.help_top, 2);
    play(s, "G");
    size_t last = s->m.ui.help_top;
    assert_true(last > 10);
    play(s, "PgDn");
    assert_int_equal(s->m.ui.help_top, last);
    play(s, "g Up");
    assert_int_equal(s->m.ui.help_top, 0);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(levels_go_up_and_down_by_one),
        STAGED(level_three_asks_first_and_for_how_long),
        STAGED(a_key_that_raises_lowers_no_category_and_the_other_way_round),
        STAGED(a_level_until_the_viewer_ends_is_held_and_put_back),
        STAGED(a_held_level_that_somebody_else_changes_is_theirs),
        STAGED(quitting_asks_what_becomes_of_levels_that_were_raised),
        STAGED(what_stands_under_a_held_level_is_asked_about),
        STAGED(lowering_again_leaves_nothing_to_ask),
        STAGED(a_lease_that_ends_leaves_nothing_to_ask),
        STAGED(the_policy_says_what_may_be_done),
        STAGED(raising_several_lowers_none),
        STAGED(a_level_goes_to_every_living_server_that_is_shown),
        STAGED(nobody_to_ask_and_a_refusal_are_said),
        STAGED(view_levels_change_the_view_only),
        STAGED(screens_change_and_escape_leads_back),
        STAGED(quitting_is_told_to_the_loop),
        STAGED(timers_are_chosen_from_the_slowest_on),
        STAGED(a_group_stays_chosen_while_others_pass_it),
        STAGED(enter_opens_the_newest_file_of_the_chosen_group),
        STAGED(enter_on_the_overview_opens_the_chosen_timer),
        STAGED(a_recording_has_no_level_to_set),
        STAGED(moving_in_no_errors_says_that_there_are_none),
        STAGED(space_and_enter_attach_and_detach_on_the_servers_screen),
        STAGED(servers_that_are_left_out_are_no_stop_for_tab),
        STAGED(help_scrolls_and_stops_at_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
