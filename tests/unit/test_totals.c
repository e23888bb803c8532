/* SPDX-License-Identifier: MIT */
/* Counters as plain numbers: summed over lanes, merged by name, clamped to the tables. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "emitter/format/histogram.h"
#include "tests/support/built.h"
#include "tui/reader/totals.h"

/* Offsets in counts, by FORMAT.md. */
enum { HIT = 0, PARTIAL = 8, MISS = 16, EVICTIONS = 40, LOOKUPS = 48, INPUT = 56, CACHED = 64 };
#define REASON(i) (96 + 8 * (uint64_t)(i))

struct ring {
    struct acd_built b;
    struct acd_totals t;
};

static int make(void **state)
{
    static struct ring r;
    struct acd_ringbuild_options o = {.timers = 65, .histograms = 8, .running = 8, .errors = 257};
    memset(&r, 0, sizeof r);
    acd_built_make(&r.b, &o);
    acd_built_map(&r.b);
    *state = &r;
    return 0;
}

static int drop(void **state)
{
    struct ring *r = *state;
    acd_totals_fini(&r->t);
    acd_built_remove(&r->b);
    return 0;
}

static struct acd_totals *totals(struct ring *r)
{
    assert_int_equal(acd_totals_read(&r->t, r->b.ring), 0);
    return &r->t;
}

static void an_empty_ring_has_nothing(void **state)
{
    struct acd_totals *t = totals(*state);
    assert_int_equal(t->cache_count + t->timer_count + t->running_count + t->error_count, 0);
    assert_int_equal(t->events.emitted, 0);
}

static void events_are_those_of_all_lanes_and_the_dropped(void **state)
{
    struct ring *r = *state;
    static const unsigned slots[] = {0, 1, RB_OVERFLOW_SLOT};
    for (unsigned i = 0; i < 3; i++) {
        struct acd_ringbuild_writer w;
        acd_ringbuild_lane(&w, &r->b.rb, slots[i], 9);
        for (unsigned n = 0; n < 100 * (i + 1); n++)
            acd_ringbuild_write(&w, n, 0, NULL);
        acd_ringbuild_set(&r->b.rb, w.slot + 16, 1);
    }
    acd_ringbuild_set(&r->b.rb, r->b.rb.offset[RB_SHARED] + 32, 5);
    acd_ringbuild_set(&r->b.rb, r->b.rb.offset[RB_SHARED] + 40, 7);
    struct acd_totals *t = totals(r);
    assert_int_equal(t->events.written, 600);
    assert_int_equal(t->events.in_ring, 3 * 64);
    assert_int_equal(t->events.dropped_busy, 5);
    assert_int_equal(t->events.dropped_no_room, 7);
    assert_int_equal(t->events.dropped, 12);
    assert_int_equal(t->events.emitted, 612);
    assert_int_equal(t->events.cut, 3);
    assert_int_equal(t->misc.lanes, 2);
}

/* ---- caches ---- */

static void cache_rows_are_summed_over_lanes_and_the_shared_block(void **state)
{
    struct ring *r = *state;
    struct acd_ringbuild_writer w[2];
    uint64_t row = acd_ringbuild_cache(&r->b.rb, 2, "prompt", "gpt");
    acd_ringbuild_set(&r->b.rb, row + 128, 1);  /* entries 0 */
    acd_ringbuild_set(&r->b.rb, row + 136, 43); /* bytes 42 */
    for (unsigned i = 0; i < 2; i++) {
        acd_ringbuild_lane(&w[i], &r->b.rb, i, 9);
        uint64_t at = acd_ringbuild_lane_counts(w[i].slot, 2);
        acd_ringbuild_set(&r->b.rb, at + HIT, 10);
        acd_ringbuild_set(&r->b.rb, at + MISS, 3);
        acd_ringbuild_set(&r->b.rb, at + INPUT, 1000);
        acd_ringbuild_set(&r->b.rb, at + CACHED, 900);
        acd_ringbuild_set(&r->b.rb, at + LOOKUPS, 4);
        acd_ringbuild_set(&r->b.rb, at + REASON(3), 2);
    }
    acd_ringbuild_set(&r->b.rb, acd_ringbuild_shared_counts(&r->b.rb, 2) + HIT, 1);
    acd_ringbuild_set(&r->b.rb, acd_ringbuild_shared_counts(&r->b.rb, 2) + EVICTIONS, 6);
    struct acd_totals *t = totals(r);
    assert_int_equal(t->cache_count, 1);
    const struct acd_cache_total *c = &t->cache[0];
    assert_string_equal(c->type, "prompt");
    assert_string_equal(c->model, "gpt");
    assert_int_equal(c->outcome[ACD_OUTCOME_HIT], 21);
    assert_int_equal(c->outcome[ACD_OUTCOME_MISS], 6);
    assert_int_equal(c->input_tokens, 2000);
    assert_int_equal(c->cached_tokens, 1800);
    assert_int_equal(c->token_lookups, 8);
    assert_int_equal(c->evictions, 6);
    assert_int_equal(c->reason[ACD_REASON_EVICTED], 4);
    assert_string_equal(c->reason_name[ACD_REASON_EVICTED], "evicted");
    assert_true(c->entries.set && c->entries.value == 0);
    assert_true(c->bytes.set && c->bytes.value == 42);
    assert_false(c->capacity_bytes.set);
}

