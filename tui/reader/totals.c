/* SPDX-License-Identifier: MIT */
/*
 * A ring's counters as plain numbers, see totals.h.  Rows are found by their ready bits alone, so that
 * a table that was never used is never touched.  The order of reads matters where the writer counts a
 * denominator before its numerator: here the numerator is read first.
 */
#include "config.h"

#include "tui/reader/totals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/reader/cachetotals.h"
#include "tui/reader/cursor.h"
#include "tui/reader/errortotals.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/rows.h"
#include "tui/reader/shared.h"
#include "tui/reader/timertotals.h"

static void read_lane(struct acd_totals *t, const struct acd_lane_map *lane)
{
    t->events.in_ring += acd_cursor_in_ring(lane);
    t->events.cut += acd_shared_relaxed(&lane->head->cut);
    t->events.written += acd_shared_acquire(&lane->head->records);
    t->misc.lanes += !lane->overflow;
}

static int add_lane(struct acd_totals *t, const struct acd_lane *head)
{
    void *array = t->lane;
    const struct acd_lane **to = acd_rows_add(&array, &t->lane_room, t->lane_count, sizeof *to);
    t->lane = array;
    if (!to)
        return -ENOMEM;
    *to = head;
    t->lane_count++;
    return 0;
}

static int read_events(struct acd_totals *t, const struct acd_ringmap *ring)
{
    const struct acd_shared *s = acd_ringmap_shared(ring);
    struct acd_lane_map lane;
    unsigned lanes = acd_ringmap_lanes(ring);
    int r = 0;
    for (unsigned i = 0; i < lanes && r == 0; i++) {
        if (!acd_ringmap_lane(ring, i, &lane))
            continue;
        read_lane(t, &lane);
        r = add_lane(t, lane.head);
    }
    t->events.dropped_busy = acd_shared_relaxed(&s->dropped_busy);
    t->events.dropped_no_room = acd_shared_relaxed(&s->dropped_no_room);
    t->events.dropped = t->events.dropped_busy + t->events.dropped_no_room;
    t->events.emitted = t->events.written + t->events.dropped;
    return r;
}

static void read_misc(struct acd_misc_totals *m, const struct acd_ringmap *ring)
{
    const struct acd_shared *s = acd_ringmap_shared(ring);
    uint64_t sites = acd_shared_relaxed(&s->sites_used);
    uint64_t most = acd_rows_count(ring, ACD_SEC_SITE_INDEX, ACD_SITES);
    m->sites = sites < most ? sites : most;
    m->sites_full = acd_shared_relaxed(&s->sites_full);
    m->caches_full = acd_shared_relaxed(&s->caches_full);
    m->timers_full = acd_shared_relaxed(&s->timers_full);
    m->errors_full = acd_shared_relaxed(&s->errors_full);
    m->running_full = acd_shared_relaxed(&s->running_full);
    m->allocated_bytes = acd_shared_relaxed(&s->allocated_bytes);
    m->lanes_shared = acd_shared_relaxed(&s->lanes_shared);
    m->files_written = acd_shared_relaxed(&s->files_written);
    m->files_suppressed = acd_shared_relaxed(&s->files_suppressed);
    m->files_failed = acd_shared_relaxed(&s->files_failed);
}

int acd_totals_read(struct acd_totals *totals, const struct acd_ringmap *ring)
{
    memset(&totals->events, 0, sizeof totals->events);
    memset(&totals->misc, 0, sizeof totals->misc);
    totals->cache_count = totals->timer_count = totals->running_count = totals->error_count = 0;
    totals->lane_count = 0;
    read_misc(&totals->misc, ring);
    int r = read_events(totals, ring);
    if (r == 0)
        r = acd_cachetotals_read(totals, ring);
    if (r == 0)
        r = acd_timertotals_read(totals, ring);
    if (r == 0)
        r = acd_errortotals_read(totals, ring);
    return r;
}

void acd_totals_fini(struct acd_totals *totals)
{
    free(totals->lane);
    free(totals->cache);
    free(totals->timer);
    free(totals->running);
    free(totals->error);
    memset(totals, 0, sizeof *totals);
}

uint64_t acd_totals_histogram(const struct acd_ringmap *ring, const char *timer, const char *label,
                              uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    return acd_timertotals_histogram(ring, timer, label, ret_bucket);
}
