/* SPDX-License-Identifier: MIT */
/*
 * Is the process behind a ring still there?  The emitter holds an OFD write lock that lives as long
 * as its mapping; where locks can't tell, boot id, pid namespace, pid and start time do.  When nothing
 * can tell, the answer is unknown, never dead.
 */
#ifndef ACD_READER_LIVENESS_H
#define ACD_READER_LIVENESS_H

#include <stdbool.h>

#include "emitter/format/layout.h"

struct acd_ringmap;

enum acd_liveness {
    ACD_LIVENESS_UNKNOWN,
    ACD_LIVENESS_ALIVE,
    ACD_LIVENESS_CLOSED, /* dead: it called acdebug_close(), its process may live on */
    ACD_LIVENESS_DEAD    /* dead: the process ended, was killed, or ran another program */
};

enum acd_liveness acd_liveness_of(const struct acd_ringmap *ring);

/** The same for a file that is open but not mapped; `identity` must have been checked. */
enum acd_liveness acd_liveness_of_fd(int fd, const struct acd_identity *identity);

/** Does the server's pid mean that process here too?  Not if it runs in another pid namespace (a
 * container's), or on another machine. */
bool acd_liveness_pid_is_ours(const struct acd_identity *identity);

/** "unknown", "alive", "dead": CLOSED is dead too. */
const char *acd_liveness_name(enum acd_liveness liveness);

#endif
