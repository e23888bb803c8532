/* SPDX-License-Identifier: MIT */
/* What a line means: kinds, keys, severities; and what it leaves in the ring. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "emitter/tools/mapping.h"
#include "emitter/tools/send.h"
#include "tests/support/fixture.h"

/* The program's one: mappings point into it. */
static struct acd_object object;
static struct acd_mapping mapping;

static const struct acd_mapping *map(const char *text)
{
    assert_int_equal(acd_object_read(&object, text, strlen(text)), 0);
    acd_mapping_make(&mapping, &object);
    return &mapping;
}

/* The type of a field; 0: there is none of that key. */
static unsigned field(const char *key)
{
    for (size_t i = 0; i < mapping.field_count; i++)
        if (strcmp(mapping.field[i].key, key) == 0)
            return mapping.field[i].type;
    return 0;
}

static void a_log_line_has_level_message_logger_request_and_fields(void **state)
{
    (void)state;
    const struct acd_mapping *x =
        map("{\"time\":\"12:00\",\"level\":\"WARN\",\"msg\":\"m\",\"logger\":\"l\","
            "\"request_id\":\"r\",\"n\":1,\"deep\":{\"a\":[]}}");
    assert_int_equal(x->kind, ACD_MAPPING_LOG);
    assert_int_equal(x->severity, ACD_MAPPING_WARNING);
    assert_string_equal(x->message, "m");
    assert_string_equal(x->logger, "l");
    assert_string_equal(x->request->text, "r");
    assert_int_equal(x->field_count, 3);
    assert_int_equal(field("time"), ACDEBUG_PRIV_STR);
    assert_int_equal(field("n"), ACDEBUG_PRIV_INT);
    assert_int_equal(field("deep"), ACDEBUG_PRIV_JSON);
}

static void levels_are_words_or_the_numbers_of_pino_and_syslog(void **state)
{
    static const struct {
        const char *level;
        enum acd_mapping_severity severity;
    } cases[] = {
        {"\"Info\"", ACD_MAPPING_INFO},    {"\"CRITICAL\"", ACD_MAPPING_ERRORS},
        {"\"trace\"", ACD_MAPPING_TRACE},  {"\"mild\"", ACD_MAPPING_NO_SEVERITY},
        {"10", ACD_MAPPING_TRACE},         {"20", ACD_MAPPING_DEBUG},
        {"30", ACD_MAPPING_INFO},          {"40", ACD_MAPPING_WARNING},
        {"60", ACD_MAPPING_ERRORS},        {"3", ACD_MAPPING_ERRORS},
        {"4", ACD_MAPPING_WARNING},        {"6", ACD_MAPPING_INFO},
        {"7", ACD_MAPPING_DEBUG},          {"9", ACD_MAPPING_NO_SEVERITY},
        {"-1", ACD_MAPPING_NO_SEVERITY},   {"1.5", ACD_MAPPING_NO_SEVERITY},
        {"1000", ACD_MAPPING_NO_SEVERITY}, {"[]", ACD_MAPPING_NO_SEVERITY},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[80];
        snprintf(text, sizeof text, "{\"level\":%s}", cases[i].level);
        const struct acd_mapping *x = map(text);
        assert_int_equal(x->severity, cases[i].severity);
        /* What isn't understood stays a field. */
        assert_int_equal(x->field_count, cases[i].severity == ACD_MAPPING_NO_SEVERITY);
    }
}

static void a_lookup_has_its_tokens_as_the_provider_counts_them(void **state)
{
    (void)state;
    const struct acd_mapping *x =
        map("{\"event\":\"cache\",\"type\":\"prompt\",\"outcome\":\"Partial\",\"key\":\"k\","
            "\"prompt_tokens\":9,\"cached_tokens\":4,\"diverged_at\":4,\"age_ms\":1.5,"
            "\"model\":\"m\",\"tokens\":3}");
    assert_int_equal(x->kind, ACD_MAPPING_CACHE);
    assert_int_equal(x->lookup.outcome, ACDEBUG_PARTIAL);
    assert_int_equal(x->lookup.input_tokens, 9);
    assert_int_equal(x->lookup.cached_tokens, 4);
    assert_true(x->lookup.created_tokens == ACDEBUG_UNKNOWN);
    assert_int_equal(x->lookup.age_ns, 1500000);
    assert_string_equal(x->lookup.model, "m");
    assert_false(x->exclusive);
    assert_true(field("tokens"));
    x = map("{\"event\":\"cache.hit\",\"cache_type\":\"a\",\"input_tokens\":1,"
            "\"cache_read_input_tokens\":2}");
    assert_int_equal(x->lookup.outcome, ACDEBUG_HIT);
    assert_true(x->exclusive);
    x = map("{\"kind\":\"cache\",\"type\":\"a\",\"hit\":false,\"input_tokens\":\"many\"}");
    assert_int_equal(x->lookup.outcome, ACDEBUG_MISS);
    assert_true(x->lookup.input_tokens == ACDEBUG_UNKNOWN);
    assert_true(field("input_tokens"));
}

