/* SPDX-License-Identifier: MIT */
/*
 * JSON in and out. Reading: cJSON's tree is walked once, checked, and what is needed is copied, so
 * that the tree can go. Writing: straight into a growing text, without a tree.
 */
#include "wire.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "strbuf.h"

#define MAX_TOKENS_LIMIT 4096

static const struct acd_failure no_memory = {500, "out of memory"};

/* ---------------------------------------------------------------- reading */

static int refuse(struct acd_failure *ret_failure, const char *message)
{
    *ret_failure = (struct acd_failure){400, message};
    return -EINVAL;
}

static const char *string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool is_message(const cJSON *message)
{
    return cJSON_IsObject(message) && string_of(message, "role") != NULL &&
           string_of(message, "content") != NULL;
}

/* The frame that a part gets in the prompt: "<|role|>\ncontent\n". */
static size_t framed_bytes(const char *role, const char *content)
{
    return strlen("<|") + strlen(role) + strlen("|>\n") + strlen(content) + strlen("\n");
}

/* Puts a part behind those that are there; the room was made before. */
static void add_part(struct acd_chat_request *request, const char *name, const char *role,
                     const char *content)
{
    struct acd_wire_part *part = &request->parts[request->part_count++];

    snprintf(part->name, sizeof(part->name), "%s", name);
    part->begin = request->prompt_bytes;
    request->prompt_bytes +=
        (size_t)sprintf(request->prompt + part->begin, "<|%s|>\n%s\n", role, content);
}

static bool begins_with_system(const cJSON *messages)
{
    return strcmp(string_of(cJSON_GetArrayItem(messages, 0), "role"), "system") == 0;
}

/* The tools stand behind the system's message, as in the templates of most models. */
static void join_parts(struct acd_chat_request *request, const cJSON *messages, const char *tools)
{
    const bool has_system = begins_with_system(messages);
    const cJSON *message;
    unsigned number = 0;

    cJSON_ArrayForEach(message, messages)
    {
        char name[32];

        if (tools != NULL && number == (has_system ? 1 : 0)) {
            add_part(request, "tools", "tools", tools);
        }
        snprintf(name, sizeof(name), "messages[%u]", number);
        add_part(request, number == 0 && has_system ? "system" : name, string_of(message, "role"),
                 string_of(message, "content"));
        request->question_bytes = strlen(string_of(message, "content"));
        request->question_at = request->prompt_bytes - request->question_bytes - 1;
        number++;
    }
    if (tools != NULL && number == 1 && has_system) {
        add_part(request, "tools", "tools", tools);
    }
}

static int join_messages(struct acd_chat_request *request, const cJSON *messages, const char *tools,
                         struct acd_failure *ret_failure)
{
    const cJSON *message;
    size_t bytes = tools != NULL ? framed_bytes("tools", tools) : 0;
    size_t count = 0;

    cJSON_ArrayForEach(message, messages)
    {
        if (!is_message(message)) {
            return refuse(ret_failure, "a message needs a role and a content");
        }
        bytes += framed_bytes(string_of(message, "role"), string_of(message, "content"));
        count++;
    }
    if (count == 0) {
        return refuse(ret_failure, "messages must be a list that is not empty");
    }
    request->prompt = malloc(bytes + 1);
    request->parts = calloc(count + 1, sizeof(*request->parts));
    if (request->prompt == NULL || request->parts == NULL) {
        *ret_failure = no_memory;
        return -ENOMEM;
    }
    join_parts(request, messages, tools);
    return 0;
}

/* The messages, and the tools if the request has some, become one text. */
static int read_prompt(struct acd_chat_request *request, const cJSON *root,
                       struct acd_failure *ret_failure)
{
    const cJSON *tools = cJSON_GetObjectItemCaseSensitive(root, "tools");
    char *text = NULL;
    int result;

    if (cJSON_GetArraySize(tools) > 0) {
        text = cJSON_PrintUnformatted(tools);
        if (text == NULL) {
            *ret_failure = no_memory;
            return -ENOMEM;
        }
    }
    result = join_messages(request, cJSON_GetObjectItemCaseSensitive(root, "messages"), text,
                           ret_failure);
    cJSON_free(text);
    return result;
}