static uint64_t with_reason(struct ring *r, unsigned row, unsigned slot, const char *text,
                            uint64_t n)
{
    uint64_t at = acd_ringbuild_at(&r->b.rb, RB_CACHES, row);
    acd_ringbuild_text(&r->b.rb, at + 192 + slot * 48, 48, text);
    acd_ringbuild_set(&r->b.rb, at + 160,
                      acd_ringbuild_get(&r->b.rb, at + 160) | UINT64_C(1) << slot);
    acd_ringbuild_set(&r->b.rb, acd_ringbuild_shared_counts(&r->b.rb, row) + REASON(11 + slot), n);
    return at;
}

static uint64_t reason_of(const struct acd_cache_total *c, const char *name)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < ACD_REASONS; i++)
        if (strcmp(c->reason_name[i], name) == 0)
            n += c->reason[i];
    return n;
}

static void rows_of_one_name_are_one_with_their_reasons(void **state)
{
    struct ring *r = *state;
    acd_ringbuild_cache(&r->b.rb, 0, "prompt", "");
    acd_ringbuild_cache(&r->b.rb, 1, "kv", "");
    acd_ringbuild_cache(&r->b.rb, 2, "prompt", "");
    for (unsigned row = 0; row < 3; row++)
        acd_ringbuild_set(&r->b.rb, acd_ringbuild_shared_counts(&r->b.rb, row) + MISS, 10);
    with_reason(r, 0, 0, "moon", 1);
    with_reason(r, 0, 3, "moon", 2); /* two threads raced */
    with_reason(r, 2, 0, "tide", 4);
    with_reason(r, 2, 1, "moon", 8);
    struct acd_totals *t = totals(r);
    assert_int_equal(t->cache_count, 2);
    assert_int_equal(t->cache[0].outcome[ACD_OUTCOME_MISS], 20);
    assert_int_equal(reason_of(&t->cache[0], "moon"), 11);
    assert_int_equal(reason_of(&t->cache[0], "tide"), 4);
    assert_int_equal(t->cache[1].outcome[ACD_OUTCOME_MISS], 10);
}

static void reasons_beyond_the_slots_of_a_merged_row_go_under_other(void **state)
{
    struct ring *r = *state;
    acd_ringbuild_cache(&r->b.rb, 0, "prompt", "");
    acd_ringbuild_cache(&r->b.rb, 1, "prompt", "");
    for (unsigned i = 0; i < 16; i++) {
        char a[8], b[8];
        snprintf(a, sizeof a, "a%u", i);
        snprintf(b, sizeof b, "b%u", i);
        with_reason(r, 0, i, a, 1);
        with_reason(r, 1, i, b, 1);
    }
    struct acd_totals *t = totals(r);
    assert_int_equal(reason_of(&t->cache[0], "a15"), 1);
    assert_int_equal(t->cache[0].reason[ACD_REASON_OTHER], 16);
}

