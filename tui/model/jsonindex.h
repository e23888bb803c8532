/* SPDX-License-Identifier: MIT */
/*
 * A flat index over the raw bytes of a JSON text: 24 bytes a value, in document order, no recursion, no
 * copies, so that big integers and duplicate keys stay as they were written.  Built in steps, so that
 * a large file is shown while it is still being read, and a broken or cut one as far as it goes.
 * The bytes belong to the caller and must not change; one thread.
 */
#ifndef ACD_MODEL_JSONINDEX_H
#define ACD_MODEL_JSONINDEX_H

#include <stdbool.h>
#include <stdint.h>

enum acd_json_type {
    ACD_JSON_OBJECT,
    ACD_JSON_ARRAY,
    ACD_JSON_STRING,
    ACD_JSON_NUMBER,
    ACD_JSON_TRUE,
    ACD_JSON_FALSE,
    ACD_JSON_NULL,
    ACD_JSON_ODD /* NaN, Infinity: not JSON, but what writers write */
};

#define ACD_JSON_NONE UINT32_MAX

/* One value.  Its bytes, quotes and brackets included, are [at, at + bytes). */
struct acd_json_node {
    uint64_t place;  /* offset in the low 56 bits, enum acd_json_type above */
    uint32_t bytes;  /* 0 for a container that is not closed (yet) */
    uint32_t parent; /* index, ACD_JSON_NONE for a root */
    uint32_t next;   /* index of the first node behind this one and all in it; 0 while open */
    uint32_t key;    /* how many bytes before `at` its key's opening quote stands; 0: no key */
};

static inline uint64_t acd_json_at(const struct acd_json_node *n)
{
    return n->place & ((UINT64_C(1) << 56) - 1);
}
static inline enum acd_json_type acd_json_type(const struct acd_json_node *n)
{
    return (enum acd_json_type)(n->place >> 56);
}

enum acd_json_state {
    ACD_JSON_MORE,   /* there are bytes left to read */
    ACD_JSON_DONE,   /* one whole value, and nothing but space behind it */
    ACD_JSON_BROKEN, /* see `fault`; the nodes before it are good */
    ACD_JSON_FULL    /* more nodes than memory or the limit allow; those before are good */
};

struct acd_json {
    const char *text;
    uint64_t length;
    struct acd_json_node *node;
    uint32_t count, room, limit;
    enum acd_json_state state;
    uint64_t read;     /* bytes looked at: progress */
    const char *fault; /* "expected ',' or '}'", NULL when there is none */
    uint64_t fault_at; /* offset */
    /* the reader's own */
    uint32_t open;      /* innermost open container */
    uint64_t key_at;    /* of the key that waits for its value, or UINT64_MAX */
    uint64_t string_at; /* of the string that the last step ended in, or UINT64_MAX */
    uint64_t step_end;
    uint8_t expect;
};

/* `limit`: most nodes, 0 for as many as an index can name. */
void acd_json_init(struct acd_json *json, const char *text, uint64_t length, uint32_t limit);
void acd_json_fini(struct acd_json *json);

/* Reads on, for about `bytes` more.  @return json->state */
enum acd_json_state acd_json_step(struct acd_json *json, uint64_t bytes);

/* Line and column, from 1, of an offset; the column counts bytes. */
void acd_json_where(const struct acd_json *json, uint64_t at, uint64_t *ret_line,
                    uint64_t *ret_column);

/* The key's bytes between its quotes, as written.  @return their number, 0 with no key */
uint64_t acd_json_key(const struct acd_json *json, uint32_t node, const char **ret_key);

/* The value's bytes, as written; for an open container, all that there is. */
uint64_t acd_json_value(const struct acd_json *json, uint32_t node, const char **ret_bytes);

/* First child, ACD_JSON_NONE when it has none; next sibling likewise. */
uint32_t acd_json_child(const struct acd_json *json, uint32_t node);
uint32_t acd_json_sibling(const struct acd_json *json, uint32_t node);

/* The last node that begins (its key included) at an offset or before it; ACD_JSON_NONE when none. */
uint32_t acd_json_find(const struct acd_json *json, uint64_t at);

/* Decodes escapes of a string's bytes (without its quotes) to UTF-8; lone surrogates and bad escapes
 * stay as written.  @return bytes that the whole would take, at most `room` of which were stored */
uint64_t acd_json_unescape(char *ret_text, uint64_t room, const char *bytes, uint64_t length);

#endif
