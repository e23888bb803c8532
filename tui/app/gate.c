/* SPDX-License-Identifier: MIT */
/* The language of --fail-if, see gate.h: a recursive descent into a flat array of nodes. */
#include "config.h"

#include "tui/app/gate.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/app/gatefield.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NODES_MAX 64
#define DEPTH_MAX 16
#define NO_NODE UINT32_MAX

enum op { LT, LE, GT, GE, EQ, NE, AND, OR };

static const struct {
    const char *text;
    enum op op;
} comparisons[] = {{"<=", LE}, {">=", GE}, {"==", EQ}, {"!=", NE}, {"<", LT}, {">", GT}, {"=", EQ}};

static const struct {
    const char *text;
    double factor;
} units[] = {{"%", 0.01}, {"ns", 1},     {"us", 1e3}, {"ms", 1e6}, {"s", 1e9},
             {"m", 60e9}, {"h", 3600e9}, {"k", 1e3},  {"M", 1e6},  {"G", 1e9}};

struct node {
    enum op op;
    uint32_t left, right; /* AND, OR */
    struct acd_gatefield_path path;
    struct acd_gatefield field;
    double number;
    char written[40]; /* operator and number, as they were written */
};

struct acd_gate {
    uint32_t count, root;
    struct node node[NODES_MAX];
};

/* ---------------------------------------------------------------- parsing */

struct parser {
    const char *text, *p;
    struct acd_gate *gate;
    struct acd_gate_why *why;
    unsigned depth;
    bool failed;
};

