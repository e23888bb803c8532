/* SPDX-License-Identifier: MIT */
/*
 * Error records without secrets.  A text that holds one is rewritten into storage on the caller's stack;
 * the others stay where they are.  What the storage can't take becomes [REDACTED] as a whole.  Pure,
 * async-signal-safe.
 */
#ifndef ACD_SCRUB_H
#define ACD_SCRUB_H

#include <stddef.h>

#include <acdebug.h>

struct acd_scrub {
    size_t used; /* 0 to begin with */
    char storage[2048];
};

/* The text, or its clean copy; NULL stays NULL. */
const char *acd_scrub_text(struct acd_scrub *scrub, const char *text);
/* Replaces the value of a text or JSON field. */
void acd_scrub_field(struct acd_scrub *scrub, acdebug_field *field);

#endif