static void durations_have_units_and_bounds(void **state)
{
    (void)state;
    assert_int_equal(map("{\"event\":\"timer\",\"name\":\"t\",\"duration_ms\":2.5}")->elapsed_ns,
                     2500000);
    assert_int_equal(map("{\"event\":\"timer\",\"name\":\"t\",\"duration_s\":3}")->elapsed_ns,
                     UINT64_C(3000000000));
    assert_int_equal(map("{\"event\":\"timer\",\"name\":\"t\",\"duration_ns\":7}")->elapsed_ns, 7);
    assert_true(map("{\"event\":\"timer\",\"name\":\"t\",\"duration_ms\":-1}")->incomplete);
    assert_true(map("{\"event\":\"timer\",\"name\":\"t\",\"duration_ms\":1e300}")->incomplete);
    assert_true(map("{\"event\":\"timer\",\"name\":\"t\",\"duration_ms\":1e999}")->incomplete);
}

static void what_lacks_a_key_is_a_log_line_with_all_its_fields(void **state)
{
    static const char *const lines[] = {
        "{\"event\":\"cache_hit\",\"key\":\"k\"}",
        "{\"event\":\"cache_evict\",\"type\":7}",
        "{\"event\":\"timer_start\",\"label\":\"x\"}",
        "{\"event\":\"timer_checkpoint\",\"name\":\"x\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const struct acd_mapping *x = map(lines[i]);
        assert_true(x->incomplete);
        assert_int_equal(x->kind, ACD_MAPPING_LOG);
        assert_int_equal(strncmp(x->message, i < 2 ? "cache" : "timer", 5), 0);
    }
}

static void an_event_that_is_no_kind_is_the_message(void **state)
{
    (void)state;
    const struct acd_mapping *x = map("{\"event\":\"user logged in\",\"level\":\"info\"}");
    assert_string_equal(x->message, "user logged in");
    assert_int_equal(x->field_count, 0);
    x = map("{\"event\":\"e\",\"msg\":\"m\"}");
    assert_string_equal(x->message, "m");
    assert_true(field("event"));
    assert_string_equal(map("{}")->message, "(no message)");
}

static void fields_beyond_the_limit_are_said(void **state)
{
    char text[4096];
    size_t n = 0;
    (void)state;
    for (unsigned i = 0; i < ACD_MAPPING_FIELDS + 1; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%c\"k%u\":%u", i ? ',' : '{', i, i);
    snprintf(text + n, sizeof text - n, "}");
    assert_true(map(text)->left_out);
    assert_int_equal(mapping.field_count, ACD_MAPPING_FIELDS);
    text[n - 5 - 1] = '\0'; /* without the last member: ,"k48":48 */
    *strrchr(text, ',') = '\0';
    strcat(text, "}");
    assert_false(map(text)->left_out);
}

/* ---- in the ring ---- */

static int send(struct acd_send *s, const char *text)
{
    (void)map(text);
    return acd_send_event(s, &mapping);
}

