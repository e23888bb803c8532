/* SPDX-License-Identifier: MIT */
/* tui/app/collect: from real rings to the model. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include <acdebug.h>

#include "tests/support/scratch.h"
#include "tui/app/collect.h"
#include "tui/model/filter.h"
#include "tui/reader/guard.h"
#include "tui/reader/recorder.h"

/* A directory, a server that is this process, and a model of it. */
struct stage {
    struct acd_scratch dir;
    struct acd_fleet fleet;
    struct acd_collect *collect;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_scratch_make(&s.dir);
    *state = &s;
    return 0;
}

static void close_model(struct stage *s)
{
    acd_fleet_fini(&s->fleet);
    acd_collect_free(s->collect);
    s->collect = NULL;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acdebug_close();
    if (s->collect)
        close_model(s);
    acd_scratch_remove(&s->dir);
    return 0;
}

static void serve(struct stage *s, const char *name, int level)
{
    acdebug_options o = acd_scratch_options(&s->dir, level);
    o.lane_bytes = 4096;
    o.small_lane_bytes = 4096;
    assert_int_equal(acdebug_open(name, &o), 0);
}

static int try_model(struct stage *s, enum acd_collect_dead dead, const struct acd_target *target,
                     struct acd_problem *why)
{
    const struct acd_collect_options options = {.directory = s->dir.path,
                                                .targets = target,
                                                .target_count = target != NULL,
                                                .dead = dead,
                                                .start = ACD_CURSOR_OLDEST};
    assert_int_equal(acd_fleet_init(&s->fleet, 10000, ACD_STORE_BYTES_MIN), 0);
    int r = acd_collect_new(&s->collect, &s->fleet, &options, why);
    if (r == 0)
        acd_collect_scan(s->collect);
    else
        acd_fleet_fini(&s->fleet);
    return r;
}

static void open_model(struct stage *s, enum acd_collect_dead dead, const char *target)
{
    static struct acd_target parsed;
    if (target)
        parsed = acd_target_parse(target);
    assert_int_equal(try_model(s, dead, target ? &parsed : NULL, NULL), 0);
}

static void drain(struct stage *s)
{
    while (acd_collect_drain(s->collect, 1000) > 0)
        continue;
    acd_collect_sample(s->collect);
}

static uint64_t count_kind(const struct stage *s, unsigned kind)
{
    struct acd_filter f = ACD_FILTER_INIT;
    uint64_t gaps = 0;
    f.kinds = 1u << kind;
    struct acd_entry e;
    for (uint64_t i = acd_store_first(s->fleet.store); acd_store_get(s->fleet.store, i, &e); i++)
        gaps += e.type == ACD_ENTRY_GAP;
    return acd_filter_count(&f, s->fleet.store, 0, UINT64_MAX) - gaps;
}

static void events_and_totals_come_in(void **state)
{
    struct stage *s = *state;
    serve(s, "llm", 3);
    open_model(s, ACD_COLLECT_LIVE, NULL);
    assert_int_equal(s->fleet.count, 1);
    for (int i = 0; i < 10; i++) {
        acdebug_log(1, "hello", ACDEBUG_INT("i", i));
        acdebug_cache_hit("prompt", "k");
    }
    acdebug_timer t;
    acdebug_timer_start(&t, "work");
    acdebug_timer_end(&t);
    drain(s);
    const struct acd_server *server = s->fleet.server[0];
    assert_string_equal(server->app, "llm");
    assert_int_equal(server->pid, getpid());
    assert_int_equal(server->liveness, ACD_LIVENESS_ALIVE);
    assert_int_equal(acd_server_level(server->acked_levels, NULL), 3);
    assert_int_equal(count_kind(s, ACD_KIND_LOG), 10);
    assert_int_equal(count_kind(s, ACD_KIND_CACHE), 10);
    assert_int_equal(server->totals.cache_count, 1);
    assert_int_equal(server->totals.cache[0].outcome[ACD_OUTCOME_HIT], 10);
    struct acd_digest d = {0};
    struct acd_histogram_source source = acd_collect_histograms(s->collect);
    assert_int_equal(acd_digest_renew_one(&d, server, server->event_ns, &source), 0);
    assert_int_equal(d.timer[0].quantiles.count, 1);
    acd_digest_fini(&d);
}

