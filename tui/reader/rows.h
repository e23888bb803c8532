/* SPDX-License-Identifier: MIT */
/*
 * What the readers of the ring's tables share: which rows may be read, private copies of names, arrays
 * that grow.  For tui/reader only.
 */
#ifndef ACD_READER_ROWS_H
#define ACD_READER_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/ringmap.h"

/** Rows of a table, no more than `most`. */
unsigned acd_rows_count(const struct acd_ringmap *ring, enum acd_section_id section, unsigned most);

/** Is row `index` published in a bitmap of the shared block? */
bool acd_rows_ready(const acd_word *bits, unsigned index);

/** The first published row from `from` on; `count` when there is none. */
unsigned acd_rows_next(const acd_word *bits, unsigned count, unsigned from);

/** A published name of `bytes`, the same room on both sides, without secrets; ends with NUL. */
void acd_rows_name(char *ret_name, const char *from, size_t bytes);

/** Text in words, at most 24, that may change while it is read; cut to `bytes`, ends with NUL. */
void acd_rows_text(char *ret_text, size_t bytes, const acd_word *from, size_t words);

/**
 * A zeroed entry of `size` bytes behind the `count` that `*array` holds.
 * @return NULL: no memory, and nothing has changed
 */
void *acd_rows_add(void **array, size_t *room, size_t count, size_t size);

#endif
