/* SPDX-License-Identifier: MIT */
/* Text without its secrets, see redact.h. */
#include "config.h"

#include "emitter/redact.h"

#include "emitter/buffer.h"

void acd_redact_put(struct acd_sink *sink, const char *text, size_t bytes,
                    enum acd_secrets_form form)
{
    struct acd_secrets_scan scan = acd_secrets_begin(text, bytes, form);
    struct acd_secrets_piece piece;
    while (!sink->full && acd_secrets_step(&scan, &piece)) {
        acd_sink_put(sink, piece.clean, piece.bytes);
        if (piece.secret)
            acd_sink_text(sink, ACD_REDACTED);
    }
}

size_t acd_redact_store(char *ret_text, size_t size, const char *text, size_t bytes)
{
    struct acd_buffer store;
    acd_buffer_init(&store, ret_text, size, size - 1);
    acd_redact_put(&store.sink, text, bytes, ACD_SECRETS_TEXT);
    return store.used;
}
