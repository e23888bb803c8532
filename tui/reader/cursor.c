/* SPDX-License-Identifier: MIT */
/*
 * Reading one lane, see cursor.h; the protocol is in emitter/FORMAT.md, "Reading a lane".  The rules
 * that the code rests on:
 *  - a copy counts only if every cell's stamp is, after an acquire fence, what the record wants there;
 *  - `next` and `records` move after a record's final stamps, so a cell below `next` that isn't final
 *    will never be: its writer gave up, or a later owner of the lane skipped it;
 *  - positions find records, ordinals count them: only an ordinal's gap is a loss.
 */
#include "config.h"

#include "tui/reader/cursor.h"

#include <string.h>

#include "tui/reader/shared.h"

/* Rounds of "the writer was faster" in one call before it gives up until the next poll. */
#define PATIENCE 8
#define POSITION_END (UINT64_C(1) << 62)

static const struct acd_cell *cell_at(const struct acd_lane_map *lane, uint64_t position)
{
    return &lane->cells[position & (lane->cell_count - 1)];
}

static uint64_t stamp_at(const struct acd_lane_map *lane, uint64_t position)
{
    return acd_shared_acquire(&cell_at(lane, position)->word[0]);
}

static uint64_t stamp_position(uint64_t stamp)
{
    return stamp >> 2;
}

/* The 64-bit ordinal of which `low` are the low bits: the one nearest to the lane's `records`. */
static uint64_t extend(const struct acd_lane_map *lane, uint32_t low)
{
    uint64_t records = acd_shared_acquire(&lane->head->records);
    int32_t back = (int32_t)((uint32_t)records - low);
    return records - (uint64_t)(int64_t)back;
}

/* The ordinal of the record whose first cell is at `position`; false when it isn't (any more). */
static bool ordinal_at(const struct acd_lane_map *lane, uint64_t position, uint64_t *ret_ordinal)
{
    const struct acd_cell *cell = cell_at(lane, position);
    uint64_t stamp = acd_shared_acquire(&cell->word[0]);
    if (stamp != ACD_STAMP(position, ACD_CELL_FIRST))
        return false;
    uint64_t word2 = acd_shared_relaxed(&cell->word[2]);
    acd_shared_fence();
    if (acd_shared_relaxed(&cell->word[0]) != stamp)
        return false;
    *ret_ordinal = extend(lane, (uint32_t)(word2 >> ACD_W2_ORDINAL_SHIFT));
    return true;
}

/* Positions are 62 bits wide; what is more is no writer's work. */
static uint64_t next_of(const struct acd_lane_map *lane)
{
    uint64_t next = acd_shared_acquire(&lane->head->next);
    return next < POSITION_END ? next : POSITION_END;
}

/* The first first-cell in [from, to): its position, or `to` when there is none.  Jumps over what a
 * writer that is under way has overwritten meanwhile. */
static uint64_t find_first(const struct acd_lane_map *lane, uint64_t from, uint64_t to)
{
    uint64_t at = from;
    while (at < to) {
        uint64_t stamp = stamp_at(lane, at);
        if (stamp == ACD_STAMP(at, ACD_CELL_FIRST))
            return at;
        /* A cell stamped `newer` means that all positions to newer - cells are gone. */
        uint64_t newer = stamp_position(stamp);
        at = newer > at + lane->cell_count ? newer - lane->cell_count + 1 : at + 1;
    }
    return to;
}

static uint64_t oldest_position(const struct acd_lane_map *lane, uint64_t next)
{
    return next > lane->cell_count ? next - lane->cell_count : 0;
}

/* ---- where to begin ---- */