static void the_other_row_shows_only_when_it_counts(void **state)
{
    struct ring *r = *state;
    assert_int_equal(totals(r)->cache_count, 0);
    acd_ringbuild_set(&r->b.rb, acd_ringbuild_shared_counts(&r->b.rb, 32) + HIT, 3);
    acd_ringbuild_set(&r->b.rb, r->b.rb.offset[RB_SHARED] + 208, 3);
    struct acd_totals *t = totals(r); /* its row was never made: no room for it */
    assert_int_equal(t->cache_count, 1);
    assert_string_equal(t->cache[0].type, ACD_OTHER_NAME);
    assert_int_equal(t->cache[0].outcome[ACD_OUTCOME_HIT], 3);
}

static void a_row_that_is_not_ready_is_not_shown(void **state)
{
    struct ring *r = *state;
    acd_ringbuild_text(&r->b.rb, acd_ringbuild_at(&r->b.rb, RB_CACHES, 0), 64, "half");
    acd_ringbuild_set(&r->b.rb, r->b.rb.offset[RB_SHARED] + 80, 1000);
    assert_int_equal(totals(r)->cache_count, 0);
}

/* ---- timers ---- */

static void set_timing(struct ring *r, uint64_t at, uint64_t count, uint64_t histogram)
{
    acd_ringbuild_set(&r->b.rb, at, count);
    acd_ringbuild_set(&r->b.rb, at + 8, count * 100);
    acd_ringbuild_set(&r->b.rb, at + 16, count * 10);
    acd_ringbuild_set(&r->b.rb, at + 24, histogram);
}

static void set_bucket(struct ring *r, unsigned histogram, uint64_t ns, uint64_t n)
{
    acd_ringbuild_add(&r->b.rb,
                      acd_ringbuild_at(&r->b.rb, RB_HISTOGRAMS, histogram) +
                          8 * (uint64_t)acd_histogram_index(ns),
                      n);
}

static void timers_and_labels_of_one_name_are_one(void **state)
{
    struct ring *r = *state;
    static const unsigned rows[] = {0, 5};
    for (unsigned i = 0; i < 2; i++) {
        uint64_t at = acd_ringbuild_timer(&r->b.rb, rows[i], "chat");
        acd_ringbuild_set(&r->b.rb, at + 64, 1);
        acd_ringbuild_set(&r->b.rb, at + 72, 5);
        set_timing(r, at + 96, 3 + i, 1 + i);
        set_timing(r, acd_ringbuild_label(&r->b.rb, at, 0, i ? "second" : "first"), 2, 0);
        set_timing(r, acd_ringbuild_label(&r->b.rb, at, 1, i ? "first" : "second"), 4, 3 + i);
        set_bucket(r, i, 5000, 7);
        set_bucket(r, 2 + i, 900, 2);
    }
    struct acd_totals *t = totals(r);
    assert_int_equal(t->timer_count, 1);
    const struct acd_timer_total *m = &t->timer[0];
    assert_int_equal(m->started, 10);
    assert_int_equal(m->failed, 2);
    assert_int_equal(m->timing.count, 7);
    assert_int_equal(m->timing.sum_ns, 700);
    assert_int_equal(m->timing.max_ns, 40);
    assert_true(m->timing.has_histogram);
    assert_int_equal(m->label_count, 2);
    assert_string_equal(m->label[0].name, "first");
    assert_int_equal(m->label[0].timing.count, 6);
    assert_int_equal(m->label[1].timing.count, 6);

    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    memset(bucket, 0, sizeof bucket);
    assert_int_equal(acd_totals_histogram(r->b.ring, "chat", NULL, bucket), 14);
    assert_int_equal(bucket[acd_histogram_index(5000)], 14);
    assert_int_equal(acd_totals_histogram(r->b.ring, "chat", "second", bucket), 2);
    assert_int_equal(bucket[acd_histogram_index(900)], 2);
    assert_int_equal(acd_totals_histogram(r->b.ring, "chat", "third", bucket), 0);
    assert_int_equal(acd_totals_histogram(r->b.ring, "other", NULL, bucket), 0);
}

static void a_histogram_beyond_the_table_is_none(void **state)
{
    struct ring *r = *state;
    static const uint64_t numbers[] = {9, 1171, UINT64_MAX, 0};
    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    for (unsigned i = 0; i < 4; i++) {
        char name[8];
        snprintf(name, sizeof name, "t%u", i);
        set_timing(r, acd_ringbuild_timer(&r->b.rb, i, name) + 96, 1, numbers[i]);
        assert_int_equal(acd_totals_histogram(r->b.ring, name, NULL, bucket), 0);
    }
    assert_int_equal(totals(r)->timer_count, 4);
}

