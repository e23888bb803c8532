/* SPDX-License-Identifier: MIT */
/*
 * The tokenizer. A token is a word or a piece of one (with the space before it), up to three
 * digits, a run of spaces, or a run of one punctuation character. English text comes to about
 * four bytes a token, as it does with the tokenizers of real models.
 */
#include "token.h"

#include <stdbool.h>
#include <string.h>

#define DIGITS_MAX 3

enum kind { KIND_WORD, KIND_DIGIT, KIND_SPACE, KIND_MARK };

/* Not ctype.h: what a token is must not depend on the locale. Bytes of UTF-8 count as letters. */
static enum kind kind_of(char c)
{
    const unsigned char byte = (unsigned char)c;

    if (byte >= '0' && byte <= '9') {
        return KIND_DIGIT;
    }
    if (byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) {
        return KIND_WORD;
    }
    if (byte == ' ' || (byte >= '\t' && byte <= '\r')) {
        return KIND_SPACE;
    }
    return KIND_MARK;
}

static bool is_utf8_continuation(char c)
{
    return ((unsigned char)c & 0xc0U) == 0x80U;
}

/* Where a token that would end at end must end so that it does not cut a character in two. */
static size_t whole_characters(const char *text, size_t length, size_t end)
{
    size_t at = end;

    while (at > 0 && at < length && is_utf8_continuation(text[at])) {
        at--;
    }
    return at > 0 ? at : end;
}

static size_t run_length(const char *text, size_t length, size_t start, size_t max)
{
    const enum kind kind = kind_of(text[start]);
    size_t end = start + 1;

    while (end < length && end < max && kind_of(text[end]) == kind &&
           (kind != KIND_MARK || text[end] == text[start])) {
        end++;
    }
    return end;
}

size_t acd_token_length(const char *text, size_t length)
{
    size_t start = 0;
    size_t end;

    if (length == 0) {
        return 0;
    }
    if (text[0] == ' ' && length > 1 && kind_of(text[1]) == KIND_WORD) {
        start = 1;
    }
    if (kind_of(text[start]) == KIND_DIGIT) {
        return run_length(text, length, start, DIGITS_MAX);
    }
    end = run_length(text, length, start, ACD_TOKEN_BYTES_MAX);
    if (kind_of(text[start]) == KIND_WORD) {
        return whole_characters(text, length, end);
    }
    /* "   word": the last space belongs to the word. */
    if (text[end - 1] == ' ' && end > 1 && end < length && kind_of(text[end]) == KIND_WORD) {
        end--;
    }
    return end;
}

size_t acd_token_count(const char *text, size_t length)
{
    size_t count = 0;

    for (size_t at = 0; at < length; at += acd_token_length(text + at, length - at)) {
        count++;
    }
    return count;
}

/* A number below SHORT_BIT is a hash; with the bit, it holds the text, 7 bits a character. */
#define SHORT_BIT UINT32_C(0x80000000)
#define SHORT_MAX 4

static bool is_short(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)text[i] >= 0x80 || text[i] == '\0') {
            return false;
        }
    }
    return length <= SHORT_MAX;
}

uint32_t acd_token_id(const char *text, size_t length)
{
    uint32_t id = 0;
    uint32_t hash = UINT32_C(0x811c9dc5); /* FNV-1a */

    if (is_short(text, length)) {
        for (size_t i = length; i-- > 0;) {
            id = id << 7 | (unsigned char)text[i];
        }
        return id | SHORT_BIT;
    }
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)text[i]) * UINT32_C(0x01000193);
    }
    hash &= ~SHORT_BIT;
    return hash != 0 ? hash : 1;
}

size_t acd_token_text(uint32_t id, char *ret_text, size_t room)
{
    static const char ellipsis[] = "\xe2\x80\xa6";
    size_t length = 0;

    if ((id & SHORT_BIT) == 0) {
        if (room < sizeof(ellipsis) - 1) {
            return 0;
        }
        memcpy(ret_text, ellipsis, sizeof(ellipsis) - 1);
        return sizeof(ellipsis) - 1;
    }
    for (id &= ~SHORT_BIT; id != 0 && length < room; id >>= 7) {
        ret_text[length++] = (char)(id & 0x7f);
    }
    return length;
}
