/* SPDX-License-Identifier: MIT */
/* From a call to a record: fields, requests, secrets, texts too long, and what is off. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "tests/support/fixture.h"

static const struct acd_peek_event *newest(struct acd_fixture *f, const char *message)
{
    const struct acd_peek_event *e = NULL;
    assert_true(acd_peek_find(&f->peek, ACD_KIND_LOG, message, &e) > 0);
    assert_false(e->malformed);
    return e;
}

static const struct acd_field *field(const struct acd_peek_event *e, const char *key)
{
    const struct acd_field *found = acd_event_find(&e->view, key);
    assert_non_null(found);
    return found;
}

static void every_type_of_field_arrives(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_log(2, "all types", ACDEBUG_INT("int", INT64_MIN), ACDEBUG_UINT("uint", UINT64_MAX),
                ACDEBUG_DOUBLE("double", 0.1), ACDEBUG_BOOL("bool", 17), ACDEBUG_STR("str", "text"),
                ACDEBUG_STRN("strn", "a\0b", 3), ACDEBUG_JSON("json", "{\"a\":1}"),
                ACDEBUG_STR("null", NULL));
    const struct acd_peek_event *e = newest(f, "all types");
    assert_int_equal(e->view.count, 8);
    assert_int_equal(e->site.level, 2);
    assert_int_equal(e->site.category, ACD_CATEGORY_LOG);
    assert_true(e->site.line > 0);
    assert_true(field(e, "int")->number.i == INT64_MIN);
    assert_true(field(e, "uint")->number.u == UINT64_MAX);
    assert_true(field(e, "double")->number.d == 0.1);
    assert_true(field(e, "bool")->number.u == 1);
    assert_true(acd_peek_is(&field(e, "str")->text, "text"));
    assert_int_equal(field(e, "strn")->text.length, 3);
    assert_memory_equal(field(e, "strn")->text.bytes, "a\0b", 3);
    assert_int_equal(field(e, "json")->type, ACD_TYPE_JSON);
    assert_int_equal(field(e, "null")->text.length, 0);
}

static void the_length_of_a_failed_call_is_none(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned i = 0; i < 2; i++) { /* the second one finds its site */
        acdebug_log(1, "failed", ACDEBUG_STRN("text", "x", (size_t)-1));
        assert_int_equal(field(newest(f, "failed"), "text")->text.length, 0);
    }
}

static void every_length_of_text_arrives(void **state)
{
    struct acd_fixture *f = *state;
    char text[200], copy[sizeof text];
    for (size_t n = 0; n < sizeof text; n++) {
        for (size_t i = 0; i < n; i++)
            text[i] = (char)('!' + (i + n) % 90);
        memcpy(copy, text, n);
        acdebug_log(1, "a length", ACDEBUG_STRN("s", copy, n));
        const struct acd_peek_event *e = newest(f, "a length");
        assert_int_equal(field(e, "s")->text.length, n);
        assert_int_equal(field(e, "s")->text.full_length, n);
        assert_memory_equal(field(e, "s")->text.bytes, text, n);
    }
}

static void runtime_fields_arrive(void **state)
{
    struct acd_fixture *f = *state;
    const acdebug_field fields[] = {
        acdebug_field_int("i", -1),     acdebug_field_uint("u", 1),
        acdebug_field_double("d", 2.5), acdebug_field_bool("b", true),
        acdebug_field_str("s", "text"), acdebug_field_strn("n", "abc", 2),
        acdebug_field_json("j", "[]"),  acdebug_field_str(NULL, "no key"),
        acdebug_field_str("null", NULL)};
    acdebug_log_fields(ACDEBUG_USER0 + 3, 3, "a message made at run time", fields,
                       sizeof fields / sizeof fields[0]);
    const struct acd_peek_event *e = newest(f, NULL);
    assert_int_equal(e->site.category, ACD_CATEGORY_USER0 + 3);
    assert_int_equal(e->site.level, 3);
    assert_true(acd_peek_is(&field(e, ACD_KEY_MESSAGE)->text, "a message made at run time"));
    assert_int_equal(e->view.count, 10);
    assert_int_equal(field(e, "null")->text.length, 0);
    assert_true(field(e, "i")->number.i == -1);
    assert_true(acd_peek_is(&field(e, "n")->text, "ab"));
    assert_true(acd_peek_is(&field(e, "")->text, "no key"));
}

