/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top record`: rings into a file, until a signal, a full file, the time that was asked for, or
 * the end of the only servers that were.  What is written at any moment can be read.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tui/app/cmd.h"
#include "tui/app/pace.h"
#include "tui/app/say.h"
#include "tui/reader/recorder.h"
#include "tui/view/text.h"

#define SECOND UINT64_C(1000000000)
#define SCAN_NS (SECOND / 2)

struct recording {
    struct acd_cmd cmd;
    const struct acd_args *args;
    struct acd_recorder *recorder;
    sigset_t ending; /* blocked, and waited for */
    uint64_t began_ns, scanned_ns;
    int result; /* -errno of the recorder */
};

static uint64_t monotonic_ns(void)
{
    struct acd_now now;
    acd_control_now(&now);
    return now.monotonic_ns;
}

/* What all rings have, once. @return records taken */
static size_t poll_rings(struct recording *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->cmd.fleet.count && r->result == 0; i++) {
        const struct acd_server *server = r->cmd.fleet.server[i];
        const struct acd_ringmap *ring = acd_collect_ring(r->cmd.collect, server->number);
        int taken =
            ring ? acd_recorder_poll(r->recorder, server->number, ring, server->liveness) : 0;
        if (taken < 0)
            r->result = taken;
        else
            n += (size_t)taken;
    }
    return n;
}

/* Servers that were named and are all gone; one of that name may start again. */
static bool nothing_will_come(const struct recording *r)
{
    for (size_t i = 0; i < r->args->target_count; i++)
        if (r->args->target[i].kind == ACD_TARGET_NAME)
            return false;
    return r->args->target_count > 0 && acd_fleet_live_count(&r->cmd.fleet) == 0;
}

/* @return was it a signal that ends us? */
static bool wait_ns(const struct recording *r, uint64_t ns)
{
    const struct timespec time = {(time_t)(ns / SECOND), (long)(ns % SECOND)};
    return sigtimedwait(&r->ending, NULL, &time) > 0;
}

static void record(struct recording *r)
{
    struct acd_pace pace;
    uint64_t now = monotonic_ns();
    acd_pace_init(&pace, now);
    r->began_ns = r->scanned_ns = now;
    for (bool last = false; !last && r->result == 0;) {
        /* Who is found dead is polled once more. */
        if (now - r->scanned_ns >= SCAN_NS) {
            acd_collect_scan(r->cmd.collect);
            r->scanned_ns = now;
        }
        last = nothing_will_come(r);
        size_t n = poll_rings(r);
        now = monotonic_ns();
        if (r->args->for_s > 0 && now - r->began_ns >= r->args->for_s * SECOND)
            last = true;
        if (!last && wait_ns(r, acd_pace_next(&pace, n, now)))
            last = true;
    }
    if (r->result == 0)
        poll_rings(r);
}

static int finish(struct recording *r)
{
    uint64_t bytes = acd_recorder_bytes(r->recorder);
    uint64_t records = acd_recorder_records(r->recorder);
    int end = acd_recorder_close(r->recorder);
    acd_say_text(stdout, "%s: %s events of %zu server%s, %s", r->args->file,
                 acd_text_exact(records).s, r->cmd.fleet.count, r->cmd.fleet.count == 1 ? "" : "s",
                 acd_text_bytes(bytes).s);
    putc('\n', stdout);
    if (r->result == -EFBIG) {
        acd_say_error("stopped: '%s' is as large as --max allows. Hint: --max 1G", r->args->file);
        return ACD_EXIT_FAILED;
    }
    if (r->result == 0)
        r->result = end;
    if (r->result < 0) {
        acd_say_error("stopped: cannot write '%s': %s. What it holds can be read", r->args->file,
                      strerror(-r->result));
        return ACD_EXIT_FAILED;
    }
    return acd_say_end();
}

/* Ignored by whoever started us (nohup, a shell's background): it stays so.  A signal that is blocked
 * would come, ignored or not. */
static void block_ending(sigset_t *ret_set)
{
    static const int ending[] = {SIGINT, SIGTERM, SIGHUP};
    sigemptyset(ret_set);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        struct sigaction now;
        if (sigaction(ending[i], NULL, &now) < 0 || now.sa_handler != SIG_IGN)
            sigaddset(ret_set, ending[i]);
    }
    sigprocmask(SIG_BLOCK, ret_set, NULL);
}

static int begin(struct recording *r)
{
    struct acd_problem why = {0};
    if (acd_collect_replay(r->cmd.collect)) {
        acd_say_error("'%s' is a recording already", r->args->target[0].text);
        return ACD_EXIT_BAD_INPUT;
    }
    if (acd_recorder_new(&r->recorder, r->args->file, r->args->redact ? ACD_RECFILE_REDACTED : 0,
                         r->args->max_bytes, &why) < 0) {
        acd_say_error("%s", why.text);
        return ACD_EXIT_FAILED;
    }
    block_ending(&r->ending);
    return ACD_EXIT_GOOD;
}

int acd_cmd_record_run(const struct acd_args *args)
{
    struct recording r = {.args = args};
    const struct acd_collect_options options = {
        .dead = args->all ? ACD_COLLECT_ALL : ACD_COLLECT_LIVE, .no_events = true};
    int result = acd_cmd_open(&r.cmd, args, options);
    if (result != ACD_EXIT_GOOD)
        return result;
    if (r.cmd.fleet.count == 0 && args->target_count > 0 && args->target[0].kind != ACD_TARGET_NAME)
        result = acd_cmd_nothing(&r.cmd, args);
    else
        result = begin(&r);
    if (result == ACD_EXIT_GOOD) {
        if (r.cmd.fleet.count == 0)
            acd_say_error("%s", r.cmd.fleet.notice);
        record(&r);
        result = finish(&r);
    }
    acd_cmd_close(&r.cmd);
    return result;
}
