/* SPDX-License-Identifier: MIT */
/*
 * Finds secrets in text: `Bearer x`, `sk-x`, the user info of URLs, and what follows a secret name
 * (secrets.h) as `name: value`, `name=value`, `"name": value` and the like.  In doubt it takes more, for
 * what it leaves reaches disks and terminals.  Pure, without allocation; any thread, any handler.
 */
#ifndef ACD_REDACT_H
#define ACD_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emitter/sink.h"

#define ACD_REDACTED "[REDACTED]"

/* How the bytes are to be read: escapes are seen through, so that none of them hides a name. */
enum acd_redact_form {
    ACD_REDACT_TEXT,
    ACD_REDACT_JSON_STRING, /* between the quotes of a JSON string */
    ACD_REDACT_URL          /* a URL or a form: %XX and '+', values end at '&' */
};

/* A walk from secret to secret. */
struct acd_redact_scan {
    const char *text;
    size_t bytes, at;
    uint64_t before; /* the last eight characters, the newest in the lowest byte */
    enum acd_redact_form form;
};

static inline struct acd_redact_scan acd_redact_begin(const char *text, size_t bytes,
                                                      enum acd_redact_form form)
{
    struct acd_redact_scan scan = {text, bytes, 0, 0, form};
    return scan;
}

/* The next secret's bytes [*ret_begin, *ret_end); false: there is none. */
bool acd_redact_next(struct acd_redact_scan *scan, size_t *ret_begin, size_t *ret_end);

/* A piece of clean text and whether a secret follows it. */
struct acd_redact_piece {
    const char *clean;
    size_t bytes;
    bool secret;
};
/* The same walk in steps of bounded length; false at the end. */
bool acd_redact_step(struct acd_redact_scan *scan, struct acd_redact_piece *ret_piece);

/* Is there anything to hide? */
bool acd_redact_needed(const char *text, size_t bytes);

/* Copies the text with its secrets replaced. */
void acd_redact_put(struct acd_sink *sink, const char *text, size_t bytes,
                    enum acd_redact_form form);

/* The same into `size` bytes, cut to fit, NUL-terminated; the length. */
size_t acd_redact_store(char *ret_text, size_t size, const char *text, size_t bytes);

#endif
