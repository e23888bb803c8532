/* SPDX-License-Identifier: MIT */
/*
 * The one list of secret names, and the search for secrets in text, see secrets.h.  One pass over decoded
 * characters; a match is tried only where a word begins with a letter that one can begin with, so clean
 * text costs a comparison a byte.
 */
#include "config.h"

#include "emitter/format/secrets.h"

#include <string.h>

#include "emitter/format/utf8.h"

/* ---- names ---- */

static const struct {
    unsigned char length;
    char name[24];
} names[] = {
    {13, "authorization"}, {19, "proxy-authorization"},
    {9, "x-api-key"},      {7, "api-key"},
    {7, "api_key"},        {6, "apikey"},
    {6, "cookie"},         {10, "set-cookie"},
};

static bool same(const char *a, const char *lower, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        char c = a[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != lower[i])
            return false;
    }
    return true;
}

/* The lengths in the list, so that most names cost no comparison. */
#define LENGTHS (1u << 6 | 1u << 7 | 1u << 9 | 1u << 10 | 1u << 13 | 1u << 19)

bool acd_secrets_name(const char *name, size_t bytes)
{
    if (bytes > 19 || !(LENGTHS >> bytes & 1u))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].length == bytes && same(name, names[i].name, bytes))
            return true;
    return false;
}

#define NONE (-1)
#define NAME_MAX_CHARS 24

/* ---- characters ---- */

