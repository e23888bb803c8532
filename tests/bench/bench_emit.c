/* SPDX-License-Identifier: MIT */
/* What an emit costs, beside the floors under it, see table.h. */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <acdebug.h>

#include "tests/bench/bench.h"
#include "tests/bench/floors.h"
#include "tests/bench/table.h"

/* ---- ours ---- */

static void disabled(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(3, "off", ACDEBUG_INT("i", i));
}

static void count_only(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_cache_hit("prompt", bench_text);
}

static void small(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(1, "small", ACDEBUG_INT("i", i));
}

static void with_text(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(1, "event", ACDEBUG_INT("i", i), ACDEBUG_DOUBLE("d", (double)i * 0.5),
                    ACDEBUG_STRN("s", bench_text, sizeof bench_text - 1));
}

static void json_1k(long n)
{
    static char json[1024];
    if (!json[0])
        memset(json, '1', sizeof json - 1);
    for (long i = 0; i < n; i++)
        acdebug_log(1, "json", ACDEBUG_JSON("body", json));
}

static void cache_hit(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_cache_hit("prompt", bench_text, ACDEBUG_INT("tokens", i));
}

static void timer(long n)
{
    for (long i = 0; i < n; i++) {
        acdebug_timer t;
        acdebug_timer_start(&t, "chat_completion");
        acdebug_timer_checkpoint(&t, "cache_check");
        acdebug_timer_checkpoint(&t, "inference");
        acdebug_timer_end(&t);
    }
}

static const struct bench_subject subjects[] = {
    {"floor: atomic load and branch", bench_floor_branch, -1, 1, 1},
    {"floor: load and store of a counter", bench_floor_counter, -1, 1, 1},
    {"floor: clock read", bench_floor_clock, -1, 1, 1},
    {"floor: the cell of the small event", bench_floor_small, -1, 1, 1},
    {"floor: the cells of the text event", bench_floor_text, -1, 1, 1},
    {"floor: the cells of the 1 KiB event", bench_floor_json, -1, 1, 1},
    {"call at a level that is off", disabled, 0, 1, 1},
    {"cache hit, counted only (level 0)", count_only, 1, 0, 1},
    {"event: one integer", small, 3, 1, 1},
    {"event: integer, double, 24 bytes", with_text, 4, 1, 1},
    {"event: 1 KiB of JSON", json_1k, 5, 1, 1},
    {"cache hit with a field", cache_hit, 4, 1, 1},
    {"timer, two checkpoints (level 1)", timer, 2, 1, 1},
};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

static void reopen(int level)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    acdebug_close();
    o.level = level;
    o.flags = ACDEBUG_NO_TEXT;
    if (acdebug_open("bench", &o) != 0)
        exit(1);
}

/* Each call timed by itself, the harness' own two clock reads included, as in the floor's column. */
static void percentiles(void)
{
    enum { N = 200000 };
    static uint64_t sample[N];
    static const size_t chosen[] = {2, 4, 9};
    printf("\neach call by itself, 100,000 a second (ns, harness included)\n");
    printf("%-38s %8s %8s %8s\n", "", "p50", "p99", "p99.9");
    reopen(1);
    for (size_t c = 0; c < sizeof chosen / sizeof chosen[0]; c++) {
        const struct bench_subject *s = &subjects[chosen[c]];
        double rate = bench_ticks_a_ns();
        uint64_t due = bench_ticks();
        for (int i = 0; i < N; i++) {
            due += (uint64_t)(10000 * rate);
            while (bench_ticks() < due) {}
            uint64_t before = bench_ticks();
            s->run(1);
            sample[i] = bench_ticks() - before;
        }
        bench_sort(sample, N);
        printf("%-38s %8.0f %8.0f %8.0f\n", s->name, (double)sample[N / 2] / rate,
               (double)sample[N / 100 * 99] / rate, (double)sample[N / 1000 * 999] / rate);
    }
    bench_floor_done();
}

static void *first_emit(void *ret_ns)
{
    double before = bench_ns();
    acdebug_log(1, "first", ACDEBUG_INT("i", 1));
    *(double *)ret_ns = bench_ns() - before;
    return NULL;
}

static void once(void)
{
    enum { N = 20 };
    double open[N], first[N];
    for (int i = 0; i < N; i++) {
        acdebug_options o = ACDEBUG_OPTIONS_INIT;
        o.level = 1;
        o.flags = ACDEBUG_NO_TEXT;
        acdebug_close();
        double before = bench_ns();
        if (acdebug_open("bench", &o) != 0)
            exit(1);
        open[i] = bench_ns() - before;
        pthread_t t;
        pthread_create(&t, NULL, first_emit, &first[i]);
        pthread_join(t, NULL);
    }
    printf("\nonce: acdebug_open %.0f us, a thread's first emit %.0f us (medians of %d)\n",
           bench_median(open, N) / 1000, bench_median(first, N) / 1000, N);
}

int main(void)
{
    static const struct bench_table table = {subjects, SUBJECTS, reopen, bench_floor_done};
    bench_machine("emit");
    for (unsigned threads = 1; threads <= 16; threads *= threads < 4 ? 2 : 4)
        bench_table(&table, threads);
    percentiles();
    once();
    acdebug_close();
    return 0;
}
