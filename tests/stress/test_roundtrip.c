/* SPDX-License-Identifier: MIT */
/*
 * Emitter and reader together, on one ring: what went in comes out, what did not is counted, and
 * reading leaves no trace in the file.
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <acdebug.h>
#include "emitter/format/kinds.h"
#include "tests/support/scratch.h"
#include "tui/reader/control.h"
#include "tui/reader/follow.h"
#include "tui/reader/liveness.h"
#include "tui/reader/totals.h"

#define THREADS 4

struct trip {
    struct acd_scratch dir;
    struct acd_ringmap *ring;
    struct acd_follow *follow;
    struct acd_totals totals;
};

static void map(struct trip *t, const char *path)
{
    struct acd_problem why;
    if (acd_ringmap_open(&t->ring, AT_FDCWD, path, 0, &why) < 0)
        acd_scratch_die(why.text);
    assert_int_equal(acd_follow_new(&t->follow, t->ring, ACD_CURSOR_FIRST), 0);
}

/* Lanes so small that a reader is lapped all the time. */
static void open_small(struct trip *t, int level)
{
    acdebug_options o = acd_scratch_options(&t->dir, level);
    o.lane_bytes = 16384;
    o.small_lane_bytes = 8192;
    o.big_lanes = 2;
    assert_int_equal(acdebug_open("trip", &o), 0);
    map(t, acdebug_ring_path());
}

static int make(void **state)
{
    static struct trip t;
    memset(&t, 0, sizeof t);
    acd_scratch_make(&t.dir);
    *state = &t;
    return 0;
}

static int drop(void **state)
{
    struct trip *t = *state;
    acdebug_close();
    acd_totals_fini(&t->totals);
    acd_follow_free(t->follow);
    acd_ringmap_close(t->ring);
    acd_scratch_remove(&t->dir);
    return 0;
}

static uint64_t uint_field(const struct acd_event_view *e, const char *key)
{
    const struct acd_field *f = acd_event_find(e, key);
    return f ? f->number.u : UINT64_MAX;
}

/* ---- losses ---- */

/* What one thread's events said, by its number. */
struct sequence {
    uint64_t next; /* number that comes next */
    uint64_t seen, gaps;
};
struct tally {
    struct sequence of[THREADS];
    uint64_t others; /* records that are not the threads' */
    uint64_t wrong;
};

static int tally_item(void *context, const struct acd_item *item)
{
    struct tally *t = context;
    struct acd_event_view e;
    if (item->kind != ACD_ITEM_RECORD)
        return 0;
    if (!item->site || item->site->site.kind != ACD_KIND_LOG) {
        t->others++;
        return 0;
    }
    int r = acd_record_decode(&e, &item->record, &item->site->site);
    uint64_t thread = uint_field(&e, "thread"), number = uint_field(&e, "number");
    const struct acd_field *text = acd_event_find(&e, "text");
    if (r != ACD_RECORD_OK || thread >= THREADS || number < t->of[thread].next || !text ||
        text->text.length != number % 90 || uint_field(&e, "check") != number * 31 + thread) {
        t->wrong++;
        return 0;
    }
    t->of[thread].gaps += number - t->of[thread].next;
    t->of[thread].seen++;
    t->of[thread].next = number + 1;
    return 0;
}

static uint64_t events_a_thread(void)
{
    return acd_scratch_scaled(200000, 5000);
}

static void *emit_numbers(void *context)
{
    uintptr_t thread = (uintptr_t)context;
    static const char text[90];
    for (uint64_t i = 0; i < events_a_thread(); i++)
        acdebug_log(1, "numbered", ACDEBUG_UINT("thread", thread), ACDEBUG_UINT("number", i),
                    ACDEBUG_STRN("text", text, i % 90), ACDEBUG_UINT("check", i * 31 + thread));
    return NULL;
}

