/* SPDX-License-Identifier: MIT */
/* The write side's atomics that are not on the hot path, see ring.h. */
#include "config.h"

#include "emitter/ring.h"

#ifdef ACD_PAUSE_POINTS
void (*acd_pause_hook)(enum acd_pause_point point);
#endif

/*
 * An owner that died between marking its cells and moving `next` left cells stamped with positions
 * from `next` on.  A reader may hold a copy of such a record's first half, so no position that was
 * ever stamped is used again: skip them all.  If the record was published, its ordinal is taken too.
 */
void acd_lane_attach(struct acd_lane_writer *ret_writer, struct acd_lane *lane,
                     struct acd_cell *cells, uint64_t count)
{
    uint64_t position = acd_see(&lane->next);
    uint64_t ordinal = acd_see(&lane->records);
    for (uint64_t i = 0; i < count; i++) {
        const struct acd_cell *cell = &cells[position & (count - 1)];
        uint64_t stamp = acd_see(&cell->word[0]);
        if (stamp >> 2 != position || (stamp & 3) == ACD_CELL_EMPTY)
            break;
        if ((stamp & 3) == ACD_CELL_FIRST)
            ordinal++;
        position++;
    }
    /* The owner may also have died after `next` and before `records`. */
    if (position > 0) {
        uint64_t back = position;
        for (uint64_t i = 0; i < count && back > 0; i++) {
            const struct acd_cell *cell = &cells[--back & (count - 1)];
            uint64_t stamp = acd_see(&cell->word[0]);
            if (stamp >> 2 != back)
                break;
            if ((stamp & 3) != ACD_CELL_FIRST)
                continue;
            uint32_t newest = (uint32_t)(acd_get(&cell->word[2]) >> ACD_W2_ORDINAL_SHIFT);
            if (newest == (uint32_t)ordinal)
                ordinal++;
            break;
        }
    }
    acd_publish(&lane->next, position);
    acd_publish(&lane->records, ordinal);
    ret_writer->lane = lane;
    ret_writer->cells = cells;
    ret_writer->mask = count - 1;
    ret_writer->position = position;
    ret_writer->first = &cells[position & (count - 1)];
    ret_writer->lap = position | (count - 1);
    ret_writer->ordinal = ordinal;
    uint64_t quarter = count / 4 * ACD_CELL_BYTES;
    ret_writer->payload_max = quarter < ACD_RECORD_BYTES_MAX ? quarter : ACD_RECORD_BYTES_MAX;
}

void acd_anchor_store(struct acd_live_anchor *anchor, const struct acd_anchor *now)
{
    uint64_t sequence = acd_get(&anchor->sequence);
    if (sequence & 1 || !acd_swap_if(&anchor->sequence, &sequence, sequence + 1))
        return;
    /* Pairs with the reader's second look at the sequence after its acquire fence. */
    atomic_thread_fence(memory_order_release);
    acd_set(&anchor->ticks, now->ticks);
    acd_set(&anchor->monotonic_ns, now->monotonic_ns);
    acd_set(&anchor->realtime_ns, now->realtime_ns);
    acd_publish(&anchor->sequence, sequence + 2);
}

void acd_text_store(acd_word *words, unsigned count, const char *text, uint64_t length)
{
    uint64_t room = (uint64_t)count * 8 - 1;
    if (length > room)
        length = room;
    for (unsigned i = 0; i < count; i++) {
        uint64_t word = 0;
        uint64_t at = (uint64_t)i * 8;
        if (at < length)
            memcpy(&word, text + at, length - at < 8 ? length - at : 8);
        acd_set(&words[i], word);
    }
}
