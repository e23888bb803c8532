/* SPDX-License-Identifier: MIT */
/*
 * The control word of a ring: what it says, and setting it.  The page is mapped writable only while it
 * is being set; the word is changed by CAS only, so that two viewers and the emitter never undo each
 * other's change half.  Nothing here waits: poll acd_control_acked().
 */
#ifndef ACD_READER_CONTROL_H
#define ACD_READER_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/reader/problem.h"

struct acd_ringmap;

/* The caller's clocks, read together. */
struct acd_now {
    uint64_t monotonic_ns; /* CLOCK_MONOTONIC */
    uint64_t realtime_ns;  /* CLOCK_REALTIME */
};

void acd_control_now(struct acd_now *ret_now);

struct acd_control_state {
    uint32_t levels;       /* 2 bits a category, see acd_levels_get(); those below once expired */
    uint32_t lasting;      /* those that stand once the lease has ended; without one, the same */
    uint32_t start_levels; /* those the server started with */
    unsigned change;       /* number of the newest change, 0..255 */
    bool acked;            /* the emitter has taken the newest change over */
    bool leased;           /* a lease runs: the levels end at ... */
    uint64_t lease_until_realtime_ns;
    bool expired; /* a lease ended and nobody has restored the word yet */
    bool closed;  /* the server called acdebug_close() */
    char who[65]; /* who made the newest change; informative only */
};

void acd_control_read(const struct acd_ringmap *ring, const struct acd_now *now,
                      struct acd_control_state *ret_state);

#define ACD_CONTROL_LEASE_MAX_S ((UINT32_C(1) << 22) - 2) /* 48 days */

struct acd_control_request {
    uint32_t levels;
    uint32_t lease_s; /* 0: until changed; above ACD_CONTROL_LEASE_MAX_S: that */
    const char *who;  /* cut to 64 bytes; NULL: user and host are not told */
};

/**
 * Sets the levels.
 * @param[out] ret_change  the change's number, for acd_control_acked()
 * @return 0; -EACCES and the like when the ring is another user's; -ESRCH when it is closed
 */
int acd_control_set(const struct acd_ringmap *ring, const struct acd_control_request *request,
                    const struct acd_now *now, unsigned *ret_change, struct acd_problem *why);

/** Has the emitter taken this change, or a later one, over?  It does so at its next call. */
bool acd_control_acked(const struct acd_ringmap *ring, unsigned change);

/**
 * Puts the lasting levels back when a lease has expired and the emitter has not come by.
 * @return 1 restored, 0 nothing to do, -errno
 */
int acd_control_restore(const struct acd_ringmap *ring, const struct acd_now *now);

#endif
