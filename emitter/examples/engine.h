/* SPDX-License-Identifier: MIT */
/*
 * The server without its network: caches, models, limits and counts; chat.h and embed.h answer
 * requests with it. Work takes time in proportion to the tokens that no cache had; the
 * rest is real. Any thread; acd_engine_free() when no request is under way.
 */
#ifndef ACD_EXAMPLES_ENGINE_H
#define ACD_EXAMPLES_ENGINE_H

#include <stddef.h>
#include <stdint.h>

#include "block_id.h"
#include "delay.h"
#include "incoming.h"
#include "wire.h"

struct acd_engine;

struct acd_engine_options {
    struct acd_block_key key; /* secret of the block names; any value does for a test */
    size_t block_tokens;      /* tokens a block of the prompt cache */
    size_t block_count;       /* blocks in the prompt cache */
    size_t minimum_tokens;    /* prompts with fewer are not cached */
    size_t session_count;     /* conversations in the kv cache */
    uint64_t session_ttl_ns;  /* how long one is kept; 0: for ever */
    size_t resident_models;   /* models in memory at once */
    uint64_t model_load_ns;   /* of the smallest model; the two below too */
    uint64_t prefill_ns;      /* a token of the prompt that no cache had */
    uint64_t decode_ns;       /* a token of the answer */
    size_t context_tokens;    /* longer prompts are refused */
    size_t concurrency_max;   /* chats at once, more are refused */
    unsigned fail_every;      /* each so-many-th chat fails as if upstream had; 0: none */
    struct acd_delay *delay;  /* what it waits with; must outlive it */
};

/* Options of a small and quick server. */
struct acd_engine_options acd_engine_options_default(struct acd_delay *delay);

/* 0, -EINVAL for a size of 0, -ENOMEM. */
int acd_engine_new(struct acd_engine **ret_engine, const struct acd_engine_options *options);
void acd_engine_free(struct acd_engine *engine);

/* The names of the models that it knows, at most max of them, in static storage. Returns how many. */
size_t acd_engine_models(const char **ret_names, size_t max);

/* Counts and reports an error that was answered; model may be NULL. The network side calls it for what
 * never reached the engine: no such path, too large, ... */
void acd_engine_refuse(struct acd_engine *engine, const struct acd_incoming *request,
                       const struct acd_failure *failure, const char *model);

/* The server's own counts as JSON; the caller's to free(), NULL: no memory. */
char *acd_engine_counts(struct acd_engine *engine);

/* One of those counts, as the tally names it; 0 when there is none. */
uint64_t acd_engine_count(struct acd_engine *engine, const char *name);

#endif
