/* SPDX-License-Identifier: MIT */
/* acdebug_spdlog.h and the timed scope of C++: what they leave in the ring. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tests/support/fixture.h"

void acd_test_spdlog_log(void);
void acd_test_spdlog_long_name(void);
void acd_test_timed_scopes(void);

static const struct acd_text *text_of(const struct acd_peek_event *event, const char *key)
{
    return &acd_event_find(&event->view, key)->text;
}

struct seen {
    unsigned count;
};

static int look(void *context, const struct acd_peek_event *event)
{
    static const struct {
        const char *severity, *message;
        unsigned level;
    } expected[] = {{"INFO", "loaded 33 layers, 100%", 1},
                    {"DEBUG", "Bearer [REDACTED]", 2},
                    {"WARNING", "slow batch 1", 1}};
    struct seen *seen = context;
    if (event->site.kind != ACD_KIND_LOGGER)
        return 0;
    assert_true(acd_peek_is(text_of(event, ACD_KEY_LOGGER), "engine"));
    if (seen->count < sizeof expected / sizeof expected[0]) {
        assert_true(acd_peek_is(text_of(event, ACD_KEY_SEVERITY), expected[seen->count].severity));
        assert_true(acd_peek_is(text_of(event, ACD_KEY_MESSAGE), expected[seen->count].message));
        assert_int_equal(event->site.level, expected[seen->count].level);
    } else {
        assert_true(acd_peek_is(text_of(event, ACD_KEY_SEVERITY), "ERROR"));
        assert_int_equal(text_of(event, ACD_KEY_MESSAGE)->length, 4095);
    }
    seen->count++;
    return 0;
}

static void what_spdlog_logs_is_in_the_ring(void **state)
{
    struct acd_fixture *f = *state;
    struct seen seen = {0};
    acd_test_spdlog_log();
    acd_peek_each(&f->peek, look, &seen);
    assert_int_equal(seen.count, 4);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "WARNING")->count), 1);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "ERROR")->count), 1);
}

static void long_names_and_messages_are_cut_where_a_character_ends(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    acd_test_spdlog_long_name();
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, &e), 1);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_LOGGER)->text.length, 62);
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_MESSAGE)->text.length, 4093);
}

static void scopes_left_by_an_exception_have_failed(void **state)
{
    struct acd_fixture *f = *state;
    acd_test_timed_scopes();
    assert_int_equal(acd_peek_word(&acd_peek_timer(&f->peek, "good")->failed), 0);
    assert_int_equal(acd_peek_word(&acd_peek_timer(&f->peek, "thrown through")->failed), 1);
    assert_int_equal(acd_peek_word(&acd_peek_timer(&f->peek, "in a handler")->failed), 0);
    assert_int_equal(acd_peek_word(&acd_peek_timer(&f->peek, "named")->timing.count), 1);
    assert_non_null(acd_peek_error(&f->peek, "exception"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(what_spdlog_logs_is_in_the_ring),
        ACD_FIXTURE_TEST(long_names_and_messages_are_cut_where_a_character_ends),
        ACD_FIXTURE_TEST(scopes_left_by_an_exception_have_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
