/* SPDX-License-Identifier: MIT */
/*
 * One event (an id, a double, 24 bytes of text) through ours and through the tracers and loggers that
 * are installed, see table.h.  Varnish's log is written by varnishd alone, so it has no place here.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

#include <acdebug.h>

#include "tests/bench/bench.h"
#include "tests/bench/floors.h"
#include "tests/bench/peers.h"
#include "tests/bench/table.h"

static void ours_off(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(3, "event", ACDEBUG_INT("id", i), ACDEBUG_DOUBLE("value", (double)i * 0.5),
                    ACDEBUG_STRN("text", bench_text, sizeof bench_text - 1));
}

static void ours(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(1, "event", ACDEBUG_INT("id", i), ACDEBUG_DOUBLE("value", (double)i * 0.5),
                    ACDEBUG_STRN("text", bench_text, sizeof bench_text - 1));
}

static void by_syslog(long n)
{
    for (long i = 0; i < n; i++)
        syslog(LOG_DEBUG, "event id=%ld value=%g text=%s", i, (double)i * 0.5, bench_text);
}

static FILE *file;

static void by_stdio(long n)
{
    for (long i = 0; i < n; i++)
        fprintf(file, "event id=%ld value=%g text=%s\n", i, (double)i * 0.5, bench_text);
    rewind(file);
}

static const struct bench_subject subjects[] = {
    {"floor: atomic load and branch", bench_floor_branch, -1, 0, 1},
    {"floor: the cells of the event", bench_floor_text, -1, 0, 1},
    {"acdebug, level off", ours_off, 0, 0, 1},
    {"acdebug", ours, 1, 0, 1},
#ifdef HAVE_LTTNG
    {"LTTng-UST, disabled", peer_lttng_event, 0, 0, 1},
    {"LTTng-UST, overwrite", peer_lttng_event, 1, PEER_LTTNG_OVERWRITE, 1},
    {"LTTng-UST, discard", peer_lttng_event, 1, PEER_LTTNG_DISCARD, 1},
#endif
#ifdef HAVE_SPDLOG
    {"spdlog, level off", peer_spdlog_off, 0, 0, 1},
    {"spdlog, synchronous, to tmpfs", peer_spdlog_sync, 1, 0, 10},
    {"spdlog, asynchronous, overwrites", peer_spdlog_async, 1, 0, 10},
#endif
    {"fprintf, buffered, to tmpfs", by_stdio, 1, 0, 10},
    {"syslog()", by_syslog, 1, 0, 100},
};

static void set(int setting)
{
#ifdef HAVE_LTTNG
    if (!peer_lttng_set((enum peer_lttng)setting))
        fprintf(stderr, "no LTTng session (is lttng-sessiond running?): its figures are of a "
                        "disabled tracepoint\n");
#else
    (void)setting;
#endif
}

int main(void)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    o.level = 1;
    o.flags = ACDEBUG_NO_TEXT;
    file = fopen("/dev/shm/acdebug-bench-stdio", "w");
    if (!file || acdebug_open("bench", &o) != 0)
        return 1;
    static const struct bench_table table = {subjects, sizeof subjects / sizeof subjects[0], set,
                                             bench_floor_done};
    bench_machine("peers");
    bench_table(&table, 1);
    bench_table(&table, 2);
    set(0);
    acdebug_close();
    remove("/dev/shm/acdebug-bench-stdio");
    remove("/dev/shm/acdebug-bench-spdlog");
    return 0;
}
