/* SPDX-License-Identifier: MIT */
/* The index over JSON bytes, see jsonindex.h.  A state machine: what may come next is `expect`. */
#include "config.h"

#include "tui/model/jsonindex.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum expect {
    VALUE,        /* the root's, or after a comma in an array */
    VALUE_OR_END, /* after [ */
    KEY,          /* after a comma in an object */
    KEY_OR_END,   /* after { */
    COLON,
    COMMA_OR_END,
    NOTHING /* behind the root */
};

static const char *const wanted[] = {
    [VALUE] = "expected a value",
    [VALUE_OR_END] = "expected a value or ']'",
    [KEY] = "expected a key in quotes",
    [KEY_OR_END] = "expected a key in quotes or '}'",
    [COLON] = "expected ':'",
    [COMMA_OR_END] = "expected ',' or '}'",
    [NOTHING] = "expected nothing more",
};

#define NOWHERE UINT64_MAX

#define PAGE 4096u
#define LARGE_FROM (8u << 20) /* bytes of nodes: below, large pages would be most of the memory */
#define ESTIMATE_FROM (256u << 10) /* bytes of text */

void acd_json_init(struct acd_json *json, const char *text, uint64_t length, uint32_t limit)
{
    *json = (struct acd_json){.text = text,
                              .length = length,
                              .limit = limit ? limit : ACD_JSON_NONE - 1,
                              .open = ACD_JSON_NONE,
                              .key_at = NOWHERE,
                              .string_at = NOWHERE,
                              .expect = VALUE};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        json->read = 3; /* a byte order mark is not JSON, but editors write it */
}

void acd_json_fini(struct acd_json *json)
{
    free(json->node);
    json->node = NULL;
    json->count = json->room = 0;
}

static enum acd_json_state stop(struct acd_json *j, const char *fault, uint64_t at)
{
    j->fault = fault;
    j->fault_at = at;
    j->read = at;
    return j->state = ACD_JSON_BROKEN;
}

static enum acd_json_state stop_wanting(struct acd_json *j, uint64_t at)
{
    const char *fault = wanted[j->expect];
    if (j->expect == COMMA_OR_END && acd_json_type(&j->node[j->open]) == ACD_JSON_ARRAY)
        fault = "expected ',' or ']'";
    return stop(j, fault, at);
}

/* How many nodes there will be, as far as the text up to `at` tells. */
static uint64_t estimate(const struct acd_json *j, uint64_t at)
{
    if (at < ESTIMATE_FROM)
        return 0;
    double whole = (double)j->count / (double)at * (double)j->length * 1.0625;
    return whole < (double)j->limit ? (uint64_t)whole : j->limit;
}

