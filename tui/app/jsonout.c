/* SPDX-License-Identifier: MIT */
/* JSON as it comes, see jsonout.h. */
#include "config.h"

#include "tui/app/jsonout.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tui/model/jsonhide.h"
#include "tui/model/jsonindex.h"
#include "tui/model/redact.h"
#include "tui/view/text.h"
#include "tui/view/width.h"

#define SECOND UINT64_C(1000000000)

static void put_escape(FILE *stream, uint32_t cp)
{
    switch (cp) {
    case '"': fputs("\\\"", stream); return;
    case '\\': fputs("\\\\", stream); return;
    case '\n': fputs("\\n", stream); return;
    case '\r': fputs("\\r", stream); return;
    case '\t': fputs("\\t", stream); return;
    default: break;
    }
    if (cp > 0xffff) {
        cp -= 0x10000;
        fprintf(stream, "\\u%04x\\u%04x", (unsigned)(0xd800 + (cp >> 10)),
                (unsigned)(0xdc00 + (cp & 0x3ff)));
    } else {
        fprintf(stream, "\\u%04x", (unsigned)cp);
    }
}

static bool needs_escape(uint32_t cp)
{
    if (cp < 0x80)
        return cp < 0x20 || cp == 0x7f || cp == '"' || cp == '\\';
    return acd_width_of(cp) == ACD_WIDTH_HIDDEN;
}

/* One code point, or one byte that belongs to none; `quoted` text has its own escapes already.
 * Returns the bytes it took. */
static size_t put_character(FILE *stream, const char *text, size_t length, bool quoted)
{
    uint32_t cp = 0;
    size_t n = acd_text_decode(text, length, &cp);
    if (cp == ACD_TEXT_BAD_BYTE || (cp >= 0xd800 && cp <= 0xdfff))
        fputs("\\ufffd", stream);
    else if (needs_escape(cp) && !(quoted && (cp == '"' || cp == '\\')))
        put_escape(stream, cp);
    else
        fwrite(text, 1, n, stream);
    return n;
}

static void put_quoted(FILE *stream, const char *text, size_t length)
{
    putc('"', stream);
    for (size_t at = 0; at < length;)
        at += put_character(stream, text + at, length - at, false);
    putc('"', stream);
}

/* Indexes the whole of `text`; false when it is not one valid JSON value. */
static bool index_json(struct acd_json *index, const char *text, size_t length)
{
    acd_json_init(index, text, length, 0);
    enum acd_json_state state = ACD_JSON_MORE;
    while (state == ACD_JSON_MORE)
        state = acd_json_step(index, length);
    bool good = state == ACD_JSON_DONE;
    for (uint32_t i = 0; good && i < index->count; i++)
        good = acd_json_type(&index->node[i]) != ACD_JSON_ODD;
    return good;
}

/* The bytes of an escape of JSON's, 0 for a backslash before anything else: the index takes that, too. */
static size_t escape_length(const char *text, size_t length)
{
    size_t digits = 0;
    if (length < 2 || !text[1] || !strchr("\"\\/bfnrtu", text[1]))
        return 0;
    if (text[1] != 'u')
        return 2;
    while (digits < 4 && 2 + digits < length && isxdigit((unsigned char)text[2 + digits]))
        digits++;
    return digits == 4 ? 6 : 0;
}

