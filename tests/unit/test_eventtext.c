/* SPDX-License-Identifier: MIT */
/* tui/view/eventtext: each kind in its short form, secrets hidden, whatever a ring holds. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/model/decode.h"
#include "tui/view/eventtext.h"

static void body_of(const struct acd_test_model *m, uint64_t sequence, char *out, size_t size)
{
    struct acd_entry e;
    struct acd_event_parts parts;
    assert_true(acd_store_get(m->fleet.store, sequence, &e));
    acd_eventtext_open(&parts, &m->fleet, &e);
    acd_eventtext_body(out, size, &e, &parts);
}

static void every_kind_has_its_short_form(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    const char *expected[] = {
        "server started",
        "request received path=/v1/chat/completions bytes=4096",
        "miss prompt sys_42 prefix_diverged at 40381 of 67584",
        "chat_completion @ model_loaded 232ms (+220ms)",
        NULL, /* the gap */
        "chat_completion completed in 1.9s",
        "HTTP 502 Proxy upstream timeout at https://[REDACTED]@host/ with Bearer [REDACTED] "
        "authorization=[REDACTED]",
        "L1 basic to L2 verbose by ada@host (acdebug-top)",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char body[ACD_EVENTTEXT_BYTES];
        if (!expected[i])
            continue;
        body_of(&m, i, body, sizeof body);
        assert_string_equal(body, expected[i]);
    }
    acd_test_model_fini(&m);
}

static void a_tracked_lookup_says_where_and_what(void **state)
{
    (void)state;
    struct acd_test_model m;
    char body[ACD_EVENTTEXT_BYTES];
    const struct acd_test_lookup l = {
        "prompt", "", "sys_42",   "88f", "prefix_diverged", ACD_OUTCOME_MISS, 500,
        67584,    0,  UINT64_MAX, 40381};
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_SHARED, 40381, NULL, 0},
        {ACD_KEY_CACHE_CLOSEST_REQUEST, 0, "88e", ACD_TYPE_STR},
        {ACD_KEY_CACHE_SPAN, 0, "system", ACD_TYPE_STR},
        {ACD_KEY_CACHE_SPAN_OFFSET, 38, NULL, 0},
        {ACD_KEY_CACHE_CHANGE, 0, "replaced", ACD_TYPE_STR},
        {ACD_KEY_CACHE_CHANGED_OLD, 17, NULL, 0},
        {ACD_KEY_CACHE_CHANGED_NEW, 17, NULL, 0},
        {ACD_KEY_CACHE_SPANS, 0, "[[\"system\",0]]", ACD_TYPE_JSON},
        {ACD_KEY_CACHE_SNIPPET, 0, "Bearer 0123456789abcdef", ACD_TYPE_STR},
    };
    acd_test_model_init(&m);
    acd_test_model_tracked(&m, acd_test_model_server(&m, "proxy", 1), &l, fields, 9);
    body_of(&m, 0, body, sizeof body);
    assert_string_equal(body, "miss prompt sys_42 prefix_diverged at 40381 of 67584 in system+38, "
                              "replaced 17 shared=40381 closest_request=88e "
                              "cache.snippet=\"Bearer [REDACTED]\"");
    acd_test_model_fini(&m);
}

static void reuse_says_the_rate_of_each_size(void **state)
{
    (void)state;
    struct acd_test_model m;
    char body[ACD_EVENTTEXT_BYTES];
    const struct acd_test_field fields[] = {
        {ACD_KEY_CACHE_TYPE, 0, "prompt", ACD_TYPE_STR},
        {ACD_KEY_CACHE_CAPACITY, 65536, NULL, 0},
        {ACD_KEY_INPUT_TOKENS, 7600000, NULL, 0},
        {ACD_KEY_CACHE_REUSE, 0, "[[65536,4600000],[131072,5600000]]", ACD_TYPE_JSON},
        {ACD_KEY_CACHE_REUSE, 0, "[[65536]]", ACD_TYPE_JSON},
    };
    struct acd_server *server;
    acd_test_model_init(&m);
    server = acd_test_model_server(&m, "proxy", 1);
    acd_test_model_reuse(&m, server, fields, 4);
    body_of(&m, 0, body, sizeof body);
    assert_string_equal(body, "prompt of 7.6M tokens 61% (now) in 65k, 74% in 131k");
    acd_test_model_reuse(&m, server, fields + 4, 1);
    body_of(&m, 1, body, sizeof body);
    assert_string_equal(body, "cache.reuse=[[65536]]");
    acd_test_model_fini(&m);
}

