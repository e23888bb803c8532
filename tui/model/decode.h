/* SPDX-License-Identifier: MIT */
/*
 * The fields of an event that was taken apart: those of one key that are what the caller looks for, and
 * never a secret.  Texts point where the event's do.  Pure; anybody may call.
 */
#ifndef ACD_TUI_MODEL_DECODE_H
#define ACD_TUI_MODEL_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/follow.h"

/** A field that is no secret; NULL when there is none of that key. */
const struct acd_field *acd_decode_field(const struct acd_event_view *view, const char *key);
/** The same, and it holds text or JSON. */
const struct acd_field *acd_decode_text(const struct acd_event_view *view, const char *key);
/** false when there is no whole number of that key; output untouched. */
bool acd_decode_number(const struct acd_event_view *view, const char *key, uint64_t *ret_number);

/** The text of a field as it may be shown, cut to fit; "" when there is none. */
void acd_decode_copy(char *out, size_t size, const struct acd_event_view *view, const char *key);
/** Is the field's text this one? */
bool acd_decode_equals(const struct acd_event_view *view, const char *key, const char *text);

/** The request's id as it may be shown; "" when it has none. */
void acd_decode_request(char *out, size_t size, const struct acd_request *request);

#endif