/* JSON between two secrets: no blanks between values, strings in printable characters. */
static void put_json(FILE *stream, const char *text, size_t length, bool *in_string)
{
    for (size_t at = 0; at < length;) {
        char c = text[at];
        if (*in_string && c == '\\') {
            size_t n = escape_length(text + at, length - at);
            fwrite(n > 0 ? text + at : "\\\\", 1, n > 0 ? n : 2, stream);
            at += n > 0 ? n : 1;
            continue;
        }
        if (c == '"')
            *in_string = !*in_string;
        if (!*in_string && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
            at++;
        else
            at += put_character(stream, text + at, length - at, true);
    }
}

/* The whole of an index on one line; a secret is a part of a string, or a value as a whole. */
static void put_index(FILE *stream, const struct acd_json *index)
{
    bool in_string = false;
    uint64_t at = 0;
    while (at < index->length) {
        struct acd_jsonhide_span secret = acd_jsonhide_next(index, at, index->length);
        uint64_t end = secret.bytes > 0 && secret.at >= at ? secret.at : index->length;
        put_json(stream, index->text + at, (size_t)(end - at), &in_string);
        if (end < index->length)
            fputs(in_string ? ACD_REDACTED : "\"" ACD_REDACTED "\"", stream);
        at = end + (end < index->length ? secret.bytes : 0);
    }
}

static void before(struct acd_jsonout *json, const char *key)
{
    if (json->comma)
        putc(',', json->stream);
    json->comma = true;
    if (key) {
        put_quoted(json->stream, key, strlen(key));
        putc(':', json->stream);
    }
}

void acd_jsonout_begin(struct acd_jsonout *json, const char *key, char bracket)
{
    before(json, key);
    putc(bracket, json->stream);
    json->comma = false;
}

void acd_jsonout_end(struct acd_jsonout *json, char bracket)
{
    putc(bracket, json->stream);
    json->comma = true;
}

void acd_jsonout_keyn(struct acd_jsonout *json, const char *key, size_t length)
{
    if (json->comma)
        putc(',', json->stream);
    put_quoted(json->stream, key, length);
    putc(':', json->stream);
    json->comma = false;
}

void acd_jsonout_textn(struct acd_jsonout *json, const char *key, const char *text, size_t length)
{
    /* Hiding makes text longer at most where `//a@` becomes `//[REDACTED]@`. */
    size_t size = 4 * length + 1;
    char small[2048], *clean = size <= sizeof small ? small : malloc(size);
    before(json, key);
    if (!clean) {
        fputs("null", json->stream);
        return;
    }
    put_quoted(json->stream, clean, acd_redact_text(clean, size, text, length));
    if (clean != small)
        free(clean);
}

void acd_jsonout_json(struct acd_jsonout *json, const char *key, const char *text, size_t length)
{
    struct acd_json index;
    if (index_json(&index, text, length)) {
        before(json, key);
        put_index(json->stream, &index);
    } else {
        acd_jsonout_textn(json, key, text, length);
    }
    acd_json_fini(&index);
}

void acd_jsonout_text(struct acd_jsonout *json, const char *key, const char *text)
{
    acd_jsonout_textn(json, key, text, strlen(text));
}

void acd_jsonout_text_or_null(struct acd_jsonout *json, const char *key, const char *text)
{
    if (text[0])
        acd_jsonout_text(json, key, text);
    else
        acd_jsonout_null(json, key);
}

void acd_jsonout_uint(struct acd_jsonout *json, const char *key, uint64_t number)
{
    before(json, key);
    fprintf(json->stream, "%" PRIu64, number);
}

void acd_jsonout_int(struct acd_jsonout *json, const char *key, int64_t number)
{
    before(json, key);
    fprintf(json->stream, "%" PRId64, number);
}

void acd_jsonout_double(struct acd_jsonout *json, const char *key, double number)
{
    if (!isfinite(number)) {
        acd_jsonout_null(json, key);
        return;
    }
    before(json, key);
    /* The shortest of the two that reads back as the same number. */
    char text[40];
    snprintf(text, sizeof text, "%.15g", number);
    if (strtod(text, NULL) != number)
        snprintf(text, sizeof text, "%.17g", number);
    fputs(text, json->stream);
}

void acd_jsonout_bool(struct acd_jsonout *json, const char *key, bool truth)
{
    before(json, key);
    fputs(truth ? "true" : "false", json->stream);
}

void acd_jsonout_null(struct acd_jsonout *json, const char *key)
{
    before(json, key);
    fputs("null", json->stream);
}

void acd_jsonout_gauge(struct acd_jsonout *json, const char *key, const struct acd_gauge *gauge)
{
    if (gauge->set)
        acd_jsonout_uint(json, key, gauge->value);
    else
        acd_jsonout_null(json, key);
}

struct acd_label acd_jsonout_iso(uint64_t time_ns)
{
    struct acd_label label = {""};
    struct tm tm;
    time_t seconds = (time_t)(time_ns / SECOND);
    char date[24];
    if (gmtime_r(&seconds, &tm) && strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm) > 0)
        snprintf(label.s, sizeof label.s, "%.19s.%03uZ", date,
                 (unsigned)(time_ns / 1000000 % 1000));
    return label;
}

void acd_jsonout_time(struct acd_jsonout *json, const char *key, uint64_t time_ns)
{
    struct acd_label iso = acd_jsonout_iso(time_ns);
    if (time_ns == 0 || !iso.s[0])
        acd_jsonout_null(json, key);
    else
        acd_jsonout_text(json, key, iso.s);
}
