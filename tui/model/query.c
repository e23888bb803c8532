/* SPDX-License-Identifier: MIT */
/* The filter language, see query.h: a recursive descent into a flat array of nodes. */
#include "config.h"

#include "tui/model/query.h"

#include <ctype.h>
#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum op { AND, OR, NOT, EQ, NE, LT, LE, GT, GE, LIKE, UNLIKE, CONTAINS, MATCHES };
enum name { LEVEL, KIND, CATEGORY, SERVER, THREAD, REQUEST, MESSAGE, NANOSECONDS, FIELD };

struct node {
    enum op op;
    unsigned left, right; /* AND, OR, NOT */
    enum name name;
    double scale; /* of a duration's unit, in ns */
    char field[64];
    char value[256];
    size_t value_bytes;
    double number;
    bool is_number, ignore_case, has_regex;
    regex_t regex;
};

#define NODES_MAX 128
#define NO_NODE UINT32_MAX

struct acd_query {
    unsigned count, root;
    struct node node[NODES_MAX];
};

/* ---- parsing ---- */

struct parser {
    const char *text, *p;
    struct acd_query *query;
    struct acd_query_fault *fault;
    unsigned depth;
    int error;
};

static unsigned fail(struct parser *s, const char *at, const char *why)
{
    if (s->error == 0) {
        s->error = -EINVAL;
        s->fault->at = (size_t)(at - s->text);
        snprintf(s->fault->text, sizeof s->fault->text, "%s", why);
    }
    return NO_NODE;
}

static struct node *new_node(struct parser *s, enum op op)
{
    if (s->query->count == NODES_MAX) {
        fail(s, s->p, "the filter is too long");
        return NULL;
    }
    struct node *n = &s->query->node[s->query->count++];
    n->op = op;
    return n;
}

static unsigned index_of(const struct parser *s, const struct node *n)
{
    return (unsigned)(n - s->query->node);
}

static void skip_space(struct parser *s)
{
    while (isspace((unsigned char)*s->p))
        s->p++;
}

static bool ends_word(char c)
{
    return c == '\0' || isspace((unsigned char)c) || c == '(' || c == ')';
}

static bool take_word(struct parser *s, const char *word)
{
    size_t n = strlen(word);
    skip_space(s);
    if (strncmp(s->p, word, n) != 0 || !ends_word(s->p[n]))
        return false;
    s->p += n;
    return true;
}

static bool compile(struct parser *s, struct node *n, const char *at)
{
    int flags = REG_EXTENDED | REG_NOSUB | (n->ignore_case ? REG_ICASE : 0);
    int r = regcomp(&n->regex, n->value, flags);
    if (r == 0) {
        n->has_regex = true;
        return true;
    }
    char why[64];
    regerror(r, NULL, why, sizeof why);
    fail(s, at, why);
    return false;
}

/* A value: up to a space or parenthesis, or in quotes with \" and \\ inside. */
static bool take_value(struct parser *s, struct node *n, char quote)
{
    const char *start = s->p;
    size_t bytes = 0;
    if (quote)
        s->p++;
    while (quote ? *s->p != quote : !ends_word(*s->p)) {
        if (*s->p == '\0') {
            fail(s, start, quote == '/' ? "the / is not closed" : "the quote is not closed");
            return false;
        }
        if (quote && s->p[0] == '\\' && s->p[1] == quote)
            s->p++;
        if (bytes + 1 >= sizeof n->value) {
            fail(s, start, "the value is too long");
            return false;
        }
        n->value[bytes++] = *s->p++;
    }
    if (quote)
        s->p++;
    n->value[bytes] = '\0';
    n->value_bytes = bytes;
    n->ignore_case = true;
    for (size_t i = 0; i < bytes; i++)
        if (isupper((unsigned char)n->value[i]))
            n->ignore_case = false;
    return true;
}

static const struct {
    const char *text;
    enum name name;
    double scale;
} names[] = {{"level", LEVEL, 1},      {"kind", KIND, 1},      {"cat", CATEGORY, 1},
             {"server", SERVER, 1},    {"thread", THREAD, 1},  {"req", REQUEST, 1},
             {"msg", MESSAGE, 1},      {"ns", NANOSECONDS, 1}, {"us", NANOSECONDS, 1e3},
             {"ms", NANOSECONDS, 1e6}, {"s", NANOSECONDS, 1e9}};

static const struct {
    const char *text;
    enum op op;
} operators[] = {{"!=", NE}, {"!~", UNLIKE}, {"<=", LE}, {">=", GE}, {"==", EQ},
                 {"=", EQ},  {":", EQ},      {"<", LT},  {">", GT},  {"~", LIKE}};

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

