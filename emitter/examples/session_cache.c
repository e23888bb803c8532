/* SPDX-License-Identifier: MIT */
/* The session cache: one table, an entry a conversation, that holds the end of its chain. */
#include "session_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "lru.h"

#define GHOSTS_PER_SESSION 8

struct acd_session_cache {
    pthread_mutex_t lock;
    uint64_t ttl_ns;
    struct acd_lru *sessions;
    struct acd_cache_totals totals;
};

struct acd_session_cache *acd_session_cache_new(const struct acd_session_cache_options *options)
{
    struct acd_session_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL) {
        return NULL;
    }
    if (pthread_mutex_init(&cache->lock, NULL) != 0) {
        free(cache);
        return NULL;
    }
    cache->ttl_ns = options->ttl_ns;
    cache->sessions =
        acd_lru_new(options->session_count, options->session_count * GHOSTS_PER_SESSION);
    if (cache->sessions == NULL) {
        acd_session_cache_free(cache);
        return NULL;
    }
    return cache;
}

void acd_session_cache_free(struct acd_session_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    acd_lru_free(cache->sessions);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static enum acd_why missing_reason(const struct acd_session_cache *cache,
                                   struct acd_block_id conversation,
                                   const struct acd_lru_entry *entry,
                                   const struct acd_prompt *prompt, uint64_t now_ns)
{
    if (entry == NULL) {
        return acd_lru_was_evicted(cache->sessions, conversation) ? ACD_WHY_EVICTED : ACD_WHY_COLD;
    }
    if (cache->ttl_ns > 0 && acd_cache_result_age_ns(entry->stored_ns, now_ns) > cache->ttl_ns) {
        return ACD_WHY_EXPIRED;
    }
    if (entry->blocks > prompt->block_count ||
        !acd_block_id_equal(prompt->blocks[entry->blocks - 1], entry->tail)) {
        return ACD_WHY_PREFIX_DIVERGED;
    }
    return ACD_WHY_NONE;
}

static void look_up(const struct acd_session_cache *cache, struct acd_block_id conversation,
                    const struct acd_prompt *prompt, uint64_t now_ns,
                    struct acd_cache_result *result)
{
    const struct acd_lru_entry *entry = acd_lru_find(cache->sessions, conversation);

    if (prompt->block_count == 0) {
        result->outcome = ACD_LOOKUP_MISS;
        result->reason = ACD_WHY_BELOW_MINIMUM;
        return;
    }
    result->reason = missing_reason(cache, conversation, entry, prompt, now_ns);
    if (entry == NULL || result->reason != ACD_WHY_NONE) {
        result->outcome = ACD_LOOKUP_MISS;
        return;
    }
    result->outcome = ACD_LOOKUP_HIT;
    result->cached_tokens = (size_t)entry->blocks * prompt->block_tokens;
    result->diverged_at = result->cached_tokens;
    result->age_ns = acd_cache_result_age_ns(entry->stored_ns, now_ns);
}

static void store(struct acd_session_cache *cache, struct acd_block_id conversation,
                  const struct acd_prompt *prompt, uint64_t now_ns, struct acd_cache_result *result)
{
    struct acd_lru_entry *entry = acd_lru_find(cache->sessions, conversation);

    if (entry == NULL) {
        entry = acd_lru_put(cache->sessions, conversation, &result->evicted);
    } else {
        acd_lru_touch(cache->sessions, entry);
    }
    entry->stored_ns = now_ns;
    entry->blocks = prompt->block_count;
    entry->tail = prompt->blocks[prompt->block_count - 1];
    result->created_tokens = prompt->block_count * prompt->block_tokens - result->cached_tokens;
}

struct acd_cache_result acd_session_cache_use(struct acd_session_cache *cache,
                                              struct acd_block_id conversation,
                                              const struct acd_prompt *prompt, uint64_t now_ns)
{
    struct acd_cache_result result = {.has_tokens = true, .input_tokens = prompt->tokens};

    pthread_mutex_lock(&cache->lock);
    look_up(cache, conversation, prompt, now_ns, &result);
    if (result.reason != ACD_WHY_BELOW_MINIMUM) {
        store(cache, conversation, prompt, now_ns, &result);
    }
    acd_cache_result_add(&cache->totals, &result);
    pthread_mutex_unlock(&cache->lock);
    return result;
}

struct acd_cache_totals acd_session_cache_totals(struct acd_session_cache *cache)
{
    struct acd_cache_totals totals;

    pthread_mutex_lock(&cache->lock);
    totals = cache->totals;
    totals.entries = acd_lru_count(cache->sessions);
    totals.capacity = acd_lru_capacity(cache->sessions);
    pthread_mutex_unlock(&cache->lock);
    return totals;
}
