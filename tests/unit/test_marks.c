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

#include "emitter/format/kinds.h"
#include "emitter/ring.h"
#include "tests/support/fixture.h"
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

/* ---- requests ---- */

static void change_the_request(enum acd_pause_point point)
{
    static unsigned n;
    (void)point;
    switch (n++ % 5) {
    case 0: acdebug_request_set(n); break;
    case 1: acdebug_request_set_str("a"); break;
    case 2: acdebug_request_set_str("a request with thirty-nine characters!!"); break;
    case 3: acdebug_request_set_str("a request of some"); break;
    default: acdebug_request_clear();
    }
}

/* As a handler may, between any two steps: whose request the record has is open, what it is made of not. */
static void a_request_that_changes_meanwhile_tears_no_record(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    o.lane_bytes = 4096;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    for (uint64_t i = 0; i < 1000; i++) {
        const acdebug_field more = acdebug_field_uint("n", i);
        change_the_request(ACD_PAUSE_BUSY);
        acd_pause_hook = change_the_request;
        if (i % 4 == 0)
            acdebug_log_fields(ACDEBUG_LOG, 1, "meanwhile", &more, 1);
        else
            acdebug_log(1, "meanwhile", ACDEBUG_UINT("n", i),
                        ACDEBUG_STRN("s", "0123456789012345678901234567890123456789", i % 41));
        acd_pause_hook = NULL;
        const struct acd_peek_event *e = NULL;
        assert_true(acd_peek_find(&f->peek, ACD_KIND_LOG, i % 4 == 0 ? NULL : "meanwhile", &e) > 0);
        assert_false(e->malformed);
        const struct acd_field *n = acd_event_find(&e->view, "n");
        assert_true(n && n->number.u == i);
        const struct acd_field *s = acd_event_find(&e->view, "s");
        assert_true(i % 4 == 0 || (s && s->text.length == i % 41));
    }
    acdebug_request_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(between_any_two_steps_only_whole_records_are_read),
        cmocka_unit_test(a_torn_record_would_be_noticed),
        cmocka_unit_test(a_length_beyond_the_longest_record_is_not_trusted),
        ACD_FIXTURE_TEST(a_request_that_changes_meanwhile_tears_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