static void no_fields_are_none_whatever_their_number(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;
    acdebug_error_context error = ACDEBUG_ERROR_INIT;
    lookup.fields_count = error.fields_count = 3;
    uint64_t before = acd_peek_records(&f->peek);
    acdebug_log_fields(ACDEBUG_LOG, 1, "none", NULL, 3);
    acdebug_performance("none", 1.5, NULL, 3);
    acdebug_log_message(ACDEBUG_SEV_INFO, "none", "none", NULL, 3);
    acdebug_cache_lookup(&lookup);
    acdebug_error("none", 0, &error);
    assert_int_equal(acd_peek_records(&f->peek), before + 5);
}

static void a_bad_category_or_level_makes_no_record(void **state)
{
    struct acd_fixture *f = *state;
    uint64_t before = acd_peek_records(&f->peek);
    acdebug_log_fields(16, 1, "x", NULL, 0);
    acdebug_log_fields(UINT32_MAX, 1, "x", NULL, 0);
    acdebug_log_fields(0, 0, "x", NULL, 0);
    acdebug_log_fields(0, 4, "x", NULL, 0);
    assert_int_equal(acd_peek_records(&f->peek), before);
    acdebug_log_fields(0, 1, NULL, NULL, 0);
    assert_int_equal(acd_peek_records(&f->peek), before + 1);
}

/* ---- levels ---- */

static unsigned evaluated;
static int count_evaluation(void)
{
    evaluated++;
    return 1;
}

static void what_is_off_evaluates_nothing(void **state)
{
    struct acd_fixture *f = *state;
    for (int level = 0; level <= 3; level++) {
        assert_int_equal(acd_fixture_at_level(f, level), 0);
        uint64_t before = acd_peek_records(&f->peek);
        evaluated = 0;
        acdebug_log(1, "one", ACDEBUG_INT("n", count_evaluation()));
        acdebug_log(2, "two", ACDEBUG_INT("n", count_evaluation()));
        acdebug_log(3, "three", ACDEBUG_INT("n", count_evaluation()));
        assert_int_equal(evaluated, level);
        assert_int_equal(acd_peek_records(&f->peek) - before, level);
        assert_int_equal(acdebug_level(), level);
        for (int l = 1; l <= 3; l++)
            assert_int_equal(acdebug_enabled(l), l <= level);
        assert_false(acdebug_enabled(0));
        assert_false(acdebug_enabled(4));
        assert_false(acdebug_enabled_for(16, 1));
    }
}

/* ---- requests ---- */

static void the_current_request_goes_with_every_event(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_log(1, "none");
    assert_int_equal(newest(f, "none")->view.request.kind, ACD_REQUEST_NONE);
    acdebug_request_set(UINT64_MAX);
    acdebug_log(1, "number");
    assert_int_equal(newest(f, "number")->view.request.kind, ACD_REQUEST_NUMBER);
    assert_true(newest(f, "number")->view.request.number == UINT64_MAX);
    acdebug_request_set_str("req-abc");
    acdebug_log(1, "text", ACDEBUG_INT("n", 1));
    assert_true(acd_peek_is(&newest(f, "text")->view.request.text, "req-abc"));
    assert_true(field(newest(f, "text"), "n")->number.i == 1);
    acdebug_error("HTTP", 500, NULL);
    const struct acd_peek_event *e = NULL;
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_ERROR, NULL, &e), 1);
    assert_true(acd_peek_is(&e->view.request.text, "req-abc"));
    acdebug_request_clear();
    acdebug_log(1, "cleared");
    assert_int_equal(newest(f, "cleared")->view.request.kind, ACD_REQUEST_NONE);
}

static void a_long_request_id_is_cut_and_an_empty_one_is_none(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_request_set_str("0123456789012345678901234567890123456789-more");
    acdebug_log(1, "long");
    assert_true(acd_peek_is(&newest(f, "long")->view.request.text,
                            "012345678901234567890123456789012345678"));
    acdebug_request_set_str("");
    acdebug_log(1, "empty");
    assert_int_equal(newest(f, "empty")->view.request.kind, ACD_REQUEST_NONE);
    acdebug_request_set_str(NULL);
    acdebug_log(1, "null");
    assert_int_equal(newest(f, "null")->view.request.kind, ACD_REQUEST_NONE);
}

