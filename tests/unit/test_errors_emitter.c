/* SPDX-License-Identifier: MIT */
/* Error groups: what makes two errors one, counts at every level, the newest file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/fixture.h"

static unsigned groups(const struct acd_fixture *f)
{
    return (unsigned)acd_peek_word(&acd_peek_shared(&f->peek)->errors_used);
}

static void report(const char *type, int status, const char *message, const char *file)
{
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.message = message;
    c.debug_file = file;
    acdebug_error(type, status, &c);
}

static void an_error_is_counted_at_every_level_and_an_event_from_level_1(void **state)
{
    struct acd_fixture *f = *state;
    for (int level = 0; level <= 3; level++) {
        assert_int_equal(acd_fixture_at_level(f, level), 0);
        for (unsigned i = 0; i < 7; i++)
            acdebug_error("HTTP", 502, NULL);
        assert_int_equal(groups(f), 1);
        const struct acd_error_entry *e = acd_peek_error(&f->peek, "HTTP");
        assert_int_equal(acd_peek_word(&e->count), 7);
        assert_int_equal(e->status, 502);
        assert_true(acd_peek_word(&e->first_ticks) <= acd_peek_word(&e->last_ticks));
        assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_ERROR, NULL, NULL), level ? 7 : 0);
    }
}

static void type_status_provider_model_and_message_tell_groups_apart(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.message = "m";
    c.provider = "p";
    c.model = "x";
    acdebug_error("HTTP", 500, &c);
    acdebug_error("HTTP", 500, &c);
    assert_int_equal(groups(f), 1);
    acdebug_error("Stream", 500, &c);
    acdebug_error("HTTP", 501, &c);
    c.provider = "q";
    acdebug_error("HTTP", 500, &c);
    c.model = "y";
    acdebug_error("HTTP", 500, &c);
    c.message = "n";
    acdebug_error("HTTP", 500, &c);
    assert_int_equal(groups(f), 6);
    /* What stands in one field is not what stands in the next. */
    c.provider = "ab";
    c.model = "c";
    acdebug_error("HTTP", 500, &c);
    c.provider = "a";
    c.model = "bc";
    acdebug_error("HTTP", 500, &c);
    assert_int_equal(groups(f), 8);
    c.provider = "x";
    c.model = NULL;
    acdebug_error("HTTP", 500, &c);
    c.provider = NULL;
    c.model = "x";
    acdebug_error("HTTP", 500, &c);
    assert_int_equal(groups(f), 10);
}

static void each_status_is_a_group_of_its_own(void **state)
{
    struct acd_fixture *f = *state;
    for (int status = -1; status < 200; status++)
        acdebug_error("HTTP", 400 + status, NULL);
    assert_int_equal(groups(f), 201);
}

static void numbers_in_messages_make_no_groups(void **state)
{
    struct acd_fixture *f = *state;
    char message[80];
    for (unsigned i = 0; i < 500; i++) {
        snprintf(message, sizeof message, "timeout after %u s, attempt %u", i * i, i);
        report("HTTP", 504, message, NULL);
    }
    assert_int_equal(groups(f), 1);
    const struct acd_error_entry *e = acd_peek_error(&f->peek, "HTTP");
    assert_int_equal(acd_peek_word(&e->count), 500);
    assert_string_equal(e->message, "timeout after 0 s, attempt 0");
}

static void an_event_tells_all_that_is_known(void **state)
{
    struct acd_fixture *f = *state;
    const struct acd_peek_event *e = NULL;
    acdebug_field own = acdebug_field_int("attempt", 3);
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.message = "upstream";
    c.provider = "openai";
    c.model = "gpt";
    c.debug_file = "/tmp/x.json";
    c.fields = &own;
    c.fields_count = 1;
    acdebug_error("HTTP", 502, &c);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_ERROR, NULL, &e), 1);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_ERROR_TYPE)->text, "HTTP"));
    assert_int_equal(acd_event_find(&e->view, ACD_KEY_STATUS)->number.i, 502);
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_MESSAGE)->text, "upstream"));
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_PROVIDER)->text, "openai"));
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_MODEL)->text, "gpt"));
    assert_true(acd_peek_is(&acd_event_find(&e->view, ACD_KEY_DEBUG_FILE)->text, "/tmp/x.json"));
    assert_int_equal(acd_event_find(&e->view, "attempt")->number.i, 3);
}

static void a_group_names_its_newest_file(void **state)
{
    struct acd_fixture *f = *state;
    char text[200], path[300];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    report("HTTP", 500, "m", "/tmp/first.json");
    report("HTTP", 500, "m", "/tmp/second.json");
    report("HTTP", 500, "m", NULL);
    report("HTTP", 500, "m", "");
    const struct acd_error_entry *e = acd_peek_error(&f->peek, "HTTP");
    assert_int_equal(acd_peek_word(&e->file_sequence) % 2, 0);
    acd_peek_text(e->file, 24, text);
    assert_string_equal(text, "/tmp/second.json");
    report("HTTP", 500, "m", path);
    acd_peek_text(e->file, 24, text);
    assert_int_equal(strlen(text), 191);
}

static void groups_beyond_the_table_go_under_other(void **state)
{
    struct acd_fixture *f = *state;
    char type[40];
    for (unsigned i = 0; i < ACD_ERRORS + 100; i++) {
        snprintf(type, sizeof type, "Type%u", i);
        acdebug_error(type, 500, NULL);
    }
    assert_int_equal(groups(f), ACD_ERRORS);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "(other)")->count), 100);
    assert_int_equal(acd_peek_word(&acd_peek_shared(&f->peek)->errors_full), 100);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "Type255")->count), 1);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_ERROR, NULL, NULL), ACD_ERRORS + 100);
}

static void long_and_missing_texts_are_taken(void **state)
{
    struct acd_fixture *f = *state;
    char text[2000];
    memset(text, 'e', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    acdebug_error_context c = ACDEBUG_ERROR_INIT;
    c.message = c.provider = c.model = text;
    acdebug_error(text, -1, &c);
    acdebug_error(NULL, 0, NULL);
    c.size = 4;
    acdebug_error("tiny context", 1, &c);
    assert_int_equal(groups(f), 3);
    const struct acd_error_entry *e = acd_peek_at(&f->peek, ACD_SEC_ERRORS, 0);
    assert_int_equal(strlen(e->type), sizeof e->type - 1);
    assert_int_equal(strlen(e->message), sizeof e->message - 1);
    assert_int_equal(e->status, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(an_error_is_counted_at_every_level_and_an_event_from_level_1),
        ACD_FIXTURE_TEST(type_status_provider_model_and_message_tell_groups_apart),
        ACD_FIXTURE_TEST(each_status_is_a_group_of_its_own),
        ACD_FIXTURE_TEST(numbers_in_messages_make_no_groups),
        ACD_FIXTURE_TEST(an_event_tells_all_that_is_known),
        ACD_FIXTURE_TEST(a_group_names_its_newest_file),
        ACD_FIXTURE_TEST(groups_beyond_the_table_go_under_other),
        ACD_FIXTURE_TEST(long_and_missing_texts_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
