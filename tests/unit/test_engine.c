/* SPDX-License-Identifier: MIT */
/* The example server without its network: each answer that it can give, and what it counts of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/examples/chat.h"
#include "emitter/examples/embed.h"

#define QUESTION                                                                                   \
    "Why does the second prompt of a conversation take less time than the first one did, when "    \
    "it is the longer of the two, and all of the first stands in it, word for word, and more?"

static struct acd_delay *delay;

static int make_delay(void **state)
{
    (void)state;
    delay = acd_delay_new();
    return delay == NULL;
}

static int free_delay(void **state)
{
    (void)state;
    acd_delay_free(delay);
    return 0;
}

static struct acd_engine *engine_of(unsigned fail_every, size_t concurrency_max)
{
    struct acd_engine_options options = acd_engine_options_default(delay);
    struct acd_engine *engine;

    options.model_load_ns = 0;
    options.prefill_ns = 0;
    options.decode_ns = 0;
    options.context_tokens = 500;
    options.fail_every = fail_every;
    options.concurrency_max = concurrency_max;
    assert_int_equal(acd_engine_new(&engine, &options), 0);
    return engine;
}

static struct acd_incoming request_of(const char *body)
{
    return (struct acd_incoming){.body = body, .bytes = strlen(body)};
}

static struct acd_chat *begin(struct acd_engine *engine, const char *content, size_t max_tokens,
                              struct acd_failure *ret_failure)
{
    const struct acd_wire_message message = {"user", content};
    const struct acd_wire_question question = {
        .model = "example-8b",
        .conversation = "talk",
        .messages = &message,
        .message_count = 1,
        .max_tokens = max_tokens,
        .is_cached = true,
    };
    struct acd_chat_lookups lookups;
    struct acd_chat *chat;
    char *body = acd_wire_chat_body(&question);

    const struct acd_incoming request = request_of(body);

    chat = acd_chat_begin(engine, &request, &lookups, ret_failure);
    free(body);
    return chat;
}

static void assert_count(struct acd_engine *engine, const char *name, uint64_t expected)
{
    const uint64_t count = acd_engine_count(engine, name);

    if (count != expected) {
        fail_msg("%s is %llu, not %llu", name, (unsigned long long)count,
                 (unsigned long long)expected);
    }
}

static void a_chat_passes_all_its_checkpoints_once(void **state)
{
    static const char *const labels[] = {"cache_check", "model_loaded", "prefill", "first_token",
                                         "inference_complete"};
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    struct acd_wire_answer answer;
    struct acd_chat *chat = begin(engine, QUESTION, 5, &failure);
    char *text;

    (void)state;
    assert_non_null(chat);
    text = acd_chat_rest(chat);
    assert_string_equal(text, "Why does the second prompt");
    free(text);
    answer = acd_chat_answer(chat);
    assert_string_equal(answer.finish_reason, "length");
    assert_int_equal(answer.usage.completion_tokens, 5);
    assert_int_equal(answer.usage.cached_tokens, 0);
    acd_chat_end(chat);
    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        char name[80];

        snprintf(name, sizeof(name), "timer.chat_completion.checkpoint.%s", labels[i]);
        assert_count(engine, name, 1);
    }
    assert_count(engine, "timer.chat_completion.count", 1);
    assert_count(engine, "timer.chat_completion.failed", 0);
    assert_count(engine, "status.200", 1);
    acd_engine_free(engine);
}

static void the_second_prompt_of_a_conversation_is_found(void **state)
{
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    struct acd_wire_answer answer;
    struct acd_chat *chat = begin(engine, QUESTION, 1, &failure);

    (void)state;
    acd_chat_end(chat);
    chat = begin(engine, QUESTION " And once more, so that it is a longer one?", 1, &failure);
    answer = acd_chat_answer(chat);
    assert_in_range(answer.usage.cached_tokens, 16, answer.usage.prompt_tokens - 1);
    acd_chat_end(chat);
    acd_engine_free(engine);
}

static void upstream_fails_at_every_stage_in_turn(void **state)
{
    static const int statuses[] = {502, 500, 503};
    struct acd_engine *engine = engine_of(2, 1);
    struct acd_failure failure = {0};

    (void)state;
    for (int i = 1; i <= 6; i++) {
        struct acd_chat *chat = begin(engine, QUESTION, 1, &failure);

        if (i % 2 == 1) {
            assert_non_null(chat);
            free(acd_chat_rest(chat));
            acd_chat_end(chat);
        } else {
            assert_null(chat);
            assert_int_equal(failure.status, statuses[i / 2 - 1]);
        }
    }
    assert_count(engine, "timer.chat_completion.count", 6);
    assert_count(engine, "timer.chat_completion.failed", 3);
    assert_count(engine, "timer.chat_completion.checkpoint.cache_check", 6);
    assert_count(engine, "timer.chat_completion.checkpoint.model_loaded", 5);
    assert_count(engine, "timer.chat_completion.checkpoint.prefill", 4);
    assert_count(engine, "error.HTTP.502.upstream timeout", 1);
    assert_count(engine, "status.200", 3);
    acd_engine_free(engine);
}

static void requests_over_the_limit_are_refused_until_a_place_is_free(void **state)
{
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    struct acd_chat *first = begin(engine, QUESTION, 1, &failure);
    struct acd_chat *third;

    (void)state;
    assert_null(begin(engine, QUESTION, 1, &failure));
    assert_int_equal(failure.status, 429);
    acd_chat_end(first);
    third = begin(engine, QUESTION, 1, &failure);
    assert_non_null(third);
    acd_chat_end(third);
    assert_count(engine, "status.429", 1);
    assert_count(engine, "timer.chat_completion.count", 2);
    acd_engine_free(engine);
}

static void bad_requests_are_refused_before_any_timer_starts(void **state)
{
    static const struct {
        const char *body;
        int status;
    } cases[] = {
        {"{", 400},
        {"{\"model\":\"example-8b\"}", 400},
        {"{\"model\":\"none\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}", 404},
    };
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_chat_lookups lookups;
    struct acd_failure failure;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct acd_incoming request = request_of(cases[i].body);

        assert_null(acd_chat_begin(engine, &request, &lookups, &failure));
        assert_int_equal(failure.status, cases[i].status);
        assert_false(lookups.has_prompt);
    }
    assert_count(engine, "requests", 3);
    assert_count(engine, "status.400", 2);
    assert_count(engine, "error.HTTP.404.no such model", 1);
    assert_count(engine, "timer.chat_completion.count", 0);
    acd_engine_free(engine);
}

static void a_prompt_longer_than_the_context_is_refused(void **state)
{
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    char content[4000];

    (void)state;
    memset(content, '7', sizeof(content) - 1);
    content[sizeof(content) - 1] = '\0';
    assert_null(begin(engine, content, 1, &failure));
    assert_int_equal(failure.status, 413);
    assert_count(engine, "timer.chat_completion.failed", 1);
    acd_engine_free(engine);
}

static void a_client_that_goes_away_is_an_error_without_a_status(void **state)
{
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    struct acd_chat *chat = begin(engine, QUESTION, 9, &failure);
    const char *piece;
    size_t bytes;

    (void)state;
    assert_true(acd_chat_next(chat, &piece, &bytes));
    acd_chat_end(chat);
    assert_count(engine, "error.Streaming.0.client went away", 1);
    assert_count(engine, "timer.chat_completion.failed", 1);
    assert_count(engine, "timer.chat_completion.checkpoint.inference_complete", 0);
    acd_engine_free(engine);
}

static void an_embedding_is_the_same_for_the_same_text(void **state)
{
    const struct acd_incoming good =
        request_of("{\"model\":\"example-embed\",\"input\":\"some text\"}");
    const struct acd_incoming bad = request_of("{}");
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    char *first = acd_embed_answer(engine, &good, &failure);
    char *second = acd_embed_answer(engine, &good, &failure);

    (void)state;
    assert_string_equal(first, second);
    free(first);
    free(second);
    assert_null(acd_embed_answer(engine, &bad, &failure));
    assert_int_equal(failure.status, 400);
    assert_count(engine, "timer.embed.count", 2);
    assert_count(engine, "timer.embed.checkpoint.inference_complete", 2);
    acd_engine_free(engine);
}

static void its_counts_are_told_as_json(void **state)
{
    struct acd_engine *engine = engine_of(0, 1);
    struct acd_failure failure;
    struct acd_chat *chat = begin(engine, QUESTION, 1, &failure);
    char *counts;

    (void)state;
    acd_chat_end(chat);
    counts = acd_engine_counts(engine);
    assert_non_null(strstr(counts, "{\"type\":\"prompt\",\"hits\":0,\"partial\":0,\"misses\":1,"));
    assert_non_null(strstr(counts, "\"timer.chat_completion.count\":1"));
    free(counts);
    acd_engine_free(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_passes_all_its_checkpoints_once),
        cmocka_unit_test(the_second_prompt_of_a_conversation_is_found),
        cmocka_unit_test(upstream_fails_at_every_stage_in_turn),
        cmocka_unit_test(requests_over_the_limit_are_refused_until_a_place_is_free),
        cmocka_unit_test(bad_requests_are_refused_before_any_timer_starts),
        cmocka_unit_test(a_prompt_longer_than_the_context_is_refused),
        cmocka_unit_test(a_client_that_goes_away_is_an_error_without_a_status),
        cmocka_unit_test(an_embedding_is_the_same_for_the_same_text),
        cmocka_unit_test(its_counts_are_told_as_json),
    };

    return cmocka_run_group_tests(tests, make_delay, free_delay) != 0;
}
