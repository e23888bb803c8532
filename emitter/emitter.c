/* SPDX-License-Identifier: MIT */
/*
 * Open, close, fork: the life of a ring in its process.  `phase` moves by compare-and-swap, so that no
 * lock is held that a fork could copy; whoever finds it OPENING or CLOSING goes without a ring.
 */
#include "config.h"

#include "emitter/state.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/emit.h"
#include "emitter/environment.h"
#include "emitter/format/kinds.h"
#include "emitter/shmfile.h"
#include "emitter/text.h"

static const uint64_t nothing_enabled; /* the control word while there is no ring */
static struct acd_wipe no_ring;

struct acd_state acd_state = {.wipe = &no_ring};
_Thread_local struct acd_thread acd_thread = {.generation = ACD_NO_GENERATION};
const uint64_t *acdebug_priv_control = &nothing_enabled;

/* ---- growing ---- */

static bool chunks_ready(const struct acd_ring *ring, uint64_t first, uint64_t end)
{
    for (uint64_t i = first; i < end; i++)
        if (!(acd_see(&ring->chunk_ready[i / 64]) >> i % 64 & 1))
            return false;
    return true;
}

static bool pay(struct acd_ring *ring, uint64_t bytes)
{
    uint64_t left = acd_get(&ring->budget_left);
    while (left >= bytes)
        if (acd_swap_if(&ring->budget_left, &left, left - bytes))
            return true;
    return false;
}

/* Room in the file, then pages in memory: nothing that is touched later can fail.  Where the file can't
 * be had by its name any more, or its file system has no fallocate, the pages alone must do: to write
 * zeros would cover what another thread writes that came for the same part. */
static bool allocate(struct acd_ring *ring, uint64_t offset, uint64_t bytes)
{
    int fd = -1;
    void *address = ring->data + (offset - ring->data_offset);
    int r = acd_sys_open_same(ring->path, ring->device, ring->inode, &fd);
    if (r == 0) {
        r = acd_sys_allocate(fd, offset, bytes);
        acd_sys_close(fd);
        if (r != 0 && r != -EOPNOTSUPP && r != -ENOSYS)
            return false;
    }
    int populated = acd_sys_populate(address, bytes);
    return r == 0 || populated == 0;
}

bool acd_emitter_ensure(struct acd_ring *ring, const void *at, uint64_t bytes)
{
    uint64_t offset = (uint64_t)((const char *)at - ring->data);
    uint64_t first = offset / ACD_CHUNK_BYTES;
    uint64_t end = (offset + bytes + ACD_CHUNK_BYTES - 1) / ACD_CHUNK_BYTES;
    while (first < end && chunks_ready(ring, first, first + 1))
        first++;
    if (ACD_LIKELY(first == end))
        return true;
    ACD_PAUSE(ACD_PAUSE_NO_ROOM);
    uint64_t need = (end - first) * ACD_CHUNK_BYTES;
    if (!pay(ring, need))
        return chunks_ready(ring, first, end); /* another thread may have paid for them */
    int saved = errno;
    bool good = allocate(ring, ring->data_offset + first * ACD_CHUNK_BYTES, need);
    errno = saved;
    if (!good) {
        acd_add(&ring->budget_left, need);
        return chunks_ready(ring, first, end);
    }
    uint64_t twice = 0; /* chunks that another thread has paid for meanwhile */
    for (uint64_t i = first; i < end; i++)
        twice += acd_mark(&ring->chunk_ready[i / 64], UINT64_C(1) << i % 64) >> i % 64 & 1;
    acd_add(&ring->budget_left, twice * ACD_CHUNK_BYTES);
    acd_add(&ring->shared->allocated_bytes, need - twice * ACD_CHUNK_BYTES);
    return true;
}

void acd_emitter_anchor(struct acd_ring *ring)
{
    struct acd_anchor now;
    acd_clock_anchor(ring->clock, &now);
    acd_set(&ring->rate, acd_clock_rate(ring->clock, &ring->opened, &now));
    acd_set(&ring->rate_anchor_ticks, now.ticks);
    acd_anchor_store(&ring->shared->anchor, &now);
}

/* ---- a ring's beginning ---- */

static struct acd_ring *new_ring(const struct acd_settings *set)
{
    void *block = NULL;
    if (acd_sys_map_zero(NULL, sizeof(struct acd_ring), &block) != 0)
        return NULL;
    struct acd_ring *ring = block;
    ring->generation = ACD_NO_GENERATION + 1 + acd_add(&acd_state.rings, 1);
    ring->clock = acd_clock_choose();
    ring->pid = acd_sys_pid();
    ring->start_levels = acd_levels_all(set->start_level);
    ring->files = set->files;
    acd_clock_anchor(ring->clock, &ring->opened);
    return ring;
}

/* Makes the ring known to every thread: its block first, then the word that tells of it. */
static void publish(struct acd_ring *ring)
{
    acd_pointer_publish(&acd_state.ring, ring);
    acd_publish(acd_generation(), ring->generation);
    acd_control_point(&acdebug_priv_control, acd_plain(&ring->control->word));
}