static void losses_by_ordinal_equal_the_gaps_in_the_payload(void **state)
{
    struct trip *t = *state;
    pthread_t thread[THREADS];
    struct tally tally = {.others = 0};
    struct acd_follow_stats s;
    open_small(t, 1);
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, emit_numbers, (void *)i), 0);
    for (uint64_t polls = 0; polls < 1000; polls++)
        acd_follow_drain(t->follow, 5000, tally_item, &tally);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    while (acd_follow_drain(t->follow, 5000, tally_item, &tally) > 0) {}
    acd_follow_stats(t->follow, &s);
    assert_int_equal(acd_totals_read(&t->totals, t->ring), 0);
    uint64_t emitted = THREADS * events_a_thread(), seen = 0, gaps = 0;
    for (int i = 0; i < THREADS; i++) {
        seen += tally.of[i].seen;
        gaps += tally.of[i].gaps + (events_a_thread() - tally.of[i].next);
    }
    assert_int_equal(tally.wrong, 0);
    assert_int_equal(s.unreadable + s.abandoned + s.unfinished, 0);
    assert_int_equal(s.seen, seen + tally.others);
    assert_int_equal(s.seen + s.overrun, t->totals.events.written);
    assert_int_equal(seen + gaps, emitted);
    /* The ring's own records (start, threads) may be among the overwritten. */
    uint64_t own = t->totals.events.emitted - emitted;
    assert_true(own >= tally.others && own <= 1 + THREADS + 1);
    assert_int_equal(s.overrun + t->totals.events.dropped, gaps + own - tally.others);
}

/* ---- counters ---- */

static void *count_things(void *context)
{
    static const char *const models[] = {"small", "large", "large", "small"};
    uintptr_t thread = (uintptr_t)context;
    for (int i = 0; i < 500; i++) {
        acdebug_lookup l = ACDEBUG_LOOKUP_INIT;
        l.type = "prompt";
        l.model = models[thread];
        l.outcome = i % 5 == 0 ? ACDEBUG_MISS : ACDEBUG_PARTIAL;
        l.reason = i % 10 == 0 ? "evicted" : "moonrise"; /* only a miss has one */
        l.input_tokens = 100;
        l.cached_tokens = i % 5 == 0 ? 0 : 64;
        acdebug_cache_lookup(&l);
        acdebug_cache_hit("kv", "key");
        acdebug_timer timer;
        acdebug_timer_start(&timer, "chat");
        acdebug_timer_checkpoint(&timer, "loaded");
        if (i % 10 == 0)
            acdebug_timer_fail(&timer, "Timeout");
        else
            acdebug_timer_end(&timer);
        acdebug_error("HTTP", 500 + i % 3, NULL);
    }
    return NULL;
}

static const struct acd_cache_total *cache_named(const struct acd_totals *t, const char *type,
                                                 const char *model)
{
    for (size_t i = 0; i < t->cache_count; i++)
        if (strcmp(t->cache[i].type, type) == 0 && strcmp(t->cache[i].model, model) == 0)
            return &t->cache[i];
    fail_msg("no cache %s %s", type, model);
    return NULL;
}

static void assert_counts(const struct trip *t)
{
    const struct acd_totals *all = &t->totals;
    const struct acd_cache_total *c = cache_named(all, "prompt", "large");
    assert_int_equal(all->cache_count, 3);
    assert_int_equal(cache_named(all, "kv", "")->outcome[ACD_OUTCOME_HIT], 2000);
    assert_int_equal(c->outcome[ACD_OUTCOME_MISS], 200);
    assert_int_equal(c->outcome[ACD_OUTCOME_PARTIAL], 800);
    assert_int_equal(c->input_tokens, 100000);
    assert_int_equal(c->cached_tokens, 51200);
    assert_int_equal(c->reason[ACD_REASON_EVICTED], 100);
    assert_string_equal(c->reason_name[ACD_REASONS_KNOWN], "moonrise");
    assert_int_equal(c->reason[ACD_REASONS_KNOWN], 100);
    assert_int_equal(all->timer_count, 1);
    assert_int_equal(all->timer[0].started, 2000);
    assert_int_equal(all->timer[0].timing.count, 2000);
    assert_int_equal(all->timer[0].failed, 200);
    assert_int_equal(all->timer[0].label[0].timing.count, 2000);
    assert_int_equal(all->running_count, 0);
    uint64_t http = 0, errors = 0;
    for (size_t i = 0; i < all->error_count; i++) {
        errors += all->error[i].count;
        http += strcmp(all->error[i].type, "HTTP") == 0 ? all->error[i].count : 0;
    }
    assert_int_equal(http, 2000);
    assert_int_equal(errors, 2200); /* a timer's failure counts too */
}

