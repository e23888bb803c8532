/* SPDX-License-Identifier: MIT */
/* Following one lane: every record once and whole, every loss counted exactly, nothing torn. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "tests/support/built.h"
#include "tui/reader/cursor.h"

/* A mapped ring with one lane of 64 cells and a cursor in it. */
struct lane {
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_lane_map map;
    struct acd_cursor c;
    uint64_t words[ACD_CURSOR_ROOM_MIN];
    struct acd_cursor_room room;
    struct acd_record record; /* as of the last step() */
    uint64_t lost;
};

static int make(void **state)
{
    static struct lane l;
    memset(&l, 0, sizeof l);
    acd_built_new(&l.b);
    acd_ringbuild_lane(&l.w, &l.b.rb, 0, 11);
    assert_true(acd_ringmap_lane(l.b.ring, 0, &l.map));
    l.room = (struct acd_cursor_room){l.words, 0, ACD_CURSOR_ROOM_MIN};
    *state = &l;
    return 0;
}

static int drop(void **state)
{
    struct lane *l = *state;
    acd_built_remove(&l->b);
    return 0;
}

static void begin(struct lane *l, enum acd_cursor_start start)
{
    acd_cursor_init(&l->c, &l->map, start);
}

static enum acd_cursor_result step(struct lane *l)
{
    l->room.used = 0;
    return acd_cursor_next(&l->c, &l->room, &l->record, &l->lost);
}

/* A record of `words` payload words, each the ordinal. */
static void write_one(struct lane *l, uint64_t words)
{
    struct acd_ringbuild_payload p = {.count = 0};
    for (uint64_t i = 0; i < words; i++)
        acd_ringbuild_put(&p, l->w.ordinal);
    acd_ringbuild_write(&l->w, 5000 + l->w.ordinal, RB_SITE(3), &p);
}

static void write_many(struct lane *l, uint64_t count, uint64_t words)
{
    for (uint64_t i = 0; i < count; i++)
        write_one(l, words);
}

static void assert_record(struct lane *l, uint64_t ordinal, uint64_t words)
{
    assert_int_equal(step(l), ACD_CURSOR_RECORD);
    assert_int_equal(l->record.ordinal, (uint32_t)ordinal);
    assert_int_equal(l->record.ticks, 5000 + ordinal);
    assert_int_equal(l->record.site, 3);
    assert_int_equal(l->record.payload_bytes, words * 8);
    for (uint64_t i = 0; i < words; i++)
        assert_int_equal(l->record.payload[i], ordinal);
}

static void assert_end(struct lane *l)
{
    assert_int_equal(step(l), ACD_CURSOR_END);
    assert_int_equal(l->c.base + l->c.seen + l->c.overrun, l->w.ordinal);
}

/* Reads to the end; how many records came. */
static uint64_t read_rest(struct lane *l)
{
    uint64_t records = 0, last = l->c.ordinal;
    for (;;) {
        switch (step(l)) {
        case ACD_CURSOR_RECORD:
            assert_true(records == 0 || l->record.ordinal == (uint32_t)(last + 1));
            last = l->record.ordinal;
            records++;
            break;
        case ACD_CURSOR_OVERRUN:
            assert_true(l->lost > 0);
            last += l->lost;
            break;
        case ACD_CURSOR_END: return records;
        default: fail();
        }
    }
}

/* ---- what is there ---- */

static void an_empty_lane_is_at_its_end(void **state)
{
    struct lane *l = *state;
    for (int start = ACD_CURSOR_FIRST; start <= ACD_CURSOR_NOW; start++) {
        begin(l, (enum acd_cursor_start)start);
        assert_false(acd_cursor_pending(&l->c));
        assert_end(l);
    }
    assert_int_equal(acd_cursor_in_ring(&l->map), 0);
}

static void records_of_all_sizes_come_whole_and_in_order(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    for (uint64_t words = 0; words < 200; words++) {
        write_one(l, words);
        assert_true(acd_cursor_pending(&l->c));
        assert_record(l, words, words);
        assert_end(l);
    }
    assert_int_equal(l->c.overrun, 0);
}

