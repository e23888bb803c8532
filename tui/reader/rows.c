/* SPDX-License-Identifier: MIT */
/* Rows of the ring's tables, see rows.h. */
#include "config.h"

#include "tui/reader/rows.h"

#include <stdlib.h>
#include <string.h>

#include "tui/reader/secrets.h"
#include "tui/reader/shared.h"

#define TEXT_WORDS_MAX 24
#define NAME_BYTES_MAX 256

unsigned acd_rows_count(const struct acd_ringmap *ring, enum acd_section_id section, unsigned most)
{
    uint32_t count = acd_ringmap_count(ring, section);
    return count < most ? count : most;
}

bool acd_rows_ready(const acd_word *bits, unsigned index)
{
    return acd_shared_acquire(&bits[index / 64]) >> (index % 64) & 1;
}

unsigned acd_rows_next(const acd_word *bits, unsigned count, unsigned from)
{
    while (from < count) {
        uint64_t word = acd_shared_acquire(&bits[from / 64]) >> (from % 64);
        if (word) {
            unsigned row = from + (unsigned)__builtin_ctzll(word);
            return row < count ? row : count;
        }
        from = (from / 64 + 1) * 64;
    }
    return count;
}

void acd_rows_name(char *ret_name, const char *from, size_t bytes)
{
    char copy[NAME_BYTES_MAX];
    bytes = bytes < sizeof copy ? bytes : sizeof copy;
    acd_shared_copy_bytes(copy, from, bytes);
    acd_secrets_copy(ret_name, bytes, copy, strnlen(copy, bytes - 1));
}

void acd_rows_text(char *ret_text, size_t bytes, const acd_word *from, size_t words)
{
    uint64_t copy[TEXT_WORDS_MAX];
    if (words > TEXT_WORDS_MAX)
        words = TEXT_WORDS_MAX;
    acd_shared_copy_words(copy, from, words);
    size_t n = words * sizeof copy[0] < bytes ? words * sizeof copy[0] : bytes - 1;
    memcpy(ret_text, copy, n);
    ret_text[n] = '\0';
}

void *acd_rows_add(void **array, size_t *room, size_t count, size_t size)
{
    if (count == *room) {
        size_t more = *room ? *room * 2 : 8;
        void *bigger = realloc(*array, more * size);
        if (!bigger)
            return NULL;
        *array = bigger;
        *room = more;
    }
    void *entry = (char *)*array + count * size;
    memset(entry, 0, size);
    return entry;
}
