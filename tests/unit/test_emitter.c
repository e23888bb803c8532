/* SPDX-License-Identifier: MIT */
/* The life of a ring in its process: before open, open, closed, opened again. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/fixture.h"

/* One of each call that emits. */
static void emit_one_of_each(void)
{
    acdebug_timer timer;
    acdebug_field field = acdebug_field_int("n", 1);
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    lookup.type = "kv";
    lookup.outcome = ACDEBUG_PARTIAL;
    lookup.input_tokens = 10;
    lookup.cached_tokens = 4;
    acdebug_log(1, "a log", ACDEBUG_INT("n", 1));
    acdebug_log_to(ACDEBUG_USER0, 2, "to a category");
    acdebug_log_fields(ACDEBUG_USER9, 3, "run-time", &field, 1);
    acdebug_cache_hit("prompt", "key");
    acdebug_cache_miss("prompt", "key", "cold");
    acdebug_cache_lookup(&lookup);
    acdebug_cache_lookup_exclusive(&lookup);
    acdebug_cache_evict("kv", NULL, 3, "expired");
    acdebug_cache_inventory("kv", NULL, 1, 2, 3);
    acdebug_timer_start(&timer, "timer");
    acdebug_timer_checkpoint(&timer, "label");
    acdebug_timer_end(&timer);
    acdebug_timer_start_level(&timer, "timer", 1);
    acdebug_timer_fail(&timer, "TimeoutError");
    acdebug_performance("operation", 1.5, &field, 1);
    acdebug_error("HTTP", 502, NULL);
}
#define RECORDS_OF_EACH 15u /* at level 3: an inventory makes none, timers make two and three */

static void calls_without_a_ring_do_nothing(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    unsigned files = acd_scratch_count(&f->dir, "");
    emit_one_of_each();
    acdebug_timer timer = {{0}};
    acdebug_request_set(1);
    acdebug_request_clear();
    assert_true(acdebug_timer_checkpoint(&timer, "label") == 0);
    assert_true(acdebug_timer_end(&timer) == 0);
    assert_int_equal(acdebug_level(), 0);
    assert_false(acdebug_enabled(1));
    assert_string_equal(acdebug_ring_path(), "");
    acdebug_close();
    assert_int_equal(acd_scratch_count(&f->dir, ""), files);
}

static void the_level_test_reads_a_constant_zero_before_open(void **state)
{
    struct acd_fixture *f = *state;
    assert_true(*acdebug_priv_control != 0);
    acd_fixture_close(f);
    assert_true(*acdebug_priv_control == 0);
}

static void an_open_ring_is_not_opened_again(void **state)
{
    struct acd_fixture *f = *state;
    const char *path = acdebug_ring_path();
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    assert_int_equal(acdebug_open("again", &o), -EALREADY);
    assert_string_equal(acdebug_ring_path(), path);
    assert_int_equal(acdebug_level(), 3);
    assert_int_equal(acd_scratch_count(&f->dir, ""), 1);
}

static void bad_options_are_refused_and_leave_nothing(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    unsigned files = acd_scratch_count(&f->dir, "");
    acdebug_options good = acd_scratch_options(&f->dir, 1), o = good;
    o.size = 4;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
    o = good;
    o.level = 4;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
    o = good;
    o.lane_bytes = 5000;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
    o = good;
    o.small_lane_bytes = UINT64_C(1) << 40;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
    o = good;
    o.big_lanes = 65;
    assert_int_equal(acdebug_open("x", &o), -EINVAL);
    assert_string_equal(acdebug_ring_path(), "");
    assert_int_equal(acd_scratch_count(&f->dir, ""), files);
    assert_int_equal(acdebug_open("x", &good), 0);
    assert_int_equal(acd_scratch_count(&f->dir, ""), files + 1);
}

static void options_of_an_older_header_are_enough(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    acdebug_options o = acd_scratch_options(&f->dir, 2);
    o.size = offsetof(acdebug_options, budget_bytes);
    o.budget_bytes = 1; /* beyond the size, so not looked at */
    assert_int_equal(acd_fixture_open(f, &o), 0);
    acdebug_log(1, "an event");
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "an event", NULL), 1);
    assert_int_equal(acdebug_level(), 2);
    assert_true(f->peek.identity->section[ACD_SEC_LANES_BIG].count == 4);
}

