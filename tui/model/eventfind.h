/* SPDX-License-Identifier: MIT */
/*
 * Searching the rows of a list of events for what a query passes, to newer ones or to older ones,
 * round the end of the list, in steps that the caller can stop between.  One owner.
 */
#ifndef ACD_TUI_MODEL_EVENTFIND_H
#define ACD_TUI_MODEL_EVENTFIND_H

#include "tui/model/shown.h"

enum acd_eventfind_state {
    ACD_EVENTFIND_IDLE,
    ACD_EVENTFIND_MORE,  /* step again */
    ACD_EVENTFIND_FOUND, /* `found` */
    ACD_EVENTFIND_NOTHING
};

struct acd_eventfind {
    const struct acd_query *query;
    enum acd_eventfind_state state;
    bool backwards; /* to older ones */
    bool around;    /* past one end of the list and on from the other */
    uint64_t found;
    uint64_t looked; /* sequence numbers passed, of about `all` */
    uint64_t all;
    /* inside */
    uint64_t origin, at;
};

/** Starts behind the row at `sequence`, or before it, which is found itself only at last. */
void acd_eventfind_begin(struct acd_eventfind *find, const struct acd_shown *shown,
                         uint64_t sequence, bool backwards);

/** Looks at up to `most` rows more. @return find->state */
enum acd_eventfind_state acd_eventfind_step(struct acd_eventfind *find,
                                            const struct acd_shown *shown,
                                            const struct acd_fleet *fleet, size_t most);

/** Does the entry pass the query? */
bool acd_eventfind_passes(const struct acd_query *query, const struct acd_fleet *fleet,
                          const struct acd_entry *entry);

#endif
