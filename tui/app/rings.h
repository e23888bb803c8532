/* SPDX-License-Identifier: MIT */
/* From the ring directory and the collector to the roster that the Servers screen draws from. */
#ifndef ACD_TUI_APP_RINGS_H
#define ACD_TUI_APP_RINGS_H

#include "tui/app/collect.h"
#include "tui/model/roster.h"

/**
 * Fills it anew.
 * @return 0, -ENOMEM: rows are missing
 */
int acd_rings_fill(struct acd_roster *roster, const struct acd_collect *collect,
                   const struct acd_fleet *fleet);

#endif
