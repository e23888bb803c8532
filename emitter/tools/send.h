/* SPDX-License-Identifier: MIT */
/*
 * Mapped lines on their way into the ring, and the timers that run between their start's line and their
 * end's.  A timer is known by its name and its id: `timer_id`, else the request, else the name alone.
 * One owner.
 */
#ifndef ACD_EMITTER_TOOLS_SEND_H
#define ACD_EMITTER_TOOLS_SEND_H

#include <stddef.h>
#include <stdint.h>

#include <acdebug.h>
#include "emitter/tools/mapping.h"

#define ACD_SEND_TIMERS 256 /* as many as a ring shows running */

struct acd_send_timer {
    uint64_t started; /* which one it was, from 1; 0: the place is free */
    char id[160];     /* name and id, cut to fit */
    acdebug_timer timer;
};

/* Zeroed memory has none. */
struct acd_send {
    uint64_t started;
    uint64_t no_end; /* timers that had to make room for newer ones: they ended as failed */
    struct acd_send_timer timer[ACD_SEND_TIMERS];
};

/** @return 0; -ENOENT: the end or checkpoint of a timer that doesn't run; it went as a log line */
int acd_send_event(struct acd_send *send, struct acd_mapping *mapping);

#endif