static void a_server_that_ends_stays_and_the_next_one_is_found(void **state)
{
    struct stage *s = *state;
    open_model(s, ACD_COLLECT_LIVE, NULL);
    assert_int_equal(s->fleet.count, 0);
    assert_non_null(strstr(s->fleet.notice, "No server yet"));
    serve(s, "llm", 1);
    acdebug_log(1, "first");
    assert_true(acd_collect_scan(s->collect));
    assert_string_equal(s->fleet.notice, "");
    drain(s);
    acdebug_log(1, "last words");
    acdebug_close();
    assert_true(acd_collect_scan(s->collect));
    drain(s);
    assert_int_equal(s->fleet.server[0]->liveness, ACD_LIVENESS_CLOSED);
    assert_int_equal(count_kind(s, ACD_KIND_LOG), 2);
    assert_int_equal(count_kind(s, ACD_KIND_STOP), 1);
    serve(s, "llm", 1);
    acdebug_log(1, "again");
    acd_collect_scan(s->collect);
    drain(s);
    assert_int_equal(s->fleet.count, 2);
    assert_int_equal(acd_fleet_live_count(&s->fleet), 1);
    assert_int_equal(count_kind(s, ACD_KIND_LOG), 3);
    assert_false(acd_collect_finished(s->collect));
}

static void dead_rings_are_taken_as_asked(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 3; i++) {
        char name[8];
        snprintf(name, sizeof name, "old%d", i);
        serve(s, name, 1);
        acdebug_log(1, "hello");
        acdebug_close();
    }
    open_model(s, ACD_COLLECT_LIVE, NULL);
    assert_int_equal(s->fleet.count, 0);
    close_model(s);
    open_model(s, ACD_COLLECT_LIVE_OR_LAST, NULL);
    assert_int_equal(s->fleet.count, 1);
    assert_string_equal(s->fleet.server[0]->app, "old2");
    drain(s);
    assert_int_equal(count_kind(s, ACD_KIND_LOG), 1);
    drain(s); /* once more after the totals: nothing came in between */
    assert_true(acd_collect_finished(s->collect));
    close_model(s);
    open_model(s, ACD_COLLECT_ALL, NULL);
    assert_int_equal(s->fleet.count, 3);
    close_model(s);
    open_model(s, ACD_COLLECT_LIVE, "old1");
    assert_int_equal(s->fleet.count, 1);
    assert_string_equal(s->fleet.server[0]->app, "old1");
}

static void targets_leave_the_others_alone(void **state)
{
    struct stage *s = *state;
    char pid[24];
    snprintf(pid, sizeof pid, "%" PRIdMAX, (intmax_t)getpid());
    serve(s, "llm", 1);
    open_model(s, ACD_COLLECT_LIVE, "llm");
    assert_int_equal(s->fleet.count, 1);
    close_model(s);
    open_model(s, ACD_COLLECT_LIVE, pid);
    assert_int_equal(s->fleet.count, 1);
    close_model(s);
    open_model(s, ACD_COLLECT_LIVE, acdebug_ring_path());
    assert_int_equal(s->fleet.count, 1);
    close_model(s);
    open_model(s, ACD_COLLECT_LIVE, "other");
    assert_int_equal(s->fleet.count, 0);
    assert_string_equal(s->fleet.notice, "Waiting for 'other' to start.");
    close_model(s);
    open_model(s, ACD_COLLECT_LIVE, "levle");
    assert_string_equal(s->fleet.notice,
                        "Waiting for 'levle' to start. Did you mean 'acdebug-top level'?");
}

static void what_is_no_ring_is_named(void **state)
{
    struct stage *s = *state;
    char path[200];
    struct acd_problem why = {0};
    snprintf(path, sizeof path, "%s/x.acr", s->dir.path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 10000; i++)
        fputs("\177ELF", file);
    assert_int_equal(fclose(file), 0);
    struct acd_target target = acd_target_parse(path);
    assert_true(try_model(s, ACD_COLLECT_LIVE, &target, &why) < 0);
    assert_non_null(strstr(why.text, "is not an acdebug ring"));
    /* In the directory it is passed over, and said when there is nothing else. */
    open_model(s, ACD_COLLECT_LIVE, NULL);
    assert_non_null(strstr(s->fleet.notice, "is not an acdebug ring"));
    serve(s, "llm", 1);
    acd_collect_scan(s->collect);
    assert_int_equal(s->fleet.count, 1);
    assert_string_equal(s->fleet.notice, "");
}

static void a_level_is_asked_for_and_taken_over(void **state)
{
    struct stage *s = *state;
    struct acd_problem why = {0};
    serve(s, "llm", 1);
    open_model(s, ACD_COLLECT_LIVE, NULL);
    acd_collect_sample(s->collect);
    const struct acd_server *server = s->fleet.server[0];
    assert_int_equal(acd_collect_set_levels(s->collect, 0, acd_levels_all(3), 60, &why), 0);
    assert_int_equal(acd_server_level(server->control.levels, NULL), 3);
    assert_int_equal(acd_server_level(server->acked_levels, NULL), 1);
    assert_false(acd_server_acked(server));
    assert_true(server->control.leased);
    acdebug_log(3, "now");
    drain(s);
    assert_true(acd_server_acked(server));
    assert_int_equal(acd_server_level(server->acked_levels, NULL), 3);
    assert_int_equal(count_kind(s, ACD_KIND_LOG), 1);
    assert_int_equal(count_kind(s, ACD_KIND_LEVEL), 1);
    assert_true(acd_collect_set_levels(s->collect, 7, 0, 0, &why) < 0);
    acdebug_close();
    acd_collect_scan(s->collect);
    assert_true(acd_collect_set_levels(s->collect, 0, 0, 0, &why) < 0);
    assert_true(why.text[0] != '\0');
}

