/* SPDX-License-Identifier: MIT */
/* The control word, see control.h.  The one file of the viewer that maps a ring writable. */
#include "config.h"

#include "tui/reader/control.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tui/reader/guard.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/shared.h"

#define SECOND_NS UINT64_C(1000000000)
#define HALF_RANGE ((ACD_CONTROL_DEADLINE_MASK + 1) / 2)

static uint64_t clock_ns(clockid_t id)
{
    struct timespec t = {0};
    clock_gettime(id, &t);
    return (uint64_t)t.tv_sec * SECOND_NS + (uint64_t)t.tv_nsec;
}

void acd_control_now(struct acd_now *ret_now)
{
    ret_now->monotonic_ns = clock_ns(CLOCK_MONOTONIC);
    ret_now->realtime_ns = clock_ns(CLOCK_REALTIME);
}

/* ---- the word ---- */

static unsigned change_of(uint64_t word)
{
    return (unsigned)(word >> ACD_CONTROL_CHANGE_SHIFT & ACD_CONTROL_CHANGE_MASK);
}

static uint64_t deadline_of(uint64_t word)
{
    return word >> ACD_CONTROL_DEADLINE_SHIFT & ACD_CONTROL_DEADLINE_MASK;
}

/* Nanoseconds since the ring's start.  A clock that is behind it is none of the server's: its time
 * namespace is another, or its boot was; the wall clock is all that both have then. */
static uint64_t since_start(const struct acd_ringmap *ring, const struct acd_now *now)
{
    const struct acd_anchor *opened = &acd_ringmap_identity(ring)->opened;
    if (now->monotonic_ns >= opened->monotonic_ns)
        return now->monotonic_ns - opened->monotonic_ns;
    return now->realtime_ns > opened->realtime_ns ? now->realtime_ns - opened->realtime_ns : 0;
}

static bool is_expired(uint64_t deadline, uint64_t since_ns)
{
    return deadline != 0 &&
           ((since_ns / SECOND_NS - deadline) & ACD_CONTROL_DEADLINE_MASK) < HALF_RANGE;
}

/* When a lease that has not expired ends, on the wall clock. */
static uint64_t until_ns(uint64_t deadline, uint64_t since_ns, const struct acd_now *now)
{
    uint64_t left = (deadline - since_ns / SECOND_NS) & ACD_CONTROL_DEADLINE_MASK;
    return now->realtime_ns - since_ns % SECOND_NS + left * SECOND_NS;
}

/* The levels that stand without the word's lease. */
static uint32_t lasting_levels(const struct acd_ringmap *ring, uint64_t word)
{
    const struct acd_identity *id = acd_ringmap_identity(ring);
    uint64_t resume = acd_shared_relaxed(&acd_ringmap_control(ring)->resume);
    if (deadline_of(word) == 0)
        return (uint32_t)(word & ACD_CONTROL_LEVELS);
    if (!(id->compatible_flags & ACD_COMPATIBLE_RESUME))
        return id->start_levels;
    return (uint32_t)acd_control_after(word, resume, id->start_levels);
}

void acd_control_read(const struct acd_ringmap *ring, const struct acd_now *now,
                      struct acd_control_state *ret_state)
{
    const struct acd_control *c = acd_ringmap_control(ring);
    uint64_t word = acd_shared_acquire(&c->word), words[8];
    uint64_t deadline = deadline_of(word), since_ns = since_start(ring, now);
    struct acd_control_state s = {
        .start_levels = acd_ringmap_identity(ring)->start_levels,
        .change = change_of(word),
        .expired = is_expired(deadline, since_ns),
        .closed = acd_shared_acquire(&c->closed) == 1,
    };
    s.lasting = lasting_levels(ring, word);
    s.levels = s.expired ? s.lasting : (uint32_t)(word & ACD_CONTROL_LEVELS);
    s.leased = deadline != 0 && !s.expired;
    if (s.leased)
        s.lease_until_realtime_ns = until_ns(deadline, since_ns, now);
    uint64_t ack = acd_shared_acquire(&c->ack);
    /* Before the first change there is nothing to acknowledge. */
    s.acked = ack == 0 ? word == s.start_levels : ack == 1 + (uint64_t)s.change;
    acd_shared_copy_words(words, c->who, 8);
    memcpy(s.who, words, sizeof words);
    *ret_state = s;
}

bool acd_control_acked(const struct acd_ringmap *ring, unsigned change)
{
    uint64_t ack = acd_shared_acquire(&acd_ringmap_control(ring)->ack);
    return ack != 0 && ((ack - 1 - change) & ACD_CONTROL_CHANGE_MASK) < 128;
}

