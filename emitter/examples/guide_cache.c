/* SPDX-License-Identifier: MIT */
/*
 * Cache-aware logging: each request timed with its checkpoints, each lookup counted as a hit or as a miss
 * with its reason.  At ANYCLAUDE_DEBUG=0 nothing is printed and the viewer still shows exact hit rates.
 */
#include <acdebug.h>

#define SLOTS 4

/* The last few prompts. */
struct cache {
    uint64_t key[SLOTS];
    uint64_t tokens[SLOTS];
    unsigned used;
};

static uint64_t hash_prompt(const char *prompt)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *prompt; prompt++)
        hash = (hash ^ (unsigned char)*prompt) * UINT64_C(1099511628211);
    return hash;
}

static bool find(const struct cache *cache, uint64_t key, uint64_t *ret_tokens)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (cache->key[i] == key && cache->tokens[i] > 0) {
            *ret_tokens = cache->tokens[i];
            return true;
        }
    return false;
}

static void store(struct cache *cache, uint64_t key, uint64_t tokens)
{
    unsigned slot = cache->used++ % SLOTS;
    if (cache->tokens[slot] > 0)
        acdebug_cache_evict("prompt", NULL, 1, "full");
    cache->key[slot] = key;
    cache->tokens[slot] = tokens;
}

static void chat_completions(struct cache *cache, uint64_t request, const char *prompt)
{
    acdebug_request_set(request); /* first, so that the timer carries it too */
    ACDEBUG_TIMED_SCOPE("completion");
    uint64_t key = hash_prompt(prompt), tokens = 0;
    if (find(cache, key, &tokens)) {
        acdebug_cache_hit("prompt", prompt, ACDEBUG_UINT("tokens", tokens));
    } else {
        acdebug_cache_miss("prompt", prompt, cache->used == 0 ? "cold" : "key_mismatch");
        store(cache, key, strlen(prompt) / 4 + 1);
    }
    acdebug_request_clear();
}

int main(void)
{
    static const char *const prompts[] = {"You are a helpful assistant.",
                                          "Translate to French.",
                                          "You are a helpful assistant.",
                                          "Write a poem.",
                                          "Sum up this text.",
                                          "Count to ten.",
                                          "You are a helpful assistant."};
    struct cache cache = {.used = 0};
    acdebug_timer timer;
    (void)acdebug_open("cache_server", NULL);
    acdebug_timer_start_level(&timer, "all prompts", 1);
    for (unsigned i = 0; i < sizeof prompts / sizeof prompts[0]; i++)
        chat_completions(&cache, i + 1, prompts[i]);
    (void)acdebug_timer_checkpoint(&timer, "answered");
    acdebug_cache_inventory("prompt", NULL, SLOTS, ACDEBUG_UNKNOWN, ACDEBUG_UNKNOWN);
    (void)acdebug_timer_end(&timer);
    acdebug_close();
    return 0;
}
