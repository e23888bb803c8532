/* SPDX-License-Identifier: MIT */
/*
 * JSON text as it was written: checked, and copied with its secrets replaced, without a tree.  Numbers
 * and duplicate keys stay as they are; a tree of doubles would lose them.  Pure, no allocation; any
 * thread, any handler.
 */
#ifndef ACD_JSON_H
#define ACD_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "emitter/redact.h"

#define ACD_JSON_DEPTH 200 /* jq 1.6 reads 256 */

enum acd_json_style { ACD_JSON_COMPACT, ACD_JSON_INDENTED };

/* Is it one JSON value (RFC 8259), in valid UTF-8, nested at most ACD_JSON_DEPTH deep? */
bool acd_json_valid(const char *text, size_t bytes);

/* Where the value of a top-level object's member `key` stands, in text that may be cut short behind
 * it; false: not found. */
bool acd_json_member(const char *text, size_t bytes, const char *key, const char **ret_value,
                     size_t *ret_bytes);

/**
 * Copies JSON without its secrets: the values of secret names, whatever they are, and secrets inside
 * strings.  `level`: how deep the value stands in what the sink has already.  Text that isn't JSON
 * comes out as something like it; nothing is read beyond it.
 */
void acd_json_copy(struct acd_sink *sink, const char *text, size_t bytes, enum acd_json_style style,
                   unsigned level);

/* A line's end and its indentation, when the style has such. */
void acd_json_break(struct acd_sink *sink, enum acd_json_style style, unsigned level);

/* A JSON string of any bytes: secrets replaced, what isn't UTF-8 as U+FFFD. */
void acd_json_string(struct acd_sink *sink, const char *text, size_t bytes);
/* The same without the quotes, the text read in a form of its own. */
void acd_json_text(struct acd_sink *sink, const char *text, size_t bytes,
                   enum acd_secrets_form form);

#endif
