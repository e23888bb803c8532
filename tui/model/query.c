/* SPDX-License-Identifier: MIT */
/* The filter language, see query.h: a recursive descent into a flat array of nodes. */
#include "config.h"

#include "tui/model/query.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/querymatch.h"
#include "tui/model/querypattern.h"

const struct acd_query_line acd_query_lines[] = {
    {"word", "the text stands in the event; with a capital letter: as it is written"},
    {"\"two words\"", "the same with blanks in it"},
    {"/regex/", "an extended regular expression over its texts"},
    {"name=value", "also : != < <= > >=, and ~ !~ for a regular expression"},
    {"a b", "both; a or b, not a, !a, and parentheses do what they say"},
    {"level kind cat", "and server, thread, req, msg: what every event has"},
    {"ms>500", "how long a timer or a call took; also us and s"},
    {"key~^sys", "any field, by its whole name or the part behind its last dot"},
    {NULL, NULL},
};

/* ---- parsing ---- */

struct parser {
    const char *text, *p;
    struct acd_query *query;
    struct acd_query_fault *fault;
    unsigned depth, copies; /* see querypattern.h */
    int error;
};

static unsigned fail(struct parser *s, const char *at, const char *why)
{
    if (s->error == 0) {
        s->error = -EINVAL;
        *s->fault = (struct acd_query_fault){.at = (size_t)(at - s->text)};
        snprintf(s->fault->text, sizeof s->fault->text, "%s", why);
    }
    return ACD_QUERY_NO_NODE;
}

static struct acd_query_node *new_node(struct parser *s, enum acd_query_op op)
{
    if (s->query->count == ACD_QUERY_NODES_MAX) {
        fail(s, s->p, "the filter is too long");
        return NULL;
    }
    struct acd_query_node *n = &s->query->node[s->query->count++];
    n->op = op;
    return n;
}

static unsigned index_of(const struct parser *s, const struct acd_query_node *n)
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

static bool compile(struct parser *s, struct acd_query_node *n, const char *at)
{
    size_t where = 0;
    const char *refused = acd_querypattern_refuse(n->value, &s->copies, &where);
    if (refused) {
        fail(s, at, refused);
        return false;
    }
    int flags = REG_EXTENDED | (n->ignore_case ? REG_ICASE : 0);
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
static bool take_value(struct parser *s, struct acd_query_node *n, char quote)
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
    enum acd_query_name name;
    double scale;
} names[] = {{"level", ACD_QUERY_LEVEL, 1},      {"kind", ACD_QUERY_KIND, 1},
             {"cat", ACD_QUERY_CATEGORY, 1},     {"server", ACD_QUERY_SERVER, 1},
             {"thread", ACD_QUERY_THREAD, 1},    {"req", ACD_QUERY_REQUEST, 1},
             {"msg", ACD_QUERY_MESSAGE, 1},      {"ns", ACD_QUERY_NANOSECONDS, 1},
             {"us", ACD_QUERY_NANOSECONDS, 1e3}, {"ms", ACD_QUERY_NANOSECONDS, 1e6},
             {"s", ACD_QUERY_NANOSECONDS, 1e9}};

static const struct {
    const char *text;
    enum acd_query_op op;
} operators[] = {{"!=", ACD_QUERY_NE}, {"!~", ACD_QUERY_UNLIKE}, {"<=", ACD_QUERY_LE},
                 {">=", ACD_QUERY_GE}, {"==", ACD_QUERY_EQ},     {"=", ACD_QUERY_EQ},
                 {":", ACD_QUERY_EQ},  {"<", ACD_QUERY_LT},      {">", ACD_QUERY_GT},
                 {"~", ACD_QUERY_LIKE}};

static bool in_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

/* The operator behind a name, NULL when the word is no comparison. */
static const char *find_operator(const char *p, enum acd_query_op *ret_op, size_t *ret_bytes)
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

