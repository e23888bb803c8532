/* SPDX-License-Identifier: MIT */
/* JSON text, see json.h. */
#include "config.h"

#include "emitter/json.h"

#include <stdint.h>
#include <string.h>

#include "emitter/format/secrets.h"
#include "emitter/format/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define KEY_CHARS 24               /* longer than any secret name */

/* ---- what both walks know ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* One bit a level: is it an object? */
struct nesting {
    uint64_t object[(ACD_JSON_DEPTH + 63) / 64];
    unsigned depth;
};

static bool enter(struct nesting *n, bool object)
{
    if (n->depth == ACD_JSON_DEPTH)
        return false;
    uint64_t bit = UINT64_C(1) << n->depth % 64;
    if (object)
        n->object[n->depth / 64] |= bit;
    else
        n->object[n->depth / 64] &= ~bit;
    n->depth++;
    return true;
}

static bool in_object(const struct nesting *n)
{
    return n->depth > 0 && (n->object[(n->depth - 1) / 64] >> (n->depth - 1) % 64 & 1);
}

/* ---- the check ---- */

struct text {
    const char *at, *end;
};

static void skip_space(struct text *t)
{
    while (t->at < t->end && is_space(*t->at))
        t->at++;
}

static bool take(struct text *t, char c)
{
    if (t->at == t->end || *t->at != c)
        return false;
    t->at++;
    return true;
}

static bool check_escape(struct text *t)
{
    if (t->at == t->end)
        return false;
    char c = *t->at++;
    if (c != 'u')
        return c != '\0' && strchr("\"\\/bfnrt", c) != NULL;
    if (t->end - t->at < 4)
        return false;
    for (int i = 0; i < 4; i++)
        if (!is_hex(*t->at++))
            return false;
    return true;
}

static bool check_string(struct text *t)
{
    if (!take(t, '"'))
        return false;
    while (t->at < t->end) {
        unsigned char c = (unsigned char)*t->at;
        if (c < 0x20)
            return false;
        size_t n = acd_utf8_length(t->at, (size_t)(t->end - t->at));
        if (n == 0)
            return false;
        t->at += n;
        if (c == '"')
            return true;
        if (c == '\\' && !check_escape(t))
            return false;
    }
    return false;
}

static bool check_digits(struct text *t)
{
    const char *from = t->at;
    while (t->at < t->end && is_digit(*t->at))
        t->at++;
    return t->at > from;
}

static bool check_number(struct text *t)
{
    (void)take(t, '-');
    if (!take(t, '0') && !check_digits(t))
        return false;
    if (take(t, '.') && !check_digits(t))
        return false;
    if (take(t, 'e') || take(t, 'E')) {
        if (!take(t, '+'))
            (void)take(t, '-');
        return check_digits(t);
    }
    return true;
}

static bool check_word(struct text *t, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(t->end - t->at) < n || memcmp(t->at, word, n) != 0)
        return false;
    t->at += n;
    return true;
}

static bool check_scalar(struct text *t)
{
    if (t->at == t->end)
        return false;
    switch (*t->at) {
    case '"': return check_string(t);
    case 't': return check_word(t, "true");
    case 'f': return check_word(t, "false");
    case 'n': return check_word(t, "null");
    default: return check_number(t);
    }
}

/* "key" : */
static bool check_key(struct text *t)
{
    skip_space(t);
    if (!check_string(t))
        return false;
    skip_space(t);
    return take(t, ':');
}

/* After a value: closes what it closes.  false: what follows fits nowhere; *ret_done: all is closed. */
static bool check_after(struct text *t, struct nesting *n, bool *ret_done)
{
    for (;;) {
        skip_space(t);
        *ret_done = n->depth == 0;
        if (*ret_done)
            return true;
        if (take(t, ','))
            return !in_object(n) || check_key(t);
        if (!take(t, in_object(n) ? '}' : ']'))
            return false;
        n->depth--;
    }
}

