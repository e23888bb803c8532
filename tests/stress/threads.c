/* SPDX-License-Identifier: MIT */
/*
 * Threads that come and go, and more of them than there are lanes: every event of every one is seen,
 * overrun or dropped, every counter is exact, and lanes are used again instead of made anew.
 *
 *   threads [THREADS]     default 100,000 by ACD_TEST_SCALE
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <acdebug.h>
#include "emitter/format/kinds.h"
#include "tests/stress/account.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/totals.h"

#define EVENTS 4 /* a thread */
#define SLOTS 32 /* threads at a time */

/* One slot's threads go on in one sequence, one after another. */
struct slot {
    pthread_t thread;
    uint32_t number;
    uint64_t next;
};

static void *live_briefly(void *context)
{
    struct slot *s = context;
    acdebug_timer t;
    acdebug_timer_start(&t, "brief");
    for (unsigned i = 0; i < EVENTS; i++)
        acd_account_emit(s->number, s->next++);
    acdebug_cache_evict("prompt", NULL, 1, NULL); /* counts only */
    acdebug_timer_end(&t);
    return NULL;
}

/* The rows, before lanes take what room there is: which of them would find none is a race. */
static void make_rows(void)
{
    acdebug_timer t;
    acdebug_timer_start(&t, "brief");
    acdebug_timer_end(&t);
    acdebug_cache_evict("prompt", NULL, 1, NULL);
}

static void start(struct slot *s)
{
    if (pthread_create(&s->thread, NULL, live_briefly, s) != 0)
        acd_scratch_die("pthread_create");
}

/* How many owners all lanes have had: each of them recorded itself. */
static uint64_t owners(const struct acd_peek *peek, unsigned *ret_lanes)
{
    uint64_t sum = 0;
    *ret_lanes = 0;
    for (unsigned i = 0; i + 1 < acd_peek_lanes(peek); i++) {
        const struct acd_lane *lane = acd_peek_lane(peek, i);
        sum += lane ? acd_peek_word(&lane->owner) >> 32 : 0;
        *ret_lanes += lane != NULL;
    }
    return sum;
}

struct verdict {
    bool good;
    unsigned lanes;
    uint64_t owners, dropped, emitted, seen, overrun;
};

static struct verdict settle(uint64_t threads, struct acd_account *a, struct acd_follow *follow,
                             const struct acd_ringmap *ring)
{
    struct acd_totals t = {0};
    struct acd_peek peek;
    struct verdict v = {0};
    while (acd_follow_drain(follow, 10000, acd_account_take, a) > 0) {}
    if (acd_totals_read(&t, ring) != 0 || !acd_peek_open(&peek, acdebug_ring_path()))
        acd_scratch_die("totals");
    v.owners = owners(&peek, &v.lanes);
    v.emitted = t.events.emitted;
    v.dropped = t.events.dropped;
    v.seen = a->seen;
    v.overrun = a->lost;
    struct acd_peek_cache c;
    acd_peek_cache(&peek, "prompt", "", &c);
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    uint64_t in_histogram = acd_totals_histogram(ring, "brief", NULL, bucket);
    v.good = acd_account_good(a) && v.emitted == threads * EVENTS + v.owners + 1 &&
             v.emitted == v.seen + v.overrun + v.dropped && c.evictions == threads + 1 &&
             t.timer_count == 1 && t.timer[0].timing.count == threads + 1 &&
             t.timer[0].started == threads + 1 && in_histogram == threads + 1;
    for (unsigned i = 0; i < ACD_RUNNING; i++)
        v.good = v.good && acd_peek_running(&peek, i) == NULL;
    if (!v.good)
        printf("expected %" PRIu64 " emitted; torn %" PRIu64 ", order %" PRIu64
               ", unreadable %" PRIu64 "; evictions %" PRIu64 "; %zu timers: started %" PRIu64
               ", count %" PRIu64 ", in histogram %" PRIu64 "; allocated %" PRIu64 "\n",
               threads * EVENTS + v.owners + 1, a->bad_checksum, a->bad_order, a->unreadable,
               c.evictions, t.timer_count, t.timer_count ? t.timer[0].started : 0,
               t.timer_count ? t.timer[0].timing.count : 0, in_histogram, t.misc.allocated_bytes);
    acd_totals_fini(&t);
    acd_peek_close(&peek);
    return v;
}

static bool run(const char *name, uint64_t threads, const acdebug_options *o)
{
    static struct acd_account account;
    struct slot slot[SLOTS] = {{.number = 0}};
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    struct acd_problem why = {0};
    memset(&account, 0, sizeof account);
    account.shared_lane = true; /* several threads in turn write one lane */
    if (acdebug_open("brief", o) != 0 ||
        acd_ringmap_open(&ring, AT_FDCWD, acdebug_ring_path(), 0, &why) != 0 ||
        acd_follow_new(&follow, ring, ACD_CURSOR_FIRST) != 0)
        acd_scratch_die(why.text);
    make_rows();
    for (uint64_t i = 0; i < threads; i++) {
        struct slot *s = &slot[i % SLOTS];
        if (i >= SLOTS)
            pthread_join(s->thread, NULL);
        s->number = (uint32_t)(i % SLOTS);
        start(s);
        if (i % 64 == 0)
            (void)acd_follow_drain(follow, 1000, acd_account_take, &account);
    }
    for (unsigned i = 0; i < SLOTS && i < threads; i++)
        pthread_join(slot[i].thread, NULL);
    struct verdict v = settle(threads, &account, follow, ring);
    printf("%s: %" PRIu64 " threads in %u lanes of %" PRIu64 " owners: %" PRIu64
           " emitted = %" PRIu64 " seen + %" PRIu64 " overrun + %" PRIu64 " dropped: %s\n",
           name, threads, v.lanes, v.owners, v.emitted, v.seen, v.overrun, v.dropped,
           v.good ? "exact" : "NOT exact");
    acd_follow_free(follow);
    acd_ringmap_close(ring);
    acdebug_close();
    return v.good;
}

int main(int argc, char **argv)
{
    uint64_t threads = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(100000, 2000);
    struct acd_scratch dir;
    acd_scratch_make(&dir);
    acdebug_options o = acd_scratch_options(&dir, 1);
    o.lane_bytes = o.small_lane_bytes = 16 << 10;
    bool good = run("a lane each", threads * 3 / 4, &o);
    o.budget_bytes = 350 << 10; /* room for a few lanes: most share */
    good = run("more threads than lanes", threads - threads * 3 / 4, &o) && good;
    acd_scratch_remove(&dir);
    return good ? 0 : 1;
}
