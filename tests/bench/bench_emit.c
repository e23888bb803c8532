/* SPDX-License-Identifier: MIT */
/*
 * What an emit costs, beside the floors under it: all subjects interleaved in one run, medians of the
 * rounds, each with its ratio to its floor.  Two ways: saturated, and bursts of 1,000 after 4 ms idle.
 * Nothing here asserts; a shared machine is noisy, so compare within one run only.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <acdebug.h>

#include "tests/bench/bench.h"

#define ROUNDS 5
#define SATURATED 1000000
#define BURST 1000
#define BURSTS 40
#define THREADS_MAX 16

static const char text[] = "abcdefghijklmnopqrstuvwx";
static _Atomic uint64_t word_floor = 1;

/* ---- the floors ---- */

struct floor_lane {
    uint64_t word[16384 * 8];
    uint64_t next;
};
static _Thread_local struct floor_lane *lane;

static void floor_branch(long n)
{
    for (long i = 0; i < n; i++)
        if (__builtin_expect(atomic_load_explicit(&word_floor, memory_order_relaxed) == 7, 0))
            bench_keep(&n);
}

static void floor_counter(long n)
{
    static _Thread_local _Atomic uint64_t counter[8];
    for (long i = 0; i < n; i++) {
        atomic_store_explicit(&counter[0],
                              atomic_load_explicit(&counter[0], memory_order_relaxed) + 1,
                              memory_order_relaxed);
        bench_keep(&counter[0]);
    }
}

static void floor_clock(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t now = bench_ticks();
        bench_keep(&now);
    }
}

static uint64_t *floor_cells(unsigned cells)
{
    if (!lane)
        lane = calloc(1, sizeof *lane);
    if (!lane)
        abort();
    uint64_t *w = &lane->word[(lane->next * 8) & (16384 * 8 - 1)];
    lane->next += cells;
    return w;
}

/* One cell: stamp, time, head, an integer. */
static void floor_small(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t *w = floor_cells(1);
        w[0] = lane->next;
        w[1] = bench_ticks();
        w[2] = 7;
        w[3] = (uint64_t)i;
        bench_keep(w);
    }
}

/* Two cells: the same with a double and 24 bytes of text. */
static void floor_text(long n)
{
    for (long i = 0; i < n; i++) {
        uint64_t *w = floor_cells(2);
        double d = (double)i * 0.5;
        w[0] = lane->next;
        w[1] = bench_ticks();
        w[2] = 7;
        w[3] = (uint64_t)i;
        memcpy(&w[4], &d, 8);
        w[5] = 24;
        memcpy(&w[6], text, 16);
        w[8] = lane->next;
        memcpy(&w[9], text + 16, 8);
        bench_keep(w);
    }
}

/* ---- ours ---- */

static void disabled(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(3, "off", ACDEBUG_INT("i", i));
}

static void count_only(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_cache_hit("prompt", text);
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
                    ACDEBUG_STRN("s", text, sizeof text - 1));
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
        acdebug_cache_hit("prompt", text, ACDEBUG_INT("tokens", i));
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

struct subject {
    const char *name;
    void (*run)(long n);
    int floor; /* index of its floor, -1: is one */
    int level;
};
static const struct subject subjects[] = {
    {"floor: atomic load and branch", floor_branch, -1, 1},
    {"floor: load and store of a counter", floor_counter, -1, 1},
    {"floor: clock read", floor_clock, -1, 1},
    {"floor: the cell of the small event", floor_small, -1, 1},
    {"floor: the cells of the text event", floor_text, -1, 1},
    {"call at a level that is off", disabled, 0, 1},
    {"cache hit, counted only (level 0)", count_only, 1, 0},
    {"event: one integer", small, 3, 1},
    {"event: integer, double, 24 bytes", with_text, 4, 1},
    {"event: 1 KiB of JSON", json_1k, 4, 1},
    {"cache hit with a field", cache_hit, 4, 1},
    {"timer, two checkpoints (level 1)", timer, 2, 1},
};
#define SUBJECTS (sizeof subjects / sizeof subjects[0])

/* ---- measuring ---- */

struct job {
    const struct subject *subject;
    pthread_barrier_t *start;
    double saturated, bursts; /* ns an event */
};

static void *work(void *argument)
{
    struct job *job = argument;
    job->subject->run(20000);
    pthread_barrier_wait(job->start);
    double before = bench_ns();
    job->subject->run(SATURATED);
    job->saturated = (bench_ns() - before) / SATURATED;
    double sum = 0;
    for (int i = 0; i < BURSTS; i++) {
        usleep(4000);
        before = bench_ns();
        job->subject->run(BURST);
        sum += bench_ns() - before;
    }
    job->bursts = sum / BURSTS / BURST;
    free(lane);
    lane = NULL;
    return NULL;
}

static void measure(const struct subject *s, unsigned threads, double *ret_saturated,
                    double *ret_bursts)
{
    pthread_t id[THREADS_MAX];
    struct job job[THREADS_MAX];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        job[i] = (struct job){s, &start, 0, 0};
        if (pthread_create(&id[i], NULL, work, &job[i]) != 0)
            abort();
    }
    *ret_saturated = *ret_bursts = 0;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(id[i], NULL);
        *ret_saturated += job[i].saturated / threads;
        *ret_bursts += job[i].bursts / threads;
    }
    pthread_barrier_destroy(&start);
}

static void reopen(int level)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    acdebug_close();
    o.level = level;
    o.flags = ACDEBUG_NO_TEXT;
    if (acdebug_open("bench", &o) != 0)
        exit(1);
}

static void table(unsigned threads)
{
    static double saturated[SUBJECTS][ROUNDS], bursts[SUBJECTS][ROUNDS];
    int level = -1;
    for (int r = 0; r < ROUNDS; r++)
        for (size_t s = 0; s < SUBJECTS; s++) {
            if (subjects[s].level != level)
                reopen(level = subjects[s].level);
            measure(&subjects[s], threads, &saturated[s][r], &bursts[s][r]);
        }
    printf("\n%u thread%s: ns a call, medians of %d interleaved rounds\n", threads,
           threads == 1 ? "" : "s", ROUNDS);
    printf("%-38s %10s %8s %10s %8s\n", "", "saturated", "x floor", "bursts", "x floor");
    for (size_t s = 0; s < SUBJECTS; s++) {
        double a = bench_median(saturated[s], ROUNDS), b = bench_median(bursts[s], ROUNDS);
        int f = subjects[s].floor;
        printf("%-38s %10.2f", subjects[s].name, a);
        if (f >= 0)
            printf(" %8.2f %10.2f %8.2f\n", a / bench_median(saturated[f], ROUNDS), b,
                   b / bench_median(bursts[f], ROUNDS));
        else
            printf(" %8s %10.2f\n", "", b);
    }
}

/* Each call timed by itself, the harness' own two clock reads included, as in the floor's column. */
static void percentiles(void)
{
    enum { N = 200000 };
    static uint64_t sample[N];
    static const size_t chosen[] = {2, 4, 8};
    printf("\neach call by itself, 100,000 a second (ns, harness included)\n");
    printf("%-38s %8s %8s %8s\n", "", "p50", "p99", "p99.9");
    reopen(1);
    for (size_t c = 0; c < sizeof chosen / sizeof chosen[0]; c++) {
        const struct subject *s = &subjects[chosen[c]];
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
    free(lane);
    lane = NULL;
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
    bench_machine("emit");
    table(1);
    table(2);
    percentiles();
    once();
    acdebug_close();
    return 0;
}
