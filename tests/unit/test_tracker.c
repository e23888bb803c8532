/* SPDX-License-Identifier: MIT */
/* emitter/track: a prompt's finding, the event it makes, and what a tracker refuses. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fixture.h"

#define BLOCK 64
#define TEXT_BYTES 4096

static acdebug_tracker *make_tracker(const acdebug_tracker_options *options)
{
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_tracker *tracker = NULL;
    o.block_tokens = BLOCK;
    assert_int_equal(acdebug_tracker_new(&tracker, options ? options : &o), 0);
    return tracker;
}

static acdebug_finding track_answered(acdebug_tracker *tracker, const acdebug_prompt *prompt,
                                      const acdebug_lookup *answer)
{
    acdebug_finding found = {.size = sizeof found};
    assert_int_equal(acdebug_track(tracker, prompt, answer, &found), 0);
    return found;
}

static acdebug_finding track_text(acdebug_tracker *tracker, const char *text)
{
    static const acdebug_span spans[] = {{"system", 0}, {"messages", 1000}};
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    prompt.bytes = text;
    prompt.bytes_count = strlen(text);
    prompt.spans = spans;
    prompt.spans_count = 2;
    return track_answered(tracker, &prompt, NULL);
}

/* `head`, then words without an end. */
static const char *text_with(const char *head, char *store)
{
    int used = snprintf(store, TEXT_BYTES, "%s", head);
    for (unsigned i = 0; used < 2000; i++)
        used += snprintf(store + used, TEXT_BYTES - (size_t)used, " word%u", i * i % 1009);
    return store;
}

static void a_changing_time_stamp_is_named_with_its_place(void **state)
{
    char text[TEXT_BYTES];
    acdebug_tracker *tracker = make_tracker(NULL);
    acdebug_finding f;
    (void)state;
    f = track_text(tracker, text_with("You help. It is 2026-11-22 10:31:05.", text));
    assert_int_equal(f.outcome, ACDEBUG_MISS);
    assert_string_equal(f.reason, "cold");
    assert_true(f.closest_tokens == ACDEBUG_UNKNOWN);
    f = track_text(tracker, text_with("You help. It is 2026-11-22 10:32:07.", text));
    assert_int_equal(f.outcome, ACDEBUG_MISS);
    assert_string_equal(f.reason, "prefix_diverged");
    assert_int_equal(f.diverged_at, 31);
    assert_int_equal(f.closest_tokens, strlen(text));
    assert_string_equal(f.span, "system");
    assert_int_equal(f.span_offset, 16);
    assert_string_equal(f.change, "replaced");
    assert_int_equal(f.changed_old, 19);
    assert_int_equal(f.changed_new, 19);
    assert_string_equal(f.looks_like, "time");
    acdebug_tracker_free(tracker);
}

static void a_prompt_that_comes_again_hits_and_one_that_goes_on_is_cold_behind(void **state)
{
    char text[TEXT_BYTES];
    acdebug_tracker *tracker = make_tracker(NULL);
    acdebug_finding f;
    (void)state;
    track_text(tracker, text_with("one", text));
    f = track_text(tracker, text);
    assert_int_equal(f.outcome, ACDEBUG_HIT);
    assert_null(f.reason);
    assert_int_equal(f.cached_tokens, strlen(text) / BLOCK * BLOCK);
    strcat(text, " and then the user asks one thing more, which is longer than a block is");
    f = track_text(tracker, text);
    assert_int_equal(f.outcome, ACDEBUG_PARTIAL);
    assert_string_equal(f.reason, "cold");
    assert_null(f.change);
    acdebug_tracker_free(tracker);
}

/* A token is a character. */
static size_t write_letters(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                            size_t room)
{
    size_t i = 0;
    (void)context;
    for (; i < count && i < room; i++)
        ret_text[i] = (char)tokens[i];
    return i;
}

static acdebug_finding track_letters(acdebug_tracker *tracker, const char *head)
{
    uint32_t tokens[TEXT_BYTES];
    char text[TEXT_BYTES];
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    text_with(head, text);
    for (size_t i = 0; i < strlen(text); i++)
        tokens[i] = (unsigned char)text[i];
    prompt.tokens = tokens;
    prompt.tokens_count = strlen(text);
    return track_answered(tracker, &prompt, NULL);
}

static void assert_stamp(const acdebug_finding *f, unsigned parts_at, unsigned begins_at)
{
    assert_string_equal(f->reason, "prefix_diverged");
    assert_int_equal(f->diverged_at, parts_at);
    assert_int_equal(f->span_offset, begins_at);
    assert_int_equal(f->changed_old, f->changed_new);
    assert_string_equal(f->looks_like, "time");
}

