/* SPDX-License-Identifier: MIT */
/*
 * Plays a recording: each of its rings becomes a file of ours that changes as the ring did, so that who
 * reads rings reads it and knows no difference.  A frame is one step; after each, drain the rings, for
 * the next may lap.  The files have no name once they are open, and go with the program.  Everything in
 * a recording is untrusted; what it does to a ring is checked when the ring is opened, as always.
 * One owner.
 */
#ifndef ACD_READER_REPLAYER_H
#define ACD_READER_REPLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/control.h"
#include "tui/reader/liveness.h"
#include "tui/reader/recfile.h"
#include "tui/reader/ringmap.h"

struct acd_replayer;

/** @return 0; -EBADMSG when it is no recording; -errno */
int acd_replayer_open(struct acd_replayer **ret, const char *path, struct acd_problem *why);
void acd_replayer_close(struct acd_replayer *replayer);

enum acd_replayer_result {
    ACD_REPLAYER_END,   /* see acd_replayer_torn() */
    ACD_REPLAYER_RING,  /* ret_ring came, and can be opened after its first change */
    ACD_REPLAYER_CHANGE /* ret_ring changed */
};

/** @return what the next frame did; -errno and `why`: it could not be done, and nothing more can */
int acd_replayer_step(struct acd_replayer *replayer, size_t *ret_ring, struct acd_problem *why);

/** When the next step is, since the epoch; false at the end. */
bool acd_replayer_next(struct acd_replayer *replayer, uint64_t *ret_realtime_ns);

/** The recording's time: that of the last step, or of the beginning. */
void acd_replayer_now(const struct acd_replayer *replayer, struct acd_now *ret_now);

uint64_t acd_replayer_started(const struct acd_replayer *replayer);
bool acd_replayer_redacted(const struct acd_replayer *replayer);
/** The byte at which the recording was cut; 0 it is whole. */
uint64_t acd_replayer_torn(const struct acd_replayer *replayer);

/** Opens a ring as it is now; the caller's to close, before the replayer. */
int acd_replayer_ring(struct acd_replayer *replayer, size_t index, struct acd_ringmap **ret,
                      struct acd_problem *why);

/** What the recorder knew of the server's life at this time. */
enum acd_liveness acd_replayer_liveness(const struct acd_replayer *replayer, size_t index);

#endif
