/* SPDX-License-Identifier: MIT */
/*
 * One timer from near: its histogram, the requests that are in it now, and the slowest that ended as
 * far as the scroll-back tells.  Copies, so that a picture that is paused stands still; renewing reads
 * only the entries that came since.  Plain state, one owner.
 */
#ifndef ACD_TUI_MODEL_RUNS_H
#define ACD_TUI_MODEL_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/digest.h"
#include "tui/model/filter.h"
#include "tui/model/followed.h"

#define ACD_RUNS_SLOWEST 64
#define ACD_RUNS_RUNNING 64   /* the longest; more are counted by the digest */
#define ACD_RUNS_ENTRIES 2048 /* are looked at in one renewal */
#define ACD_RUNS_MAX (ACD_RUNS_RUNNING + ACD_RUNS_SLOWEST)

enum acd_run_state { ACD_RUN_RUNNING, ACD_RUN_ENDED, ACD_RUN_FAILED, ACD_RUN_LOST };

/* One run of a timer, for ever. */
struct acd_run_id {
    uint32_t server;
    uint64_t id; /* 0 none */
};

struct acd_timer_run {
    struct acd_run_id id;
    enum acd_run_state state;
    uint64_t sequence; /* of its end */
    uint64_t start_ns; /* since the epoch */
    uint64_t elapsed_ns;
    uint64_t checkpoint_ns; /* running: from the start to the newest checkpoint */
    uint32_t thread;
    char at[48]; /* running: the newest checkpoint; failed: the error's type; "" none */
    char request[48];
    struct acd_followed followed; /* what follows this request */
};

struct acd_runs_of {
    char timer[ACD_NAME_BYTES]; /* "" none */
    struct acd_selection selection;
    struct acd_filter filter;
    struct acd_followed followed; /* of this request only */
    uint64_t from;                /* ends before this sequence are left out: a mark was set */
};

/* Zeroed memory is the empty one. */
struct acd_runs {
    struct acd_runs_of of;
    uint64_t next; /* `slowest` was taken from the entries before this sequence */
    bool left_out; /* some ends had no place, all of them faster than the last one here */
    size_t running_count, slowest_count;
    struct acd_timer_run running[ACD_RUNS_RUNNING]; /* the longest first */
    struct acd_timer_run slowest[ACD_RUNS_SLOWEST]; /* the slowest first */
    uint64_t counted, counted_ns;                   /* what the histogram was read at */
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    struct acd_quantiles quantiles; /* of these buckets */
};

bool acd_runs_same(struct acd_run_id a, struct acd_run_id b);

/**
 * Takes in the digest's running timers and the entries before `end`, as many as are looked at in one
 * renewal.  Another timer, selection or filter begins anew.
 * @return are there more?
 */
bool acd_runs_renew(struct acd_runs *runs, const struct acd_runs_of *of,
                    const struct acd_fleet *fleet, const struct acd_digest *digest, uint64_t end);

/** Reads the histogram anew if the timer's numbers changed since. */
void acd_runs_renew_histogram(struct acd_runs *runs, const struct acd_fleet *fleet,
                              const struct acd_digest *digest,
                              const struct acd_histogram_source *source);

/** Running ones first. */
size_t acd_runs_count(const struct acd_runs *runs);
const struct acd_timer_run *acd_runs_at(const struct acd_runs *runs, size_t index);
/** acd_runs_count() when it is in neither list. */
size_t acd_runs_find(const struct acd_runs *runs, struct acd_run_id id);

#endif