static uint32_t fail(struct parser *s, const char *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static uint32_t fail(struct parser *s, const char *at, const char *format, ...)
{
    va_list arguments;
    if (s->failed)
        return NO_NODE;
    s->failed = true;
    s->why->column = (size_t)(at - s->text) + 1;
    va_start(arguments, format);
    vsnprintf(s->why->text, sizeof s->why->text, format, arguments);
    va_end(arguments);
    return NO_NODE;
}

static void skip_blanks(struct parser *s)
{
    while (isspace((unsigned char)*s->p))
        s->p++;
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || (c && strchr("_-/:+@#()", c));
}

/* Parentheses belong to a name only inside it, as in (other); a closing one ends the group. */
static size_t name_length(const char *p)
{
    size_t n = 0;
    unsigned open = 0;
    for (; is_name(p[n]) && !(p[n] == ')' && open == 0); n++)
        open += p[n] == '(' ? 1u : p[n] == ')' ? -1u : 0u;
    return n;
}

static bool take_segment(struct parser *s, struct acd_gatefield_path *path)
{
    if (path->count == ACD_GATEFIELD_SEGMENTS) {
        fail(s, s->p, "the name has more than %d parts", ACD_GATEFIELD_SEGMENTS);
        return false;
    }
    size_t i = path->count++, n = 0;
    const char *start = s->p, *from = s->p;
    path->at[i] = (size_t)(s->p - s->text);
    if (*s->p == '*') {
        path->any[i] = true;
        s->p++;
        return true;
    }
    if (*s->p == '"') {
        from = ++s->p;
        n = strcspn(from, "\"");
        s->p += n;
        if (*s->p != '"') {
            fail(s, start, "the quote is not closed");
            return false;
        }
        s->p++;
    } else {
        n = name_length(from);
        s->p += n;
    }
    if (n == 0 || n >= ACD_GATEFIELD_BYTES) {
        fail(s, start, n == 0 ? "a name is missing here" : "the name is too long");
        return false;
    }
    memcpy(path->segment[i], from, n);
    path->segment[i][n] = '\0';
    return true;
}

static bool take_path(struct parser *s, struct node *n)
{
    struct acd_gatefield_fault fault;
    const char *start = s->p;
    do {
        if (!take_segment(s, &n->path))
            return false;
    } while (*s->p == '.' && s->p++);
    if (acd_gatefield_find(&n->field, &n->path, &fault) == 0)
        return true;
    size_t at =
        fault.segment < n->path.count ? n->path.at[fault.segment] : (size_t)(start - s->text);
    fail(s, s->text + at, "%s", fault.text);
    return false;
}

static bool take_comparison(struct parser *s, struct node *n)
{
    for (size_t i = 0; i < COUNT(comparisons); i++) {
        size_t length = strlen(comparisons[i].text);
        if (strncmp(s->p, comparisons[i].text, length) != 0)
            continue;
        n->op = comparisons[i].op;
        s->p += length;
        return true;
    }
    fail(s, s->p, "a comparison is missing here: < <= > >= = or !=");
    return false;
}

static bool take_number(struct parser *s, struct node *n)
{
    char *end;
    skip_blanks(s);
    const char *start = s->p;
    size_t plain = strspn(s->p, "+-.0123456789eE");
    n->number = plain > 0 ? strtod(s->p, &end) : 0;
    if (plain == 0 || end == s->p || !isfinite(n->number)) {
        fail(s, start, "a number is missing here");
        return false;
    }
    s->p = end;
    size_t length = strcspn(s->p, " \t\n)");
    for (size_t i = 0; length > 0 && i < COUNT(units); i++) {
        if (strlen(units[i].text) != length || strncmp(s->p, units[i].text, length) != 0)
            continue;
        n->number *= units[i].factor;
        s->p += length;
        length = 0;
    }
    if (length > 0) {
        fail(s, s->p, "'%.*s' is no unit. Hint: %% ns us ms s m h k M G", (int)length, s->p);
        return false;
    }
    return true;
}

static struct node *new_node(struct parser *s, enum op op)
{
    if (s->gate->count == NODES_MAX) {
        fail(s, s->p, "more than %d comparisons", NODES_MAX / 2);
        return NULL;
    }
    struct node *n = &s->gate->node[s->gate->count++];
    n->op = op;
    return n;
}

static uint32_t parse_or(struct parser *s);

static uint32_t parse_comparison(struct parser *s)
{
    skip_blanks(s);
    const char *start = s->p;
    if (*s->p == '(') {
        s->p++;
        if (++s->depth > DEPTH_MAX)
            return fail(s, start, "more than %d parentheses deep", DEPTH_MAX);
        uint32_t inner = parse_or(s);
        if (s->failed)
            return NO_NODE;
        skip_blanks(s);
        s->depth--;
        if (*s->p != ')')
            return fail(s, s->p, "the parenthesis of column %zu is not closed",
                        (size_t)(start - s->text) + 1);
        s->p++;
        return inner;
    }
    struct node *n = new_node(s, LT);
    if (!n || !take_path(s, n))
        return NO_NODE;
    skip_blanks(s);
    start = s->p;
    if (!take_comparison(s, n) || !take_number(s, n))
        return NO_NODE;
    snprintf(n->written, sizeof n->written, "%.*s", (int)(s->p - start), start);
    return (uint32_t)(n - s->gate->node);
}

static bool take_word(struct parser *s, const char *word)
{
    size_t n = strlen(word);
    skip_blanks(s);
    if (strncmp(s->p, word, n) != 0 || (s->p[n] && is_name(s->p[n]) && s->p[n] != '('))
        return false;
    s->p += n;
    return true;
}

static uint32_t join(struct parser *s, enum op op, uint32_t left, uint32_t right)
{
    struct node *n = s->failed ? NULL : new_node(s, op);
    if (!n)
        return NO_NODE;
    n->left = left;
    n->right = right;
    return (uint32_t)(n - s->gate->node);
}

static uint32_t parse_and(struct parser *s)
{
    uint32_t left = parse_comparison(s);
    while (!s->failed && take_word(s, "and"))
        left = join(s, AND, left, parse_comparison(s));
    return left;
}

static uint32_t parse_or(struct parser *s)
{
    uint32_t left = parse_and(s);
    while (!s->failed && take_word(s, "or"))
        left = join(s, OR, left, parse_and(s));
    return left;
}

int acd_gate_new(struct acd_gate **ret, const char *text, struct acd_gate_why *ret_why)
{
    struct acd_gate *gate = calloc(1, sizeof *gate);
    struct parser s = {.text = text, .p = text, .gate = gate, .why = ret_why};
    if (!gate)
        return -ENOMEM;
    gate->root = parse_or(&s);
    skip_blanks(&s);
    if (!s.failed && *s.p)
        fail(&s, s.p, "'and' or 'or' is missing here");
    if (s.failed) {
        acd_gate_free(gate);
        return -EINVAL;
    }
    *ret = gate;
    return 0;
}

void acd_gate_free(struct acd_gate *gate)
{
    free(gate);
}

/* ---------------------------------------------------------------- asking */

/* One comparison with the rows it means. */
struct asking {
    const struct node *node;
    enum acd_gate_verdict verdict;
    struct acd_gate_why *why;
};

static bool compares(enum op op, double left, double right)
{
    switch (op) {
    case LT: return left < right;
    case LE: return left <= right;
    case GT: return left > right;
    case GE: return left >= right;
    case EQ: return !(left < right) && !(left > right);
    default: return left < right || left > right;
    }
}

/* The path with the names of the row that answered. */
static void put_path(const struct node *n, const struct acd_gatefield_value *value, char *out,
                     size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n->path.count && used < size; i++) {
        const char *s = n->path.segment[i];
        if (i == 1 && n->path.any[i] && value->name)
            s = value->name;
        if (i == 3 && n->path.any[i] && value->part)
            s = value->part;
        used += (size_t)snprintf(out + used, size - used, "%s%.80s", i > 0 ? "." : "", s);
    }
}

