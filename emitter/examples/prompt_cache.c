/* SPDX-License-Identifier: MIT */
/*
 * The prompt cache: one table of blocks with the ghosts of evicted ones, and one small table that
 * remembers how long the last prompt of each conversation was and what its last block was called.
 */
#include "prompt_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "lru.h"

#define GHOSTS_PER_BLOCK 4
#define CONVERSATIONS_MAX 4096

struct acd_prompt_cache {
    pthread_mutex_t lock;
    size_t minimum_tokens;
    struct acd_lru *blocks;
    struct acd_lru *conversations;
    struct acd_cache_totals totals;
};

struct acd_prompt_cache *acd_prompt_cache_new(const struct acd_prompt_cache_options *options)
{
    struct acd_prompt_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL) {
        return NULL;
    }
    if (pthread_mutex_init(&cache->lock, NULL) != 0) {
        free(cache);
        return NULL;
    }
    cache->minimum_tokens = options->minimum_tokens;
    cache->blocks = acd_lru_new(options->block_count, options->block_count * GHOSTS_PER_BLOCK);
    cache->conversations = acd_lru_new(CONVERSATIONS_MAX, 0);
    if (cache->blocks == NULL || cache->conversations == NULL) {
        acd_prompt_cache_free(cache);
        return NULL;
    }
    return cache;
}

void acd_prompt_cache_free(struct acd_prompt_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    acd_lru_free(cache->conversations);
    acd_lru_free(cache->blocks);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

/*
 * From the last block to the first, so that a chain loses its end first: a block whose parent is
 * gone can never be found again.
 */
static void touch_stored(struct acd_prompt_cache *cache, const struct acd_prompt *prompt,
                         size_t block_count)
{
    for (size_t i = block_count; i-- > 0;) {
        struct acd_lru_entry *entry = acd_lru_find(cache->blocks, prompt->blocks[i]);

        if (entry != NULL) {
            acd_lru_touch(cache->blocks, entry);
        }
    }
}

/* Returns how many blocks from the start on are there, and the age of the last of them. */
static size_t matching_blocks(const struct acd_prompt_cache *cache, const struct acd_prompt *prompt,
                              uint64_t now_ns, uint64_t *ret_age_ns)
{
    size_t count = 0;

    while (count < prompt->block_count) {
        const struct acd_lru_entry *entry = acd_lru_find(cache->blocks, prompt->blocks[count]);

        if (entry == NULL) {
            break;
        }
        *ret_age_ns = acd_cache_result_age_ns(entry->stored_ns, now_ns);
        count++;
    }
    return count;
}

/* Why block number matched is not there. */
static enum acd_why missing_reason(const struct acd_prompt_cache *cache,
                                   const struct acd_prompt *prompt, size_t matched,
                                   const struct acd_block_id *conversation)
{
    const struct acd_lru_entry *earlier;

    if (acd_lru_was_evicted(cache->blocks, prompt->blocks[matched])) {
        return ACD_WHY_EVICTED;
    }
    earlier = conversation != NULL ? acd_lru_find(cache->conversations, *conversation) : NULL;
    if (earlier == NULL || matched >= earlier->blocks) {
        return ACD_WHY_COLD;
    }
    /* The earlier prompt had a block here. If this one goes on where that one ended, it was the
     * same block, evicted so long ago that its ghost is gone too; else the texts part here. */
    if (earlier->blocks <= prompt->block_count &&
        acd_block_id_equal(prompt->blocks[earlier->blocks - 1], earlier->tail)) {
        return ACD_WHY_EVICTED;
    }
    return ACD_WHY_PREFIX_DIVERGED;
}

static void look_up(const struct acd_prompt_cache *cache, const struct acd_prompt *prompt,
                    const struct acd_block_id *conversation, uint64_t now_ns,
                    struct acd_cache_result *result)
{
    size_t matched;

    if (prompt->block_count == 0 || prompt->tokens < cache->minimum_tokens) {
        result->outcome = ACD_LOOKUP_MISS;
        result->reason = ACD_WHY_BELOW_MINIMUM;
        return;
    }
    matched = matching_blocks(cache, prompt, now_ns, &result->age_ns);
    result->cached_tokens = matched * prompt->block_tokens;
    result->diverged_at = result->cached_tokens;
    if (matched == prompt->block_count) {
        result->outcome = ACD_LOOKUP_HIT;
        return;
    }
    result->outcome = matched > 0 ? ACD_LOOKUP_PARTIAL : ACD_LOOKUP_MISS;
    result->reason = missing_reason(cache, prompt, matched, conversation);
}

static void store(struct acd_prompt_cache *cache, const struct acd_prompt *prompt, uint64_t now_ns,
                  struct acd_cache_result *result)
{
    const size_t capacity = acd_lru_capacity(cache->blocks);
    const size_t block_count = prompt->block_count < capacity ? prompt->block_count : capacity;

    /* What the prompt has already is touched first, so that its own new blocks don't evict it. */
    touch_stored(cache, prompt, block_count);
    for (size_t i = 0; i < block_count; i++) {
        if (acd_lru_find(cache->blocks, prompt->blocks[i]) == NULL) {
            acd_lru_put(cache->blocks, prompt->blocks[i], &result->evicted)->stored_ns = now_ns;
            result->created_tokens += prompt->block_tokens;
        }
    }
    touch_stored(cache, prompt, block_count);
}

static void remember_conversation(struct acd_prompt_cache *cache, const struct acd_prompt *prompt,
                                  const struct acd_block_id *conversation)
{
    struct acd_lru_entry *entry = acd_lru_find(cache->conversations, *conversation);
    size_t forgotten = 0;

    if (entry == NULL) {
        entry = acd_lru_put(cache->conversations, *conversation, &forgotten);
    } else {
        acd_lru_touch(cache->conversations, entry);
    }
    entry->blocks = prompt->block_count;
    entry->tail = prompt->blocks[prompt->block_count - 1];
}

struct acd_cache_result acd_prompt_cache_use(struct acd_prompt_cache *cache,
                                             const struct acd_prompt *prompt,
                                             const struct acd_block_id *conversation,
                                             uint64_t now_ns)
{
    struct acd_cache_result result = {.has_tokens = true, .input_tokens = prompt->tokens};

    pthread_mutex_lock(&cache->lock);
    look_up(cache, prompt, conversation, now_ns, &result);
    if (result.reason != ACD_WHY_BELOW_MINIMUM) {
        store(cache, prompt, now_ns, &result);
        if (conversation != NULL) {
            remember_conversation(cache, prompt, conversation);
        }
    }
    acd_cache_result_add(&cache->totals, &result);
    pthread_mutex_unlock(&cache->lock);
    return result;
}

struct acd_cache_result acd_prompt_cache_bypass(struct acd_prompt_cache *cache,
                                                const struct acd_prompt *prompt)
{
    const struct acd_cache_result result = {
        .outcome = ACD_LOOKUP_BYPASS,
        .reason = ACD_WHY_DISABLED,
        .input_tokens = prompt->tokens,
    };

    pthread_mutex_lock(&cache->lock);
    acd_cache_result_add(&cache->totals, &result);
    pthread_mutex_unlock(&cache->lock);
    return result;
}

struct acd_cache_totals acd_prompt_cache_totals(struct acd_prompt_cache *cache)
{
    struct acd_cache_totals totals;

    pthread_mutex_lock(&cache->lock);
    totals = cache->totals;
    totals.entries = acd_lru_count(cache->blocks);
    totals.capacity = acd_lru_capacity(cache->blocks);
    pthread_mutex_unlock(&cache->lock);
    return totals;
}
