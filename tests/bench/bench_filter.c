/* SPDX-License-Identifier: MIT */
/*
 * A filter or a search over a scroll-back of a million events: how long until the first picture can
 * be drawn, how long until all is looked through, and how long a key waits at most.  The floor asks
 * nothing of an event but its level.  The longest slice is the time between two looks at the
 * keyboard.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/support/model.h"
#include "tests/support/scratch.h"
#include "tui/app/finder.h"

#define EVENTS 1000000u
#define BYTES (512u << 20)
#define PAGE 57u
#define ROUNDS 5

struct times {
    double first_ms, all_ms, slice_ms;
    uint64_t matches;
};

struct subject {
    struct acd_test_model m;
    struct acd_finder finder;
};

static void fill(struct subject *s)
{
    acd_test_model_init(&s->m);
    acd_fleet_fini(&s->m.fleet);
    if (acd_fleet_init(&s->m.fleet, EVENTS, BYTES) < 0 ||
        acd_finder_init(&s->finder, &s->m.ui, &s->m.fleet) < 0)
        acd_scratch_die("memory");
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
    row(&s, "path~^/n/7$ bytes<5", "path~^/n/7$ bytes<5", false);
    row(&s, "search: the newest error", "kind:error", true);
    row(&s, "search: a word that is nowhere", "nowhere", true);
    acd_finder_fini(&s.finder);
    acd_test_model_fini(&s.m);
    return 0;
}
