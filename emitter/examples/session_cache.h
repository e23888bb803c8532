/* SPDX-License-Identifier: MIT */
/*
 * The second tier: the attention state ("kv") of whole conversations, kept between their requests.
 * A conversation is found when its new prompt begins with all of the prompt that was kept; a prompt
 * that was changed in the middle, or one that comes too late, is not. Any thread; one lock.
 */
#ifndef ACD_EXAMPLES_SESSION_CACHE_H
#define ACD_EXAMPLES_SESSION_CACHE_H

#include "cache_result.h"
#include "prompt.h"

struct acd_session_cache;

struct acd_session_cache_options {
    size_t session_count; /* how many conversations it holds, at least 1 */
    uint64_t ttl_ns;      /* how long after its last use one is kept; 0: for ever */
};

/* NULL when there is no memory. */
struct acd_session_cache *acd_session_cache_new(const struct acd_session_cache_options *options);
void acd_session_cache_free(struct acd_session_cache *cache);

/* Looks the conversation up and keeps the new prompt in its place. */
struct acd_cache_result acd_session_cache_use(struct acd_session_cache *cache,
                                              struct acd_block_id conversation,
                                              const struct acd_prompt *prompt, uint64_t now_ns);

struct acd_cache_totals acd_session_cache_totals(struct acd_session_cache *cache);

#endif
