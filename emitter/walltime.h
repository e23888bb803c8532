/* SPDX-License-Identifier: MIT */
/*
 * The time of day as people read it.  The zone's changes of the next years are taken down at open, where
 * the C library may be asked; a text in a signal handler or a fork child looks them up.
 */
#ifndef ACD_WALLTIME_H
#define ACD_WALLTIME_H

#include <stdint.h>

#include "emitter/format/layout.h"

#define ACD_WALLTIME_BYTES 28
#define ACD_WALLTIME_CHANGES 16

/* From `from` (seconds since the epoch) on, local time is `offset` seconds ahead of UTC. */
struct acd_walltime {
    acd_word count;
    acd_word from[ACD_WALLTIME_CHANGES], offset[ACD_WALLTIME_CHANGES];
};

/* Not async-signal-safe. */
void acd_walltime_settle(struct acd_walltime *ret_zone, uint64_t realtime_ns);
/* YYYY-MM-DD HH:MM:SS */
void acd_walltime_local(const struct acd_walltime *zone, uint64_t realtime_ns, char *ret_text);
/* YYYY-MM-DDTHH:MM:SS.mmmZ */
void acd_walltime_utc(uint64_t realtime_ns, char *ret_text);

#endif