static void an_explicit_request_overrides_the_current_one(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_request_set(1);
    acdebug_log(1, "explicit", ACDEBUG_REQUEST(2), ACDEBUG_INT("n", 3));
    assert_true(newest(f, "explicit")->view.request.number == 2);
    assert_true(field(newest(f, "explicit"), "n")->number.i == 3);
    acdebug_log(1, "as text", ACDEBUG_REQUEST_STR("async-7"));
    assert_true(acd_peek_is(&newest(f, "as text")->view.request.text, "async-7"));
    assert_int_equal(newest(f, "as text")->view.count, 0);
}

/* ---- secrets ---- */

static bool file_holds(const struct acd_peek *peek, const char *text)
{
    return memmem(peek->base, peek->bytes, text, strlen(text)) != NULL;
}

static void values_of_secret_names_never_reach_the_file(void **state)
{
    struct acd_fixture *f = *state;
    const acdebug_field fields[] = {acdebug_field_str("X-Api-Key", "hush-4"),
                                    acdebug_field_json("COOKIE", "\"hush-5\""),
                                    acdebug_field_uint("api_key", UINT64_C(0x7968736869683635))};
    acdebug_log(1, "static", ACDEBUG_STR("authorization", "hush-1"),
                ACDEBUG_STR("Proxy-Authorization", "hush-2"), ACDEBUG_STR("set-cookie", "hush-3"),
                ACDEBUG_INT("max_tokens", 5), ACDEBUG_STR("cookies", "shown"));
    acdebug_log_fields(0, 1, "dynamic", fields, 3);
    const struct acd_peek_event *e = newest(f, "static");
    assert_int_equal(e->view.count, 5);
    assert_true(field(e, "authorization")->secret);
    assert_true(field(e, "set-cookie")->secret);
    assert_true(field(e, "max_tokens")->number.i == 5);
    assert_true(acd_peek_is(&field(e, "cookies")->text, "shown"));
    assert_false(file_holds(&f->peek, "hush"));
    assert_false(file_holds(&f->peek, "yhshih65"));
    assert_false(file_holds(&f->peek, "56hihshy"));
    /* Negative control: the same value under a name that holds no secret is found. */
    acdebug_log(1, "control", ACDEBUG_STR("author", "hush-9"));
    assert_true(file_holds(&f->peek, "hush"));
}

static void secrets_stay_secret_in_a_second_ring(void **state)
{
    struct acd_fixture *f = *state;
    for (unsigned i = 0; i < 3; i++) {
        acdebug_log(1, "reopened", ACDEBUG_STR("api-key", "hush-1"), ACDEBUG_INT("n", i));
        assert_true(field(newest(f, "reopened"), "api-key")->secret);
        assert_true(field(newest(f, "reopened"), "n")->number.u == i);
        assert_false(file_holds(&f->peek, "hush"));
        assert_int_equal(acd_fixture_at_level(f, 3), 0);
    }
}

/* ---- too long ---- */

static void a_text_of_64_kib_arrives_and_a_longer_one_is_cut_and_says_so(void **state)
{
    struct acd_fixture *f = *state;
    static char text[100000];
    memset(text, 'x', sizeof text);
    acdebug_log(1, "whole", ACDEBUG_STRN("s", text, 65000), ACDEBUG_INT("n", 1));
    assert_int_equal(field(newest(f, "whole"), "s")->text.length, 65000);
    assert_int_equal(acd_peek_cut(&f->peek), 0);
    acdebug_log(1, "cut", ACDEBUG_STRN("s", text, sizeof text), ACDEBUG_INT("n", 2));
    const struct acd_peek_event *e = newest(f, "cut");
    assert_true(field(e, "s")->text.length > 65000);
    assert_int_equal(field(e, "s")->text.full_length, sizeof text);
    assert_true(field(e, "n")->number.i == 2);
    assert_true(e->record.payload_bytes <= ACD_RECORD_BYTES_MAX);
    assert_int_equal(acd_peek_cut(&f->peek), 1);
}

