/* SPDX-License-Identifier: MIT */
/* The lane writer: what it stamps, and how a new owner goes on behind one that ended anywhere. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/ring.h"

#define CELLS 16u

struct lane {
    struct acd_lane *head;
    struct acd_cell *cells;
    struct acd_lane_writer writer;
};

static struct lane lane_new(void)
{
    struct lane l;
    void *memory = NULL;
    if (posix_memalign(&memory, 4096, ACD_LANE_HEADER_BYTES + CELLS * ACD_CELL_BYTES) != 0)
        abort();
    memset(memory, 0, ACD_LANE_HEADER_BYTES + CELLS * ACD_CELL_BYTES);
    l.head = memory;
    l.cells = acd_lane_cells(l.head);
    acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
    return l;
}

static void write_one(struct lane *l, uint64_t words)
{
    uint64_t cells = acd_cells_needed(words * 8);
    bool row = acd_lane_row(&l->writer, cells) && l->writer.ordinal % 3 != 0;
    struct acd_pen pen = acd_lane_begin(&l->writer, cells, row, 1, words * 8);
    for (uint64_t i = 0; i < words; i++)
        acd_lane_put(&pen, l->writer.ordinal << 32 | i);
    acd_lane_end(&l->writer, &pen);
}

static void cells_are_counted_as_the_payload_fills_them(void **state)
{
    (void)state;
    for (uint64_t words = 0; words <= ACD_RECORD_BYTES_MAX / 8; words++) {
        uint64_t cells = acd_cells_needed(words * 8);
        uint64_t room = ACD_FIRST_PAYLOAD_WORDS + (cells - 1) * ACD_CONT_PAYLOAD_WORDS;
        assert_true(room >= words);
        assert_true(cells == 1 || room - ACD_CONT_PAYLOAD_WORDS < words);
    }
}

static void payload_never_touches_a_stamp(void **state)
{
    struct lane l = lane_new();
    (void)state;
    uint64_t ordinal = 0;
    for (uint64_t round = 0; round < 500; round++) {
        uint64_t words = round % 26, position = l.writer.position;
        write_one(&l, words);
        uint64_t cells = acd_cells_needed(words * 8), seen = 0;
        for (uint64_t i = 0; i < cells; i++) {
            const struct acd_cell *c = &l.cells[(position + i) % CELLS];
            assert_true(acd_get(&c->word[0]) ==
                        ACD_STAMP(position + i, i ? ACD_CELL_CONTINUATION : ACD_CELL_FIRST));
            for (unsigned w = i ? 1 : 3; w < ACD_CELL_WORDS && seen < words; w++, seen++)
                assert_true(acd_get(&c->word[w]) == (ordinal << 32 | seen));
        }
        assert_int_equal(seen, words);
        ordinal++;
        assert_int_equal(acd_get(&l.head->next), position + cells);
        assert_int_equal(acd_get(&l.head->records), ordinal);
    }
    free(l.head);
}

/* ---- an owner that ends in the middle ---- */

/* Every store of a record of `cells` cells in order; the writer stops after `steps` of them. */
static bool write_until(struct lane *l, uint64_t cells, unsigned steps)
{
    struct acd_lane_writer *w = &l->writer;
    struct acd_cell *first = &l->cells[w->position % CELLS];
    for (uint64_t i = 0; i < cells; i++) {
        if (steps-- == 0)
            return false;
        acd_set(&l->cells[(w->position + i) % CELLS].word[0],
                ACD_STAMP(w->position + i, ACD_CELL_WRITING));
    }
    if (steps-- == 0)
        return false;
    acd_set(&first->word[1], 1);
    acd_set(&first->word[2], w->ordinal << ACD_W2_ORDINAL_SHIFT);
    for (uint64_t i = cells - 1; i > 0; i--) {
        if (steps-- == 0)
            return false;
        acd_set(&l->cells[(w->position + i) % CELLS].word[0],
                ACD_STAMP(w->position + i, ACD_CELL_CONTINUATION));
    }
    if (steps-- == 0)
        return false;
    acd_set(&first->word[0], ACD_STAMP(w->position, ACD_CELL_FIRST));
    if (steps-- == 0)
        return false;
    acd_set(&l->head->next, w->position + cells);
    if (steps-- == 0)
        return false;
    acd_set(&l->head->records, w->ordinal + 1);
    return true;
}

/* Was the record shown?  Then its ordinal counts. */
static bool shown(const struct lane *l, uint64_t position)
{
    return acd_get(&l->cells[position % CELLS].word[0]) == ACD_STAMP(position, ACD_CELL_FIRST);
}

static void a_new_owner_goes_on_behind_one_that_ended_at_any_step(void **state)
{
    unsigned tried = 0;
    (void)state;
    for (uint64_t before = 0; before < 40; before++)
        for (uint64_t cells = 1; cells <= 4; cells++)
            for (unsigned steps = 0;; steps++) {
                struct lane l = lane_new();
                for (uint64_t i = 0; i < before; i++)
                    write_one(&l, i % 13);
                uint64_t position = l.writer.position, ordinal = l.writer.ordinal;
                uint64_t marked = steps < cells ? steps : cells;
                bool whole = write_until(&l, cells, steps);
                bool counts = shown(&l, position);
                acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
                /* No position that was ever stamped is used again; no ordinal is given twice. */
                assert_true(l.writer.position >= position + marked);
                assert_true(l.writer.position <= position + cells);
                assert_int_equal(l.writer.ordinal, ordinal + counts);
                assert_int_equal(acd_get(&l.head->next), l.writer.position);
                assert_int_equal(acd_get(&l.head->records), l.writer.ordinal);
                tried++;
                free(l.head);
                if (whole)
                    break;
            }
    printf("%u ends tried\n", tried);
    assert_true(tried > 1000);
}

