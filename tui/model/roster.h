/* SPDX-License-Identifier: MIT */
/*
 * Every ring that was found, whether it is shown, could be, or can't be and why: what the Servers
 * screen draws from.  A copy, filled anew from the directory and the fleet; rows keep their id while
 * they come and go.  Pure but for memory; one owner.
 */
#ifndef ACD_TUI_MODEL_ROSTER_H
#define ACD_TUI_MODEL_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/liveness.h"

#define ACD_ROSTER_NOBODY UINT32_MAX

enum acd_roster_state {
    ACD_ROSTER_SHOWN,
    ACD_ROSTER_HIDDEN, /* not attached, or detached: it could be */
    ACD_ROSTER_SKIPPED /* it can't be: see `why` */
};

struct acd_roster_row {
    uint64_t id;     /* of the file; 0 is none's */
    uint64_t serial; /* of the directory's entry, 0: a ring that was opened by its path */
    uint32_t server; /* number in the fleet, ACD_ROSTER_NOBODY: it was never attached */
    enum acd_roster_state state;
    enum acd_liveness liveness;
    char app[64], host[64];
    char ring[256]; /* the file's name */
    uint32_t pid, parent_pid;
    uint16_t major, minor;
    uint64_t opened_ns, file_bytes;
    char why[512]; /* skipped, or read no longer; "" all is well */
};

struct acd_roster {
    char directory[1024];
    char notice[512]; /* what is wrong with the directory; "" nothing */
    struct acd_roster_row *row;
    size_t count, room;
};

/** Empties it and keeps the memory.  Zeroed memory is an empty one. */
void acd_roster_clear(struct acd_roster *roster);
void acd_roster_fini(struct acd_roster *roster);

/** A zeroed row at the end. @return NULL: no memory */
struct acd_roster_row *acd_roster_add(struct acd_roster *roster);

/** An id for a file. */
uint64_t acd_roster_id(const char *name, uint64_t inode);

/** Who lives first, then who may, then the dead, then what was skipped; by name and pid. */
void acd_roster_sort(struct acd_roster *roster);

/** Where the row of that id stands; `count` when there is none. */
size_t acd_roster_find(const struct acd_roster *roster, uint64_t id);

#endif
