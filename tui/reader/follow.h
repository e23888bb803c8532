/* SPDX-License-Identifier: MIT */
/*
 * All lanes of one ring as one stream: records in the order of their time stamps as far as they were
 * there when drain was called, gaps where a lane was overrun.  Lanes that come into being later are
 * found by themselves.  Between two drains a record can come up to one drain too late: a thread had
 * taken its time stamp and not yet written.
 */
#ifndef ACD_READER_FOLLOW_H
#define ACD_READER_FOLLOW_H

#include <stddef.h>
#include <stdint.h>

#include "emitter/format/record.h"
#include "tui/reader/cursor.h"
#include "tui/reader/ringmap.h"
#include "tui/reader/sites.h"

enum acd_item_kind {
    ACD_ITEM_RECORD,
    ACD_ITEM_LOST,      /* `count` records were overwritten before they were read */
    ACD_ITEM_UNREADABLE /* cells that make no record */
};

struct acd_item {
    enum acd_item_kind kind;
    uint32_t lane;
    uint32_t thread; /* of the record; 0 unknown */
    uint64_t count;  /* LOST */
    uint64_t ticks;  /* where in time: the record's, or of the one after the gap (0 none yet) */
    struct acd_record record;
    const struct acd_site_info *site; /* NULL: unknown */
};

/* Takes one item; it and its payload are valid during the call only. Not 0: stop, and what was given
 * counts as consumed. */
typedef int acd_follow_take(void *context, const struct acd_item *item);

struct acd_follow_stats {
    uint64_t seen;      /* records given out */
    uint64_t overrun;   /* records lost to this reader */
    uint64_t before;    /* records that were there no more, or not asked for, when it began */
    uint64_t abandoned; /* begun by a writer that gave up in the middle */
    uint64_t unreadable;
    uint64_t unfinished; /* lanes that end in an unfinished record: a dead writer was in it */
};

struct acd_follow;

/** `ring` must outlive it. */
int acd_follow_new(struct acd_follow **ret, const struct acd_ringmap *ring,
                   enum acd_cursor_start start);
void acd_follow_free(struct acd_follow *follow);

/**
 * Gives up to `max` items to `take`.
 * @return how many were given; fewer than `max` means that all lanes are at their end, or that
 *         `take` said stop
 */
size_t acd_follow_drain(struct acd_follow *follow, size_t max, acd_follow_take *take,
                        void *context);

/** Passes over all that was written so far: it counts as `before`. */
void acd_follow_skip(struct acd_follow *follow);

/** How many records were written that have not been given out yet. */
uint64_t acd_follow_behind(const struct acd_follow *follow);

void acd_follow_stats(const struct acd_follow *follow, struct acd_follow_stats *ret_stats);

/** Was there ever no memory for a record or its site?  The next drain tries again. */
bool acd_follow_lacks(const struct acd_follow *follow);

/** The site cache that it fills; lives as long as the follow. */
struct acd_sites *acd_follow_sites(struct acd_follow *follow);

#endif
