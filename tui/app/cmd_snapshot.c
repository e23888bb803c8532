/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top snapshot`: all numbers, once, as text, JSON, metrics or one line.  Why lookups missed is
 * told by the events that the rings still have.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/cmd.h"
#include "tui/app/gate.h"
#include "tui/app/openmetrics.h"
#include "tui/app/say.h"
#include "tui/app/snapjson.h"
#include "tui/app/snaptext.h"
#include "tui/app/statusline.h"
#include "tui/reader/control.h"

#define DRAIN_MOST 20000
#define DRAINS_MOST 64 /* a server that emits faster than that is read is not followed for ever */

/* All events that the rings have now, or all of a recording. */
static void read_events(struct acd_cmd *cmd, struct acd_misses *misses)
{
    static const struct acd_misses_of all = {.from = 0};
    bool more = true;
    for (unsigned i = 0; more && (i < DRAINS_MOST || acd_collect_replay(cmd->collect)); i++) {
        acd_collect_drain(cmd->collect, DRAIN_MOST);
        more = acd_collect_more(cmd->collect);
        while (acd_misses_renew(misses, &all, &cmd->fleet, acd_store_next(cmd->fleet.store)))
            continue;
    }
    if (misses->lacks)
        cmd->failure = -ENOMEM;
}

void acd_cmd_snapshot_print(struct acd_cmd *cmd, bool as_json)
{
    struct acd_jsonout json = {.stream = stdout};
    struct acd_misses misses = {.next = 0};
    struct acd_histogram_source source = acd_collect_histograms(cmd->collect);
    struct acd_now now;
    read_events(cmd, &misses);
    acd_collect_sample(cmd->collect);
    acd_collect_now(cmd->collect, &now);
    if (as_json) {
        acd_jsonout_begin(&json, NULL, '{');
        acd_jsonout_uint(&json, "schema", 1);
        acd_jsonout_time(&json, "time", now.realtime_ns);
        acd_jsonout_begin(&json, "servers", '[');
    }
    for (size_t i = 0; i < cmd->fleet.count; i++) {
        struct acd_snappart part = {&cmd->fleet, cmd->fleet.server[i], &misses, {.now_ns = 0}};
        if (acd_digest_renew_one(&part.digest, part.server, now.realtime_ns, &source) < 0)
            cmd->failure = -ENOMEM;
        if (as_json)
            acd_snapjson_server(&json, &part);
        else
            acd_snaptext_server(&part);
        acd_digest_fini(&part.digest);
    }
    acd_misses_fini(&misses);
    if (as_json) {
        acd_jsonout_end(&json, ']');
        acd_jsonout_end(&json, '}');
        putc('\n', stdout);
    }
}

static void print_openmetrics(struct acd_cmd *cmd)
{
    const struct acd_openmetrics metrics = {.stream = stdout,
                                            .form = ACD_OPENMETRICS_1_0,
                                            .fleet = &cmd->fleet,
                                            .source = acd_collect_histograms(cmd->collect)};
    acd_collect_sample(cmd->collect);
    acd_openmetrics_write(&metrics);
    acd_openmetrics_end(&metrics);
}

/* All that is attached as one; what it counts is what was sampled last. */
static void merge(struct acd_cmd *cmd, struct acd_digest *ret_digest)
{
    struct acd_histogram_source source = acd_collect_histograms(cmd->collect);
    struct acd_now now;
    acd_collect_now(cmd->collect, &now);
    if (acd_digest_renew(ret_digest, &cmd->fleet, (struct acd_selection){ACD_SELECT_ALL, 0},
                         now.realtime_ns, &source) < 0)
        cmd->failure = -ENOMEM;
}

static void print_line(struct acd_cmd *cmd)
{
    struct acd_digest digest = {0};
    char line[1024];
    acd_collect_sample(cmd->collect);
    merge(cmd, &digest);
    acd_statusline_write(line, sizeof line, &cmd->fleet, &digest);
    puts(line);
    acd_digest_fini(&digest);
}

static int ask_gate(struct acd_cmd *cmd, const struct acd_gate *gate)
{
    struct acd_digest digest = {0};
    struct acd_gate_why why = {0};
    merge(cmd, &digest);
    enum acd_gate_verdict verdict = acd_gate_ask(gate, &digest, &why);
    acd_digest_fini(&digest);
    if (verdict == ACD_GATE_FALSE)
        return ACD_EXIT_GOOD;
    acd_say_error("--fail-if, column %zu: %s", why.column, why.text);
    return verdict == ACD_GATE_TRUE ? ACD_EXIT_FAILED : ACD_EXIT_BAD_INPUT;
}

static int print_forms(struct acd_cmd *cmd, const struct acd_args *args,
                       const struct acd_gate *gate)
{
    if (args->openmetrics)
        print_openmetrics(cmd);
    else if (args->line)
        print_line(cmd);
    else
        acd_cmd_snapshot_print(cmd, args->json);
    int r = acd_say_end();
    return r == ACD_EXIT_GOOD && gate ? ask_gate(cmd, gate) : r;
}

static int run(const struct acd_args *args, const struct acd_gate *gate)
{
    struct acd_cmd cmd;
    const struct acd_collect_options options = {.dead =
                                                    args->all ? ACD_COLLECT_ALL : ACD_COLLECT_LIVE,
                                                .start = ACD_CURSOR_OLDEST,
                                                .no_events = args->openmetrics || args->line};
    int r = acd_cmd_open(&cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    /* A program gets an empty list where there is nothing; a gate on nothing must not pass. */
    bool may_be_empty = (args->json || args->openmetrics) && args->target_count == 0 && !gate;
    if (cmd.fleet.count > 0 || may_be_empty) {
        r = print_forms(&cmd, args, gate);
    } else {
        if (args->line)
            print_line(&cmd);
        r = acd_cmd_nothing(&cmd, args);
    }
    r = acd_cmd_end(&cmd, r);
    acd_cmd_close(&cmd);
    return r;
}

int acd_cmd_snapshot_run(const struct acd_args *args)
{
    struct acd_gate *gate = NULL;
    struct acd_gate_why why = {0};
    if (args->fail_if) {
        int r = acd_gate_new(&gate, args->fail_if, &why);
        if (r == -EINVAL)
            acd_say_error("--fail-if '%s', column %zu: %s", args->fail_if, why.column, why.text);
        else if (r < 0)
            acd_say_error("%s", strerror(-r));
        if (r < 0)
            return r == -EINVAL ? ACD_EXIT_USAGE : ACD_EXIT_FAILED;
    }
    int r = run(args, gate);
    acd_gate_free(gate);
    return r;
}
