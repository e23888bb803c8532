/* SPDX-License-Identifier: MIT */
/*
 * A filter or a search over a scroll-back of a million events: how long until the first picture can
 * be drawn, how long until all is looked through, and how long a key waits at most.  The floor asks
 * nothing of an event but its level.  The longest slice is the time between two looks at the
 * keyboard.  And what Enter on a request waits for when the scroll-back is full.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/model.h"
#include "tests/support/scratch.h"
#include "tui/app/act.h"
#include "tui/app/finder.h"
#include "tui/model/closeup.h"

#define EVENTS 1000000u
#define BYTES (512u << 20)
#define PAGE 57u
#define ROUNDS 5
#define LONG_RUN UINT64_C(0xa10000000001)
#define LONG_REQUEST "request-of-all-the-time"
#define SPREAD_MS UINT64_C(120000)

struct times {
    double first_ms, all_ms, slice_ms;
    uint64_t matches;
};

struct subject {
    struct acd_test_model m;
    struct acd_finder finder;
};

static void init(struct subject *s, uint32_t events, size_t bytes)
{
    acd_test_model_init(&s->m);
    acd_fleet_fini(&s->m.fleet);
    if (acd_fleet_init(&s->m.fleet, events, bytes) < 0 ||
        acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet) < 0)
        acd_scratch_die("memory");
}

static void fill(struct subject *s)
{
    init(s, EVENTS, BYTES);
    struct acd_server *server = acd_test_model_server(&s->m, "bench", 1);
    while (acd_store_next(s->m.fleet.store) + 8 <= EVENTS) {
        if (acd_store_next(s->m.fleet.store) % 800 < 8)
            acd_test_model_events(&s->m, server);
        else
            acd_test_model_logs(&s->m, server, 8, 1);
    }
    s->m.ui.page = PAGE;
}

/* Does the screen have all its rows, or is there nothing more to wait for? */
static bool is_full(const struct subject *s, enum acd_finder_step step)
{
    const struct acd_sieve *sieve = s->m.ui.lookup.sieve;
    return step != ACD_FINDER_BUSY ||
           acd_sieve_count(sieve, s->m.fleet.store, 0, UINT64_MAX) >= PAGE;
}

static void set_line(struct subject *s, const char *text)
{
    memset(s->m.ui.lookup.line, 0, sizeof s->m.ui.lookup.line);
    snprintf(s->m.ui.lookup.line, sizeof s->m.ui.lookup.line, "%s", text);
}

/* `first` is the first picture, full or not; the loop draws one behind each slice that has news. */
static struct times filter(struct subject *s, const char *text, double *ret_full_ms)
{
    struct times t = {0};
    enum acd_finder_step step;
    double full = -1, start = bench_ns();
    set_line(s, text);
    if (!acd_finder_take_filter(&s->finder))
        acd_scratch_die(text);
    do {
        double before = bench_ns();
        step = acd_finder_work(&s->finder);
        double now = bench_ns();
        if (t.first_ms == 0)
            t.first_ms = (now - start) / 1e6;
        if (full < 0 && is_full(s, step))
            full = (now - start) / 1e6;
        t.slice_ms = (now - before) / 1e6 > t.slice_ms ? (now - before) / 1e6 : t.slice_ms;
    } while (step == ACD_FINDER_BUSY);
    t.all_ms = (bench_ns() - start) / 1e6;
    t.matches = acd_sieve_matches(s->m.ui.lookup.sieve, s->m.fleet.store, 0, UINT64_MAX);
    *ret_full_ms = full;
    acd_finder_drop_filter(&s->finder);
    return t;
}

static struct times search(struct subject *s, const char *text)
{
    struct times t = {0};
    double start = bench_ns();
    set_line(s, text);
    if (!acd_finder_take_find(&s->finder))
        acd_scratch_die(text);
    acd_finder_search(&s->finder, ACD_FINDER_OLDER);
    while (s->m.ui.lookup.searching) {
        double before = bench_ns();
        acd_finder_work(&s->finder);
        double took = (bench_ns() - before) / 1e6;
        t.slice_ms = took > t.slice_ms ? took : t.slice_ms;
        t.first_ms = t.first_ms > 0 ? t.first_ms : took;
    }
    t.all_ms = (bench_ns() - start) / 1e6;
    t.matches = s->m.ui.lookup.search.state == ACD_EVENTFIND_FOUND;
    acd_finder_drop_find(&s->finder);
    s->m.ui.events = (struct acd_event_place){.scrolled = false};
    return t;
}

static void row(struct subject *s, const char *name, const char *text, bool searches)
{
    double first[ROUNDS], full[ROUNDS], all[ROUNDS], slice[ROUNDS];
    uint64_t matches = 0;
    for (int i = 0; i < ROUNDS; i++) {
        full[i] = 0;
        struct times t = searches ? search(s, text) : filter(s, text, &full[i]);
        first[i] = t.first_ms;
        all[i] = t.all_ms;
        slice[i] = t.slice_ms;
        matches = t.matches;
        if (searches)
            full[i] = t.all_ms;
    }
    double median = bench_median(all, ROUNDS);
    printf("%-34s %9.1f %9.1f %9.1f %9.1f %8.2f %9llu\n", name, bench_median(first, ROUNDS),
           bench_median(full, ROUNDS), median, bench_median(slice, ROUNDS), EVENTS / median / 1e3,
           (unsigned long long)matches);
}

