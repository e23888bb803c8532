/* SPDX-License-Identifier: MIT */
/*
 * A writer that is killed, stalled, interrupted, ended, jumped out of or forked between any two of its
 * steps.  Each run is a process whose victim thread is caught at one pause point; another thread goes
 * on after it.  Every event that was emitted must have been seen or counted as dropped, and nothing
 * may be torn.
 *
 *   pause [ARRIVALS]     tries the first ARRIVALS (default 8) arrivals at each point
 */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emitter/pause.h"
#include "emitter/state.h"
#include "tests/stress/account.h"
#include "tests/support/scratch.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/totals.h"

enum action { KILLED, STALLED, INTERRUPTED, ENDED, JUMPED, FORKED, FORKED_BESIDE, ACTIONS };
static const char *const action_names[] = {"killed", "stalled", "interrupted",  "ended",
                                           "jumped", "forked",  "forked beside"};
static const char *const point_names[] = {
    "busy",      "marked",  "fenced",          "payload",     "stamped",    "first stamped",
    "next",      "records", "overflow locked", "counted",     "site taken", "lane taken",
    "lane made", "no room", "open hidden",     "close marked"};
_Static_assert(sizeof point_names / sizeof point_names[0] == ACD_PAUSE_COUNT, "every point");

/* Whose events they are: the numbers in the account. */
enum { VICTIM, SUCCESSOR, HANDLER, CHILD, WRITERS };

#define NOT_REACHED 77

/* Shared with the process under test. */
struct run {
    enum acd_pause_point point;
    unsigned arrival;
    enum action action;
    acd_word reached, release;
    acd_word began[WRITERS], ended[WRITERS];
    char path[400];
};
static struct run *run;

/* ---- in the process under test ---- */

static _Thread_local bool is_victim;
static _Thread_local unsigned arrivals;
static sigjmp_buf way_out;
static volatile sig_atomic_t in_child;

static void emit(unsigned who)
{
    who = in_child ? CHILD : who;
    uint64_t n = acd_get(&run->began[who]);
    acd_set(&run->began[who], n + 1);
    acd_account_emit(who, n);
    if (!in_child ||
        who == CHILD) /* else it was interrupted in the parent and ends here, on nothing */
        acd_add(&run->ended[who], 1);
}

static void handler(int signal)
{
    (void)signal;
    for (unsigned i = 0; i < 3; i++)
        emit(HANDLER);
    acdebug_cache_evict("prompt", NULL, 1, NULL); /* at this level it only counts */
    if (run->action == JUMPED)
        siglongjmp(way_out, 1);
}

/* A child of the fork: it has a ring of its own, and goes on where it was. */
static void fork_here(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        in_child = 1;
        for (unsigned i = 0; i < 5; i++)
            emit(CHILD);
        return;
    }
    if (acd_scratch_wait(pid) != 0)
        _exit(20);
}

static void stall(void)
{
    acd_publish(&run->reached, 1);
    while (!acd_see(&run->release))
        sched_yield();
}

static void hook(enum acd_pause_point point)
{
    if (!is_victim || point != run->point || ++arrivals != run->arrival)
        return;
    switch (run->action) {
    case KILLED: raise(SIGKILL); break;
    case STALLED:
    case FORKED_BESIDE: stall(); break;
    case INTERRUPTED:
    case JUMPED:
        acd_publish(&run->reached, 1);
        raise(SIGUSR1);
        break;
    case ENDED: acd_publish(&run->reached, 1); pthread_exit(NULL);
    case FORKED:
        acd_publish(&run->reached, 1);
        fork_here();
        break;
    case ACTIONS: break;
    }
}

static void emit_nested(unsigned who)
{
    acd_word *busy = &acd_thread.busy;
    uint64_t was = acd_get(busy);
    acd_set(busy, 1);
    emit(who);
    acd_set(busy, was);
}

/* Comes by every pause point but open's and close's. */
static void work(void)
{
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    lookup.type = "prompt";
    lookup.outcome = ACDEBUG_MISS;
    lookup.reason = "cold";
    lookup.input_tokens = 1000;
    lookup.cached_tokens = 1000;
    for (unsigned i = 0; i < 20 && !in_child; i++) {
        acdebug_timer t;
        acdebug_timer_start(&t, "t");
        emit(VICTIM);
        acdebug_cache_lookup(&lookup);
        acdebug_timer_end(&t);
        emit_nested(VICTIM);
    }
}

static void *victim(void *unused)
{
    is_victim = true;
    if (sigsetjmp(way_out, 1) == 0)
        work();
    else
        for (unsigned i = 0; i < 20; i++) /* its lane is lost, and nothing else */
            emit(VICTIM);
    return unused;
}