/* Three times what the scroll-back holds: all of it passes through, a drain at a time. */
static void no_event_is_gone_before_it_was_looked_at(void **state)
{
    struct stage *s = *state;
    static char text[4001];
    uint64_t next = 0, logs = 0;
    struct acd_entry e;
    acdebug_options o = acd_scratch_options(&s->dir, 1);
    o.lane_bytes = 1 << 20;
    assert_int_equal(acdebug_open("llm", &o), 0);
    open_model(s, ACD_COLLECT_LIVE, NULL);
    memset(text, 'x', sizeof text - 1);
    for (int i = 0; i < 210; i++)
        acdebug_log(1, "hello", ACDEBUG_STR("prompt", text));
    assert_true(210 * sizeof text > 3 * ACD_STORE_BYTES_MIN);
    do {
        acd_collect_drain(s->collect, 1000);
        for (; acd_store_get(s->fleet.store, next, &e); next++)
            logs += e.type == ACD_ENTRY_EVENT && e.kind == ACD_KIND_LOG;
    } while (acd_collect_more(s->collect));
    assert_int_equal(next, acd_store_next(s->fleet.store));
    assert_int_equal(logs, 210);
    assert_int_equal(acd_collect_drain(s->collect, 1000), 0);
    assert_false(acd_collect_more(s->collect));
}

static void overruns_become_gaps_that_count_exactly(void **state)
{
    struct stage *s = *state;
    serve(s, "llm", 1);
    open_model(s, ACD_COLLECT_LIVE, NULL);
    drain(s);
    for (int i = 0; i < 5000; i++)
        acdebug_log(1, "hello", ACDEBUG_INT("i", i));
    drain(s);
    uint64_t lost = 0;
    struct acd_entry e;
    for (uint64_t i = acd_store_first(s->fleet.store); acd_store_get(s->fleet.store, i, &e); i++)
        if (e.type == ACD_ENTRY_GAP)
            lost += e.lost;
    assert_true(lost > 4000);
    assert_int_equal(lost + count_kind(s, ACD_KIND_LOG), 5000);
    assert_int_equal(acd_server_lost(s->fleet.server[0]), lost);
}

static void a_ring_that_shrinks_is_detached_and_its_events_stay(void **state)
{
    struct stage *s = *state;
    assert_int_equal(acd_guard_install(), 0);
    serve(s, "llm", 1);
    acdebug_log(1, "hello");
    acdebug_close();
    open_model(s, ACD_COLLECT_ALL, NULL);
    acd_collect_drain(s->collect, 1000);
    char path[300];
    assert_true(acd_scratch_ring(&s->dir, 0, path, sizeof path));
    assert_int_equal(truncate(path, 0), 0);
    assert_true(acd_collect_scan(s->collect));
    drain(s);
    assert_non_null(strstr(s->fleet.server[0]->trouble, "shrank"));
    assert_int_equal(count_kind(s, ACD_KIND_LOG), 1);
    assert_true(acd_collect_finished(s->collect));
}

static void whoever_sets_a_level_is_named(void **state)
{
    (void)state;
    char who[64], small[4];
    acd_collect_who(who, sizeof who);
    assert_non_null(strchr(who, '@'));
    acd_collect_who(small, sizeof small);
    assert_int_equal(strlen(small), 3);
}

/* Descriptors for the directory and one ring: the other ring waits until there are more. */
static void what_found_no_descriptor_is_attached_when_there_is_one(void **state)
{
    struct stage *s = *state;
    struct rlimit before, few;
    serve(s, "first", 1);
    acdebug_close();
    serve(s, "second", 1);
    acdebug_close();
    int next = dup(STDIN_FILENO);
    assert_true(next >= 0);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    few = before;
    few.rlim_cur = (rlim_t)next + 2;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    open_model(s, ACD_COLLECT_ALL, NULL);
    size_t attached = s->fleet.count;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(attached, 1);
    assert_int_equal(acd_collect_failure(s->collect), -EMFILE);
    acd_collect_scan(s->collect);
    assert_int_equal(s->fleet.count, 2);
    acd_collect_scan(s->collect);
    assert_int_equal(s->fleet.count, 2);
}