static void a_record_may_begin_at_the_lanes_end_and_go_on_at_its_start(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 63, 1);
    for (uint64_t i = 0; i < 63; i++)
        assert_record(l, i, 1);
    write_one(l, 5 + 7 * 4);
    assert_record(l, 63, 5 + 7 * 4);
    assert_end(l);
}

static void the_longest_record_fits_the_smallest_room(void **state)
{
    (void)state;
    struct acd_ringbuild_options o = {.big_cells = 2048};
    static struct lane l;
    memset(&l, 0, sizeof l);
    acd_built_make(&l.b, &o);
    acd_built_map(&l.b);
    acd_ringbuild_lane(&l.w, &l.b.rb, 0, 11);
    assert_true(acd_ringmap_lane(l.b.ring, 0, &l.map));
    l.room = (struct acd_cursor_room){l.words, 0, ACD_CURSOR_ROOM_MIN};
    begin(&l, ACD_CURSOR_FIRST);
    write_one(&l, ACD_RECORD_BYTES_MAX / 8);
    assert_record(&l, 0, ACD_RECORD_BYTES_MAX / 8);
    acd_built_remove(&l.b);
}

static void a_record_without_room_waits(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_one(l, 100);
    l->room.size = 50;
    assert_int_equal(step(l), ACD_CURSOR_NO_ROOM);
    assert_int_equal(step(l), ACD_CURSOR_NO_ROOM);
    l->room.size = ACD_CURSOR_ROOM_MIN;
    assert_record(l, 0, 100);
}

static void records_stand_side_by_side_in_one_room(void **state)
{
    struct lane *l = *state;
    struct acd_record r[3];
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 3, 9);
    for (int i = 0; i < 3; i++)
        assert_int_equal(acd_cursor_next(&l->c, &l->room, &r[i], &l->lost), ACD_CURSOR_RECORD);
    assert_int_equal(l->room.used, 27);
    for (uint64_t i = 0; i < 3; i++)
        for (int w = 0; w < 9; w++)
            assert_int_equal(r[i].payload[w], i);
}

/* ---- where it begins ---- */

static void now_gives_only_what_comes(void **state)
{
    struct lane *l = *state;
    write_many(l, 10, 3);
    begin(l, ACD_CURSOR_NOW);
    assert_int_equal(l->c.base, 10);
    assert_end(l);
    write_one(l, 3);
    assert_record(l, 10, 3);
}

static void now_is_exact_between_the_stores_of_next_and_records(void **state)
{
    struct lane *l = *state;
    write_many(l, 10, 20);
    acd_ringbuild_set(&l->b.rb, l->w.slot + 72, 9); /* the writer stopped there */
    begin(l, ACD_CURSOR_NOW);
    assert_int_equal(l->c.base, 10);
    acd_ringbuild_set(&l->b.rb, l->w.slot + 72, 10);
    write_one(l, 3);
    assert_record(l, 10, 3);
    assert_int_equal(l->c.overrun, 0);
}

/* `records` is loaded behind `next`: the lane's first record may be published between the two. */
static void now_in_an_empty_lane_misses_not_its_first_record(void **state)
{
    struct lane *l = *state;
    acd_ringbuild_set(&l->b.rb, l->w.slot + 72, 1); /* records as it will be; next is 0 still */
    begin(l, ACD_CURSOR_NOW);
    assert_int_equal(l->c.base, 0);
    acd_ringbuild_set(&l->b.rb, l->w.slot + 72, 0);
    write_one(l, 3);
    assert_record(l, 0, 3);
    write_one(l, 3);
    assert_record(l, 1, 3);
    assert_end(l);
    assert_int_equal(l->c.overrun, 0);
}