static void a_record_takes_at_most_a_quarter_of_a_small_lane(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    o.lane_bytes = o.small_lane_bytes = 4096;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    static char text[5000];
    memset(text, 'y', sizeof text);
    for (unsigned i = 0; i < 50; i++) {
        acdebug_log(1, "two long", ACDEBUG_STRN("a", text, sizeof text),
                    ACDEBUG_STRN("b", text, sizeof text), ACDEBUG_UINT("n", i));
        const struct acd_peek_event *e = newest(f, "two long");
        assert_true(e->record.payload_bytes <= 1024);
        assert_int_equal(field(e, "a")->text.full_length, sizeof text);
        assert_int_equal(field(e, "b")->text.full_length, sizeof text);
        assert_true(field(e, "n")->number.u == i);
    }
    assert_int_equal(acd_peek_cut(&f->peek), 50);
}

static void more_runtime_fields_than_fit_are_cut_and_counted(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_field fields[200];
    for (unsigned i = 0; i < 200; i++)
        fields[i] = acdebug_field_uint("some key", i);
    acdebug_log_fields(0, 1, "many", fields, 200);
    const struct acd_peek_event *e = newest(f, NULL);
    assert_true(e->view.count >= 32);
    assert_true(e->view.count < 200);
    assert_int_equal(acd_peek_cut(&f->peek), 1);
}

static void a_short_text_before_one_that_is_cut_stays_whole(void **state)
{
    struct acd_fixture *f = *state;
    static char text[100000];
    memset(text, 'z', sizeof text);
    acdebug_log(1, "both", ACDEBUG_STR("s", "short"), ACDEBUG_STRN("l", text, sizeof text));
    const struct acd_peek_event *e = newest(f, "both");
    assert_true(acd_peek_is(&field(e, "s")->text, "short"));
    assert_int_equal(field(e, "l")->text.full_length, sizeof text);
    assert_true(field(e, "l")->text.length < sizeof text);
}

/* Where numbers alone are too long for a small lane, the last ones go: to the byte, and one more. */
static void runtime_fields_that_do_not_fit_a_small_lane_are_left_out(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    acdebug_field fields[40];
    o.lane_bytes = o.small_lane_bytes = 4096;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    for (unsigned i = 0; i < 40; i++)
        fields[i] = acdebug_field_uint("a long key, which has just forty bytes..", i);
    acdebug_request_set(4711);
    for (unsigned n = 10; n <= 40; n++) {
        acdebug_log_fields(0, 1, "", fields, n);
        const struct acd_peek_event *e = newest(f, NULL);
        assert_true(e->record.payload_bytes <= 1024);
        assert_true(e->view.count >= 10 && e->view.count <= n + 1);
        assert_true(e->view.field[e->view.count - 1].number.u == e->view.count - 2);
    }
    assert_true(acd_peek_cut(&f->peek) >= 20);
    acdebug_request_clear();
}

static void a_call_that_comes_after_close_does_nothing(void **state)
{
    struct acd_fixture *f = *state;
    static struct acdebug_priv_site site = {
        .kind = ACD_KIND_LOG, .level = 1, .message = "late", .file = "late.c"};
    acdebug_priv_emit(&site, NULL);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "late", NULL), 1);
    acdebug_close();
    acdebug_priv_emit(&site, NULL); /* as from a thread that saw the level before */
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, "late", NULL), 1);
}

static void a_long_key_is_cut(void **state)
{
    struct acd_fixture *f = *state;
    char key[5000];
    memset(key, 'k', sizeof key - 1);
    key[sizeof key - 1] = '\0';
    acdebug_field one = acdebug_field_uint(key, 7);
    acdebug_log_fields(0, 1, "long key", &one, 1);
    const struct acd_peek_event *e = newest(f, NULL);
    assert_int_equal(e->view.count, 2);
    assert_true(e->view.field[1].key.length >= 64 && e->view.field[1].key.length < 4096);
    assert_true(e->view.field[1].number.u == 7);
}

/* ---- wrap ---- */

struct sequence {
    uint64_t next, count;
    bool good;
};

static int in_sequence(void *context, const struct acd_peek_event *event)
{
    struct sequence *s = context;
    const struct acd_field *n = acd_event_find(&event->view, "n");
    if (!n)
        return 0;
    s->good = s->good && (s->count == 0 || n->number.u == s->next) && !event->malformed;
    s->next = n->number.u + 1;
    s->count++;
    return 0;
}

