/* SPDX-License-Identifier: MIT */
/* The cadence of reading, see pace.h. */
#include "config.h"

#include "tui/app/pace.h"

#define WANTED 1000                  /* events a reading: an eighth of the smallest usual lane */
#define REST_NS UINT64_C(1000000000) /* this long without an event is idle */

void acd_pace_init(struct acd_pace *pace, uint64_t now_ns)
{
    pace->interval_ns = ACD_PACE_BUSY_NS;
    pace->last_event_ns = now_ns;
}

uint64_t acd_pace_next(struct acd_pace *pace, uint64_t came, uint64_t now_ns)
{
    if (came == 0) {
        uint64_t rest = now_ns > pace->last_event_ns ? now_ns - pace->last_event_ns : 0;
        uint64_t most = rest >= REST_NS ? ACD_PACE_IDLE_NS : ACD_PACE_BUSY_NS;
        pace->interval_ns *= 2;
        if (pace->interval_ns > most)
            pace->interval_ns = most;
        return pace->interval_ns;
    }
    pace->last_event_ns = now_ns;
    uint64_t wanted = pace->interval_ns / came * WANTED;
    /* Shorter at once, longer by steps: bursts come again. */
    if (wanted > 2 * pace->interval_ns)
        wanted = 2 * pace->interval_ns;
    if (wanted > ACD_PACE_BUSY_NS)
        wanted = ACD_PACE_BUSY_NS;
    pace->interval_ns = wanted < ACD_PACE_MIN_NS ? ACD_PACE_MIN_NS : wanted;
    return pace->interval_ns;
}

void acd_pace_wake(struct acd_pace *pace, uint64_t now_ns)
{
    pace->interval_ns = ACD_PACE_MIN_NS;
    pace->last_event_ns = now_ns;
}