static void oldest_gives_what_is_left_and_calls_none_of_the_rest_lost(void **state)
{
    struct lane *l = *state;
    write_many(l, 100, 3);
    begin(l, ACD_CURSOR_OLDEST);
    assert_int_equal(l->c.base, 36);
    assert_int_equal(acd_cursor_in_ring(&l->map), 64);
    for (uint64_t i = 36; i < 100; i++)
        assert_record(l, i, 3);
    assert_end(l);
    assert_int_equal(l->c.overrun, 0);
}

static void oldest_begins_at_a_first_cell(void **state)
{
    struct lane *l = *state;
    write_many(l, 50, 20); /* 4 cells each; position 136 is in the middle of nothing */
    write_one(l, 3);       /* now the oldest cell is a continuation */
    begin(l, ACD_CURSOR_OLDEST);
    assert_int_equal(l->c.base, 35);
    assert_record(l, 35, 20);
}

static void first_counts_what_is_gone_as_overrun(void **state)
{
    struct lane *l = *state;
    write_many(l, 1000, 3);
    begin(l, ACD_CURSOR_FIRST);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
    uint64_t lost = l->lost;
    uint64_t rest = read_rest(l);
    assert_int_equal(lost + rest, 1000);
    assert_true(rest >= 48);
    assert_end(l);
}

/* ---- loss ---- */

static void every_lap_is_counted_to_the_record(void **state)
{
    struct lane *l = *state;
    uint64_t seed = 3;
    begin(l, ACD_CURSOR_FIRST);
    for (int round = 0; round < 400; round++) {
        uint64_t burst = acd_scratch_random(&seed) % 90;
        for (uint64_t i = 0; i < burst; i++)
            write_one(l, acd_scratch_random(&seed) % 40);
        uint64_t some = acd_scratch_random(&seed) % 30;
        for (uint64_t i = 0; i < some; i++)
            (void)step(l);
    }
    read_rest(l);
    assert_end(l);
    assert_true(l->c.overrun > 0 && l->c.seen > 0);
}

/* Between the beginning and the first reading a fast writer overwrites what was the oldest record: it
 * was never there for this reader.  From then on, what is gone is lost. */
static void the_oldest_record_is_that_of_the_first_reading(void **state)
{
    struct lane *l = *state;
    write_many(l, 200, 3);
    begin(l, ACD_CURSOR_OLDEST);
    write_many(l, 300, 3);
    uint64_t records = read_rest(l);
    assert_in_range(records, 1, 64);
    assert_end(l);
    assert_int_equal(l->c.overrun, 0);
    assert_int_equal(l->c.base, 500 - records);
    write_many(l, 300, 3);
    read_rest(l);
    assert_end(l);
    assert_true(l->c.overrun > 200);
    /* Who follows a lane from its first record misses what is gone, read or not. */
    begin(l, ACD_CURSOR_FIRST);
    read_rest(l);
    assert_end(l);
    assert_true(l->c.overrun > 700);
}

static void skipping_leaves_what_was_passed_over_uncounted(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 5, 3);
    assert_record(l, 0, 3);
    assert_int_equal(acd_cursor_behind(&l->c), 4);
    acd_cursor_skip(&l->c);
    assert_int_equal(acd_cursor_behind(&l->c), 0);
    assert_end(l);
    write_many(l, 300, 3);
    assert_int_equal(acd_cursor_behind(&l->c), 300);
    acd_cursor_skip(&l->c);
    write_one(l, 3);
    assert_record(l, 305, 3);
    assert_end(l);
    assert_int_equal(l->c.seen, 2);
    assert_int_equal(l->c.overrun, 0);
    acd_cursor_skip(&l->c); /* nothing new: nothing changes */
    assert_end(l);
    assert_int_equal(l->c.base, 304);
}

static void ordinals_go_on_past_32_bits(void **state)
{
    struct lane *l = *state;
    l->w.ordinal = UINT32_MAX - 20;
    write_many(l, 10, 3);
    begin(l, ACD_CURSOR_OLDEST);
    assert_int_equal(l->c.base, UINT32_MAX - 20);
    read_rest(l);
    write_many(l, 30, 3);
    for (uint64_t i = 0; i < 30; i++)
        assert_record(l, UINT64_C(4294967285) + i, 3);
    assert_end(l);
    write_many(l, 200, 3);
    read_rest(l);
    assert_end(l);
}

