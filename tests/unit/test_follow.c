/* SPDX-License-Identifier: MIT */
/* All lanes as one stream: in order of time, with gaps said, threads named and nothing twice. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "tests/support/built.h"
#include "tui/reader/follow.h"

struct seen {
    struct acd_item item[4096];
    uint64_t first_word[4096];
    size_t count, stop_at;
};

static int take(void *context, const struct acd_item *item)
{
    struct seen *s = context;
    s->first_word[s->count] = item->record.payload_bytes ? item->record.payload[0] : 0;
    s->item[s->count++] = *item;
    return s->count == s->stop_at;
}

static struct seen *drain(struct acd_follow *f, size_t max, size_t stop_at)
{
    static struct seen s;
    s.count = 0;
    s.stop_at = stop_at;
    size_t given = acd_follow_drain(f, max, take, &s);
    assert_int_equal(given, s.count);
    return &s;
}

static void write_at(struct acd_ringbuild_writer *w, uint64_t ticks, uint64_t word2, uint64_t word)
{
    struct acd_ringbuild_payload p = {.count = 0};
    acd_ringbuild_put(&p, word);
    acd_ringbuild_write(w, ticks, word2, &p);
}

static struct acd_follow_stats stats_of(const struct acd_follow *f)
{
    struct acd_follow_stats s;
    acd_follow_stats(f, &s);
    return s;
}

static void lanes_are_merged_by_time(void **state)
{
    (void)state;
    struct acd_ringbuild_options o = {.big_lanes = 2, .big_cells = 1024, .small_cells = 1024};
    struct acd_built b;
    struct acd_ringbuild_writer w[3];
    struct acd_follow *f;
    uint64_t seed = 5, ticks[3] = {2000, 2000, 2000};
    acd_built_make(&b, &o);
    acd_built_map(&b);
    for (unsigned i = 0; i < 3; i++)
        acd_ringbuild_lane(&w[i], &b.rb, i, 50 + i);
    for (int i = 0; i < 1500; i++) {
        unsigned lane = (unsigned)(acd_scratch_random(&seed) % 3);
        ticks[lane] += acd_scratch_random(&seed) % 100;
        write_at(&w[lane], ticks[lane], 0, lane);
    }
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    struct seen *s = drain(f, 4000, 0);
    assert_int_equal(s->count, 1500);
    for (size_t i = 1; i < s->count; i++)
        assert_true(s->item[i].ticks >= s->item[i - 1].ticks);
    for (size_t i = 0; i < s->count; i++) {
        assert_int_equal(s->first_word[i], s->item[i].lane);
        assert_int_equal(s->item[i].thread, 50 + s->item[i].lane);
    }
    assert_int_equal(stats_of(f).seen, 1500);
    assert_int_equal(drain(f, 10, 0)->count, 0);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void a_drain_can_stop_anywhere_and_goes_on_there(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w[2];
    struct acd_follow *f;
    uint64_t wanted = 0;
    acd_built_new(&b);
    for (unsigned i = 0; i < 2; i++)
        acd_ringbuild_lane(&w[i], &b.rb, i, 50 + i);
    for (uint64_t i = 0; i < 100; i++)
        write_at(&w[i % 2], 2000 + i, 0, i);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    for (size_t i = 1; wanted < 100; i++) {
        struct seen *s = i % 2 ? drain(f, i, 0) : drain(f, 1000, i);
        assert_true(s->count > 0 && s->count <= i);
        for (size_t n = 0; n < s->count; n++)
            assert_int_equal(s->first_word[n], wanted++);
        assert_int_equal(stats_of(f).seen, wanted);
    }
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void a_gap_is_said_before_the_record_that_follows_it(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 50);
    write_at(&w, 2000, 0, 0);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    assert_int_equal(drain(f, 10, 0)->count, 1);
    for (uint64_t i = 1; i < 200; i++)
        write_at(&w, 2000 + i, 0, i);
    struct seen *s = drain(f, 1000, 0);
    assert_int_equal(s->item[0].kind, ACD_ITEM_LOST);
    assert_int_equal(s->item[0].ticks, s->item[1].ticks);
    assert_int_equal(s->item[0].count + s->count - 1, 199);
    assert_int_equal(stats_of(f).overrun, s->item[0].count);
    assert_int_equal(stats_of(f).seen + stats_of(f).overrun, 200);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void a_lane_that_comes_later_is_read_from_its_first_record(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w[2];
    struct acd_follow *f;
    acd_built_new(&b);
    acd_ringbuild_lane(&w[0], &b.rb, 0, 50);
    write_at(&w[0], 2000, 0, 0);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_NOW), 0);
    assert_int_equal(drain(f, 10, 0)->count, 0);
    acd_ringbuild_lane(&w[1], &b.rb, 1, 51);
    for (uint64_t i = 0; i < 100; i++)
        write_at(&w[1], 2001 + i, 0, i);
    struct seen *s = drain(f, 1000, 0);
    assert_int_equal(s->item[0].kind, ACD_ITEM_LOST);
    assert_int_equal(stats_of(f).seen + stats_of(f).overrun, 100);
    assert_int_equal(stats_of(f).before, 1);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void records_of_the_overflow_lane_carry_their_thread(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, RB_OVERFLOW_SLOT, 0);
    write_at(&w, 2000, RB_THREAD, 4711);
    write_at(&w, 2001, RB_THREAD, 4712);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    struct seen *s = drain(f, 10, 0);
    assert_int_equal(s->count, 2);
    assert_int_equal(s->item[0].thread, 4711);
    assert_int_equal(s->item[1].thread, 4712);
    acd_follow_free(f);
    acd_built_remove(&b);
}

/* A lane whose second owner is thread 61, after `before` records of the first. */
static unsigned change_owner(struct acd_ringbuild_writer *w, unsigned before, unsigned after)
{
    static const struct acd_ringbuild_key keys[] = {{2, 0, "acdebug.thread.id"},
                                                    {5, 0, "acdebug.thread.name"}};
    struct acd_ringbuild_site site = {
        .kind = 14, .message = "thread", .file = "", .fields = 2, .key = keys};
    unsigned number = acd_ringbuild_register(w->rb, &site);
    uint64_t ticks = 2000;
    for (unsigned i = 0; i < before; i++)
        write_at(w, ticks++, 0, i);
    acd_ringbuild_set(w->rb, w->slot, UINT64_C(2) << 32 | 61);
    struct acd_ringbuild_payload p = {.count = 0};
    acd_ringbuild_put(&p, 61);
    acd_ringbuild_put_text(&p, "worker");
    acd_ringbuild_write(w, ticks++, RB_SITE(number), &p);
    for (unsigned i = 0; i < after; i++)
        write_at(w, ticks++, 0, i);
    return number;
}

