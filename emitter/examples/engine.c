/* SPDX-License-Identifier: MIT */
/* The engine: its life, its models, and its counts. */
#include "engine_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a token's attention state would take in a model of this size. */
#define BYTES_PER_TOKEN UINT64_C(131072)

static const struct acd_engine_model models[] = {
    {"example-8b", 1},
    {"example-14b", 2},
    {"example-70b", 4},
    {"example-embed", 1},
};
struct acd_engine_options acd_engine_options_default(struct acd_delay *delay)
{
    return (struct acd_engine_options){
        .key = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xbf58476d1ce4e5b9)},
        .block_tokens = 16,
        .block_count = 4096,
        .minimum_tokens = 32,
        .session_count = 64,
        .session_ttl_ns = UINT64_C(300) * 1000000000,
        .resident_models = 2,
        .model_load_ns = UINT64_C(50) * 1000000,
        .prefill_ns = 20000,
        .decode_ns = 1000000,
        .context_tokens = 131072,
        .concurrency_max = 64,
        .delay = delay,
    };
}

/* Knows of the cache what it can't see for itself: its blocks and how many of them there are. */
static acdebug_tracker *new_tracker(const struct acd_engine_options *options)
{
    acdebug_tracker_options tracker = ACDEBUG_TRACKER_OPTIONS_INIT;
    acdebug_tracker *made = NULL;

    tracker.type = "prompt";
    tracker.block_tokens = options->block_tokens;
    tracker.minimum_tokens = options->minimum_tokens;
    tracker.capacity_tokens = options->block_count * options->block_tokens;
    tracker.detokenize = acd_observe_detokenize;
    return acdebug_tracker_new(&made, &tracker) == 0 ? made : NULL;
}

int acd_engine_new(struct acd_engine **ret_engine, const struct acd_engine_options *options)
{
    const struct acd_prompt_cache_options prompts = {options->block_count, options->minimum_tokens};
    const struct acd_session_cache_options sessions = {options->session_count,
                                                       options->session_ttl_ns};
    struct acd_engine *engine;

    if (options->block_tokens == 0 || options->block_count == 0 || options->session_count == 0 ||
        options->resident_models == 0) {
        return -EINVAL;
    }
    engine = calloc(1, sizeof(*engine));
    if (engine == NULL) {
        return -ENOMEM;
    }
    if (pthread_mutex_init(&engine->inventory_lock, NULL) != 0) {
        free(engine);
        return -ENOMEM;
    }
    if (pthread_mutex_init(&engine->lock, NULL) != 0) {
        pthread_mutex_destroy(&engine->inventory_lock);
        free(engine);
        return -ENOMEM;
    }
    engine->options = *options;
    engine->rules = (struct acd_prompt_rules){options->key, options->block_tokens};
    engine->prompts = acd_prompt_cache_new(&prompts);
    engine->tracker = new_tracker(options);
    engine->sessions = acd_session_cache_new(&sessions);
    engine->models = acd_model_cache_new(options->resident_models);
    engine->tally = acd_tally_new();
    if (engine->prompts == NULL || engine->tracker == NULL || engine->sessions == NULL ||
        engine->models == NULL || engine->tally == NULL) {
        acd_engine_free(engine);
        return -ENOMEM;
    }
    *ret_engine = engine;
    return 0;
}

void acd_engine_free(struct acd_engine *engine)
{
    if (engine == NULL) {
        return;
    }
    acd_tally_free(engine->tally);
    acd_model_cache_free(engine->models);
    acd_session_cache_free(engine->sessions);
    acdebug_tracker_free(engine->tracker);
    acd_prompt_cache_free(engine->prompts);
    pthread_mutex_destroy(&engine->lock);
    pthread_mutex_destroy(&engine->inventory_lock);
    free(engine);
}

size_t acd_engine_models(const char **ret_names, size_t max)
{
    const size_t count = sizeof(models) / sizeof(models[0]);

    for (size_t i = 0; i < count && i < max; i++) {
        ret_names[i] = models[i].name;
    }
    return count < max ? count : max;
}

