/* SPDX-License-Identifier: MIT */
/*
 * How fast one core reads a ring: a lane of 1 MiB full of one event with a 64-bit id, a double and a
 * 24-character string.  The floor copies the same cells with memcpy and checks nothing.  The last row is
 * what acdebug-top does of its own between two pictures: events into the scroll-back, totals into their
 * windows, histograms into quantiles.  And how that grows with servers that live and with their events.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <acdebug.h>

#include "tests/bench/bench.h"
#include "tests/support/built.h"
#include "tui/app/collect.h"
#include "tui/model/digest.h"
#include "tui/model/store.h"
#include "tui/reader/follow.h"

#define CELLS 16384u
#define RECORDS (CELLS / 2)
#define ROUNDS 41

struct subject {
    struct acd_built b;
    struct acd_lane_map lane;
    uint64_t sum;      /* so that nothing is optimised away */
    double start, end; /* of what is measured; a row that sets something up sets them itself */
};

static void fill(struct subject *s)
{
    static const struct acd_ringbuild_key keys[] = {{2, 0, "id"}, {3, 0, "ms"}, {5, 0, "path"}};
    struct acd_ringbuild_site site = {
        .kind = 1, .level = 1, .message = "request", .file = "a.c", .fields = 3, .key = keys};
    struct acd_ringbuild_options o = {.big_cells = CELLS};
    struct acd_ringbuild_writer w;
    acd_built_make(&s->b, &o);
    acd_built_map(&s->b);
    unsigned number = acd_ringbuild_register(&s->b.rb, &site);
    acd_ringbuild_lane(&w, &s->b.rb, 0, 1);
    for (uint64_t i = 0; i < RECORDS; i++) {
        static struct acd_ringbuild_payload p;
        p.count = 0;
        acd_ringbuild_put(&p, i);
        acd_ringbuild_put(&p, i * 3);
        acd_ringbuild_put_text(&p, "/v1/chat/completions/abc");
        acd_ringbuild_write(&w, i, RB_SITE(number), &p);
    }
    if (!acd_ringmap_lane(s->b.ring, 0, &s->lane))
        acd_scratch_die("lane");
}

/* ---- what is measured: each reads all records once ---- */

static uint64_t copy_only(struct subject *s)
{
    static uint64_t words[CELLS * 8];
    memcpy(words, (const void *)s->lane.cells, sizeof words);
    s->sum += words[9];
    return RECORDS;
}

static uint64_t cursor(struct subject *s)
{
    static uint64_t words[ACD_CURSOR_ROOM_MIN];
    struct acd_cursor c;
    uint64_t n = 0, lost;
    acd_cursor_init(&c, &s->lane, ACD_CURSOR_FIRST);
    for (;; n++) {
        struct acd_cursor_room room = {words, 0, ACD_CURSOR_ROOM_MIN};
        struct acd_record r;
        if (acd_cursor_next(&c, &room, &r, &lost) != ACD_CURSOR_RECORD)
            return n;
        s->sum += r.payload[0];
    }
}

static int count_it(void *context, const struct acd_item *item)
{
    struct subject *s = context;
    s->sum += item->ticks;
    return 0;
}

static int decode_it(void *context, const struct acd_item *item)
{
    struct subject *s = context;
    struct acd_event_view event;
    if (acd_record_decode(&event, &item->record, &item->site->site) == ACD_RECORD_OK)
        s->sum += event.field[0].number.u;
    return 0;
}

static uint64_t follow(struct subject *s, acd_follow_take *take)
{
    struct acd_follow *f;
    if (acd_follow_new(&f, s->b.ring, ACD_CURSOR_FIRST) < 0)
        acd_scratch_die("follow");
    uint64_t n = acd_follow_drain(f, SIZE_MAX, take, s);
    acd_follow_free(f);
    return n;
}

static uint64_t merged(struct subject *s)
{
    return follow(s, count_it);
}

static uint64_t decoded(struct subject *s)
{
    return follow(s, decode_it);
}

static uint64_t drain_all(struct acd_collect *c)
{
    uint64_t n = 0;
    do
        n += acd_collect_drain(c, SIZE_MAX / 2);
    while (acd_collect_more(c));
    return n;
}

static uint64_t collected(struct subject *s)
{
    const struct acd_target target = {s->b.path, ACD_TARGET_PATH, 0};
    const struct acd_collect_options o = {
        .targets = &target, .target_count = 1, .dead = ACD_COLLECT_ALL, .start = ACD_CURSOR_OLDEST};
    struct acd_fleet fleet;
    struct acd_digest digest = {0};
    struct acd_collect *c;
    struct acd_problem why;
    if (acd_fleet_init(&fleet, ACD_STORE_ENTRIES_DEFAULT, ACD_STORE_BYTES_DEFAULT) < 0 ||
        acd_collect_new(&c, &fleet, &o, &why) < 0)
        acd_scratch_die("collect");
    acd_collect_sample(c);
    s->start = bench_ns();
    uint64_t n = drain_all(c);
    acd_collect_sample(c);
    struct acd_histogram_source source = acd_collect_histograms(c);
    if (acd_digest_renew(&digest, &fleet, (struct acd_selection){ACD_SELECT_ALL, 0},
                         fleet.server[0]->event_ns, &source) < 0)
        acd_scratch_die("digest");
    s->end = bench_ns();
    acd_digest_fini(&digest);
    acd_collect_free(c);
    acd_fleet_fini(&fleet);
    return n;
}