bool acd_json_valid(const char *text, size_t bytes)
{
    struct text t = {text, text + bytes};
    struct nesting n = {.depth = 0};
    bool done = false;
    while (!done) {
        skip_space(&t);
        bool object = t.at < t.end && *t.at == '{';
        if (object || (t.at < t.end && *t.at == '[')) {
            t.at++;
            if (!enter(&n, object))
                return false;
            skip_space(&t);
            bool empty = t.at < t.end && *t.at == (object ? '}' : ']');
            if (!empty) {
                if (object && !check_key(&t))
                    return false;
                continue;
            }
        } else if (!check_scalar(&t)) {
            return false;
        }
        if (!check_after(&t, &n, &done))
            return false;
    }
    return t.at == t.end;
}

/* ---- strings ---- */

/* The escape for a character that can't stand for itself. */
static size_t escape_of(unsigned char c, char ret_escape[6])
{
    static const char digits[] = "0123456789abcdef";
    char letter = c == '\b'   ? 'b'
                  : c == '\t' ? 't'
                  : c == '\n' ? 'n'
                  : c == '\f' ? 'f'
                  : c == '\r' ? 'r'
                              : '\0';
    if (c == '"' || c == '\\')
        letter = (char)c;
    ret_escape[0] = '\\';
    ret_escape[1] = letter;
    if (letter != '\0')
        return 2;
    ret_escape[1] = 'u';
    ret_escape[2] = ret_escape[3] = '0';
    ret_escape[4] = digits[c >> 4];
    ret_escape[5] = digits[c & 15];
    return 6;
}

static void escape(struct acd_sink *sink, const char *text, size_t bytes)
{
    size_t done = 0;
    for (size_t i = 0; i < bytes && !sink->full;) {
        unsigned char c = (unsigned char)text[i];
        size_t n = acd_utf8_length(text + i, bytes - i);
        if (n > 0 && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) {
            i += n;
            continue;
        }
        char escape[6];
        acd_sink_put(sink, text + done, i - done);
        if (n == 0)
            acd_sink_text(sink, REPLACEMENT);
        else
            acd_sink_put(sink, escape, escape_of(c, escape));
        done = ++i;
    }
    acd_sink_put(sink, text + done, bytes - done);
}

void acd_json_text(struct acd_sink *sink, const char *text, size_t bytes,
                   enum acd_secrets_form form)
{
    struct acd_secrets_scan scan = acd_secrets_begin(text, bytes, form);
    struct acd_secrets_piece piece;
    while (!sink->full && acd_secrets_step(&scan, &piece)) {
        escape(sink, piece.clean, piece.bytes);
        if (piece.secret)
            acd_sink_text(sink, ACD_REDACTED);
    }
}

void acd_json_string(struct acd_sink *sink, const char *text, size_t bytes)
{
    acd_sink_put(sink, "\"", 1);
    acd_json_text(sink, text, bytes, ACD_SECRETS_TEXT);
    acd_sink_put(sink, "\"", 1);
}

/* ---- the copy ---- */

/* The end of the string that begins at `at`, behind its quote if it has one. */
static const char *string_end(const char *at, const char *end, bool *ret_closed)
{
    *ret_closed = false;
    for (at++; at < end; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '"') {
            *ret_closed = true;
            return at + 1;
        }
    }
    return end;
}

static bool ends_scalar(char c)
{
    return is_space(c) || strchr(",:[]{}\"", c) != NULL;
}

static const char *scalar_end(const char *at, const char *end)
{
    while (at < end && (*at == '\0' || !ends_scalar(*at)))
        at++;
    return at;
}

static const char *value_end(const char *at, const char *end)
{
    bool closed;
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end, &closed);
        } else if (*at == '{' || *at == '[') {
            depth++;
            at++;
        } else if (*at == '}' || *at == ']') {
            depth -= depth > 0;
            at++;
        } else if (depth > 0) {
            at++;
        } else {
            at = scalar_end(at, end);
        }
        if (depth == 0)
            break;
    }
    return at;
}

/* A key as plain ASCII, NUL-terminated; false when it is longer than any that matters. */
static bool plain_key(const char *text, size_t bytes, char ret_key[KEY_CHARS])
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        char c = text[i];
        if (c == '\\' && i + 5 < bytes && text[i + 1] == 'u') {
            unsigned value = 0;
            for (size_t j = i + 2; j < i + 6; j++)
                value = value * 16 +
                        (unsigned)(is_digit(text[j]) ? text[j] - '0' : (text[j] | 32) - 'a' + 10);
            c = value < 0x80 ? (char)value : '?';
            i += 5;
        }
        if (n + 1 == KEY_CHARS)
            return false;
        ret_key[n++] = c;
    }
    ret_key[n] = '\0';
    return true;
}

