/* SPDX-License-Identifier: MIT */
/* The growing text: doubles its room, and does nothing more once it could not. */
#include "strbuf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

/* Makes room for length more bytes and the NUL. */
static bool reserve(struct acd_strbuf *text, size_t length)
{
    size_t capacity = text->capacity > 0 ? text->capacity : FIRST_CAPACITY;
    char *bytes;

    if (text->has_failed || length >= SIZE_MAX / 4) {
        text->has_failed = true;
        return false;
    }
    if (text->length + length < text->capacity) {
        return true;
    }
    while (capacity <= text->length + length) {
        capacity *= 2;
    }
    bytes = realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->has_failed = true;
        return false;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return true;
}

void acd_strbuf_add(struct acd_strbuf *text, const char *bytes, size_t length)
{
    if (reserve(text, length)) {
        memcpy(text->bytes + text->length, bytes, length);
        text->length += length;
        text->bytes[text->length] = '\0';
    }
}

void acd_strbuf_format(struct acd_strbuf *text, const char *format, ...)
{
    va_list arguments;
    va_list again;
    int length;

    va_start(arguments, format);
    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        text->has_failed = true;
    } else if (reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void acd_strbuf_json(struct acd_strbuf *text, const char *bytes, size_t length)
{
    size_t plain = 0; /* where the bytes begin that need no escape and are not added yet */

    acd_strbuf_add(text, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)bytes[i];

        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        acd_strbuf_add(text, bytes + plain, i - plain);
        acd_strbuf_format(text, "\\u%04x", byte);
        plain = i + 1;
    }
    acd_strbuf_add(text, bytes + plain, length - plain);
    acd_strbuf_add(text, "\"", 1);
}

char *acd_strbuf_take(struct acd_strbuf *text)
{
    char *bytes = NULL;

    acd_strbuf_add(text, "", 0);
    if (!text->has_failed) {
        bytes = text->bytes;
        text->bytes = NULL;
    }
    acd_strbuf_fini(text);
    return bytes;
}

void acd_strbuf_fini(struct acd_strbuf *text)
{
    free(text->bytes);
    *text = (struct acd_strbuf){0};
}
