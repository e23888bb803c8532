/* SPDX-License-Identifier: MIT */
/*
 * One chat completion. Its timer's checkpoints are its stages: cache_check, model_loaded, prefill,
 * first_token, inference_complete. The answer repeats the question, which is all that a model of
 * no size can say; how long it takes is what this server is about.
 */
#include "chat.h"

#include <stdlib.h>
#include <string.h>

#include "engine_private.h"
#include "strbuf.h"
#include "token.h"

struct acd_chat {
    struct acd_engine *engine;
    const struct acd_engine_model *model;
    uint64_t id;
    uint64_t number; /* counts the admitted ones */
    struct acd_chat_request request;
    struct acd_prompt prompt;
    struct acd_observe_timer timer;
    struct acd_chat_lookups lookups;
    size_t cached_tokens; /* what the better one of the two tiers had */
    size_t answer_tokens; /* how many the answer will have */
    size_t made_tokens;
    size_t question_at; /* where in the question the next token is taken from */
};

/* Failures as they come from a server behind this one, each at another stage. */
enum stage { STAGE_CACHE_CHECK, STAGE_MODEL_LOADED, STAGE_PREFILL, STAGE_COUNT };

struct upstream_failure {
    struct acd_failure failure;
    const char *error_type;
};
static const struct upstream_failure upstream_failures[STAGE_COUNT] = {
    [STAGE_CACHE_CHECK] = {{503, "upstream overloaded"}, "UpstreamOverloaded"},
    [STAGE_MODEL_LOADED] = {{502, "upstream timeout"}, "UpstreamTimeout"},
    [STAGE_PREFILL] = {{500, "upstream failed"}, "UpstreamFailed"},
};
static const struct acd_failure no_memory = {500, "out of memory"};

static void chat_free(struct acd_chat *chat)
{
    acd_engine_give_place(chat->engine);
    acdebug_request_clear();
    acd_prompt_fini(&chat->prompt);
    acd_wire_chat_fini(&chat->request);
    free(chat);
}

/* Reads and checks. False: ret_failure says why, and nothing is held. */
static bool read_request(const char *body, size_t bytes, struct acd_chat_request *ret_request,
                         struct acd_failure *ret_failure)
{
    struct acd_chat_request request;

    if (acd_wire_read_chat(&request, body, bytes, ret_failure) < 0) {
        return false;
    }
    if (acd_engine_find_model(request.model) == NULL) {
        *ret_failure = (struct acd_failure){404, "no such model"};
        acd_wire_chat_fini(&request);
        return false;
    }
    *ret_request = request;
    return true;
}

/* A chat that holds the request, or NULL with the request still the caller's. */
static struct acd_chat *admit(struct acd_engine *engine, const struct acd_chat_request *request,
                              uint64_t id, struct acd_failure *ret_failure)
{
    struct acd_chat *chat = calloc(1, sizeof(*chat));

    if (chat == NULL) {
        *ret_failure = no_memory;
        return NULL;
    }
    chat->number = acd_engine_take_place(engine);
    if (chat->number == 0) {
        free(chat);
        *ret_failure = (struct acd_failure){429, "too many requests at once"};
        return NULL;
    }
    chat->engine = engine;
    chat->id = id;
    chat->request = *request;
    chat->model = acd_engine_find_model(request->model);
    return chat;
}

static void look_up(struct acd_chat *chat)
{
    const struct acd_chat_request *request = &chat->request;
    const char *conversation = request->conversation;
    struct acd_chat_lookups *lookups = &chat->lookups;
    struct acd_engine *engine = chat->engine;
    struct acd_block_id id = {0};

    lookups->has_prompt = true;
    if (!request->is_cached) {
        lookups->prompt = acd_prompt_cache_bypass(engine->prompts, &chat->prompt);
        acd_observe_prompt(engine->tracker, engine->tally, request, &lookups->prompt);
        return;
    }
    if (conversation != NULL) {
        id = acd_block_id_of(&engine->options.key, conversation, strlen(conversation));
        lookups->has_session = true;
        lookups->session =
            acd_session_cache_use(engine->sessions, id, &chat->prompt, acd_delay_now_ns());
        acd_observe_lookup("kv", conversation, request->model, &lookups->session);
    }
    lookups->prompt = acd_prompt_cache_use(engine->prompts, &chat->prompt,
                                           conversation != NULL ? &id : NULL, acd_delay_now_ns());
    acd_observe_prompt(engine->tracker, engine->tally, request, &lookups->prompt);
    chat->cached_tokens = lookups->prompt.cached_tokens > lookups->session.cached_tokens
                              ? lookups->prompt.cached_tokens
                              : lookups->session.cached_tokens;
}

