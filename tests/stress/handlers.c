/* SPDX-License-Identifier: MIT */
/*
 * Signal handlers that emit while the thread that they interrupt is emitting.  Nothing waits, nothing is
 * torn, and every event of threads and handlers is seen, overrun or dropped.
 *
 *   handlers [SIGNALS]     default 20,000 by ACD_TEST_SCALE, at 20 kHz, among 3 threads
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <acdebug.h>
#include "emitter/ring.h"
#include "tests/stress/account.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/totals.h"

#define THREADS 3

struct worker {
    pthread_t thread;
    uint32_t number;
    acd_word emitted, handled, inside; /* of the handled: those that caught it in an emit */
};
static struct worker worker[THREADS];
static acd_word stop, changed_errno;
static _Thread_local struct worker *self;
static _Thread_local volatile sig_atomic_t emitting;

static void handler(int signal)
{
    struct worker *w = self;
    int saved = errno;
    (void)signal;
    if (!w)
        return;
    errno = 4711;
    uint64_t n = acd_get(&w->handled);
    acd_account_emit(THREADS + w->number, n);
    acdebug_cache_evict("prompt", NULL, 1, NULL);
    if (errno != 4711)
        acd_add(&changed_errno, 1);
    if (emitting)
        acd_add_own(&w->inside, 1);
    acd_publish(&w->handled, n + 1);
    errno = saved;
}

static void *work(void *context)
{
    struct worker *w = context;
    self = w;
    for (uint64_t n = 0; !acd_see(&stop); n++) {
        acdebug_timer t;
        acdebug_timer_start(&t, "interrupted");
        emitting = 1;
        acd_account_emit(w->number, n);
        emitting = 0;
        acdebug_cache_evict("prompt", NULL, 1, NULL);
        acdebug_timer_end(&t);
        acd_publish(&w->emitted, n + 1);
    }
    self = NULL;
    return NULL;
}

static uint64_t handled_so_far(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < THREADS; i++)
        sum += acd_see(&worker[i].handled);
    return sum;
}

/* The process's timer fires at 20 kHz; this thread lets the signals through to the others. */
static void interrupt(uint64_t signals, struct acd_follow *follow, struct acd_account *account)
{
    static const struct timespec poll = {0, 1000000};
    struct itimerval every = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &every, NULL);
    while (handled_so_far() < signals) {
        (void)acd_follow_drain(follow, 10000, acd_account_take, account);
        nanosleep(&poll, NULL);
    }
    setitimer(ITIMER_REAL, &never, NULL);
}

static bool settle(struct acd_follow *follow, struct acd_account *a, const struct acd_ringmap *ring)
{
    struct acd_totals t = {0};
    struct acd_peek peek;
    struct acd_peek_cache c;
    uint64_t emitted = 0, handled = 0, inside = 0;
    while (acd_follow_drain(follow, 10000, acd_account_take, a) > 0) {}
    if (acd_totals_read(&t, ring) != 0 || !acd_peek_open(&peek, acdebug_ring_path()))
        acd_scratch_die("totals");
    for (unsigned i = 0; i < THREADS; i++) {
        emitted += acd_see(&worker[i].emitted);
        handled += acd_see(&worker[i].handled);
        inside += acd_see(&worker[i].inside);
    }
    acd_peek_cache(&peek, "prompt", "", &c);
    /* The totals merge rows of one name, which two threads may have made at once. */
    uint64_t timers = t.timer_count == 1 ? t.timer[0].timing.count : 0;
    bool good = acd_account_good(a) && acd_see(&changed_errno) == 0 &&
                t.events.emitted == emitted + handled + 1 + t.misc.lanes &&
                t.events.emitted == a->seen + a->lost + t.events.dropped &&
                c.evictions == emitted + handled && timers == emitted && inside > 0;
    printf("%" PRIu64 " events, %" PRIu64 " in handlers, of these %" PRIu64
           " inside an emit: %" PRIu64 " seen + %" PRIu64 " overrun + %" PRIu64 " dropped: %s\n",
           emitted + handled, handled, inside, a->seen, a->lost, t.events.dropped,
           good ? "exact" : "NOT exact");
    if (!good)
        printf("torn %" PRIu64 ", order %" PRIu64 ", unreadable %" PRIu64 ", errno %" PRIu64
               "; emitted %" PRIu64 ", lanes %u, evictions %" PRIu64 ", timers %" PRIu64 "\n",
               a->bad_checksum, a->bad_order, a->unreadable, acd_see(&changed_errno),
               t.events.emitted, t.misc.lanes, c.evictions, timers);
    acd_totals_fini(&t);
    acd_peek_close(&peek);
    return good;
}

int main(int argc, char **argv)
{
    static struct acd_account account;
    uint64_t signals = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(20000, 1000);
    struct acd_scratch dir;
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    struct acd_problem why = {0};
    acd_scratch_make(&dir);
    acdebug_options o = acd_scratch_options(&dir, 1);
    o.lane_bytes = o.small_lane_bytes = 64 << 10;
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(SIGALRM, &action, NULL);
    if (acdebug_open("interrupted", &o) != 0 ||
        acd_ringmap_open(&ring, AT_FDCWD, acdebug_ring_path(), 0, &why) != 0 ||
        acd_follow_new(&follow, ring, ACD_CURSOR_FIRST) != 0)
        acd_scratch_die(why.text);
    account.shared_lane = true; /* handlers write into the overflow lane, or drop */
    for (uint32_t i = 0; i < THREADS; i++) {
        worker[i].number = i;
        if (pthread_create(&worker[i].thread, NULL, work, &worker[i]) != 0)
            acd_scratch_die("pthread_create");
    }
    sigset_t alarm_only;
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarm_only, NULL);
    interrupt(signals, follow, &account);
    acd_publish(&stop, 1);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(worker[i].thread, NULL);
    bool good = settle(follow, &account, ring);
    acd_follow_free(follow);
    acd_ringmap_close(ring);
    acdebug_close();
    acd_scratch_remove(&dir);
    return good ? 0 : 1;
}
