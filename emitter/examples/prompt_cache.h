/* SPDX-License-Identifier: MIT */
/*
 * A prefix cache of prompts, as inference servers keep one: blocks of tokens under the names of
 * their chains, a bounded number of them, the least recently used one evicted first. It says how
 * much of a prompt was there, where the rest began, and why the rest was not there. Blocks become
 * known when a request is admitted, before they are computed, so that of two requests that come at
 * once only one counts as having created them. Any thread; one lock, held for one pass over a
 * prompt's blocks.
 */
#ifndef ACD_EXAMPLES_PROMPT_CACHE_H
#define ACD_EXAMPLES_PROMPT_CACHE_H

#include "cache_result.h"
#include "prompt.h"

struct acd_prompt_cache;

struct acd_prompt_cache_options {
    size_t block_count;    /* how many blocks it holds, at least 1 */
    size_t minimum_tokens; /* shorter prompts are not cached; 0: one block */
};

/* NULL when there is no memory. */
struct acd_prompt_cache *acd_prompt_cache_new(const struct acd_prompt_cache_options *options);
void acd_prompt_cache_free(struct acd_prompt_cache *cache);

/*
 * Looks the prompt up and stores what was not there. conversation may be NULL; with it, a miss can
 * be told from a prompt that was changed. now_ns is any monotonic clock.
 */
struct acd_cache_result acd_prompt_cache_use(struct acd_prompt_cache *cache,
                                             const struct acd_prompt *prompt,
                                             const struct acd_block_id *conversation,
                                             uint64_t now_ns);

/* Counts a request that asked not to be looked up. */
struct acd_cache_result acd_prompt_cache_bypass(struct acd_prompt_cache *cache,
                                                const struct acd_prompt *prompt);

struct acd_cache_totals acd_prompt_cache_totals(struct acd_prompt_cache *cache);

#endif