static void a_loss_of_more_than_32_bits_is_exact(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 5, 3);
    read_rest(l);
    /* As if 3 × 2^32 records had come and gone, the same low bits again. */
    l->w.ordinal += UINT64_C(3) << 32;
    l->w.position += UINT64_C(3) << 32;
    write_many(l, 64, 3);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
    assert_true(l->lost >= UINT64_C(3) << 32);
    read_rest(l);
    assert_end(l);
}

/* A lane whose new owner skipped more than a lap: the cursor is far behind, and nothing is gone. */
static void positions_without_records_are_no_loss(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 5, 3);
    read_rest(l);
    l->w.position += 200;
    write_many(l, 20, 3);
    assert_true(acd_cursor_pending(&l->c));
    for (uint64_t i = 5; i < 25; i++)
        assert_record(l, i, 3);
    assert_end(l);
    assert_int_equal(l->c.overrun, 0);
    /* The same again behind 2^32 records more: the low bits of the ordinal alone don't tell. */
    l->w.position += 200;
    l->w.ordinal += UINT64_C(1) << 32;
    write_many(l, 20, 3);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
    assert_int_equal(l->lost, UINT64_C(1) << 32);
    assert_int_equal(read_rest(l), 20);
    assert_end(l);
}

/* One that could not come nearer in one call is not at its end. */
static void a_cursor_that_was_lapped_is_pending(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    assert_false(acd_cursor_pending(&l->c));
    l->c.lapped = true;
    assert_true(acd_cursor_pending(&l->c));
}

static void an_oldest_record_whose_ordinal_falls_is_not_read(void **state)
{
    struct lane *l = *state;
    write_many(l, 200, 3);
    begin(l, ACD_CURSOR_OLDEST);
    uint64_t oldest = l->c.ordinal;
    acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, l->c.position, 2),
                      24 | (oldest - 5) << 32);
    assert_int_equal(step(l), ACD_CURSOR_UNREADABLE);
}

/* ---- unfinished, abandoned ---- */

static void an_unfinished_record_is_the_end_until_it_is_finished(void **state)
{
    struct lane *l = *state;
    struct acd_ringbuild_payload p = {.count = 20};
    begin(l, ACD_CURSOR_FIRST);
    write_one(l, 3);
    acd_ringbuild_mark(&l->w, 20);
    assert_record(l, 0, 3);
    assert_int_equal(step(l), ACD_CURSOR_END);
    assert_true(l->c.unfinished);
    acd_ringbuild_fill(&l->w, 5001, RB_SITE(3), &p);
    assert_int_equal(step(l), ACD_CURSOR_END);
    acd_ringbuild_stamp(&l->w, 20);
    assert_int_equal(step(l), ACD_CURSOR_RECORD); /* `next` is still behind */
    assert_false(l->c.unfinished);
    acd_ringbuild_publish(&l->w, 20);
    assert_end(l);
}

static void a_record_given_up_is_skipped_and_nothing_is_lost(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_one(l, 3);
    acd_ringbuild_mark(&l->w, 20);
    l->w.position += acd_ringbuild_cells_of(20); /* the lane's next owner begins behind it */
    write_many(l, 2, 3);
    for (uint64_t i = 0; i < 3; i++)
        assert_record(l, i, 3);
    assert_end(l);
    assert_int_equal(l->c.abandoned, 1);
    assert_int_equal(l->c.overrun, 0);
}

static void a_record_given_up_before_a_lap_is_no_loss_either(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 40, 3);
    acd_ringbuild_mark(&l->w, 20);
    l->w.position += 4;
    write_many(l, 300, 5);
    read_rest(l);
    assert_end(l);
}