static bool is_alnum(int c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(int c)
{
    return is_alnum(c) || c == '-' || c == '_';
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t';
}

static bool is_line_end(int c)
{
    return c == '\n' || c == '\r';
}

static bool is_quote(int c)
{
    return c == '"' || c == '\'' || c == '`';
}

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static int hex(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : NONE;
}

/* `digits` hexadecimal digits at `at`; NONE when they are not there. */
static int hex_at(const struct acd_secrets_scan *s, size_t at, unsigned digits)
{
    int value = 0;
    if (at > s->bytes || s->bytes - at < digits)
        return NONE;
    for (unsigned i = 0; i < digits; i++) {
        int digit = hex((unsigned char)s->text[at + i]);
        if (digit == NONE)
            return NONE;
        value = value * 16 + digit;
    }
    return value;
}

/* \uXXXX as an ASCII character, or one that stands for all others. */
static int unicode_at(const struct acd_secrets_scan *s, size_t at)
{
    int value = at < s->bytes && s->text[at] == 'u' ? hex_at(s, at + 1, 4) : NONE;
    return value < 0x80 ? value : 0x80;
}

static int escape_at(const struct acd_secrets_scan *s, size_t at, size_t *ret_next)
{
    int unicode = unicode_at(s, at + 1);
    if (unicode != NONE && (s->form == ACD_SECRETS_JSON_STRING ||
                            (unicode >= ' ' && unicode != '"' && unicode != '\\'))) {
        *ret_next = at + 6;
        return unicode;
    }
    if (s->form != ACD_SECRETS_JSON_STRING || at + 1 >= s->bytes)
        return '\\';
    *ret_next = at + 2;
    char c = s->text[at + 1];
    return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c == 'b' || c == 'f' ? ' ' : c;
}

/* The character at `at` and where the next one begins; NONE at the end. */
static int char_at(const struct acd_secrets_scan *s, size_t at, size_t *ret_next)
{
    if (at >= s->bytes)
        return NONE;
    int c = (unsigned char)s->text[at];
    *ret_next = at + 1;
    if (c == '\\')
        return escape_at(s, at, ret_next);
    if (s->form != ACD_SECRETS_URL)
        return c;
    int value = c == '%' ? hex_at(s, at + 1, 2) : NONE;
    if (value == NONE)
        return c == '+' ? ' ' : c;
    *ret_next = at + 3;
    return value;
}

/* The same, and %XX is seen through: separators may be written so in any text. */
static int loose_at(const struct acd_secrets_scan *s, size_t at, size_t *ret_next)
{
    int c = char_at(s, at, ret_next);
    int value = c == '%' ? hex_at(s, at + 1, 2) : NONE;
    if (value == NONE)
        return c;
    *ret_next = at + 3;
    return value;
}

static int before(const struct acd_secrets_scan *s, unsigned back)
{
    return (int)(s->before >> (8 * back) & 0xff);
}

/* Does what stands before end in an escape, so that its last letter is no part of a word? */
static bool after_escape(const struct acd_secrets_scan *s)
{
    int c = before(s, 0);
    if (before(s, 1) == '\\')
        return c == 'n' || c == 'r' || c == 't' || c == 'b' || c == 'f';
    if (hex(c) == NONE || hex(before(s, 1)) == NONE)
        return false;
    return before(s, 2) == '%' || (before(s, 4) == 'u' && before(s, 5) == '\\');
}

static bool at_value_start(const struct acd_secrets_scan *s)
{
    return !is_alnum(before(s, 0)) || after_escape(s);
}

static bool at_name_start(const struct acd_secrets_scan *s)
{
    int c = before(s, 0);
    return !is_word(c) || after_escape(s) || (c == '-' && before(s, 1) == '-');
}

static bool at_line_start(const struct acd_secrets_scan *s)
{
    int c = before(s, 0);
    return c == 0 || is_line_end(c) || (c == 'n' && before(s, 1) == '\\');
}

/* ---- a name's value ---- */

struct name {
    size_t end;
    bool to_line_end; /* its values have spaces in them */
    bool in_line;     /* stands at a line's start, as headers do */
    bool in_tuple;    /* ('name', 'value'), [["name", "value"]] */
};

/* How it goes on after the name. */
struct separator {
    size_t end;
    bool quoted; /* the name is */
    bool equals;
    bool lines; /* a part of a form: the value is the next line */
};

/* Is what begins behind the quote the first of a pair?  A list of names alone ("required": [...]) is none. */
static bool opens_pair(const struct acd_secrets_scan *s)
{
    unsigned back = before(s, 1) == 'b' ? 2 : 1; /* Python's bytes */
    if (!is_quote(before(s, 0)))
        return false;
    while (back < 6 && before(s, back) == '\\')
        back++;
    if (before(s, back) != '[')
        return before(s, back) == '(';
    back += before(s, back + 1) == ' ' ? 2 : 1;
    return back < 8 && (before(s, back) == '[' || before(s, back) == ',');
}

static bool match_name(const struct acd_secrets_scan *s, struct name *ret_name)
{
    char name[NAME_MAX_CHARS];
    size_t n = 0, at = s->at, next = at;
    int c = char_at(s, at, &next);
    for (; is_word(c) && n < sizeof name; c = char_at(s, at, &next)) {
        name[n++] = (char)lower(c);
        at = next;
    }
    if (!acd_secrets_name(name, n))
        return false;
    ret_name->end = at;
    ret_name->to_line_end = name[n - 1] == 'n' || name[n - 1] == 'e'; /* authorization, cookie */
    ret_name->in_line = at_line_start(s);
    ret_name->in_tuple = opens_pair(s);
    return true;
}

/* `, "value":` behind the name of a header. */
static bool match_value_key(const struct acd_secrets_scan *s, size_t at, size_t *ret_end)
{
    static const char word[] = "value";
    size_t next = at;
    int c = char_at(s, at, &next);
    for (; is_quote(c) || is_blank(c) || is_line_end(c) || c == '\\'; c = char_at(s, at, &next))
        at = c == '\\' && next < s->bytes && s->text[next] == 'n' ? next + 1 : next;
    for (size_t i = 0; word[i]; i++, c = char_at(s, at, &next)) {
        if (c != word[i])
            return false;
        at = next;
    }
    for (; is_quote(c) || is_blank(c) || c == '\\'; c = char_at(s, at, &next))
        at = next;
    *ret_end = next;
    return c == ':';
}

static bool match_separator(const struct acd_secrets_scan *s, const struct name *name,
                            struct separator *ret_separator)
{
    size_t at = name->end, next = at;
    struct separator found = {0};
    int c = loose_at(s, at, &next);
    for (; is_quote(c) || is_blank(c) || c == '\\' || c == ']'; c = loose_at(s, at, &next)) {
        found.quoted |= is_quote(c);
        at = next;
    }
    if (found.quoted && is_line_end(c)) {
        for (; is_line_end(c); c = char_at(s, at, &next))
            at = next;
        found.lines = true;
        found.end = at;
    } else if (c == ':' || c == '=' || c == '>' || (c == ',' && name->in_tuple)) {
        found.equals = c == '=';
        at = next;
        int second = loose_at(s, at, &next);
        found.end = second == '=' || second == '>' ? next : at;
    } else if (c != ',' || !found.quoted || !match_value_key(s, next, &found.end)) {
        return false;
    }
    *ret_separator = found;
    return true;
}

/* The end of a quoted value: the same quote behind no more backslashes than the first one had. */
static size_t quoted_end(const struct acd_secrets_scan *s, size_t at, int quote,
                         unsigned backslashes)
{
    unsigned seen = 0;
    size_t next = at, before_them = at;
    for (int c = char_at(s, at, &next); c != NONE; c = char_at(s, at, &next)) {
        if (c == quote && seen <= backslashes)
            return before_them;
        seen = c == '\\' ? seen + 1 : 0;
        before_them = seen > 0 ? before_them : next;
        at = next;
    }
    return s->bytes;
}

static size_t balanced_end(const struct acd_secrets_scan *s, size_t at)
{
    size_t depth = 0, next = at;
    int quote = 0;
    bool escaped = false;
    for (int c = char_at(s, at, &next); c != NONE; c = char_at(s, at, &next)) {
        at = next;
        if (quote != 0) {
            if (c == quote && !escaped)
                quote = 0;
        } else if (c == '"') {
            quote = c;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at;
        }
        escaped = c == '\\' && !escaped;
    }
    return s->bytes;
}

/* Does a quote end what the value stands in? */
static bool closes(const struct acd_secrets_scan *s, size_t at)
{
    size_t next = at;
    int c = char_at(s, at, &next);
    return c == NONE || c == ',' || c == ']' || c == '}' || c == ')';
}

static size_t line_end(const struct acd_secrets_scan *s, size_t at, bool equals)
{
    size_t next = at;
    int last = 0;
    for (int c = char_at(s, at, &next); c != NONE; c = char_at(s, at, &next)) {
        if (is_line_end(c) || (equals && c == '&') || c == '<')
            break;
        if (c == '\\' && next < s->bytes && (s->text[next] == 'n' || s->text[next] == 'r'))
            break;
        if (is_quote(c) && last != '=' && closes(s, next))
            break;
        last = c;
        at = next;
    }
    return at;
}

static bool ends_token(int c)
{
    return c == NONE || c <= ' ' || is_quote(c) || (c < 0x80 && strchr("&,;<>)]}\\", c) != NULL);
}

static size_t token_end(const struct acd_secrets_scan *s, size_t at)
{
    size_t next = at;
    for (int c = char_at(s, at, &next); !ends_token(c); c = char_at(s, at, &next))
        at = next;
    return at;
}

static size_t skip_blanks(const struct acd_secrets_scan *s, size_t at, bool and_line_ends)
{
    size_t next = at;
    for (int c = loose_at(s, at, &next); is_blank(c) || (and_line_ends && is_line_end(c));
         c = loose_at(s, at, &next))
        at = next;
    return at;
}

/* Does the token only say what kind of credentials follow? */
static bool is_scheme(const struct acd_secrets_scan *s, size_t at, size_t end)
{
    static const char schemes[][8] = {"basic", "bearer", "digest", "token", "apikey", "key"};
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t n = 0;
        while (schemes[i][n] && at + n < end && lower(s->text[at + n]) == schemes[i][n])
            n++;
        if (!schemes[i][n] && at + n == end)
            return true;
    }
    return false;
}