static void a_time_stamp_of_tokens_begins_where_its_word_does(void **state)
{
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_finding f;
    (void)state;
    o.detokenize = write_letters;
    acdebug_tracker *tracker = make_tracker(&o);
    track_letters(tracker, "You help. It is 2026-11-22 10:31:05.");
    f = track_letters(tracker, "You help. It is 2026-11-22 10:31:07.");
    assert_stamp(&f, 34, 16);
    assert_int_equal(f.changed_old, 19);
    f = track_letters(tracker, "You help. It is 2026-11-22 10:42:07.");
    assert_stamp(&f, 30, 16);
    assert_int_equal(f.changed_old, 19);
    acdebug_tracker_free(tracker);
    o.detokenize = NULL;
    tracker = make_tracker(&o);
    track_letters(tracker, "You help. It is 2026-11-22 10:31:05.");
    f = track_letters(tracker, "You help. It is 2026-11-22 10:31:07.");
    assert_int_equal(f.span_offset, 34);
    assert_int_equal(f.changed_old, 1);
    acdebug_tracker_free(tracker);
}

/* "<system>", and what the chat says from one of its turns on. */
static const char *chat_text(const char *name, unsigned first_turn, char *store)
{
    int used = 0;
    for (unsigned i = 0; i < 30; i++)
        used += snprintf(store + used, TEXT_BYTES - (size_t)used, "Rule %u of all. ", i * 37);
    for (unsigned i = first_turn; i < 20; i++)
        used += snprintf(store + used, TEXT_BYTES - (size_t)used, "<user>%c turn %u of %s. ",
                         'a' + (int)(i * 7 % 5), i * 31, name);
    return store;
}

/* The first letter of what follows the cut is that of another chat, too. */
static void a_cut_history_is_laid_beside_its_own_chat(void **state)
{
    char text[TEXT_BYTES];
    acdebug_tracker *tracker = make_tracker(NULL);
    acdebug_finding f;
    (void)state;
    acdebug_request_set_str("other");
    track_text(tracker, chat_text("parrots", 5, text));
    acdebug_request_set_str("mine");
    track_text(tracker, chat_text("whales", 0, text));
    acdebug_request_set_str("newest");
    track_text(tracker, chat_text("trains", 1, text));
    acdebug_request_set_str("mine, cut");
    f = track_text(tracker, chat_text("whales", 5, text));
    acdebug_request_set_str("");
    assert_string_equal(f.closest_request, "mine");
    assert_string_equal(f.change, "removed");
    assert_string_equal(f.reason, "prefix_diverged");
    acdebug_tracker_free(tracker);
}

/* None is like it: the one that shares the longest start. */
static void what_is_like_none_is_laid_beside_the_longest_start(void **state)
{
    char text[TEXT_BYTES];
    acdebug_tracker *tracker = make_tracker(NULL);
    acdebug_finding f;
    (void)state;
    acdebug_request_set_str("longest");
    track_text(tracker, text_with("A system prompt of a chat about whales", text));
    acdebug_request_set_str("newest");
    track_text(tracker, chat_text("trains", 1, text));
    acdebug_request_set_str("");
    memset(text, 'x', 500);
    memcpy(text, "A system prompt", 15);
    text[500] = '\0';
    f = track_text(tracker, text);
    assert_string_equal(f.closest_request, "longest");
    assert_int_equal(f.shared_tokens, 15);
    assert_string_equal(f.reason, "cold");
    acdebug_tracker_free(tracker);
}

static void what_the_server_did_not_use_is_told_from_what_was_not_there(void **state)
{
    uint32_t tokens[1000];
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_lookup answer = ACDEBUG_LOOKUP_INIT;
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    (void)state;
    o.capacity_tokens = 100000;
    o.ttl_ns = 1000000000;
    acdebug_tracker *tracker = make_tracker(&o);
    for (uint32_t i = 0; i < 1000; i++)
        tokens[i] = i * 7;
    prompt.tokens = tokens;
    prompt.tokens_count = 1000;
    prompt.now_ns = 1000000000;
    prompt.slot = 3;
    answer.cached_tokens = 0;
    assert_string_equal(track_answered(tracker, &prompt, &answer).reason, "cold");
    answer.cached_tokens = 992; /* all but the last token's block */
    assert_int_equal(track_answered(tracker, &prompt, &answer).outcome, ACDEBUG_HIT);
    answer.cached_tokens = 160;
    acdebug_finding f = track_answered(tracker, &prompt, &answer);
    assert_int_equal(f.outcome, ACDEBUG_PARTIAL);
    assert_string_equal(f.reason, "not_stored");
    assert_int_equal(f.diverged_at, 160);
    answer.cached_tokens = 0;
    prompt.slot = 4;
    assert_string_equal(track_answered(tracker, &prompt, &answer).reason, "other_replica");
    prompt.now_ns = 3000000000;
    assert_string_equal(track_answered(tracker, &prompt, &answer).reason, "expired");
    prompt.tokens_count = 15;
    assert_string_equal(track_answered(tracker, &prompt, &answer).reason, "below_minimum");
    acdebug_tracker_free(tracker);
}

