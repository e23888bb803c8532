/* SPDX-License-Identifier: MIT */
/* Secrets in text, see redact.h.  Pure. */
#include "config.h"

#include "tui/model/redact.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define NAME_MOST 24 /* one more than the longest name has, its quote included */

static bool is_token(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("-_.~+/=", c) != NULL);
}

static size_t token_length(const char *text, size_t length)
{
    size_t n = 0;
    while (n < length && is_token(text[n]))
        n++;
    return n;
}

/* After an escape of JSON (`\nBearer`) a word begins too. */
static bool begins_word(const char *text, size_t at)
{
    return at == 0 || !is_token(text[at - 1]) || (at >= 2 && text[at - 2] == '\\');
}

/* A secret: how much before it is kept, how long it is; 0 none begins here. */
struct secret {
    size_t keep, length;
};

static struct secret bearer_at(const char *text, size_t length)
{
    struct secret none = {0, 0};
    const size_t word = strlen("bearer");
    if (length <= word || strncasecmp(text, "bearer", word) != 0)
        return none;
    size_t keep = word;
    while (keep < length && (text[keep] == ' ' || text[keep] == '\t'))
        keep++;
    size_t n = token_length(text + keep, length - keep);
    return keep > word && n >= 8 ? (struct secret){keep, n} : none;
}

static struct secret key_at(const char *text, size_t length)
{
    struct secret none = {0, 0};
    if (length < 11 || memcmp(text, "sk-", 3) != 0)
        return none;
    size_t n = token_length(text, length);
    return n >= 11 ? (struct secret){0, n} : none;
}

/* Its writer hid it already. */
static bool is_hidden(const char *text, size_t length)
{
    return length == strlen(ACD_REDACTED) && memcmp(text, ACD_REDACTED, length) == 0;
}

/* A quote with the backslashes before it, as JSON in a string has them; 0 none. */
static size_t quote_at(const char *text, size_t at, size_t length)
{
    size_t n = 0;
    while (at + n < length && text[at + n] == '\\')
        n++;
    return at + n < length && text[at + n] == '"' ? n + 1 : 0;
}

static size_t skip_blanks(const char *text, size_t at, size_t length)
{
    while (at < length && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at;
}

/* `"api_key": "..."`: JSON in a text, at its first quote. */
static struct secret field_at(const char *text, size_t length)
{
    struct secret none = {0, 0};
    size_t name = 1, end = name;
    while (end < length && end < NAME_MOST && (is_token(text[end])))
        end++;
    size_t quote = acd_redact_name(text + name, end - name) ? quote_at(text, end, length) : 0;
    if (quote == 0)
        return none;
    size_t at = skip_blanks(text, end + quote, length);
    if (at == length || text[at] != ':')
        return none;
    at = skip_blanks(text, at + 1, length);
    quote = quote_at(text, at, length);
    if (quote == 0)
        return none;
    size_t value = at + quote, stop = value;
    while (stop < length && quote_at(text, stop, length) != quote)
        stop++;
    return stop > value && !is_hidden(text + value, stop - value)
               ? (struct secret){value, stop - value}
               : none;
}

/* `//user:password@`: the whole of the user info. */
static struct secret userinfo_at(const char *text, size_t length)
{
    struct secret none = {0, 0};
    if (length < 4 || memcmp(text, "//", 2) != 0)
        return none;
    for (size_t i = 2; i < length; i++) {
        if (text[i] == '@')
            return i > 2 && !is_hidden(text + 2, i - 2) ? (struct secret){2, i - 2} : none;
        if ((unsigned char)text[i] <= ' ' || strchr("/?#\"'<>\\", text[i]))
            return none;
    }
    return none;
}

static struct secret secret_at(const char *text, size_t at, size_t length)
{
    struct secret s = {0, 0};
    char c = text[at];
    if (c == '/')
        return userinfo_at(text + at, length - at);
    if (c == '"')
        return field_at(text + at, length - at);
    if ((c == 'b' || c == 'B') && begins_word(text, at))
        s = bearer_at(text + at, length - at);
    else if (c == 's' && begins_word(text, at))
        s = key_at(text + at, length - at);
    return s;
}

struct sink {
    char *out;
    size_t size, used;
};

static void put(struct sink *sink, const char *text, size_t length)
{
    size_t room = sink->size > sink->used + 1 ? sink->size - sink->used - 1 : 0;
    size_t n = length < room ? length : room;
    if (n > 0)
        memcpy(sink->out + sink->used, text, n);
    sink->used += n;
}

struct acd_redact_span acd_redact_find(const char *text, size_t length, size_t from)
{
    for (size_t at = from; at < length; at++) {
        struct secret s = secret_at(text, at, length);
        if (s.length > 0)
            return (struct acd_redact_span){at + s.keep, s.length};
    }
    return (struct acd_redact_span){length, 0};
}

bool acd_redact_name(const char *name, size_t length)
{
    /* The emitter's list: what it never writes is not shown of files that others wrote. */
    static const char *const names[] = {
        "authorization", "proxy-authorization", "x-api-key", "api-key", "api_key", "apikey",
        "cookie",        "set-cookie"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == length && strncasecmp(names[i], name, length) == 0)
            return true;
    return false;
}

size_t acd_redact_text(char *out, size_t size, const char *text, size_t length)
{
    struct sink sink = {out, size, 0};
    size_t copied = 0;
    for (size_t at = 0; at < length;) {
        struct secret s = secret_at(text, at, length);
        if (s.length == 0) {
            at++;
            continue;
        }
        put(&sink, text + copied, at + s.keep - copied);
        put(&sink, ACD_REDACTED, strlen(ACD_REDACTED));
        at += s.keep + s.length;
        copied = at;
    }
    put(&sink, text + copied, length - copied);
    if (size > 0)
        out[sink.used] = '\0';
    return sink.used;
}
