/* SPDX-License-Identifier: MIT */
/*
 * All servers that are attached, and the events of all of them: the model that views draw from.
 * Servers come and go; a number names one for ever.  One owner (the collector); views see it const.
 */
#ifndef ACD_TUI_MODEL_FLEET_H
#define ACD_TUI_MODEL_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/server.h"
#include "tui/model/store.h"

#define ACD_FLEET_NONE UINT32_MAX

struct acd_fleet {
    struct acd_server **server; /* by ascending number */
    size_t count, room;
    uint32_t next_number;
    struct acd_store *store;
    /* Why there is nothing to show, or what could not be attached; "" all is well. */
    char notice[512];
};

/* Whose numbers a screen shows. */
enum acd_selection_kind {
    ACD_SELECT_AUTO, /* all that live; when none does, the one that died last */
    ACD_SELECT_LIVE, /* all that live */
    ACD_SELECT_ALL,  /* every one, dead ones too */
    ACD_SELECT_ONE
};
struct acd_selection {
    enum acd_selection_kind kind;
    uint32_t number; /* of ACD_SELECT_ONE */
};

/** @return 0, -ENOMEM, -EINVAL for limits of the scroll-back that hold nothing */
int acd_fleet_init(struct acd_fleet *fleet, uint32_t store_entries, size_t store_bytes);
void acd_fleet_fini(struct acd_fleet *fleet);

/** A new server with the next number. @return NULL: no memory */
struct acd_server *acd_fleet_add(struct acd_fleet *fleet);
/** Its events stay in the scroll-back. */
void acd_fleet_remove(struct acd_fleet *fleet, uint32_t number);

/** NULL when it is gone. */
struct acd_server *acd_fleet_find(struct acd_fleet *fleet, uint32_t number);
const struct acd_server *acd_fleet_at(const struct acd_fleet *fleet, uint32_t number);

/** Of those that are shown: who was detached counts nowhere below. */
size_t acd_fleet_live_count(const struct acd_fleet *fleet);

/** There are servers, and the user left all of them out. */
bool acd_fleet_all_detached(const struct acd_fleet *fleet);

/** What the selection means now: LIVE, ALL, or ONE that is there.  One that is gone means AUTO. */
struct acd_selection acd_fleet_resolve(const struct acd_fleet *fleet,
                                       struct acd_selection selection);

/** Does a resolved selection take the server in? */
bool acd_fleet_selects(struct acd_selection resolved, const struct acd_server *server);

/** The server when the selection is exactly one; else NULL, and how many it takes in. */
const struct acd_server *acd_fleet_single(const struct acd_fleet *fleet,
                                          struct acd_selection selection, size_t *ret_count);

/** The selection after this one (`step` 1) or before it (-1): AUTO, each server, ALL if some are
 * dead, and AUTO again. */
struct acd_selection acd_fleet_turn(const struct acd_fleet *fleet, struct acd_selection selection,
                                    int step);

#endif
