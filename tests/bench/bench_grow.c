/* SPDX-License-Identifier: MIT */
/*
 * How an emitter's cost grows: with the names in its tables, with sites, with running timers, with what
 * was emitted before, with those that read it, and what a call costs whose memory is in no cache.  Rows of one table are interleaved in one run; medians.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <acdebug.h>

#include "tests/bench/bench.h"
#include "tests/bench/floors.h"
#include "tui/reader/follow.h"

#define ROUNDS 5
#define CALLS 20000
#define NAMES_MAX 1024

static void reopen(int level)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    acdebug_close();
    o.level = level;
    o.flags = ACDEBUG_NO_TEXT;
    if (acdebug_open("bench", &o) != 0)
        exit(1);
}

/* ---- names in the tables ---- */

static char name[NAMES_MAX][16];

static void lookups(unsigned names)
{
    acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
    for (unsigned i = 0; i < CALLS; i++) {
        l.type = name[i % names];
        acdebug_cache_lookup(&l);
    }
}

static void timers(unsigned names)
{
    for (unsigned i = 0; i < CALLS; i++) {
        acdebug_timer t;
        acdebug_timer_start(&t, name[i % names]);
        acdebug_timer_end(&t);
    }
}

static void errors(unsigned names)
{
    for (unsigned i = 0; i < CALLS; i++) {
        acdebug_error_context c = ACDEBUG_ERROR_INIT;
        c.message = name[i % names];
        acdebug_error("HTTP", 500, &c);
    }
}

/* As the macros make them, one beside each call. */
static void sites(unsigned count)
{
    static const struct acdebug_priv_key keys[] = {{"i", ACDEBUG_PRIV_UINT}};
    static struct acdebug_priv_site site[NAMES_MAX];
    for (unsigned i = 0; i < CALLS; i++) {
        struct acdebug_priv_site *s = &site[i % count];
        const struct acdebug_priv_value value = acdebug_priv_uint(i);
        if (!s->keys) {
            s->kind = ACDEBUG_PRIV_KIND_LOG;
            s->level = 1;
            s->fields = 1;
            s->message = name[i % count];
            s->file = __FILE__;
            s->keys = keys;
        }
        acdebug_priv_emit(s, &value);
    }
}

static acdebug_timer held[NAMES_MAX];

static void hold(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        acdebug_timer_start(&held[i], "held");
}

static void let_go(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        acdebug_timer_end(&held[i]);
}

static void one_timer(unsigned count)
{
    (void)count;
    timers(1);
}

static const struct {
    const char *text;
    int level;
    void (*run)(unsigned names);
    void (*before)(unsigned names), (*after)(unsigned names);
} tables[] = {{"cache lookup, by types", 0, lookups, NULL, NULL},
              {"timer, start and end, by names", 0, timers, NULL, NULL},
              {"the same, by those that run", 0, one_timer, hold, let_go},
              {"error, by groups", 0, errors, NULL, NULL},
              {"event: one integer, by sites", 1, sites, NULL, NULL}};
#define TABLES (sizeof tables / sizeof tables[0])

static void grow_by_names(void)
{
    static const unsigned sizes[] = {1, 4, 16, 64, 256, 1024};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    double ns[ROUNDS];
    printf("\nns a call, medians of %d; names beyond a table count under (other)\n%-32s", ROUNDS,
           "how many");
    for (unsigned s = 0; s < SIZES; s++)
        printf(" %8u", sizes[s]);
    for (size_t t = 0; t < TABLES; t++) {
        printf("\n%-32s", tables[t].text);
        for (unsigned s = 0; s < SIZES; s++) {
            for (int r = 0; r < ROUNDS; r++) {
                reopen(tables[t].level);
                if (tables[t].before)
                    tables[t].before(sizes[s]);
                tables[t].run(sizes[s]);
                double before = bench_ns();
                tables[t].run(sizes[s]);
                ns[r] = (bench_ns() - before) / CALLS;
                if (tables[t].after)
                    tables[t].after(sizes[s]);
            }
            printf(" %8.0f", bench_median(ns, ROUNDS));
        }
    }
    putchar('\n');
}

/* ---- what was emitted before ---- */

static void events(long n)
{
    for (long i = 0; i < n; i++)
        acdebug_log(1, "event", ACDEBUG_INT("i", i), ACDEBUG_DOUBLE("d", (double)i * 0.5),
                    ACDEBUG_STRN("s", bench_text, sizeof bench_text - 1));
}

