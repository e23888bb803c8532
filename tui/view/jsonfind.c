/* SPDX-License-Identifier: MIT */
/* Searching, see jsonfind.h. */
#include "config.h"

#include "tui/view/jsonfind.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tui/model/jsonhide.h"
#include "tui/view/text.h"

/* ---------------------------------------------------------------- needles */

static bool has_capital(const char *text)
{
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z')
            return true;
    return false;
}

/* As JSON has it: quotes and backslashes escaped, other letters as they are or as \u escapes. */
static size_t escape(char *out, size_t room, const char *text, bool letters_too)
{
    size_t used = 0, length = strlen(text);
    for (size_t i = 0; i < length && used + 13 < room;) {
        uint32_t c = 0;
        size_t n = acd_text_decode(text + i, length - i, &c);
        if (c < 0x80 || !letters_too || c == ACD_TEXT_BAD_BYTE) {
            if (c == '"' || c == '\\')
                out[used++] = '\\';
            memcpy(out + used, text + i, n);
            used += n;
        } else if (c < 0x10000) {
            used += (size_t)snprintf(out + used, room - used, "\\u%04x", c);
        } else {
            c -= 0x10000;
            used += (size_t)snprintf(out + used, room - used, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
                                     0xdc00 + (c & 0x3ff));
        }
        i += n;
    }
    return used;
}

static void make_needles(struct acd_jsonfind *find)
{
    find->any_case = !has_capital(find->text);
    find->needles = 1;
    for (int i = 0; i < 2; i++)
        find->needle[i].length =
            escape(find->needle[i].bytes, sizeof find->needle[i].bytes, find->text, i == 1);
    if (find->needle[1].length != find->needle[0].length)
        find->needles = 2;
}

/* ---------------------------------------------------------------- bytes */

#define NOWHERE UINT64_MAX

static uint64_t find_one(const struct acd_jsonfind *f, size_t which, const char *text,
                         uint64_t from, uint64_t to)
{
    const char *needle = f->needle[which].bytes;
    size_t n = f->needle[which].length;
    char low = needle[0], high = low;
    /* Hexadecimal digits of escapes may be in either case, whatever the user typed. */
    bool any_case = f->any_case || which == 1;
    if (any_case && low >= 'a' && low <= 'z')
        high = (char)(low - 'a' + 'A');
    const char *a = NULL, *b = NULL, *end = text + to;
    for (const char *p = text + from; p + n <= end; p++) {
        if (!a || a < p)
            a = memchr(p, low, (size_t)(end - p));
        if (high != low && (!b || b < p))
            b = memchr(p, high, (size_t)(end - p));
        a = a ? a : end;
        b = b && high != low ? b : end;
        p = a < b ? a : b;
        if (p + n > end)
            break;
        if ((any_case ? strncasecmp(p, needle, n) : memcmp(p, needle, n)) == 0)
            return (uint64_t)(p - text);
    }
    return NOWHERE;
}

static uint64_t find_any(const struct acd_jsonfind *f, const char *text, uint64_t from, uint64_t to)
{
    uint64_t first = NOWHERE;
    for (size_t i = 0; i < f->needles; i++) {
        uint64_t at = find_one(f, i, text, from, to);
        first = at < first ? at : first;
    }
    return first;
}

/* ---------------------------------------------------------------- values */

/* The value in whose key, or in which, the bytes at `at` stand; NONE when they are punctuation or
 * hidden. */
static uint32_t node_at(const struct acd_jsontree *t, uint64_t at)
{
    const struct acd_json *j = &t->index;
    uint32_t node = acd_json_find(j, at);
    if (node == ACD_JSON_NONE)
        return node;
    const struct acd_json_node *n = &j->node[node];
    const char *key;
    uint64_t key_end = acd_json_key(j, node, &key) + 1 + acd_json_at(n) - n->key;
    bool in_key = n->key > 0 && at < key_end;
    bool in_value =
        at >= acd_json_at(n) && at < acd_json_at(n) + n->bytes && acd_json_type(n) > ACD_JSON_ARRAY;
    if (!in_key && !in_value)
        return ACD_JSON_NONE;
    uint32_t above = in_key ? n->parent : node;
    return above != ACD_JSON_NONE && acd_jsonhide_inside(j, above) ? ACD_JSON_NONE : node;
}

static void begin_of(const struct acd_jsontree *t, uint32_t node, uint64_t *ret_begin,
                     uint64_t *ret_end)
{
    const struct acd_json_node *n = &t->index.node[node];
    *ret_begin = acd_json_at(n) - n->key;
    *ret_end = acd_json_at(n) + (acd_json_type(n) > ACD_JSON_ARRAY ? n->bytes : 1);
}

void acd_jsonfind_begin(struct acd_jsonfind *find, const struct acd_jsontree *tree, bool backwards)
{
    uint64_t begin = 0, end = 0;
    make_needles(find);
    if (tree->selected < tree->index.count)
        begin_of(tree, tree->selected, &begin, &end);
    find->backwards = backwards;
    find->around = false;
    find->scanned = 0;
    find->origin = find->at = backwards ? begin : end;
    find->state = find->needle[0].length ? ACD_JSONFIND_MORE : ACD_JSONFIND_IDLE;
}

/* The first or last match in [from, to) that counts. */
static bool found_in(struct acd_jsonfind *f, const struct acd_jsontree *t, uint64_t from,
                     uint64_t to)
{
    /* A match may begin before `to` and end behind it. */
    size_t longest = f->needle[f->needles - 1].length;
    uint64_t end = t->index.read - to > longest ? to + longest : t->index.read;
    bool any = false;
    for (uint64_t at = from; (at = find_any(f, t->index.text, at, end)) < to; at++) {
        uint32_t node = node_at(t, at);
        if (node == ACD_JSON_NONE)
            continue;
        f->node = node;
        f->match = at;
        any = true;
        if (!f->backwards)
            break;
    }
    return any;
}

static bool stretch(struct acd_jsonfind *f, const struct acd_jsontree *t, uint64_t bytes,
                    uint64_t *ret_from, uint64_t *ret_to)
{
    uint64_t length = t->index.read, start = f->at < length ? f->at : length;
    if (f->scanned >= length)
        return false;
    if (f->backwards) {
        if (start == 0) {
            f->around = true;
            start = length;
        }
        *ret_to = start;
        *ret_from = f->at = start > bytes ? start - bytes : 0;
    } else {
        if (start >= length) {
            f->around = true;
            start = 0;
        }
        *ret_from = start;
        *ret_to = f->at = length - start > bytes ? start + bytes : length;
    }
    f->scanned += *ret_to - *ret_from;
    return true;
}

enum acd_jsonfind_state acd_jsonfind_step(struct acd_jsonfind *find,
                                          const struct acd_jsontree *tree, uint64_t bytes)
{
    uint64_t from = 0, to = 0;
    if (find->state != ACD_JSONFIND_MORE)
        return find->state;
    if (!stretch(find, tree, bytes, &from, &to))
        find->state = ACD_JSONFIND_NOTHING;
    else if (found_in(find, tree, from, to))
        find->state = ACD_JSONFIND_FOUND;
    return find->state;
}