static void now_behind_a_record_given_up_is_exact(void **state)
{
    struct lane *l = *state;
    write_many(l, 5, 3);
    acd_ringbuild_mark(&l->w, 20);
    l->w.position += 4;
    acd_ringbuild_set(&l->b.rb, l->w.slot + 64,
                      l->w.position); /* the new owner, before it writes */
    begin(l, ACD_CURSOR_NOW);
    assert_int_equal(l->c.base, 5);
    write_one(l, 3);
    assert_record(l, 5, 3);
}

/* ---- rubbish ---- */

static void a_record_overwritten_from_behind_is_lost_not_torn(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_one(l, 20);
    write_many(l, 10, 3);
    /* Its third cell is being written again, a lap later. */
    acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, 2, 0), (2 + 64) << 2 | 1);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
}

static void a_record_whose_cells_do_not_belong_together_is_skipped(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_one(l, 20);
    write_one(l, 3);
    acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, 2, 0), 2 << 2 | 1);
    assert_int_equal(step(l), ACD_CURSOR_UNREADABLE);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
    assert_int_equal(l->lost, 1);
    assert_record(l, 1, 3);
    assert_end(l);
}

static void a_length_beyond_the_lane_is_not_followed(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 2, 3);
    for (uint64_t bytes = 8 * (5 + 7 * 64); bytes < 1 << 17; bytes *= 2) {
        begin(l, ACD_CURSOR_FIRST);
        acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, 0, 2), bytes);
        assert_int_equal(step(l), ACD_CURSOR_UNREADABLE);
        assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
        assert_record(l, 1, 3);
        assert_end(l);
    }
}

static void a_length_that_is_not_of_whole_words_makes_no_record(void **state)
{
    struct lane *l = *state;
    write_many(l, 2, 3);
    for (uint64_t bytes = 17; bytes < 24; bytes++) {
        begin(l, ACD_CURSOR_FIRST);
        acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, 0, 2), bytes);
        assert_int_equal(step(l), ACD_CURSOR_UNREADABLE);
        assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
        assert_record(l, 1, 3);
        assert_end(l);
    }
}

static void ordinals_that_fall_are_not_a_loss_of_billions(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 8, 3);
    acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, 5, 2), 24 | UINT64_C(2) << 32);
    for (uint64_t i = 0; i < 5; i++)
        assert_record(l, i, 3);
    assert_int_equal(step(l), ACD_CURSOR_UNREADABLE);
    assert_int_equal(l->c.overrun, 0);
    assert_int_equal(step(l), ACD_CURSOR_RECORD);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
    assert_int_equal(l->lost, 3);
}

static void a_hostile_next_does_not_keep_it_busy(void **state)
{
    struct lane *l = *state;
    static const uint64_t nexts[] = {UINT64_MAX, UINT64_C(1) << 62, UINT64_C(1) << 63, 1000, 0};
    write_many(l, 100, 3);
    for (size_t i = 0; i < sizeof nexts / sizeof nexts[0]; i++) {
        for (int start = ACD_CURSOR_FIRST; start <= ACD_CURSOR_NOW; start++) {
            acd_ringbuild_set(&l->b.rb, l->w.slot + 64, nexts[i]);
            begin(l, (enum acd_cursor_start)start);
            for (int n = 0; n < 300; n++)
                (void)step(l);
        }
    }
}

static void records_that_nobody_finds_are_counted_at_the_end(void **state)
{
    struct lane *l = *state;
    begin(l, ACD_CURSOR_FIRST);
    write_many(l, 3, 3);
    acd_ringbuild_set(&l->b.rb, acd_ringbuild_cell(&l->w, 2, 0), 0);
    assert_record(l, 0, 3);
    assert_record(l, 1, 3);
    assert_int_equal(step(l), ACD_CURSOR_OVERRUN);
    assert_int_equal(l->lost, 1);
    assert_end(l);
}

/* ---- against a writer at work ---- */

struct race {
    struct acd_ringbuild_writer *w;
    _Atomic int stop;
};