static void a_lane_that_wrapped_holds_the_newest_in_order(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    o.lane_bytes = 4096;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    static const char text[] = "0123456789012345678901234567890123456789012345678901234567890123";
    for (uint64_t i = 0; i < 5000; i++) {
        acdebug_log(1, "wrap", ACDEBUG_UINT("n", i), ACDEBUG_STRN("s", text, i % sizeof text));
        if (i % 97 != 0)
            continue;
        struct sequence s = {.good = true};
        acd_peek_each(&f->peek, in_sequence, &s);
        assert_true(s.good);
        assert_true(s.next == i + 1);
        assert_true(i < 20 || s.count >= 20);
    }
    assert_true(acd_peek_records(&f->peek) > 5000);
}

/* In a row, over the lane's end, in one cell, two or many, with each kind of request before the fields. */
static void every_record_is_whole_wherever_its_cells_lie(void **state)
{
    struct acd_fixture *f = *state;
    acdebug_options o = acd_scratch_options(&f->dir, 3);
    char text[300];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('!' + i % 90);
    o.lane_bytes = 4096;
    assert_int_equal(acd_fixture_reopen(f, &o), 0);
    for (uint64_t i = 0; i < 4000; i++) {
        size_t n = i * 37 % sizeof text, id = i * 7 % 39;
        text[id] = '\0'; /* the request's end */
        if (i % 3 == 0)
            acdebug_request_clear();
        else if (i % 3 == 1)
            acdebug_request_set(i);
        else
            acdebug_request_set_str(text);
        text[id] = (char)('!' + id % 90);
        acdebug_log(1, "wherever", ACDEBUG_UINT("n", i), ACDEBUG_STRN("s", text, n),
                    ACDEBUG_DOUBLE("d", (double)i));
        const struct acd_peek_event *e = newest(f, "wherever");
        const struct acd_request *r = &e->view.request;
        assert_false(e->malformed);
        assert_true(field(e, "n")->number.u == i && field(e, "d")->number.d == (double)i);
        assert_int_equal(field(e, "s")->text.length, n);
        assert_memory_equal(field(e, "s")->text.bytes, text, n);
        assert_int_equal(r->kind, i % 3 == 2 && id == 0 ? ACD_REQUEST_NONE : i % 3);
        assert_true(r->kind != ACD_REQUEST_NUMBER || r->number == i);
        assert_true(r->kind != ACD_REQUEST_TEXT || r->text.length == id);
        if (r->kind == ACD_REQUEST_TEXT)
            assert_memory_equal(r->text.bytes, text, id);
    }
    acdebug_request_clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACD_FIXTURE_TEST(every_type_of_field_arrives),
        ACD_FIXTURE_TEST(every_length_of_text_arrives),
        ACD_FIXTURE_TEST(the_length_of_a_failed_call_is_none),
        ACD_FIXTURE_TEST(runtime_fields_arrive),
        ACD_FIXTURE_TEST(no_fields_are_none_whatever_their_number),
        ACD_FIXTURE_TEST(a_bad_category_or_level_makes_no_record),
        ACD_FIXTURE_TEST(what_is_off_evaluates_nothing),
        ACD_FIXTURE_TEST(the_current_request_goes_with_every_event),
        ACD_FIXTURE_TEST(a_long_request_id_is_cut_and_an_empty_one_is_none),
        ACD_FIXTURE_TEST(an_explicit_request_overrides_the_current_one),
        ACD_FIXTURE_TEST(values_of_secret_names_never_reach_the_file),
        ACD_FIXTURE_TEST(secrets_stay_secret_in_a_second_ring),
        ACD_FIXTURE_TEST(a_text_of_64_kib_arrives_and_a_longer_one_is_cut_and_says_so),
        ACD_FIXTURE_TEST(a_record_takes_at_most_a_quarter_of_a_small_lane),
        ACD_FIXTURE_TEST(more_runtime_fields_than_fit_are_cut_and_counted),
        ACD_FIXTURE_TEST(a_short_text_before_one_that_is_cut_stays_whole),
        ACD_FIXTURE_TEST(runtime_fields_that_do_not_fit_a_small_lane_are_left_out),
        ACD_FIXTURE_TEST(a_call_that_comes_after_close_does_nothing),
        ACD_FIXTURE_TEST(a_long_key_is_cut),
        ACD_FIXTURE_TEST(a_lane_that_wrapped_holds_the_newest_in_order),
        ACD_FIXTURE_TEST(every_record_is_whole_wherever_its_cells_lie),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
