/* SPDX-License-Identifier: MIT */
/*
 * Text for made prompts: words and sentences from a seed, and a tokenizer that cuts text as those of
 * language models do: a word's pieces, digits by threes, punctuation in runs.  A token's number stands for
 * its text in one vocabulary.  For tests; out of memory ends the program.
 */
#ifndef ACD_TESTS_TRACK_PROMPTTEXT_H
#define ACD_TESTS_TRACK_PROMPTTEXT_H

#include <stddef.h>
#include <stdint.h>

struct acd_prose {
    char *at; /* no NUL */
    size_t count, room;
};

void acd_prose_add(struct acd_prose *text, const char *bytes, size_t count);
void acd_prose_add_string(struct acd_prose *text, const char *string);
void acd_prose_free(struct acd_prose *text);

/* A number below `most`, which is not 0. */
uint64_t acd_prose_random(uint64_t *state, uint64_t most);
/* A word of one to four syllables. */
void acd_prose_word(struct acd_prose *text, uint64_t *state);
/* So many words in sentences, each with a capital letter and a point, and a line's end. */
void acd_prose_sentences(struct acd_prose *text, uint64_t *state, unsigned words);

struct acd_vocabulary;

struct acd_vocabulary *acd_vocabulary_new(void);
void acd_vocabulary_free(struct acd_vocabulary *vocabulary);

/* The tokens of a text, both to be freed: `ret_begin` has where each begins, and the text's end. */
uint32_t *acd_vocabulary_tokens(struct acd_vocabulary *vocabulary, const char *text, size_t bytes,
                                uint32_t **ret_begin, size_t *ret_count);
/* What acdebug_tracker_options.detokenize is; `context` is the vocabulary. */
size_t acd_vocabulary_text(void *context, const uint32_t *tokens, size_t count, char *ret_text,
                           size_t room);

#endif