static void what_threads_count_is_totalled_to_the_unit(void **state)
{
    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    struct trip *t = *state;
    pthread_t thread[THREADS];
    open_small(t, 0);
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, count_things, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(thread[i], NULL), 0);
    assert_int_equal(acd_totals_read(&t->totals, t->ring), 0);
    assert_counts(t);
    memset(bucket, 0, sizeof bucket);
    assert_int_equal(acd_totals_histogram(t->ring, "chat", NULL, bucket), 2000);
    assert_int_equal(acd_totals_histogram(t->ring, "chat", "loaded", bucket), 2000);
}

static void *count_until_stopped(void *context)
{
    _Atomic int *stop = context;
    while (!atomic_load_explicit(stop, memory_order_relaxed))
        (void)count_things((void *)1);
    return NULL;
}

static void no_ratio_exceeds_one_while_they_are_counted(void **state)
{
    struct trip *t = *state;
    pthread_t thread;
    _Atomic int stop = 0;
    open_small(t, 0);
    assert_int_equal(pthread_create(&thread, NULL, count_until_stopped, &stop), 0);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(acd_totals_read(&t->totals, t->ring), 0);
        for (size_t n = 0; n < t->totals.cache_count; n++) {
            const struct acd_cache_total *c = &t->totals.cache[n];
            assert_true(c->cached_tokens <= c->input_tokens);
            assert_true(c->reason[ACD_REASON_EVICTED] <= c->outcome[ACD_OUTCOME_MISS]);
        }
        for (size_t n = 0; n < t->totals.timer_count; n++) {
            const struct acd_timer_total *m = &t->totals.timer[n];
            assert_true(m->failed <= m->timing.count && m->timing.count <= m->started);
        }
    }
    atomic_store_explicit(&stop, 1, memory_order_relaxed);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* ---- threads ---- */

static void *emit_own_number(void *context)
{
    (void)context;
    for (int i = 0; i < 3; i++)
        acdebug_log(1, "mine", ACDEBUG_UINT("thread", (uint64_t)gettid()));
    return NULL;
}

static int check_thread(void *context, const struct acd_item *item)
{
    unsigned *checked = context;
    struct acd_event_view e;
    if (item->kind != ACD_ITEM_RECORD || !item->site || item->site->site.kind != ACD_KIND_LOG)
        return 0;
    assert_int_equal(acd_record_decode(&e, &item->record, &item->site->site), ACD_RECORD_OK);
    if (item->thread != 0)
        assert_int_equal(item->thread, uint_field(&e, "thread"));
    *checked += item->thread != 0;
    return 0;
}

static void every_record_is_its_threads_though_lanes_change_hands(void **state)
{
    struct trip *t = *state;
    unsigned checked = 0;
    open_small(t, 1);
    for (int i = 0; i < 300; i++) {
        pthread_t thread[3];
        for (int n = 0; n < 3; n++)
            assert_int_equal(pthread_create(&thread[n], NULL, emit_own_number, NULL), 0);
        for (int n = 0; n < 3; n++)
            assert_int_equal(pthread_join(thread[n], NULL), 0);
        if (i % 7 == 0)
            acd_follow_drain(t->follow, SIZE_MAX, check_thread, &checked);
    }
    acd_follow_drain(t->follow, SIZE_MAX, check_thread, &checked);
    assert_true(checked > 100);
}

/* ---- ends ---- */

static int emit_and_die(void *context)
{
    acdebug_options o = acd_scratch_options(context, 1);
    if (acdebug_open("victim", &o) != 0)
        return 1;
    for (uint64_t i = 0; i < 1000; i++)
        acdebug_log(1, "last words", ACDEBUG_UINT("thread", 0), ACDEBUG_UINT("number", i),
                    ACDEBUG_STRN("text", "", 0));
    raise(SIGKILL);
    return 0;
}

