/* SPDX-License-Identifier: MIT */
/* Requests and answers written as JSON: straight into a growing text, without a tree. */
#include "wire.h"

#include <inttypes.h>
#include <string.h>

#include "strbuf.h"

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