static bool check_cache(struct acd_chat *chat, struct acd_failure *ret_failure)
{
    const struct acd_chat_request *request = &chat->request;
    struct acd_engine *engine = chat->engine;
    const uint64_t begin_ns = acd_delay_now_ns();

    if (acd_prompt_init(&chat->prompt, &engine->rules, request->model, request->prompt,
                        request->prompt_bytes) < 0) {
        *ret_failure = no_memory;
        acd_observe_fail(&chat->timer, "OutOfMemory");
        return false;
    }
    acd_observe_performance("tokenize", acd_delay_now_ns() - begin_ns, chat->prompt.tokens);
    if (chat->prompt.tokens > engine->options.context_tokens) {
        *ret_failure = (struct acd_failure){413, "the prompt is longer than the context"};
        acd_observe_fail(&chat->timer, "ContextLength");
        return false;
    }
    look_up(chat);
    acd_engine_report_inventory(engine);
    acd_observe_mark(&chat->timer, "cache_check");
    return true;
}

/* False for the chats whose turn it is to fail, each after another stage than the one before. */
static bool upstream_works(struct acd_chat *chat, enum stage stage, struct acd_failure *ret_failure)
{
    const unsigned every = chat->engine->options.fail_every;

    if (every == 0 || chat->number % every != 0 || chat->number / every % STAGE_COUNT != stage) {
        return true;
    }
    *ret_failure = upstream_failures[stage].failure;
    acd_observe_fail(&chat->timer, upstream_failures[stage].error_type);
    return false;
}

/* All stages up to the first token. False: the timer has ended, ret_failure says why. */
static bool prepare(struct acd_chat *chat, struct acd_failure *ret_failure)
{
    struct acd_engine *engine = chat->engine;
    size_t missing;

    if (!check_cache(chat, ret_failure) || !upstream_works(chat, STAGE_CACHE_CHECK, ret_failure)) {
        return false;
    }
    acd_engine_load_model(engine, chat->model);
    acd_observe_mark(&chat->timer, "model_loaded");
    if (!upstream_works(chat, STAGE_MODEL_LOADED, ret_failure)) {
        return false;
    }
    missing = chat->prompt.tokens - chat->cached_tokens;
    acd_delay_for(engine->options.delay, missing * engine->options.prefill_ns * chat->model->scale);
    acd_observe_mark(&chat->timer, "prefill");
    acdebug_log(2, "prefill done", ACDEBUG_UINT("gen_ai.usage.input_tokens", chat->prompt.tokens),
                ACDEBUG_UINT("gen_ai.usage.cache_read.input_tokens", chat->cached_tokens),
                ACDEBUG_UINT("acdebug.computed_tokens", missing));
    return upstream_works(chat, STAGE_PREFILL, ret_failure);
}

/* Between 16 and 63 tokens, the same ones for the same prompt, unless the client wants fewer. */
static size_t plan_answer(const struct acd_chat *chat)
{
    const size_t tokens = 16 + chat->prompt.tokens * 7919 % 48;
    const size_t max_tokens = chat->request.max_tokens;

    return max_tokens > 0 && max_tokens < tokens ? max_tokens : tokens;
}

static void log_request(const struct acd_chat_request *request)
{
    acdebug_log(1, "chat request", ACDEBUG_STR("gen_ai.request.model", request->model),
                ACDEBUG_STR("gen_ai.conversation.id", request->conversation),
                ACDEBUG_UINT("acdebug.prompt_bytes", request->prompt_bytes),
                ACDEBUG_BOOL("acdebug.stream", request->is_stream));
    acdebug_log(3, "prompt",
                ACDEBUG_STRN("acdebug.prompt", request->prompt, request->prompt_bytes));
}