/* A fault a large page instead of one every 170 nodes; where there are none, it's as it was. */
static void use_large_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    uintptr_t begin = ((uintptr_t)memory + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    uintptr_t end = ((uintptr_t)memory + bytes) & ~(uintptr_t)(PAGE - 1);
    if (bytes >= LARGE_FROM)
        madvise((void *)begin, end - begin, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

static bool make_room(struct acd_json *j, uint64_t room)
{
    if (room > j->limit)
        room = j->limit;
    struct acd_json_node *more = j->count < room ? realloc(j->node, room * sizeof *more) : NULL;
    if (!more)
        return false;
    j->node = more;
    j->room = (uint32_t)room;
    use_large_pages(more, room * sizeof *more);
    return true;
}

/* For all that is to come where that can be told and had, else for twice as many. */
static bool grow(struct acd_json *j, uint64_t at)
{
    uint64_t twice = j->room ? (uint64_t)j->room * 2 : 1024, all = estimate(j, at);
    return (all > twice && make_room(j, all)) || make_room(j, twice);
}

static struct acd_json_node *add(struct acd_json *j, uint64_t at, enum acd_json_type type)
{
    if (j->count == j->room && !grow(j, at)) {
        j->read = at;
        j->state = ACD_JSON_FULL;
        return NULL;
    }
    struct acd_json_node *n = &j->node[j->count];
    n->place = at | (uint64_t)type << 56;
    n->bytes = 0;
    n->parent = j->open;
    n->next = 0;
    n->key = j->key_at == NOWHERE ? 0 : (uint32_t)(at - j->key_at);
    j->key_at = NOWHERE;
    j->count++;
    return n;
}

/* What follows a whole value. */
static void after_value(struct acd_json *j)
{
    j->expect = j->open == ACD_JSON_NONE ? NOTHING : COMMA_OR_END;
}

/* Eight bytes with a quote or a backslash among them have a high bit set in the result. */
static uint64_t special(uint64_t v)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    uint64_t quote = v ^ ones * '"', slash = v ^ ones * '\\';
    return (((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & high;
}

static uint64_t load(const char *s)
{
    uint64_t v;
    memcpy(&v, s, 8);
    return v;
}

/* From `at`, inside a string, to behind its closing quote; `end` or a little more when it doesn't
 * close before, and then the scan may go on from there. */
static uint64_t string_end(const char *s, uint64_t at, uint64_t end, bool *ret_closed)
{
    *ret_closed = false;
    while (at < end) {
        while (at + 32 <= end && !(special(load(s + at)) | special(load(s + at + 8)) |
                                   special(load(s + at + 16)) | special(load(s + at + 24))))
            at += 32;
        while (at + 8 <= end && !special(load(s + at)))
            at += 8;
        while (at < end && s[at] != '"' && s[at] != '\\')
            at++;
        if (at >= end)
            break;
        if (s[at] == '"') {
            *ret_closed = true;
            return at + 1;
        }
        at += 2;
    }
    return at;
}

static bool in_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* JSON's grammar of numbers, RFC 8259 section 6. */
static bool is_number(const char *s, uint64_t n)
{
    uint64_t i = n > 0 && s[0] == '-', digits = i;
    while (i < n && s[i] >= '0' && s[i] <= '9')
        i++;
    if (i == digits || (s[digits] == '0' && i > digits + 1))
        return false;
    if (i < n && s[i] == '.') {
        digits = ++i;
        while (i < n && s[i] >= '0' && s[i] <= '9')
            i++;
        if (i == digits)
            return false;
    }
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        if (i < n && (s[i] == '+' || s[i] == '-'))
            i++;
        digits = i;
        while (i < n && s[i] >= '0' && s[i] <= '9')
            i++;
        if (i == digits)
            return false;
    }
    return i == n;
}

static const struct {
    const char *text;
    uint8_t length, type;
} words[] = {{"true", 4, ACD_JSON_TRUE},    {"false", 5, ACD_JSON_FALSE},
             {"null", 4, ACD_JSON_NULL},    {"NaN", 3, ACD_JSON_ODD},
             {"Infinity", 8, ACD_JSON_ODD}, {"-Infinity", 9, ACD_JSON_ODD}};

static uint64_t leaf(struct acd_json *j, uint64_t at, uint64_t end, enum acd_json_type type)
{
    struct acd_json_node *n = add(j, at, type);
    if (!n)
        return at;
    n->bytes = (uint32_t)(end - at);
    n->next = j->count;
    after_value(j);
    return end;
}

static uint64_t word_or_number(struct acd_json *j, uint64_t at)
{
    char c = j->text[at];
    for (unsigned i = 0; (c < '0' || c > '9') && i < sizeof words / sizeof words[0]; i++)
        if (c == words[i].text[0] && words[i].length <= j->length - at &&
            memcmp(j->text + at, words[i].text, words[i].length) == 0)
            return leaf(j, at, at + words[i].length, (enum acd_json_type)words[i].type);
    uint64_t end = at;
    while (end < j->length && in_number(j->text[end]))
        end++;
    if (end == at)
        stop_wanting(j, at);
    else if (!is_number(j->text + at, end - at))
        stop(j, "not a number", at);
    else
        return leaf(j, at, end, ACD_JSON_NUMBER);
    return at;
}

/* The string that began at string_at is read on from `at`: a key or a value.  One that is longer
 * than the step stays open, and the next step goes on here. */
static uint64_t string_on(struct acd_json *j, uint64_t at)
{
    bool closed = false, is_key = j->expect == KEY || j->expect == KEY_OR_END;
    uint64_t from = j->string_at, end = string_end(j->text, at, j->step_end, &closed);
    if (!closed && end < j->length)
        return end;
    if (!closed) { /* what there is of a value is worth showing */
        end = j->length;
        if (is_key || leaf(j, from, end, ACD_JSON_STRING) != from)
            stop(j, is_key ? "the text ends inside a key" : "the text ends inside a string", end);
    } else if (!is_key) {
        end = leaf(j, from, end, ACD_JSON_STRING);
    } else if (end - from > UINT32_MAX / 2) {
        stop(j, "the key is too long", from);
    } else {
        j->key_at = from;
        j->expect = COLON;
    }
    j->string_at = NOWHERE;
    return end;
}

static uint64_t string(struct acd_json *j, uint64_t at)
{
    j->string_at = at;
    return string_on(j, at + 1);
}

static uint64_t value(struct acd_json *j, uint64_t at)
{
    char c = j->text[at];
    if (c == '{' || c == '[') {
        if (!add(j, at, c == '{' ? ACD_JSON_OBJECT : ACD_JSON_ARRAY))
            return at;
        j->open = j->count - 1;
        j->expect = c == '{' ? KEY_OR_END : VALUE_OR_END;
        return at + 1;
    }
    return c == '"' ? string(j, at) : word_or_number(j, at);
}

static uint64_t close_container(struct acd_json *j, uint64_t at)
{
    struct acd_json_node *n = &j->node[j->open];
    n->bytes = (uint32_t)(at + 1 - acd_json_at(n));
    n->next = j->count;
    j->open = n->parent;
    after_value(j);
    return at + 1;
}

static bool closes(const struct acd_json *j, char c)
{
    if (j->open == ACD_JSON_NONE || (c != '}' && c != ']'))
        return false;
    bool object = acd_json_type(&j->node[j->open]) == ACD_JSON_OBJECT;
    return object == (c == '}') &&
           (j->expect == COMMA_OR_END || j->expect == KEY_OR_END || j->expect == VALUE_OR_END);
}

/* One token.  Where nothing was read, the state has changed. */
static uint64_t token(struct acd_json *j, uint64_t at)
{
    char c = j->text[at];
    if (closes(j, c))
        return close_container(j, at);
    switch ((enum expect)j->expect) {
    case VALUE:
    case VALUE_OR_END: return value(j, at);
    case KEY:
    case KEY_OR_END:
        if (c == '"')
            return string(j, at);
        break;
    case COLON:
        if (c == ':') {
            j->expect = VALUE;
            return at + 1;
        }
        break;
    case COMMA_OR_END:
        if (c == ',') {
            j->expect = acd_json_type(&j->node[j->open]) == ACD_JSON_OBJECT ? KEY : VALUE;
            return at + 1;
        }
        break;
    case NOTHING: break;
    }
    stop_wanting(j, at);
    return at;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

enum acd_json_state acd_json_step(struct acd_json *json, uint64_t bytes)
{
    struct acd_json *j = json;
    if (j->state != ACD_JSON_MORE)
        return j->state;
    uint64_t at = j->read;
    uint64_t end = j->step_end = bytes < j->length - at ? at + bytes : j->length;
    while (at < end && j->state == ACD_JSON_MORE) {
        if (j->string_at != NOWHERE)
            at = string_on(j, at);
        else if (is_space(j->text[at]))
            at++;
        else
            at = token(j, at);
    }
    if (j->state != ACD_JSON_MORE)
        return j->state;
    j->read = at;
    if (at < j->length)
        return ACD_JSON_MORE;
    if (j->expect == NOTHING)
        return j->state = ACD_JSON_DONE;
    return stop(j, j->count == 0 ? "there is no JSON in it" : "the text ends too early", j->length);
}

void acd_json_where(const struct acd_json *json, uint64_t at, uint64_t *ret_line,
                    uint64_t *ret_column)
{
    uint64_t line = 1, start = 0;
    if (at > json->length)
        at = json->length;
    for (const char *p; start < at; start = (uint64_t)(p - json->text) + 1, line++) {
        p = memchr(json->text + start, '\n', at - start);
        if (!p)
            break;
    }
    *ret_line = line;
    *ret_column = at - start + 1;
}

uint64_t acd_json_key(const struct acd_json *json, uint32_t node, const char **ret_key)
{
    const struct acd_json_node *n = &json->node[node];
    *ret_key = "";
    if (n->key == 0)
        return 0;
    uint64_t at = acd_json_at(n) - n->key + 1;
    *ret_key = json->text + at;
    bool closed = false;
    return string_end(json->text, at, acd_json_at(n), &closed) - 1 - at;
}

uint64_t acd_json_value(const struct acd_json *json, uint32_t node, const char **ret_bytes)
{
    const struct acd_json_node *n = &json->node[node];
    uint64_t at = acd_json_at(n);
    *ret_bytes = json->text + at;
    return n->bytes ? n->bytes : json->read - at;
}

uint32_t acd_json_child(const struct acd_json *json, uint32_t node)
{
    uint32_t child = node + 1;
    return child < json->count && json->node[child].parent == node ? child : ACD_JSON_NONE;
}

uint32_t acd_json_sibling(const struct acd_json *json, uint32_t node)
{
    const struct acd_json_node *n = &json->node[node];
    if (n->next == 0 || n->next >= json->count || json->node[n->next].parent != n->parent)
        return ACD_JSON_NONE;
    return n->next;
}

uint32_t acd_json_find(const struct acd_json *json, uint64_t at)
{
    uint32_t low = 0, high = json->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct acd_json_node *n = &json->node[middle];
        if (acd_json_at(n) - n->key <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? low - 1 : ACD_JSON_NONE;
}

/* ---- escapes ---- */

static int hex4(const char *s)
{
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char c = s[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

/* UTF-8 of a code point; its number of bytes. */
static unsigned encode(uint32_t c, char out[4])
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    unsigned n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (unsigned i = n - 1; i > 0; i--, c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3f));
    out[0] = (char)(lead[n] | c);
    return n;
}

/* One escape at s[0] == '\\': the bytes it took, or 0 when it is none. */
static uint64_t escape(const char *s, uint64_t left, char out[4], unsigned *ret_bytes)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (left < 2)
        return 0;
    const char *simple = s[1] ? strchr(from, s[1]) : NULL;
    if (simple) {
        out[0] = to[simple - from];
        *ret_bytes = 1;
        return 2;
    }
    int high = s[1] == 'u' && left >= 6 ? hex4(s + 2) : -1;
    if (high < 0 || (high >= 0xdc00 && high <= 0xdfff))
        return 0;
    if (high < 0xd800 || high > 0xdbff) {
        *ret_bytes = encode((uint32_t)high, out);
        return 6;
    }
    int low = left >= 12 && s[6] == '\\' && s[7] == 'u' ? hex4(s + 8) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return 0;
    *ret_bytes =
        encode(0x10000 + ((uint32_t)(high - 0xd800) << 10) + (uint32_t)(low - 0xdc00), out);
    return 12;
}

uint64_t acd_json_unescape(char *ret_text, uint64_t room, const char *bytes, uint64_t length)
{
    uint64_t total = 0;
    for (uint64_t i = 0; i < length;) {
        char out[4] = {bytes[i]};
        unsigned n = 1;
        uint64_t took = bytes[i] == '\\' ? escape(bytes + i, length - i, out, &n) : 1;
        i += took ? took : 1;
        for (unsigned k = 0; k < n; k++, total++)
            if (total < room)
                ret_text[total] = out[k];
    }
    return total;
}