/* As an emitter does that has no place for its events. */
static void drop(const struct stage *s, uint64_t count)
{
    const struct acd_ringmap *ring = acd_collect_ring(s->collect, 0);
    const struct acd_section *shared = &acd_ringmap_identity(ring)->section[ACD_SEC_SHARED];
    off_t at = (off_t)(shared->offset + offsetof(struct acd_shared, dropped_busy));
    char path[512];
    assert_true(acd_scratch_ring(&s->dir, 0, path, sizeof path));
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &count, sizeof count, at), sizeof count);
    close(fd);
    acd_collect_sample(s->collect);
}

/* @return how many gaps there are, and in the newest of how many events */
static size_t gaps(const struct stage *s, uint64_t *ret_lost)
{
    struct acd_entry e;
    size_t count = 0;
    for (uint64_t at = acd_store_first(s->fleet.store); acd_store_get(s->fleet.store, at, &e); at++)
        if (e.type == ACD_ENTRY_GAP) {
            count++;
            *ret_lost = e.lost;
        }
    return count;
}

static void a_server_that_is_left_out_leaves_no_gaps(void **state)
{
    struct stage *s = *state;
    uint64_t lost = 0;
    serve(s, "left-out", 1);
    open_model(s, ACD_COLLECT_LIVE, NULL);
    acd_collect_drain(s->collect, 1000);
    acd_collect_sample(s->collect);
    acd_collect_detach(s->collect, 0, true);
    drop(s, 5);
    assert_int_equal(gaps(s, &lost), 0);
    acd_collect_detach(s->collect, 0, false);
    drop(s, 7);
    assert_int_equal(gaps(s, &lost), 1);
    assert_int_equal(lost, 2);
    assert_int_equal(s->fleet.server[0]->totals.events.dropped, 7);
}

/* Two polls of this process's ring, one event apart: where the recording is. */
static void make_recording(const struct stage *s, const char *path)
{
    struct acd_recorder *recorder = NULL;
    struct acd_ringmap *ring = NULL;
    char name[512];
    assert_true(acd_scratch_ring(&s->dir, 0, name, sizeof name));
    assert_int_equal(acd_ringmap_open(&ring, AT_FDCWD, name, 0, NULL), 0);
    assert_int_equal(acd_recorder_new(&recorder, path, 0, UINT64_MAX >> 1, NULL), 0);
    for (unsigned i = 0; i < 2; i++) {
        acdebug_log(1, "recorded");
        assert_true(acd_recorder_poll(recorder, 0, ring, ACD_LIVENESS_ALIVE) > 0);
    }
    assert_int_equal(acd_recorder_close(recorder), 0);
    acd_ringmap_close(ring);
}

/* What runs in a recording grows, and windows move on, while its ring rests. */
static void the_clock_of_a_recording_goes_on_between_its_frames(void **state)
{
    struct stage *s = *state;
    struct acd_now now;
    char path[512];
    uint64_t next = 0, last = 0;
    serve(s, "played", 1);
    snprintf(path, sizeof path, "%s/x.acdrec", s->dir.path);
    make_recording(s, path);
    open_model(s, ACD_COLLECT_LIVE, path);
    assert_true(acd_collect_play_next(s->collect, &next));
    acd_collect_play_until(s->collect, next);
    acd_collect_drain(s->collect, 1000);
    acd_collect_now(s->collect, &now);
    assert_int_equal(now.realtime_ns, next);
    last = next;
    assert_true(acd_collect_play_next(s->collect, &next));
    assert_true(next > last);
    acd_collect_play_until(s->collect, last + (next - last) / 2);
    acd_collect_drain(s->collect, 1000);
    acd_collect_now(s->collect, &now);
    assert_int_equal(now.realtime_ns, last + (next - last) / 2);
    acd_collect_play_until(s->collect, next + UINT64_C(3600000000000));
    acd_collect_drain(s->collect, 1000);
    acd_collect_now(s->collect, &now);
    assert_int_equal(now.realtime_ns, next); /* not beyond its end */
    assert_true(acd_collect_finished(s->collect));
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(events_and_totals_come_in),
        STAGED(a_server_that_ends_stays_and_the_next_one_is_found),
        STAGED(dead_rings_are_taken_as_asked),
        STAGED(targets_leave_the_others_alone),
        STAGED(what_is_no_ring_is_named),
        STAGED(a_level_is_asked_for_and_taken_over),
        STAGED(no_event_is_gone_before_it_was_looked_at),
        STAGED(overruns_become_gaps_that_count_exactly),
        STAGED(a_ring_that_shrinks_is_detached_and_its_events_stay),
        STAGED(what_found_no_descriptor_is_attached_when_there_is_one),
        STAGED(a_server_that_is_left_out_leaves_no_gaps),
        STAGED(the_clock_of_a_recording_goes_on_between_its_frames),
        cmocka_unit_test(whoever_sets_a_level_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