/* ---- changing it ---- */

/* The control page mapped writable for the time of one change. */
struct page {
    void *base;
    struct acd_guard_range range;
    struct acd_control *control;
};

/* The ring's descriptor is read-only; the same file is opened again by way of it. */
static int open_page(struct page *page, const struct acd_ringmap *ring, struct acd_problem *why)
{
    char path[40];
    snprintf(path, sizeof path, "/proc/self/fd/%d", acd_ringmap_fd(ring));
    const char *name = acd_ringmap_name(ring);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return acd_problem_set_errno(why, errno, "set the level of", name);
    uint64_t offset = acd_ringmap_identity(ring)->section[ACD_SEC_CONTROL].offset;
    uint64_t into = offset % (uint64_t)sysconf(_SC_PAGESIZE);
    size_t bytes = (size_t)into + sizeof(struct acd_control);
    page->base = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)(offset - into));
    int error = errno;
    close(fd);
    if (page->base == MAP_FAILED)
        return acd_problem_set_errno(why, error, "set the level of", name);
    page->range = (struct acd_guard_range){
        .start = (uintptr_t)page->base, .bytes = bytes, .protection = PROT_READ | PROT_WRITE};
    acd_guard_add(&page->range);
    page->control = (void *)((char *)page->base + into);
    return 0;
}

static void close_page(struct page *page)
{
    acd_guard_remove(&page->range);
    munmap(page->base, page->range.bytes);
}

static void tell_who(struct acd_control *control, const char *who)
{
    uint64_t words[8] = {0};
    size_t n = who ? strlen(who) : 0;
    if (n > 0)
        memcpy(words, who, n < sizeof words ? n : sizeof words);
    for (unsigned i = 0; i < 8; i++)
        acd_shared_tell(&control->who[i], words[i]);
}

static uint64_t next_word(uint64_t word, uint32_t levels, uint64_t deadline)
{
    uint64_t change = (word >> ACD_CONTROL_CHANGE_SHIFT) + 1;
    return levels | (change & ACD_CONTROL_CHANGE_MASK) << ACD_CONTROL_CHANGE_SHIFT |
           deadline << ACD_CONTROL_DEADLINE_SHIFT;
}

/* The first whole second at which at least the lease has passed; 0 would mean none. */
static uint64_t deadline_after(uint64_t since_ns, uint32_t lease_s)
{
    if (lease_s == 0)
        return 0;
    if (lease_s > ACD_CONTROL_LEASE_MAX_S)
        lease_s = ACD_CONTROL_LEASE_MAX_S;
    uint64_t at = (since_ns + SECOND_NS - 1) / SECOND_NS + lease_s;
    at &= ACD_CONTROL_DEADLINE_MASK;
    return at ? at : 1;
}

int acd_control_set(const struct acd_ringmap *ring, const struct acd_control_request *request,
                    const struct acd_now *now, unsigned *ret_change, struct acd_problem *why)
{
    if (acd_shared_acquire(&acd_ringmap_control(ring)->closed) == 1)
        return acd_problem_set(why, ACD_PROBLEM_CLOSED, ESRCH,
                               "the level of '%s' cannot be set: its server has closed it. "
                               "Hint: acdebug-top list",
                               acd_ringmap_name(ring));
    struct page page;
    int r = open_page(&page, ring, why);
    if (r < 0)
        return r;
    uint64_t deadline = deadline_after(since_start(ring, now), request->lease_s);
    tell_who(page.control, request->who);
    uint64_t word = acd_shared_acquire(&page.control->word), next;
    do {
        next = next_word(word, request->levels, deadline);
        if (deadline != 0)
            acd_shared_tell(&page.control->resume,
                            (next & ~ACD_CONTROL_LEVELS) | lasting_levels(ring, word));
    } while (!acd_shared_change(&page.control->word, &word, next));
    close_page(&page);
    *ret_change = change_of(next);
    return 0;
}

int acd_control_restore(const struct acd_ringmap *ring, const struct acd_now *now)
{
    uint64_t word = acd_shared_acquire(&acd_ringmap_control(ring)->word);
    if (!is_expired(deadline_of(word), since_start(ring, now)))
        return 0;
    struct page page;
    int r = open_page(&page, ring, NULL);
    if (r < 0)
        return r;
    uint64_t next = next_word(word, lasting_levels(ring, word), 0);
    tell_who(page.control, "lease ended"); /* as the emitter says when it is first */
    bool changed = acd_shared_change(&page.control->word, &word, next);
    close_page(&page);
    return changed;
}
