/* SPDX-License-Identifier: MIT */
/*
 * Requests and answers read from JSON: cJSON's tree is walked once, checked, and what is needed is copied,
 * so that the tree can go. The only file of the example that knows cJSON.
 */
#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#define MAX_TOKENS_LIMIT 4096

static const struct acd_failure no_memory = {500, "out of memory"};

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
