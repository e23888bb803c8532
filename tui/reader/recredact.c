/* SPDX-License-Identifier: MIT */
/* Texts that a recording may leave out, see recredact.h. */
#include "config.h"

#include "tui/reader/recredact.h"

#include <stdbool.h>
#include <string.h>

#include "emitter/format/kinds.h"

#define HIDDEN "[REDACTED]"

static bool is_kept(const struct acd_text *key)
{
    static const char *const kept[] = {
        ACD_KEY_LOGGER,      ACD_KEY_CACHE_TYPE, ACD_KEY_CACHE_REASON,
        ACD_KEY_MODEL,       ACD_KEY_PROVIDER,   ACD_KEY_TIMER,
        ACD_KEY_TIMER_LABEL, ACD_KEY_ERROR_TYPE, ACD_KEY_THREAD_NAME};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (key->length == strlen(kept[i]) && memcmp(key->bytes, kept[i], key->length) == 0)
            return true;
    return false;
}

/* As long as it was, so that nothing else moves; JSON stays JSON. */
static void star_out(unsigned char *text, size_t length, bool is_json)
{
    memset(text, '*', length);
    if (is_json && length >= 2)
        text[0] = text[length - 1] = '"';
    else if (is_json && length == 1)
        text[0] = '0';
}

void acd_recredact_record(struct acd_record *record, uint64_t *words,
                          const struct acd_site_info *site)
{
    struct acd_event_view view;
    if (!site || acd_record_decode(&view, record, &site->site) != ACD_RECORD_OK ||
        view.left_out > 0) {
        record->payload_bytes = 0;
        record->flags &=
            ~(ACD_W2_BYTES_MASK | ACD_W2_REQUEST_U64 | ACD_W2_REQUEST_STR | ACD_W2_THREAD);
        return;
    }
    for (unsigned i = 0; i < view.count; i++) {
        const struct acd_field *f = &view.field[i];
        if (!acd_type_is_text(f->type) || f->secret || is_kept(&f->key))
            continue;
        size_t at = (size_t)(f->text.bytes - (const char *)record->payload);
        star_out((unsigned char *)words + at, f->text.length, f->type == ACD_TYPE_JSON);
    }
}

static bool is_within(const struct acd_section *s, uint64_t offset)
{
    return offset >= s->offset && offset - s->offset < s->bytes;
}

void acd_recredact_table(const struct acd_identity *identity, uint64_t offset, uint64_t *copy,
                         size_t bytes)
{
    const struct acd_section *control = &identity->section[ACD_SEC_CONTROL];
    const struct acd_section *errors = &identity->section[ACD_SEC_ERRORS];
    unsigned char *at = (unsigned char *)copy;
    if (is_within(control, offset) && offset - control->offset >= offsetof(struct acd_control, who))
        memset(at, 0, bytes);
    if (!is_within(errors, offset) || bytes < sizeof(struct acd_error_entry))
        return;
    unsigned char *message = at + offsetof(struct acd_error_entry, message);
    if (message[0]) {
        memset(message, 0, sizeof((struct acd_error_entry *)0)->message);
        memcpy(message, HIDDEN, sizeof HIDDEN);
    }
    memset(at + offsetof(struct acd_error_entry, file), 0,
           sizeof((struct acd_error_entry *)0)->file);
}
