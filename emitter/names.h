/* SPDX-License-Identifier: MIT */
/*
 * Small append-only tables of names in the ring, with their hashes kept here so that a look-up compares
 * few names.  Wait-free: two threads that bring the same new name at once make two entries, which the
 * reader merges.  A full table's last entry is (other).
 */
#ifndef ACD_NAMES_H
#define ACD_NAMES_H

#include <string.h>

#include "emitter/format/utf8.h"
#include "emitter/state.h"

struct acd_table {
    acd_word *hash;  /* one an entry, 0 not ready */
    acd_word *used;  /* entries given out, may exceed the capacity */
    acd_word *ready; /* bits for readers */
    acd_word *full;  /* calls that went under (other) */
    unsigned capacity;
};

/* Never 0.  Mixes eight bytes at a time by multiplication, as FNV does one. */
uint64_t acd_names_hash(uint64_t seed, const char *text, uint64_t bytes);

/* The bytes of a name that a field of `field_bytes` keeps: cut where a character ends. */
static inline uint64_t acd_names_kept(const char *text, uint64_t bytes, uint64_t field_bytes)
{
    return acd_utf8_cut(text, bytes, field_bytes - 1);
}

/* Does the field hold these bytes, which are what it would keep?  By words: most names are short, and a
 * call of memcmp costs more than the comparison. */
static inline bool acd_names_holds(const char *field, const char *text, uint64_t kept)
{
    uint64_t i = 0, a, b;
    for (; i + 8 <= kept; i += 8) {
        memcpy(&a, field + i, 8);
        memcpy(&b, text + i, 8);
        if (a != b)
            return false;
    }
    for (; i < kept; i++)
        if (field[i] != text[i])
            return false;
    return field[kept] == '\0';
}

/* Does the field hold the name?  Without a call, so that the hot path keeps its registers: false as well
 * where the name may have to be cut inside a character. */
static inline bool acd_names_surely(const char *field, uint64_t field_bytes, const char *text,
                                    uint64_t bytes)
{
    uint64_t most = field_bytes - 1;
    if (__builtin_expect(bytes > most, 0)) {
        if (((unsigned char)text[most] & 0xc0) == 0x80)
            return false;
        bytes = most;
    }
    return acd_names_holds(field, text, bytes);
}

void acd_names_store(char *field, const char *text, uint64_t kept);

/* The name of what takes the rest when a table is full: several threads may store it at once. */
void acd_names_store_other(char *field, uint64_t field_bytes);

/* A free entry's index, `capacity` for (other). */
unsigned acd_names_take(const struct acd_table *table);
/* The entry is whole: to threads here and to readers. */
void acd_names_show(const struct acd_table *table, unsigned index, uint64_t hash);

/* The names so far, at most the capacity. */
static inline unsigned acd_names_count(const struct acd_table *table)
{
    uint64_t used = acd_get(table->used);
    return used < table->capacity ? (unsigned)used : table->capacity;
}

#endif