static void *successor(void *unused)
{
    for (unsigned i = 0; i < 50; i++)
        emit(SUCCESSOR);
    for (unsigned i = 0; i < 300; i++)
        emit_nested(SUCCESSOR);
    return unused;
}

static void run_thread(void *(*body)(void *))
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, body, NULL) != 0 || pthread_join(thread, NULL) != 0)
        _exit(21);
}

/* The victim is caught; the others go on; the reader looks; then the victim goes on. */
static void catch_and_go_on(int ready, int go)
{
    pthread_t thread;
    char byte = 0;
    if (pthread_create(&thread, NULL, victim, NULL) != 0)
        _exit(22);
    while (!acd_see(&run->reached))
        if (pthread_tryjoin_np(thread, NULL) == 0)
            _exit(NOT_REACHED);
        else
            sched_yield();
    if (run->action == FORKED_BESIDE) {
        fork_here();
        if (in_child)
            _exit(acdebug_ring_path()[0] ? 0 : 23);
    }
    run_thread(successor);
    if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
        _exit(24);
    acd_publish(&run->release, 1);
    pthread_join(thread, NULL);
}

static bool at_open(void)
{
    return run->point == ACD_PAUSE_OPEN_HIDDEN;
}

static bool at_close(void)
{
    return run->point == ACD_PAUSE_CLOSE_MARKED;
}

static int serve(const struct acd_scratch *dir, int ready, int go)
{
    acdebug_options o = acd_scratch_options(dir, 1);
    signal(SIGUSR1, handler);
    acd_pause_hook = hook;
    is_victim = at_open();
    if (acdebug_open("paused", &o) != 0)
        return 25;
    is_victim = false;
    strcpy(run->path, acdebug_ring_path());
    if (!at_open() && !at_close() && (run->action == STALLED || run->action == FORKED_BESIDE))
        catch_and_go_on(ready, go);
    else {
        if (!at_close())
            run_thread(victim);
        if (in_child)
            return 0;
        run_thread(successor);
    }
    is_victim = at_close();
    acdebug_close();
    return acd_see(&run->reached) ? 0 : NOT_REACHED;
}

/* ---- the reader ---- */

static struct acd_account account;

struct sums {
    unsigned runs, failed;
    uint64_t seen, dropped, abandoned;
};

static uint64_t total(const acd_word words[WRITERS], unsigned first, unsigned end)
{
    uint64_t sum = 0;
    for (unsigned i = first; i < end; i++)
        sum += acd_see(&words[i]);
    return sum;
}

/* Everything that was emitted was seen or dropped; a call that never came back may be either. */
static bool balances(const struct acd_ringmap *ring, unsigned first, unsigned end,
                     struct sums *sums)
{
    struct acd_follow *follow;
    struct acd_follow_stats stats;
    struct acd_totals t = {0};
    memset(&account, 0, sizeof account);
    account.shared_lane = true;
    if (acd_follow_new(&follow, ring, ACD_CURSOR_FIRST) != 0 || acd_totals_read(&t, ring) != 0)
        acd_scratch_die("follow");
    while (acd_follow_drain(follow, 10000, acd_account_take, &account) > 0) {}
    acd_follow_stats(follow, &stats);
    uint64_t counted = t.events.dropped;
    bool order = true;
    /* A fork before the emit looked for its ring: in the child it ends in the child's. */
    if (first == CHILD && run->point == ACD_PAUSE_BUSY && account.count[VICTIM] == 1)
        account.count[VICTIM] = 0;
    for (unsigned i = 0; i < WRITERS; i++) {
        counted += account.count[i];
        order = order && (account.count[i] == 0 || (i >= first && i < end));
    }
    bool good = acd_account_good(&account) && account.lost == 0 && order &&
                counted >= total(run->ended, first, end) &&
                counted <= total(run->began, first, end) && account.seen - t.events.written <= 1 &&
                stats.abandoned <= 1 && t.misc.timers_full == 0 && t.misc.caches_full == 0;
    for (size_t i = 0; i < t.cache_count; i++)
        good = good && t.cache[i].cached_tokens <= t.cache[i].input_tokens;
    if (!good)
        printf("counted %" PRIu64 ", ended %" PRIu64 ", began %" PRIu64 ", torn %" PRIu64
               ", order %" PRIu64 ", unreadable %" PRIu64 ", lost %" PRIu64 ", abandoned %" PRIu64
               "\n",
               counted, total(run->ended, first, end), total(run->began, first, end),
               account.bad_checksum, account.bad_order, account.unreadable, account.lost,
               stats.abandoned);
    sums->seen += account.seen;
    sums->dropped += t.events.dropped;
    sums->abandoned += stats.abandoned;
    acd_totals_fini(&t);
    acd_follow_free(follow);
    return good;
}

