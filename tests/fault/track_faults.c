/* SPDX-License-Identifier: MIT */
/*
 * A tracker whose memory is refused, at its N-th try, once and from then on: when it is made, while it
 * tracks short and long prompts, in a child.  What must come of it: 0 or -ENOMEM, nothing left behind,
 * errno kept, every lookup counted once, and a later try that works.  And a tracker that has its memory
 * takes no more of it, however much it is told.
 *
 * Runs itself again with libacd-shim.so preloaded.
 */
#include "config.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <acdebug.h>
#include "tests/fault/preload.h"
#include "tests/support/peek.h"
#include "tests/support/scratch.h"

#define NTH_MAX 200u
#define SHORT 200u
#define LONG 120000u
#define BUDGET (4u << 20)
#define SLACK (1u << 20) /* what libc may keep of it all */

static struct acd_shim shim;
static struct acd_scratch dir;
static struct acd_peek peek;
static uint32_t tokens[LONG];
static unsigned complaints, given;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            complaints++;                                                                          \
            printf("line %d: %s\n", __LINE__, #condition);                                         \
        }                                                                                          \
    } while (0)

static uint64_t lookups(void)
{
    struct acd_peek_cache cache;
    uint64_t sum = 0;
    acd_peek_cache(&peek, "prompt", "", &cache);
    for (unsigned i = 0; i <= ACDEBUG_OUTCOME_UNKNOWN; i++)
        sum += cache.outcome[i];
    return sum;
}

static size_t write_text(void *context, const uint32_t *units, size_t count, char *ret_text,
                         size_t room)
{
    (void)context;
    (void)units;
    memset(ret_text, 'x', count < room ? count : room);
    return count < room ? count : room;
}

static int new_tracker(acdebug_tracker **ret_tracker)
{
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    o.budget_bytes = BUDGET;
    o.flags = ACDEBUG_TRACK_SNIPPETS;
    o.detokenize = write_text;
    return acdebug_tracker_new(ret_tracker, &o);
}

static void fill(uint32_t first, size_t from, size_t count)
{
    for (size_t i = from; i < count; i++)
        tokens[i] = first * 2654435761u + (uint32_t)i;
}

static int track(acdebug_tracker *tracker, size_t count, acdebug_finding *ret_finding)
{
    acdebug_prompt p = ACDEBUG_PROMPT_INIT;
    p.tokens = tokens;
    p.tokens_count = count;
    *ret_finding = (acdebug_finding){.size = sizeof *ret_finding};
    return acdebug_track(tracker, &p, NULL, ret_finding);
}

/* ---- refused ---- */

static bool while_it_is_made(const struct acd_shim_plan *plan)
{
    acdebug_tracker *tracker = NULL;
    acdebug_finding f;
    long before = shim.live();
    shim.arm(plan);
    errno = 4711;
    int r = new_tracker(&tracker);
    CHECK(errno == 4711);
    bool hit = shim.disarm() > 0;
    CHECK(r == 0 || r == -ENOMEM);
    CHECK((r == 0) == (tracker != NULL));
    if (tracker)
        CHECK(track(tracker, SHORT, &f) == 0);
    acdebug_tracker_free(tracker);
    CHECK(shim.live() == before);
    return hit;
}

/* A prompt never seen, one that parts from it, a long one. */
static void track_some(acdebug_tracker *tracker, int ret_status[3])
{
    acdebug_finding f;
    fill(1, 0, SHORT);
    ret_status[0] = track(tracker, SHORT, &f);
    fill(2, SHORT / 2, SHORT);
    ret_status[1] = track(tracker, SHORT, &f);
    fill(3, 0, LONG);
    ret_status[2] = track(tracker, LONG, &f);
}

static bool while_it_tracks(const struct acd_shim_plan *plan)
{
    acdebug_tracker *tracker = NULL;
    acdebug_finding f;
    int status[3];
    CHECK(new_tracker(&tracker) == 0);
    uint64_t counted = lookups();
    long before = shim.live();
    shim.arm(plan);
    errno = 4711;
    track_some(tracker, status);
    CHECK(errno == 4711);
    bool hit = shim.disarm() > 0;
    for (unsigned i = 0; i < 3; i++)
        CHECK(status[i] == 0 || status[i] == -ENOMEM);
    CHECK(lookups() - counted == 3);
    CHECK(shim.live() == before);
    fill(4, 0, SHORT);
    CHECK(track(tracker, SHORT, &f) == 0 && f.outcome == ACDEBUG_MISS);
    CHECK(track(tracker, SHORT, &f) == 0 && f.outcome == ACDEBUG_HIT);
    acdebug_tracker_free(tracker);
    return hit;
}

struct child {
    acdebug_tracker *tracker;
    const struct acd_shim_plan *plan;
    int reached; /* a pipe, to say whether a fault was given */
};

