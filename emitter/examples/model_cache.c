/* SPDX-License-Identifier: MIT */
/* The models in memory: one table, an entry a model, that holds when the model is ready. */
#include "model_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "lru.h"

#define GHOSTS 64

struct acd_model_cache {
    pthread_mutex_t lock;
    struct acd_lru *models;
    struct acd_cache_totals totals;
};

struct acd_model_cache *acd_model_cache_new(size_t resident_count)
{
    struct acd_model_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL) {
        return NULL;
    }
    if (pthread_mutex_init(&cache->lock, NULL) != 0) {
        free(cache);
        return NULL;
    }
    cache->models = acd_lru_new(resident_count, GHOSTS);
    if (cache->models == NULL) {
        acd_model_cache_free(cache);
        return NULL;
    }
    return cache;
}

void acd_model_cache_free(struct acd_model_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    acd_lru_free(cache->models);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

struct acd_cache_result acd_model_cache_use(struct acd_model_cache *cache,
                                            struct acd_block_id model, uint64_t load_ns,
                                            uint64_t now_ns, uint64_t *ret_wait_ns)
{
    struct acd_cache_result result = {.outcome = ACD_LOOKUP_HIT};
    struct acd_lru_entry *entry;

    pthread_mutex_lock(&cache->lock);
    entry = acd_lru_find(cache->models, model);
    if (entry != NULL) {
        acd_lru_touch(cache->models, entry);
    } else {
        result.outcome = ACD_LOOKUP_MISS;
        result.reason = acd_lru_was_evicted(cache->models, model) ? ACD_WHY_EVICTED : ACD_WHY_COLD;
        entry = acd_lru_put(cache->models, model, &result.evicted);
        entry->stored_ns = now_ns + load_ns;
    }
    *ret_wait_ns = entry->stored_ns > now_ns ? entry->stored_ns - now_ns : 0;
    result.age_ns = acd_cache_result_age_ns(entry->stored_ns, now_ns);
    acd_cache_result_add(&cache->totals, &result);
    pthread_mutex_unlock(&cache->lock);
    return result;
}

struct acd_cache_totals acd_model_cache_totals(struct acd_model_cache *cache)
{
    struct acd_cache_totals totals;

    pthread_mutex_lock(&cache->lock);
    totals = cache->totals;
    totals.entries = acd_lru_count(cache->models);
    totals.capacity = acd_lru_capacity(cache->models);
    pthread_mutex_unlock(&cache->lock);
    return totals;
}
