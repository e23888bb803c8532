/* SPDX-License-Identifier: MIT */
/* What engine.c and chat.c share; no one else includes it. */
#ifndef ACD_EXAMPLES_ENGINE_PRIVATE_H
#define ACD_EXAMPLES_ENGINE_PRIVATE_H

#include <pthread.h>

#include "engine.h"
#include "model_cache.h"
#include "observe.h"
#include "prompt_cache.h"
#include "session_cache.h"
#include "tally.h"

struct acd_engine_model {
    const char *name;
    uint64_t scale; /* how many times slower than the smallest */
};

struct acd_engine {
    struct acd_engine_options options;
    struct acd_prompt_rules rules;
    struct acd_prompt_cache *prompts;
    acdebug_tracker *tracker; /* of that cache's lookups */
    struct acd_session_cache *sessions;
    struct acd_model_cache *models;
    struct acd_tally *tally;
    pthread_mutex_t inventory_lock; /* orders reports of what the caches hold */
    pthread_mutex_t lock;           /* guards the three below */
    uint64_t requests;              /* the last request's id */
    uint64_t chats;                 /* admitted so far */
    size_t running;                 /* chats under way */
};

/* NULL when there is no such model. */
const struct acd_engine_model *acd_engine_find_model(const char *name);

/* The number of a new request, and the id that its events carry. */
uint64_t acd_engine_next_request(struct acd_engine *engine);

/* Takes one of the places for chats under way. 0: there is none, else the number of the chat. */
uint64_t acd_engine_take_place(struct acd_engine *engine);
void acd_engine_give_place(struct acd_engine *engine);

/* Brings the model into memory, waits until it is there. */
void acd_engine_load_model(struct acd_engine *engine, const struct acd_engine_model *model);

/* Tells what the caches hold now. */
void acd_engine_report_inventory(struct acd_engine *engine);

#endif
