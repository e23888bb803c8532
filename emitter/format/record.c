/* SPDX-License-Identifier: MIT */
/* Decoding of sites and records, see record.h.  Pure; any thread. */
#include "config.h"

#include "emitter/format/record.h"

#include <errno.h>
#include <string.h>

/* What is left of a payload or a site. */
struct span {
    const uint64_t *words;
    uint64_t left; /* words */
};

static bool take(struct span *s, uint64_t *ret_word)
{
    if (s->left == 0)
        return false;
    *ret_word = *s->words++;
    s->left--;
    return true;
}

static bool take_bytes(struct span *s, uint64_t length, const char **ret_bytes)
{
    uint64_t words = acd_padded(length) / 8;
    if (words > s->left)
        return false;
    *ret_bytes = (const char *)s->words;
    s->words += words;
    s->left -= words;
    return true;
}

static bool take_text(struct span *s, struct acd_text *ret_text)
{
    uint64_t word = 0;
    const char *bytes = NULL;
    if (!take(s, &word) || !take_bytes(s, word & UINT32_MAX, &bytes))
        return false;
    ret_text->bytes = bytes;
    ret_text->length = (uint32_t)word;
    ret_text->full_length = (uint32_t)(word >> 32);
    if (ret_text->full_length < ret_text->length)
        ret_text->full_length = ret_text->length;
    return true;
}

static struct acd_text part(const char **cursor, uint32_t length)
{
    struct acd_text t = {*cursor, length, length};
    *cursor += length;
    return t;
}

int acd_site_parse(struct acd_site *ret_site, const uint64_t *words, size_t bytes)
{
    if (bytes < 16 || bytes > ACD_SITE_BYTES_MAX || bytes % 8 != 0)
        return -EINVAL;
    struct acd_site s = {0};
    s.kind = (uint8_t)words[0];
    s.category = (uint8_t)(words[0] >> 8);
    s.level = (uint8_t)(words[0] >> 16);
    s.fields = (uint8_t)(words[0] >> 24);
    s.line = (uint32_t)(words[0] >> 32);
    if (s.category >= ACD_CATEGORY_COUNT || s.level > 3 || s.fields > ACD_SITE_FIELDS_MAX)
        return -EINVAL;
    uint64_t texts = 16 + 8 * (uint64_t)s.fields;
    uint32_t message = (uint32_t)(words[1] & 0xffff), file = (uint32_t)(words[1] >> 16 & 0xffff);
    uint64_t total = texts + message + file;
    if (texts > bytes)
        return -EINVAL;
    for (unsigned i = 0; i < s.fields; i++)
        total += words[2 + i] >> 16 & 0xffff;
    if (total > bytes)
        return -EINVAL;
    const char *cursor = (const char *)words + texts;
    s.message = part(&cursor, message);
    s.file = part(&cursor, file);
    for (unsigned i = 0; i < s.fields; i++) {
        s.key[i].type = (uint8_t)words[2 + i];
        s.key[i].flags = (uint8_t)(words[2 + i] >> 8);
        s.key[i].name = part(&cursor, (uint32_t)(words[2 + i] >> 16 & 0xffff));
        if (s.key[i].type == ACD_TYPE_NONE || s.key[i].type >= ACD_TYPE_COUNT)
            return -EINVAL;
    }
    *ret_site = s;
    return 0;
}

static bool take_value(struct span *s, struct acd_field *field)
{
    if (field->type == ACD_TYPE_STR || field->type == ACD_TYPE_JSON)
        return take_text(s, &field->text);
    uint64_t word = 0;
    if (!take(s, &word))
        return false;
    if (field->type == ACD_TYPE_DOUBLE)
        memcpy(&field->number.d, &word, sizeof word);
    else
        field->number.u = word;
    return true;
}

static void keep(struct acd_event_view *event, const struct acd_field *field)
{
    if (event->count < ACD_FIELDS_MAX)
        event->field[event->count++] = *field;
    else
        event->left_out++;
}

static bool take_request(struct span *s, unsigned type, struct acd_request *ret_request)
{
    if (type == ACD_TYPE_REQUEST) {
        if (!take(s, &ret_request->number))
            return false;
        ret_request->kind = ACD_REQUEST_NUMBER;
        return true;
    }
    if (!take_text(s, &ret_request->text))
        return false;
    ret_request->kind = ACD_REQUEST_TEXT;
    return true;
}

static bool take_site_fields(struct span *s, const struct acd_site *site,
                             struct acd_event_view *event)
{
    for (unsigned i = 0; i < site->fields; i++) {
        const struct acd_site_key *k = &site->key[i];
        if (k->type == ACD_TYPE_REQUEST || k->type == ACD_TYPE_REQUEST_STR) {
            if (!take_request(s, k->type, &event->request))
                return false;
            continue;
        }
        struct acd_field f = {.key = k->name, .type = k->type};
        f.secret = (k->flags & ACD_FIELD_SECRET) != 0;
        if (!f.secret && !take_value(s, &f))
            return false;
        keep(event, &f);
    }
    return true;
}

static bool take_dynamic_field(struct span *s, struct acd_event_view *event)
{
    uint64_t word = 0;
    struct acd_field f = {0};
    if (!take(s, &word))
        return false;
    f.type = (uint8_t)word;
    f.secret = (word >> 8 & ACD_FIELD_SECRET) != 0;
    f.key.length = f.key.full_length = (uint32_t)(word >> 16 & 0xffff);
    if (f.type == ACD_TYPE_NONE || f.type >= ACD_TYPE_COUNT)
        return false;
    if (!take_bytes(s, f.key.length, &f.key.bytes))
        return false;
    if (f.type == ACD_TYPE_REQUEST || f.type == ACD_TYPE_REQUEST_STR)
        return take_request(s, f.type, &event->request);
    if (!f.secret && !take_value(s, &f))
        return false;
    keep(event, &f);
    return true;
}

int acd_record_decode(struct acd_event_view *ret_event, const struct acd_record *record,
                      const struct acd_site *site)
{
    struct acd_event_view *e = ret_event;
    e->thread = 0;
    e->count = e->left_out = 0;
    e->request = (struct acd_request){0};
    struct span s = {record->payload, record->payload_bytes / 8};
    uint64_t word = 0;
    if (record->flags & ACD_W2_THREAD) {
        if (!take(&s, &word))
            return ACD_RECORD_MALFORMED;
        e->thread = (uint32_t)word;
    }
    if (record->flags & ACD_W2_REQUEST_U64 && !take_request(&s, ACD_TYPE_REQUEST, &e->request))
        return ACD_RECORD_MALFORMED;
    if (record->flags & ACD_W2_REQUEST_STR && !take_request(&s, ACD_TYPE_REQUEST_STR, &e->request))
        return ACD_RECORD_MALFORMED;
    if (!site)
        return ACD_RECORD_OK;
    if (!take_site_fields(&s, site, e))
        return ACD_RECORD_MALFORMED;
    while (s.left > 0)
        if (!take_dynamic_field(&s, e))
            return ACD_RECORD_MALFORMED;
    return ACD_RECORD_OK;
}

const struct acd_field *acd_event_find(const struct acd_event_view *event, const char *key)
{
    size_t length = strlen(key);
    for (unsigned i = 0; i < event->count; i++) {
        const struct acd_text *k = &event->field[i].key;
        if (k->length == length && memcmp(k->bytes, key, length) == 0)
            return &event->field[i];
    }
    return NULL;
}
