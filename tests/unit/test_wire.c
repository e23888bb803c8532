/* SPDX-License-Identifier: MIT */
/* JSON in and out: what a good request becomes, what a bad one is told, and that answers parse. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/examples/wire.h"

static void a_chat_request_becomes_one_prompt(void **state)
{
    static const char body[] =
        "{\"model\":\"m\",\"stream\":true,\"max_tokens\":7,\"prompt_cache_key\":\"k\","
        "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
        "{\"role\":\"user\",\"content\":\"Why?\"}]}";
    struct acd_chat_request request;
    struct acd_failure failure;

    (void)state;
    assert_int_equal(acd_wire_read_chat(&request, body, strlen(body), &failure), 0);
    assert_string_equal(request.model, "m");
    assert_string_equal(request.conversation, "k");
    assert_string_equal(request.prompt, "<|system|>\nBe brief.\n<|user|>\nWhy?\n");
    assert_int_equal(request.prompt_bytes, strlen(request.prompt));
    assert_memory_equal(request.prompt + request.question_at, "Why?", request.question_bytes);
    assert_int_equal(request.max_tokens, 7);
    assert_true(request.is_stream);
    assert_true(request.is_cached);
    acd_wire_chat_fini(&request);
}

static void the_parts_of_a_prompt_have_names_and_places(void **state)
{
    static const struct {
        const char *body, *prompt, *parts;
    } cases[] = {
        {"{\"model\":\"m\",\"tools\":[{\"a\":1}],\"messages\":["
         "{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"Q\"}]}",
         "<|system|>\nS\n<|tools|>\n[{\"a\":1}]\n<|user|>\nQ\n", "system tools messages[1] "},
        {"{\"model\":\"m\",\"tools\":[],\"messages\":[{\"role\":\"user\",\"content\":\"Q\"},"
         "{\"role\":\"system\",\"content\":\"S\"},{\"role\":\"user\",\"content\":\"Q\"}]}",
         "<|user|>\nQ\n<|system|>\nS\n<|user|>\nQ\n", "messages[0] messages[1] messages[2] "},
        {"{\"model\":\"m\",\"tools\":[5],\"messages\":[{\"role\":\"user\",\"content\":\"Q\"}]}",
         "<|tools|>\n[5]\n<|user|>\nQ\n", "tools messages[0] "},
        {"{\"model\":\"m\",\"tools\":[5],\"messages\":[{\"role\":\"system\",\"content\":\"Q\"}]}",
         "<|system|>\nQ\n<|tools|>\n[5]\n", "system tools "},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct acd_chat_request request;
        struct acd_failure failure;
        char names[256] = "";

        assert_int_equal(
            acd_wire_read_chat(&request, cases[i].body, strlen(cases[i].body), &failure), 0);
        assert_string_equal(request.prompt, cases[i].prompt);
        assert_int_equal(request.question_bytes, 1);
        assert_int_equal(request.prompt[request.question_at], 'Q');
        for (size_t part = 0; part < request.part_count; part++) {
            assert_memory_equal(request.prompt + request.parts[part].begin, "<|", 2);
            strcat(strcat(names, request.parts[part].name), " ");
        }
        assert_string_equal(names, cases[i].parts);
        acd_wire_chat_fini(&request);
    }
}

static void a_longer_conversation_begins_with_the_shorter_one(void **state)
{
    const struct acd_wire_message messages[] = {
        {"system", "Be brief."}, {"user", "Why \"so\"?\n"}, {"assistant", "Because."}};
    struct acd_wire_question question = {
        .model = "m", .messages = messages, .message_count = 2, .max_tokens = 9};
    struct acd_chat_request shorter;
    struct acd_chat_request longer;
    struct acd_failure failure;
    char *body = acd_wire_chat_body(&question);

    (void)state;
    assert_int_equal(acd_wire_read_chat(&shorter, body, strlen(body), &failure), 0);
    assert_false(shorter.is_cached);
    assert_null(shorter.conversation);
    free(body);
    question.message_count = 3;
    body = acd_wire_chat_body(&question);
    assert_int_equal(acd_wire_read_chat(&longer, body, strlen(body), &failure), 0);
    free(body);
    assert_memory_equal(longer.prompt, shorter.prompt, shorter.prompt_bytes);
    acd_wire_chat_fini(&shorter);
    acd_wire_chat_fini(&longer);
}

static void bad_requests_are_told_what_is_wrong(void **state)
{
    static const struct {
        const char *body, *message;
    } cases[] = {
        {"", "the body is not a JSON object"},
        {"{", "the body is not a JSON object"},
        {"[]", "the body is not a JSON object"},
        {"{}", "model must be a string"},
        {"{\"model\":5}", "model must be a string"},
        {"{\"model\":\"m\"}", "messages must be a list that is not empty"},
        {"{\"model\":\"m\",\"messages\":[]}", "messages must be a list that is not empty"},
        {"{\"model\":\"m\",\"messages\":[5]}", "a message needs a role and a content"},
        {"{\"model\":\"m\",\"messages\":[{\"role\":\"user\"}]}",
         "a message needs a role and a content"},
        {"{\"model\":\"m\",\"max_tokens\":0}", "max_tokens must be a number from 1 on"},
        {"{\"model\":\"m\",\"max_tokens\":\"7\"}", "max_tokens must be a number from 1 on"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct acd_chat_request request;
        struct acd_failure failure;

        assert_int_equal(
            acd_wire_read_chat(&request, cases[i].body, strlen(cases[i].body), &failure), -EINVAL);
        assert_int_equal(failure.status, 400);
        assert_string_equal(failure.message, cases[i].message);
    }
}

static void an_embedding_needs_an_input(void **state)
{
    static const char good[] = "{\"model\":\"m\",\"input\":\"text\"}";
    static const char bad[] = "{\"model\":\"m\",\"input\":\"\"}";
    struct acd_embed_request request;
    struct acd_failure failure;

    (void)state;
    assert_int_equal(acd_wire_read_embed(&request, good, strlen(good), &failure), 0);
    assert_string_equal(request.input, "text");
    acd_wire_embed_fini(&request);
    assert_int_equal(acd_wire_read_embed(&request, bad, strlen(bad), &failure), -EINVAL);
}

static void a_client_reads_what_the_server_wrote(void **state)
{
    const struct acd_wire_answer answer = {
        .id = 3,
        .model = "m",
        .text = "\"yes\" and no more",
        .text_bytes = 5,
        .finish_reason = "stop",
        .usage = {100, 64, 12},
    };
    struct acd_usage usage = {0};
    char *body = acd_wire_completion(&answer);
    char *text;

    (void)state;
    assert_non_null(strstr(body, "\\u0022yes\\u0022\""));
    assert_true(acd_wire_read_usage(&usage, body, strlen(body)));
    assert_int_equal(usage.prompt_tokens, 100);
    assert_int_equal(usage.cached_tokens, 64);
    assert_int_equal(usage.completion_tokens, 12);
    text = acd_wire_read_text(body, strlen(body));
    assert_string_equal(text, "\"yes\"");
    free(text);
    free(body);
    body = acd_wire_chunk(&answer);
    text = acd_wire_read_text(body, strlen(body));
    assert_string_equal(text, "\"yes\"");
    free(text);
    free(body);
    assert_null(acd_wire_read_text("{}", 2));
    assert_false(acd_wire_read_usage(&usage, "{}", 2));
    assert_false(acd_wire_read_usage(&usage, "{", 1));
}

static void counts_are_whole_and_exact(void **state)
{
    struct acd_wire_cache cache = {.type = "prompt"};
    const struct acd_tally_entry entry = {"status.200", UINT64_C(9007199254740993)};
    char *text;

    (void)state;
    cache.totals.hits = 2;
    cache.totals.misses = 4;
    cache.totals.miss_reasons[ACD_WHY_COLD] = 3;
    cache.totals.miss_reasons[ACD_WHY_EVICTED] = 1;
    text = acd_wire_counts(&cache, 1, &entry, 1);
    assert_string_equal(text,
                        "{\"caches\":[{\"type\":\"prompt\",\"hits\":2,\"partial\":0,\"misses\":4,"
                        "\"bypass\":0,\"evictions\":0,\"input_tokens\":0,\"cached_tokens\":0,"
                        "\"created_tokens\":0,\"token_lookups\":0,\"entries\":0,"
                        "\"miss_reasons\":{\"cold\":3,\"evicted\":1}}],"
                        "\"tally\":{\"status.200\":9007199254740993}}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chat_request_becomes_one_prompt),
        cmocka_unit_test(the_parts_of_a_prompt_have_names_and_places),
        cmocka_unit_test(a_longer_conversation_begins_with_the_shorter_one),
        cmocka_unit_test(bad_requests_are_told_what_is_wrong),
        cmocka_unit_test(an_embedding_needs_an_input),
        cmocka_unit_test(a_client_reads_what_the_server_wrote),
        cmocka_unit_test(counts_are_whole_and_exact),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
