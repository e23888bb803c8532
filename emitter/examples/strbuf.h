/* SPDX-License-Identifier: MIT */
/*
 * A text that grows. Running out of memory is remembered and told once, at the end, so that a
 * writer of many small pieces needs one check. Owned by one thread at a time.
 */
#ifndef ACD_EXAMPLES_STRBUF_H
#define ACD_EXAMPLES_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

/* Start from {0}. */
struct acd_strbuf {
    char *bytes; /* always NUL-terminated once something was added */
    size_t length;
    size_t capacity;
    bool has_failed;
};

void acd_strbuf_add(struct acd_strbuf *text, const char *bytes, size_t length);
__attribute__((format(printf, 2, 3))) void acd_strbuf_format(struct acd_strbuf *text,
                                                             const char *format, ...);

/* Adds the bytes as a JSON string, with its quotes. */
void acd_strbuf_json(struct acd_strbuf *text, const char *bytes, size_t length);

/* Hands the text over, to be freed by the caller, and leaves an empty one. NULL: no memory. */
char *acd_strbuf_take(struct acd_strbuf *text);
void acd_strbuf_fini(struct acd_strbuf *text);

#endif