/* Payload: words that depend on the ordinal, their number and their place. */
static void *write_until_stopped(void *context)
{
    struct race *race = context;
    struct acd_ringbuild_writer *w = race->w;
    uint64_t seed = 7;
    while (!atomic_load_explicit(&race->stop, memory_order_relaxed)) {
        struct acd_ringbuild_payload p;
        uint64_t words = 20 + acd_scratch_random(&seed) % 40;
        p.count = 0;
        for (uint64_t i = 0; i < words; i++)
            acd_ringbuild_put(&p, (w->ordinal * 31 + words) * 31 + i);
        acd_ringbuild_write(w, w->ordinal, RB_SITE(3), &p);
    }
    return NULL;
}

static void assert_untorn(const struct acd_record *r)
{
    uint64_t words = r->payload_bytes / 8;
    assert_int_equal(r->ticks, r->ordinal);
    for (uint64_t i = 0; i < words; i++)
        if (r->payload[i] != (r->ticks * 31 + words) * 31 + i)
            fail_msg("record %lu is torn at word %lu", (unsigned long)r->ticks, (unsigned long)i);
}

static void nothing_is_torn_while_a_writer_laps_the_reader(void **state)
{
    struct lane *l = *state;
    struct race race = {.w = &l->w};
    pthread_t thread;
    uint64_t wanted = acd_scratch_scaled(5000, 500);
    begin(l, ACD_CURSOR_FIRST);
    assert_int_equal(pthread_create(&thread, NULL, write_until_stopped, &race), 0);
    while (l->c.seen < wanted) {
        enum acd_cursor_result r = step(l);
        assert_true(r == ACD_CURSOR_RECORD || r == ACD_CURSOR_OVERRUN || r == ACD_CURSOR_END);
        if (r == ACD_CURSOR_RECORD)
            assert_untorn(&l->record);
    }
    atomic_store_explicit(&race.stop, 1, memory_order_relaxed);
    assert_int_equal(pthread_join(thread, NULL), 0);
    while (step(l) != ACD_CURSOR_END) {}
    assert_end(l);
    assert_int_equal(l->c.abandoned, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_lane_is_at_its_end),
        TEST(records_of_all_sizes_come_whole_and_in_order),
        TEST(a_record_may_begin_at_the_lanes_end_and_go_on_at_its_start),
        cmocka_unit_test(the_longest_record_fits_the_smallest_room),
        TEST(a_record_without_room_waits),
        TEST(records_stand_side_by_side_in_one_room),
        TEST(now_gives_only_what_comes),
        TEST(now_is_exact_between_the_stores_of_next_and_records),
        TEST(now_in_an_empty_lane_misses_not_its_first_record),
        TEST(oldest_gives_what_is_left_and_calls_none_of_the_rest_lost),
        TEST(oldest_begins_at_a_first_cell),
        TEST(first_counts_what_is_gone_as_overrun),
        TEST(every_lap_is_counted_to_the_record),
        TEST(the_oldest_record_is_that_of_the_first_reading),
        TEST(skipping_leaves_what_was_passed_over_uncounted),
        TEST(ordinals_go_on_past_32_bits),
        TEST(a_loss_of_more_than_32_bits_is_exact),
        TEST(positions_without_records_are_no_loss),
        TEST(a_cursor_that_was_lapped_is_pending),
        TEST(an_oldest_record_whose_ordinal_falls_is_not_read),
        TEST(an_unfinished_record_is_the_end_until_it_is_finished),
        TEST(a_record_given_up_is_skipped_and_nothing_is_lost),
        TEST(a_record_given_up_before_a_lap_is_no_loss_either),
        TEST(now_behind_a_record_given_up_is_exact),
        TEST(a_record_overwritten_from_behind_is_lost_not_torn),
        TEST(a_record_whose_cells_do_not_belong_together_is_skipped),
        TEST(a_length_beyond_the_lane_is_not_followed),
        TEST(a_length_that_is_not_of_whole_words_makes_no_record),
        TEST(ordinals_that_fall_are_not_a_loss_of_billions),
        TEST(a_hostile_next_does_not_keep_it_busy),
        TEST(records_that_nobody_finds_are_counted_at_the_end),
        TEST(nothing_is_torn_while_a_writer_laps_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