/* Position and ordinal after the newest record. */
static void begin_now(struct acd_cursor *c)
{
    const struct acd_lane_map *lane = &c->lane;
    for (int i = 0; i < PATIENCE; i++) {
        uint64_t next = next_of(lane);
        c->position = next;
        c->ordinal = 0; /* right where nothing was written; `records` may be newer than `next` */
        if (next == 0)
            return;
        c->ordinal = acd_shared_acquire(&lane->head->records);
        uint64_t last = next;
        while (last > oldest_position(lane, next)) {
            uint64_t stamp = stamp_at(lane, last - 1);
            if (stamp_position(stamp) != last - 1)
                break;
            last--;
            if ((stamp & 3) == ACD_CELL_FIRST)
                break;
        }
        uint64_t ordinal;
        if (ordinal_at(lane, last, &ordinal)) {
            c->ordinal = ordinal + 1;
            return;
        }
    }
}

static void begin_oldest(struct acd_cursor *c)
{
    const struct acd_lane_map *lane = &c->lane;
    for (int i = 0; i < PATIENCE; i++) {
        uint64_t next = next_of(lane);
        if (next == 0)
            return; /* nothing was ever written: both are 0 */
        uint64_t at = find_first(lane, oldest_position(lane, next), next);
        if (ordinal_at(lane, at, &c->ordinal)) {
            c->position = at;
            return;
        }
    }
    begin_now(c);
}

void acd_cursor_init(struct acd_cursor *cursor, const struct acd_lane_map *lane,
                     enum acd_cursor_start start)
{
    memset(cursor, 0, sizeof *cursor);
    cursor->lane = *lane;
    if (start == ACD_CURSOR_OLDEST)
        begin_oldest(cursor);
    else if (start == ACD_CURSOR_NOW)
        begin_now(cursor);
    cursor->base = cursor->ordinal;
    cursor->fresh = start == ACD_CURSOR_OLDEST;
}

void acd_cursor_skip(struct acd_cursor *cursor)
{
    uint64_t before = cursor->ordinal;
    begin_now(cursor);
    if (cursor->ordinal < before) /* nothing new, and the newest one could not be looked at */
        cursor->ordinal = before;
    cursor->base += cursor->ordinal - before;
    cursor->lapped = cursor->relocated = cursor->unfinished = cursor->fresh = false;
}

uint64_t acd_cursor_behind(const struct acd_cursor *cursor)
{
    uint64_t records = acd_shared_acquire(&cursor->lane.head->records);
    return records > cursor->ordinal ? records - cursor->ordinal : 0;
}

/* ---- finding the next record ---- */

/* A lapped cursor goes on an eighth of the lane behind the oldest cell: a writer that laps readers
 * is fast, and would be upon the oldest one before it is read. */
static void resume(struct acd_cursor *c)
{
    const struct acd_lane_map *lane = &c->lane;
    uint64_t next = next_of(lane);
    uint64_t from = oldest_position(lane, next) + lane->cell_count / 8;
    if (from < c->position)
        from = c->position;
    c->position = find_first(lane, from, next > from ? next : from);
    c->lapped = false;
    c->relocated = true;
}

/* Skips what stands between the cursor and the next first cell; none of it is a record. */
static void skip_hole(struct acd_cursor *c, uint64_t next)
{
    uint64_t from = c->position + 1, limit = c->position + c->lane.cell_count;
    uint64_t to = next < limit ? next : limit;
    c->position = find_first(&c->lane, from, to > from ? to : from);
}

enum place { PLACE_RECORD, PLACE_END, PLACE_AGAIN };

/* What stands at the cursor's position. */
static enum place look(struct acd_cursor *c)
{
    uint64_t stamp = stamp_at(&c->lane, c->position);
    c->unfinished = false;
    if (stamp == ACD_STAMP(c->position, ACD_CELL_FIRST))
        return PLACE_RECORD;
    if (stamp_position(stamp) > c->position) {
        c->lapped = true;
        return PLACE_AGAIN;
    }
    bool writing = stamp == ACD_STAMP(c->position, ACD_CELL_WRITING);
    uint64_t next = next_of(&c->lane);
    if (next <= c->position) {
        c->unfinished = writing;
        return PLACE_END;
    }
    if (stamp_at(&c->lane, c->position) != stamp)
        return PLACE_AGAIN; /* it became final, or was lapped, between the two loads */
    if (next - c->position > c->lane.cell_count) {
        c->lapped = true;
        return PLACE_AGAIN;
    }
    c->abandoned += writing;
    skip_hole(c, next);
    return PLACE_AGAIN;
}