static int in_a_child(void *context)
{
    const struct child *c = context;
    acdebug_finding f;
    int status[3];
    complaints = 0; /* those so far are its parent's */
    shim.arm(c->plan);
    track_some(c->tracker, status);
    unsigned char hit = shim.disarm() > 0;
    for (unsigned i = 0; i < 3; i++)
        CHECK(status[i] == 0 || status[i] == -ENOMEM);
    fill(4, 0, SHORT);
    int first = track(c->tracker, SHORT, &f), then = track(c->tracker, SHORT, &f);
    CHECK(first == 0 || first == -ENOMEM); /* a child that got no tracker of its own has none */
    CHECK(then == first && (then != 0 || f.outcome == ACDEBUG_HIT));
    if (write(c->reached, &hit, 1) != 1)
        return 9;
    return complaints != 0;
}

static bool while_a_child_tracks(const struct acd_shim_plan *plan)
{
    acdebug_finding f;
    int fd[2];
    unsigned char hit = 0;
    struct child c = {.plan = plan};
    CHECK(new_tracker(&c.tracker) == 0);
    fill(5, 0, SHORT);
    CHECK(track(c.tracker, SHORT, &f) == 0);
    if (pipe(fd) != 0)
        acd_scratch_die("pipe");
    c.reached = fd[1];
    CHECK(acd_scratch_child(in_a_child, &c) == 0);
    close(fd[1]);
    CHECK(read(fd[0], &hit, 1) == 1);
    close(fd[0]);
    CHECK(track(c.tracker, SHORT, &f) == 0);
    acdebug_tracker_free(c.tracker);
    return hit;
}

static void refuse(const char *name, bool (*run)(const struct acd_shim_plan *plan))
{
    static const char *const calls[] = {"malloc", "mmap", "madvise"};
    unsigned here = 0;
    for (size_t c = 0; c < sizeof calls / sizeof calls[0]; c++)
        for (unsigned from = 0; from <= 1; from++)
            for (unsigned nth = 1; nth <= NTH_MAX; nth++) {
                struct acd_shim_plan plan = {calls[c], nth, ENOMEM, from != 0};
                unsigned before = complaints;
                bool hit = run(&plan);
                if (complaints > before)
                    printf("%s: %s number %u%s\n", name, plan.call, nth,
                           from ? " and all later" : "");
                if (!hit)
                    break;
                here++;
                CHECK(nth < NTH_MAX); /* else there are more of them */
            }
    printf("%s: %u faults\n", name, here);
    given += here;
}

/* ---- bounded ---- */

static size_t resident(void)
{
    unsigned long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%*u %lu", &pages) != 1)
        acd_scratch_die("/proc/self/statm");
    fclose(f);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Prompts that are all new: it forgets old ones, and takes nothing. */
static void tell_much(unsigned prompts)
{
    acdebug_tracker *tracker = NULL;
    acdebug_finding f;
    size_t at_first = resident();
    CHECK(new_tracker(&tracker) == 0);
    size_t heap = 0;
    for (unsigned i = 0; i < prompts; i++) {
        if (i == prompts / 10)
            heap = mallinfo2().uordblks;
        fill(i, 0, SHORT);
        CHECK(track(tracker, SHORT, &f) == 0);
    }
    CHECK(track(tracker, SHORT, &f) == 0 && f.outcome == ACDEBUG_HIT);
    fill(0, 0, SHORT);
    CHECK(track(tracker, SHORT, &f) == 0 && f.outcome == ACDEBUG_MISS); /* it was forgotten */
    size_t more = mallinfo2().uordblks - heap, taken = resident() - at_first;
    printf(
        "%u prompts of %u tokens: %zu KiB resident of a budget of %u, %zu bytes more on the heap\n",
        prompts, SHORT, taken >> 10, BUDGET >> 10, more);
    CHECK(more < 4096); /* not one byte a prompt */
    CHECK(taken <= BUDGET + SLACK);
    acdebug_tracker_free(tracker);
    CHECK(resident() < at_first + SLACK);
}

int main(int argc, char **argv)
{
    (void)argc;
    acd_preload(&shim, argv);
    setvbuf(stdout, NULL, _IONBF, 0); /* children write, too */
    acd_scratch_make(&dir);
    acdebug_options o = acd_scratch_options(&dir, 1);
    if (acdebug_open("faults", &o) != 0 || !acd_peek_open(&peek, acdebug_ring_path()))
        acd_scratch_die("open");
    tell_much((unsigned)acd_scratch_scaled(100000, 20000)); /* before any memory was given back */
    const struct acd_shim_plan none = {.call = "none"};
    (void)while_it_tracks(&none); /* what the first calls ever make is made */
    refuse("while it is made", while_it_is_made);
    refuse("while it tracks", while_it_tracks);
    refuse("while a child tracks", while_a_child_tracks);
    acd_peek_close(&peek);
    acdebug_close();
    acd_scratch_remove(&dir);
    printf("%u faults given, %u complaints\n", given, complaints);
    return complaints == 0 && given > 0 ? 0 : 1;
}