static void a_full_table_reads_whole_with_other_last(void **state)
{
    struct ring *r = *state;
    for (unsigned i = 0; i < 65; i++) {
        char name[16];
        snprintf(name, sizeof name, i == 64 ? "(other)" : "timer%u", i);
        set_timing(r, acd_ringbuild_timer(&r->b.rb, i, name) + 96, i, 0);
    }
    struct acd_totals *t = totals(r);
    assert_int_equal(t->timer_count, 65);
    assert_string_equal(t->timer[64].name, ACD_OTHER_NAME);
    assert_int_equal(t->timer[64].timing.count, 64);
}

/* ---- running ---- */

static uint64_t start_timer(struct ring *r, unsigned slot, uint64_t id, uint64_t timer)
{
    uint64_t at = acd_ringbuild_at(&r->b.rb, RB_RUNNING, slot);
    uint64_t bits = r->b.rb.offset[RB_SHARED] + 168;
    acd_ringbuild_set(&r->b.rb, at, 2);
    acd_ringbuild_set(&r->b.rb, at + 8, id);
    acd_ringbuild_set(&r->b.rb, at + 16, 5000 + slot);
    acd_ringbuild_set(&r->b.rb, at + 32, timer);
    acd_ringbuild_set(&r->b.rb, at + 48, 61);
    acd_ringbuild_set(&r->b.rb, bits, acd_ringbuild_get(&r->b.rb, bits) | UINT64_C(1) << slot);
    return at;
}

static void running_timers_are_named_and_placed(void **state)
{
    struct ring *r = *state;
    acd_ringbuild_label(&r->b.rb, acd_ringbuild_timer(&r->b.rb, 1, "chat"), 0, "loaded");
    uint64_t first = start_timer(r, 0, 700, 1);
    acd_ringbuild_set(&r->b.rb, first + 40, 1);
    acd_ringbuild_set(&r->b.rb, first + 24, 6000);
    acd_ringbuild_set(&r->b.rb, first + 56, 88);
    uint64_t second = start_timer(r, 7, 701, 1);
    acd_ringbuild_text(&r->b.rb, second + 64, 40, "req-abc");
    struct acd_totals *t = totals(r);
    assert_int_equal(t->running_count, 2);
    const struct acd_running_total *a = &t->running[0], *b = &t->running[1];
    assert_string_equal(a->timer, "chat");
    assert_string_equal(a->checkpoint, "loaded");
    assert_int_equal(a->checkpoint_ticks, 6000);
    assert_int_equal(a->start_ticks, 5000);
    assert_int_equal(a->thread, 61);
    assert_int_equal(a->request_kind, ACD_REQUEST_NUMBER);
    assert_int_equal(a->request, 88);
    assert_string_equal(b->checkpoint, "");
    assert_int_equal(b->request_kind, ACD_REQUEST_TEXT);
    assert_string_equal(b->request_text, "req-abc");
}

static void running_timers_that_change_or_make_no_sense_are_left_out(void **state)
{
    struct ring *r = *state;
    acd_ringbuild_timer(&r->b.rb, 1, "chat");
    acd_ringbuild_set(&r->b.rb, start_timer(r, 0, 1, 1), 3); /* odd: changing */
    start_timer(r, 1, 0, 1);                                 /* given back */
    start_timer(r, 2, 3, 2);                                 /* a timer that isn't there */
    start_timer(r, 3, 3, UINT64_MAX);
    uint64_t odd_label = start_timer(r, 4, 5, 1);
    acd_ringbuild_set(&r->b.rb, odd_label + 40, UINT64_MAX);
    struct acd_totals *t = totals(r);
    assert_int_equal(t->running_count, 1);
    assert_int_equal(t->running[0].id, 5);
    assert_string_equal(t->running[0].checkpoint, "");
}

/* ---- errors ---- */

