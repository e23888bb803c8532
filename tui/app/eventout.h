/* SPDX-License-Identifier: MIT */
/*
 * An event with all that it holds, as one JSON object: what `tail --json` prints a line of, and what the
 * live screen opens as a tree.  tui/SCHEMA.md documents its keys.
 */
#ifndef ACD_TUI_APP_EVENTOUT_H
#define ACD_TUI_APP_EVENTOUT_H

#include <stdio.h>

#include "tui/model/fleet.h"

/** Without a line's end.  A gap is an object as well. */
void acd_eventout_json(FILE *stream, const struct acd_fleet *fleet, const struct acd_entry *entry);

#endif
