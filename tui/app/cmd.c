/* SPDX-License-Identifier: MIT */
/* What commands share, see cmd.h. */
#include "config.h"

#include "tui/app/cmd.h"

#include <errno.h>
#include <string.h>

#include "tui/app/conf.h"
#include "tui/app/say.h"

int acd_cmd_try(struct acd_cmd *cmd, const struct acd_args *args,
                struct acd_collect_options options, struct acd_problem *why)
{
    memset(cmd, 0, sizeof *cmd);
    options.directory = args->directory;
    options.targets = args->target;
    options.target_count = args->target_count;
    uint32_t entries = ACD_STORE_ENTRIES_DEFAULT;
    size_t bytes = ACD_STORE_BYTES_DEFAULT;
    if (args->conf) {
        entries = (uint32_t)args->conf->value[ACD_CONF_EVENTS];
        bytes = (size_t)args->conf->value[ACD_CONF_MEMORY];
    }
    int r = acd_fleet_init(&cmd->fleet, entries, bytes);
    if (r < 0) {
        acd_problem_set(why, ACD_PROBLEM_SYSTEM, -r, "%s", strerror(-r));
        return ACD_EXIT_FAILED;
    }
    r = acd_collect_new(&cmd->collect, &cmd->fleet, &options, why);
    if (r < 0) {
        acd_fleet_fini(&cmd->fleet);
        return r == -ENOMEM ? ACD_EXIT_FAILED : ACD_EXIT_BAD_INPUT;
    }
    acd_collect_scan(cmd->collect);
    return ACD_EXIT_GOOD;
}

int acd_cmd_open(struct acd_cmd *cmd, const struct acd_args *args,
                 struct acd_collect_options options)
{
    struct acd_problem why = {0};
    int r = acd_cmd_try(cmd, args, options, &why);
    if (r != ACD_EXIT_GOOD)
        acd_say_error("%s", why.text);
    return r;
}

void acd_cmd_drop(struct acd_cmd *cmd)
{
    /* The model points into what the collector holds. */
    acd_fleet_fini(&cmd->fleet);
    acd_collect_free(cmd->collect);
    cmd->collect = NULL;
}

void acd_cmd_close(struct acd_cmd *cmd)
{
    /* A recording that was cut has been read up to there. */
    if (cmd->collect && acd_collect_replay(cmd->collect) && acd_collect_trouble(cmd->collect)[0])
        acd_say_error("%s", acd_collect_trouble(cmd->collect));
    acd_cmd_drop(cmd);
}

int acd_cmd_end(const struct acd_cmd *cmd, int code)
{
    int failure = cmd->failure ? cmd->failure : acd_collect_failure(cmd->collect);
    if (failure == 0)
        return code;
    acd_say_error("this is not all: %s", strerror(-failure));
    return code == ACD_EXIT_GOOD ? ACD_EXIT_FAILED : code;
}

int acd_cmd_nothing(const struct acd_cmd *cmd, const struct acd_args *args)
{
    const char *target = args->target_count > 0 ? args->target[0].text : NULL;
    const char *command = target ? acd_args_command_near(target) : NULL;
    bool number = target && args->target[0].kind == ACD_TARGET_PID;
    if (command)
        acd_say_error("no server matches '%s' (did you mean 'acdebug-top %s'?)", target, command);
    else if (number)
        acd_say_error("no server has the pid %s. Hint: acdebug-top list; name:%s is a server of "
                      "that name",
                      target, target);
    else if (target)
        acd_say_error("no server matches '%s'. Hint: acdebug-top list", target);
    else
        acd_say_error("%s", cmd->fleet.notice[0] ? cmd->fleet.notice : "no server is running");
    return ACD_EXIT_FAILED;
}
