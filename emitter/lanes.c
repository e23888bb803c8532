/* SPDX-License-Identifier: MIT */
/*
 * Who owns which lane.  A thread claims one at its first emit, which may be inside a signal handler:
 * compare-and-swap and raw system calls only.  A thread's end is noticed by the next one that needs a
 * lane: it asks the kernel whether the owner still runs.
 */
#include "config.h"

#include "emitter/state.h"

#include "emitter/shmfile.h"

static struct acd_lane *slot(const struct acd_ring *ring, uint32_t i, uint64_t *ret_cells)
{
    const struct acd_section *big = &ring->section[ACD_SEC_LANES_BIG];
    const struct acd_section *s = big;
    if (i >= big->count) {
        s = &ring->section[ACD_SEC_LANES_SMALL];
        i -= big->count;
    }
    *ret_cells = (s->stride - ACD_LANE_HEADER_BYTES) / ACD_CELL_BYTES;
    return (struct acd_lane *)(void *)(ring->data + (s->offset - ring->data_offset) +
                                       (uint64_t)i * s->stride);
}

/* A lane without an owner, or one whose owner has ended.  A thread that finds its own number there is
 * a new one to which the kernel gave an old number. */
static bool take(struct acd_ring *ring, struct acd_lane *lane, uint32_t thread)
{
    uint64_t owner = acd_see(&lane->owner);
    uint32_t holder = (uint32_t)owner;
    if (holder != 0 && holder != thread && !acd_sys_thread_gone(ring->pid, holder))
        return false;
    return acd_swap_if(&lane->owner, &owner, acd_owner_word(owner, thread));
}

static struct acd_lane *take_made(struct acd_ring *ring, uint32_t lanes, uint32_t thread,
                                  uint64_t *ret_cells)
{
    for (uint32_t i = 0; i < lanes; i++) {
        if (acd_see(&ring->directory[i]) != 1)
            continue;
        struct acd_lane *lane = slot(ring, i, ret_cells);
        if (take(ring, lane, thread))
            return lane;
    }
    return NULL;
}

/* Makes a new lane: 0 → 2 reserves the slot, 1 shows it to readers and to other threads. */
static struct acd_lane *make(struct acd_ring *ring, uint32_t lanes, uint32_t thread,
                             uint64_t *ret_cells)
{
    for (uint32_t i = 0; i < lanes && !acd_get(&ring->lanes_exhausted); i++) {
        uint64_t none = 0;
        if (acd_get(&ring->directory[i]) != 0 || !acd_swap_if(&ring->directory[i], &none, 2))
            continue;
        struct acd_lane *lane = slot(ring, i, ret_cells);
        if (!acd_emitter_ensure(ring, lane, ACD_LANE_HEADER_BYTES + *ret_cells * ACD_CELL_BYTES)) {
            acd_publish(&ring->directory[i], 0);
            if (i >= ring->section[ACD_SEC_LANES_BIG].count)
                acd_set(&ring->lanes_exhausted, 1);
            continue;
        }
        ACD_PAUSE(ACD_PAUSE_LANE_MADE);
        acd_set(&lane->cells, *ret_cells);
        acd_set(&lane->owner, acd_owner_word(0, thread));
        acd_publish(&ring->directory[i], 1);
        return lane;
    }
    return NULL;
}

void acd_lanes_claim(struct acd_thread *thread, struct acd_ring *ring)
{
    uint32_t lanes = ring->section[ACD_SEC_DIRECTORY].count;
    uint64_t cells = 0;
    thread->id = acd_sys_thread();
    thread->writer = (struct acd_lane_writer){.cells = NULL};
    struct acd_lane *lane = take_made(ring, lanes, thread->id, &cells);
    if (!lane)
        lane = make(ring, lanes, thread->id, &cells);
    if (!lane)
        return;
    ACD_PAUSE(ACD_PAUSE_LANE_TAKEN);
    acd_lane_attach(&thread->writer, lane, acd_lane_cells(lane), cells);
}
