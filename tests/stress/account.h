/* SPDX-License-Identifier: MIT */
/*
 * Events that prove themselves: each carries its thread's number, its place in that thread's sequence,
 * a text made from both, and a checksum over all.  An account follows one ring and holds what a reader
 * gives it against what must have been written, gap by gap.
 */
#ifndef ACD_TEST_ACCOUNT_H
#define ACD_TEST_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/reader/follow.h"

#define ACD_ACCOUNT_THREADS 64
#define ACD_ACCOUNT_LANES 256

/* Emits event `sequence` of `thread`: from the process under test. */
void acd_account_emit(uint32_t thread, uint64_t sequence);

/* What a test breaks on purpose, so that the account must not balance. */
enum acd_account_sabotage { ACD_ACCOUNT_HONEST, ACD_ACCOUNT_SKIP_A_GAP, ACD_ACCOUNT_FLIP_A_BYTE };

struct acd_account {
    enum acd_account_sabotage sabotage;
    bool shared_lane; /* threads without a lane: a gap there is nobody's in particular */
    uint64_t seen, lost, gaps, unreadable;
    uint64_t own; /* of seen: the library's own records (start, stop, thread, level) */
    uint64_t bad_checksum, bad_gap, bad_order;
    uint64_t count[ACD_ACCOUNT_THREADS]; /* seen of each thread */
    uint64_t tail[ACD_ACCOUNT_THREADS];  /* the highest seen, plus 1 */
    /* The number that is due.  Of two lanes that one thread writes the reader may take the later
     * record first: only within a lane is the order promised. */
    uint64_t next[ACD_ACCOUNT_LANES][ACD_ACCOUNT_THREADS];
    uint64_t lane_lost[ACD_ACCOUNT_LANES]; /* lost in that lane since its newest record */
    bool began[ACD_ACCOUNT_LANES];         /* the lane's record of its owner was seen, or lost */
};

/* For acd_follow_drain(); the context is the account. */
acd_follow_take acd_account_take;

/* Nothing was torn, out of order, or lost otherwise than said. */
bool acd_account_good(const struct acd_account *account);

#endif
