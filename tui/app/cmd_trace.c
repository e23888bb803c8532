/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top trace`: what is in a ring or a recording, as a trace on stdout.  Ends where the events
 * end, also those of a server that runs on.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "tui/app/cmd.h"
#include "tui/app/say.h"
#include "tui/app/trace.h"
#include "tui/reader/control.h"

#define DRAIN_MOST 20000 /* of 100,000 that the scroll-back holds: each is taken before it goes */

/* When the oldest of the servers began: nothing of theirs is before it. */
static uint64_t base_of(const struct acd_fleet *fleet)
{
    uint64_t base = UINT64_MAX;
    for (size_t i = 0; i < fleet->count; i++)
        if (fleet->server[i]->opened_ns < base)
            base = fleet->server[i]->opened_ns;
    return base;
}

static int write_trace(struct acd_cmd *cmd, FILE *stream)
{
    struct acd_trace *trace = NULL;
    struct acd_entry entry;
    struct acd_now began;
    uint64_t next = 0, newest_ns = 0;
    size_t n = 0;
    int r = acd_trace_new(&trace, stream, base_of(&cmd->fleet));
    if (r < 0) {
        acd_say_error("%s", strerror(-r));
        return ACD_EXIT_FAILED;
    }
    acd_control_now(&began);
    acd_collect_sample(cmd->collect);
    do {
        n = acd_collect_drain(cmd->collect, DRAIN_MOST);
        for (; acd_store_get(cmd->fleet.store, next, &entry); next++) {
            acd_trace_take(trace, &cmd->fleet, &entry);
            newest_ns = entry.time_ns;
        }
    } while (n > 0 && newest_ns <= began.realtime_ns && !ferror(stream));
    r = acd_trace_end(trace);
    acd_trace_free(trace);
    int code = acd_cmd_end(cmd, acd_say_end());
    if (r < 0)
        acd_say_error("spans are missing: %s", strerror(-r));
    return r < 0 ? ACD_EXIT_FAILED : code;
}

int acd_cmd_trace_run(const struct acd_args *args)
{
    struct acd_cmd cmd;
    const struct acd_collect_options options = {
        .dead = args->all ? ACD_COLLECT_ALL : ACD_COLLECT_LIVE, .start = ACD_CURSOR_OLDEST};
    int r = acd_cmd_open(&cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    if (cmd.fleet.count == 0)
        r = acd_cmd_nothing(&cmd, args);
    else
        r = write_trace(&cmd, stdout);
    acd_cmd_close(&cmd);
    return r;
}
