/* SPDX-License-Identifier: MIT */
/* Secrets in text, see redact.h.  Pure. */
#include "config.h"

#include "tui/model/redact.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

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

static bool begins_word(const char *text, size_t at)
{
    return at == 0 || !is_token(text[at - 1]);
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

/* `//user:password@`: the whole of the user info. */
static struct secret userinfo_at(const char *text, size_t length)
{
    struct secret none = {0, 0};
    if (length < 4 || memcmp(text, "//", 2) != 0)
        return none;
    for (size_t i = 2; i < length; i++) {
        if (text[i] == '@')
            return i > 2 ? (struct secret){2, i - 2} : none;
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