/* ---------------------------------------------------------------- one request */

/* A full scroll-back of requests over two minutes, each an event a checkpoint; the first of them
 * never ended. */
static void fill_requests(struct subject *s)
{
    init(s, ACD_STORE_ENTRIES_DEFAULT, ACD_STORE_BYTES_DEFAULT);
    struct acd_server *server = acd_test_model_proxy(&s->m);
    struct acd_test_run run = {LONG_RUN, LONG_REQUEST, NULL, SPREAD_MS, 0, {{"loaded", 1}}, 0};
    acd_test_model_run(&s->m, server, &run);
    char request[24];
    uint64_t capacity = acd_store_capacity(s->m.fleet.store);
    for (uint64_t id = 1; acd_store_next(s->m.fleet.store) < capacity - 8; id++) {
        snprintf(request, sizeof request, "chatcmpl-%06" PRIu64, id);
        uint64_t age = SPREAD_MS - SPREAD_MS * acd_store_next(s->m.fleet.store) / capacity;
        run = (struct acd_test_run){id, request, NULL, age, age, {{"cache", 1}, {"loaded", 2}}, 0};
        run.elapsed_ms = age < 9 ? age : 9;
        acd_test_model_run(&s->m, server, &run);
    }
    acd_test_model_renew(&s->m);
}

/* As the loop draws after a key: a slice of the work, a look at the keyboard, the next slice. */
static struct times settle(struct subject *s, struct acd_act *act)
{
    const struct acd_rect body = acd_view_body(&s->m.ui, 80, 24);
    struct times t = {0};
    bool more = true;
    while (more) {
        double before = bench_ns();
        more = acd_act_settle(act, body);
        double took = (bench_ns() - before) / 1e6;
        t.first_ms = t.first_ms > 0 ? t.first_ms : took;
        t.slice_ms = took > t.slice_ms ? took : t.slice_ms;
        t.all_ms += took;
    }
    return t;
}

/* `run` NULL: the timer with its slowest. */
static void near_row(struct subject *s, const char *name, const struct acd_timer_run *run)
{
    struct acd_closeup *closeup = &s->m.closeup;
    struct acd_act act = {
        .ui = &s->m.ui, .fleet = &s->m.fleet, .digest = &s->m.digest, .closeup = closeup};
    double first[ROUNDS], all[ROUNDS], slice[ROUNDS];
    s->m.ui.view = run ? ACD_VIEW_RUN : ACD_VIEW_TIMER;
    for (int i = 0; i < ROUNDS; i++) {
        memset(closeup, 0, sizeof *closeup);
        if (run) {
            closeup->runs.slowest[closeup->runs.slowest_count++] = *run;
            s->m.ui.run = run->id;
        }
        struct times t = settle(s, &act);
        first[i] = t.first_ms;
        all[i] = t.all_ms;
        slice[i] = t.slice_ms;
    }
    double median = bench_median(all, ROUNDS);
    printf("%-34s %9.1f %9s %9.1f %9.1f %8.2f %9zu\n", name, bench_median(first, ROUNDS), "",
           median, bench_median(slice, ROUNDS),
           (double)acd_store_next(s->m.fleet.store) / median / 1e3,
           run ? closeup->waterfall.marks + closeup->waterfall.related_count
               : closeup->runs.slowest_count);
}

static void requests(void)
{
    static struct subject s;
    fill_requests(&s);
    const uint64_t started = s.m.ui.now_ns - SPREAD_MS * 1000000;
    struct acd_timer_run run = {.id = {0, LONG_RUN}, .start_ns = started};
    puts("from near, a full scroll-back of 100,000 events");
    near_row(&s, "a timer's slowest requests", NULL);
    near_row(&s, "the oldest request, unnamed", &run);
    run.followed = (struct acd_followed){.kind = ACD_REQUEST_NUMBER, .number = 4711};
    near_row(&s, "the same, numbered", &run);
    run.followed = (struct acd_followed){.kind = ACD_REQUEST_TEXT};
    strcpy(run.followed.text, LONG_REQUEST);
    near_row(&s, "the same, named", &run);
    acd_finder_fini(&s.finder);
    acd_test_model_fini(&s.m);
}

int main(void)
{
    static struct subject s;
    fill(&s);
    bench_machine("filters over a million events, in slices");
    printf("%-34s %9s %9s %9s %9s %8s %9s\n", "", "first ms", "full ms", "all ms", "slice ms",
           "M/s", "matches");
    row(&s, "floor: level>=0", "level>=0", false);
    row(&s, "kind:log, nearly all", "kind:log", false);
    row(&s, "kind:error, one in 800", "kind:error", false);
    row(&s, "a word that is nowhere", "nowhere", false);
    row(&s, "a regular expression, nowhere", "/no(where|thing) [0-9]+/", false);
    row(&s, "a slow one, nowhere", "/(.*e){7}[0-9]*nowhere/", false);
    row(&s, "path~^/n/7$ bytes<5", "path~^/n/7$ bytes<5", false);
    row(&s, "search: the newest error", "kind:error", true);
    row(&s, "search: a word that is nowhere", "nowhere", true);
    acd_finder_fini(&s.finder);
    acd_test_model_fini(&s.m);
    requests();
    return 0;
}