static bool is_whole(double number)
{
    return !(fabs(number) < 0x1p53) || number == (double)(int64_t)number;
}

/* Short where that is as true: a whole number as it is, a ratio as long as it still compares like that. */
static void put_number(const struct node *n, double number, char *out, size_t size)
{
    snprintf(out, size, "%.6g", number);
    double said = strtod(out, NULL);
    if (is_whole(number) || compares(n->op, said, n->number) != compares(n->op, number, n->number))
        snprintf(out, size, "%.15g", number);
}

static void explain(struct asking *a, const struct acd_gatefield_value *value)
{
    char path[200], rate[64] = "", number[32];
    put_path(a->node, value, path, sizeof path);
    if (value->rate.whole > 0)
        snprintf(rate, sizeof rate, " (%" PRIu64 " of %" PRIu64 ")", value->rate.part,
                 value->rate.whole);
    put_number(a->node, value->number, number, sizeof number);
    snprintf(a->why->text, sizeof a->why->text, "%s is %s%s, and that is %s", path, number, rate,
             a->node->written);
}

static bool has_star(const struct node *n)
{
    for (size_t i = 0; i < n->path.count; i++)
        if (n->path.any[i])
            return true;
    return false;
}

/* The first row that makes it true decides; with a star, a row without a value decides nothing. */
static void take(void *context, const struct acd_gatefield_value *value)
{
    struct asking *a = context;
    if (a->verdict == ACD_GATE_TRUE)
        return;
    if (value->known && compares(a->node->op, value->number, a->node->number)) {
        a->verdict = ACD_GATE_TRUE;
        explain(a, value);
    } else if (!value->known && !has_star(a->node)) {
        char path[200];
        put_path(a->node, value, path, sizeof path);
        a->verdict = ACD_GATE_UNKNOWN;
        snprintf(a->why->text, sizeof a->why->text, "%s has no value yet", path);
    }
}

static enum acd_gate_verdict ask_comparison(const struct node *n, const struct acd_digest *digest,
                                            struct acd_gate_why *ret_why)
{
    struct asking a = {.node = n, .why = ret_why};
    ret_why->column = n->path.at[0] + 1;
    if (acd_gatefield_each(&n->field, digest, take, &a) > 0 || has_star(n))
        return a.verdict;
    if (acd_gatefield_absent_is_zero(&n->field)) {
        take(&a, &(struct acd_gatefield_value){.known = true});
        return a.verdict;
    }
    acd_gatefield_missing(&n->field, digest, ret_why->text, sizeof ret_why->text);
    return ACD_GATE_UNKNOWN;
}

/* What is unknown matters only where the other side does not decide alone. */
static enum acd_gate_verdict ask(const struct acd_gate *gate, uint32_t index,
                                 const struct acd_digest *digest, struct acd_gate_why *ret_why)
{
    const struct node *n = &gate->node[index];
    if (n->op != AND && n->op != OR)
        return ask_comparison(n, digest, ret_why);
    const enum acd_gate_verdict decides = n->op == OR ? ACD_GATE_TRUE : ACD_GATE_FALSE;
    struct acd_gate_why why[2] = {{0}, {0}};
    enum acd_gate_verdict verdict[2];
    verdict[0] = ask(gate, n->left, digest, &why[0]);
    verdict[1] = ask(gate, n->right, digest, &why[1]);
    unsigned by = verdict[0] == decides ? 0 : verdict[1] == decides ? 1 : 2;
    if (by == 2)
        by = verdict[0] == ACD_GATE_UNKNOWN ? 0 : verdict[1] == ACD_GATE_UNKNOWN ? 1 : 0;
    *ret_why = why[by];
    return verdict[by];
}

enum acd_gate_verdict acd_gate_ask(const struct acd_gate *gate, const struct acd_digest *digest,
                                   struct acd_gate_why *ret_why)
{
    return ask(gate, gate->root, digest, ret_why);
}
