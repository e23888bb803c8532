/* SPDX-License-Identifier: MIT */
/*
 * What a change of text looks like: the word it lies in, and whether that is a time, a number, a UUID or a
 * hash on both sides.  Pure functions over bytes, any thread.
 */
#ifndef ACD_TRACK_LOOKS_H
#define ACD_TRACK_LOOKS_H

#include <stdbool.h>
#include <stddef.h>

/* A part of a text that differs. */
struct acd_change_text {
    const char *text;
    size_t bytes;
    size_t begin, end; /* of the change, in bytes */
};

/* Widens both to whole words: letters, digits and -_.:+/, and a space between two digits. */
void acd_looks_widen(struct acd_change_text *a, struct acd_change_text *b);

/* Is it part of one word, without anything else? */
bool acd_looks_one_word(const struct acd_change_text *change);

/* "time", "uuid", "hash", "number"; NULL when they are none of these, or not the same.  Static. */
const char *acd_looks_like(const struct acd_change_text *a, const struct acd_change_text *b);

#endif
