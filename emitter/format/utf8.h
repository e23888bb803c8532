/* SPDX-License-Identifier: MIT */
/*
 * Where a character of UTF-8 ends, and where text is cut that is longer than its place: all who cut a name
 * cut it here, so that what was stored, what is compared with it and what is shown stay the same bytes.
 * Pure; any thread, any handler.
 */
#ifndef ACD_FORMAT_UTF8_H
#define ACD_FORMAT_UTF8_H

#include <stddef.h>

/* Bytes of the character at `text`, 0 when there is none. */
static inline size_t acd_utf8_length(const char *text, size_t bytes)
{
    const unsigned char *p = (const unsigned char *)text;
    if (bytes == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    size_t n = p[0] >= 0xc2 && p[0] < 0xe0   ? 2
               : (p[0] & 0xf0) == 0xe0       ? 3
               : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
                                             : 0;
    if (n == 0 || n > bytes)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    /* Overlong forms, surrogates, beyond U+10FFFF. */
    if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
        (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
        return 0;
    return n;
}

#define ACD_UTF8_AHEAD 3 /* bytes behind the cut that tell whether it goes through a character */

/* The same for text that is longer. */
size_t acd_utf8_cut_long(const char *text, size_t bytes, size_t most);

/* How much of the text stays where `most` bytes have room: all of it, else as much as fits without a
 * part of a character.  Bytes that are no character are cut anywhere. */
static inline size_t acd_utf8_cut(const char *text, size_t bytes, size_t most)
{
    return __builtin_expect(bytes <= most, 1) ? bytes : acd_utf8_cut_long(text, bytes, most);
}

#endif