static void name_it(struct acd_query_node *n, const char *text, size_t bytes)
{
    n->name = ACD_QUERY_FIELD;
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

const char *acd_query_choice_at(enum acd_query_choice choice, unsigned index)
{
    switch (choice) {
    case ACD_QUERY_KINDS:
        /* The four kinds of timers have a name in common. */
        return index == 0 ? "timer" : index < ACD_KIND_COUNT ? acd_kind_name(index) : NULL;
    case ACD_QUERY_CATEGORIES: return index < ACD_CATEGORIES ? acd_category_name(index) : NULL;
    case ACD_QUERY_LEVELS: return index < 4 ? acd_level_name(index) : NULL;
    default: return NULL;
    }
}

static bool offer(struct parser *s, const struct acd_query_node *n, const char *at,
                  enum acd_query_choice choice)
{
    static const char *const why[] = {
        [ACD_QUERY_KINDS] = "there is no such kind of event",
        [ACD_QUERY_CATEGORIES] = "there is no such category",
        [ACD_QUERY_LEVELS] = "a level is a number from 0 to 3, or its name",
    };
    fail(s, at, why[choice]);
    s->fault->choice = choice;
    snprintf(s->fault->value, sizeof s->fault->value, "%.63s", n->value);
    return false;
}

/* Rows show kinds by their beginnings. */
static bool begins_a_kind(const char *value)
{
    size_t bytes = strlen(value);
    for (unsigned i = 1; bytes >= 3 && i < ACD_KIND_COUNT; i++)
        if (strncmp(acd_kind_name(i), value, bytes) == 0)
            return true;
    return false;
}

/* Decimal, as rows show numbers: strtod() knows "nan" and "0x1f", too. */
static void read_number(struct acd_query_node *n)
{
    char *end;
    n->number = strtod(n->value, &end);
    n->is_number =
        n->value_bytes > 0 && *end == '\0' && strspn(n->value, "+-.0123456789eE") == n->value_bytes;
}

static bool check_level(struct parser *s, struct acd_query_node *n, const char *at)
{
    for (unsigned i = 0; i < 4; i++)
        if (n->is_number ? n->number == i : strcmp(n->value, acd_level_name(i)) == 0) {
            n->number = i;
            n->is_number = true;
            return true;
        }
    return offer(s, n, at, ACD_QUERY_LEVELS);
}

/* Texts are held against an expression, numbers as what they are written as. */
static bool check_like(struct parser *s, struct acd_query_node *n, const char *at)
{
    if (n->name != ACD_QUERY_NANOSECONDS)
        return compile(s, n, at);
    fail(s, at, "a duration is compared with = != < <= > >=");
    return false;
}

/* What the named values allow, said at once rather than never matched. */
static bool check(struct parser *s, struct acd_query_node *n, const char *at)
{
    if (n->op == ACD_QUERY_LIKE || n->op == ACD_QUERY_UNLIKE)
        return check_like(s, n, at);
    read_number(n);
    if (n->name == ACD_QUERY_LEVEL)
        return check_level(s, n, at);
    if ((n->name == ACD_QUERY_NANOSECONDS || n->name == ACD_QUERY_THREAD) && !n->is_number) {
        fail(s, at, "expected a number");
        return false;
    }
    if (n->name == ACD_QUERY_KIND && acd_kind_find(n->value) < 0) {
        n->is_prefix = begins_a_kind(n->value);
        return n->is_prefix || offer(s, n, at, ACD_QUERY_KINDS);
    }
    if (n->name == ACD_QUERY_CATEGORY && acd_category_find(n->value) < 0)
        return offer(s, n, at, ACD_QUERY_CATEGORIES);
    return true;
}

static unsigned comparison(struct parser *s, const char *sign, enum acd_query_op op,
                           size_t op_bytes)
{
    struct acd_query_node *n = new_node(s, op);
    if (!n)
        return ACD_QUERY_NO_NODE;
    name_it(n, s->p, (size_t)(sign - s->p));
    s->p = sign + op_bytes;
    const char *at = s->p;
    char quote =
        *at == '"' || (*at == '/' && (op == ACD_QUERY_LIKE || op == ACD_QUERY_UNLIKE)) ? *at : '\0';
    if (ends_word(*at))
        return fail(s, at, "expected a value");
    if (!take_value(s, n, quote) || !check(s, n, at))
        return ACD_QUERY_NO_NODE;
    return index_of(s, n);
}

static unsigned parse_or(struct parser *s);

static unsigned primary(struct parser *s)
{
    enum acd_query_op op;
    size_t op_bytes;
    skip_space(s);
    const char *at = s->p;
    if (*at == '(') {
        if (++s->depth > ACD_QUERY_DEPTH_MAX)
            return fail(s, at, "too many parentheses");
        s->p++;
        unsigned inner = parse_or(s);
        if (inner == ACD_QUERY_NO_NODE)
            return inner;
        skip_space(s);
        if (*s->p != ')')
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
    struct acd_query_node *n = new_node(s, *at == '/' ? ACD_QUERY_MATCHES : ACD_QUERY_CONTAINS);
    if (!n || !take_value(s, n, *at == '/' || *at == '"' ? *at : '\0'))
        return ACD_QUERY_NO_NODE;
    if (n->op == ACD_QUERY_MATCHES && !compile(s, n, at))
        return ACD_QUERY_NO_NODE;
    /* Only such a word is looked for in numbers, too. */
    n->is_number = strspn(n->value, "-0123456789") == n->value_bytes;
    return index_of(s, n);
}

static unsigned parse_not(struct parser *s)
{
    skip_space(s);
    bool bang = *s->p == '!' && (s->p[1] == '(' || !ends_word(s->p[1]));
    if (!bang && !take_word(s, "not"))
        return primary(s);
    if (bang)
        s->p++;
    if (++s->depth > ACD_QUERY_DEPTH_MAX)
        return fail(s, s->p, "too many negations");
    unsigned inner = parse_not(s);
    s->depth--;
    struct acd_query_node *n = inner == ACD_QUERY_NO_NODE ? NULL : new_node(s, ACD_QUERY_NOT);
    if (!n)
        return ACD_QUERY_NO_NODE;
    n->left = inner;
    return index_of(s, n);
}

static unsigned join(struct parser *s, enum acd_query_op op, unsigned left, unsigned right)
{
    struct acd_query_node *n =
        left == ACD_QUERY_NO_NODE || right == ACD_QUERY_NO_NODE ? NULL : new_node(s, op);
    if (!n)
        return ACD_QUERY_NO_NODE;
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
        if (left == ACD_QUERY_NO_NODE)
            return left;
        bool more = take_word(s, "and");
        skip_space(s);
        bool ends = *s->p == '\0' || *s->p == ')' || at_or(s);
        if (ends)
            return more ? fail(s, s->p, "expected a word") : left;
        left = join(s, ACD_QUERY_AND, left, parse_not(s));
    }
}

static unsigned parse_or(struct parser *s)
{
    unsigned left = parse_and(s);
    while (left != ACD_QUERY_NO_NODE && take_word(s, "or"))
        left = join(s, ACD_QUERY_OR, left, parse_and(s));
    return left;
}

int acd_query_new(struct acd_query **ret_query, const char *text, struct acd_query_fault *ret_fault)
{
    struct acd_query *q = calloc(1, sizeof *q);
    if (!q)
        return -ENOMEM;
    struct parser s = {.text = text, .p = text, .query = q, .fault = ret_fault};
    q->root = ACD_QUERY_NO_NODE;
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
    return query->root == ACD_QUERY_NO_NODE;
}

bool acd_query_matches(const struct acd_query *query, const struct acd_query_subject *subject)
{
    return query->root == ACD_QUERY_NO_NODE || acd_querymatch_eval(query, query->root, subject);
}

size_t acd_query_spans(const struct acd_query *query, const struct acd_text *text,
                       struct acd_query_span *ret_span, size_t most)
{
    return acd_querymatch_spans(query, text, ret_span, most);
}
