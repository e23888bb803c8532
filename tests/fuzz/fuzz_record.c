/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: the description of a site and a record's payload, decoded.  The input: a byte of the
 * record's flags, how much of the payload's last word is padding, the length of the site in words (two
 * bytes), then the site and the payload.  Every text that comes out lies in the bytes it came from.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/format/record.h"
#include "tests/fuzz/replay.h"

#define HEAD_BYTES 4

/* Words in storage of exactly their size, so that a read behind them is noticed. */
struct words {
    uint64_t *word;
    size_t bytes; /* a multiple of 8 */
};

static void must(int holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static struct words words_of(const uint8_t *data, size_t bytes)
{
    struct words w = {.bytes = bytes / 8 * 8};
    w.word = malloc(w.bytes ? w.bytes : 1);
    must(w.word != NULL, "there is memory");
    memcpy(w.word, data, w.bytes);
    return w;
}

static int lies_in(const struct acd_text *t, const struct words *w)
{
    const char *from = (const char *)w->word;
    return t->bytes >= from && t->bytes <= from + w->bytes &&
           t->length <= (size_t)(from + w->bytes - t->bytes) && t->full_length >= t->length;
}

static void check_site(const struct acd_site *s, const struct words *w)
{
    must(s->category < ACD_CATEGORY_COUNT && s->level <= 3 && s->fields <= ACD_SITE_FIELDS_MAX,
         "a site keeps its limits");
    must(lies_in(&s->message, w) && lies_in(&s->file, w), "a site's texts lie in it");
    for (unsigned i = 0; i < s->fields; i++) {
        must(lies_in(&s->key[i].name, w), "a key lies in its site");
        must(s->key[i].type != ACD_TYPE_NONE && s->key[i].type < ACD_TYPE_COUNT, "a type is one");
    }
}

static void check_field(const struct acd_field *f, const struct words *site,
                        const struct words *payload)
{
    bool text = f->type == ACD_TYPE_STR || f->type == ACD_TYPE_JSON;
    must(lies_in(&f->key, site) || lies_in(&f->key, payload), "a key lies in site or payload");
    must(f->type != ACD_TYPE_NONE && f->type < ACD_TYPE_COUNT && f->type != ACD_TYPE_REQUEST &&
             f->type != ACD_TYPE_REQUEST_STR,
         "a field's type is one");
    must(!text || f->secret || lies_in(&f->text, payload), "a text lies in its payload");
    must(!f->secret || (!f->text.bytes && f->number.u == 0), "a secret has no value");
}

static void check_find(const struct acd_event_view *e, unsigned index)
{
    const struct acd_text *key = &e->field[index].key;
    char name[1 + UINT16_MAX];
    if (memchr(key->bytes, 0, key->length))
        return;
    memcpy(name, key->bytes, key->length);
    name[key->length] = '\0';
    const struct acd_field *found = acd_event_find(e, name);
    must(found && found <= &e->field[index], "a field is found by its key, the first of the name");
}

static void check_event(const struct acd_event_view *e, const struct words *site,
                        const struct words *payload)
{
    must(e->count <= ACD_FIELDS_MAX, "fields have room");
    must(e->left_out == 0 || e->count == ACD_FIELDS_MAX, "none is left out while there is room");
    must(e->request.kind != ACD_REQUEST_TEXT || lies_in(&e->request.text, payload),
         "a request's text lies in its payload");
    for (unsigned i = 0; i < e->count; i++) {
        check_field(&e->field[i], site, payload);
        check_find(e, i);
    }
}

/* Fields of a site that are not the request. */
static unsigned value_count(const struct acd_site *site)
{
    unsigned count = 0;
    for (unsigned i = 0; i < site->fields; i++)
        count += site->key[i].type != ACD_TYPE_REQUEST && site->key[i].type != ACD_TYPE_REQUEST_STR;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD_BYTES)
        return 0;
    size_t rest = size - HEAD_BYTES, site_bytes = 8 * (size_t)(data[2] | (data[3] & 3) << 8);
    if (site_bytes > rest)
        site_bytes = rest;
    struct words site = words_of(data + HEAD_BYTES, site_bytes);
    struct words payload = words_of(data + HEAD_BYTES + site_bytes, rest - site_bytes);
    struct acd_site parsed;
    bool known = acd_site_parse(&parsed, site.word, site.bytes) == 0;
    /* A record may end within its last word, never before it. */
    uint32_t spare = payload.bytes ? data[1] & 7 : 0;
    struct acd_record record = {.flags = (uint64_t)(data[0] & 7) << 29,
                                .payload_bytes = (uint32_t)payload.bytes - spare,
                                .payload = payload.word};
    struct acd_event_view event;
    if (known)
        check_site(&parsed, &site);
    int r = acd_record_decode(&event, &record, NULL);
    must(event.count == 0, "without its site a record has no fields");
    must(r == ACD_RECORD_OK || record.flags != 0, "nothing asked, nothing missing");
    r = acd_record_decode(&event, &record, known ? &parsed : NULL);
    check_event(&event, &site, &payload);
    must(r != ACD_RECORD_OK || !known || event.count + event.left_out >= value_count(&parsed),
         "a whole record has its site's fields");
    if (getenv("ACD_FUZZ_SHOW"))
        fprintf(stderr, "site %d, %s, %u fields, %u left out\n", known, r ? "malformed" : "whole",
                event.count, event.left_out);
    free(site.word);
    free(payload.word);
    return 0;
}