/* Records that were counted and never found: only if all of them lie before the cursor. */
static enum acd_cursor_result end(struct acd_cursor *c, uint64_t *ret_lost)
{
    uint64_t records = acd_shared_acquire(&c->lane.head->records);
    uint64_t next = next_of(&c->lane);
    if (next > c->position || records <= c->ordinal)
        return ACD_CURSOR_END;
    *ret_lost = records - c->ordinal;
    c->overrun += *ret_lost;
    c->ordinal = records;
    return ACD_CURSOR_OVERRUN;
}

/* ---- copying it ---- */

enum copy { COPY_GOOD, COPY_LAPPED, COPY_GARBAGE, COPY_NO_ROOM };

static uint64_t cells_of(uint64_t words)
{
    if (words <= ACD_FIRST_PAYLOAD_WORDS)
        return 1;
    return 1 +
           (words - ACD_FIRST_PAYLOAD_WORDS + ACD_CONT_PAYLOAD_WORDS - 1) / ACD_CONT_PAYLOAD_WORDS;
}

/* What is not of whole words is longer than any record. */
static uint64_t words_of(uint64_t bytes)
{
    return bytes % 8 ? ACD_RECORD_BYTES_MAX : bytes / 8;
}

/* Whole cells, whatever of the last one the record uses: a fixed number of words is faster. */
static void copy_payload(const struct acd_cursor *c, uint64_t *to, uint64_t cells)
{
    acd_shared_copy_cell(to, cell_at(&c->lane, c->position), 3);
    to += ACD_FIRST_PAYLOAD_WORDS;
    for (uint64_t i = 1; i < cells; i++) {
        acd_shared_copy_cell(to, cell_at(&c->lane, c->position + i), 1);
        to += ACD_CONT_PAYLOAD_WORDS;
    }
}

/* The second look at every stamp, behind the fence that makes it tell. */
static enum copy confirm(const struct acd_cursor *c, uint64_t cells)
{
    enum copy result = COPY_GOOD;
    acd_shared_fence();
    for (uint64_t i = 0; i < cells; i++) {
        uint64_t at = c->position + i;
        uint64_t stamp = acd_shared_relaxed(&cell_at(&c->lane, at)->word[0]);
        if (stamp == ACD_STAMP(at, i == 0 ? ACD_CELL_FIRST : ACD_CELL_CONTINUATION))
            continue;
        if (stamp_position(stamp) > at)
            return COPY_LAPPED;
        result = COPY_GARBAGE;
    }
    return result;
}

/* The record at the cursor's position. Its first cell's stamp has been seen. */
static enum copy copy(const struct acd_cursor *c, struct acd_cursor_room *room,
                      struct acd_record *ret_record, uint64_t *ret_cells)
{
    const struct acd_cell *first = cell_at(&c->lane, c->position);
    uint64_t ticks = acd_shared_relaxed(&first->word[1]);
    uint64_t word2 = acd_shared_relaxed(&first->word[2]);
    uint64_t words = words_of(word2 & ACD_W2_BYTES_MASK);
    uint64_t cells = cells_of(words);
    uint64_t *payload = room->words + room->used;
    enum copy problem = COPY_GOOD;
    if (words > ACD_RECORD_BYTES_MAX / 8 || cells > c->lane.cell_count)
        problem = COPY_GARBAGE;
    else if (cells * ACD_CONT_PAYLOAD_WORDS > room->size - room->used)
        problem = COPY_NO_ROOM;
    else
        copy_payload(c, payload, cells);
    enum copy result = confirm(c, problem == COPY_GOOD ? cells : 1);
    if (result != COPY_GOOD)
        return result;
    if (problem != COPY_GOOD)
        return problem;
    ret_record->position = c->position;
    ret_record->ticks = ticks;
    ret_record->flags = word2;
    ret_record->ordinal = (uint32_t)(word2 >> ACD_W2_ORDINAL_SHIFT);
    ret_record->site = (uint32_t)(word2 >> ACD_W2_SITE_SHIFT & ACD_W2_SITE_MASK);
    ret_record->payload_bytes = (uint32_t)(word2 & ACD_W2_BYTES_MASK);
    ret_record->payload = payload;
    *ret_cells = cells;
    return COPY_GOOD;
}

