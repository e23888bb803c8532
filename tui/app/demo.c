/* SPDX-License-Identifier: MIT */
/* The demo, see demo.h. */
#include "config.h"

#include "tui/app/demo.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/app/cmd.h"
#include "tui/app/demo_child.h"
#include "tui/app/loop.h"
#include "tui/app/say.h"

#define STEP_MS 50
#define WAIT_MS 15000

/* Enough for every part of a snapshot: lookups, and a request that ended. */
static bool has_traffic(const struct acd_fleet *fleet)
{
    uint64_t lookups = 0, ended = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        const struct acd_totals *t = &fleet->server[i]->totals;
        for (size_t k = 0; k < t->cache_count; k++)
            for (unsigned o = 0; o < 5; o++)
                lookups += t->cache[k].outcome[o];
        for (size_t k = 0; k < t->timer_count; k++)
            ended += t->timer[k].timing.count;
    }
    return lookups >= 20 && ended >= 5;
}

static int print_first_traffic(const struct acd_args *args, struct acd_demo_child *child)
{
    struct acd_cmd cmd;
    const struct acd_collect_options options = {.dead = ACD_COLLECT_LIVE, .no_events = true};
    int r = acd_cmd_open(&cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    for (int waited = 0; waited < WAIT_MS && !has_traffic(&cmd.fleet); waited += STEP_MS) {
        if (acd_demo_child_ended(child)) {
            acd_say_error("the demo server ended. Hint: acdebug-top list says where rings go");
            acd_cmd_close(&cmd);
            return ACD_EXIT_FAILED;
        }
        poll(NULL, 0, STEP_MS);
        acd_collect_scan(cmd.collect);
        acd_collect_sample(cmd.collect);
    }
    acd_cmd_snapshot_print(&cmd, false);
    acd_cmd_close(&cmd);
    return acd_say_end();
}

int acd_demo_command(const struct acd_args *args)
{
    struct acd_demo_child child = {0};
    struct acd_args own = *args;
    char pid[24];
    int r = acd_demo_child_start(&child, args->directory);
    if (r < 0) {
        acd_say_error("cannot start the demo server: %s. Hint: acdebug-top doctor says where rings "
                      "go, --directory DIR chooses another",
                      strerror(-r));
        return ACD_EXIT_FAILED;
    }
    snprintf(pid, sizeof pid, "%" PRIdMAX, (intmax_t)child.pid);
    own.target[0] = acd_target_parse(pid);
    own.target_count = 1;
    own.files = child.files[0] ? child.files : NULL;
    if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
        r = acd_loop_run(&own);
    else
        r = print_first_traffic(&own, &child);
    acd_demo_child_stop(&child);
    return r;
}
