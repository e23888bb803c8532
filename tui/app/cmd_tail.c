/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top tail`: events as they come, one a line, gaps said.  Each line is flushed, so that a
 * pipe sees it at once.
 */
#include "config.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#include "tui/app/cmd.h"
#include "tui/app/eventout.h"
#include "tui/app/pace.h"
#include "tui/app/say.h"
#include "tui/model/decode.h"
#include "tui/model/filter.h"
#include "tui/view/eventtext.h"

#define SECOND UINT64_C(1000000000)
#define DRAIN_MOST 20000 /* of 100,000 that the scroll-back holds: each is printed before it goes */

struct tail {
    struct acd_cmd cmd;
    const struct acd_args *args;
    struct acd_filter filter;
    uint64_t next;  /* sequence of the entry to print next */
    uint64_t lines; /* printed */
    uint64_t gap;   /* sequence of the newest gap, */
    uint64_t said;  /* of so many lost events; 0: there was no gap yet */
    bool broken;    /* nobody reads us any more */
};

static void print_json(const struct tail *tail, const struct acd_entry *entry)
{
    acd_eventout_json(stdout, &tail->cmd.fleet, entry);
    putc('\n', stdout);
}

static void print_time(uint64_t time_ns)
{
    time_t seconds = (time_t)(time_ns / SECOND);
    struct tm tm;
    char text[40] = "?";
    if (localtime_r(&seconds, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    printf("%s.%03u ", text, (unsigned)(time_ns / 1000000 % 1000));
}

static void print_text(const struct tail *tail, const struct acd_entry *entry)
{
    char body[ACD_EVENTTEXT_BYTES], id[72];
    const struct acd_server *server = acd_fleet_at(&tail->cmd.fleet, entry->server);
    print_time(entry->time_ns);
    acd_say_text(stdout, "%s[%" PRIu32 "] ", server ? server->app : "?", server ? server->pid : 0);
    if (entry->type == ACD_ENTRY_GAP) {
        acd_eventtext_gap(body, sizeof body, entry);
        acd_say_text(stdout, "---- %s ----", body);
    } else {
        struct acd_event_parts parts;
        acd_eventtext_open(&parts, &tail->cmd.fleet, entry);
        acd_eventtext_body(body, sizeof body, entry, &parts);
        acd_decode_request(id, sizeof id, &parts.view.request);
        acd_say_text(stdout, "%u %-6s %s%s%s", entry->level, acd_eventtext_kind(entry->kind), body,
                     id[0] ? "  req " : "", id);
    }
    putc('\n', stdout);
}

/* ---------------------------------------------------------------- the command */

static bool is_done(const struct tail *tail)
{
    return tail->broken || (tail->args->count > 0 && tail->lines >= tail->args->count);
}

static void print_entry(struct tail *tail, const struct acd_entry *entry)
{
    if (tail->args->json)
        print_json(tail, entry);
    else
        print_text(tail, entry);
    tail->broken = fflush(stdout) != 0;
    tail->lines++;
}

/* A gap that nothing came after takes in what is lost next: that much more is a line of its own. */
static void print_growth(struct tail *tail)
{
    struct acd_entry entry;
    if (tail->said == 0 || !acd_store_get(tail->cmd.fleet.store, tail->gap, &entry) ||
        entry.lost <= tail->said)
        return;
    entry.lost -= tail->said;
    tail->said += entry.lost;
    print_entry(tail, &entry);
}

static void print_new(struct tail *tail)
{
    const struct acd_store *store = tail->cmd.fleet.store;
    struct acd_entry entry;
    if (!is_done(tail))
        print_growth(tail);
    while (!is_done(tail) && acd_filter_from(&tail->filter, store, tail->next, &entry)) {
        tail->next = entry.sequence + 1;
        if (entry.type == ACD_ENTRY_GAP) {
            tail->gap = entry.sequence;
            tail->said = entry.lost;
        }
        print_entry(tail, &entry);
    }
    tail->next = acd_store_next(store);
}

/* Only rings that can't go on: a server of that name may start again, a file may not. */
static bool nothing_will_come(const struct tail *tail)
{
    for (size_t i = 0; i < tail->args->target_count; i++)
        if (tail->args->target[i].kind == ACD_TARGET_NAME)
            return false;
    return tail->args->target_count > 0 && acd_collect_finished(tail->cmd.collect);
}

static uint64_t monotonic_ns(void)
{
    struct acd_now now;
    acd_control_now(&now);
    return now.monotonic_ns;
}

static void follow(struct tail *tail)
{
    struct acd_pace pace;
    uint64_t sampled_ns = 0;
    acd_pace_init(&pace, monotonic_ns());
    while (!is_done(tail) && !nothing_will_come(tail)) {
        uint64_t overrun = acd_collect_overrun(tail->cmd.collect);
        size_t n = acd_collect_drain(tail->cmd.collect, DRAIN_MOST);
        overrun = acd_collect_overrun(tail->cmd.collect) - overrun;
        uint64_t now = monotonic_ns();
        print_new(tail);
        if (now - sampled_ns >= ACD_PACE_IDLE_NS) {
            if (acd_collect_scan(tail->cmd.collect))
                acd_pace_wake(&pace, now);
            acd_collect_sample(tail->cmd.collect);
            sampled_ns = now;
        }
        if (acd_collect_more(tail->cmd.collect))
            continue;
        poll(NULL, 0, (int)(acd_pace_next(&pace, n + overrun, now) / 1000000));
    }
}

int acd_cmd_tail_run(const struct acd_args *args)
{
    struct tail tail = {.args = args, .filter = ACD_FILTER_INIT};
    const struct acd_collect_options options = {
        .dead = args->all ? ACD_COLLECT_ALL : ACD_COLLECT_LIVE,
        .start = args->from_start ? ACD_CURSOR_OLDEST : ACD_CURSOR_NOW};
    if (args->level >= 0)
        tail.filter.level = (unsigned)args->level;
    int r = acd_cmd_open(&tail.cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    if (tail.cmd.fleet.count == 0 && args->target_count > 0 &&
        args->target[0].kind != ACD_TARGET_NAME) {
        r = acd_cmd_nothing(&tail.cmd, args);
    } else {
        if (tail.cmd.fleet.count == 0)
            acd_say_error("%s", tail.cmd.fleet.notice);
        acd_collect_sample(tail.cmd.collect);
        follow(&tail);
        r = acd_cmd_end(&tail.cmd, tail.broken ? ACD_EXIT_FAILED : acd_say_end());
    }
    acd_cmd_close(&tail.cmd);
    return r;
}
