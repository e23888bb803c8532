/* SPDX-License-Identifier: MIT */
/*
 * A moment that numbers are counted from.  A mark keeps what the servers had counted then; taken off
 * what they have counted now, it leaves a fleet whose totals are those since, and whatever shows a
 * fleet's numbers shows these.  A server that came later has no part in the mark: all of it counts.
 * A maximum since then is known exactly when it is the highest ever, else to 2 % from the histogram.
 * One owner.
 */
#ifndef ACD_TUI_MODEL_BASELINE_H
#define ACD_TUI_MODEL_BASELINE_H

#include "tui/model/digest.h"

/* A histogram without its empty buckets. */
struct acd_baseline_histogram {
    char timer[ACD_NAME_BYTES];
    char label[48];
    bool whole; /* of the timer, not of a label */
    struct {
        uint16_t index;
        uint64_t count;
    } * bucket;
    size_t bucket_count;
};

struct acd_baseline_server {
    uint32_t number;
    struct acd_totals totals;
    struct acd_follow_stats seen;
    struct acd_baseline_histogram *histogram;
    size_t histogram_count;
};

struct acd_baseline {
    uint64_t time_ns;  /* since the epoch; 0: there is no mark */
    uint64_t sequence; /* of the scroll-back */
    struct acd_baseline_server *server;
    size_t count;
    /* what acd_baseline_since() makes */
    struct acd_fleet since;
    struct acd_server *shadow;
    size_t shadow_room;
    struct acd_histogram_source source; /* of the servers themselves */
};

/**
 * Keeps what the servers counted up to now; zeroed memory is no mark.
 * @return 0, -ENOMEM: there is no mark
 */
int acd_baseline_set(struct acd_baseline *mark, const struct acd_fleet *fleet, uint64_t now_ns,
                     const struct acd_histogram_source *source);
void acd_baseline_clear(struct acd_baseline *mark);

/**
 * The fleet with what was counted since; valid until the fleet changes.
 * @param source  of the servers' histograms; `ret_source` has those since the mark
 * @return NULL: no memory
 */
const struct acd_fleet *acd_baseline_since(struct acd_baseline *mark, const struct acd_fleet *fleet,
                                           const struct acd_histogram_source *source,
                                           struct acd_histogram_source *ret_source);

#endif