/* Two prompts of 1,000 tokens in a cache of 1,600: each puts the other out. */
static void a_working_set_larger_than_the_cache_is_told_with_what_a_larger_one_would_do(
    void **state)
{
    uint32_t tokens[1000];
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    uint64_t cached = 1, input = 0;
    (void)state;
    o.capacity_tokens = 1600;
    acdebug_tracker *tracker = make_tracker(&o);
    prompt.tokens = tokens;
    prompt.tokens_count = 1000;
    for (unsigned round = 0; round < 10; round++)
        for (uint32_t p = 0; p < 2; p++) {
            for (uint32_t i = 0; i < 1000; i++)
                tokens[i] = i + p * 5000;
            const acdebug_finding f = track_answered(tracker, &prompt, NULL);
            assert_int_equal(f.outcome, round == 0 ? ACDEBUG_MISS : ACDEBUG_PARTIAL);
            assert_string_equal(f.reason, round == 0 ? "cold" : "evicted");
        }
    assert_int_equal(acdebug_tracker_reuse(tracker, 3200, &cached, &input), 0);
    assert_int_equal(input, 20000);
    assert_int_equal(cached, 18 * 992);
    assert_int_equal(acdebug_tracker_reuse(tracker, 960, &cached, &input), 0);
    assert_int_equal(cached, 0);
    assert_int_equal(acdebug_tracker_reuse(tracker, UINT64_MAX, &cached, &input), -ERANGE);
    acdebug_tracker_free(tracker);
}

static const struct acd_field *field_of(const struct acd_peek_event *event, const char *key)
{
    return acd_event_find(&event->view, key);
}

static void assert_text(const struct acd_peek_event *event, const char *key, const char *text)
{
    const struct acd_field *field = field_of(event, key);
    assert_non_null(field);
    assert_int_equal(field->text.length, strlen(text));
    assert_memory_equal(field->text.bytes, text, field->text.length);
}

static void the_lookups_event_carries_what_was_found(void **state)
{
    struct acd_fixture *f = *state;
    char text[TEXT_BYTES];
    const struct acd_peek_event *event;
    assert_int_equal(acd_fixture_at_level(f, 1), 0);
    acdebug_tracker *tracker = make_tracker(NULL);
    acdebug_request_set(4711);
    track_text(tracker, text_with("id 123e4567-e89b-12d3-a456-426614174000", text));
    acdebug_request_set(4712);
    track_text(tracker, text_with("id 00112233-e89b-12d3-a456-426614174000", text));
    acdebug_request_clear();
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_CACHE, "lookup", &event), 2);
    assert_text(event, ACD_KEY_CACHE_REASON, "prefix_diverged");
    assert_text(event, ACD_KEY_CACHE_CLOSEST_REQUEST, "4711");
    assert_text(event, ACD_KEY_CACHE_SPAN, "system");
    assert_text(event, ACD_KEY_CACHE_LOOKS_LIKE, "uuid");
    assert_text(event, ACD_KEY_CACHE_SPANS, "[[\"system\",0],[\"messages\",1000]]");
    assert_int_equal(field_of(event, ACD_KEY_CACHE_DIVERGED)->number.u, 3);
    assert_int_equal(field_of(event, ACD_KEY_CACHE_PREDICTED)->number.u, 1);
    assert_null(field_of(event, ACD_KEY_CACHE_SNIPPET));
    for (unsigned i = 0; i < 6; i++)
        track_text(tracker, text);
    assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_REUSE, NULL, &event), 1);
    assert_text(event, ACD_KEY_CACHE_TYPE, "prompt");
    acdebug_tracker_free(tracker);
}