static int copy_string(char **ret_copy, const char *text, struct acd_failure *ret_failure)
{
    char *copy = strdup(text);

    if (copy == NULL) {
        *ret_failure = no_memory;
        return -ENOMEM;
    }
    *ret_copy = copy;
    return 0;
}

static int read_model(char **ret_model, const cJSON *root, struct acd_failure *ret_failure)
{
    const char *model;

    if (!cJSON_IsObject(root)) {
        return refuse(ret_failure, "the body is not a JSON object");
    }
    model = string_of(root, "model");
    if (model == NULL) {
        return refuse(ret_failure, "model must be a string");
    }
    return copy_string(ret_model, model, ret_failure);
}

static int read_chat_options(struct acd_chat_request *request, const cJSON *root,
                             struct acd_failure *ret_failure)
{
    const cJSON *max_tokens = cJSON_GetObjectItemCaseSensitive(root, "max_tokens");
    const char *conversation = string_of(root, "prompt_cache_key");

    if (max_tokens != NULL) {
        if (!cJSON_IsNumber(max_tokens) || max_tokens->valuedouble < 1) {
            return refuse(ret_failure, "max_tokens must be a number from 1 on");
        }
        request->max_tokens = max_tokens->valuedouble < MAX_TOKENS_LIMIT
                                  ? (size_t)max_tokens->valuedouble
                                  : MAX_TOKENS_LIMIT;
    }
    request->is_stream = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "stream"));
    request->is_cached = !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(root, "cache_prompt"));
    if (conversation != NULL) {
        return copy_string(&request->conversation, conversation, ret_failure);
    }
    return 0;
}

int acd_wire_read_chat(struct acd_chat_request *ret_request, const char *body, size_t bytes,
                       struct acd_failure *ret_failure)
{
    struct acd_chat_request request = {0};
    cJSON *root = cJSON_ParseWithLength(body, bytes);
    int result = read_model(&request.model, root, ret_failure);

    if (result == 0) {
        result = read_chat_options(&request, root, ret_failure);
    }
    if (result == 0) {
        result = read_prompt(&request, root, ret_failure);
    }
    cJSON_Delete(root);
    if (result < 0) {
        acd_wire_chat_fini(&request);
        return result;
    }
    *ret_request = request;
    return 0;
}

void acd_wire_chat_fini(struct acd_chat_request *request)
{
    free(request->model);
    free(request->conversation);
    free(request->prompt);
    free(request->parts);
    *request = (struct acd_chat_request){0};
}

int acd_wire_read_embed(struct acd_embed_request *ret_request, const char *body, size_t bytes,
                        struct acd_failure *ret_failure)
{
    struct acd_embed_request request = {0};
    cJSON *root = cJSON_ParseWithLength(body, bytes);
    int result = read_model(&request.model, root, ret_failure);

    if (result == 0) {
        const char *input = string_of(root, "input");

        result = input != NULL && input[0] != '\0'
                     ? copy_string(&request.input, input, ret_failure)
                     : refuse(ret_failure, "input must be a string that is not empty");
    }
    cJSON_Delete(root);
    if (result < 0) {
        acd_wire_embed_fini(&request);
        return result;
    }
    request.input_bytes = strlen(request.input);
    *ret_request = request;
    return 0;
}

void acd_wire_embed_fini(struct acd_embed_request *request)
{
    free(request->model);
    free(request->input);
    *request = (struct acd_embed_request){0};
}

static size_t count_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) && item->valuedouble > 0 ? (size_t)item->valuedouble : 0;
}

bool acd_wire_read_usage(struct acd_usage *ret_usage, const char *body, size_t bytes)
{
    cJSON *root = cJSON_ParseWithLength(body, bytes);
    const cJSON *usage = cJSON_GetObjectItemCaseSensitive(root, "usage");
    const bool has_usage = cJSON_IsObject(usage);

    if (has_usage) {
        ret_usage->prompt_tokens = count_of(usage, "prompt_tokens");
        ret_usage->completion_tokens = count_of(usage, "completion_tokens");
        ret_usage->cached_tokens = count_of(
            cJSON_GetObjectItemCaseSensitive(usage, "prompt_tokens_details"), "cached_tokens");
    }
    cJSON_Delete(root);
    return has_usage;
}

