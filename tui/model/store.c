/* SPDX-License-Identifier: MIT */
/*
 * The scroll-back, see store.h: one ring of words for the entries, one of offsets to find them by
 * number.  Both are allocated whole and touched as they fill, so an idle viewer stays small.
 *
 * An entry: word 0 time; word 1 thread 0..31, server 32..55, type 56..63; word 2 the record's low
 * 32 bits (bytes, site, flags), kind 32..39, level 40..47, category 48..55; then the payload, or
 * for a gap: word 2 the cause, word 3 the count.
 */
#include "config.h"

#include "tui/model/store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/reader/totals.h"

#define HEAD_WORDS 3u
#define SERVER_MASK UINT64_C(0xffffff)

struct acd_store {
    uint64_t *words;
    size_t word_count;
    size_t head; /* where the next entry goes */
    uint32_t *offset;
    uint32_t capacity;
    uint64_t first, next; /* sequence numbers */
    size_t used_words;
    uint64_t error[ACD_STORE_ERRORS]; /* sequence numbers, the newest at error_count - 1 */
    uint64_t error_count;             /* all there ever were */
};

int acd_store_new(struct acd_store **ret_store, uint32_t entries, size_t bytes)
{
    if (entries == 0 || bytes < ACD_STORE_BYTES_MIN || bytes / 8 > UINT32_MAX)
        return -EINVAL;
    struct acd_store *s = calloc(1, sizeof *s);
    if (!s)
        return -ENOMEM;
    s->word_count = bytes / 8;
    s->capacity = entries;
    s->words = malloc(s->word_count * sizeof s->words[0]);
    s->offset = malloc(entries * sizeof s->offset[0]);
    if (!s->words || !s->offset) {
        acd_store_free(s);
        return -ENOMEM;
    }
    *ret_store = s;
    return 0;
}

void acd_store_free(struct acd_store *store)
{
    if (!store)
        return;
    free(store->words);
    free(store->offset);
    free(store);
}

static size_t offset_of(const struct acd_store *s, uint64_t sequence)
{
    return s->offset[sequence % s->capacity];
}

static enum acd_entry_type type_at(const uint64_t *e)
{
    return e[1] >> 56 == ACD_ENTRY_GAP ? ACD_ENTRY_GAP : ACD_ENTRY_EVENT;
}

static size_t words_at(const uint64_t *e)
{
    if (type_at(e) == ACD_ENTRY_GAP)
        return HEAD_WORDS + 1;
    return HEAD_WORDS + (size_t)(e[2] & ACD_W2_BYTES_MASK) / 8;
}

static void forget_oldest(struct acd_store *s)
{
    s->used_words -= words_at(s->words + offset_of(s, s->first));
    s->first++;
}

static void forget_between(struct acd_store *s, size_t from, size_t to)
{
    while (s->first < s->next) {
        size_t at = offset_of(s, s->first);
        if (at < from || at >= to)
            return;
        forget_oldest(s);
    }
}

/* Room for one more entry of `words` in one piece.  The oldest entry is always the first one at or
 * after `head`, going round. */
static uint64_t *make_room(struct acd_store *s, size_t words)
{
    if (s->next - s->first == s->capacity)
        forget_oldest(s);
    if (s->head + words > s->word_count) {
        forget_between(s, s->head, s->word_count);
        s->head = 0;
    }
    forget_between(s, s->head, s->head + words);
    s->offset[s->next % s->capacity] = (uint32_t)s->head;
    s->next++;
    uint64_t *at = s->words + s->head;
    s->head += words;
    s->used_words += words;
    return at;
}

static bool joins_gap(struct acd_store *s, const struct acd_entry *entry)
{
    if (s->next == s->first)
        return false;
    uint64_t *e = s->words + offset_of(s, s->next - 1);
    if (type_at(e) != ACD_ENTRY_GAP || (e[1] >> 32 & SERVER_MASK) != entry->server ||
        e[2] != entry->cause)
        return false;
    e[3] += entry->lost;
    return true;
}

static uint64_t head_word(const struct acd_entry *entry)
{
    return entry->thread | (entry->server & SERVER_MASK) << 32 | (uint64_t)entry->type << 56;
}