static void lines_of_each_kind_reach_the_ring(void **state)
{
    struct acd_fixture *f = *state;
    static struct acd_send s;
    const struct acd_peek_event *e = NULL;
    s = (struct acd_send){0};
    assert_int_equal(send(&s, "{\"msg\":\"plain\",\"n\":-5,\"request_id\":7}"), 0);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOG, NULL, &e), 1);
    assert_true(acd_event_find(&e->view, "n")->number.i == -5);
    assert_int_equal(send(&s, "{\"msg\":\"bad\",\"level\":\"error\",\"password\":\"p\"}"), 0);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_LOGGER, NULL, NULL), 1);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "ERROR")->count), 1);
    assert_int_equal(send(&s, "{\"event\":\"error\",\"type\":\"HTTP\",\"status\":502}"), 0);
    assert_int_equal(acd_peek_word(&acd_peek_error(&f->peek, "HTTP")->count), 1);
    assert_int_equal(send(&s, "{\"event\":\"cache_miss\",\"type\":\"p\",\"reason\":\"evicted\","
                              "\"input_tokens\":10,\"cache_read_input_tokens\":30}"),
                     0);
    assert_int_equal(send(&s, "{\"event\":\"cache_evict\",\"type\":\"p\",\"count\":4}"), 0);
    struct acd_peek_cache c;
    acd_peek_cache(&f->peek, "p", "", &c);
    assert_int_equal(c.outcome[ACDEBUG_MISS], 1);
    assert_int_equal(c.input_tokens, 40);
    assert_int_equal(c.evictions, 4);
    assert_int_equal(acd_peek_reason(&f->peek, "p", "evicted"), 1);
}

static void timers_run_from_line_to_line_each_by_its_id(void **state)
{
    struct acd_fixture *f = *state;
    static struct acd_send s;
    s = (struct acd_send){0};
    assert_int_equal(send(&s, "{\"event\":\"timer_start\",\"name\":\"t\",\"request_id\":\"a\"}"),
                     0);
    assert_int_equal(send(&s, "{\"event\":\"timer_start\",\"name\":\"t\",\"request_id\":\"b\"}"),
                     0);
    assert_int_equal(
        send(
            &s,
            "{\"event\":\"timer_checkpoint\",\"name\":\"t\",\"request_id\":\"a\",\"label\":\"l\"}"),
        0);
    assert_int_equal(send(&s, "{\"event\":\"timer_end\",\"name\":\"t\",\"request_id\":\"b\"}"), 0);
    assert_int_equal(send(&s, "{\"event\":\"timer_end\",\"name\":\"t\",\"request_id\":\"b\"}"),
                     -ENOENT);
    assert_int_equal(
        send(&s,
             "{\"event\":\"timer_fail\",\"name\":\"t\",\"request_id\":\"a\",\"error_type\":\"X\"}"),
        0);
    struct acd_timer_entry *t = acd_peek_timer(&f->peek, "t");
    assert_int_equal(acd_peek_word(&t->timing.count), 2);
    assert_int_equal(acd_peek_word(&t->failed), 1);
    assert_int_equal(acd_peek_word(&acd_peek_label(t, "l")->timing.count), 1);
    /* An end whose start nobody saw, but which says how long it took. */
    assert_int_equal(send(&s, "{\"event\":\"timer_end\",\"name\":\"t\",\"duration_ms\":4}"), 0);
    assert_int_equal(acd_peek_word(&t->timing.count), 3);
}

static void timers_that_never_end_make_room(void **state)
{
    struct acd_fixture *f = *state;
    static struct acd_send s;
    char text[120];
    s = (struct acd_send){0};
    for (unsigned i = 0; i < ACD_SEND_TIMERS + 10; i++) {
        snprintf(text, sizeof text, "{\"event\":\"timer_start\",\"name\":\"t\",\"request_id\":%u}",
                 i);
        assert_int_equal(send(&s, text), 0);
    }
    assert_int_equal(s.no_end, 10);
    assert_int_equal(acd_peek_word(&acd_peek_timer(&f->peek, "t")->failed), 10);
    assert_int_equal(send(&s, "{\"event\":\"timer_end\",\"name\":\"t\",\"request_id\":9}"),
                     -ENOENT);
    assert_int_equal(send(&s, "{\"event\":\"timer_end\",\"name\":\"t\",\"request_id\":10}"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_line_has_level_message_logger_request_and_fields),
        cmocka_unit_test(levels_are_words_or_the_numbers_of_pino_and_syslog),
        cmocka_unit_test(a_lookup_has_its_tokens_as_the_provider_counts_them),
        cmocka_unit_test(durations_have_units_and_bounds),
        cmocka_unit_test(what_lacks_a_key_is_a_log_line_with_all_its_fields),
        cmocka_unit_test(an_event_that_is_no_kind_is_the_message),
        cmocka_unit_test(fields_beyond_the_limit_are_said),
        ACD_FIXTURE_TEST(lines_of_each_kind_reach_the_ring),
        ACD_FIXTURE_TEST(timers_run_from_line_to_line_each_by_its_id),
        ACD_FIXTURE_TEST(timers_that_never_end_make_room),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    acd_object_fini(&object);
    return failed != 0;
}
