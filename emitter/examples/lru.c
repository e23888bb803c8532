/* SPDX-License-Identifier: MIT */
/*
 * One array of entries, one hash index over them, and three lists. An entry is always in exactly
 * one list: live, ghosts (evicted, still in the index) or spare (not in the index). The array holds
 * one more than the lists may, so that an entry can be added before the oldest ghost is let go.
 */
#include "lru.h"

#include <stdlib.h>

struct list {
    struct acd_lru_entry *newest;
    struct acd_lru_entry *oldest;
    size_t count;
};

struct acd_lru {
    size_t capacity;
    size_t ghosts_max;
    size_t bucket_mask;
    struct acd_lru_entry *entries;
    struct acd_lru_entry **buckets;
    struct list live;
    struct list ghosts;
    struct list spare;
};

static void list_push(struct list *list, struct acd_lru_entry *entry)
{
    entry->newer = NULL;
    entry->older = list->newest;
    if (list->newest != NULL) {
        list->newest->newer = entry;
    } else {
        list->oldest = entry;
    }
    list->newest = entry;
    list->count++;
}

static void list_unlink(struct list *list, struct acd_lru_entry *entry)
{
    if (entry->newer != NULL) {
        entry->newer->older = entry->older;
    } else {
        list->newest = entry->older;
    }
    if (entry->older != NULL) {
        entry->older->newer = entry->newer;
    } else {
        list->oldest = entry->newer;
    }
    list->count--;
}

static struct acd_lru_entry **bucket_of(const struct acd_lru *lru, struct acd_block_id id)
{
    return &lru->buckets[(size_t)id.low & lru->bucket_mask];
}

static struct acd_lru_entry *index_find(const struct acd_lru *lru, struct acd_block_id id)
{
    struct acd_lru_entry *entry = *bucket_of(lru, id);

    while (entry != NULL && !acd_block_id_equal(entry->id, id)) {
        entry = entry->chain;
    }
    return entry;
}

static void index_add(struct acd_lru *lru, struct acd_lru_entry *entry)
{
    struct acd_lru_entry **bucket = bucket_of(lru, entry->id);

    entry->chain = *bucket;
    *bucket = entry;
}

static void index_remove(struct acd_lru *lru, struct acd_lru_entry *entry)
{
    struct acd_lru_entry **link = bucket_of(lru, entry->id);

    while (*link != entry) {
        link = &(*link)->chain;
    }
    *link = entry->chain;
}

struct acd_lru *acd_lru_new(size_t capacity, size_t ghosts)
{
    struct acd_lru *lru = calloc(1, sizeof(*lru));
    const size_t entries = capacity + ghosts + 1;
    size_t buckets = 16;

    if (lru == NULL) {
        return NULL;
    }
    while (buckets < entries) {
        buckets *= 2;
    }
    lru->capacity = capacity;
    lru->ghosts_max = ghosts;
    lru->bucket_mask = buckets - 1;
    lru->entries = calloc(entries, sizeof(*lru->entries));
    lru->buckets = calloc(buckets, sizeof(struct acd_lru_entry *));
    if (lru->entries == NULL || lru->buckets == NULL) {
        acd_lru_free(lru);
        return NULL;
    }
    for (size_t i = 0; i < entries; i++) {
        list_push(&lru->spare, &lru->entries[i]);
    }
    return lru;
}

void acd_lru_free(struct acd_lru *lru)
{
    if (lru == NULL) {
        return;
    }
    free(lru->buckets);
    free(lru->entries);
    free(lru);
}

struct acd_lru_entry *acd_lru_find(const struct acd_lru *lru, struct acd_block_id id)
{
    struct acd_lru_entry *entry = index_find(lru, id);

    return entry != NULL && !entry->is_ghost ? entry : NULL;
}

bool acd_lru_was_evicted(const struct acd_lru *lru, struct acd_block_id id)
{
    const struct acd_lru_entry *entry = index_find(lru, id);

    return entry != NULL && entry->is_ghost;
}

void acd_lru_touch(struct acd_lru *lru, struct acd_lru_entry *entry)
{
    list_unlink(&lru->live, entry);
    list_push(&lru->live, entry);
}

static void evict_oldest(struct acd_lru *lru)
{
    struct acd_lru_entry *entry = lru->live.oldest;

    list_unlink(&lru->live, entry);
    entry->is_ghost = true;
    list_push(&lru->ghosts, entry);
    if (lru->ghosts.count > lru->ghosts_max) {
        struct acd_lru_entry *forgotten = lru->ghosts.oldest;

        list_unlink(&lru->ghosts, forgotten);
        index_remove(lru, forgotten);
        list_push(&lru->spare, forgotten);
    }
}

/* Takes the entry's own ghost back, or a spare one. */
static struct acd_lru_entry *take_entry(struct acd_lru *lru, struct acd_block_id id)
{
    struct acd_lru_entry *entry = index_find(lru, id);

    if (entry != NULL) {
        list_unlink(&lru->ghosts, entry);
        return entry;
    }
    entry = lru->spare.newest;
    list_unlink(&lru->spare, entry);
    entry->id = id;
    index_add(lru, entry);
    return entry;
}

struct acd_lru_entry *acd_lru_put(struct acd_lru *lru, struct acd_block_id id, size_t *evicted)
{
    struct acd_lru_entry *entry = take_entry(lru, id);

    if (lru->live.count == lru->capacity) {
        evict_oldest(lru);
        (*evicted)++;
    }
    entry->is_ghost = false;
    entry->stored_ns = 0;
    entry->blocks = 0;
    entry->tail = (struct acd_block_id){0};
    list_push(&lru->live, entry);
    return entry;
}

void acd_lru_remove(struct acd_lru *lru, struct acd_lru_entry *entry)
{
    list_unlink(&lru->live, entry);
    index_remove(lru, entry);
    list_push(&lru->spare, entry);
}

size_t acd_lru_count(const struct acd_lru *lru)
{
    return lru->live.count;
}

size_t acd_lru_capacity(const struct acd_lru *lru)
{
    return lru->capacity;
}
