/* SPDX-License-Identifier: MIT */
/*
 * The one request that is followed: what every screen asks before it shows something of a request.
 * Plain data, copied at will; all zeros: none is followed, and everything passes.  A request keeps
 * its id from server to server, so the id alone decides.  Pure; anybody may call.
 */
#ifndef ACD_TUI_MODEL_FOLLOWED_H
#define ACD_TUI_MODEL_FOLLOWED_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/reader/totals.h"

/* Of a longer id the beginning counts. */
#define ACD_FOLLOWED_BYTES 128

struct acd_followed {
    enum acd_request_kind kind; /* NONE: no request is followed */
    uint64_t number;
    char text[ACD_FOLLOWED_BYTES + 1];
    /* The text is one that the table of running timers cut: the beginning of the id. */
    bool cut;
};

/** An event without a request gives one that follows nothing. */
struct acd_followed acd_followed_event(const struct acd_request *request);
struct acd_followed acd_followed_running(const struct acd_running_total *running);

/** Does an event with this request, or a running timer, belong to what is followed? */
bool acd_followed_takes(const struct acd_followed *followed, const struct acd_request *request);
bool acd_followed_takes_running(const struct acd_followed *followed,
                                const struct acd_running_total *running);

bool acd_followed_equal(const struct acd_followed *a, const struct acd_followed *b);

#endif