static void a_gap_says_how_many_and_why(void **state)
{
    (void)state;
    char text[96];
    struct acd_entry e = {.type = ACD_ENTRY_GAP, .lost = 1204, .cause = ACD_LOSS_DROPPED};
    acd_eventtext_gap(text, sizeof text, &e);
    assert_string_equal(text, "1,204 events lost here (dropped)");
    e.lost = 1;
    acd_eventtext_gap(text, sizeof text, &e);
    assert_string_equal(text, "1 event lost here (dropped)");
}

static void what_is_too_long_ends_in_dots(void **state)
{
    (void)state;
    struct acd_test_model m;
    char body[20];
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    body_of(&m, 1, body, sizeof body);
    assert_string_equal(body, "request received...");
    body_of(&m, 1, body, 1);
    assert_string_equal(body, "");
    acd_test_model_fini(&m);
}

static void damaged_and_orphaned_events_are_still_shown(void **state)
{
    (void)state;
    struct acd_test_model m;
    char body[ACD_EVENTTEXT_BYTES];
    static const uint64_t words[2] = {UINT64_MAX, 7};
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    struct acd_entry e = {.server = s->number,
                          .site = 0,
                          .kind = ACD_KIND_LOG,
                          .payload = words,
                          .payload_bytes = 16};
    assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    e.site = 4000;
    assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    e.server = 77;
    assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    body_of(&m, 0, body, sizeof body);
    assert_string_equal(body, "request received (damaged)");
    body_of(&m, 1, body, sizeof body);
    assert_string_equal(body, "(site 4000 is not known)");
    body_of(&m, 2, body, sizeof body);
    assert_string_equal(body, "(site 4000 is not known)");
    acd_test_model_fini(&m);
}

static void json_hides_what_its_names_say(void **state)
{
    (void)state;
    struct acd_test_model m;
    static const char text[] =
        "{\"api_key\": \"hunter2 hunter2\", \"max_tokens\": 5, \"cookie\": \"a=";
    static const struct acd_site_info site = {
        .number = 50,
        .site = {.kind = ACD_KIND_LOG,
                 .level = 1,
                 .fields = 1,
                 .message = {"sent", 4, 4},
                 .key = {{{"data", 4, 4}, ACD_TYPE_JSON, 0}}}};
    uint64_t words[20] = {acd_string_word(sizeof text - 1, 9000)};
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    assert_int_equal(acd_server_learn_site(s, &site), 0);
    memcpy(words + 1, text, sizeof text - 1);
    const struct acd_entry e = {.server = s->number,
                                .site = 50,
                                .kind = ACD_KIND_LOG,
                                .payload = words,
                                .payload_bytes = (uint32_t)(8 + acd_padded(sizeof text - 1))};
    assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    char body[ACD_EVENTTEXT_BYTES];
    body_of(&m, 0, body, sizeof body);
    assert_null(strstr(body, "hunter2"));
    assert_non_null(strstr(body, "sent data={\"api_key\": "));
    assert_non_null(strstr(body, "\"max_tokens\": 5"));
    assert_non_null(strstr(body, "... (9000 bytes)"));
    acd_test_model_fini(&m);
}

/* The text of an event that is all there is. */
static void body_of_one(const struct acd_site_info *site, const uint64_t *words, size_t bytes,
                        char *out, size_t size)
{
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    const struct acd_entry e = {.server = s->number,
                                .site = site->number,
                                .kind = site->site.kind,
                                .payload = words,
                                .payload_bytes = (uint32_t)bytes};
    assert_int_equal(acd_server_learn_site(s, site), 0);
    assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    body_of(&m, 0, out, size);
    acd_test_model_fini(&m);
}

