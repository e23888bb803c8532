/* SPDX-License-Identifier: MIT */
/*
 * How far lists that follow the newest events are drawn.  When rows come faster than anybody can read
 * them, the lists stand still for moments: all that is said of the events goes on, and the rows
 * that would have been gone at the next picture cost nothing.  Pure; time is passed in.
 */
#ifndef ACD_TUI_APP_CALM_H
#define ACD_TUI_APP_CALM_H

#include <stdint.h>

#include "tui/model/store.h"

#define ACD_CALM_ROWS 8u /* more of them than these between two pictures are too many */
#define ACD_CALM_NS                                                                                \
    UINT64_C(250000000) /* at most so long: with ten pictures a second, every third */

/* A zeroed one shows the newest, at the next picture. */
struct acd_calm {
    uint64_t end;      /* what came before this sequence is shown */
    uint64_t moved_ns; /* when that was decided */
};

/** At each picture. @return the sequence that the lists end before; `rows` is how many they have at
 * the most */
uint64_t acd_calm_end(struct acd_calm *calm, const struct acd_store *store, uint64_t rows,
                      uint64_t now_ns);

#endif