static void the_identity_tells_whose_ring_it_is(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_identity *id = f->peek.identity;
    char host[64] = "";
    gethostname(host, sizeof host - 1);
    assert_int_equal(id->pid, getpid());
    assert_int_equal(id->uid, geteuid());
    assert_int_equal(id->parent_pid, 0);
    assert_string_equal(id->app, "fixture");
    assert_string_equal(id->host, host);
    assert_int_equal(strlen(id->boot_id), 36);
    assert_true(id->pid_namespace != 0 && id->start_time != 0);
    assert_true(id->file_bytes == f->peek.bytes);
    assert_int_equal(id->byte_order, ACD_BYTE_ORDER_MARK);
    assert_int_equal(id->start_levels, acd_levels_all(3));
    assert_true(id->opened.realtime_ns > UINT64_C(1600000000) * 1000000000);
}

static void only_its_user_can_read_a_ring(void **state)
{
    struct stat st;
    (void)state;
    assert_int_equal(stat(acdebug_ring_path(), &st), 0);
    assert_true(S_ISREG(st.st_mode));
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_uid, geteuid());
    assert_int_equal(st.st_nlink, 1);
}

static void start_and_stop_are_events_at_every_level(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(acd_fixture_at_level(f, 0), 0);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_START, NULL, NULL), 1);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_STOP, NULL, NULL), 0);
    assert_int_equal(acd_peek_word(&acd_peek_control(&f->peek)->closed), 0);
    acdebug_close();
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_STOP, NULL, NULL), 1);
    assert_int_equal(acd_peek_word(&acd_peek_control(&f->peek)->closed), 1);
}

static void a_closed_ring_stays_and_takes_nothing_more(void **state)
{
    struct acd_fixture *f = *state;
    emit_one_of_each();
    acdebug_close();
    uint64_t records = acd_peek_records(&f->peek);
    emit_one_of_each();
    acdebug_close();
    assert_int_equal(acd_peek_records(&f->peek), records);
    assert_int_equal(acd_scratch_count(&f->dir, ".acr"), 1);
    assert_string_equal(acdebug_ring_path(), "");
}

static void a_second_ring_is_another_file_and_knows_all_sites(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned round = 1; round <= 20; round++) {
        emit_one_of_each();
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "a log", NULL), 1);
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_TIMER_END, NULL, NULL), 1);
        assert_int_equal(acd_scratch_count(&f->dir, ".acr"), round);
        assert_int_equal(acd_fixture_at_level(f, 3), 0);
    }
}

static void every_call_makes_the_records_that_it_says(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t before = acd_peek_records(&f->peek);
    emit_one_of_each();
    assert_int_equal(acd_peek_records(&f->peek) - before, RECORDS_OF_EACH);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->dropped_busy), 0);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->dropped_no_room), 0);
}

static int a_record_is_well_formed(void *context, const struct acd_peek_event *event)
{
    unsigned *count = context;
    if (event->malformed || !event->has_site)
        return -1;
    ++*count;
    return 0;
}

static void every_record_decodes(void **state)
{
    struct acd_fixture *f = *state;
    unsigned count = 0;
    emit_one_of_each();
    acd_peek_each(&f->peek, a_record_is_well_formed, &count);
    assert_int_equal(count, acd_peek_records(&f->peek));
}

static void no_call_changes_errno(void **state)
{
    struct acd_fixture *f = *state;
    errno = 4711;
    emit_one_of_each(); /* the first calls, which make rows, sites and blocks */
    assert_int_equal(errno, 4711);
    emit_one_of_each();
    assert_int_equal(errno, 4711);
    (void)acdebug_level();
    (void)acdebug_ring_path();
    acdebug_request_set_str("r");
    assert_int_equal(errno, 4711);
    acdebug_close();
    errno = 4712;
    emit_one_of_each();
    assert_int_equal(errno, 4712);
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    assert_int_equal(acdebug_open("again", &o), 0); /* the directory is there: mkdir() fails */
    assert_int_equal(errno, 4712);
    assert_int_equal(acdebug_open("again", &o), -EALREADY);
    assert_int_equal(errno, 4712);
    acdebug_close();
    assert_int_equal(errno, 4712);
}

static void an_odd_name_makes_a_tame_file_and_is_kept_inside(void **state)
{
    static const char *const names[] = {"../../etc/x",
                                        ".hidden",
                                        "-rf",
                                        "a b\nc",
                                        "\xff\xfe",
                                        ("0123456789012345678901234567890123456789"
                                         "0123456789012345678901234567890123456789")};
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        acd_fixture_close(f);
        assert_int_equal(acdebug_open(names[i], &o), 0);
        assert_true(acd_peek_open(&f->peek, acdebug_ring_path()));
        const char *file = acdebug_ring_path() + strlen(f->dir.path) + 1;
        assert_null(strchr(file, '/'));
        assert_true(file[0] != '.' && file[0] != '-');
        for (const char *p = file; *p; p++)
            assert_true(*p > ' ' && *p < 127);
        assert_memory_equal(f->peek.identity->app, names[i],
                            strlen(names[i]) < 63 ? strlen(names[i]) + 1 : 63);
        assert_int_equal(f->peek.identity->app[63], 0);
    }
}

