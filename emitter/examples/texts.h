/* SPDX-License-Identifier: MIT */
/*
 * Real text for the load generator: the files of given folders, or a few paragraphs of our own when
 * there are none. Never changes once it is made, so any number of threads may read it.
 */
#ifndef ACD_EXAMPLES_TEXTS_H
#define ACD_EXAMPLES_TEXTS_H

#include <stddef.h>
#include <stdint.h>

struct acd_texts;

struct acd_texts_slice {
    const char *bytes; /* not terminated */
    size_t length;
};

/* Reads the files of the folders, in the order of their names; what cannot be read or is not UTF-8
 * is left out. No folder: those where Debian keeps its licences. NULL when there is no memory. */
struct acd_texts *acd_texts_new(const char *const *folders, size_t folder_count);
void acd_texts_free(struct acd_texts *texts);

size_t acd_texts_count(const struct acd_texts *texts);

/* The beginning of document number (number modulo their count), of at most max bytes. */
struct acd_texts_slice acd_texts_beginning(const struct acd_texts *texts, size_t number,
                                           size_t max);

/* Some whole lines, of at most max bytes, from a place that random alone decides. */
struct acd_texts_slice acd_texts_passage(const struct acd_texts *texts, uint64_t random,
                                         size_t max);

#endif
