/* SPDX-License-Identifier: MIT */
/*
 * The numbers that screens and snapshots show: rows of one or several servers, merged by name, with
 * rates, percentiles and the last minute worked out.  A digest is a copy: while the picture is
 * paused it simply isn't renewed.  Pure but for memory; histograms are asked for through a callback,
 * and only for timers that moved since the digest was renewed last.
 */
#ifndef ACD_TUI_MODEL_DIGEST_H
#define ACD_TUI_MODEL_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/errors.h"
#include "tui/model/fleet.h"
#include "tui/model/quantile.h"
#include "tui/model/rates.h"
#include "tui/model/windows.h"

struct acd_reason_share {
    char name[48];
    uint64_t count;
};

struct acd_cache_row {
    char type[ACD_NAME_BYTES];
    char model[ACD_NAME_BYTES]; /* "" none, or all of them */
    uint64_t outcome[5];
    struct acd_rate requests, tokens; /* all time */
    uint64_t token_lookups;
    uint64_t evictions, created_tokens;
    struct acd_gauge entries, bytes, capacity_bytes; /* of several servers: sums */
    struct acd_reason_share reason[ACD_REASONS];     /* of misses, the most frequent first */
    size_t reason_count;
    uint64_t reasons_total;
    struct acd_window_slots found[ACD_WINDOWS], lookups[ACD_WINDOWS];
    struct acd_window_slots cached[ACD_WINDOWS], input[ACD_WINDOWS]; /* tokens */
    struct acd_window_slots evicted[ACD_WINDOWS];
};

struct acd_label_row {
    char name[48];
    uint64_t count, sum_ns;
    struct acd_quantiles quantiles;
};

struct acd_timer_row {
    char name[ACD_NAME_BYTES];
    uint64_t count, failed, sum_ns;
    uint64_t running;           /* as the running tables have it */
    uint64_t running_oldest_ns; /* how long the oldest of them has been at it */
    char running_at[48];        /* and after which checkpoint; "" none yet */
    struct acd_quantiles quantiles;
    struct acd_window_slots ended, sum_us; /* of the digest's window */
    size_t label_first, label_count;       /* in acd_digest.label */
};

/* A timer that runs. */
struct acd_running_row {
    uint32_t server;        /* number in the fleet */
    uint64_t start_ns;      /* since the epoch */
    uint64_t elapsed_ns;    /* until now; of a dead server, until its last sign of life */
    uint64_t checkpoint_ns; /* from the start to the newest checkpoint */
    struct acd_running_total total;
};

struct acd_digest {
    uint64_t now_ns;           /* when it was renewed, since the epoch */
    enum acd_window_id window; /* of timers' trends; the caller's to set, zero is a minute */
    size_t servers, live;
    struct acd_event_totals events; /* summed */
    struct acd_misc_totals misc;
    uint64_t lost, overrun, dropped;
    struct acd_window_slots emitted; /* the last minute */
    struct acd_cache_row *cache;
    struct acd_timer_row *timer;
    struct acd_label_row *label;
    struct acd_running_row *running; /* the longest first */
    struct acd_errors errors;
    size_t cache_count, cache_room, timer_count, timer_room, label_count, label_room;
    size_t running_count, running_room;
};

/* Where histograms come from. */
struct acd_histogram_source {
    /* Adds the buckets of a timer, or of its label (NULL: the whole), to ret_bucket. */
    void (*add)(void *context, const struct acd_server *server, const char *timer,
                const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS]);
    void *context;
};

/** Zeroed memory is an empty digest. */
void acd_digest_fini(struct acd_digest *digest);

/**
 * Renews it from the servers that `selection` takes in, at `now_ns`.
 * @param source  NULL: no percentiles
 * @return 0, -ENOMEM: rows are missing
 */
int acd_digest_renew(struct acd_digest *digest, const struct acd_fleet *fleet,
                     struct acd_selection selection, uint64_t now_ns,
                     const struct acd_histogram_source *source);

/** The same from one server alone. */
int acd_digest_renew_one(struct acd_digest *digest, const struct acd_server *server,
                         uint64_t now_ns, const struct acd_histogram_source *source);

/** The index of the timer whose 95th percentile is the highest, of those that ended at least once
 * if there are any; timer_count when there is no timer. */
size_t acd_digest_slowest_timer(const struct acd_digest *digest);
/** By name; timer_count when there is none. */
size_t acd_digest_find_timer(const struct acd_digest *digest, const char *name);
/** By both names; cache_count when there is none. */
size_t acd_digest_find_cache(const struct acd_digest *digest, const char *type, const char *model);
/** Where a lookup counts: the row of its type and model; of a call that takes no model, the type's; (other)
 * when there was no room for its own.  cache_count when there is none of these. */
size_t acd_digest_cache_of(const struct acd_digest *digest, const char *type, const char *model);
/** What shares of reasons are parts of: the misses, those without a reason too. */
uint64_t acd_digest_missed(const struct acd_cache_row *row);

#endif
