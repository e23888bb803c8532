/* SPDX-License-Identifier: MIT */
/* Sorting by time before the scroll-back, see batch.h. */
#include "config.h"

#include "tui/app/batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int grow_words(struct acd_batch *b, size_t more)
{
    size_t room = b->word_room ? b->word_room : 4096;
    while (room < b->word_count + more)
        room *= 2;
    if (room == b->word_room)
        return 0;
    uint64_t *words = realloc(b->words, room * sizeof *words);
    if (!words)
        return -ENOMEM;
    b->words = words;
    b->word_room = room;
    return 0;
}

int acd_batch_add(struct acd_batch *batch, const struct acd_entry *entry)
{
    size_t words = entry->type == ACD_ENTRY_EVENT ? entry->payload_bytes / 8 : 0;
    if (batch->count == batch->room) {
        size_t room = batch->room ? 2 * batch->room : 256;
        struct acd_entry *grown = realloc(batch->entry, room * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        batch->entry = grown;
        batch->room = room;
    }
    if (grow_words(batch, words) < 0)
        return -ENOMEM;
    struct acd_entry *e = &batch->entry[batch->count];
    *e = *entry;
    /* The words may move until the end: keep their place, and the order of arrival. */
    e->lost = entry->type == ACD_ENTRY_EVENT ? batch->word_count : entry->lost;
    e->sequence = batch->count++;
    if (words > 0)
        memcpy(batch->words + batch->word_count, entry->payload, 8 * words);
    batch->word_count += words;
    return 0;
}

static int by_time(const void *left, const void *right)
{
    const struct acd_entry *a = left, *b = right;
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    return a->sequence < b->sequence ? -1 : 1;
}

int acd_batch_flush(struct acd_batch *batch, struct acd_store *store)
{
    int result = 0;
    if (batch->count > 1)
        qsort(batch->entry, batch->count, sizeof batch->entry[0], by_time);
    for (size_t i = 0; i < batch->count; i++) {
        struct acd_entry *e = &batch->entry[i];
        if (e->type == ACD_ENTRY_EVENT)
            e->payload = batch->words + e->lost;
        int r = acd_store_append(store, e);
        result = r < 0 ? r : result;
    }
    batch->count = 0;
    batch->word_count = 0;
    return result;
}

void acd_batch_fini(struct acd_batch *batch)
{
    free(batch->entry);
    free(batch->words);
    memset(batch, 0, sizeof *batch);
}
