/* SPDX-License-Identifier: MIT */
/*
 * Splits text into tokens the way a model's tokenizer would: deterministic, from left to right, so
 * that two texts with the same beginning have the same tokens there. Pure functions, any thread.
 */
#ifndef ACD_EXAMPLES_TOKEN_H
#define ACD_EXAMPLES_TOKEN_H

#include <stddef.h>
#include <stdint.h>

/* No token is longer than this many bytes. */
#define ACD_TOKEN_BYTES_MAX 8

/* Length in bytes of the token that text starts with; 0 only when length is 0. */
size_t acd_token_length(const char *text, size_t length);

/* Number of tokens in the text. */
size_t acd_token_count(const char *text, size_t length);

/* The number of a token that has this text, from 1 on. Equal texts have equal numbers; two long ones that
 * differ share theirs in one of two thousand million pairs. */
uint32_t acd_token_id(const char *text, size_t length);

/* The text of a token by its number: itself when it is four ASCII characters or fewer, else an ellipsis.
 * Returns its length, 0 when there is no room. */
size_t acd_token_text(uint32_t id, char *ret_text, size_t room);

#endif
