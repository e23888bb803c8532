/* SPDX-License-Identifier: MIT */
/* Secrets in JSON, see jsonhide.h. */
#include "config.h"

#include "tui/model/jsonhide.h"

#include <string.h>

#include "tui/model/redact.h"

#define NAME_MOST 24               /* no secret's name is longer, escapes aside */
#define BACK UINT64_C(4096)        /* a secret that began so far before is still found */
#define TOKEN_BACK UINT64_C(65536) /* one without a space, so far */
#define INTRODUCED UINT64_C(64)    /* "Authorization: Basic " before it and enough of it behind */
#define SHOWN "\"[REDACTED]\""

/* ---------------------------------------------------------------- names */

/* A name as written, its escapes decoded: "Authoriz\u0061tion" hides nothing. */
static bool secret_name(const char *bytes, uint64_t length)
{
    char name[NAME_MOST];
    if (length > NAME_MOST * 6)
        return false;
    uint64_t n = acd_json_unescape(name, sizeof name, bytes, length);
    return n <= sizeof name && acd_secrets_name(name, n);
}

static bool secret_string(const struct acd_json *j, uint32_t node)
{
    const char *bytes;
    if (acd_json_type(&j->node[node]) != ACD_JSON_STRING)
        return false;
    uint64_t n = acd_json_value(j, node, &bytes);
    return n >= 2 && secret_name(bytes + 1, n - 2);
}

static bool key_is(const struct acd_json *j, uint32_t node, const char *name)
{
    const char *key;
    uint64_t n = acd_json_key(j, node, &key);
    return n == strlen(name) && memcmp(key, name, n) == 0;
}

/* {"name": "Authorization", "value": ...}, in either order */
static bool named_beside(const struct acd_json *j, uint32_t node, uint32_t parent)
{
    if (!key_is(j, node, "value"))
        return false;
    uint32_t n = acd_json_child(j, parent);
    for (int i = 0; i < 4 && n != ACD_JSON_NONE; i++, n = acd_json_sibling(j, n))
        if ((key_is(j, n, "name") || key_is(j, n, "key")) && secret_string(j, n))
            return true;
    return false;
}

static bool is_array(const struct acd_json *j, uint32_t node)
{
    return node != ACD_JSON_NONE && acd_json_type(&j->node[node]) == ACD_JSON_ARRAY;
}

/* The key's bytes as acd_json_key() has them; 0 when they are more than a secret's name takes.  What
 * stands between a key and its value may be of any length. */
static uint64_t short_key(const struct acd_json *j, uint32_t node, const char **ret_key)
{
    const struct acd_json_node *n = &j->node[node];
    const char *key = j->text + acd_json_at(n) - n->key + 1;
    *ret_key = key;
    for (uint64_t i = 0; i + 1 < n->key && i <= NAME_MOST * 6; i++) {
        if (key[i] == '"')
            return i;
        i += key[i] == '\\';
    }
    return 0;
}

bool acd_jsonhide_value(const struct acd_json *json, uint32_t node)
{
    const struct acd_json_node *n = &json->node[node];
    const char *key;
    if (n->key) {
        uint64_t length = short_key(json, node, &key);
        return (length && secret_name(key, length)) || named_beside(json, node, n->parent);
    }
    /* [["Authorization", ...]]; a list of names alone ("required": [...]) is none */
    uint32_t parent = n->parent;
    return parent != ACD_JSON_NONE && node == parent + 2 && is_array(json, parent) &&
           is_array(json, json->node[parent].parent) && secret_string(json, parent + 1);
}

bool acd_jsonhide_inside(const struct acd_json *json, uint32_t node)
{
    for (; node != ACD_JSON_NONE; node = json->node[node].parent)
        if (acd_jsonhide_value(json, node))
            return true;
    return false;
}

/* ---------------------------------------------------------------- places in the text */

static struct acd_jsonhide_span none(uint64_t at)
{
    return (struct acd_jsonhide_span){at, 0};
}

static bool touches(struct acd_jsonhide_span s, uint64_t from, uint64_t to)
{
    return s.bytes > 0 && s.at < to && s.at + s.bytes > from;
}

static struct acd_jsonhide_span whole(const struct acd_json *j, uint32_t node)
{
    const char *bytes;
    uint64_t n = acd_json_value(j, node, &bytes);
    return (struct acd_jsonhide_span){acd_json_at(&j->node[node]), n};
}

static bool hidden_already(const struct acd_json *j, struct acd_jsonhide_span s)
{
    return s.bytes == strlen(SHOWN) && memcmp(j->text + s.at, SHOWN, s.bytes) == 0;
}