/* The copied record isn't the one that was to come: counts those that are missing before it.  The
 * record itself is given at the next call. */
static enum acd_cursor_result gap(struct acd_cursor *c, uint32_t low, uint64_t *ret_lost)
{
    uint64_t ordinal = extend(&c->lane, low);
    uint64_t before = c->ordinal;
    c->relocated = false;
    c->ordinal = ordinal;
    if (ordinal < before)
        return ACD_CURSOR_UNREADABLE; /* ordinals never fall */
    *ret_lost = ordinal - before;
    c->overrun += *ret_lost;
    return ACD_CURSOR_OVERRUN;
}

static bool in_sequence(struct acd_cursor *c, uint32_t low)
{
    if (c->relocated && extend(&c->lane, low) == c->ordinal)
        c->relocated = false;
    return low == (uint32_t)c->ordinal && !c->relocated;
}

/* The oldest record may be overwritten between the beginning and the first reading: then it begins with
 * the one that is the oldest now.  What went was never there for this reader. */
static bool begins_here(struct acd_cursor *c, uint32_t low)
{
    uint64_t ordinal = extend(&c->lane, low);
    if (!c->fresh || ordinal < c->ordinal)
        return false;
    c->base += ordinal - c->ordinal;
    c->ordinal = ordinal;
    c->relocated = c->fresh = false;
    return true;
}

enum acd_cursor_result acd_cursor_next(struct acd_cursor *c, struct acd_cursor_room *room,
                                       struct acd_record *ret_record, uint64_t *ret_lost)
{
    for (int i = 0; i < PATIENCE; i++) {
        if (c->lapped)
            resume(c);
        enum place place = look(c);
        if (place == PLACE_END)
            return end(c, ret_lost);
        if (place == PLACE_AGAIN)
            continue;
        struct acd_record record;
        uint64_t cells;
        switch (copy(c, room, &record, &cells)) {
        case COPY_LAPPED: c->lapped = true; continue;
        case COPY_NO_ROOM: return ACD_CURSOR_NO_ROOM;
        case COPY_GARBAGE: skip_hole(c, next_of(&c->lane)); return ACD_CURSOR_UNREADABLE;
        case COPY_GOOD: break;
        }
        if (!in_sequence(c, record.ordinal) && !begins_here(c, record.ordinal))
            return gap(c, record.ordinal, ret_lost);
        room->used += (record.payload_bytes + 7) / 8;
        c->position += cells;
        c->ordinal++;
        c->seen++;
        c->fresh = false;
        *ret_record = record;
        return ACD_CURSOR_RECORD;
    }
    return ACD_CURSOR_END;
}

bool acd_cursor_pending(const struct acd_cursor *c)
{
    return c->lapped || next_of(&c->lane) > c->position ||
           stamp_at(&c->lane, c->position) >= ACD_STAMP(c->position, ACD_CELL_FIRST);
}

uint64_t acd_cursor_in_ring(const struct acd_lane_map *lane)
{
    struct acd_cursor c;
    acd_cursor_init(&c, lane, ACD_CURSOR_OLDEST);
    uint64_t records = acd_shared_acquire(&lane->head->records);
    return records > c.ordinal ? records - c.ordinal : 0;
}
