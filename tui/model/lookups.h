/* SPDX-License-Identifier: MIT */
/*
 * The newest lookups of one cache row that the scroll-back still has, newest first, and copied: they
 * stay while the picture is paused.  Renewing reads only what came since.  Plain state, one owner.
 */
#ifndef ACD_TUI_MODEL_LOOKUPS_H
#define ACD_TUI_MODEL_LOOKUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/digest.h"
#include "tui/model/filter.h"
#include "tui/model/followed.h"
#include "tui/model/tracked.h"

#define ACD_LOOKUPS_MAX 64

struct acd_cache_lookup {
    uint64_t sequence, time_ns;
    uint32_t server;
    unsigned outcome; /* enum acd_outcome */
    struct acd_gauge input, cached, created, diverged, size_bytes, age_ns;
    char key[72];
    char reason[48]; /* "" none */
    char request[48];
    struct acd_tracked tracked;
};

/* What is asked for. */
struct acd_lookups_of {
    char type[ACD_NAME_BYTES];
    char model[ACD_NAME_BYTES];
    struct acd_selection selection;
    struct acd_filter filter;
    struct acd_followed followed; /* of this request only */
};

/* Zeroed memory is the empty one. */
struct acd_lookups {
    struct acd_lookups_of of;
    uint64_t next; /* entries before this sequence were read */
    size_t count;
    struct acd_cache_lookup row[ACD_LOOKUPS_MAX];
};

/**
 * Takes in the entries before `end`.  Another row, selection or filter begins anew.
 * @param digest  whose rows say where a lookup counts: (other) takes those of no other row
 */
void acd_lookups_renew(struct acd_lookups *lookups, const struct acd_lookups_of *of,
                       const struct acd_fleet *fleet, const struct acd_digest *digest,
                       uint64_t end);

/** The index of the lookup of that event; `count` when it is not there. */
size_t acd_lookups_find(const struct acd_lookups *lookups, uint64_t sequence);

#endif
