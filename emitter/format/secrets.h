/* SPDX-License-Identifier: MIT */
/*
 * What is a secret, for who writes and for who shows.  Names whose values never leave the process: exact,
 * whatever their case, so that max_tokens survives.  In text: `Bearer x`, `sk-x`, the user info of URLs,
 * and what follows a secret name as `name: value`, `name=value`, `"name": value` and the like; in doubt
 * it takes more.  Pure, without allocation; any thread, any handler.
 */
#ifndef ACD_FORMAT_SECRETS_H
#define ACD_FORMAT_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands in a secret's place. */
#define ACD_REDACTED "[REDACTED]"

bool acd_secrets_name(const char *name, size_t bytes);

/* How the bytes are to be read: escapes are seen through, so that none of them hides a name. */
enum acd_secrets_form {
    ACD_SECRETS_TEXT,
    ACD_SECRETS_JSON_STRING, /* between the quotes of a JSON string */
    ACD_SECRETS_URL          /* a URL or a form: %XX and '+', values end at '&' */
};

/* A walk from secret to secret. */
struct acd_secrets_scan {
    const char *text;
    size_t bytes, at;
    uint64_t before; /* the last eight characters, the newest in the lowest byte */
    enum acd_secrets_form form;
};

static inline struct acd_secrets_scan acd_secrets_begin(const char *text, size_t bytes,
                                                        enum acd_secrets_form form)
{
    struct acd_secrets_scan scan = {text, bytes, 0, 0, form};
    return scan;
}

/* The next secret's bytes [*ret_begin, *ret_end); false: there is none. */
bool acd_secrets_next(struct acd_secrets_scan *scan, size_t *ret_begin, size_t *ret_end);

/* A piece of clean text and whether a secret follows it. */
struct acd_secrets_piece {
    const char *clean;
    size_t bytes;
    bool secret;
};
/* The same walk in steps of bounded length; false at the end. */
bool acd_secrets_step(struct acd_secrets_scan *scan, struct acd_secrets_piece *ret_piece);

/*
 * Copies the text with its secrets replaced, cut to `size`, NUL-terminated when size > 0; the length.
 * The two may not overlap.
 */
size_t acd_secrets_copy(char *ret_text, size_t size, const char *text, size_t bytes);

/* Is there anything to hide? */
bool acd_secrets_any(const char *text, size_t bytes);

#endif
