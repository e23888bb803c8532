/* SPDX-License-Identifier: MIT */
/*
 * Servers that are killed, and stopped and continued, at any moment.  However a writer ends, its ring
 * must open, every record that the reader accepts must check, no gap may be larger or smaller than said,
 * counters must lie between the calls that ended and those that began, and the next server must find a
 * directory that it can use.
 *
 *   storm [KILLS [STOPS]]     default 2,000 of each by ACD_TEST_SCALE; 0: without
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "emitter/format/kinds.h"
#include "emitter/ring.h"
#include "emitter/state.h"
#include "tests/stress/account.h"
#include "tests/support/scratch.h"
#include "tui/reader/liveness.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/totals.h"

#define THREADS 3

/* ---- the server ---- */

/* In memory that outlives the server: how many calls each thread began and ended. */
struct calls {
    acd_word began[THREADS], ended[THREADS];
    acd_word stop;
};

struct worker {
    struct calls *calls;
    uint32_t thread;
};

static void *work(void *context)
{
    const struct worker *w = context;
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    lookup.type = "prompt";
    lookup.outcome = ACDEBUG_PARTIAL;
    lookup.input_tokens = lookup.cached_tokens = 1000;
    for (uint64_t i = 0; !acd_see(&w->calls->stop); i++) {
        acdebug_timer t;
        acd_publish(&w->calls->began[w->thread], i + 1);
        acdebug_timer_start(&t, "storm");
        acdebug_cache_lookup(&lookup);
        acd_account_emit(w->thread, i);
        acdebug_timer_end(&t);
        acd_publish(&w->calls->ended[w->thread], i + 1);
    }
    return NULL;
}

/* Only logs are recorded, so that a gap in a lane is a gap in a sequence; the rest is counted. */
static void only_logs(void)
{
    struct acd_ring *ring = acd_pointer_see(&acd_state.ring);
    acd_set(&ring->control->word, acd_levels_with(0, ACD_CATEGORY_LOG, 1));
    (void)acdebug_level(); /* the change is recorded by this thread */
}