static void without_a_name_the_program_gives_it(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 1);
    acd_fixture_close(f);
    assert_int_equal(acdebug_open(NULL, &o), 0);
    assert_true(acd_peek_open(&f->peek, acdebug_ring_path()));
    /* The kernel keeps 15 bytes of it; libtool may have put lt- before it. */
    assert_non_null(strstr(f->peek.identity->app, "test_emitter"));
}

static void no_signal_disposition_changes(void **state)
{
    struct sigaction before[NSIG], after;
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    for (int i = 1; i < NSIG; i++)
        memset(&before[i], 0, sizeof before[i]), (void)sigaction(i, NULL, &before[i]);
    assert_int_equal(acd_fixture_at_level(f, 3), 0);
    emit_one_of_each();
    acd_fixture_close(f);
    for (int i = 1; i < NSIG; i++) {
        memset(&after, 0, sizeof after);
        (void)sigaction(i, NULL, &after);
        assert_true(before[i].sa_handler == after.sa_handler);
    }
}

static void open_emit_and_close_leave_no_descriptor_and_few_mappings(void **state)
{
    struct acd_fixture *f = *state;
    acd_fixture_close(f);
    unsigned descriptors = acd_scratch_descriptors();
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    assert_int_equal(acdebug_open("x", &o), 0);
    assert_int_equal(acd_scratch_descriptors(), descriptors);
    emit_one_of_each();
    assert_int_equal(acd_scratch_descriptors(), descriptors);
    acdebug_close();
    assert_int_equal(acd_scratch_descriptors(), descriptors);
    /* The addresses that were handed out stay: what a ring leaves is bounded, and the same each time. */
    unsigned before = acd_scratch_mappings();
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(acdebug_open("x", &o), 0);
        emit_one_of_each();
        acdebug_close();
    }
    assert_true(acd_scratch_mappings() - before <= 30);
}

/* A server that emits seldom never fills a round of its lane: its newest anchor must be as good. */
static void anchors_go_on_coming_however_few_events_there_are(void **state)
{
    struct acd_fixture *f = *state;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    const struct acd_live_anchor *newest = &acd_peek_shared(&f->peek)->anchor;
    uint64_t opened = f->peek.identity->opened.monotonic_ns, last = 0, apart = 0;
    unsigned anchors = 0;
    for (unsigned i = 0; i < 4000 && apart < UINT64_C(20000000); i++) {
        uint64_t now = acd_peek_word(&newest->monotonic_ns);
        anchors += now != last;
        last = now;
        apart = now - opened;
        usleep(1000);
        acdebug_log(1, "seldom");
    }
    assert_true(apart >= UINT64_C(20000000));
    assert_true(anchors < 200); /* and not at each event */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(calls_without_a_ring_do_nothing),
        ACD_FIXTURE_TEST(the_level_test_reads_a_constant_zero_before_open),
        ACD_FIXTURE_TEST(an_open_ring_is_not_opened_again),
        ACD_FIXTURE_TEST(bad_options_are_refused_and_leave_nothing),
        ACD_FIXTURE_TEST(options_of_an_older_header_are_enough),
        ACD_FIXTURE_TEST(the_identity_tells_whose_ring_it_is),
        ACD_FIXTURE_TEST(only_its_user_can_read_a_ring),
        ACD_FIXTURE_TEST(start_and_stop_are_events_at_every_level),
        ACD_FIXTURE_TEST(a_closed_ring_stays_and_takes_nothing_more),
        ACD_FIXTURE_TEST(a_second_ring_is_another_file_and_knows_all_sites),
        ACD_FIXTURE_TEST(every_call_makes_the_records_that_it_says),
        ACD_FIXTURE_TEST(every_record_decodes),
        ACD_FIXTURE_TEST(no_call_changes_errno),
        ACD_FIXTURE_TEST(an_odd_name_makes_a_tame_file_and_is_kept_inside),
        ACD_FIXTURE_TEST(without_a_name_the_program_gives_it),
        ACD_FIXTURE_TEST(no_signal_disposition_changes),
        ACD_FIXTURE_TEST(open_emit_and_close_leave_no_descriptor_and_few_mappings),
        ACD_FIXTURE_TEST(anchors_go_on_coming_however_few_events_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
