/* SPDX-License-Identifier: MIT */
/* Tables of names, see names.h. */
#include "config.h"

#include "emitter/names.h"

#include <string.h>

uint64_t acd_names_hash(uint64_t seed, const char *text, uint64_t bytes)
{
    const uint64_t prime = UINT64_C(0x9e3779b97f4a7c15); /* 2^64 over the golden ratio */
    uint64_t h = seed ^ bytes * prime;
    for (; bytes >= 8; bytes -= 8, text += 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        h = (h ^ word) * prime;
        h ^= h >> 29;
    }
    for (; bytes > 0; bytes--, text++)
        h = (h ^ (unsigned char)*text) * prime;
    h ^= h >> 32;
    return h | 1;
}

void acd_names_store(char *field, const char *text, uint64_t kept)
{
    if (kept > 0)
        memcpy(field, text, kept);
    field[kept] = '\0';
}

/* All store the same words, so it doesn't matter whose is the last. */
void acd_names_store_other(char *field, uint64_t field_bytes)
{
    acd_text_store((acd_word *)(void *)field, (unsigned)(field_bytes / 8), "(other)", 7);
}

unsigned acd_names_take(const struct acd_table *table)
{
    if (acd_get(table->used) >= table->capacity)
        return table->capacity;
    uint64_t index = acd_add(table->used, 1);
    return index < table->capacity ? (unsigned)index : table->capacity;
}

void acd_names_show(const struct acd_table *table, unsigned index, uint64_t hash)
{
    acd_mark(&table->ready[index / 64], UINT64_C(1) << index % 64);
    acd_publish(&table->hash[index], hash);
}
