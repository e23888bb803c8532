/* SPDX-License-Identifier: MIT */
/*
 * The counters of a ring as plain numbers: summed over lanes and the shared block, rows of equal name
 * (two threads raced to register them) merged, everything clamped to the tables.  Numerators are read
 * before their denominators, which the writer adds first, so that no rate exceeds 1.
 */
#ifndef ACD_READER_TOTALS_H
#define ACD_READER_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emitter/format/histogram.h"
#include "emitter/format/layout.h"
#include "emitter/format/record.h"

struct acd_ringmap;

#define ACD_OTHER_NAME "(other)" /* the row that takes what found no room in its table */

/* A number that may never have been set. */
struct acd_gauge {
    bool set;
    uint64_t value;
};

struct acd_cache_total {
    char type[ACD_NAME_BYTES];
    char model[ACD_NAME_BYTES]; /* "" none */
    uint64_t outcome[5];        /* by enum acd_outcome */
    uint64_t evictions;
    uint64_t token_lookups, input_tokens, cached_tokens; /* only lookups with both counts known */
    uint64_t created_lookups, created_tokens;
    uint64_t reason[ACD_REASONS];
    char reason_name[ACD_REASONS][48]; /* "" for a free-text slot that is not in use */
    struct acd_gauge entries, bytes, capacity_bytes;
};

struct acd_timing_total {
    uint64_t count, sum_ns, max_ns;
    bool has_histogram;
};

struct acd_label_total {
    char name[48];
    struct acd_timing_total timing; /* since the checkpoint before it */
};

struct acd_timer_total {
    char name[ACD_NAME_BYTES];
    uint64_t started, failed;
    struct acd_timing_total timing; /* count: ended and failed ones */
    unsigned label_count;
    struct acd_label_total label[ACD_TIMER_LABELS + 1];
};

struct acd_running_total {
    uint64_t id; /* as in the timer's events */
    char timer[ACD_NAME_BYTES];
    char checkpoint[48]; /* newest label, "" none yet */
    uint64_t start_ticks, checkpoint_ticks;
    uint64_t thread;
    enum acd_request_kind request_kind;
    uint64_t request;
    char request_text[48];
    uint32_t gathered_from; /* 0 as read; where rows of several servers are one's: number + 1 */
};

struct acd_error_total {
    char type[48], provider[48], model[64], message[200];
    int64_t status; /* 0 none */
    uint64_t count, first_ticks, last_ticks;
    char file[200];         /* newest debug file, "" none */
    uint32_t gathered_from; /* as of a running timer */
};

struct acd_event_totals {
    uint64_t written; /* records, of all lanes */
    uint64_t in_ring; /* of these, still readable */
    uint64_t dropped_busy, dropped_no_room;
    uint64_t dropped; /* both */
    uint64_t emitted; /* written + dropped */
    uint64_t cut;     /* records whose text did not fit whole */
};

struct acd_misc_totals {
    uint64_t sites, sites_full;
    uint64_t caches_full, timers_full, errors_full, running_full;
    uint64_t allocated_bytes;
    unsigned lanes;        /* allocated, without the overflow lane */
    uint64_t lanes_shared; /* threads that share the overflow lane */
    uint64_t files_written, files_suppressed, files_failed;
};

/* The caller's storage: zero it, read into it as often as you like, _fini it. */
struct acd_totals {
    struct acd_event_totals events;
    struct acd_misc_totals misc;
    size_t cache_count, timer_count, running_count, error_count;
    struct acd_cache_total *cache;
    struct acd_timer_total *timer;
    struct acd_running_total *running;
    struct acd_error_total *error;
    size_t cache_room, timer_room, running_room, error_room;
    /* While reading: the heads of the allocated lanes. */
    const struct acd_lane **lane;
    size_t lane_count, lane_room;
};

/* ---- everything at once ---- */

/**
 * Reads all counters of `ring`.  Rows are in the order of their registration; (other) comes last and
 * only when something went under it.
 * @return 0, -ENOMEM (`totals` then holds what was read so far)
 */
int acd_totals_read(struct acd_totals *totals, const struct acd_ringmap *ring);
void acd_totals_fini(struct acd_totals *totals);

/**
 * The histogram (histogram.h) of the timer of that name, or of one of its labels; NULL: the whole.
 * Adds to ret_bucket, so that those of several rings can be summed.
 * @return the sum of what was added; 0 when there is none
 */
uint64_t acd_totals_histogram(const struct acd_ringmap *ring, const char *timer, const char *label,
                              uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS]);

#endif
