/* SPDX-License-Identifier: MIT */
/* Random names and their cut, see names.h. */
#include "config.h"

#include "tests/support/names.h"

#include <string.h>

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static size_t encode(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--, c >>= 6)
        to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)(lead[n] | c);
    return n;
}

/* The character whose encoding the text begins with; its bytes, 0: none. */
static size_t begins_with(const char *text, size_t bytes)
{
    for (size_t n = 1; n <= 4 && n <= bytes; n++) {
        static const unsigned char payload[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
        char again[4];
        uint32_t c = (unsigned char)text[0] & payload[n];
        for (size_t i = 1; i < n; i++)
            c = c << 6 | ((unsigned char)text[i] & 0x3f);
        bool is_character = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
        if (is_character && encode(again, c) == n && memcmp(again, text, n) == 0)
            return n;
    }
    return 0;
}

size_t names_random(char ret_text[NAMES_ROOM], size_t least, bool spoilt, uint64_t *seed)
{
    static const uint32_t from[] = {' ', 0x80, 0x800, 0xe000, 0x10000};
    static const uint32_t count[] = {0x5f, 0x780, 0xd000, 0x2000, 0x100000};
    size_t n = 0;
    while (n < least) {
        uint64_t form = next(seed) % 5;
        n += encode(ret_text + n, from[form] + (uint32_t)(next(seed) % count[form]));
    }
    for (unsigned i = 0; spoilt && i < 3; i++)
        ret_text[n - 1 - next(seed) % 12] = (char)(1 + next(seed) % 255);
    ret_text[n] = '\0';
    return n;
}

bool names_valid(const char *text, size_t bytes)
{
    for (size_t i = 0, n; i < bytes; i += n)
        if ((n = begins_with(text + i, bytes - i)) == 0)
            return false;
    return true;
}

size_t names_oracle(const char *text, size_t bytes, size_t most)
{
    if (bytes <= most)
        return bytes;
    for (size_t at = 0; at < most; at++)
        if (at + begins_with(text + at, bytes - at) > most)
            return at;
    return most;
}