static int begin(const struct acd_settings *set, uint32_t parent, struct acd_ring **ret_ring)
{
    struct acd_ring *ring = new_ring(set);
    if (!ring)
        return -ENOMEM;
    int r = acd_file_open(ring, set, parent);
    if (r != 0) {
        memcpy(acd_state.tried, ring->path, sizeof acd_state.tried);
        acd_sys_unmap(ring, sizeof *ring);
        return r;
    }
    acd_emitter_anchor(ring);
    acd_set(&ring->check_ticks, ring->opened.ticks + acd_clock_millisecond(ring->clock));
    if (!(set->flags & ACDEBUG_NO_TEXT))
        acd_set(&ring->text_level, set->start_level);
    acd_add(&ring->shared->dropped_no_room, acd_get(&acd_state.early_dropped));
    acd_set(&acd_state.early_dropped, 0);
    acd_emit_register(ring);
    publish(ring);
    *ret_ring = ring;
    return 0;
}

/* ---- fork ---- */

/* Runs in the child of fork, where only this thread lives.  The control page becomes private with the
 * attention bit, so that the next call of any kind comes in and opens a ring; an emit that the fork
 * interrupted on this thread ends on zero pages. */
static void after_fork_in_child(void)
{
    uint64_t phase = acd_get(&acd_state.phase);
    if (phase == ACD_PHASE_CLOSED || phase == ACD_PHASE_CHILD)
        return;
    struct acd_ring *ring = acd_pointer_see(&acd_state.ring);
    acd_set(acd_generation(), 0);
    if (phase == ACD_PHASE_OPENING || !ring) { /* another thread's half-done work */
        acd_control_point(&acdebug_priv_control, &nothing_enabled);
        acd_set(&acd_state.phase, ACD_PHASE_CLOSED);
        return;
    }
    int saved = errno;
    if (acd_sys_map_zero(ring->control, ring->identity_bytes, NULL) == 0)
        acd_set(&ring->control->word, ACD_CONTROL_ATTENTION | ACD_CONTROL_LEVELS);
    if (acd_get(&acd_thread.busy)) /* and stays so until that emit has ended */
        acd_sys_map_zero(ring->data, ring->data_bytes, NULL);
    errno = saved;
    acd_set(&acd_state.phase, ACD_PHASE_CHILD);
}

/* A child's first call: a ring of its own, at the level that the server started with. */
static struct acd_ring *begin_child(void)
{
    uint64_t phase = acd_get(&acd_state.phase);
    if ((phase != ACD_PHASE_CHILD && phase != ACD_PHASE_OPEN) ||
        !acd_swap_if(&acd_state.phase, &phase, ACD_PHASE_OPENING)) {
        acd_add(&acd_state.early_dropped, 1);
        return NULL;
    }
    if (acd_get(acd_generation()) != 0) { /* it was closed and opened meanwhile */
        acd_publish(&acd_state.phase, ACD_PHASE_OPEN);
        return acd_pointer_see(&acd_state.ring);
    }
    int saved = errno;
    struct acd_ring *ring = NULL;
    if (begin(&acd_state.settings, acd_sys_parent(), &ring) != 0) {
        acd_control_point(&acdebug_priv_control, &nothing_enabled);
        acd_publish(&acd_state.phase, ACD_PHASE_CLOSED);
    } else {
        acd_publish(&acd_state.phase, ACD_PHASE_OPEN);
        acd_emit_start();
        /* A server that forks for each request leaves a ring each time. */
        if (!(acd_state.settings.flags & ACDEBUG_NO_COLLECT))
            acd_file_collect(ring);
    }
    errno = saved;
    return ring;
}

struct acd_ring *acd_emitter_ring(void)
{
    uint64_t generation = acd_see(acd_generation());
    if (ACD_LIKELY(generation != 0))
        return acd_pointer_see(&acd_state.ring);
    uint64_t phase = acd_see(&acd_state.phase);
    if (phase != ACD_PHASE_CHILD && phase != ACD_PHASE_OPEN)
        return NULL;
    /* Open since the first look?  Open publishes the generation before the phase. */
    if (acd_see(acd_generation()) != 0)
        return acd_pointer_see(&acd_state.ring);
    return begin_child();
}

/* ---- open and close ---- */

static int install_hooks(void)
{
    uint64_t none = 0;
    if (!acd_swap_if(&acd_state.hooks_installed, &none, 1))
        return 0;
    void *page = NULL;
    int r = acd_sys_map_zero(NULL, acd_sys_page_bytes(), &page);
    if (r == 0) {
        acd_sys_wipe_in_children(page, acd_sys_page_bytes());
        acd_pointer_publish(&acd_state.wipe, page);
        r = -pthread_atfork(NULL, NULL, after_fork_in_child);
    }
    if (r != 0)
        acd_set(&acd_state.hooks_installed, 0);
    return r;
}

