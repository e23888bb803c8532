/* SPDX-License-Identifier: MIT */
/*
 * Hides secrets in text before it is shown or printed, by the rules of the emitter (reader/secrets.h).
 * Fields whose names hold secrets were never written; this finds values that stand where nobody expects
 * them.  Pure; every sink of event text calls it.
 */
#ifndef ACD_TUI_MODEL_REDACT_H
#define ACD_TUI_MODEL_REDACT_H

#include <stddef.h>

#include "tui/reader/secrets.h"

/**
 * Copies `length` bytes of `text` to `out` with secrets replaced, NUL-terminated when size > 0.
 * @return the length of what was written, which ends where `out` does
 */
size_t acd_redact_text(char *out, size_t size, const char *text, size_t length);

/**
 * Finds the next secret in `text` that begins at `from` or later.  What its writer hid is none.
 * @return the place it begins at and its length; length 0 when there is none
 */
struct acd_redact_span {
    size_t at, length;
};
struct acd_redact_span acd_redact_find(const char *text, size_t length, size_t from);

#endif