static void a_change_of_owner_changes_the_thread_from_there_on(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 50);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    change_owner(&w, 3, 3);
    struct seen *s = drain(f, 100, 0);
    assert_int_equal(s->count, 7);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(s->item[i].thread, i < 3 ? 50 : 61);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void an_owner_from_before_is_not_taken_for_the_one_of_now(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 50);
    change_owner(&w, 3, 3);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    struct seen *s = drain(f, 100, 0);
    assert_int_equal(s->item[0].thread, 0); /* nobody can say */
    assert_int_equal(s->item[3].thread, 61);
    acd_follow_free(f);
    /* With the record of the change overwritten, all that is left is the owner's. */
    for (uint64_t i = 0; i < 100; i++)
        write_at(&w, 3000 + i, 0, i);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    s = drain(f, 100, 0);
    assert_int_equal(s->item[0].thread, 61);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void an_item_knows_its_site(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    struct acd_ringbuild_site site = {.kind = 2, .message = "hit", .file = "x.c", .line = 3};
    acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 50);
    unsigned number = acd_ringbuild_register(&b.rb, &site);
    write_at(&w, 2000, RB_SITE(number), 0);
    write_at(&w, 2001, RB_SITE(30), 0);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    struct seen *s = drain(f, 100, 0);
    assert_non_null(s->item[0].site);
    assert_int_equal(s->item[0].site->site.kind, 2);
    assert_ptr_equal(s->item[0].site, acd_sites_get(acd_follow_sites(f), number));
    assert_null(s->item[1].site);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void long_records_and_rubbish_do_not_stop_it(void **state)
{
    (void)state;
    struct acd_ringbuild_options o = {.big_cells = 4096};
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    acd_built_make(&b, &o);
    acd_built_map(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 50);
    for (uint64_t i = 0; i < 3; i++) {
        static struct acd_ringbuild_payload p;
        p.count = 8192;
        p.word[0] = i;
        acd_ringbuild_write(&w, 2000 + i, 0, &p);
        write_at(&w, 2000 + i, 0, i);
    }
    acd_ringbuild_set(&b.rb, acd_ringbuild_cell(&w, 1172, 2), 0x1ffff); /* the third one's length */
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    struct seen *s = drain(f, 100, 0);
    static const enum acd_item_kind kinds[] = {
        ACD_ITEM_RECORD, ACD_ITEM_RECORD, ACD_ITEM_LOST,  ACD_ITEM_UNREADABLE,
        ACD_ITEM_RECORD, ACD_ITEM_RECORD, ACD_ITEM_RECORD};
    assert_int_equal(s->count, 7);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(s->item[i].kind, kinds[i]);
    assert_int_equal(stats_of(f).unreadable, 1);
    assert_int_equal(stats_of(f).overrun, 1);
    acd_follow_free(f);
    acd_built_remove(&b);
}

static void an_unfinished_end_is_reported(void **state)
{
    (void)state;
    struct acd_built b;
    struct acd_ringbuild_writer w;
    struct acd_follow *f;
    acd_built_new(&b);
    acd_ringbuild_lane(&w, &b.rb, 0, 50);
    write_at(&w, 2000, 0, 0);
    acd_ringbuild_mark(&w, 9);
    assert_int_equal(acd_follow_new(&f, b.ring, ACD_CURSOR_OLDEST), 0);
    assert_int_equal(drain(f, 10, 0)->count, 1);
    assert_int_equal(stats_of(f).unfinished, 1);
    acd_follow_free(f);
    acd_built_remove(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lanes_are_merged_by_time),
        cmocka_unit_test(a_drain_can_stop_anywhere_and_goes_on_there),
        cmocka_unit_test(a_gap_is_said_before_the_record_that_follows_it),
        cmocka_unit_test(a_lane_that_comes_later_is_read_from_its_first_record),
        cmocka_unit_test(records_of_the_overflow_lane_carry_their_thread),
        cmocka_unit_test(a_change_of_owner_changes_the_thread_from_there_on),
        cmocka_unit_test(an_owner_from_before_is_not_taken_for_the_one_of_now),
        cmocka_unit_test(an_item_knows_its_site),
        cmocka_unit_test(long_records_and_rubbish_do_not_stop_it),
        cmocka_unit_test(an_unfinished_end_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
