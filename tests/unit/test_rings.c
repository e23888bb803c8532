/* SPDX-License-Identifier: MIT */
/* tui/app/rings and the attaching of tui/app/collect: what the Servers screen lists, and its key. */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <acdebug.h>

#include "tests/support/ringbuild.h"
#include "tests/support/scratch.h"
#include "tui/app/rings.h"
#include "tui/reader/guard.h"

struct stage {
    struct acd_scratch dir;
    struct acd_fleet fleet;
    struct acd_collect *collect;
    struct acd_roster roster;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_scratch_make(&s.dir);
    assert_int_equal(acd_fleet_init(&s.fleet, 10000, ACD_STORE_BYTES_MIN), 0);
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acdebug_close();
    acd_fleet_fini(&s->fleet);
    acd_collect_free(s->collect);
    acd_roster_fini(&s->roster);
    acd_scratch_remove(&s->dir);
    return 0;
}

static void serve(struct stage *s, const char *name)
{
    acdebug_options o = acd_scratch_options(&s->dir, 1);
    o.lane_bytes = 4096;
    o.small_lane_bytes = 4096;
    assert_int_equal(acdebug_open(name, &o), 0);
}

static void open_model(struct stage *s, const char *target)
{
    static struct acd_target parsed;
    struct acd_problem why = {0};
    const struct acd_collect_options options = {.directory = s->dir.path,
                                                .targets = &parsed,
                                                .target_count = target != NULL,
                                                .dead = ACD_COLLECT_LIVE,
                                                .start = ACD_CURSOR_OLDEST};
    if (target)
        parsed = acd_target_parse(target);
    assert_int_equal(acd_collect_new(&s->collect, &s->fleet, &options, &why), 0);
    acd_collect_scan(s->collect);
}

static void drain(struct stage *s)
{
    while (acd_collect_drain(s->collect, 1000) > 0)
        continue;
    acd_collect_sample(s->collect);
}

static void fill(struct stage *s)
{
    acd_collect_scan(s->collect);
    acd_collect_sample(s->collect);
    assert_int_equal(acd_rings_fill(&s->roster, s->collect, &s->fleet), 0);
}

static void path_of(const struct stage *s, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", s->dir.path, name);
}

static void write_file(const struct stage *s, const char *name, const char *text)
{
    char path[256];
    path_of(s, name, path);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(path, 0600), 0);
}

/* A ring by hand, in which one word says something else. */
static void build(const struct stage *s, const char *name, uint64_t offset, uint32_t value)
{
    char path[256];
    struct acd_ringbuild rb;
    const struct acd_ringbuild_options options = {.app = "built"};
    path_of(s, name, path);
    acd_ringbuild_make(&rb, path, &options);
    if (offset)
        acd_ringbuild_set32(&rb, offset, value);
    acd_ringbuild_close(&rb);
}

static const struct acd_roster_row *row_of(const struct stage *s, const char *ring)
{
    for (size_t i = 0; i < s->roster.count; i++)
        if (strcmp(s->roster.row[i].ring, ring) == 0)
            return &s->roster.row[i];
    fail_msg("no row of %s", ring);
    abort();
}

static void assert_skipped(const struct stage *s, const char *ring, const char *text)
{
    const struct acd_roster_row *row = row_of(s, ring);
    assert_int_equal(row->state, ACD_ROSTER_SKIPPED);
    if (!strstr(row->why, text))
        fail_msg("%s says: %s", ring, row->why);
}