static void error_groups_are_told_apart_by_all_but_numbers(void **state)
{
    struct ring *r = *state;
    const struct acd_ringbuild_error groups[] = {
        {"HTTP", "openai", "gpt", "timeout after 30 s", "/tmp/a.json", 502, 3, 100, 200},
        {"HTTP", "openai", "gpt", "timeout after 1 s", "/tmp/b.json", 502, 4, 90, 300},
        {"HTTP", "openai", "gpt", "timeout after 30 s", "", 503, 1, 100, 200},
        {"HTTP", "", "gpt", "timeout after 30 s", "", 502, 1, 100, 200},
        {"HTTP", "openai", "gpt", "timeout after x s", "", 502, 1, 100, 200},
        {"Streaming", "openai", "gpt", "timeout after 30 s", "", -5, 1, 100, 200},
    };
    for (unsigned i = 0; i < 6; i++)
        acd_ringbuild_error(&r->b.rb, i * 40, &groups[i]);
    struct acd_totals *t = totals(r);
    assert_int_equal(t->error_count, 5);
    const struct acd_error_total *e = &t->error[0];
    assert_string_equal(e->type, "HTTP");
    assert_string_equal(e->message, "timeout after 30 s");
    assert_int_equal(e->count, 7);
    assert_int_equal(e->first_ticks, 90);
    assert_int_equal(e->last_ticks, 300);
    assert_string_equal(e->file, "/tmp/b.json");
    assert_int_equal(t->error[4].status, -5);
}

static void a_file_that_changes_is_not_shown_half(void **state)
{
    struct ring *r = *state;
    struct acd_ringbuild_error e = {.type = "HTTP", .file = "/tmp/half", .count = 1};
    acd_ringbuild_error(&r->b.rb, 0, &e);
    acd_ringbuild_set(&r->b.rb, acd_ringbuild_at(&r->b.rb, RB_ERRORS, 0) + 24, 7);
    assert_string_equal(totals(r)->error[0].file, "");
}

static void names_without_an_end_are_cut(void **state)
{
    struct ring *r = *state;
    char longest[256];
    memset(longest, 'x', sizeof longest - 1);
    longest[255] = '\0';
    struct acd_ringbuild_error e = {longest, longest, longest, longest, longest, 1, 1, 1, 1};
    acd_ringbuild_error(&r->b.rb, 0, &e);
    uint64_t timer = acd_ringbuild_timer(&r->b.rb, 0, longest);
    acd_ringbuild_label(&r->b.rb, timer, 0, longest);
    acd_ringbuild_cache(&r->b.rb, 0, longest, longest);
    with_reason(r, 0, 0, longest, 1);
    struct acd_totals *t = totals(r);
    assert_int_equal(strlen(t->error[0].message), 199);
    assert_int_equal(strlen(t->error[0].file), 192);
    assert_int_equal(strlen(t->timer[0].name), 63);
    assert_int_equal(strlen(t->timer[0].label[0].name), 47);
    assert_int_equal(strlen(t->cache[0].type), 63);
    assert_int_equal(strlen(t->cache[0].reason_name[11]), 47);
}

static void totals_can_be_read_again_and_again(void **state)
{
    struct ring *r = *state;
    acd_ringbuild_cache(&r->b.rb, 0, "prompt", "");
    for (uint64_t i = 1; i < 50; i++) {
        acd_ringbuild_set(&r->b.rb, acd_ringbuild_shared_counts(&r->b.rb, 0) + HIT, i);
        assert_int_equal(totals(r)->cache_count, 1);
        assert_int_equal(r->t.cache[0].outcome[ACD_OUTCOME_HIT], i);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_ring_has_nothing),
        TEST(events_are_those_of_all_lanes_and_the_dropped),
        TEST(cache_rows_are_summed_over_lanes_and_the_shared_block),
        TEST(rows_of_one_name_are_one_with_their_reasons),
        TEST(reasons_beyond_the_slots_of_a_merged_row_go_under_other),
        TEST(the_other_row_shows_only_when_it_counts),
        TEST(a_row_that_is_not_ready_is_not_shown),
        TEST(timers_and_labels_of_one_name_are_one),
        TEST(a_histogram_beyond_the_table_is_none),
        TEST(a_full_table_reads_whole_with_other_last),
        TEST(running_timers_are_named_and_placed),
        TEST(running_timers_that_change_or_make_no_sense_are_left_out),
        TEST(error_groups_are_told_apart_by_all_but_numbers),
        TEST(a_file_that_changes_is_not_shown_half),
        TEST(names_without_an_end_are_cut),
        TEST(totals_can_be_read_again_and_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
