/* SPDX-License-Identifier: MIT */
/* A reader looks at the lane between any two steps of the writer: it never takes what is half written. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "emitter/ring.h"
#include "tui/reader/cursor.h"

#define CELLS 4096u
#define SMALL 16u

static struct {
    struct acd_lane *head;
    struct acd_lane_writer writer;
    struct acd_lane_map map;
    unsigned looks, torn, records, unreadable;
    bool looking, rows;
} lane;

static void lane_new(uint32_t cells)
{
    void *memory = NULL;
    size_t bytes = ACD_LANE_HEADER_BYTES + cells * ACD_CELL_BYTES;
    if (posix_memalign(&memory, 4096, bytes) != 0)
        abort();
    memset(memory, 0, bytes);
    memset(&lane, 0, sizeof lane);
    lane.head = memory;
    acd_lane_attach(&lane.writer, lane.head, acd_lane_cells(lane.head), cells);
    lane.map.head = lane.head;
    lane.map.cells = acd_lane_cells(lane.head);
    lane.map.cell_count = cells;
}

/* Each word says whose it is.  With `rows`, cells that lie in a row are written as such, and whole ones at
 * once. */
static void write_one(uint64_t words)
{
    uint64_t cells = acd_cells_needed(words * 8), ordinal = lane.writer.ordinal;
    bool row = lane.rows && acd_lane_row(&lane.writer, cells);
    struct acd_pen pen = acd_lane_begin(&lane.writer, cells, row, ordinal, words * 8);
    for (uint64_t i = 0; i < words; i++) {
        uint64_t cell[ACD_CONT_PAYLOAD_WORDS];
        for (unsigned k = 0; k < ACD_CONT_PAYLOAD_WORDS; k++)
            cell[k] = ordinal << 32 | (i + k);
        if (lane.rows && cells > 2 && pen.word == pen.edge && words - i >= ACD_CONT_PAYLOAD_WORDS) {
            acd_lane_put_cell(&pen, (const char *)cell);
            i += ACD_CONT_PAYLOAD_WORDS - 1;
        } else {
            acd_lane_put(&pen, cell[0]);
        }
    }
    acd_lane_end(&lane.writer, &pen);
}

static bool whole(const struct acd_record *r)
{
    bool good = r->ticks == r->ordinal;
    for (uint64_t i = 0; i < r->payload_bytes / 8; i++)
        good = good && r->payload[i] == ((uint64_t)r->ordinal << 32 | i);
    return good;
}

/* All that a reader finds now. */
static void look(enum acd_pause_point point)
{
    static uint64_t words[ACD_CURSOR_ROOM_MIN];
    struct acd_cursor c;
    (void)point;
    if (!lane.looking)
        return;
    lane.looks++;
    acd_cursor_init(&c, &lane.map, ACD_CURSOR_OLDEST);
    for (;;) {
        struct acd_cursor_room room = {words, 0, ACD_CURSOR_ROOM_MIN};
        struct acd_record r;
        uint64_t lost;
        enum acd_cursor_result result = acd_cursor_next(&c, &room, &r, &lost);
        if (result == ACD_CURSOR_RECORD) {
            lane.records++;
            lane.torn += !whole(&r);
        } else if (result == ACD_CURSOR_UNREADABLE)
            lane.unreadable++;
        else if (result != ACD_CURSOR_OVERRUN)
            break;
    }
}

static void between_any_two_steps_only_whole_records_are_read(void **state)
{
    (void)state;
    for (uint64_t before = 0; before < 2 * 26; before++) {
        lane_new(SMALL);
        lane.rows = before % 2 == 1;
        acd_pause_hook = look;
        for (uint64_t i = 0; i < SMALL; i++)
            write_one((before / 2 + i) % 26);
        lane.looking = true;
        for (uint64_t words = 0; words < 26; words++)
            write_one(words);
        lane.looking = false;
        look(ACD_PAUSE_BUSY);
        assert_true(lane.looks > 26 * 4);
        assert_true(lane.records > lane.looks);
        assert_int_equal(lane.torn, 0);
        assert_int_equal(lane.unreadable, 0);
        free(lane.head);
    }
    acd_pause_hook = NULL;
}

/* The control of the test above: a word that is not the record's own is seen. */
static void a_torn_record_would_be_noticed(void **state)
{
    (void)state;
    lane_new(SMALL);
    write_one(20);
    acd_set(&lane.writer.cells[1].word[3], 99);
    lane.looking = true;
    look(ACD_PAUSE_BUSY);
    assert_int_equal(lane.records, 1);
    assert_int_equal(lane.torn, 1);
    free(lane.head);
}

/* 17 bits hold lengths that no writer writes; a lane of 4,096 cells would have room for them. */
static void a_length_beyond_the_longest_record_is_not_trusted(void **state)
{
    (void)state;
    lane_new(CELLS);
    write_one(3);
    write_one(3);
    acd_word *head = &lane.writer.cells[0].word[2];
    acd_set(head, (acd_get(head) & ~ACD_W2_BYTES_MASK) | (ACD_W2_BYTES_MASK & ~UINT64_C(7)));
    lane.looking = true;
    look(ACD_PAUSE_BUSY);
    assert_int_equal(lane.unreadable, 1);
    assert_int_equal(lane.records, 1);
    assert_int_equal(lane.torn, 0);
    free(lane.head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_any_two_steps_only_whole_records_are_read),
        cmocka_unit_test(a_torn_record_would_be_noticed),
        cmocka_unit_test(a_length_beyond_the_longest_record_is_not_trusted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
