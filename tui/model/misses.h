/* SPDX-License-Identifier: MIT */
/*
 * Why lookups were not hits, and what that cost, as far as the events that were read tell: per server
 * and cache row the reasons with their cost, the places in which prompts part again and again, the
 * newest causes, the newest event of reuse.  Renewing reads only what came since.  One owner.
 *
 * Counts are of events, not of the ring's counters: they begin with the oldest event that was kept.
 */
#ifndef ACD_TUI_MODEL_MISSES_H
#define ACD_TUI_MODEL_MISSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/digest.h"
#include "tui/model/followed.h"
#include "tui/model/tracked.h"

#define ACD_MISSES_REASONS 16
#define ACD_MISSES_PATTERNS 12
#define ACD_MISSES_RECENT 64
#define ACD_MISSES_OTHERS "(other reasons)" /* takes those for which there was no room */

/* What one reason cost.  Misses and partial hits are both no hits. */
struct acd_miss_cost {
    char reason[48]; /* "" none was given */
    uint64_t misses, partial;
    uint64_t again, again_lookups; /* input - cached tokens, of so many lookups that know both */
    uint64_t lost, tracked;        /* acd_tracked_lost(), of so many lookups that tell */
    /* The longest timer around the lookup in the same request, summed; of so many lookups. */
    uint64_t request_ns, requests;
};

/* A place in which prompts part again and again: the ranges of those taken together. */
struct acd_miss_pattern {
    char span[48];
    char change[12];
    char looks_like[8];
    uint64_t offset_min, offset_max; /* of the change, from the span's start */
    uint64_t old_min, old_max, new_min, new_max;
    uint64_t early; /* of how many the change begins in the prompt's first half */
    uint64_t count;
};

#define ACD_MISSES_NO_PATTERN UINT8_MAX

struct acd_miss_recent {
    uint64_t sequence;
    uint64_t lost;   /* tokens; 0 also where it is not known */
    uint8_t reason;  /* in `cost` */
    uint8_t pattern; /* in `pattern`, or ACD_MISSES_NO_PATTERN */
    bool early;
};

struct acd_miss_row {
    uint32_t server; /* number in the fleet; of several: of the last one */
    char type[ACD_NAME_BYTES];
    char model[ACD_NAME_BYTES];
    struct acd_miss_cost hit; /* of hits: `misses` and `partial` are 0 */
    uint64_t hits, missed;    /* missed: misses and partial hits */
    uint64_t predicted;       /* of all of them, how many a tracker predicted */
    size_t cost_count, pattern_count, recent_count;
    struct acd_miss_cost cost[ACD_MISSES_REASONS]; /* the last one may be the others */
    struct acd_miss_pattern pattern[ACD_MISSES_PATTERNS];
    struct acd_miss_recent recent[ACD_MISSES_RECENT]; /* the newest first */
    struct acd_reuse reuse; /* of several servers: added up if of equal sizes, else the newest */
};

struct acd_misses_of {
    uint64_t from;                /* lookups before this sequence are left out: a mark was set */
    struct acd_followed followed; /* of this request only */
};

struct acd_misses_pending;

/* Zeroed memory is the empty one. */
struct acd_misses {
    struct acd_misses_of of;
    uint64_t next; /* entries before this sequence were read */
    size_t count, room;
    struct acd_miss_row *row; /* one a server, type and model */
    struct acd_misses_pending *pending;
    bool lacks; /* there was no memory for all of it, since it was begun */
};

void acd_misses_fini(struct acd_misses *misses);

#define ACD_MISSES_ENTRIES 2048 /* are looked at in one renewal */

/**
 * Takes in the entries before `end`, as many as are looked at in one renewal.  Another request or mark
 * begins anew with the oldest that is kept.  Without memory, rows or times are missing, and `lacks` is set.
 * @return are there more?
 */
bool acd_misses_renew(struct acd_misses *misses, const struct acd_misses_of *of,
                      const struct acd_fleet *fleet, uint64_t end);

/* Whose lookups, and the rows in which they count. */
struct acd_misses_scope {
    const struct acd_fleet *fleet;
    struct acd_selection selection;
    const struct acd_digest *digest;
};

/**
 * All that the events of the scope say of a row of its digest.
 * @param index  of the row; (other) takes lookups of no other row
 * @return false when there is nothing: ret_row is empty then
 */
bool acd_misses_row(const struct acd_misses *misses, const struct acd_misses_scope *scope,
                    size_t index, struct acd_miss_row *ret_row);

/** The cost of a reason; NULL when no such lookup was seen. */
const struct acd_miss_cost *acd_misses_cost(const struct acd_miss_row *row, const char *reason);

/** The pattern that a lookup's finding belongs to; NULL: none. */
const struct acd_miss_pattern *acd_misses_pattern(const struct acd_miss_row *row,
                                                  const struct acd_tracked *tracked);

#endif