static int count_log(void *context, const struct acd_item *item)
{
    uint64_t *count = context;
    *count += item->kind == ACD_ITEM_RECORD && item->site && item->site->site.kind == ACD_KIND_LOG;
    return 0;
}

static void a_killed_servers_last_events_are_all_there(void **state)
{
    struct trip *t = *state;
    char path[256];
    uint64_t count = 0;
    assert_int_equal(acd_scratch_child(emit_and_die, &t->dir), 1000 + SIGKILL);
    assert_true(acd_scratch_ring(&t->dir, 0, path, sizeof path));
    map(t, path);
    assert_int_equal(acd_liveness_of(t->ring), ACD_LIVENESS_DEAD);
    acd_follow_drain(t->follow, SIZE_MAX, count_log, &count);
    assert_int_equal(count, 1000);
}

static void liveness_follows_open_and_close(void **state)
{
    struct trip *t = *state;
    open_small(t, 1);
    assert_true(acd_ringmap_identity(t->ring)->compatible_flags & ACD_COMPATIBLE_LOCKED);
    assert_int_equal(acd_liveness_of(t->ring), ACD_LIVENESS_ALIVE);
    acdebug_close();
    assert_int_equal(acd_liveness_of(t->ring), ACD_LIVENESS_CLOSED);
}

static void the_level_is_set_acknowledged_and_let_go(void **state)
{
    struct trip *t = *state;
    struct acd_now now, later;
    struct acd_control_state s;
    struct acd_control_request q = {acd_levels_all(3), 60, "test"};
    unsigned change;
    open_small(t, 1);
    acd_control_now(&now);
    assert_int_equal(acd_control_set(t->ring, &q, &now, &change, NULL), 0);
    assert_false(acd_control_acked(t->ring, change));
    assert_int_equal(acdebug_level(), 3);
    assert_true(acd_control_acked(t->ring, change));
    later = now;
    later.monotonic_ns += UINT64_C(62000000000);
    acd_control_read(t->ring, &later, &s);
    assert_true(s.expired);
    assert_int_equal(s.levels, acd_levels_all(1));
    assert_int_equal(acd_control_restore(t->ring, &later), 1);
    assert_int_equal(acdebug_level(), 1);
}

/* ---- no trace ---- */

static uint64_t allocated(const struct trip *t)
{
    struct stat st;
    assert_int_equal(fstat(acd_ringmap_fd(t->ring), &st), 0);
    return (uint64_t)st.st_blocks;
}

/* Reading a hole of a file in shared memory would allocate it. */
static void reading_allocates_nothing_in_the_file(void **state)
{
    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    struct trip *t = *state;
    struct acd_now now;
    struct acd_control_state control;
    uint64_t count = 0;
    open_small(t, 1);
    acdebug_log(1, "first", ACDEBUG_UINT("n", 1));
    for (int round = 0; round < 2; round++) {
        uint64_t before = allocated(t);
        acd_follow_drain(t->follow, SIZE_MAX, count_log, &count);
        assert_int_equal(acd_totals_read(&t->totals, t->ring), 0);
        acd_totals_histogram(t->ring, "chat", NULL, bucket);
        acd_control_now(&now);
        acd_control_read(t->ring, &now, &control);
        acd_liveness_of(t->ring);
        assert_int_equal(allocated(t), before);
        (void)count_things((void *)1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(losses_by_ordinal_equal_the_gaps_in_the_payload),
        TEST(what_threads_count_is_totalled_to_the_unit),
        TEST(no_ratio_exceeds_one_while_they_are_counted),
        TEST(every_record_is_its_threads_though_lanes_change_hands),
        TEST(a_killed_servers_last_events_are_all_there),
        TEST(liveness_follows_open_and_close),
        TEST(the_level_is_set_acknowledged_and_let_go),
        TEST(reading_allocates_nothing_in_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