/* A token, and behind a scheme the next one. */
static size_t credentials_end(const struct acd_secrets_scan *s, size_t at)
{
    size_t end = token_end(s, at);
    size_t behind = is_scheme(s, at, end) ? skip_blanks(s, end, false) : end;
    return behind > end ? token_end(s, behind) : end;
}

/* In a URL or a form the value ends where the next one begins, however it is written. */
static size_t parameter_end(const struct acd_secrets_scan *s, size_t at)
{
    while (at < s->bytes && s->text[at] != '&' && s->text[at] != '#')
        at++;
    return at;
}

/* Where a value begins: JSON may have it on the next line, where other text has the next name. */
static size_t value_begin(const struct acd_secrets_scan *s, size_t at, bool json)
{
    size_t here = skip_blanks(s, at, false), next = here;
    if (!json)
        return here;
    size_t below = skip_blanks(s, here, true);
    int c = char_at(s, below, &next);
    return is_quote(c) || (c < 0x80 && strchr("\\{[-0123456789", c)) ? below : here;
}

/* Where the value ends if what ended at `end` turns out to be the next one's name: `"a": "b": "c"`. */
static size_t value_behind(const struct acd_secrets_scan *s, size_t end)
{
    for (;;) {
        unsigned backslashes = 0;
        size_t at = end, next = at;
        int c = char_at(s, at, &next);
        for (; is_quote(c) || is_blank(c) || c == '\\'; c = char_at(s, at, &next))
            at = next;
        if (c != ':')
            return end;
        at = value_begin(s, next, true);
        for (c = char_at(s, at, &next); c == '\\'; c = char_at(s, at, &next), backslashes++)
            at = next;
        if (c == '{' || c == '[')
            return balanced_end(s, at);
        if (!is_quote(c)) /* behind an escape the next header may stand already */
            return backslashes > 0 ? line_end(s, at, false) : credentials_end(s, at);
        end = quoted_end(s, next, c, backslashes);
    }
}

