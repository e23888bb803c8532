/* SPDX-License-Identifier: MIT */
/*
 * Servers for the viewer's benchmarks: `busy_server RATE` emits so many events a second until it is
 * killed (0: none); `busy_server 0 COUNT` is so many idle servers.  Says "ready" on standard output.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <acdebug.h>

static void open_ring(void)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    o.level = 1;
    o.flags = ACDEBUG_NO_TEXT | ACDEBUG_NO_COLLECT;
    if (acdebug_open("busy", &o) != 0)
        exit(1);
    acdebug_log(1, "began");
    acdebug_cache_hit("prompt", "key");
}

/* A millisecond's events every millisecond; more after one that took longer. */
static void emit(long rate)
{
    struct timespec start, now;
    long done = 0;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (;;) {
        usleep(1000);
        clock_gettime(CLOCK_MONOTONIC, &now);
        double elapsed =
            (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
        for (long due = (long)(elapsed * (double)rate); done < due; done++)
            acdebug_log(1, "event", ACDEBUG_INT("id", done), ACDEBUG_DOUBLE("ms", 1.5),
                        ACDEBUG_STR("path", "/v1/chat/completions/abc"));
    }
}

int main(int argc, char **argv)
{
    long rate = argc > 1 ? atol(argv[1]) : 0, count = argc > 2 ? atol(argv[2]) : 1;
    for (long i = 1; i < count; i++)
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            open_ring();
            for (;;)
                pause();
        }
    open_ring();
    if (count > 1)
        sleep(2); /* the children's rings */
    puts("ready");
    fflush(stdout);
    if (rate > 0)
        emit(rate);
    for (;;)
        pause();
}
