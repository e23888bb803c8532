/* SPDX-License-Identifier: MIT */
/*
 * emitted = seen + overrun + dropped, exactly: events from 4 threads in each of 2 processes, followed
 * while they are written.  What the reader computes from ordinals must equal the gaps in the events'
 * own sequence numbers, gap by gap, and every checksum must agree.  Run a second time with fewer lanes
 * than threads, so that some share the overflow lane and drop.  Then the controls: a reader that
 * passes over one gap, and one flipped byte, must be found out.
 *
 *   accounting [EVENTS]     default 10,000,000 by ACD_TEST_SCALE
 */
#include "config.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/stress/account.h"
#include "tests/support/scratch.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/totals.h"

#define PROCESSES 2
#define THREADS 4

struct plan {
    const char *name;
    uint64_t events; /* a thread */
    uint64_t lane_bytes, budget_bytes;
    bool read_late; /* the reader starts when all is written: gaps are certain */
    enum acd_account_sabotage sabotage;
};

/* A process under test and the reader of its ring. */
struct subject {
    pid_t pid;
    int go, ready; /* pipes' ends */
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    struct acd_account account;
};

/* ---- the process under test ---- */

struct job {
    uint32_t thread;
    uint64_t events;
    pthread_barrier_t *end; /* so that no lane has a second owner, whose record would come too */
};

static void *emit_all(void *context)
{
    const struct job *job = context;
    for (uint64_t i = 0; i < job->events; i++)
        acd_account_emit(job->thread, i);
    pthread_barrier_wait(job->end);
    return NULL;
}