static const struct {
    const char *name;
    uint64_t (*run)(struct subject *s);
} rows[] = {
    {"floor: memcpy of the cells", copy_only},          {"cursor: checked copies", cursor},
    {"follow: merged by time, with sites", merged},     {"follow and decode the fields", decoded},
    {"into the model, windows, histograms", collected},
};
#define ROWS (sizeof rows / sizeof rows[0])

/* ---- how it grows ---- */

#define SERVERS_MAX 100
#define POLLS 60
#define POLL_US 10000

/* A server that emits so many events between two polls. */
static void serve(int events)
{
    acdebug_options o = ACDEBUG_OPTIONS_INIT;
    o.level = 1;
    o.flags = ACDEBUG_NO_TEXT;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (acdebug_open("bench", &o) != 0)
        _exit(1);
    for (;; usleep(POLL_US))
        for (int i = 0; i < events; i++)
            acdebug_log(1, "request", ACDEBUG_INT("id", i), ACDEBUG_DOUBLE("ms", i * 0.5),
                        ACDEBUG_STR("path", "/v1/chat/completions/abc"));
}

static double cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Polls as the screen does: new servers, events, totals. */
static void poll_them(unsigned servers, int events)
{
    const struct acd_collect_options o = {.dead = ACD_COLLECT_LIVE, .start = ACD_CURSOR_NOW};
    struct acd_fleet fleet;
    struct acd_collect *c;
    struct acd_problem why;
    static double ns[POLLS];
    uint64_t taken = 0;
    if (acd_fleet_init(&fleet, ACD_STORE_ENTRIES_DEFAULT, ACD_STORE_BYTES_DEFAULT) < 0 ||
        acd_collect_new(&c, &fleet, &o, &why) < 0)
        acd_scratch_die("collect");
    while (fleet.count < servers) {
        usleep(POLL_US);
        acd_collect_scan(c);
    }
    for (int i = -10; i < POLLS; i++) {
        usleep(POLL_US);
        double before = cpu_ns();
        acd_collect_scan(c);
        uint64_t n = drain_all(c);
        acd_collect_sample(c);
        if (i < 0)
            continue;
        ns[i] = cpu_ns() - before;
        taken += n;
    }
    double sum = 0;
    for (int i = 0; i < POLLS; i++)
        sum += ns[i];
    printf("%8u %12d %12.1f %12.2f", servers, events, bench_median(ns, POLLS) / 1e3,
           bench_median(ns, POLLS) / 1e3 / servers);
    if (taken > 0)
        printf(" %12.1f", sum / (double)taken);
    putchar('\n');
    acd_collect_free(c);
    acd_fleet_fini(&fleet);
}

static void grow(void)
{
    static const struct {
        unsigned servers;
        int events;
    } steps[] = {{1, 0},    {10, 0},    {100, 0},  {1, 10},  {1, 100},
                 {1, 1000}, {1, 10000}, {10, 100}, {100, 10}};
    printf("\nprocessor time of a poll: new servers, events, totals; every 10 ms, medians of %d\n"
           "%8s %12s %12s %12s %12s\n",
           POLLS, "servers", "events each", "us", "us a server", "ns an event");
    for (size_t r = 0; r < sizeof steps / sizeof steps[0]; r++) {
        struct acd_scratch dir;
        pid_t child[SERVERS_MAX];
        acd_scratch_make(&dir);
        setenv("ACDEBUG_DIR", dir.path, 1);
        fflush(stdout);
        for (unsigned i = 0; i < steps[r].servers; i++)
            if ((child[i] = fork()) == 0)
                serve(steps[r].events);
        poll_them(steps[r].servers, steps[r].events);
        for (unsigned i = 0; i < steps[r].servers; i++) {
            kill(child[i], SIGKILL);
            waitpid(child[i], NULL, 0);
        }
        acd_scratch_remove(&dir);
    }
}

int main(void)
{
    static struct subject s;
    static double ns[ROWS][ROUNDS];
    fill(&s);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < ROWS; i++) {
            s.end = 0;
            s.start = bench_ns();
            uint64_t n = rows[i].run(&s);
            ns[i][round] = ((s.end > 0 ? s.end : bench_ns()) - s.start) / RECORDS;
            if (n != RECORDS)
                acd_scratch_die(rows[i].name);
        }
    }
    bench_machine("reading a ring, one core");
    printf("%-36s %10s %14s\n", "", "ns/event", "million/s");
    for (size_t i = 0; i < ROWS; i++) {
        double median = bench_median(ns[i], ROUNDS);
        printf("%-36s %10.1f %14.1f\n", rows[i].name, median, 1e3 / median);
    }
    bench_keep(&s.sum);
    acd_built_remove(&s.b);
    grow();
    return 0;
}