struct copy {
    struct acd_sink *sink;
    enum acd_json_style style;
    unsigned level;
    const char *at, *end;
    struct nesting nesting;
    bool pair[ACD_JSON_DEPTH]; /* a secret's name stood as a value at this depth */
    bool key_next;
    bool secret;     /* the value to come is one */
    bool names;      /* ... may be the name of a header */
    bool valued;     /* ... may be the value of one that is named behind it */
    bool first;      /* ... is the first of an array in an array */
    bool pair_next;  /* the value behind the comma is one: [["Authorization", it]] */
    bool after_open; /* nothing in this container yet */
};

void acd_json_break(struct acd_sink *sink, enum acd_json_style style, unsigned level)
{
    static const char line[] = "\n                                ";
    if (style == ACD_JSON_COMPACT)
        return;
    size_t spaces = (size_t)level * 2;
    acd_sink_put(sink, line, 1);
    for (; spaces > sizeof line - 2; spaces -= sizeof line - 2)
        acd_sink_put(sink, line + 1, sizeof line - 2);
    acd_sink_put(sink, line + 1, spaces);
}

static void next_line(struct copy *c)
{
    acd_json_break(c->sink, c->style, c->level + c->nesting.depth);
}

static bool *pair_here(struct copy *c)
{
    return &c->pair[c->nesting.depth > 0 ? c->nesting.depth - 1 : 0];
}

static void hide_value(struct copy *c)
{
    acd_sink_text(c->sink, "\"" ACD_REDACTED "\"");
    c->at = value_end(c->at, c->end);
    c->secret = false;
}

static void copy_open(struct copy *c)
{
    bool object = *c->at == '{';
    if (c->secret) {
        hide_value(c);
        return;
    }
    bool pairs = !object && c->nesting.depth > 0 && !in_object(&c->nesting);
    if (!enter(&c->nesting, object)) {
        acd_sink_text(c->sink, "\"[nested too deep]\"");
        c->at = value_end(c->at, c->end);
        return;
    }
    *pair_here(c) = false;
    acd_sink_put(c->sink, c->at++, 1);
    c->key_next = object;
    c->after_open = true;
    c->first = pairs;
    c->pair_next = c->valued = false;
}

static void copy_close(struct copy *c)
{
    if (c->nesting.depth > 0)
        c->nesting.depth--;
    if (!c->after_open)
        next_line(c);
    c->after_open = c->key_next = c->secret = c->first = c->pair_next = false;
    acd_sink_put(c->sink, c->at++, 1);
}

static bool is_name_key(const char *key)
{
    return strcmp(key, "name") == 0 || strcmp(key, "key") == 0;
}

static bool is_secret_string(const char *at, const char *end)
{
    bool closed;
    char name[KEY_CHARS];
    if (at == end || *at != '"')
        return false;
    const char *behind = string_end(at, end, &closed);
    return plain_key(at + 1, (size_t)(behind - at - 1) - closed, name) &&
           acd_secrets_name(name, strlen(name));
}

/* {"value": it, "name": "Authorization"}: is it so behind the value that ends at `at`?  A few members
 * that hold no others are looked at, so that text costs what it is long. */
static bool named_behind(const struct copy *c, const char *at)
{
    struct text t = {at, c->end};
    for (int i = 0; i < 4; i++) {
        bool closed;
        char key[KEY_CHARS];
        skip_space(&t);
        if (!take(&t, ','))
            return false;
        skip_space(&t);
        if (t.at == t.end || *t.at != '"')
            return false;
        const char *behind = string_end(t.at, t.end, &closed);
        bool names =
            plain_key(t.at + 1, (size_t)(behind - t.at - 1) - closed, key) && is_name_key(key);
        t.at = behind;
        skip_space(&t);
        if (!take(&t, ':'))
            return false;
        skip_space(&t);
        if (names && is_secret_string(t.at, t.end))
            return true;
        if (t.at == t.end || *t.at == '{' || *t.at == '[')
            return false;
        t.at = value_end(t.at, t.end);
    }
    return false;
}

