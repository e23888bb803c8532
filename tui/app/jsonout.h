/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON to a stream as it comes.  Whatever is put in, valid JSON comes out, on one line, in
 * printable characters: controls, bidi and zero-width characters are escaped, bytes that are not
 * UTF-8 become U+FFFD, secrets are hidden.  Keys and values in the order of the calls.
 */
#ifndef ACD_TUI_APP_JSONOUT_H
#define ACD_TUI_APP_JSONOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tui/reader/totals.h"
#include "tui/view/text.h"

struct acd_jsonout {
    FILE *stream;
    bool comma; /* before the next value */
};

/* `key` NULL: an element of an array, or the whole. */
void acd_jsonout_begin(struct acd_jsonout *json, const char *key, char bracket); /* '{' or '[' */
void acd_jsonout_end(struct acd_jsonout *json, char bracket);                    /* '}' or ']' */
void acd_jsonout_text(struct acd_jsonout *json, const char *key, const char *text);
void acd_jsonout_textn(struct acd_jsonout *json, const char *key, const char *text, size_t length);
/** null when it is empty: a text that may be missing. */
void acd_jsonout_text_or_null(struct acd_jsonout *json, const char *key, const char *text);
/** JSON text as a value of its own; what is not valid JSON (cut, say) becomes a string. */
void acd_jsonout_json(struct acd_jsonout *json, const char *key, const char *text, size_t length);
void acd_jsonout_uint(struct acd_jsonout *json, const char *key, uint64_t number);
void acd_jsonout_int(struct acd_jsonout *json, const char *key, int64_t number);
/** NAN and infinities, which JSON has not, become null. */
void acd_jsonout_double(struct acd_jsonout *json, const char *key, double number);
void acd_jsonout_bool(struct acd_jsonout *json, const char *key, bool truth);
void acd_jsonout_null(struct acd_jsonout *json, const char *key);
/** null when it was never set. */
void acd_jsonout_gauge(struct acd_jsonout *json, const char *key, const struct acd_gauge *gauge);
/** UTC with milliseconds; null for 0. */
void acd_jsonout_time(struct acd_jsonout *json, const char *key, uint64_t time_ns);
/** A key that is not NUL-terminated, and may hold anything; the value comes with key NULL. */
void acd_jsonout_keyn(struct acd_jsonout *json, const char *key, size_t length);

/** "2026-01-02T03:04:05.678Z" */
struct acd_label acd_jsonout_iso(uint64_t time_ns);

#endif