static void what_cannot_be_read_says_why_and_the_rest_is_shown(void **state)
{
    struct stage *s = *state;
    char path[256];
    serve(s, "good");
    write_file(s, "elf.1.acr",
               "\x7f"
               "ELF and so on");
    write_file(s, "none.1.acr", "");
    build(s, "newer.1.acr", 12, 3 | 1u << 16);
    build(s, "flag.1.acr", 24, 1u << 7);
    build(s, "cut.1.acr", 0, 0);
    path_of(s, "cut.1.acr", path);
    assert_int_equal(truncate(path, 5000), 0);
    path_of(s, "link.1.acr", path);
    assert_int_equal(symlink("/etc/hostname", path), 0);
    build(s, "other.1.acr", 0, 0);
    path_of(s, "other.1.acr", path);
    bool root = geteuid() == 0 && chown(path, 65534, 65534) == 0;
    open_model(s, NULL);
    fill(s);
    assert_skipped(s, "elf.1.acr",
                   "'elf.1.acr' is not an acdebug ring (magic 7f454c46). Hint: acdebug-top list");
    assert_skipped(s, "newer.1.acr",
                   "ring 'newer.1.acr' uses format 3.1, this viewer reads 1.x. Hint: upgrade "
                   "acdebug-top. Other rings stay visible.");
    assert_skipped(s, "none.1.acr", "'none.1.acr' is empty");
    assert_skipped(s, "flag.1.acr", "Hint: upgrade acdebug-top");
    assert_skipped(s, "cut.1.acr", "cut short");
    assert_skipped(s, "link.1.acr", "it is a symbolic link. Hint: name the file itself");
    if (root)
        assert_skipped(s, "other.1.acr", "owner uid 65534, you are 0. Hint: run as that user");
    /* The one that is good comes first, and works. */
    assert_int_equal(s->roster.row[0].state, ACD_ROSTER_SHOWN);
    assert_string_equal(s->roster.row[0].app, "good");
    assert_int_equal(s->roster.row[0].pid, getpid());
    assert_int_equal(s->roster.count, 8);
    assert_int_equal(s->fleet.count, root ? 1 : 2);
}

static void a_ring_that_shrinks_stays_in_the_list_with_the_reason(void **state)
{
    struct stage *s = *state;
    char path[256];
    acd_guard_install();
    build(s, "srv.1.acr", 0, 0);
    path_of(s, "srv.1.acr", path);
    open_model(s, "srv.1.acr");
    drain(s);
    assert_int_equal(truncate(path, 0), 0);
    fill(s);
    const struct acd_roster_row *row = row_of(s, "srv.1.acr");
    assert_int_equal(row->state, ACD_ROSTER_SHOWN);
    assert_non_null(strstr(row->why, "ring 'srv.1.acr' shrank from "));
    assert_non_null(strstr(row->why, " to 0 bytes; detached, 0 events kept"));
}

static void a_server_that_is_left_out_is_neither_followed_nor_lost(void **state)
{
    struct stage *s = *state;
    serve(s, "llm");
    open_model(s, NULL);
    acdebug_log(1, "before");
    drain(s);
    uint64_t kept = acd_store_next(s->fleet.store);
    fill(s);
    acd_collect_detach(s->collect, s->roster.row[0].server, true);
    fill(s);
    assert_int_equal(s->roster.row[0].state, ACD_ROSTER_HIDDEN);
    assert_int_equal(acd_fleet_live_count(&s->fleet), 0);
    assert_non_null(strstr(s->fleet.notice, "Every server is left out"));
    /* More than the lane holds: nobody was there to lose them. */
    for (int i = 0; i < 1000; i++)
        acdebug_log(1, "meanwhile");
    drain(s);
    assert_int_equal(acd_store_next(s->fleet.store), kept);
    assert_int_equal(s->fleet.server[0]->behind, 0);
    uint64_t emitted = s->fleet.server[0]->totals.events.emitted;
    assert_true(emitted > 1000); /* counts go on being read */
    acd_collect_detach(s->collect, s->roster.row[0].server, false);
    acdebug_log(1, "after");
    drain(s);
    fill(s);
    assert_int_equal(s->roster.row[0].state, ACD_ROSTER_SHOWN);
    assert_string_equal(s->fleet.notice, "");
    assert_int_equal(acd_store_next(s->fleet.store), kept + 1);
    assert_int_equal(acd_server_lost(s->fleet.server[0]), 0);
    /* Seen, overrun and passed over are still all that there was. */
    const struct acd_follow_stats *seen = &s->fleet.server[0]->seen;
    assert_int_equal(seen->seen + seen->overrun + seen->before, emitted + 1);
    assert_true(seen->before >= 1000);
}

