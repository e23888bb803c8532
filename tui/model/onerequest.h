/* SPDX-License-Identifier: MIT */
/*
 * What the counters would be if there had been one request only: its lookups, timers and errors,
 * counted from those of its events that the scroll-back keeps, and its running timers.  It stands as
 * a server of its own, so that whatever shows a server's numbers shows the request's.  One owner.
 */
#ifndef ACD_TUI_MODEL_ONEREQUEST_H
#define ACD_TUI_MODEL_ONEREQUEST_H

#include "tui/model/digest.h"
#include "tui/model/sieve.h"

/* The newest so many events are counted. */
#define ACD_ONEREQUEST_EVENTS 20000u

struct acd_onerequest_sample {
    uint32_t timer, label; /* numbers in the totals; label UINT32_MAX: the whole */
    uint64_t ns;
};

struct acd_onerequest {
    struct acd_server server;
    struct acd_onerequest_sample *sample;
    size_t sample_count, sample_room;
};

/* Which of the request's events count. */
struct acd_onerequest_scope {
    struct acd_selection selection;
    const struct acd_sieve *sieve; /* the request's */
    uint64_t end;                  /* sequence: those before it */
    uint64_t from_ns;              /* those from then on */
};

/** Counts anew. @return 0, -ENOMEM: something is missing */
int acd_onerequest_gather(struct acd_onerequest *one, const struct acd_fleet *fleet,
                          const struct acd_onerequest_scope *scope);

/** Zeroed memory is a request without events. */
void acd_onerequest_fini(struct acd_onerequest *one);

/** For acd_digest_renew_one() of one->server. */
struct acd_histogram_source acd_onerequest_histograms(struct acd_onerequest *one);

#endif