char *acd_wire_read_text(const char *body, size_t bytes)
{
    cJSON *root = cJSON_ParseWithLength(body, bytes);
    const cJSON *choices = cJSON_GetObjectItemCaseSensitive(root, "choices");
    const cJSON *choice = cJSON_GetArrayItem(choices, 0);
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(choice, "message");
    const char *content;
    char *text;

    if (message == NULL) {
        message = cJSON_GetObjectItemCaseSensitive(choice, "delta");
    }
    content = string_of(message, "content");
    text = content != NULL ? strdup(content) : NULL;
    cJSON_Delete(root);
    return text;
}

/* ---------------------------------------------------------------- writing */

static void add_string(struct acd_strbuf *text, const char *string)
{
    acd_strbuf_json(text, string, strlen(string));
}

static void add_usage(struct acd_strbuf *text, const struct acd_usage *usage)
{
    acd_strbuf_format(text,
                      "\"usage\":{\"prompt_tokens\":%zu,\"completion_tokens\":%zu,"
                      "\"total_tokens\":%zu,\"prompt_tokens_details\":{\"cached_tokens\":%zu}}",
                      usage->prompt_tokens, usage->completion_tokens,
                      usage->prompt_tokens + usage->completion_tokens, usage->cached_tokens);
}

/* All of an answer but its usage; under: "message", or "delta" in a stream. */
static void add_answer(struct acd_strbuf *text, const struct acd_wire_answer *answer,
                       const char *object, const char *under)
{
    acd_strbuf_format(
        text, "{\"id\":\"chatcmpl-%" PRIu64 "\",\"object\":\"%s\",\"model\":", answer->id, object);
    add_string(text, answer->model);
    acd_strbuf_format(text, ",\"choices\":[{\"index\":0,\"%s\":{", under);
    if (answer->text != NULL) {
        acd_strbuf_format(text, "\"role\":\"assistant\",\"content\":");
        acd_strbuf_json(text, answer->text, answer->text_bytes);
    }
    acd_strbuf_format(text, "},\"finish_reason\":");
    if (answer->finish_reason != NULL) {
        add_string(text, answer->finish_reason);
    } else {
        acd_strbuf_format(text, "null");
    }
    acd_strbuf_format(text, "}]");
}

char *acd_wire_completion(const struct acd_wire_answer *answer)
{
    struct acd_strbuf text = {0};

    add_answer(&text, answer, "chat.completion", "message");
    acd_strbuf_format(&text, ",");
    add_usage(&text, &answer->usage);
    acd_strbuf_format(&text, "}");
    return acd_strbuf_take(&text);
}

char *acd_wire_chunk(const struct acd_wire_answer *answer)
{
    struct acd_strbuf text = {0};

    add_answer(&text, answer, "chat.completion.chunk", "delta");
    if (answer->finish_reason != NULL) {
        acd_strbuf_format(&text, ",");
        add_usage(&text, &answer->usage);
    }
    acd_strbuf_format(&text, "}");
    return acd_strbuf_take(&text);
}

char *acd_wire_embedding(const char *model, const double *vector, size_t length, size_t tokens)
{
    const struct acd_usage usage = {.prompt_tokens = tokens};
    struct acd_strbuf text = {0};

    acd_strbuf_format(&text, "{\"object\":\"list\",\"model\":");
    add_string(&text, model);
    acd_strbuf_format(&text, ",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[");
    for (size_t i = 0; i < length; i++) {
        acd_strbuf_format(&text, "%s%.9g", i > 0 ? "," : "", vector[i]);
    }
    acd_strbuf_format(&text, "]}],");
    add_usage(&text, &usage);
    acd_strbuf_format(&text, "}");
    return acd_strbuf_take(&text);
}

char *acd_wire_failure(const struct acd_failure *failure)
{
    struct acd_strbuf text = {0};

    acd_strbuf_format(&text, "{\"error\":{\"message\":");
    add_string(&text, failure->message);
    acd_strbuf_format(&text, ",\"type\":\"%s\",\"code\":%d}}",
                      failure->status < 500 ? "invalid_request_error" : "server_error",
                      failure->status);
    return acd_strbuf_take(&text);
}