static const char *cure(int error)
{
    switch (error) {
    case -EPERM:
        return "it must be a directory of yours, mode 0700. Hint: chmod 700, or set ACDEBUG_DIR";
    case -ENOSPC:
    case -EDQUOT: return "no room. Hint: free some, or set ACDEBUG_DIR to a directory with 2 MiB";
    case -EFBIG: return "the limit of file sizes is too low. Hint: ulimit -f unlimited";
    case -ELOOP:
    case -ENOTDIR: return "not a directory. Hint: remove it, or set ACDEBUG_DIR";
    case -EACCES:
    case -ENOENT:
    case -EROFS: return "it can't be made. Hint: set ACDEBUG_DIR";
    default: return strerror(-error);
    }
}

/* One line, whatever happens later. */
static void warn_no_ring(int error)
{
    char line[640] = "acdebug: no ring in '";
    const char *const part[] = {acd_state.tried, "': ", cure(error),
                                "; the server goes on without\n"};
    size_t n = strlen(line);
    for (size_t i = 0; i < sizeof part / sizeof part[0]; i++) {
        size_t bytes = strnlen(part[i], sizeof line - n);
        memcpy(line + n, part[i], bytes);
        n += bytes;
    }
    (void)acd_sys_write(2, line, n);
}

/* Text needs no ring: loggers go on when there is no room for one. */
static void settle_text(void)
{
    bool never = (acd_state.settings.flags & ACDEBUG_NO_TEXT) != 0;
    acd_walltime_settle(&acd_state.walltime, acd_sys_realtime_ns());
    acd_publish(&acd_state.text, never ? ACD_TEXT_NEVER : ACD_TEXT_ON);
}

static int open_ring(const char *app, const acdebug_options *options)
{
    /* A child of fork may open under a name of its own instead of waiting for its first event. */
    uint64_t phase = ACD_PHASE_CLOSED;
    if (!acd_swap_if(&acd_state.phase, &phase, ACD_PHASE_OPENING) &&
        (phase != ACD_PHASE_CHILD || !acd_swap_if(&acd_state.phase, &phase, ACD_PHASE_OPENING)))
        return phase == ACD_PHASE_OPEN ? -EALREADY : -EBUSY;
    struct acd_ring *ring = NULL;
    int r = acd_environment_settle(&acd_state.settings, app, options);
    bool bad_call = r != 0;
    if (r == 0)
        settle_text();
    if (r == 0)
        r = install_hooks();
    if (r == 0)
        r = begin(&acd_state.settings, phase == ACD_PHASE_CHILD ? acd_sys_parent() : 0, &ring);
    acd_publish(&acd_state.phase, r == 0 ? ACD_PHASE_OPEN : ACD_PHASE_CLOSED);
    if (r != 0) {
        if (!bad_call)
            warn_no_ring(r);
        return r;
    }
    acd_emit_start();
    if (!(acd_state.settings.flags & ACDEBUG_NO_COLLECT))
        acd_file_collect(ring);
    return 0;
}

int acdebug_open(const char *app, const acdebug_options *options)
{
    int saved = errno;
    int r = open_ring(app, options);
    errno = saved;
    return r;
}

/* Text goes on where there was no room for a ring; no other thread opens meanwhile. */
static void close_text(void)
{
    uint64_t phase = ACD_PHASE_CLOSED;
    if (!acd_swap_if(&acd_state.phase, &phase, ACD_PHASE_OPENING))
        return;
    acd_publish(&acd_state.text, ACD_TEXT_CLOSED);
    acd_publish(&acd_state.phase, ACD_PHASE_CLOSED);
}

/* Beside another thread's open or close it does nothing: text is whose the phase is. */
void acdebug_close(void)
{
    int saved = errno;
    uint64_t phase = acd_see(&acd_state.phase);
    bool mine = acd_see(acd_generation()) != 0; /* else a child's that has none yet */
    if (phase == ACD_PHASE_CLOSED)
        close_text();
    if ((phase != ACD_PHASE_OPEN && phase != ACD_PHASE_CHILD) ||
        !acd_swap_if(&acd_state.phase, &phase, ACD_PHASE_CLOSING))
        return;
    acd_publish(&acd_state.text, ACD_TEXT_CLOSED);
    acd_control_point(&acdebug_priv_control, &nothing_enabled);
    if (mine) {
        struct acd_ring *ring = acd_pointer_see(&acd_state.ring);
        acd_emit_stop();
        acd_emitter_anchor(ring);
        acd_publish(&ring->control->closed, 1);
        ACD_PAUSE(ACD_PAUSE_CLOSE_MARKED);
        acd_publish(acd_generation(), 0);
        acd_file_close(ring);
    }
    acd_publish(&acd_state.phase, ACD_PHASE_CLOSED);
    errno = saved;
}

/* A server that ends in good order says so, whether it calls acdebug_close() or not; one that was
 * killed does not. */
__attribute__((destructor)) static void at_exit(void)
{
    acdebug_close();
}

const char *acdebug_ring_path(void)
{
    const struct acd_ring *ring = acd_emitter_ring();
    return ring ? ring->path : "";
}
