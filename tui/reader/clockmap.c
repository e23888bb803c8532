/* SPDX-License-Identifier: MIT */
/* Ticks to nanoseconds, see clockmap.h. */
#include "config.h"

#include "tui/reader/clockmap.h"

#include "tui/reader/ringmap.h"
#include "tui/reader/shared.h"

/* A guess for the first millisecond: counters run at 1 to 5 GHz, ARM's at 24 MHz to 1 GHz. */
#define TSC_NS_PER_TICK_GUESS 0.4
#define ARM_NS_PER_TICK_GUESS 1.0

/* Rates that no counter has: an anchor that yields one is not true. */
#define NS_PER_TICK_MIN 0.01
#define NS_PER_TICK_MAX 1e5

/* The anchors' distance must make the error of reading them small. */
#define BASELINE_NS_MIN UINT64_C(500000)

void acd_clockmap_init(struct acd_clockmap *map, const struct acd_identity *identity)
{
    bool exact = identity->clock_kind == ACD_CLOCK_MONOTONIC_NS;
    *map = (struct acd_clockmap){
        .opened = identity->opened,
        .newest = identity->opened,
        .exact = exact,
        .measured = exact,
        .ns_per_tick = exact                                           ? 1.0
                       : identity->clock_kind == ACD_CLOCK_ARM_VIRTUAL ? ARM_NS_PER_TICK_GUESS
                                                                       : TSC_NS_PER_TICK_GUESS,
    };
}

void acd_clockmap_add(struct acd_clockmap *map, const struct acd_anchor *anchor)
{
    if (anchor->ticks < map->newest.ticks || anchor->monotonic_ns < map->newest.monotonic_ns)
        return;
    uint64_t ns = anchor->monotonic_ns - map->opened.monotonic_ns;
    uint64_t ticks = anchor->ticks - map->opened.ticks;
    if (!map->exact && ticks > 0 && ns >= BASELINE_NS_MIN) {
        double rate = (double)ns / (double)ticks;
        if (rate < NS_PER_TICK_MIN || rate > NS_PER_TICK_MAX)
            return;
        map->ns_per_tick = rate;
        map->measured = true;
    }
    map->newest = *anchor;
}

/* Copies the newest anchor out; false while a writer is at it. */
static bool read_anchor(const struct acd_live_anchor *live, struct acd_anchor *ret_anchor)
{
    uint64_t sequence = acd_shared_acquire(&live->sequence);
    ret_anchor->ticks = acd_shared_relaxed(&live->ticks);
    ret_anchor->monotonic_ns = acd_shared_relaxed(&live->monotonic_ns);
    ret_anchor->realtime_ns = acd_shared_relaxed(&live->realtime_ns);
    acd_shared_fence();
    return sequence != 0 && !(sequence & 1) && acd_shared_relaxed(&live->sequence) == sequence;
}

bool acd_clockmap_update(struct acd_clockmap *map, const struct acd_ringmap *ring)
{
    struct acd_anchor anchor;
    if (!read_anchor(&acd_ringmap_shared(ring)->anchor, &anchor) ||
        anchor.ticks == map->newest.ticks)
        return false;
    uint64_t before = map->newest.ticks;
    acd_clockmap_add(map, &anchor);
    return map->newest.ticks != before;
}

static uint64_t scaled(const struct acd_clockmap *map, uint64_t ticks)
{
    if (map->exact)
        return ticks;
    double ns = (double)ticks * map->ns_per_tick;
    return ns < 0x1p64 ? (uint64_t)ns : UINT64_MAX;
}

/* `base` plus what `ticks` is away from the newest anchor; stays in range. */
static uint64_t offset_ns(const struct acd_clockmap *map, uint64_t ticks, uint64_t base)
{
    uint64_t from = map->newest.ticks;
    if (ticks >= from) {
        uint64_t ahead = scaled(map, ticks - from);
        return ahead < UINT64_MAX - base ? base + ahead : UINT64_MAX;
    }
    uint64_t behind = scaled(map, from - ticks);
    return behind < base ? base - behind : 0;
}

uint64_t acd_clockmap_realtime_ns(const struct acd_clockmap *map, uint64_t ticks)
{
    return offset_ns(map, ticks, map->newest.realtime_ns);
}

uint64_t acd_clockmap_monotonic_ns(const struct acd_clockmap *map, uint64_t ticks)
{
    return offset_ns(map, ticks, map->newest.monotonic_ns);
}

uint64_t acd_clockmap_duration_ns(const struct acd_clockmap *map, uint64_t from, uint64_t to)
{
    return to > from ? scaled(map, to - from) : 0;
}