static void events_that_wait_are_the_lag(void **state)
{
    struct stage *s = *state;
    serve(s, "llm");
    open_model(s, NULL);
    drain(s);
    assert_int_equal(s->fleet.server[0]->behind, 0);
    for (int i = 0; i < 20; i++)
        acdebug_log(1, "waiting");
    acd_collect_sample(s->collect);
    assert_int_equal(s->fleet.server[0]->behind, 20);
    acd_collect_drain(s->collect, 5); /* the rest was copied, and waits in the reader */
    acd_collect_sample(s->collect);
    assert_in_range(s->fleet.server[0]->behind, 10, 19);
    /* Left out in the middle of a batch: what waits there is passed over too. */
    acd_collect_detach(s->collect, 0, true);
    acd_collect_detach(s->collect, 0, false);
    acd_collect_sample(s->collect);
    assert_int_equal(s->fleet.server[0]->behind, 0);
    drain(s);
    const struct acd_follow_stats *seen = &s->fleet.server[0]->seen;
    assert_int_equal(seen->seen + seen->overrun + seen->before,
                     s->fleet.server[0]->totals.events.emitted);
}

static void a_busy_server_has_the_room_that_idle_ones_leave(void **state)
{
    struct stage *s = *state;
    for (int i = 0; i < 30; i++) {
        char name[32];
        snprintf(name, sizeof name, "idle%d.1.acr", i);
        build(s, name, 0, 0);
    }
    serve(s, "busy");
    open_model(s, NULL);
    drain(s);
    assert_true(s->fleet.count >= 31);
    uint64_t before = acd_store_next(s->fleet.store);
    for (int i = 0; i < 20; i++)
        acdebug_log(1, "busy");
    /* One share of 31 would be two events. */
    assert_int_equal(acd_collect_drain(s->collect, 40), 20);
    assert_int_equal(acd_store_next(s->fleet.store), before + 20);
    /* And a share is what it gets where it does not end by itself. */
    for (int i = 0; i < 30; i++)
        acdebug_log(1, "busy");
    assert_in_range(acd_collect_drain(s->collect, 10), 10, 14);
    assert_int_equal(acd_collect_overrun(s->collect), 0);
    for (int i = 0; i < 200; i++)
        acdebug_log(1, "too much for the lane");
    drain(s);
    uint64_t lost = 0;
    for (size_t i = 0; i < s->fleet.count; i++)
        lost += s->fleet.server[i]->seen.overrun;
    assert_true(lost > 0);
    assert_int_equal(acd_collect_overrun(s->collect), lost);
}

static void a_ring_that_no_target_means_can_be_attached(void **state)
{
    struct stage *s = *state;
    struct acd_problem why = {0};
    serve(s, "dead");
    acdebug_log(1, "last words");
    acdebug_close();
    serve(s, "llm");
    open_model(s, "llm");
    drain(s);
    fill(s);
    assert_int_equal(s->fleet.count, 1);
    assert_int_equal(s->roster.count, 2);
    const struct acd_roster_row *row = &s->roster.row[1];
    assert_string_equal(row->app, "dead");
    assert_int_equal(row->state, ACD_ROSTER_HIDDEN);
    assert_int_equal(row->server, ACD_ROSTER_NOBODY);
    uint64_t kept = acd_store_next(s->fleet.store);
    assert_int_equal(acd_collect_attach(s->collect, row->serial, &why), 0);
    drain(s);
    fill(s);
    assert_int_equal(s->fleet.count, 2);
    assert_int_equal(s->roster.row[1].state, ACD_ROSTER_SHOWN);
    assert_true(acd_store_next(s->fleet.store) > kept);
    assert_true(acd_collect_attach(s->collect, 4711, &why) < 0);
    assert_non_null(strstr(why.text, "gone"));
}

