/* SPDX-License-Identifier: MIT */
/*
 * How long to wait before the rings are read again: often enough that a fast writer does not lap us,
 * seldom enough that an idle server costs nothing.  Pure; time is passed in.
 */
#ifndef ACD_TUI_APP_PACE_H
#define ACD_TUI_APP_PACE_H

#include <stddef.h>
#include <stdint.h>

#define ACD_PACE_MIN_NS UINT64_C(1000000)    /* never more often than each millisecond */
#define ACD_PACE_BUSY_NS UINT64_C(50000000)  /* at most, while events come */
#define ACD_PACE_IDLE_NS UINT64_C(250000000) /* at most, when none came for a while */

struct acd_pace {
    uint64_t interval_ns;
    uint64_t last_event_ns; /* when something was read last */
};

void acd_pace_init(struct acd_pace *pace, uint64_t now_ns);

/** Takes in that `came` events came by since the last reading, those that were lost included, at
 * `now_ns`. @return ns until the next reading */
uint64_t acd_pace_next(struct acd_pace *pace, uint64_t came, uint64_t now_ns);

/** Somebody new is there, and may write fast: begins with the shortest interval. */
void acd_pace_wake(struct acd_pace *pace, uint64_t now_ns);

#endif