/* The operator behind a name, NULL when the word is no comparison. */
static const char *find_operator(const char *p, enum op *ret_op, size_t *ret_bytes)
{
    if (!in_name(*p))
        return NULL;
    while (in_name(*p))
        p++;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t n = strlen(operators[i].text);
        if (strncmp(p, operators[i].text, n) == 0) {
            *ret_op = operators[i].op;
            *ret_bytes = n;
            return p;
        }
    }
    return NULL;
}

static void name_it(struct node *n, const char *text, size_t bytes)
{
    n->name = FIELD;
    n->scale = 1;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].text) == bytes && strncmp(names[i].text, text, bytes) == 0) {
            n->name = names[i].name;
            n->scale = names[i].scale;
        }
    if (bytes >= sizeof n->field)
        bytes = sizeof n->field - 1;
    memcpy(n->field, text, bytes);
    n->field[bytes] = '\0';
}

/* What the named values allow, said at once rather than never matched. */
static bool check(struct parser *s, struct node *n, const char *at)
{
    char *end;
    n->number = strtod(n->value, &end);
    n->is_number = n->value_bytes > 0 && *end == '\0';
    bool compares = n->op != LIKE && n->op != UNLIKE;
    if (n->name == LEVEL && compares)
        for (unsigned i = 0; i < 4 && !n->is_number; i++)
            if (strcmp(n->value, acd_level_name(i)) == 0) {
                n->number = i;
                n->is_number = true;
            }
    if ((n->name == LEVEL || n->name == NANOSECONDS || n->name == THREAD) && compares &&
        !n->is_number) {
        fail(s, at, "expected a number");
        return false;
    }
    if (n->name == KIND && compares && acd_kind_find(n->value) < 0 &&
        strcmp(n->value, "timer") != 0) {
        fail(s, at, "there is no such kind of event");
        return false;
    }
    if (n->name == CATEGORY && compares && acd_category_find(n->value) < 0) {
        fail(s, at, "there is no such category");
        return false;
    }
    return compares || compile(s, n, at);
}

static unsigned comparison(struct parser *s, const char *sign, enum op op, size_t op_bytes)
{
    struct node *n = new_node(s, op);
    if (!n)
        return NO_NODE;
    name_it(n, s->p, (size_t)(sign - s->p));
    s->p = sign + op_bytes;
    const char *at = s->p;
    char quote = *at == '"' || (*at == '/' && (op == LIKE || op == UNLIKE)) ? *at : '\0';
    if (ends_word(*at))
        return fail(s, at, "expected a value");
    if (!take_value(s, n, quote) || !check(s, n, at))
        return NO_NODE;
    return index_of(s, n);
}

static unsigned parse_or(struct parser *s);

static unsigned primary(struct parser *s)
{
    enum op op;
    size_t op_bytes;
    skip_space(s);
    const char *at = s->p;
    if (*at == '(') {
        if (++s->depth > ACD_QUERY_DEPTH_MAX)
            return fail(s, at, "too many parentheses");
        s->p++;
        unsigned inner = parse_or(s);
        skip_space(s);
        if (inner != NO_NODE && *s->p != ')')
            return fail(s, s->p, "expected ')'");
        s->p++;
        s->depth--;
        return inner;
    }
    if (*at == '\0' || *at == ')')
        return fail(s, at, "expected a word");
    const char *sign = find_operator(at, &op, &op_bytes);
    if (sign)
        return comparison(s, sign, op, op_bytes);
    struct node *n = new_node(s, *at == '/' ? MATCHES : CONTAINS);
    if (!n || !take_value(s, n, *at == '/' || *at == '"' ? *at : '\0'))
        return NO_NODE;
    if (n->op == MATCHES && !compile(s, n, at))
        return NO_NODE;
    return index_of(s, n);
}

static unsigned parse_not(struct parser *s)
{
    skip_space(s);
    bool bang = *s->p == '!' && !ends_word(s->p[1]);
    if (!bang && !take_word(s, "not"))
        return primary(s);
    if (bang)
        s->p++;
    if (++s->depth > ACD_QUERY_DEPTH_MAX)
        return fail(s, s->p, "too many negations");
    unsigned inner = parse_not(s);
    s->depth--;
    struct node *n = inner == NO_NODE ? NULL : new_node(s, NOT);
    if (!n)
        return NO_NODE;
    n->left = inner;
    return index_of(s, n);
}

static unsigned join(struct parser *s, enum op op, unsigned left, unsigned right)
{
    struct node *n = left == NO_NODE || right == NO_NODE ? NULL : new_node(s, op);
    if (!n)
        return NO_NODE;
    n->left = left;
    n->right = right;
    return index_of(s, n);
}

static bool at_or(struct parser *s)
{
    const char *before = s->p;
    bool is = take_word(s, "or");
    s->p = before;
    return is;
}

