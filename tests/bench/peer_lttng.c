/* SPDX-License-Identifier: MIT */
/* LTTng-UST, driven by its own lttng command: a session whose channel overwrites or discards. */
#include "config.h"

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "tests/bench/peer_lttng.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/floors.h"
#include "tests/bench/peers.h"

#define SESSION "acdebug-bench"

static bool run(const char *command)
{
    char line[512];
    snprintf(line, sizeof line, "lttng --quiet %s >/dev/null 2>&1", command);
    return system(line) == 0; /* NOLINT: a bench that drives the peer as its users do */
}

bool peer_lttng_set(enum peer_lttng mode)
{
    (void)run("destroy " SESSION);
    if (mode == PEER_LTTNG_OFF)
        return true;
    const char *channel =
        mode == PEER_LTTNG_OVERWRITE
            ? "enable-channel -u -s " SESSION " --overwrite --subbuf-size=512k --num-subbuf=4 c"
            : "enable-channel -u -s " SESSION " --discard --subbuf-size=512k --num-subbuf=4 c";
    bool made =
        run(mode == PEER_LTTNG_OVERWRITE ? "create --snapshot " SESSION
                                         : "create --output=/dev/shm/acdebug-bench-lttng " SESSION);
    return made && run(channel) && run("enable-event -u -s " SESSION " -c c acdebug_bench:event") &&
           run("start " SESSION);
}

void peer_lttng_event(long n)
{
    for (long i = 0; i < n; i++)
        lttng_ust_tracepoint(acdebug_bench, event, i, (double)i * 0.5, bench_text,
                             sizeof bench_text - 1);
}
