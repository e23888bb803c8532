/* SPDX-License-Identifier: MIT */
/*
 * Decoding: from a private copy of a record's payload and of its site to typed fields.  Nothing here
 * reads shared memory, and nothing in a copy is trusted: every length is checked against what is left,
 * and a payload that doesn't fit its site gives what could be read and ACD_RECORD_MALFORMED.
 */
#ifndef ACD_FORMAT_RECORD_H
#define ACD_FORMAT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emitter/format/kinds.h"
#include "emitter/format/layout.h"

/* A string inside somebody else's storage; not NUL-terminated. */
struct acd_text {
    const char *bytes;
    uint32_t length;
    uint32_t full_length; /* before it was cut; equal to length when whole */
};

/* One typed value with its key. */
struct acd_field {
    struct acd_text key;
    uint8_t type; /* enum acd_type, never REQUEST */
    bool secret;  /* the value was withheld by the writer */
    union {
        int64_t i;
        uint64_t u;
        double d;
    } number;
    struct acd_text text; /* STR, JSON */
};

struct acd_site_key {
    struct acd_text name;
    uint8_t type;
    uint8_t flags;
};

/* A parsed site; its texts point into the bytes that were parsed. */
struct acd_site {
    uint8_t kind, category, level, fields;
    uint32_t line;
    struct acd_text message, file;
    struct acd_site_key key[ACD_SITE_FIELDS_MAX];
};

/* A record as a reader copied it out of its lane. */
struct acd_record {
    uint64_t position;
    uint64_t ticks;
    uint64_t flags;   /* word 2 */
    uint32_t ordinal; /* low 32 bits */
    uint32_t site;
    uint32_t payload_bytes;
    const uint64_t *payload;
};

/* Request ids: none, a number, or text. */
enum acd_request_kind { ACD_REQUEST_NONE, ACD_REQUEST_NUMBER, ACD_REQUEST_TEXT };
struct acd_request {
    enum acd_request_kind kind;
    uint64_t number;
    struct acd_text text;
};

#define ACD_FIELDS_MAX 64 /* fields that a decoded event keeps; more are counted */

enum { ACD_RECORD_OK = 0, ACD_RECORD_MALFORMED = 1 };

/* What a record says. */
struct acd_event_view {
    uint32_t thread; /* 0: the lane's owner */
    struct acd_request request;
    unsigned count; /* of field[] */
    unsigned left_out;
    struct acd_field field[ACD_FIELDS_MAX];
};

/**
 * Parses the `bytes` of one site.
 * @return 0, -EINVAL when they are not a site
 */
int acd_site_parse(struct acd_site *ret_site, const uint64_t *words, size_t bytes);

/**
 * Reads the record's thread, request and fields.  `site` NULL: unknown, only the dynamic part of
 * the record can't be found, so no fields are given.
 * @return ACD_RECORD_OK or ACD_RECORD_MALFORMED (fields until the fault are kept)
 */
int acd_record_decode(struct acd_event_view *ret_event, const struct acd_record *record,
                      const struct acd_site *site);

/** The event's field of that key, NULL when it has none. */
const struct acd_field *acd_event_find(const struct acd_event_view *event, const char *key);

/* ---- the writer's side of the same words ---- */

/* STR and JSON: this word, then the bytes padded to 8. */
static inline uint64_t acd_string_word(uint32_t length, uint32_t full_length)
{
    return (uint64_t)full_length << 32 | length;
}

/* A dynamic field: this word, the key's bytes padded to 8, then the value as its type says. */
static inline uint64_t acd_dynamic_word(unsigned type, unsigned flags, uint32_t key_length)
{
    return (uint64_t)(type & 0xffu) | (uint64_t)(flags & 0xffu) << 8 |
           (uint64_t)(key_length & 0xffffu) << 16;
}

/* Word 0 and 1 of a site and the word of one of its fields. */
static inline uint64_t acd_site_word0(const struct acd_site *s)
{
    return (uint64_t)s->kind | (uint64_t)s->category << 8 | (uint64_t)s->level << 16 |
           (uint64_t)s->fields << 24 | (uint64_t)s->line << 32;
}

static inline uint64_t acd_padded(uint64_t bytes)
{
    return (bytes + 7) & ~UINT64_C(7);
}

#endif