static unsigned parse_and(struct parser *s)
{
    unsigned left = parse_not(s);
    for (;;) {
        (void)take_word(s, "and");
        skip_space(s);
        if (left == NO_NODE || *s->p == '\0' || *s->p == ')' || at_or(s))
            return left;
        left = join(s, AND, left, parse_not(s));
    }
}

static unsigned parse_or(struct parser *s)
{
    unsigned left = parse_and(s);
    while (left != NO_NODE && take_word(s, "or"))
        left = join(s, OR, left, parse_and(s));
    return left;
}

int acd_query_new(struct acd_query **ret_query, const char *text, struct acd_query_fault *ret_fault)
{
    struct acd_query *q = calloc(1, sizeof *q);
    if (!q)
        return -ENOMEM;
    struct parser s = {.text = text, .p = text, .query = q, .fault = ret_fault};
    q->root = NO_NODE;
    if (strlen(text) > ACD_QUERY_BYTES_MAX)
        fail(&s, text + ACD_QUERY_BYTES_MAX, "the filter is too long");
    skip_space(&s);
    if (s.error == 0 && *s.p != '\0') {
        q->root = parse_or(&s);
        skip_space(&s);
        if (s.error == 0 && *s.p != '\0')
            fail(&s, s.p, "there is no '(' for this ')'");
    }
    if (s.error != 0) {
        acd_query_free(q);
        return s.error;
    }
    *ret_query = q;
    return 0;
}

void acd_query_free(struct acd_query *query)
{
    if (!query)
        return;
    for (unsigned i = 0; i < query->count; i++)
        if (query->node[i].has_regex)
            regfree(&query->node[i].regex);
    free(query);
}

bool acd_query_is_blank(const struct acd_query *query)
{
    return query->root == NO_NODE;
}

/* ---- matching ---- */

static struct acd_text text_of(const char *s)
{
    struct acd_text t = {s, (uint32_t)strlen(s), (uint32_t)strlen(s)};
    return t;
}

static bool contains(const struct acd_text *t, const struct node *n)
{
    if (n->value_bytes > t->length)
        return false;
    if (!n->ignore_case)
        return memmem(t->bytes, t->length, n->value, n->value_bytes) != NULL;
    for (size_t i = 0; i + n->value_bytes <= t->length; i++) {
        size_t k = 0;
        while (k < n->value_bytes &&
               tolower((unsigned char)t->bytes[i + k]) == (unsigned char)n->value[k])
            k++;
        if (k == n->value_bytes)
            return true;
    }
    return false;
}

static bool matches(const struct acd_text *t, const struct node *n)
{
    char copy[1024]; /* a regular expression looks at the first KiB */
    size_t bytes = t->length < sizeof copy ? t->length : sizeof copy - 1;
    if (bytes > 0)
        memcpy(copy, t->bytes, bytes);
    copy[bytes] = '\0';
    return regexec(&n->regex, copy, 0, NULL, 0) == 0;
}

static bool in_text(const struct acd_text *t, const struct node *n)
{
    return n->op == MATCHES ? matches(t, n) : contains(t, n);
}

static bool anywhere(const struct acd_query_subject *s, const struct node *n)
{
    struct acd_text kind = text_of(acd_kind_name(s->kind));
    if (in_text(&s->message, n) || in_text(&kind, n))
        return true;
    const struct acd_event_view *e = s->event;
    if (e->request.kind == ACD_REQUEST_TEXT && in_text(&e->request.text, n))
        return true;
    for (unsigned i = 0; i < e->count; i++) {
        const struct acd_field *f = &e->field[i];
        if (in_text(&f->key, n) ||
            (!f->secret && (f->type == ACD_TYPE_STR || f->type == ACD_TYPE_JSON) &&
             in_text(&f->text, n)))
            return true;
    }
    return false;
}

static bool by_order(enum op op, int order)
{
    switch (op) {
    case EQ: return order == 0;
    case NE: return order != 0;
    case LT: return order < 0;
    case LE: return order <= 0;
    case GT: return order > 0;
    default: return op == GE && order >= 0;
    }
}

static bool number_is(const struct node *n, double x)
{
    double y = n->number * n->scale;
    return by_order(n->op, (x > y) - (x < y));
}

static bool text_is(const struct node *n, const struct acd_text *t)
{
    if (n->op == LIKE || n->op == UNLIKE)
        return matches(t, n) == (n->op == LIKE);
    size_t least = t->length < n->value_bytes ? t->length : n->value_bytes;
    int order = least ? memcmp(t->bytes, n->value, least) : 0;
    if (order == 0)
        order = (t->length > n->value_bytes) - (t->length < n->value_bytes);
    return by_order(n->op, order);
}

