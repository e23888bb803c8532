/* SPDX-License-Identifier: MIT */
/*
 * Events as a trace in Chrome's format (the JSON object form), which Perfetto, chrome://tracing and
 * Speedscope read.  A timer is a nestable async span, its checkpoints are instants in it; the timers
 * of one request share an id, hence a track, unless they overlap without one holding the other.
 * Cache lookups, errors, changes of level and lost events are instants; hits and misses, and timers
 * that run, are counters.  A span is written when it ends, so memory is bounded by what runs at once.
 * Texts are made safe, secrets hidden.  Pure but for the stream and memory.
 */
#ifndef ACD_TUI_APP_TRACE_H
#define ACD_TUI_APP_TRACE_H

#include <stdint.h>
#include <stdio.h>

#include "tui/model/fleet.h"

struct acd_trace;

/** Writes the beginning. @param base_ns  the time that becomes 0 @return 0, -ENOMEM */
int acd_trace_new(struct acd_trace **ret, FILE *stream, uint64_t base_ns);

/** One more entry of the scroll-back, in any order of time; without memory it leaves out spans. */
void acd_trace_take(struct acd_trace *trace, const struct acd_fleet *fleet,
                    const struct acd_entry *entry);

/** Writes spans that never ended as begun only, and the end. @return 0, -ENOMEM: some are missing */
int acd_trace_end(struct acd_trace *trace);
void acd_trace_free(struct acd_trace *trace);

#endif