/* By the index: hidden values around `from`, then those that begin before `to`. */
static struct acd_jsonhide_span by_index(const struct acd_json *j, uint64_t from, uint64_t to)
{
    uint32_t at = acd_json_find(j, from);
    struct acd_jsonhide_span found = none(to);
    for (uint32_t n = at; n != ACD_JSON_NONE; n = j->node[n].parent) {
        struct acd_jsonhide_span s = whole(j, n);
        if (touches(s, from, to) && acd_jsonhide_value(j, n) && !hidden_already(j, s))
            found = s; /* the outermost one counts */
    }
    if (found.bytes)
        return found;
    for (uint32_t n = at == ACD_JSON_NONE ? 0 : at + 1; n < j->count; n++) {
        struct acd_jsonhide_span s = whole(j, n);
        if (s.at >= to)
            break;
        if (acd_jsonhide_value(j, n) && !hidden_already(j, s))
            return s;
    }
    return none(to);
}

#define BIT(c) (UINT64_C(1) << ((c)&63))

/* Without a branch: it is asked of each byte of pictures that are written as text, too. */
static bool in_token(char c)
{
    static const uint64_t ends[4] = {(BIT('!') - 1) | BIT('"') | BIT('&') | BIT('\'') | BIT(')') |
                                         BIT(',') | BIT(';') | BIT('<') | BIT('>'),
                                     BIT(']') | BIT('`') | BIT('}'), UINT64_MAX, UINT64_MAX};
    unsigned char byte = (unsigned char)c;
    return !(ends[byte >> 6] >> (byte & 63) & 1);
}

/* A secret around `at` that began further back than text is searched: a token shows what it is by
 * its beginning alone, so that is looked for, and what is between is not searched. */
static struct acd_jsonhide_span long_token(const struct acd_json *j, uint64_t at, uint64_t limit)
{
    uint64_t begin = at, end = at, least = at > TOKEN_BACK ? at - TOKEN_BACK : 0;
    while (begin > least && in_token(j->text[begin - 1]))
        begin--;
    if (begin == at)
        return none(at);
    uint64_t from = begin > INTRODUCED ? begin - INTRODUCED : 0;
    uint64_t to = at - begin > INTRODUCED ? begin + INTRODUCED : at;
    struct acd_redact_span s = {0, 0};
    do {
        s = acd_redact_find(j->text + from, to - from, s.at + s.length);
    } while (s.length && from + s.at + s.length < to);
    while (s.length && end < limit && in_token(j->text[end]))
        end++;
    return s.length ? (struct acd_jsonhide_span){from + s.at, end - from - s.at} : none(at);
}

static struct acd_jsonhide_span by_pattern(const struct acd_json *j, uint64_t from, uint64_t to)
{
    uint64_t start = from > BACK ? from - BACK : 0;
    uint64_t end = j->length - to > BACK ? to + BACK : j->length;
    struct acd_jsonhide_span before = long_token(j, start, end);
    if (touches(before, from, to))
        return before;
    start = start > INTRODUCED ? start - INTRODUCED : 0;
    const char *text = j->text + start;
    struct acd_redact_span s = {0, 0};
    do {
        s = acd_redact_find(text, end - start, s.at + s.length);
    } while (s.length && start + s.at + s.length <= from);
    return s.length && start + s.at < to ? (struct acd_jsonhide_span){start + s.at, s.length}
                                         : none(to);
}

struct acd_jsonhide_span acd_jsonhide_next(const struct acd_json *json, uint64_t from, uint64_t to)
{
    to = to < json->length ? to : json->length;
    if (from >= to)
        return none(to);
    struct acd_jsonhide_span best = by_index(json, from, to);
    struct acd_jsonhide_span other = by_pattern(json, from, to);
    return other.bytes && (!best.bytes || other.at < best.at) ? other : best;
}

/* ---------------------------------------------------------------- audit */

static const char *kind_of(const struct acd_json *j, uint32_t node)
{
    const char *key;
    uint64_t n = acd_json_key(j, node, &key);
    switch (n ? key[0] | 0x20 : 0) {
    case 'c':
    case 's': return "a Cookie header";
    case 'x': return "an API key";
    case 'a': return n == strlen("authorization") ? "an Authorization header" : "an API key";
    default: return "an Authorization header";
    }
}

const char acd_jsonhide_token[] = "a key or token";

const char *acd_jsonhide_audit(const struct acd_json *json, uint32_t node, uint32_t count)
{
    uint32_t end = count < json->count - node ? node + count : json->count;
    const char *found = NULL;
    for (; node < end; node++) {
        struct acd_jsonhide_span s = whole(json, node);
        if (acd_jsonhide_value(json, node) && !hidden_already(json, s))
            return kind_of(json, node);
        if (acd_json_type(&json->node[node]) == ACD_JSON_STRING &&
            acd_redact_find(json->text + s.at, s.bytes < BACK ? s.bytes : BACK, 0).length)
            found = acd_jsonhide_token;
    }
    return found;
}