static struct acd_chat *start_chat(struct acd_engine *engine, const struct acd_incoming *request,
                                   struct acd_failure *ret_failure)
{
    const uint64_t id = acd_engine_next_request(engine);
    struct acd_chat_request question;
    struct acd_chat *chat;

    if (!read_request(request->body, request->bytes, &question, ret_failure)) {
        acd_engine_refuse(engine, request, ret_failure, NULL);
        return NULL;
    }
    log_request(&question);
    chat = admit(engine, &question, id, ret_failure);
    if (chat == NULL) {
        acd_engine_refuse(engine, request, ret_failure, question.model);
        acd_wire_chat_fini(&question);
    }
    return chat;
}

struct acd_chat *acd_chat_begin(struct acd_engine *engine, const struct acd_incoming *request,
                                struct acd_chat_lookups *ret_lookups,
                                struct acd_failure *ret_failure)
{
    struct acd_chat *chat = start_chat(engine, request, ret_failure);

    *ret_lookups = (struct acd_chat_lookups){0};
    if (chat == NULL) {
        acdebug_request_clear();
        return NULL;
    }
    acd_observe_start(&chat->timer, engine->tally, "chat_completion");
    if (!prepare(chat, ret_failure)) {
        *ret_lookups = chat->lookups;
        acd_engine_refuse(engine, request, ret_failure, chat->model->name);
        chat_free(chat);
        return NULL;
    }
    *ret_lookups = chat->lookups;
    chat->answer_tokens = plan_answer(chat);
    return chat;
}

bool acd_chat_next(struct acd_chat *chat, const char **ret_text, size_t *ret_bytes)
{
    const char *question = chat->request.prompt + chat->request.question_at;
    size_t length = chat->request.question_bytes;

    if (chat->made_tokens == chat->answer_tokens) {
        return false;
    }
    acdebug_request_set(chat->id);
    if (length == 0) {
        question = "?";
        length = 1;
    }
    acd_delay_for(chat->engine->options.delay,
                  chat->engine->options.decode_ns * chat->model->scale);
    if (chat->question_at == length) {
        chat->question_at = 0;
    }
    *ret_text = question + chat->question_at;
    *ret_bytes = acd_token_length(*ret_text, length - chat->question_at);
    chat->question_at += *ret_bytes;
    chat->made_tokens++;
    if (chat->made_tokens == 1) {
        acd_observe_mark(&chat->timer, "first_token");
    }
    acdebug_log(3, "token", ACDEBUG_UINT("acdebug.position", chat->made_tokens),
                ACDEBUG_STRN("acdebug.text", *ret_text, *ret_bytes));
    return true;
}

char *acd_chat_rest(struct acd_chat *chat)
{
    struct acd_strbuf text = {0};
    const char *piece;
    size_t bytes;

    while (acd_chat_next(chat, &piece, &bytes)) {
        acd_strbuf_add(&text, piece, bytes);
    }
    return acd_strbuf_take(&text);
}

bool acd_chat_is_stream(const struct acd_chat *chat)
{
    return chat->request.is_stream;
}

struct acd_wire_answer acd_chat_answer(const struct acd_chat *chat)
{
    struct acd_wire_answer answer = {
        .id = chat->id,
        .model = chat->model->name,
        .usage = {chat->prompt.tokens, chat->cached_tokens, chat->made_tokens},
    };

    if (chat->made_tokens == chat->answer_tokens) {
        answer.finish_reason = chat->answer_tokens == chat->request.max_tokens ? "length" : "stop";
    }
    return answer;
}

void acd_chat_end(struct acd_chat *chat)
{
    static const struct acd_failure gone = {0, "client went away"};

    if (chat == NULL) {
        return;
    }
    acdebug_request_set(chat->id);
    if (chat->made_tokens == chat->answer_tokens) {
        acd_observe_mark(&chat->timer, "inference_complete");
        acd_observe_end(&chat->timer);
        acd_tally_add(chat->engine->tally, "status.200");
    } else {
        acd_observe_fail(&chat->timer, "ClientGone");
        acd_observe_error(chat->engine->tally, "Streaming", &gone, chat->model->name, NULL);
        acd_tally_add(chat->engine->tally, "status.499");
    }
    chat_free(chat);
}