static void a_change_of_single_categories_names_them(void **state)
{
    (void)state;
    static const struct acd_site_info site = {
        .number = 50,
        .site = {.kind = ACD_KIND_LEVEL,
                 .fields = 2,
                 .message = {"level", 5, 5},
                 .key = {{{ACD_KEY_LEVEL_FROM, sizeof ACD_KEY_LEVEL_FROM - 1, 0}, ACD_TYPE_UINT, 0},
                         {{ACD_KEY_LEVEL_TO, sizeof ACD_KEY_LEVEL_TO - 1, 0}, ACD_TYPE_UINT, 0}}}};
    char body[ACD_EVENTTEXT_BYTES];
    const uint64_t all = acd_levels_all(1);
    uint64_t words[2] = {all, acd_levels_with(all, ACD_CATEGORY_CACHE, 3)};
    body_of_one(&site, words, sizeof words, body, sizeof body);
    assert_string_equal(body, "cache L1 basic to L3 trace");
    words[1] = acd_levels_with(words[1], ACD_CATEGORY_LOG, 0);
    body_of_one(&site, words, sizeof words, body, sizeof body);
    assert_string_equal(body, "log L1 basic to L0 off, cache L1 basic to L3 trace");
}

static void what_is_cut_ends_in_a_whole_character(void **state)
{
    (void)state;
    static const struct acd_site_info site = {.number = 50,
                                              .site = {.kind = ACD_KIND_LOG,
                                                       .level = 1,
                                                       .fields = 1,
                                                       .message = {"sent", 4, 4},
                                                       .key = {{{"data", 4, 4}, ACD_TYPE_STR, 0}}}};
    char text[601], body[ACD_EVENTTEXT_BYTES], few[31];
    uint64_t words[1 + (sizeof text + 7) / 8] = {acd_string_word(sizeof text, sizeof text)};
    text[0] = 'x';
    for (size_t i = 1; i < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa4", 2);
    memcpy(words + 1, text, sizeof text);
    body_of_one(&site, words, sizeof words, body, sizeof body);
    assert_memory_equal(body, "sent data=x\xc3\xa4", 13);
    assert_string_equal(body + strlen("sent data=") + 399, "... (601 bytes)");
    body_of_one(&site, words, sizeof words, few, sizeof few);
    assert_string_equal(few + 11 + 16, "...");
    body_of_one(&site, words, sizeof words, few, sizeof few - 1);
    assert_string_equal(few + 11 + 14, "...");
}

static void a_logger_without_a_name_is_not_named(void **state)
{
    (void)state;
    struct acd_test_model m;
    static const struct acd_site_info site = {
        .number = 50,
        .site = {.kind = ACD_KIND_LOGGER,
                 .level = 1,
                 .fields = 2,
                 .message = {"logger", 6, 6},
                 .key = {{{ACD_KEY_LOGGER, sizeof ACD_KEY_LOGGER - 1, sizeof ACD_KEY_LOGGER - 1},
                          ACD_TYPE_STR,
                          0},
                         {{ACD_KEY_MESSAGE, sizeof ACD_KEY_MESSAGE - 1, sizeof ACD_KEY_MESSAGE - 1},
                          ACD_TYPE_STR,
                          0}}}};
    uint64_t words[4] = {acd_string_word(0, 0), acd_string_word(4, 4)};
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    assert_int_equal(acd_server_learn_site(s, &site), 0);
    memcpy(words + 2, "said", 4);
    const struct acd_entry e = {.server = s->number,
                                .site = 50,
                                .kind = ACD_KIND_LOGGER,
                                .payload = words,
                                .payload_bytes = 24};
    assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    char body[ACD_EVENTTEXT_BYTES];
    body_of(&m, 0, body, sizeof body);
    assert_string_equal(body, "said");
    acd_test_model_fini(&m);
}

#define TEXT_KEY(name)                                                                             \
    {                                                                                              \
        {name, sizeof name - 1, sizeof name - 1}, ACD_TYPE_STR, 0                                  \
    }

static void an_error_says_http_once_and_nothing_of_empty_fields(void **state)
{
    (void)state;
    struct acd_test_model m;
    static const struct acd_site_info site = {
        .number = 50,
        .site = {.kind = ACD_KIND_ERROR,
                 .level = 1,
                 .fields = 4,
                 .message = {"error", 5, 5},
                 .key = {TEXT_KEY(ACD_KEY_ERROR_TYPE),
                         {{ACD_KEY_STATUS, sizeof ACD_KEY_STATUS - 1, sizeof ACD_KEY_STATUS - 1},
                          ACD_TYPE_INT,
                          0},
                         TEXT_KEY(ACD_KEY_PROVIDER),
                         TEXT_KEY(ACD_KEY_MODEL)}}};
    uint64_t words[5] = {acd_string_word(4, 4)};
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    assert_int_equal(acd_server_learn_site(s, &site), 0);
    memcpy(words + 1, "HTTP", 4);
    struct acd_entry e = {.server = s->number,
                          .site = 50,
                          .kind = ACD_KIND_ERROR,
                          .payload = words,
                          .payload_bytes = sizeof words};
    char body[ACD_EVENTTEXT_BYTES];
    for (words[2] = 0; words[2] <= 502; words[2] += 502)
        assert_int_equal(acd_store_append(m.fleet.store, &e), 0);
    body_of(&m, 0, body, sizeof body);
    assert_string_equal(body, "HTTP");
    body_of(&m, 1, body, sizeof body);
    assert_string_equal(body, "HTTP 502");
    acd_test_model_fini(&m);
}

static void every_kind_reads_any_payload_without_harm(void **state)
{
    (void)state;
    struct acd_test_model m;
    uint64_t random = 88172645463325252u;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    for (unsigned i = 0; i < 20000; i++) {
        uint64_t words[40];
        for (size_t k = 0; k < 40; k++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            words[k] = random >> 60 ? random >> (random >> 58) : random % 24;
        }
        struct acd_entry e = {.server = s->number,
                              .site = i % 7,
                              .kind = (uint8_t)(i % 17),
                              .payload = words,
                              .payload_bytes = (uint32_t)(random >> 33) % 41 * 8,
                              .flags = random &
                                       (ACD_W2_REQUEST_STR | ACD_W2_REQUEST_U64 | ACD_W2_THREAD)};
        struct acd_event_parts parts;
        char body[200], request[72];
        acd_eventtext_open(&parts, &m.fleet, &e);
        acd_eventtext_body(body, sizeof body, &e, &parts);
        acd_decode_request(request, sizeof request, &parts.view.request);
        assert_true(strlen(body) < sizeof body);
    }
    acd_test_model_fini(&m);
}

static void times_are_local_and_other_days_are_dated(void **state)
{
    (void)state;
    assert_string_equal(acd_eventtext_time(ACD_TEST_NOW, ACD_TEST_NOW, 0).s, "12:00:02.000");
    assert_string_equal(acd_eventtext_time(ACD_TEST_NOW, ACD_TEST_NOW, 3600).s, "13:00:02.000");
    assert_string_equal(
        acd_eventtext_time(ACD_TEST_NOW - 86400 * ACD_TEST_SECOND, ACD_TEST_NOW, 0).s,
        "Mar13 12:00");
    assert_string_equal(acd_eventtext_time(0, ACD_TEST_NOW, 0).s, "Jan01 00:00");
    assert_string_equal(
        acd_eventtext_time(UINT64_C(951782400) * ACD_TEST_SECOND, ACD_TEST_NOW, 0).s,
        "Feb29 00:00");
    assert_string_equal(acd_eventtext_time(0, ACD_TEST_NOW, -3600).s, "Dec31 00:00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_its_short_form),
        cmocka_unit_test(a_tracked_lookup_says_where_and_what),
        cmocka_unit_test(reuse_says_the_rate_of_each_size),
        cmocka_unit_test(a_gap_says_how_many_and_why),
        cmocka_unit_test(what_is_too_long_ends_in_dots),
        cmocka_unit_test(damaged_and_orphaned_events_are_still_shown),
        cmocka_unit_test(json_hides_what_its_names_say),
        cmocka_unit_test(a_change_of_single_categories_names_them),
        cmocka_unit_test(what_is_cut_ends_in_a_whole_character),
        cmocka_unit_test(a_logger_without_a_name_is_not_named),
        cmocka_unit_test(an_error_says_http_once_and_nothing_of_empty_fields),
        cmocka_unit_test(every_kind_reads_any_payload_without_harm),
        cmocka_unit_test(times_are_local_and_other_days_are_dated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