static void owners_that_end_one_after_another_use_no_position_twice(void **state)
{
    struct lane l = lane_new();
    uint64_t highest = 0, ordinal = 0;
    (void)state;
    for (unsigned round = 0; round < 3000; round++) {
        uint64_t position = l.writer.position, cells = 1 + round % 4;
        assert_true(position >= highest);
        (void)write_until(&l, cells, round % 9);
        ordinal += shown(&l, position);
        uint64_t steps = round % 9;
        highest = position + (steps < cells ? steps : cells);
        acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
        assert_int_equal(l.writer.ordinal, ordinal);
    }
    free(l.head);
}

/* Cells that all seem to be from now on, or to belong to one record: no writer leaves them so, and who
 * takes such a lane still ends, at a position that no cell has. */
static void a_lane_full_of_nonsense_is_taken_all_the_same(void **state)
{
    struct lane l = lane_new();
    (void)state;
    for (uint64_t i = 0; i < CELLS; i++)
        acd_set(&l.cells[i].word[0], ACD_STAMP(i, ACD_CELL_FIRST));
    acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
    assert_int_equal(l.writer.position, CELLS);
    assert_int_equal(l.writer.ordinal, CELLS);
    for (uint64_t i = 0; i < CELLS; i++)
        acd_set(&l.cells[i].word[0], ACD_STAMP(CELLS + i, ACD_CELL_CONTINUATION));
    acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
    assert_int_equal(l.writer.position, 2 * CELLS);
    assert_int_equal(l.writer.ordinal, CELLS);
    free(l.head);
}

static void ordinals_and_positions_go_on_through_their_wraps(void **state)
{
    static const uint64_t starts[] = {UINT32_MAX - 3, UINT64_C(7) << 32 | (UINT32_MAX - 2),
                                      (UINT64_C(1) << 61) - 5};
    (void)state;
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct lane l = lane_new();
        acd_set(&l.head->next, starts[i]);
        acd_set(&l.head->records, starts[i]);
        acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
        for (unsigned n = 0; n < 40; n++) {
            uint64_t position = l.writer.position;
            write_one(&l, n % 9);
            const struct acd_cell *c = &l.cells[position % CELLS];
            assert_true(acd_get(&c->word[0]) == ACD_STAMP(position, ACD_CELL_FIRST));
            assert_int_equal(acd_get(&c->word[2]) >> ACD_W2_ORDINAL_SHIFT,
                             (uint32_t)(starts[i] + n));
        }
        assert_true(acd_get(&l.head->records) == starts[i] + 40);
        acd_lane_attach(&l.writer, l.head, l.cells, CELLS);
        assert_true(l.writer.ordinal == starts[i] + 40);
        free(l.head);
    }
}

/* ---- the small pieces ---- */

static void an_anchor_under_way_is_left_alone(void **state)
{
    struct acd_live_anchor live = {0};
    struct acd_anchor now = {1, 2, 3};
    (void)state;
    acd_anchor_store(&live, &now);
    assert_int_equal(acd_get(&live.sequence), 2);
    assert_int_equal(acd_get(&live.realtime_ns), 3);
    acd_set(&live.sequence, 5);
    now.ticks = 9;
    acd_anchor_store(&live, &now);
    assert_int_equal(acd_get(&live.sequence), 5);
    assert_int_equal(acd_get(&live.ticks), 1);
}

static void text_in_words_is_padded_and_cut(void **state)
{
    acd_word words[3];
    char text[25];
    (void)state;
    memset(words, 0xff, sizeof words);
    acd_text_store(words, 3, "0123456789", 10);
    for (unsigned i = 0; i < 3; i++) {
        uint64_t word = acd_get(&words[i]);
        memcpy(text + 8 * i, &word, 8);
    }
    assert_memory_equal(text, "0123456789\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
    acd_text_store(words, 3, "0123456789012345678901234567890", 31);
    assert_int_equal(acd_get(&words[2]) >> 56, 0);
}

static void the_greater_value_stays(void **state)
{
    acd_word word = 5;
    (void)state;
    acd_raise(&word, 4);
    assert_int_equal(acd_get(&word), 5);
    acd_raise(&word, UINT64_MAX);
    assert_true(acd_get(&word) == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_counted_as_the_payload_fills_them),
        cmocka_unit_test(payload_never_touches_a_stamp),
        cmocka_unit_test(a_new_owner_goes_on_behind_one_that_ended_at_any_step),
        cmocka_unit_test(owners_that_end_one_after_another_use_no_position_twice),
        cmocka_unit_test(a_lane_full_of_nonsense_is_taken_all_the_same),
        cmocka_unit_test(ordinals_and_positions_go_on_through_their_wraps),
        cmocka_unit_test(an_anchor_under_way_is_left_alone),
        cmocka_unit_test(text_in_words_is_padded_and_cut),
        cmocka_unit_test(the_greater_value_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
