/* SPDX-License-Identifier: MIT */
/* Copies of text without its secrets (format/secrets.h says what is one).  Any thread, any handler. */
#ifndef ACD_REDACT_H
#define ACD_REDACT_H

#include <stddef.h>

#include "emitter/format/secrets.h"
#include "emitter/sink.h"

/* Copies the text with its secrets replaced. */
void acd_redact_put(struct acd_sink *sink, const char *text, size_t bytes,
                    enum acd_secrets_form form);

/* The same into `size` bytes, cut to fit, NUL-terminated; the length. */
size_t acd_redact_store(char *ret_text, size_t size, const char *text, size_t bytes);

#endif