static void grow_by_events(void)
{
    enum { STEPS = 4 };
    double ns[STEPS][ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        long before = 0, due = CALLS;
        reopen(1);
        for (unsigned s = 0; s < STEPS; s++, due *= 10) {
            events(due - before);
            double began = bench_ns();
            events(CALLS);
            ns[s][r] = (bench_ns() - began) / CALLS;
            before = due + CALLS;
        }
    }
    long due = CALLS;
    printf("\nevent: integer, double, 24 bytes; ns, medians of %d\n", ROUNDS);
    for (unsigned s = 0; s < STEPS; s++, due *= 10)
        printf("after %-26ld %8.2f\n", due, bench_median(ns[s], ROUNDS));
}

/* ---- readers ---- */

static int drop_it(void *context, const struct acd_item *item)
{
    (void)item;
    ++*(uint64_t *)context;
    return 0;
}

/* What a viewer does, without its screen. */
static void read_on(const char *path, useconds_t period)
{
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    struct acd_problem why;
    uint64_t seen = 0;
    if (acd_ringmap_open(&ring, AT_FDCWD, path, 0, &why) != 0 ||
        acd_follow_new(&follow, ring, ACD_CURSOR_NOW) != 0)
        _exit(1);
    for (;;) {
        (void)acd_follow_drain(follow, 1000000, drop_it, &seen);
        usleep(period);
    }
}

static double bursts(void (*run)(long n))
{
    double sum = 0;
    for (int i = 0; i < 50; i++) {
        usleep(4000);
        double before = bench_ns();
        run(1000);
        sum += bench_ns() - before;
    }
    return sum / 50 / 1000;
}

static void grow_by_readers(void)
{
    static const struct {
        const char *text;
        unsigned count;
        useconds_t period;
    } rows[] = {{"no reader", 0, 0},
                {"1 reader, polls every ms", 1, 1000},
                {"1 reader, polls every 100 ms", 1, 100000},
                {"50 readers, poll every 100 ms", 50, 100000}};
    enum { ROWS = sizeof rows / sizeof rows[0] };
    double ns[ROWS][ROUNDS];
    for (int r = 0; r < ROUNDS; r++)
        for (unsigned i = 0; i < ROWS; i++) {
            pid_t child[50];
            reopen(1);
            events(1);
            for (unsigned k = 0; k < rows[i].count; k++)
                if ((child[k] = fork()) == 0)
                    read_on(acdebug_ring_path(), rows[i].period);
            (void)bursts(events);
            ns[i][r] = bursts(events);
            for (unsigned k = 0; k < rows[i].count; k++) {
                kill(child[k], SIGKILL);
                waitpid(child[k], NULL, 0);
            }
        }
    double none = bench_median(ns[0], ROUNDS);
    printf("\nevent: integer, double, 24 bytes; bursts of 1,000 after 4 ms, ns, medians of %d\n",
           ROUNDS);
    for (unsigned i = 0; i < ROWS; i++)
        printf("%-32s %8.2f %8.3f x\n", rows[i].text, bench_median(ns[i], ROUNDS),
               bench_median(ns[i], ROUNDS) / none);
}

/* ---- cold ---- */

static void walk(void)
{
    static volatile char other[32 << 20];
    for (size_t i = 0; i < sizeof other; i += 64)
        other[i]++;
}

static void cold(const char *text, void (*run)(long n))
{
    enum { N = 400 };
    uint64_t sample[N];
    double rate = bench_ticks_a_ns();
    run(1000);
    for (int i = 0; i < N; i++) {
        walk();
        uint64_t before = bench_ticks();
        run(1);
        sample[i] = bench_ticks() - before;
    }
    bench_sort(sample, N);
    printf("%-32s %8.0f %8.0f\n", text, (double)sample[N / 2] / rate,
           (double)sample[N / 100 * 99] / rate);
}

static void forks(void)
{
    double ns[20];
    for (int i = 0; i < 20; i++) {
        int ends[2];
        if (pipe(ends) != 0)
            exit(1);
        pid_t child = fork();
        if (child == 0) {
            double began = bench_ns();
            events(1); /* opens the child's own ring */
            began = bench_ns() - began;
            _exit(write(ends[1], &began, sizeof began) != sizeof began);
        }
        if (read(ends[0], &ns[i], sizeof ns[i]) != sizeof ns[i])
            exit(1);
        waitpid(child, NULL, 0);
        close(ends[0]);
        close(ends[1]);
    }
    printf("\na fork child's first event, its ring's open within: %.0f us (median of 20)\n",
           bench_median(ns, 20) / 1000);
}

int main(void)
{
    for (unsigned i = 0; i < NAMES_MAX; i++)
        snprintf(name[i], sizeof name[i], "name %u", i);
    bench_machine("growth");
    grow_by_names();
    grow_by_events();
    grow_by_readers();
    reopen(1);
    printf("\none call with its memory in no cache, ns %17s %8s\n", "p50", "p99");
    cold("floor: the cells of the event", bench_floor_text);
    cold("event: integer, double, 24 bytes", events);
    forks();
    acdebug_close();
    return 0;
}