static bool ring_balances(const char *path, unsigned first, unsigned end, struct sums *sums)
{
    struct acd_ringmap *ring;
    struct acd_problem why = {0};
    if (acd_ringmap_open(&ring, AT_FDCWD, path, 0, &why) != 0) {
        printf("%s\n", why.text);
        return false;
    }
    bool good = balances(ring, first, end, sums);
    acd_ringmap_close(ring);
    return good;
}

/* The ring of the process, and that of its child if it had one. */
static bool all_rings_balance(const struct acd_scratch *dir, const char *own, struct sums *sums)
{
    char path[400];
    bool good = true;
    unsigned children = 0;
    for (unsigned i = 0; acd_scratch_ring(dir, i, path, sizeof path); i++) {
        bool child = strcmp(path, own) != 0;
        children += child;
        good = ring_balances(path, child ? CHILD : VICTIM, child ? WRITERS : CHILD, sums) && good;
    }
    bool forked = run->action == FORKED || run->action == FORKED_BESIDE;
    return good && children == (forked ? 1 : 0) && acd_scratch_count(dir, "") <= 2;
}

/* While the victim is stalled: what the others wrote is all there. */
static bool look_at_stalled(int ready, int go, struct sums *sums)
{
    char byte;
    struct sums unused = *sums;
    if (read(ready, &byte, 1) != 1)
        return true; /* the process has ended: its status says why */
    bool good = ring_balances(run->path, VICTIM, CHILD, &unused) && account.count[SUCCESSOR] >= 50;
    return write(go, &byte, 1) == 1 && good;
}

/* false: the point has no such arrival. */
static bool try(enum acd_pause_point point, unsigned arrival, enum action action, struct sums *sums)
{
    struct acd_scratch dir;
    char path[400];
    int ready[2], go[2];
    memset(run, 0, sizeof *run);
    run->point = point;
    run->arrival = arrival;
    run->action = action;
    acd_scratch_make(&dir);
    if (pipe(ready) != 0 || pipe(go) != 0)
        acd_scratch_die("pipe");
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(serve(&dir, ready[1], go[0]));
    close(ready[1]);
    close(go[0]);
    bool stalls = action == STALLED || action == FORKED_BESIDE;
    bool good = !stalls || look_at_stalled(ready[0], go[1], sums);
    int status = acd_scratch_wait(pid);
    close(ready[0]);
    close(go[1]);
    bool reached = status != NOT_REACHED && !(action == KILLED && status == 0);
    strcpy(path, run->path);
    if (reached) {
        good = good && status == (action == KILLED ? 1000 + SIGKILL : 0);
        good = all_rings_balance(&dir, path, sums) && good;
        sums->runs++;
        sums->failed += !good;
        if (!good)
            printf("FAILED: %s at '%s', arrival %u, status %d\n", action_names[action],
                   point_names[point], arrival, status);
    }
    acd_scratch_remove(&dir);
    return reached;
}

/* Open and close are not for signal handlers; there is nothing to stall for in them. */
static bool applies(enum acd_pause_point point, enum action action)
{
    bool once = point == ACD_PAUSE_OPEN_HIDDEN || point == ACD_PAUSE_CLOSE_MARKED;
    return !once || action == KILLED;
}

int main(int argc, char **argv)
{
    unsigned most = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 8;
    struct sums sums = {0};
    unsigned unreached = 0;
    run = mmap(NULL, sizeof *run, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (run == MAP_FAILED)
        acd_scratch_die("mmap");
    for (enum acd_pause_point point = 0; point < ACD_PAUSE_COUNT; point++)
        for (enum action action = 0; action < ACTIONS; action++) {
            unsigned arrival = 1;
            if (!applies(point, action))
                continue;
            while (arrival <= most && try(point, arrival, action, &sums))
                arrival++;
            if (arrival == 1) {
                printf("'%s' was never reached by what was to be %s\n", point_names[point],
                       action_names[action]);
                unreached++;
            }
        }
    printf("%u catches at %d points: %" PRIu64 " records seen, %" PRIu64 " dropped, %" PRIu64
           " abandoned, %u failed\n",
           sums.runs, ACD_PAUSE_COUNT, sums.seen, sums.dropped, sums.abandoned, sums.failed);
    return sums.failed == 0 && unreached == 0 ? 0 : 1;
}
