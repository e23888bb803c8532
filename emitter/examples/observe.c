/* SPDX-License-Identifier: MIT */
/* The server's calls of acdebug, each beside the server's own count of the same thing. */
#include "observe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "token.h"

#define PROVIDER "example"
#define PATH_BYTES 512

void acd_observe_start(struct acd_observe_timer *timer, struct acd_tally *tally, const char *name)
{
    timer->tally = tally;
    timer->name = name;
    acdebug_timer_start(&timer->timer, name);
}

void acd_observe_mark(struct acd_observe_timer *timer, const char *label)
{
    acdebug_timer_checkpoint(&timer->timer, label);
    acd_tally_add(timer->tally, "timer.%s.checkpoint.%s", timer->name, label);
}

void acd_observe_end(struct acd_observe_timer *timer)
{
    acdebug_timer_end(&timer->timer);
    acd_tally_add(timer->tally, "timer.%s.count", timer->name);
}

void acd_observe_fail(struct acd_observe_timer *timer, const char *error_type)
{
    acdebug_timer_fail(&timer->timer, error_type);
    acd_tally_add(timer->tally, "timer.%s.count", timer->name);
    acd_tally_add(timer->tally, "timer.%s.failed", timer->name);
    /* acdebug counts a timer's failure as an error too, with the timer's name as its message. */
    acd_tally_add(timer->tally, "error.%s.0.%s", error_type, timer->name);
}

static enum acdebug_outcome outcome_of(const struct acd_cache_result *result)
{
    switch (result->outcome) {
    case ACD_LOOKUP_HIT: return ACDEBUG_HIT;
    case ACD_LOOKUP_PARTIAL: return ACDEBUG_PARTIAL;
    case ACD_LOOKUP_MISS: return ACDEBUG_MISS;
    case ACD_LOOKUP_BYPASS: return ACDEBUG_BYPASS;
    }
    return ACDEBUG_OUTCOME_UNKNOWN;
}

/* Where the prompt parted from what was stored: of a cold prompt there is no such place. */
static uint64_t divergence_of(const struct acd_cache_result *result)
{
    if (result->outcome == ACD_LOOKUP_PARTIAL || result->reason == ACD_WHY_PREFIX_DIVERGED) {
        return result->diverged_at;
    }
    return ACDEBUG_UNKNOWN;
}

/* The fields are the caller's to add. */
static acdebug_lookup lookup_of(const char *type, const char *key,
                                const struct acd_cache_result *result)
{
    acdebug_lookup lookup = ACDEBUG_LOOKUP_INIT;

    lookup.type = type;
    lookup.key = key;
    lookup.outcome = outcome_of(result);
    if (result->reason != ACD_WHY_NONE) {
        lookup.reason = acd_cache_result_reason_name(result->reason);
    }
    if (result->has_tokens) {
        lookup.input_tokens = result->input_tokens;
        lookup.cached_tokens = result->cached_tokens;
        lookup.created_tokens = result->created_tokens;
        lookup.diverged_at = divergence_of(result);
    }
    if (result->outcome == ACD_LOOKUP_HIT || result->outcome == ACD_LOOKUP_PARTIAL) {
        lookup.age_ns = result->age_ns;
    }
    return lookup;
}

static void observe_evictions(const char *type, const struct acd_cache_result *result)
{
    if (result->evicted > 0) {
        acdebug_cache_evict(type, NULL, result->evicted, "capacity");
    }
}

void acd_observe_lookup(const char *type, const char *key, const char *model,
                        const struct acd_cache_result *result)
{
    const acdebug_field fields[] = {acdebug_field_str("gen_ai.request.model", model)};
    acdebug_lookup lookup = lookup_of(type, key, result);

    lookup.fields = fields;
    lookup.fields_count = sizeof(fields) / sizeof(fields[0]);
    acdebug_cache_lookup(&lookup);
    observe_evictions(type, result);
}

/* ---------------------------------------------------------------- prompts */

/* A prompt as the tracker takes it: each token's number, and where in them the parts begin. */
struct prompt {
    uint32_t *ids;
    size_t count;
    acdebug_span *spans;
};

static void prompt_fini(struct prompt *prompt)
{
    free(prompt->ids);
    free(prompt->spans);
}

static int prompt_init(struct prompt *ret_prompt, const struct acd_chat_request *request,
                       size_t tokens)
{
    struct prompt prompt = {
        .ids = calloc(tokens, sizeof(*prompt.ids)),
        .spans = calloc(request->part_count, sizeof(*prompt.spans)),
    };
    size_t part = 0;

    if (prompt.ids == NULL || prompt.spans == NULL) {
        prompt_fini(&prompt);
        return -ENOMEM;
    }
    for (size_t at = 0; at < request->prompt_bytes && prompt.count < tokens; prompt.count++) {
        const char *text = request->prompt + at;
        const size_t bytes = acd_token_length(text, request->prompt_bytes - at);

        for (; part < request->part_count && request->parts[part].begin <= at; part++) {
            prompt.spans[part] = (acdebug_span){request->parts[part].name, prompt.count};
        }
        prompt.ids[prompt.count] = acd_token_id(text, bytes);
        at += bytes;
    }
    *ret_prompt = prompt;
    return 0;
}

