/* SPDX-License-Identifier: MIT */
/*
 * One event of the scroll-back, taken apart: whose it is, its site, its fields.  Texts point into
 * the store and the sites; nothing is copied.  Pure; anybody may call.
 */
#ifndef ACD_TUI_MODEL_EVENTPARTS_H
#define ACD_TUI_MODEL_EVENTPARTS_H

#include <stdbool.h>

#include "tui/model/fleet.h"
#include "tui/model/query.h"

struct acd_event_parts {
    const struct acd_server *server; /* NULL: it is gone */
    const struct acd_site *site;     /* NULL: unknown, no fields */
    struct acd_event_view view;
    bool malformed; /* fields end where it stopped making sense */
};

/** Takes an ACD_ENTRY_EVENT apart. */
void acd_eventparts_open(struct acd_event_parts *ret_parts, const struct acd_fleet *fleet,
                         const struct acd_entry *entry);

/** What a query is asked about; points into `entry` and `parts`. */
struct acd_query_subject acd_eventparts_subject(const struct acd_event_parts *parts,
                                                const struct acd_entry *entry);

#endif