static int serve(const struct acd_scratch *dir, struct calls *calls, int ready)
{
    acdebug_options o = acd_scratch_options(dir, 1);
    char path[400] = "";
    o.flags = ACDEBUG_NO_TEXT; /* with collection */
    o.lane_bytes = o.small_lane_bytes = 4096;
    if (acdebug_open("storm", &o) != 0)
        return 1;
    only_logs();
    strcpy(path, acdebug_ring_path());
    if (write(ready, path, sizeof path) != sizeof path)
        return 2;
    pthread_t thread[THREADS];
    struct worker worker[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        worker[i] = (struct worker){calls, i};
        if (pthread_create(&thread[i], NULL, work, &worker[i]) != 0)
            return 3;
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    return 0;
}

struct server {
    pid_t pid;
    int ready;
};

static struct server start(const struct acd_scratch *dir, struct calls *calls)
{
    int ready[2];
    memset(calls, 0, sizeof *calls);
    if (pipe(ready) != 0)
        acd_scratch_die("pipe");
    fflush(NULL);
    struct server s = {fork(), ready[0]};
    if (s.pid < 0)
        acd_scratch_die("fork");
    if (s.pid == 0)
        _exit(serve(dir, calls, ready[1]));
    close(ready[1]);
    return s;
}

static void pause_up_to(uint64_t *seed, uint64_t ns)
{
    struct timespec t = {0, (long)(acd_scratch_random(seed) % ns)};
    nanosleep(&t, NULL);
}

/* ---- what a dead ring must hold ---- */

struct tally {
    uint64_t rings, hidden, seen, overrun, unfinished, torn, wrong;
};

static bool within(uint64_t low, uint64_t value, uint64_t high)
{
    return low <= value && value <= high;
}

static bool counters_hold(const struct acd_ringmap *ring, const struct calls *calls)
{
    struct acd_totals t = {0};
    uint64_t began = 0, ended = 0;
    for (unsigned i = 0; i < THREADS; i++) {
        began += acd_see(&calls->began[i]);
        ended += acd_see(&calls->ended[i]);
    }
    if (acd_totals_read(&t, ring) != 0)
        acd_scratch_die("totals");
    bool good = t.cache_count <= 1 && t.timer_count <= 1;
    uint64_t lookups = 0, cached = 0, timers = 0, timed = 0, started = 0;
    if (t.cache_count == 1) {
        const struct acd_cache_total *c = &t.cache[0];
        lookups = c->outcome[ACD_OUTCOME_PARTIAL];
        cached = c->cached_tokens;
        good = good && c->cached_tokens <= c->input_tokens && c->token_lookups <= lookups &&
               within(ended * 1000, c->cached_tokens, began * 1000);
    }
    if (t.timer_count == 1) {
        uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
        timers = t.timer[0].timing.count;
        started = t.timer[0].started;
        timed = acd_totals_histogram(ring, "storm", NULL, bucket);
        good = good && within(timers - (timers < THREADS ? timers : THREADS), timed, timers) &&
               within(timers, started, timers + THREADS);
    }
    good = good && within(ended, lookups, began) && within(ended, timers, began);
    if (!good)
        printf("%" PRIu64 " calls ended, %" PRIu64 " began; %" PRIu64
               " lookups of %zu types, %" PRIu64 " cached tokens; %" PRIu64
               " timers of %zu names, %" PRIu64 " started, %" PRIu64 " in the histogram\n",
               ended, began, lookups, t.cache_count, cached, timers, t.timer_count, started, timed);
    acd_totals_fini(&t);
    return good;
}

static bool records_hold(const struct acd_ringmap *ring, const struct calls *calls,
                         struct tally *tally)
{
    static struct acd_account a;
    struct acd_follow *follow;
    struct acd_follow_stats stats;
    struct acd_totals t = {0};
    memset(&a, 0, sizeof a);
    if (acd_follow_new(&follow, ring, ACD_CURSOR_FIRST) != 0 || acd_totals_read(&t, ring) != 0)
        acd_scratch_die("follow");
    while (acd_follow_drain(follow, 10000, acd_account_take, &a) > 0) {}
    acd_follow_stats(follow, &stats);
    /* A writer may end between showing its record and counting it. */
    bool good = acd_account_good(&a) && stats.abandoned == 0 &&
                within(t.events.written, a.seen + a.lost, t.events.written + THREADS + 1);
    for (unsigned i = 0; i < THREADS; i++)
        good = good && within(acd_see(&calls->ended[i]), a.tail[i], acd_see(&calls->began[i]));
    tally->seen += a.seen;
    tally->overrun += a.lost;
    tally->unfinished += stats.unfinished;
    tally->torn += a.bad_checksum + a.unreadable;
    acd_totals_fini(&t);
    acd_follow_free(follow);
    return good;
}

static void autopsy(const char *path, const struct calls *calls, struct tally *tally)
{
    struct acd_ringmap *ring;
    struct acd_problem why = {0};
    if (acd_ringmap_open(&ring, AT_FDCWD, path, 0, &why) != 0) {
        printf("%s\n", why.text);
        tally->wrong++;
        return;
    }
    tally->rings++;
    bool records = records_hold(ring, calls, tally), counters = counters_hold(ring, calls);
    bool dead = acd_liveness_of(ring) == ACD_LIVENESS_DEAD;
    if (!records || !counters || !dead) {
        printf("%s: records %d, counters %d, dead %d\n", path, records, counters, dead);
        tally->wrong++;
    }
    acd_ringmap_close(ring);
}

/* Whatever was killed while it opened left nothing, or a ring that opens. */
static void directory_holds(const struct acd_scratch *dir, struct tally *tally)
{
    char path[400];
    unsigned rings = acd_scratch_count(dir, ACD_FILE_SUFFIX);
    tally->wrong += acd_scratch_count(dir, "") != rings;
    for (unsigned i = 0; acd_scratch_ring(dir, i, path, sizeof path); i++) {
        struct acd_ringmap *ring;
        struct acd_problem why = {0};
        if (acd_ringmap_open(&ring, AT_FDCWD, path, 0, &why) == 0) {
            acd_ringmap_close(ring);
            continue;
        }
        printf("%s\n", why.text);
        tally->wrong++;
    }
}

/* ---- the storms ---- */

static bool kill_storm(uint64_t kills, struct calls *calls)
{
    struct acd_scratch dir;
    struct tally tally = {0};
    uint64_t seed = acd_scratch_seed(1);
    acd_scratch_make(&dir);
    for (uint64_t i = 0; i < kills; i++) {
        char path[400];
        struct server s = start(&dir, calls);
        bool early = i % 4 == 0; /* while it opens */
        pause_up_to(&seed, early ? 1500000 : 1);
        ssize_t n = early ? 0 : read(s.ready, path, sizeof path);
        if (!early)
            pause_up_to(&seed, i % 16 == 1 ? 4000000 : 500000);
        kill(s.pid, SIGKILL);
        tally.wrong += acd_scratch_wait(s.pid) != 1000 + SIGKILL;
        if (early)
            n = read(s.ready, path, sizeof path);
        close(s.ready);
        if (n == sizeof path)
            autopsy(path, calls, &tally);
        else
            tally.hidden++;
        if (i % 64 == 0 || i + 1 == kills)
            directory_holds(&dir, &tally);
    }
    acd_scratch_remove(&dir);
    printf("%" PRIu64 " kills: %" PRIu64 " rings read (%" PRIu64
           " killed before they had one), %" PRIu64 " records seen, %" PRIu64 " overrun, %" PRIu64
           " unfinished, %" PRIu64 " torn, %" PRIu64 " wrong\n",
           kills, tally.rings, tally.hidden, tally.seen, tally.overrun, tally.unfinished,
           tally.torn, tally.wrong);
    return tally.torn == 0 && tally.wrong == 0 && tally.rings > kills / 2;
}

static bool stop_storm(uint64_t stops, struct calls *calls)
{
    static struct acd_account a;
    struct acd_scratch dir;
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    struct acd_problem why = {0};
    struct acd_follow_stats stats;
    struct acd_totals t = {0};
    uint64_t seed = acd_scratch_seed(2), unfinished = 0;
    char path[400];
    int status;
    memset(&a, 0, sizeof a);
    acd_scratch_make(&dir);
    struct server s = start(&dir, calls);
    if (read(s.ready, path, sizeof path) != sizeof path ||
        acd_ringmap_open(&ring, AT_FDCWD, path, 0, &why) != 0 ||
        acd_follow_new(&follow, ring, ACD_CURSOR_FIRST) != 0)
        acd_scratch_die(why.text);
    bool alive = true;
    for (uint64_t i = 0; i < stops; i++) {
        kill(s.pid, SIGSTOP);
        if (waitpid(s.pid, &status, WUNTRACED) != s.pid || !WIFSTOPPED(status))
            acd_scratch_die("the server did not stop");
        while (acd_follow_drain(follow, 10000, acd_account_take, &a) > 0) {}
        acd_follow_stats(follow, &stats);
        unfinished += stats.unfinished;
        alive = alive && acd_liveness_of(ring) == ACD_LIVENESS_ALIVE;
        kill(s.pid, SIGCONT);
        for (unsigned polls = 0; polls < i % 4; polls++)
            (void)acd_follow_drain(follow, 100, acd_account_take, &a);
        pause_up_to(&seed, 300000);
    }
    acd_publish(&calls->stop, 1);
    status = acd_scratch_wait(s.pid);
    while (acd_follow_drain(follow, 10000, acd_account_take, &a) > 0) {}
    acd_follow_stats(follow, &stats);
    if (acd_totals_read(&t, ring) != 0)
        acd_scratch_die("totals");
    uint64_t sum = 0;
    for (unsigned i = 0; i < THREADS; i++)
        sum += acd_see(&calls->ended[i]);
    /* start, one change of level, an owner a lane */
    bool good = status == 0 && alive && acd_account_good(&a) && stats.unfinished == 0 &&
                t.events.emitted == sum + 2 + t.misc.lanes && t.events.dropped == 0 &&
                t.events.emitted == a.seen + a.lost && counters_hold(ring, calls);
    printf("%" PRIu64 " stops: %" PRIu64 " emitted = %" PRIu64 " seen + %" PRIu64
           " overrun, %" PRIu64 " times stopped inside a record, %" PRIu64 " torn: %s\n",
           stops, t.events.emitted, a.seen, a.lost, unfinished, a.bad_checksum + a.unreadable,
           good ? "balanced" : "NOT balanced");
    acd_totals_fini(&t);
    acd_follow_free(follow);
    acd_ringmap_close(ring);
    close(s.ready);
    acd_scratch_remove(&dir);
    return good;
}

int main(int argc, char **argv)
{
    uint64_t kills = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(2000, 50);
    uint64_t stops = argc > 2 ? strtoull(argv[2], NULL, 10) : acd_scratch_scaled(2000, 50);
    struct calls *calls =
        mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (calls == MAP_FAILED)
        acd_scratch_die("mmap");
    bool good = kills == 0 || kill_storm(kills, calls);
    good = (stops == 0 || stop_storm(stops, calls)) && good;
    return good ? 0 : 1;
}