size_t acd_observe_detokenize(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                              size_t room)
{
    size_t used = 0;

    (void)context;
    for (size_t i = 0; i < count; i++) {
        used += acd_token_text(tokens[i], ret_text + used, room - used);
    }
    return used;
}

/* Without the memory for the tokens the lookup goes out as it is. */
static const char *track(acdebug_tracker *tracker, const struct acd_chat_request *request,
                         const acdebug_lookup *lookup)
{
    acdebug_prompt asked = ACDEBUG_PROMPT_INIT;
    acdebug_finding found = {.size = sizeof(found)};
    struct prompt prompt;
    int result;

    if (prompt_init(&prompt, request, lookup->input_tokens) < 0) {
        acdebug_cache_lookup(lookup);
        return lookup->reason;
    }
    asked.tokens = prompt.ids;
    asked.tokens_count = prompt.count;
    asked.spans = prompt.spans;
    asked.spans_count = request->part_count;
    result = acdebug_track(tracker, &asked, lookup, &found);
    prompt_fini(&prompt);
    return result < 0 || lookup->reason != NULL ? lookup->reason : found.reason;
}

void acd_observe_prompt(acdebug_tracker *tracker, struct acd_tally *tally,
                        const struct acd_chat_request *request,
                        const struct acd_cache_result *result)
{
    const acdebug_field fields[] = {acdebug_field_str("gen_ai.request.model", request->model)};
    acdebug_lookup lookup = lookup_of("prompt", request->conversation, result);
    const char *reason;

    lookup.fields = fields;
    lookup.fields_count = sizeof(fields) / sizeof(fields[0]);
    if (result->reason == ACD_WHY_COLD) {
        lookup.reason = NULL;
    }
    if (result->outcome == ACD_LOOKUP_BYPASS) {
        acdebug_cache_lookup(&lookup);
        return;
    }
    if (result->reason == ACD_WHY_COLD || result->reason == ACD_WHY_PREFIX_DIVERGED) {
        lookup.diverged_at = ACDEBUG_UNKNOWN; /* the tracker says it to the token */
    }
    reason = track(tracker, request, &lookup);
    if (result->outcome == ACD_LOOKUP_MISS && reason != NULL) {
        acd_tally_add(tally, "miss.prompt.%s", reason);
    }
    observe_evictions("prompt", result);
}

void acd_observe_performance(const char *name, uint64_t duration_ns, size_t tokens)
{
    const acdebug_field details[] = {acdebug_field_uint("gen_ai.usage.input_tokens", tokens)};

    acdebug_performance(name, (double)duration_ns / 1e6, details, 1);
}

/* The exchange as it was, for who looks into the error: acdebug keeps its secrets off the disk. */
static bool write_file(const struct acd_incoming *request, const struct acd_failure *failure,
                       char *ret_path, size_t path_bytes)
{
    static const acdebug_header headers[] = {{"content-type", "application/json"}};
    char *answer = acd_wire_failure(failure);
    acdebug_exchange exchange = ACDEBUG_EXCHANGE_INIT;
    int result;

    exchange.status = failure->status;
    exchange.method = request->method;
    exchange.url = request->url;
    exchange.request_headers = request->headers;
    exchange.request_headers_count = request->header_count;
    exchange.request_body = request->body;
    exchange.request_body_bytes = request->bytes;
    exchange.has_response = true;
    exchange.response_status = failure->status;
    exchange.response_headers = headers;
    exchange.response_headers_count = sizeof(headers) / sizeof(headers[0]);
    exchange.response_body = answer;
    exchange.response_body_bytes = answer != NULL ? strlen(answer) : 0;
    result = acdebug_write_error_file(&exchange, ret_path, path_bytes);
    free(answer);
    return result == 0; /* at level 0, or too many a moment, there is none */
}

void acd_observe_error(struct acd_tally *tally, const char *type, const struct acd_failure *failure,
                       const char *model, const struct acd_incoming *request)
{
    acdebug_error_context context = ACDEBUG_ERROR_INIT;
    char path[PATH_BYTES];

    context.message = failure->message;
    context.provider = PROVIDER;
    context.model = model;
    if (request != NULL && request->url != NULL &&
        write_file(request, failure, path, sizeof(path))) {
        context.debug_file = path;
        acd_tally_add(tally, "file.%d", failure->status);
    }
    acdebug_error(type, failure->status, &context);
    acd_tally_add(tally, "error.%s.%d.%s", type, failure->status, failure->message);
}