const struct acd_engine_model *acd_engine_find_model(const char *name)
{
    for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
        if (strcmp(models[i].name, name) == 0) {
            return &models[i];
        }
    }
    return NULL;
}

uint64_t acd_engine_next_request(struct acd_engine *engine)
{
    uint64_t id;

    pthread_mutex_lock(&engine->lock);
    id = ++engine->requests;
    pthread_mutex_unlock(&engine->lock);
    acd_tally_add(engine->tally, "requests");
    acdebug_request_set(id);
    return id;
}

uint64_t acd_engine_take_place(struct acd_engine *engine)
{
    uint64_t number = 0;

    pthread_mutex_lock(&engine->lock);
    if (engine->running < engine->options.concurrency_max) {
        engine->running++;
        number = ++engine->chats;
    }
    pthread_mutex_unlock(&engine->lock);
    return number;
}

void acd_engine_give_place(struct acd_engine *engine)
{
    pthread_mutex_lock(&engine->lock);
    engine->running--;
    pthread_mutex_unlock(&engine->lock);
}

void acd_engine_load_model(struct acd_engine *engine, const struct acd_engine_model *model)
{
    const struct acd_block_id id =
        acd_block_id_of(&engine->options.key, model->name, strlen(model->name));
    struct acd_cache_result result;
    uint64_t wait_ns = 0;

    ACDEBUG_TIMED_SCOPE("load_model"); /* from here to the end, however it is left */
    acd_tally_add(engine->tally, "timer.load_model.count");
    result = acd_model_cache_use(engine->models, id, engine->options.model_load_ns * model->scale,
                                 acd_delay_now_ns(), &wait_ns);
    acd_observe_lookup("model", model->name, model->name, &result);
    if (wait_ns > 0) {
        acdebug_log(2, "waiting for the model", ACDEBUG_STR("gen_ai.request.model", model->name),
                    ACDEBUG_UINT("acdebug.wait_ns", wait_ns));
    }
    acd_delay_for(engine->options.delay, wait_ns);
}

void acd_engine_report_inventory(struct acd_engine *engine)
{
    const uint64_t block_bytes = engine->options.block_tokens * BYTES_PER_TOKEN;
    struct acd_cache_totals totals;

    /* Under the lock from reading to telling, so that what is told last is what was read last. */
    pthread_mutex_lock(&engine->inventory_lock);
    totals = acd_prompt_cache_totals(engine->prompts);
    acdebug_cache_inventory("prompt", NULL, totals.entries, totals.entries * block_bytes,
                            totals.capacity * block_bytes);
    totals = acd_session_cache_totals(engine->sessions);
    acdebug_cache_inventory("kv", NULL, totals.entries, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN);
    totals = acd_model_cache_totals(engine->models);
    acdebug_cache_inventory("model", NULL, totals.entries, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN);
    pthread_mutex_unlock(&engine->inventory_lock);
}

void acd_engine_refuse(struct acd_engine *engine, const struct acd_incoming *request,
                       const struct acd_failure *failure, const char *model)
{
    acd_tally_add(engine->tally, "status.%d", failure->status);
    acd_observe_error(engine->tally, "HTTP", failure, model, request);
}

char *acd_engine_counts(struct acd_engine *engine)
{
    const struct acd_wire_cache caches[] = {
        {"prompt", acd_prompt_cache_totals(engine->prompts)},
        {"kv", acd_session_cache_totals(engine->sessions)},
        {"model", acd_model_cache_totals(engine->models)},
    };
    struct acd_tally_entry *entries = calloc(ACD_TALLY_NAMES_MAX, sizeof(*entries));
    char *text = NULL;

    if (entries != NULL) {
        const size_t count = acd_tally_copy(engine->tally, entries, ACD_TALLY_NAMES_MAX);

        text = acd_wire_counts(caches, sizeof(caches) / sizeof(caches[0]), entries, count);
    }
    free(entries);
    return text;
}

uint64_t acd_engine_count(struct acd_engine *engine, const char *name)
{
    return acd_tally_get(engine->tally, name);
}