/* Off unless asked for, at level 3 only, and without secrets. */
static void snippets_need_the_flag_and_level_3_and_are_redacted(void **state)
{
    struct acd_fixture *f = *state;
    char text[TEXT_BYTES];
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    const struct acd_peek_event *event;
    for (int level = 2; level <= 3; level++)
        for (unsigned flags = 0; flags <= ACDEBUG_TRACK_SNIPPETS; flags++) {
            assert_int_equal(acd_fixture_at_level(f, level), 0);
            o.flags = flags;
            acdebug_tracker *tracker = make_tracker(&o);
            track_text(tracker, text_with("Authorization: Bearer abcdef123456\nIt is RED", text));
            track_text(tracker, text_with("Authorization: Bearer abcdef123456\nIt is BLUE", text));
            assert_int_equal(acd_peek_find(&f->peek, ACD_KIND_CACHE, "lookup", &event), 2);
            const struct acd_field *field = field_of(event, ACD_KEY_CACHE_SNIPPET);
            assert_int_equal(field != NULL, level == 3 && flags != 0);
            if (field) {
                assert_non_null(memmem(field->text.bytes, field->text.length, "BLUE", 4));
                assert_null(memmem(field->text.bytes, field->text.length, "abcdef", 6));
                assert_text(event, ACD_KEY_CACHE_CHANGE, "replaced");
            }
            acdebug_tracker_free(tracker);
        }
}

static void prompts_of_another_model_are_not_compared_whichever_way_it_is_said(void **state)
{
    static const char *const names[] = {"one", "two"};
    uint32_t tokens[200] = {0};
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    (void)state;
    prompt.tokens = tokens;
    prompt.tokens_count = 200;
    for (int as_field = 0; as_field < 2; as_field++) {
        acdebug_tracker *tracker = make_tracker(NULL);
        for (int i = 0; i < 4; i++) {
            const acdebug_field field = acdebug_field_str(ACD_KEY_MODEL, names[i % 2]);
            acdebug_lookup answer = ACDEBUG_LOOKUP_INIT;
            answer.model = as_field ? NULL : names[i % 2];
            answer.fields = as_field ? &field : NULL;
            answer.fields_count = (size_t)as_field;
            assert_int_equal(track_answered(tracker, &prompt, &answer).outcome,
                             i < 2 ? ACDEBUG_MISS : ACDEBUG_HIT);
        }
        acdebug_tracker_free(tracker);
    }
}

static void what_cannot_be_is_refused(void **state)
{
    acdebug_tracker *tracker = make_tracker(NULL);
    acdebug_tracker_options o = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_prompt prompt = ACDEBUG_PROMPT_INIT;
    static const uint32_t tokens[100];
    (void)state;
    assert_int_equal(acdebug_tracker_new(NULL, NULL), -EINVAL);
    o.budget_bytes = 1;
    assert_int_equal(acdebug_tracker_new(&tracker, &o), -EINVAL);
    assert_int_equal(acdebug_track(NULL, &prompt, NULL, NULL), -EINVAL);
    assert_int_equal(acdebug_track(tracker, NULL, NULL, NULL), -EINVAL);
    assert_int_equal(acdebug_track(tracker, &prompt, NULL, NULL), 0); /* empty: below the minimum */
    prompt.bytes_count = 1000;
    assert_int_equal(acdebug_track(tracker, &prompt, NULL, NULL), 0); /* NULL is empty, too */
    prompt.tokens = tokens;
    prompt.tokens_count = 100;
    assert_int_equal(acdebug_track(tracker, &prompt, NULL, NULL), 0);
    prompt.tokens = NULL;
    prompt.bytes = tokens;
    prompt.bytes_count = sizeof tokens;
    assert_int_equal(acdebug_track(tracker, &prompt, NULL, NULL),
                     -EINVAL); /* not its kind of units */
    acdebug_tracker_free(tracker);
    acdebug_tracker_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changing_time_stamp_is_named_with_its_place),
        cmocka_unit_test(a_prompt_that_comes_again_hits_and_one_that_goes_on_is_cold_behind),
        cmocka_unit_test(a_time_stamp_of_tokens_begins_where_its_word_does),
        cmocka_unit_test(a_cut_history_is_laid_beside_its_own_chat),
        cmocka_unit_test(what_is_like_none_is_laid_beside_the_longest_start),
        cmocka_unit_test(what_the_server_did_not_use_is_told_from_what_was_not_there),
        cmocka_unit_test(
            a_working_set_larger_than_the_cache_is_told_with_what_a_larger_one_would_do),
        cmocka_unit_test_setup_teardown(the_lookups_event_carries_what_was_found, acd_fixture_setup,
                                        acd_fixture_teardown),
        cmocka_unit_test_setup_teardown(snippets_need_the_flag_and_level_3_and_are_redacted,
                                        acd_fixture_setup, acd_fixture_teardown),
        cmocka_unit_test(prompts_of_another_model_are_not_compared_whichever_way_it_is_said),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
