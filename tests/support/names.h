/* SPDX-License-Identifier: MIT */
/*
 * Random names in UTF-8, and what is left of a name in a field that is too short for it: written from
 * the standard alone, shares nothing with what it judges.
 */
#ifndef ACD_TEST_NAMES_H
#define ACD_TEST_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAMES_ROOM 256

/* At least `least` bytes of characters of one to four bytes, at most three more, NUL-terminated; the
 * length.  `spoilt`: some of its bytes are random ones, but never NUL. */
size_t names_random(char ret_text[NAMES_ROOM], size_t least, bool spoilt, uint64_t *seed);

/* Is all of it UTF-8? */
bool names_valid(const char *text, size_t bytes);

/* How many bytes are left where `most` have room. */
size_t names_oracle(const char *text, size_t bytes, size_t most);

#endif
