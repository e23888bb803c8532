/* SPDX-License-Identifier: MIT */
/*
 * Follows one lane: gives private copies of its records, one after another, and says exactly how many
 * were overwritten before it came to them.  The lane's writer never waits for a cursor; every cell has
 * its own stamp, so a cursor that was lapped finds its feet at any first cell.
 *
 * Over a whole run, `base` + `seen` + `overrun` is the ordinal after the last record: with base 0 (a
 * cursor that began before the first overrun) seen + overrun equals the lane's `records`.  A file that
 * is not a writer's work can break the sum, never the reader: each call does a bounded amount of work.
 */
#ifndef ACD_READER_CURSOR_H
#define ACD_READER_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emitter/format/record.h"
#include "tui/reader/ringmap.h"

enum acd_cursor_start {
    ACD_CURSOR_FIRST,  /* the lane's first record; what is gone counts as overrun */
    ACD_CURSOR_OLDEST, /* the oldest record that is still there at the first reading */
    ACD_CURSOR_NOW     /* only what is written from now on */
};

enum acd_cursor_result {
    ACD_CURSOR_END,        /* nothing more now; see `unfinished` */
    ACD_CURSOR_RECORD,     /* *ret_record is set */
    ACD_CURSOR_OVERRUN,    /* *ret_lost records were overwritten unread; go on */
    ACD_CURSOR_UNREADABLE, /* cells that make no record were skipped; go on */
    ACD_CURSOR_NO_ROOM     /* the record needs more than `room`; nothing was consumed */
};

/* The caller's storage; the fields are for reading only. */
struct acd_cursor {
    struct acd_lane_map lane;
    uint64_t position; /* of the next record */
    uint64_t ordinal;  /* of the next record */
    uint64_t base;     /* ordinal at which it began, and what was skipped */
    uint64_t seen;
    uint64_t overrun;
    uint64_t abandoned; /* records whose writer gave up in the middle and that others came after */
    bool fresh;         /* it began at the oldest record, and has read none yet */
    bool lapped;        /* the position has to be found again */
    bool relocated;     /* it was, and no record has been read since */
    bool unfinished;    /* at the end stands a record that was begun and not finished (yet) */
};

/* Room for a record's payload: words[used..size). */
struct acd_cursor_room {
    uint64_t *words;
    size_t used, size;
};
#define ACD_CURSOR_ROOM_MIN (ACD_RECORD_BYTES_MAX / 8 + 8) /* any record fits */

void acd_cursor_init(struct acd_cursor *cursor, const struct acd_lane_map *lane,
                     enum acd_cursor_start start);

/**
 * The next thing in the lane.  A record's payload is put at the end of `room` and stays valid as long
 * as the caller leaves it there.
 *
 * @param[out] ret_record  set with ACD_CURSOR_RECORD
 * @param[out] ret_lost    set with ACD_CURSOR_OVERRUN, above 0
 */
enum acd_cursor_result acd_cursor_next(struct acd_cursor *cursor, struct acd_cursor_room *room,
                                       struct acd_record *ret_record, uint64_t *ret_lost);

/** Goes on behind the newest record; what is passed over counts as `base`, as if it began there. */
void acd_cursor_skip(struct acd_cursor *cursor);

/** How many records were written that it has not come to yet, those that are gone included. */
uint64_t acd_cursor_behind(const struct acd_cursor *cursor);

/** Is there anything to read?  Cheaper than to find out by acd_cursor_next(). */
bool acd_cursor_pending(const struct acd_cursor *cursor);

/** How many complete records the lane holds at this moment. */
uint64_t acd_cursor_in_ring(const struct acd_lane_map *lane);

#endif
