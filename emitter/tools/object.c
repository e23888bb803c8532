/* SPDX-License-Identifier: MIT */
/*
 * A JSON object as a flat list, see object.h.  The text is checked as a whole first, so that the walk
 * over it needs no second look at its form.
 */
#include "config.h"

#include "emitter/tools/object.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/json.h"

/* A secret's replacement may be longer than the secret, but not in a text much longer than this. */
#define SPARE 65536

/* ---- where texts are kept ---- */

static int make_room(struct acd_object *object, size_t bytes)
{
    if (object->room >= bytes)
        return 0;
    char *more = realloc(object->bytes, bytes);
    if (!more)
        return -ENOMEM;
    object->bytes = more;
    object->room = bytes;
    return 0;
}

static char *place(const struct acd_object *object)
{
    return object->bytes + object->used;
}

/* What may be taken beyond what the rest of the text needs, with a NUL. */
static size_t spare(const struct acd_object *object)
{
    return object->room - object->used - object->reserve - 1;
}

/* A sink into the spare room; what doesn't fit is cut. */
struct keeper {
    struct acd_sink sink;
    struct acd_object *object;
};

static void keep(struct acd_sink *sink, const char *bytes, size_t count)
{
    struct keeper *k = (struct keeper *)(void *)sink;
    if (count > spare(k->object)) {
        count = spare(k->object);
        sink->full = true;
    }
    memcpy(place(k->object), bytes, count);
    k->object->used += count;
}

/* ---- strings ---- */

static unsigned hex4(const char *text)
{
    unsigned value = 0;
    for (int i = 0; i < 4; i++) {
        unsigned c = (unsigned char)text[i];
        value = value * 16 + (c <= '9' ? c - '0' : (c | 32u) - 'a' + 10);
    }
    return value;
}

static size_t put_utf8(char *to, unsigned c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 63));
        to[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 63));
    to[2] = (char)(0x80 | (c >> 6 & 63));
    to[3] = (char)(0x80 | (c & 63));
    return 4;
}

/* Behind `\u`: the character, U+FFFD for half of a pair; moves on behind its digits. */
static unsigned escaped(const char **at, const char *end)
{
    unsigned c = hex4(*at);
    *at += 4;
    if (c < 0xd800 || c > 0xdfff)
        return c;
    if (c < 0xdc00 && end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u') {
        unsigned low = hex4(*at + 2);
        if (low >= 0xdc00 && low <= 0xdfff) {
            *at += 6;
            return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
        }
    }
    return 0xfffd;
}

/* Between the quotes of a valid string; never longer than that.  The length. */
static size_t unescape(char *to, const char *at, const char *end)
{
    static const char letters[] = "bfnrt", meant[] = "\b\f\n\r\t";
    char *begin = to;
    while (at < end) {
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        char c = at[1];
        at += 2;
        if (c == 'u') {
            to += put_utf8(to, escaped(&at, end));
            continue;
        }
        const char *letter = strchr(letters, c);
        *to++ = letter ? meant[letter - letters] : c;
    }
    return (size_t)(to - begin);
}

/* The end of the string that begins at `at`, behind its quote. */
static const char *string_end(const char *at)
{
    for (at++; *at != '"'; at++)
        at += *at == '\\';
    return at + 1;
}

/* Keeps the string at `at`; `redact`: without its secrets. */
static const char *read_string(struct acd_object *object, const char *at, bool redact,
                               size_t *ret_bytes)
{
    const char *end = string_end(at);
    char *text = place(object);
    size_t bytes = unescape(text, at + 1, end - 1);
    object->used += bytes + 1;
    text[bytes] = '\0';
    if (redact && acd_secrets_any(text, bytes)) {
        char *clean = place(object);
        bytes = acd_redact_store(clean, spare(object) + 1, text, bytes);
        object->used += bytes + 1;
        text = clean;
    }
    *ret_bytes = bytes;
    return text;
}

/* ---- other values ---- */

static const char *value_end(const char *at, const char *end)
{
    size_t depth = 0;
    do {
        if (*at == '"') {
            at = string_end(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
        while (depth == 0 && at < end && strchr(",}] \t\r\n", *at) == NULL)
            at++;
    } while (depth > 0);
    return at;
}

static void read_json(struct acd_object *object, struct acd_member *m, const char *text,
                      size_t bytes)
{
    char *begin = place(object);
    struct keeper k = {.sink = {.put = keep}, .object = object};
    acd_json_copy(&k.sink, text, bytes, ACD_JSON_COMPACT, 0);
    m->type = ACD_OBJECT_JSON;
    m->text = begin;
    m->text_bytes = (size_t)(place(object) - begin);
    object->bytes[object->used++] = '\0';
}

/* The text behind a number is a comma, a bracket or a space: strtod() stops there. */
static bool read_number(struct acd_member *m, const char *text, size_t bytes)
{
    char *end;
    errno = 0;
    if (memchr(text, '.', bytes) == NULL && memchr(text, 'e', bytes) == NULL &&
        memchr(text, 'E', bytes) == NULL) {
        m->type = ACD_OBJECT_INT;
        m->number.i = strtoll(text, &end, 10);
        if (errno == 0)
            return true;
        errno = 0;
        m->type = ACD_OBJECT_UINT;
        m->number.u = strtoull(text, &end, 10);
        return errno == 0 && text[0] != '-';
    }
    m->type = ACD_OBJECT_DOUBLE;
    m->number.d = strtod(text, &end);
    return isfinite(m->number.d);
}

static const char *read_value(struct acd_object *object, struct acd_member *m, const char *at,
                              const char *end)
{
    const char *behind = value_end(at, end);
    size_t bytes = (size_t)(behind - at);
    m->text = "";
    if (*at == '"') {
        m->type = ACD_OBJECT_TEXT;
        m->text = read_string(object, at, true, &m->text_bytes);
    } else if (*at == 't' || *at == 'f') {
        m->type = ACD_OBJECT_BOOL;
        m->number.b = *at == 't';
    } else if (*at == '{' || *at == '[' || *at == 'n' || !read_number(m, at, bytes)) {
        read_json(object, m, at, bytes);
    }
    return behind;
}

/* ---- the object ---- */

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
        at++;
    return at;
}

int acd_object_read(struct acd_object *object, const char *text, size_t bytes)
{
    const char *end = text + bytes, *at = skip_space(text, end);
    object->count = object->used = 0;
    object->more = false;
    if (at == end || *at != '{')
        return -ENOENT;
    if (!acd_json_valid(text, bytes))
        return -EINVAL;
    /* A text and its NUL need no more room than the text has with its quotes. */
    int r = make_room(object, 4 * bytes + SPARE);
    if (r < 0)
        return r;
    at = skip_space(at + 1, end);
    while (*at == '"') {
        struct acd_member m = {0};
        const char *key = at;
        object->reserve = (size_t)(end - key);
        at = skip_space(string_end(at), end) + 1; /* the colon */
        at = skip_space(at, end);
        if (object->count < ACD_OBJECT_MEMBERS) {
            m.key = read_string(object, key, false, &m.key_bytes);
            at = read_value(object, &m, at, end);
            object->member[object->count++] = m;
        } else {
            object->more = true;
            at = value_end(at, end);
        }
        at = skip_space(at, end);
        at = skip_space(at + 1, end); /* the comma, or the brace */
        if (at >= end)
            break;
    }
    return 0;
}

void acd_object_fini(struct acd_object *object)
{
    free(object->bytes);
    *object = (struct acd_object){0};
}
