/* SPDX-License-Identifier: MIT */
/*
 * Which models are in memory: a few at a time, the least recently used one makes room. A lookup here
 * knows nothing of tokens. Any thread; one lock, never held while a model loads.
 */
#ifndef ACD_EXAMPLES_MODEL_CACHE_H
#define ACD_EXAMPLES_MODEL_CACHE_H

#include "block_id.h"
#include "cache_result.h"

struct acd_model_cache;

/* resident_count: how many models fit, at least 1. NULL when there is no memory. */
struct acd_model_cache *acd_model_cache_new(size_t resident_count);
void acd_model_cache_free(struct acd_model_cache *cache);

/*
 * Asks for a model that takes load_ns to load. ret_wait_ns is how long the caller has to wait for
 * it: all of load_ns on a miss, the rest of it when another request began to load it, else 0.
 */
struct acd_cache_result acd_model_cache_use(struct acd_model_cache *cache,
                                            struct acd_block_id model, uint64_t load_ns,
                                            uint64_t now_ns, uint64_t *ret_wait_ns);

struct acd_cache_totals acd_model_cache_totals(struct acd_model_cache *cache);

#endif