/* A number as text, for those that are compared as such. */
static bool digits_are(const struct node *n, uint64_t number, unsigned base, bool negative)
{
    char buffer[24];
    size_t i = sizeof buffer;
    do {
        buffer[--i] = "0123456789abcdef"[number % base];
        number /= base;
    } while (number > 0);
    if (negative)
        buffer[--i] = '-';
    struct acd_text t = {buffer + i, (uint32_t)(sizeof buffer - i), (uint32_t)(sizeof buffer - i)};
    return text_is(n, &t);
}

static bool is_named(const struct acd_text *key, const char *name)
{
    size_t n = strlen(name);
    if (key->length < n || memcmp(key->bytes + key->length - n, name, n) != 0)
        return false;
    return key->length == n || key->bytes[key->length - n - 1] == '.';
}

static bool field_is(const struct node *n, const struct acd_field *f)
{
    if (f->secret)
        return false;
    switch ((enum acd_type)f->type) {
    case ACD_TYPE_INT:
        return n->is_number ? number_is(n, (double)f->number.i)
                            : digits_are(n, f->number.i < 0 ? 0 - f->number.u : f->number.u, 10,
                                         f->number.i < 0);
    case ACD_TYPE_UINT:
        return n->is_number ? number_is(n, (double)f->number.u)
                            : digits_are(n, f->number.u, 10, false);
    case ACD_TYPE_DOUBLE: return n->is_number && number_is(n, f->number.d);
    case ACD_TYPE_BOOL: {
        struct acd_text t = text_of(f->number.u ? "true" : "false");
        return text_is(n, &t);
    }
    default: return text_is(n, &f->text);
    }
}

static bool request_is(const struct node *n, const struct acd_request *r)
{
    if (r->kind == ACD_REQUEST_TEXT)
        return text_is(n, &r->text);
    if (r->kind != ACD_REQUEST_NUMBER)
        return false;
    return digits_are(n, r->number, 16, false) ||
           (n->op == EQ && digits_are(n, r->number, 10, false));
}

/* A duration that the event tells: a timer's, a checkpoint's, or one measured elsewhere. */
static bool duration_is(const struct node *n, const struct acd_event_view *e)
{
    const struct acd_field *f = acd_event_find(e, ACD_KEY_TIMER_ELAPSED);
    if (f && f->type == ACD_TYPE_UINT)
        return number_is(n, (double)f->number.u);
    f = acd_event_find(e, ACD_KEY_DURATION_MS);
    return f && f->type == ACD_TYPE_DOUBLE && number_is(n, f->number.d * 1e6);
}

static bool kind_is(const struct node *n, unsigned kind)
{
    struct acd_text t = text_of(acd_kind_name(kind));
    bool timer = kind >= ACD_KIND_TIMER_START && kind <= ACD_KIND_TIMER_FAIL;
    if (timer && strcmp(n->value, "timer") == 0 && (n->op == EQ || n->op == NE))
        return n->op == EQ;
    return text_is(n, &t);
}

static bool any_field_is(const struct node *n, const struct acd_event_view *e)
{
    for (unsigned i = 0; i < e->count; i++)
        if (is_named(&e->field[i].key, n->field))
            return field_is(n, &e->field[i]);
    return false;
}

static bool compare(const struct node *n, const struct acd_query_subject *s)
{
    switch (n->name) {
    case LEVEL: return n->is_number ? number_is(n, s->level) : digits_are(n, s->level, 10, false);
    case KIND: return kind_is(n, s->kind);
    case CATEGORY: {
        struct acd_text t = text_of(acd_category_name(s->category));
        return text_is(n, &t);
    }
    case SERVER: return text_is(n, &s->server);
    case THREAD:
        return n->is_number ? number_is(n, s->thread) : digits_are(n, s->thread, 10, false);
    case REQUEST: return request_is(n, &s->event->request);
    case MESSAGE: return text_is(n, &s->message);
    case NANOSECONDS: return duration_is(n, s->event);
    case FIELD: return any_field_is(n, s->event);
    }
    return false;
}

/* As deep as there are nodes at most. */
static bool eval(const struct acd_query *q, unsigned i, const struct acd_query_subject *s)
{
    const struct node *n = &q->node[i];
    switch (n->op) {
    case AND: return eval(q, n->left, s) && eval(q, n->right, s);
    case OR: return eval(q, n->left, s) || eval(q, n->right, s);
    case NOT: return !eval(q, n->left, s);
    case CONTAINS:
    case MATCHES: return anywhere(s, n);
    default: return compare(n, s);
    }
}

bool acd_query_matches(const struct acd_query *query, const struct acd_query_subject *subject)
{
    return query->root == NO_NODE || eval(query, query->root, subject);
}
