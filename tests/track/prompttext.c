/* SPDX-License-Identifier: MIT */
/* Words, sentences and a toy tokenizer, see prompttext.h. */
#include "config.h"

#include "tests/track/prompttext.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/scratch.h"

#define PIECE_MOST 12 /* bytes */
#define SLOTS (1u << 20)
#define FIRST_TOKEN 100u

/* ---- text ---- */

void acd_prose_add(struct acd_prose *text, const char *bytes, size_t count)
{
    if (text->count + count > text->room) {
        text->room = 2 * (text->count + count);
        text->at = realloc(text->at, text->room);
        if (!text->at)
            acd_scratch_die("no memory");
    }
    if (count > 0)
        memcpy(text->at + text->count, bytes, count);
    text->count += count;
}

void acd_prose_add_string(struct acd_prose *text, const char *string)
{
    acd_prose_add(text, string, strlen(string));
}

void acd_prose_free(struct acd_prose *text)
{
    free(text->at);
    *text = (struct acd_prose){0};
}

uint64_t acd_prose_random(uint64_t *state, uint64_t most)
{
    return (acd_scratch_random(state) >> 16) % most;
}

void acd_prose_word(struct acd_prose *text, uint64_t *state)
{
    static const char consonant[] = "bcdfghjklmnprstvw", vowel[] = "aeiou";
    for (uint64_t n = 1 + acd_prose_random(state, 4); n > 0; n--) {
        char syllable[3] = {consonant[acd_prose_random(state, sizeof consonant - 1)],
                            vowel[acd_prose_random(state, sizeof vowel - 1)],
                            consonant[acd_prose_random(state, sizeof consonant - 1)]};
        acd_prose_add(text, syllable, acd_prose_random(state, 3) == 0 ? 3 : 2);
    }
}

void acd_prose_sentences(struct acd_prose *text, uint64_t *state, unsigned words)
{
    for (unsigned left = 0; words > 0; words--) {
        size_t begin = text->count;
        acd_prose_word(text, state);
        if (left == 0) {
            left = 4 + (unsigned)acd_prose_random(state, 12);
            text->at[begin] = (char)(text->at[begin] - 'a' + 'A');
        }
        bool ends = --left == 0 || words == 1;
        acd_prose_add_string(text, !ends ? " " : words == 1 ? ".\n" : ". ");
    }
}

/* ---- tokens ---- */

struct acd_vocabulary {
    uint32_t slot[SLOTS]; /* a piece's number and one, 0: free */
    char (*piece)[PIECE_MOST];
    uint8_t *length;
    uint32_t count, room;
};

struct acd_vocabulary *acd_vocabulary_new(void)
{
    struct acd_vocabulary *v = calloc(1, sizeof *v);
    if (!v)
        acd_scratch_die("no memory");
    return v;
}

void acd_vocabulary_free(struct acd_vocabulary *vocabulary)
{
    if (!vocabulary)
        return;
    free(vocabulary->piece);
    free(vocabulary->length);
    free(vocabulary);
}

static uint32_t add_piece(struct acd_vocabulary *v, const char *bytes, size_t length)
{
    if (v->count == v->room) {
        v->room = v->room > 0 ? 2 * v->room : 1024;
        v->piece = realloc(v->piece, v->room * sizeof *v->piece);
        v->length = realloc(v->length, v->room);
        if (!v->piece || !v->length || v->room > SLOTS / 2)
            acd_scratch_die("no room for words");
    }
    memcpy(v->piece[v->count], bytes, length);
    v->length[v->count] = (uint8_t)length;
    return ++v->count;
}

static uint32_t token_of(struct acd_vocabulary *v, const char *bytes, size_t length)
{
    uint64_t sum = length;
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    uint32_t at = (uint32_t)(sum ^ sum >> 29) % SLOTS;
    while (v->slot[at] != 0) {
        uint32_t n = v->slot[at] - 1;
        if (v->length[n] == length && memcmp(v->piece[n], bytes, length) == 0)
            return n + FIRST_TOKEN;
        at = (at + 1) % SLOTS;
    }
    v->slot[at] = add_piece(v, bytes, length);
    return v->slot[at] - 1 + FIRST_TOKEN;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Commas and line ends stand alone, so that what is between them may change places. */
static bool is_joined(char c)
{
    return !is_letter(c) && !is_digit(c) && c != ' ' && c != ',' && c != '\n';
}

static size_t piece_length(const char *at, size_t left)
{
    size_t n = at[0] == ' ' && left > 1 && is_letter(at[1]);
    if (is_digit(at[0])) {
        while (n < left && n < 3 && is_digit(at[n]))
            n++;
    } else if (is_letter(at[n])) {
        size_t most = n + 5;
        while (n < left && n < most && is_letter(at[n]))
            n++;
    } else if (is_joined(at[0])) {
        while (n < left && n < PIECE_MOST && is_joined(at[n]))
            n++;
    } else {
        n = 1;
    }
    return n;
}

uint32_t *acd_vocabulary_tokens(struct acd_vocabulary *vocabulary, const char *text, size_t bytes,
                                uint32_t **ret_begin, size_t *ret_count)
{
    uint32_t *token = malloc((bytes + 1) * sizeof *token);
    uint32_t *begin = malloc((bytes + 1) * sizeof *begin);
    size_t n = 0, length = 0;
    if (!token || !begin)
        acd_scratch_die("no memory");
    for (size_t at = 0; at < bytes; at += length) {
        length = piece_length(text + at, bytes - at);
        token[n] = token_of(vocabulary, text + at, length);
        begin[n++] = (uint32_t)at;
    }
    begin[n] = (uint32_t)bytes;
    *ret_begin = realloc(begin, (n + 1) * sizeof *begin);
    *ret_count = n;
    return realloc(token, (n + 1) * sizeof *token);
}

size_t acd_vocabulary_text(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                           size_t room)
{
    const struct acd_vocabulary *v = context;
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t n = tokens[i] - FIRST_TOKEN;
        if (tokens[i] < FIRST_TOKEN || n >= v->count || length + v->length[n] > room)
            break;
        memcpy(ret_text + length, v->piece[n], v->length[n]);
        length += v->length[n];
    }
    return length;
}