static void copy_key(struct copy *c, const char *text, size_t bytes)
{
    char key[KEY_CHARS];
    bool plain = plain_key(text, bytes, key);
    c->secret = plain && (acd_secrets_name(key, strlen(key)) ||
                          (*pair_here(c) && strcmp(key, "value") == 0));
    c->names = plain && is_name_key(key);
    c->valued = plain && strcmp(key, "value") == 0;
    c->key_next = false;
    acd_redact_put(c->sink, text, bytes, ACD_SECRETS_JSON_STRING);
}

static void copy_value(struct copy *c, const char *text, size_t bytes)
{
    bool named = (c->names || c->first) && is_secret_string(text - 1, c->end);
    if (bytes > 0 && (c->secret || (c->valued && named_behind(c, text + bytes + 1))))
        acd_sink_text(c->sink, ACD_REDACTED);
    else
        acd_redact_put(c->sink, text, bytes, ACD_SECRETS_JSON_STRING);
    if (c->names && named)
        *pair_here(c) = true;
    c->pair_next = c->first && named;
    c->secret = c->names = c->valued = c->first = false;
}

static void copy_string(struct copy *c)
{
    bool closed;
    const char *end = string_end(c->at, c->end, &closed), *text = c->at + 1;
    size_t bytes = (size_t)(end - text) - closed;
    acd_sink_put(c->sink, "\"", 1);
    if (c->key_next && in_object(&c->nesting))
        copy_key(c, text, bytes);
    else
        copy_value(c, text, bytes);
    acd_sink_put(c->sink, "\"", 1);
    c->at = end;
}

static void copy_scalar(struct copy *c)
{
    const char *end = scalar_end(c->at, c->end);
    size_t bytes = (size_t)(end - c->at);
    struct text t = {c->at, end};
    bool tells = !check_word(&t, "null") && !check_word(&t, "true") && !check_word(&t, "false");
    if (tells && (c->secret || (c->valued && named_behind(c, end)))) {
        hide_value(c);
        return;
    }
    acd_redact_put(c->sink, c->at, bytes, ACD_SECRETS_TEXT);
    c->secret = c->names = c->valued = c->first = false;
    c->at = end;
}

static void copy_mark(struct copy *c)
{
    bool comma = *c->at++ == ',';
    acd_sink_text(c->sink, comma ? "," : c->style == ACD_JSON_COMPACT ? ":" : ": ");
    if (!comma)
        return;
    c->key_next = in_object(&c->nesting);
    c->secret = c->pair_next;
    c->pair_next = c->names = c->valued = c->first = false;
    next_line(c);
}

void acd_json_copy(struct acd_sink *sink, const char *text, size_t bytes, enum acd_json_style style,
                   unsigned level)
{
    struct copy c = {.sink = sink, .style = style, .level = level, .at = text, .end = text + bytes};
    while (c.at < c.end && !sink->full) {
        char first = *c.at;
        if (is_space(first)) {
            c.at++;
            continue;
        }
        bool closes = first == '}' || first == ']';
        if (c.after_open && !closes) {
            c.after_open = false;
            next_line(&c);
        }
        if (closes)
            copy_close(&c);
        else if (first == '{' || first == '[')
            copy_open(&c);
        else if (first == '"')
            copy_string(&c);
        else if (first == ',' || first == ':')
            copy_mark(&c);
        else
            copy_scalar(&c);
    }
}

bool acd_json_member(const char *text, size_t bytes, const char *key, const char **ret_value,
                     size_t *ret_bytes)
{
    struct text t = {text, text + bytes};
    size_t n = strlen(key);
    skip_space(&t);
    if (!take(&t, '{'))
        return false;
    do {
        skip_space(&t);
        const char *name = t.at + 1;
        if (!check_key(&t))
            return false;
        skip_space(&t);
        const char *value = t.at;
        t.at = value_end(t.at, t.end);
        if (t.end - name > (ptrdiff_t)n && memcmp(name, key, n) == 0 && name[n] == '"') {
            *ret_value = value;
            *ret_bytes = (size_t)(t.at - value);
            return true;
        }
        skip_space(&t);
    } while (take(&t, ','));
    return false;
}