static bool find_value(const struct acd_secrets_scan *s, size_t *ret_begin, size_t *ret_end)
{
    struct name name;
    struct separator sep;
    if (!match_name(s, &name) || !match_separator(s, &name, &sep))
        return false;
    size_t begin = value_begin(s, sep.end, sep.quoted && !sep.lines), next = begin, at = begin;
    unsigned backslashes = 0;
    int c = loose_at(s, at, &next);
    for (; c == '\\'; c = loose_at(s, at, &next)) {
        backslashes++;
        at = next;
    }
    size_t after_mark = next;
    if (c == 'b' && is_quote(char_at(s, next, &after_mark))) /* Python's bytes */
        c = char_at(s, next, &next);
    if (s->form == ACD_SECRETS_URL) {
        *ret_end = parameter_end(s, begin);
    } else if (is_quote(c) && !sep.lines) {
        size_t quoted = quoted_end(s, next, c, backslashes);
        *ret_end = value_behind(s, quoted);
        begin = *ret_end == quoted ? next : begin;
    } else if ((c == '{' || c == '[') && (sep.quoted || !name.to_line_end)) {
        *ret_end = balanced_end(s, begin);
    } else if (name.to_line_end || sep.lines || (name.in_line && !sep.equals)) {
        *ret_end = line_end(s, begin, sep.equals);
    } else {
        *ret_end = credentials_end(s, begin);
    }
    *ret_begin = begin;
    return *ret_end > begin;
}

/* ---- values that show what they are ---- */

static bool match_word(const struct acd_secrets_scan *s, const char *word, size_t *ret_end)
{
    size_t at = s->at, next = at;
    for (; *word; word++) {
        if (lower(char_at(s, at, &next)) != *word)
            return false;
        at = next;
    }
    *ret_end = at;
    return true;
}

static bool find_bearer(const struct acd_secrets_scan *s, size_t *ret_begin, size_t *ret_end)
{
    size_t end;
    if (!match_word(s, "bearer", &end))
        return false;
    size_t begin = skip_blanks(s, end, false), rest = s->bytes - begin;
    const size_t mark = sizeof ACD_REDACTED - 1;
    if (begin == end || (rest >= mark && memcmp(s->text + begin, ACD_REDACTED, mark) == 0))
        return false;
    *ret_begin = begin;
    *ret_end = token_end(s, begin);
    return *ret_end > begin;
}

static bool find_key(const struct acd_secrets_scan *s, size_t *ret_begin, size_t *ret_end)
{
    size_t at, next;
    if (s->text[s->at] == 'S' || !match_word(s, "sk-", &at))
        return false;
    size_t begin_of_rest = at;
    for (int c = char_at(s, at, &next); is_word(c); c = char_at(s, at, &next))
        at = next;
    *ret_begin = s->at;
    *ret_end = at;
    return at > begin_of_rest;
}

/* The user info at `at`, where a URL's authority begins.  `raw`: %2F is no '/' there. */
static bool find_user(const struct acd_secrets_scan *s, size_t at, bool raw, size_t *ret_end)
{
    size_t next = at, begin = at;
    bool found = false;
    for (int c = char_at(s, at, &next); c != NONE; c = char_at(s, at, &next)) {
        if (raw) {
            c = (unsigned char)s->text[at];
            next = at + 1;
        }
        if (c <= ' ' || (c < 0x80 && strchr("/?#\"<>`\\", c)))
            break;
        if (c == '@' && at > begin) {
            *ret_end = at;
            found = true;
        }
        at = next;
    }
    return found;
}

/* A URL without a scheme may begin with its authority. */
static bool find_first_user(const struct acd_secrets_scan *s, size_t *ret_begin, size_t *ret_end)
{
    *ret_begin = s->bytes >= 2 && s->text[0] == '/' && s->text[1] == '/' ? 2 : 0;
    return find_user(s, *ret_begin, true, ret_end);
}