char *acd_wire_models(const char *const *names, size_t count)
{
    struct acd_strbuf text = {0};

    acd_strbuf_format(&text, "{\"object\":\"list\",\"data\":[");
    for (size_t i = 0; i < count; i++) {
        acd_strbuf_format(&text, "%s{\"object\":\"model\",\"id\":", i > 0 ? "," : "");
        add_string(&text, names[i]);
        acd_strbuf_format(&text, "}");
    }
    acd_strbuf_format(&text, "]}");
    return acd_strbuf_take(&text);
}

static void add_count(struct acd_strbuf *text, const char *name, uint64_t count)
{
    add_string(text, name);
    acd_strbuf_format(text, ":%" PRIu64, count);
}

static void add_cache(struct acd_strbuf *text, const struct acd_wire_cache *cache)
{
    const struct acd_cache_totals *totals = &cache->totals;
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {
        {"hits", totals->hits},
        {"partial", totals->partial},
        {"misses", totals->misses},
        {"bypass", totals->bypass},
        {"evictions", totals->evictions},
        {"input_tokens", totals->input_tokens},
        {"cached_tokens", totals->cached_tokens},
        {"created_tokens", totals->created_tokens},
        {"token_lookups", totals->token_lookups},
        {"entries", totals->entries},
    };
    const char *separator = "";

    acd_strbuf_format(text, "{\"type\":");
    add_string(text, cache->type);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        acd_strbuf_format(text, ",");
        add_count(text, counts[i].name, counts[i].count);
    }
    acd_strbuf_format(text, ",\"miss_reasons\":{");
    for (int i = 0; i < ACD_WHY_COUNT; i++) {
        if (totals->miss_reasons[i] > 0) {
            acd_strbuf_format(text, "%s", separator);
            add_count(text, acd_cache_result_reason_name((enum acd_why)i), totals->miss_reasons[i]);
            separator = ",";
        }
    }
    acd_strbuf_format(text, "}}");
}

char *acd_wire_counts(const struct acd_wire_cache *caches, size_t cache_count,
                      const struct acd_tally_entry *entries, size_t entry_count)
{
    struct acd_strbuf text = {0};

    acd_strbuf_format(&text, "{\"caches\":[");
    for (size_t i = 0; i < cache_count; i++) {
        acd_strbuf_format(&text, "%s", i > 0 ? "," : "");
        add_cache(&text, &caches[i]);
    }
    acd_strbuf_format(&text, "],\"tally\":{");
    for (size_t i = 0; i < entry_count; i++) {
        acd_strbuf_format(&text, "%s", i > 0 ? "," : "");
        add_count(&text, entries[i].name, entries[i].count);
    }
    acd_strbuf_format(&text, "}}");
    return acd_strbuf_take(&text);
}

char *acd_wire_chat_body(const struct acd_wire_question *question)
{
    struct acd_strbuf text = {0};

    acd_strbuf_format(&text, "{\"model\":");
    add_string(&text, question->model);
    if (question->conversation != NULL) {
        acd_strbuf_format(&text, ",\"prompt_cache_key\":");
        add_string(&text, question->conversation);
    }
    acd_strbuf_format(&text, ",\"max_tokens\":%zu,\"stream\":%s,\"cache_prompt\":%s,\"messages\":[",
                      question->max_tokens, question->is_stream ? "true" : "false",
                      question->is_cached ? "true" : "false");
    for (size_t i = 0; i < question->message_count; i++) {
        acd_strbuf_format(&text, "%s{\"role\":", i > 0 ? "," : "");
        add_string(&text, question->messages[i].role);
        acd_strbuf_format(&text, ",\"content\":");
        add_string(&text, question->messages[i].content);
        acd_strbuf_format(&text, "}");
    }
    acd_strbuf_format(&text, "]}");
    return acd_strbuf_take(&text);
}

char *acd_wire_embed_body(const char *model, const char *input)
{
    struct acd_strbuf text = {0};

    acd_strbuf_format(&text, "{\"model\":");
    add_string(&text, model);
    acd_strbuf_format(&text, ",\"input\":");
    add_string(&text, input);
    acd_strbuf_format(&text, "}");
    return acd_strbuf_take(&text);
}