int acd_store_append(struct acd_store *store, const struct acd_entry *entry)
{
    if (entry->type == ACD_ENTRY_GAP) {
        if (joins_gap(store, entry))
            return 0;
        uint64_t *e = make_room(store, HEAD_WORDS + 1);
        e[0] = entry->time_ns;
        e[1] = head_word(entry);
        e[2] = entry->cause;
        e[3] = entry->lost;
        return 0;
    }
    if (entry->payload_bytes > ACD_RECORD_BYTES_MAX || entry->payload_bytes % 8 != 0)
        return -EINVAL;
    if (entry->kind == ACD_KIND_ERROR || entry->kind == ACD_KIND_TIMER_FAIL)
        store->error[store->error_count++ % ACD_STORE_ERRORS] = store->next;
    uint64_t *e = make_room(store, HEAD_WORDS + entry->payload_bytes / 8);
    uint64_t flags = entry->flags & (ACD_W2_REQUEST_U64 | ACD_W2_REQUEST_STR | ACD_W2_THREAD);
    e[0] = entry->time_ns;
    e[1] = head_word(entry);
    e[2] = flags | entry->payload_bytes |
           ((uint64_t)entry->site & ACD_W2_SITE_MASK) << ACD_W2_SITE_SHIFT |
           (uint64_t)entry->kind << 32 | (uint64_t)entry->level << 40 |
           (uint64_t)entry->category << 48;
    if (entry->payload_bytes > 0)
        memcpy(e + HEAD_WORDS, entry->payload, entry->payload_bytes);
    return 0;
}

uint64_t acd_store_first(const struct acd_store *store)
{
    return store->first;
}

uint64_t acd_store_next(const struct acd_store *store)
{
    return store->next;
}

uint32_t acd_store_capacity(const struct acd_store *store)
{
    return store->capacity;
}

size_t acd_store_room(const struct acd_store *store)
{
    return store->word_count * sizeof store->words[0];
}

size_t acd_store_entry_bytes(const struct acd_entry *entry)
{
    return HEAD_WORDS * sizeof(uint64_t) +
           (entry->type == ACD_ENTRY_GAP ? sizeof(uint64_t) : entry->payload_bytes);
}

size_t acd_store_bytes(const struct acd_store *store)
{
    return store->used_words * 8 + (size_t)(store->next - store->first) * sizeof store->offset[0];
}

static void unpack_event(const uint64_t *e, struct acd_entry *ret)
{
    ret->flags = e[2] & UINT32_MAX;
    ret->payload_bytes = (uint32_t)(e[2] & ACD_W2_BYTES_MASK);
    ret->site = (uint32_t)(e[2] >> ACD_W2_SITE_SHIFT & ACD_W2_SITE_MASK);
    ret->kind = (uint8_t)(e[2] >> 32);
    ret->level = (uint8_t)(e[2] >> 40);
    ret->category = (uint8_t)(e[2] >> 48);
    ret->payload = e + HEAD_WORDS;
}

bool acd_store_get(const struct acd_store *store, uint64_t sequence, struct acd_entry *ret_entry)
{
    if (sequence < store->first || sequence >= store->next)
        return false;
    const uint64_t *e = store->words + offset_of(store, sequence);
    *ret_entry = (struct acd_entry){0};
    ret_entry->sequence = sequence;
    ret_entry->time_ns = e[0];
    ret_entry->thread = (uint32_t)e[1];
    ret_entry->server = (uint32_t)(e[1] >> 32 & SERVER_MASK);
    ret_entry->type = type_at(e);
    if (ret_entry->type == ACD_ENTRY_GAP) {
        ret_entry->cause = e[2] < ACD_LOSS_CAUSES ? (enum acd_loss_cause)e[2] : ACD_LOSS_OVERRUN;
        ret_entry->lost = e[3];
    } else {
        unpack_event(e, ret_entry);
    }
    return true;
}

bool acd_store_error_before(const struct acd_store *store, uint64_t sequence,
                            struct acd_entry *ret_entry)
{
    uint64_t count = store->error_count;
    uint64_t least = count > ACD_STORE_ERRORS ? count - ACD_STORE_ERRORS : 0;
    for (uint64_t i = count; i > least; i--) {
        uint64_t at = store->error[(i - 1) % ACD_STORE_ERRORS];
        if (at < sequence)
            return acd_store_get(store, at, ret_entry);
    }
    return false;
}

const char *acd_store_cause_name(enum acd_loss_cause cause)
{
    static const char *const names[ACD_LOSS_CAUSES] = {"overrun", "dropped", "unreadable"};
    return (unsigned)cause < ACD_LOSS_CAUSES ? names[cause] : "?";
}