/* The user info behind "://", whose slashes JSON may have escaped. */
static bool find_user_here(const struct acd_secrets_scan *s, size_t *ret_begin, size_t *ret_end)
{
    unsigned back = before(s, 0) == '\\' ? 1 : 0;
    if (before(s, back) != '/')
        return false;
    back += before(s, back + 1) == '\\' ? 2 : 1;
    if (before(s, back) != ':')
        return false;
    (void)char_at(s, s->at, ret_begin);
    return find_user(s, *ret_begin, s->form == ACD_SECRETS_URL && s->text[s->at] == '/', ret_end);
}

/* ---- the walk ---- */

static bool find_here(const struct acd_secrets_scan *s, int c, size_t *ret_begin, size_t *ret_end)
{
    switch (c) {
    case 'a':
    case 'A':
    case 'c':
    case 'C':
    case 'p':
    case 'P':
    case 'x':
    case 'X': return at_name_start(s) && find_value(s, ret_begin, ret_end);
    case 's':
    case 'S':
        return (at_value_start(s) && find_key(s, ret_begin, ret_end)) ||
               (at_name_start(s) && find_value(s, ret_begin, ret_end));
    case 'b':
    case 'B': return at_value_start(s) && find_bearer(s, ret_begin, ret_end);
    case '/': return find_user_here(s, ret_begin, ret_end);
    default: return false;
    }
}

/* As far as the next secret, but not beyond `stop`. */
static bool walk(struct acd_secrets_scan *scan, size_t stop, size_t *ret_begin, size_t *ret_end)
{
    size_t next, begin, end;
    bool first = scan->at == 0 && scan->form == ACD_SECRETS_URL;
    bool found = first && find_first_user(scan, &begin, &end);
    while (!found && scan->at < stop) {
        int c = char_at(scan, scan->at, &next);
        found = find_here(scan, c, &begin, &end);
        if (!found) {
            scan->before = scan->before << 8 | (unsigned char)c;
            scan->at = next;
        }
    }
    if (!found)
        return false;
    for (scan->at = end - begin > 8 ? end - 8 : begin; scan->at < end; scan->at++)
        scan->before = scan->before << 8 | (unsigned char)scan->text[scan->at];
    *ret_begin = begin;
    *ret_end = end;
    return true;
}

bool acd_secrets_next(struct acd_secrets_scan *scan, size_t *ret_begin, size_t *ret_end)
{
    return walk(scan, scan->bytes, ret_begin, ret_end);
}

bool acd_secrets_any(const char *text, size_t bytes)
{
    struct acd_secrets_scan scan = acd_secrets_begin(text, bytes, ACD_SECRETS_TEXT);
    size_t begin, end;
    return acd_secrets_next(&scan, &begin, &end);
}

/* In steps, for a sink may have enough long before the text ends.  What lies before scan.at is clean. */
bool acd_secrets_step(struct acd_secrets_scan *scan, struct acd_secrets_piece *ret_piece)
{
    const size_t step = 512;
    size_t begin, end, from = scan->at;
    if (from >= scan->bytes)
        return false;
    size_t stop = scan->bytes - from < step ? scan->bytes : from + step;
    while (stop < scan->bytes && ((unsigned char)scan->text[stop] & 0xc0) == 0x80)
        stop++; /* no character is split */
    ret_piece->clean = scan->text + from;
    ret_piece->secret = walk(scan, stop, &begin, &end);
    ret_piece->bytes = (ret_piece->secret ? begin : scan->at) - from;
    return true;
}

/* As much of it as fits, no part of a character. */
static size_t put(char *ret_text, size_t room, const char *bytes, size_t count)
{
    size_t n = acd_utf8_cut(bytes, count, room);
    if (n > 0)
        memcpy(ret_text, bytes, n);
    return n;
}

size_t acd_secrets_copy(char *ret_text, size_t size, const char *text, size_t bytes)
{
    struct acd_secrets_scan scan = acd_secrets_begin(text, bytes, ACD_SECRETS_TEXT);
    struct acd_secrets_piece piece;
    size_t used = 0, room = size > 0 ? size - 1 : 0;
    bool whole = true;
    while (whole && used < room && acd_secrets_step(&scan, &piece)) {
        size_t n = put(ret_text + used, room - used, piece.clean, piece.bytes);
        used += n;
        whole = n == piece.bytes;
        if (piece.secret && whole)
            used += put(ret_text + used, room - used, ACD_REDACTED, sizeof ACD_REDACTED - 1);
    }
    if (size > 0)
        ret_text[used] = '\0';
    return used;
}
