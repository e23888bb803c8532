/* SPDX-License-Identifier: MIT */
/*
 * Why lookups missed, as `snapshot --json` says it of one cache (tui/SCHEMA.md).  Raw numbers, null where
 * there is none.
 */
#ifndef ACD_TUI_APP_MISSESOUT_H
#define ACD_TUI_APP_MISSESOUT_H

#include "tui/app/jsonout.h"
#include "tui/model/misses.h"

/** The keys seen, miss_costs, patterns, reuse and advice, in the object that is open. */
void acd_missesout_write(struct acd_jsonout *json, const struct acd_miss_row *row);

#endif
