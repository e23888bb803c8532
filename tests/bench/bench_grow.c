/* SPDX-License-Identifier: MIT */
/*
 * How an emitter's cost grows: with the names in its tables, with sites, with running timers, with what
 * was emitted before, with those that read it, and what a call costs whose code and data are in none of
 * its core's caches.  Rows of one table are interleaved in one run; medians.
 */
#include "config.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

enum { BURSTS = 30, BURST = 1000, SLOWEST = BURSTS / 10 };

/* Mean of the bursts but the slowest tenth, into which another process came. */
static double bursts(void (*run)(long n))
{
    double ns[BURSTS], sum = 0;
    for (int i = 0; i < BURSTS; i++) {
        usleep(4000);
        double before = bench_ns();
        run(BURST);
        ns[i] = (bench_ns() - before) / BURST;
    }
    (void)bench_median(ns, BURSTS); /* sorts */
    for (int i = 0; i < BURSTS - SLOWEST; i++)
        sum += ns[i];
    return sum / (BURSTS - SLOWEST);
}

#define READERS_MAX 50
static const struct {
    const char *text;
    unsigned count;
    useconds_t period;
} readers[] = {{"no reader", 0, 0},
               {"no reader, once more", 0, 0},
               {"1 reader, polls every ms", 1, 1000},
               {"1 reader, polls every 100 ms", 1, 100000},
               {"50 readers, poll every 100 ms", READERS_MAX, 100000}};
enum { READER_ROWS = sizeof readers / sizeof readers[0], READER_ROUNDS = 25 };

static void signal_all(pid_t const child[], unsigned count, int number)
{
    for (unsigned i = 0; i < count; i++)
        kill(child[i], number);
}

static void measure_readers(pid_t child[][READERS_MAX], double ns[][READER_ROUNDS])
{
    for (unsigned r = 0; r < READER_ROUNDS; r++)
        for (unsigned k = 0; k < READER_ROWS; k++) {
            unsigned i = (k + r) % READER_ROWS;
            signal_all(child[i], readers[i].count, SIGCONT);
            (void)bursts(events); /* they catch up: longer than any of their periods */
            ns[i][r] = bursts(events);
            signal_all(child[i], readers[i].count, SIGSTOP);
        }
}

/* One ring for all rows, whose readers are attached throughout and stopped but in their row's turns, which
 * take a quarter of a second each.  A row is judged by the ratios to the row without readers of the same
 * round; how far that row is from itself says what a ratio is worth. */
static void grow_by_readers(void)
{
    static pid_t child[READER_ROWS][READERS_MAX];
    static double ns[READER_ROWS][READER_ROUNDS], none[READER_ROUNDS];
    reopen(1);
    events(10000);
    for (unsigned i = 0; i < READER_ROWS; i++)
        for (unsigned k = 0; k < readers[i].count; k++)
            if ((child[i][k] = fork()) == 0)
                read_on(acdebug_ring_path(), readers[i].period);
    usleep(500000);
    for (unsigned i = 0; i < READER_ROWS; i++)
        signal_all(child[i], readers[i].count, SIGSTOP);
    measure_readers(child, ns);
    printf("\nevent: integer, double, 24 bytes; bursts of %d after 4 ms, ns, medians of %d rounds\n"
           "%-32s %8s %12s %20s\n",
           BURST, READER_ROUNDS, "", "", "x no reader", "half of the rounds");
    memcpy(none, ns[0], sizeof none);
    for (unsigned i = 0; i < READER_ROWS; i++) {
        double ratio[READER_ROUNDS];
        for (unsigned r = 0; r < READER_ROUNDS; r++)
            ratio[r] = ns[i][r] / none[r];
        printf("%-32s %8.2f", readers[i].text, bench_median(ns[i], READER_ROUNDS));
        double median = bench_median(ratio, READER_ROUNDS);
        printf(" %12.3f %11.3f to %.3f\n", median, ratio[READER_ROUNDS / 4],
               ratio[READER_ROUNDS * 3 / 4]);
        signal_all(child[i], readers[i].count, SIGKILL);
        for (unsigned k = 0; k < readers[i].count; k++)
            waitpid(child[i][k], NULL, 0);
    }
}

/* ---- cold ---- */

/* Writes to several times what the core's own caches hold, so that neither the call's code nor its data
 * are left in them; the cache that cores share is larger and keeps both.  In huge pages: a walk over
 * thousands of small ones would empty the address translation too, which took longer to fill again
 * than the call itself takes. */
static void walk(void)
{
    enum { HUGE = 2 << 20 };
    static char *other;
    static size_t bytes;
    if (!other) {
        long own = 0; /* not told */
#ifdef _SC_LEVEL2_CACHE_SIZE
        own = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
        bytes = ((own > 0 ? (size_t)own : HUGE) * 4 + HUGE - 1) / HUGE * HUGE;
        other = aligned_alloc(HUGE, bytes);
        if (!other)
            exit(1);
#ifdef MADV_HUGEPAGE
        (void)madvise(other, bytes, MADV_HUGEPAGE);
#endif
    }
    for (size_t i = 0; i < bytes; i += 64)
        other[i] = (char)i;
    bench_keep(other);
}

/* The calls before go round the lane, so that no page is touched for the first time. */
static void cold(const char *text, void (*run)(long n))
{
    enum { N = 2000 };
    static uint64_t sample[N];
    double rate = bench_ticks_a_ns();
    run(10000);
    for (int i = 0; i < N; i++) {
        walk();
        uint64_t before = bench_ticks();
        run(1);
        sample[i] = bench_ticks() - before;
    }
    bench_sort(sample, N);
    printf("%-38s %8.0f %8.0f\n", text, (double)sample[N / 2] / rate,
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
    printf("\n%-38s %8s %8s\n", "one call, caches of its core cold, ns", "p50", "p99");
    cold("floor: clock read", bench_floor_clock);
    cold("floor: the cells of the event", bench_floor_text);
    cold("event: integer, double, 24 bytes", events);
    forks();
    acdebug_close();
    return 0;
}