static int serve(const struct plan *plan, const struct acd_scratch *dir, int go, int ready)
{
    acdebug_options o = acd_scratch_options(dir, 1);
    char byte = 0;
    o.lane_bytes = o.small_lane_bytes = plan->lane_bytes;
    o.budget_bytes = plan->budget_bytes;
    if (acdebug_open("accounted", &o) != 0)
        return 1;
    char path[400] = "";
    strcpy(path, acdebug_ring_path());
    if (write(ready, path, sizeof path) != sizeof path || read(go, &byte, 1) != 1)
        return 2;
    pthread_t thread[THREADS];
    struct job job[THREADS];
    pthread_barrier_t end;
    pthread_barrier_init(&end, NULL, THREADS);
    for (uint32_t i = 0; i < THREADS; i++) {
        job[i] = (struct job){i, plan->events, &end};
        if (pthread_create(&thread[i], NULL, emit_all, &job[i]) != 0)
            return 3;
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    return write(ready, &byte, 1) == 1 ? 0 : 4; /* the ring stays open: nobody says stop */
}

static void start(struct subject *s, const struct plan *plan, const struct acd_scratch *dir)
{
    int go[2], ready[2];
    char path[400];
    memset(s, 0, sizeof *s);
    if (pipe(go) != 0 || pipe(ready) != 0)
        acd_scratch_die("pipe");
    fflush(NULL);
    s->pid = fork();
    if (s->pid == 0)
        _exit(serve(plan, dir, go[0], ready[1]));
    close(go[0]);
    close(ready[1]);
    s->go = go[1];
    s->ready = ready[0];
    if (read(s->ready, path, sizeof path) != sizeof path)
        acd_scratch_die("the process under test");
    struct acd_problem why = {0};
    if (acd_ringmap_open(&s->ring, -100 /* AT_FDCWD */, path, 0, &why) != 0 ||
        acd_follow_new(&s->follow, s->ring, ACD_CURSOR_FIRST) != 0)
        acd_scratch_die(why.text);
    s->account.sabotage = plan->sabotage;
    s->account.shared_lane = plan->budget_bytes != 0;
}

static void release(struct subject *s)
{
    char byte = 0;
    if (write(s->go, &byte, 1) != 1)
        acd_scratch_die("go");
}

/* ---- the reader ---- */

static bool drain(struct subject *s)
{
    return acd_follow_drain(s->follow, 10000, acd_account_take, &s->account) > 0;
}

static void wait_for(struct subject *s)
{
    char byte;
    if (read(s->ready, &byte, 1) != 1)
        acd_scratch_die("the process under test");
}

/* Follows both until they have ended and nothing is left. */
static int follow_all(struct subject *s)
{
    static const struct timespec pause = {0, 1000000};
    int failed = 0;
    for (unsigned ended = 0; ended != (1u << PROCESSES) - 1;) {
        bool some = false;
        for (unsigned i = 0; i < PROCESSES; i++) {
            int status;
            some = drain(&s[i]) || some;
            if (!(ended & 1u << i) && waitpid(s[i].pid, &status, WNOHANG) == s[i].pid) {
                ended |= 1u << i;
                failed |= status;
            }
        }
        if (!some)
            nanosleep(&pause, NULL);
    }
    for (unsigned i = 0; i < PROCESSES; i++)
        while (drain(&s[i])) {}
    return failed;
}

/* ---- the account ---- */

struct sums {
    uint64_t calls, own, emitted, seen, overrun, dropped, gaps;
    bool good;
};

static void settle(const struct plan *plan, struct subject *s, struct sums *sums)
{
    struct acd_totals totals = {0};
    struct acd_follow_stats stats;
    const struct acd_account *a = &s->account;
    acd_follow_stats(s->follow, &stats);
    if (acd_totals_read(&totals, s->ring) != 0)
        acd_scratch_die("totals");
    const struct acd_event_totals *e = &totals.events;
    uint64_t calls = THREADS * plan->events;
    uint64_t lost = a->lost, tails = 0;
    for (unsigned i = 0; i < THREADS; i++)
        tails += plan->events - a->tail[i];
    /* start, and one record for each lane's owner */
    uint64_t own = 1 + totals.misc.lanes;
    bool good = acd_account_good(a) && e->emitted == calls + own &&
                e->emitted == a->seen + lost + e->dropped && a->seen == stats.seen &&
                lost == stats.overrun && stats.before == 0 && stats.abandoned == 0 &&
                stats.unfinished == 0 &&
                (plan->budget_bytes != 0 || (tails == 0 && e->dropped == 0));
    sums->calls += calls;
    sums->own += own;
    sums->emitted += e->emitted;
    sums->seen += a->seen;
    sums->overrun += lost;
    sums->dropped += e->dropped;
    sums->gaps += a->gaps;
    sums->good = sums->good && good;
    acd_totals_fini(&totals);
    acd_follow_free(s->follow);
    acd_ringmap_close(s->ring);
    close(s->go);
    close(s->ready);
}

static struct sums run(const struct plan *plan)
{
    static struct subject subject[PROCESSES];
    struct acd_scratch dir;
    struct sums sums = {.good = true};
    acd_scratch_make(&dir);
    for (unsigned i = 0; i < PROCESSES; i++)
        start(&subject[i], plan, &dir);
    for (unsigned i = 0; i < PROCESSES; i++)
        release(&subject[i]);
    for (unsigned i = 0; plan->read_late && i < PROCESSES; i++)
        wait_for(&subject[i]);
    sums.good = follow_all(subject) == 0;
    for (unsigned i = 0; i < PROCESSES; i++)
        settle(plan, &subject[i], &sums);
    acd_scratch_remove(&dir);
    printf("%s: %" PRIu64 " calls + %" PRIu64 " own = %" PRIu64 " emitted; %" PRIu64
           " seen + %" PRIu64 " overrun in %" PRIu64 " gaps + %" PRIu64 " dropped: %s\n",
           plan->name, sums.calls, sums.own, sums.emitted, sums.seen, sums.overrun, sums.gaps,
           sums.dropped, sums.good ? "balanced" : "NOT balanced");
    return sums;
}

int main(int argc, char **argv)
{
    uint64_t events = argc > 1 ? strtoull(argv[1], NULL, 10) : acd_scratch_scaled(10000000, 100000);
    events /= PROCESSES * THREADS;
    const struct plan own_lanes = {.name = "own lanes", .events = events, .lane_bytes = 1 << 20};
    const struct plan small_lanes = {
        .name = "lanes of 64 cells", .events = events / 4, .lane_bytes = 4096};
    const struct plan late = {.name = "read when all is over",
                              .events = events / 20,
                              .lane_bytes = 65536,
                              .read_late = true};
    const struct plan shared = {.name = "more threads than lanes",
                                .events = events / 10,
                                .lane_bytes = 64 << 10,
                                .budget_bytes = 300 << 10};
    bool good = run(&own_lanes).good;
    good = run(&small_lanes).good && good;
    struct sums sums = run(&late);
    good = sums.good && sums.overrun > 0 && good;
    sums = run(&shared);
    good = sums.good && sums.overrun > 0 && good;
    struct plan control = late;
    control.name = "control: one gap passed over";
    control.sabotage = ACD_ACCOUNT_SKIP_A_GAP;
    bool caught = !run(&control).good;
    control.name = "control: one byte flipped";
    control.sabotage = ACD_ACCOUNT_FLIP_A_BYTE;
    caught = !run(&control).good && caught;
    printf("%s; the controls were %s\n", good ? "all balanced" : "FAILED",
           caught ? "found out" : "NOT found out");
    return good && caught ? 0 : 1;
}
