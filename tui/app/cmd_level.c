/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top level`: shows the level of one server, or sets it, waits a moment for the server to
 * take it over, and says what happened.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/cmd.h"
#include "tui/app/conf.h"
#include "tui/app/say.h"
#include "tui/view/text.h"

#define WAIT_MS 1000
#define STEP_MS 10
#define NS_PER_SECOND UINT64_C(1000000000)

static void say_levels(uint32_t levels)
{
    bool mixed = false;
    unsigned level = acd_server_level(levels, &mixed);
    acd_say_text(stdout, "level %u %s", level, acd_level_name(level));
    for (unsigned i = 0; mixed && i < ACD_CATEGORY_COUNT; i++) {
        unsigned other = acd_levels_get(levels, i);
        if (other != level)
            acd_say_text(stdout, ", %s %u %s", acd_category_name(i), other, acd_level_name(other));
    }
}

static void say_name(const struct acd_server *server)
{
    acd_say_text(stdout, "%s[%" PRIu32 "]: ", server->app, server->pid);
}

static uint64_t lease_left_ns(const struct acd_server *server)
{
    struct acd_now now;
    acd_control_now(&now);
    uint64_t until = server->control.lease_until_realtime_ns;
    return until > now.realtime_ns ? until - now.realtime_ns : 0;
}

static int show(const struct acd_server *server)
{
    say_name(server);
    say_levels(server->control.levels);
    if (server->control.leased) {
        acd_say_text(stdout, " for %s more, then ", acd_text_duration_ns(lease_left_ns(server)).s);
        say_levels(server->control.lasting);
    }
    if (server->control.who[0])
        acd_say_text(stdout, ", set by %s", server->control.who);
    if (!acd_server_acked(server))
        acd_say_text(stdout, "; not taken over yet");
    putc('\n', stdout);
    return acd_say_end();
}

/* What became of a change within a moment. */
enum outcome { TAKEN_OVER, OVERTAKEN, NOT_YET };

/* A lease that ran out, or another viewer, may overtake it before the server came by. */
static enum outcome wait_for_answer(struct acd_cmd *cmd, const struct acd_server *server)
{
    unsigned change = server->control.change;
    for (int waited = 0; waited <= WAIT_MS; waited += STEP_MS) {
        acd_collect_sample(cmd->collect);
        if (acd_collect_acked(cmd->collect, server->number, change))
            return TAKEN_OVER;
        if (server->control.change != change)
            return OVERTAKEN;
        poll(NULL, 0, STEP_MS);
    }
    return NOT_YET;
}

static void say_outcome(enum outcome outcome, const struct acd_server *server)
{
    switch (outcome) {
    case TAKEN_OVER: fputs(", taken over\n", stdout); break;
    case OVERTAKEN:
        fputs("; over before the server took it over: now ", stdout);
        say_levels(server->control.levels);
        putc('\n', stdout);
        break;
    case NOT_YET:
        fputs("; not taken over yet: the server does so at its next call of acdebug\n", stdout);
        break;
    }
}

static uint32_t wanted(const struct acd_args *args, uint32_t levels)
{
    if (args->category < 0)
        return acd_levels_all((unsigned)args->level);
    return (uint32_t)acd_levels_with(levels, (unsigned)args->category, (unsigned)args->level);
}

/* One category for good, while others are raised for a time: what they go back to changes, and their time
 * goes on.  A word has one lease. */
static int set_lasting(struct acd_cmd *cmd, const struct acd_args *args,
                       const struct acd_server *server, uint32_t *ret_left_s,
                       struct acd_problem *why)
{
    if (args->category < 0 || args->for_s > 0 || !server->control.leased)
        return 0;
    uint64_t left_ns = lease_left_ns(server);
    *ret_left_s = (uint32_t)((left_ns + NS_PER_SECOND - 1) / NS_PER_SECOND);
    return acd_collect_set_levels(cmd->collect, server->number,
                                  wanted(args, server->control.lasting), 0, why);
}

static int set(struct acd_cmd *cmd, const struct acd_args *args, const struct acd_server *server)
{
    struct acd_problem why = {0};
    uint32_t before = server->control.levels, levels = wanted(args, before);
    uint32_t for_s = args->for_s;
    int r = set_lasting(cmd, args, server, &for_s, &why);
    if (r == 0)
        r = acd_collect_set_levels(cmd->collect, server->number, levels, for_s, &why);
    if (r < 0) {
        acd_say_error("%s", why.text);
        return ACD_EXIT_FAILED;
    }
    uint32_t after = server->control.lasting;
    enum outcome outcome = wait_for_answer(cmd, server);
    say_name(server);
    say_levels(before);
    fputs(" -> ", stdout);
    say_levels(levels);
    if (for_s > 0) {
        acd_say_text(stdout, " for %" PRIu32 " s, then ", for_s);
        say_levels(after);
    }
    say_outcome(outcome, server);
    return acd_say_end();
}

static int refuse_several(const struct acd_cmd *cmd, const struct acd_args *args)
{
    acd_say_error("'%s' means %zu servers; say which by its pid:", args->target[0].text,
                  cmd->fleet.count);
    for (size_t i = 0; i < cmd->fleet.count; i++) {
        const struct acd_server *s = cmd->fleet.server[i];
        acd_say_text(stderr, "  %s[%" PRIu32 "] %s", s->app, s->pid, s->ring);
        putc('\n', stderr);
    }
    return ACD_EXIT_USAGE;
}

/* What the configuration has to say of it. */
static bool may_set(const struct acd_args *args)
{
    const struct acd_policy *policy = args->conf ? &args->conf->policy : NULL;
    if (!policy || policy->allow_change)
        return true;
    acd_say_error("levels can't be changed from here: %s",
                  policy->locked ? "errors in the configuration. Hint: acdebug-top --check-config"
                                 : "level.allow_change is false");
    return false;
}

int acd_cmd_level_run(const struct acd_args *args)
{
    struct acd_cmd cmd;
    if (args->level >= 0 && !may_set(args))
        return ACD_EXIT_FAILED;
    const struct acd_collect_options options = {.dead = ACD_COLLECT_LIVE, .no_events = true};
    int r = acd_cmd_open(&cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    acd_collect_sample(cmd.collect);
    if (cmd.fleet.count == 0)
        r = acd_cmd_nothing(&cmd, args);
    else if (cmd.fleet.count > 1)
        r = refuse_several(&cmd, args);
    else if (args->level < 0)
        r = show(cmd.fleet.server[0]);
    else
        r = set(&cmd, args, cmd.fleet.server[0]);
    acd_cmd_close(&cmd);
    return r;
}