static void a_ring_that_was_opened_by_its_path_is_listed_once(void **state)
{
    struct stage *s = *state;
    char path[300];
    serve(s, "llm");
    assert_true(acd_scratch_ring(&s->dir, 0, path, sizeof path));
    open_model(s, path);
    drain(s);
    fill(s);
    assert_int_equal(s->roster.count, 1);
    assert_int_equal(s->roster.row[0].state, ACD_ROSTER_SHOWN);
    /* Without its file, it is still there, and keeps being read. */
    assert_int_equal(unlink(path), 0);
    fill(s);
    assert_int_equal(s->roster.count, 1);
    assert_int_equal(s->roster.row[0].serial, 0);
    assert_int_equal(s->roster.row[0].state, ACD_ROSTER_SHOWN);
}

static void rows_are_found_by_their_id_wherever_they_stand(void **state)
{
    (void)state;
    struct acd_roster r = {.count = 0};
    for (unsigned i = 0; i < 40; i++) {
        struct acd_roster_row *row = acd_roster_add(&r);
        assert_non_null(row);
        snprintf(row->ring, sizeof row->ring, "r%u", i);
        row->id = acd_roster_id(row->ring, i);
        row->liveness = (enum acd_liveness)(i % 4);
        row->state = i % 5 == 4 ? ACD_ROSTER_SKIPPED : ACD_ROSTER_SHOWN;
        row->pid = 1000 - i;
    }
    uint64_t id = r.row[7].id;
    acd_roster_sort(&r);
    assert_string_equal(r.row[acd_roster_find(&r, id)].ring, "r7");
    assert_int_equal(acd_roster_find(&r, 1), r.count);
    assert_int_equal(r.row[0].liveness, ACD_LIVENESS_ALIVE);
    assert_int_equal(r.row[r.count - 1].state, ACD_ROSTER_SKIPPED);
    acd_roster_clear(&r);
    assert_int_equal(r.count, 0);
    acd_roster_fini(&r);
}

static void a_server_that_is_left_out_is_told_of_when_it_ends(void **state)
{
    struct stage *s = *state;
    struct acd_ringbuild rb;
    char path[256];
    path_of(s, "b.1.acr", path);
    acd_ringbuild_make(&rb, path, NULL);
    open_model(s, "another");
    fill(s);
    assert_int_equal(row_of(s, "b.1.acr")->state, ACD_ROSTER_HIDDEN);
    assert_int_equal(row_of(s, "b.1.acr")->liveness, ACD_LIVENESS_UNKNOWN);
    assert_false(acd_collect_look(s->collect));
    acd_ringbuild_set(&rb, rb.offset[RB_CONTROL] + 72, 1); /* closed */
    assert_true(acd_collect_look(s->collect));
    fill(s);
    assert_int_equal(row_of(s, "b.1.acr")->liveness, ACD_LIVENESS_CLOSED);
    acd_ringbuild_close(&rb);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(what_cannot_be_read_says_why_and_the_rest_is_shown),
        STAGED(a_ring_that_shrinks_stays_in_the_list_with_the_reason),
        STAGED(a_server_that_is_left_out_is_neither_followed_nor_lost),
        STAGED(events_that_wait_are_the_lag),
        STAGED(a_busy_server_has_the_room_that_idle_ones_leave),
        STAGED(a_ring_that_no_target_means_can_be_attached),
        STAGED(a_server_that_is_left_out_is_told_of_when_it_ends),
        STAGED(a_ring_that_was_opened_by_its_path_is_listed_once),
        cmocka_unit_test(rows_are_found_by_their_id_wherever_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
