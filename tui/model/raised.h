/* SPDX-License-Identifier: MIT */
/*
 * The levels that this viewer raised and that still stand: what to put back when it ends, and what to
 * keep up until then.  A change by anybody else, and the end of a lease, take a server off it.  Pure but
 * for memory; one owner.
 */
#ifndef ACD_TUI_MODEL_RAISED_H
#define ACD_TUI_MODEL_RAISED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/fleet.h"

enum acd_raised_for {
    ACD_RAISED_FOR_GOOD,
    ACD_RAISED_FOR_A_WHILE, /* a lease */
    ACD_RAISED_UNTIL_QUIT   /* a lease that we make longer until we end */
};

struct acd_raised_row {
    uint32_t number; /* of the server */
    uint32_t before; /* the levels that it had */
    uint32_t levels; /* those that we set */
    uint32_t under;  /* those that stand once our lease is over; without one, the same */
    enum acd_raised_for how_long;
};

/* Zeroed memory is an empty one. */
struct acd_raised {
    struct acd_raised_row *row;
    size_t count, room;
};

void acd_raised_fini(struct acd_raised *raised);

/**
 * Before `levels` are set: notes what `server` has now, unless it is noted already.  Levels that raise
 * nothing take it off.
 * @return 0, -ENOMEM
 */
int acd_raised_note(struct acd_raised *raised, const struct acd_server *server, uint32_t levels,
                    enum acd_raised_for how_long);

/** Takes those off that are gone, or whose levels are not ours any more. A lease that is over leaves
 * what we raised for good before it. */
void acd_raised_check(struct acd_raised *raised, const struct acd_fleet *fleet);

/** Does it stay raised when we end and leave it alone?  A lease does, for its time. */
bool acd_raised_outlives(const struct acd_raised_row *row);

/** NULL when this viewer has not raised it. */
const struct acd_raised_row *acd_raised_find(const struct acd_raised *raised, uint32_t number);

#endif
