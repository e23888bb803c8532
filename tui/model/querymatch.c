/* SPDX-License-Identifier: MIT */
/* Asking a query, see querymatch.h.  Allocates nothing; as deep as there are nodes at most. */
#include "config.h"

#include "tui/model/querymatch.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static struct acd_text text_of(const char *s)
{
    struct acd_text t = {s, (uint32_t)strlen(s), (uint32_t)strlen(s)};
    return t;
}

/* Where a word stands in a text from `from` on; SIZE_MAX: nowhere. */
static size_t find_word(const struct acd_text *t, const struct acd_query_node *n, size_t from)
{
    if (n->value_bytes == 0 || n->value_bytes > t->length)
        return n->value_bytes == 0 && from == 0 ? 0 : SIZE_MAX;
    if (!n->ignore_case) {
        const char *at = from < t->length
                             ? memmem(t->bytes + from, t->length - from, n->value, n->value_bytes)
                             : NULL;
        return at ? (size_t)(at - t->bytes) : SIZE_MAX;
    }
    const char low = n->value[0], high = (char)toupper((unsigned char)low);
    for (size_t i = from; i + n->value_bytes <= t->length; i++)
        if ((t->bytes[i] == low || t->bytes[i] == high) &&
            strncasecmp(t->bytes + i, n->value, n->value_bytes) == 0)
            return i;
    return SIZE_MAX;
}

/* A regular expression looks at the first KiB. */
static bool find_pattern(const struct acd_text *t, const struct acd_query_node *n, size_t from,
                         regmatch_t *ret_match)
{
    char copy[1024];
    size_t bytes = t->length < sizeof copy ? t->length : sizeof copy - 1;
    if (from > bytes)
        return false;
    if (bytes > 0)
        memcpy(copy, t->bytes, bytes);
    copy[bytes] = '\0';
    return regexec(&n->regex, copy + from, ret_match ? 1 : 0, ret_match, from ? REG_NOTBOL : 0) ==
           0;
}

static bool matches(const struct acd_text *t, const struct acd_query_node *n)
{
    return find_pattern(t, n, 0, NULL);
}

static bool in_text(const struct acd_text *t, const struct acd_query_node *n)
{
    return n->op == ACD_QUERY_MATCHES ? matches(t, n) : find_word(t, n, 0) != SIZE_MAX;
}

/* What a row says of an event of that kind beside its name, see tui/view/eventtext.c. */
static const char *said_of(unsigned kind)
{
    switch (kind) {
    case ACD_KIND_EVICTION: return "evicted from";
    case ACD_KIND_TIMER_START: return "starts";
    case ACD_KIND_TIMER_END: return "completed in";
    case ACD_KIND_TIMER_FAIL: return "failed after";
    case ACD_KIND_ERROR: return "HTTP";
    case ACD_KIND_PERFORMANCE: return "took";
    default: return "";
    }
}

struct digits {
    char buffer[24];
    struct acd_text text;
};

static void write_digits(struct digits *d, uint64_t number, bool negative)
{
    size_t i = sizeof d->buffer;
    do {
        d->buffer[--i] = "0123456789"[number % 10];
        number /= 10;
    } while (number > 0);
    if (negative)
        d->buffer[--i] = '-';
    d->text = (struct acd_text){d->buffer + i, (uint32_t)(sizeof d->buffer - i),
                                (uint32_t)(sizeof d->buffer - i)};
}

static bool in_number(uint64_t number, bool negative, const struct acd_query_node *n)
{
    struct digits d;
    if (n->op == ACD_QUERY_CONTAINS && !n->is_number)
        return false;
    write_digits(&d, number, negative);
    return in_text(&d.text, n);
}

/* An outcome is a number that rows show as its name. */
static bool is_outcome(const struct acd_field *f)
{
    static const char key[] = ACD_KEY_CACHE_OUTCOME;
    return f->type == ACD_TYPE_UINT && f->key.length == sizeof key - 1 &&
           memcmp(f->key.bytes, key, sizeof key - 1) == 0;
}

static struct acd_text outcome_text(const struct acd_field *f)
{
    return text_of(acd_outcome_name((unsigned)(f->number.u < 5 ? f->number.u : 5)));
}

static bool in_field(const struct acd_field *f, const struct acd_query_node *n)
{
    if (in_text(&f->key, n))
        return true;
    if (f->secret)
        return false;
    if (is_outcome(f)) {
        struct acd_text outcome = outcome_text(f);
        return in_text(&outcome, n);
    }
    switch (f->type) {
    case ACD_TYPE_STR:
    case ACD_TYPE_JSON: return in_text(&f->text, n);
    case ACD_TYPE_UINT: return in_number(f->number.u, false, n);
    case ACD_TYPE_INT:
        return in_number(f->number.i < 0 ? 0 - f->number.u : f->number.u, f->number.i < 0, n);
    default: return false;
    }
}

static bool anywhere(const struct acd_query_subject *s, const struct acd_query_node *n)
{
    struct acd_text kind = text_of(acd_kind_name(s->kind)), said = text_of(said_of(s->kind));
    const struct acd_event_view *e = s->event;
    if (in_text(&s->message, n) || in_text(&kind, n) || in_text(&said, n))
        return true;
    if (e->request.kind == ACD_REQUEST_TEXT && in_text(&e->request.text, n))
        return true;
    if (e->request.kind == ACD_REQUEST_NUMBER && in_number(e->request.number, false, n))
        return true;
    for (unsigned i = 0; i < e->count; i++)
        if (in_field(&e->field[i], n))
            return true;
    return false;
}

static bool by_order(enum acd_query_op op, int order)
{
    switch (op) {
    case ACD_QUERY_EQ: return order == 0;
    case ACD_QUERY_NE: return order != 0;
    case ACD_QUERY_LT: return order < 0;
    case ACD_QUERY_LE: return order <= 0;
    case ACD_QUERY_GT: return order > 0;
    default: return op == ACD_QUERY_GE && order >= 0;
    }
}

static bool number_is(const struct acd_query_node *n, double x)
{
    double y = n->number * n->scale;
    if (isnan(x)) /* none of less, equal and more */
        return n->op == ACD_QUERY_NE;
    return by_order(n->op, (x > y) - (x < y));
}

static bool text_is(const struct acd_query_node *n, const struct acd_text *t)
{
    if (n->op == ACD_QUERY_LIKE || n->op == ACD_QUERY_UNLIKE)
        return matches(t, n) == (n->op == ACD_QUERY_LIKE);
    size_t least = t->length < n->value_bytes ? t->length : n->value_bytes;
    int order = least ? memcmp(t->bytes, n->value, least) : 0;
    if (order == 0)
        order = (t->length > n->value_bytes) - (t->length < n->value_bytes);
    return by_order(n->op, order);
}

/* A whole number, by its digits where it is asked for as text, or is more than a double counts to. */
static bool whole_is(const struct acd_query_node *n, uint64_t number, bool negative)
{
    static const double exact = 9007199254740992.0; /* 2^53 */
    bool same = n->op == ACD_QUERY_EQ || n->op == ACD_QUERY_NE;
    struct digits d;
    if (n->is_number && !(same && (n->number >= exact || n->number <= -exact)))
        return number_is(n, negative ? -(double)number : (double)number);
    write_digits(&d, number, negative);
    return text_is(n, &d.text);
}

/* As rows show it. */
static bool double_is(const struct acd_query_node *n, double number)
{
    char text[32];
    if (n->is_number)
        return number_is(n, number);
    snprintf(text, sizeof text, "%.6g", number);
    const struct acd_text t = text_of(text);
    return text_is(n, &t);
}

static bool is_named(const struct acd_text *key, const char *name)
{
    size_t n = strlen(name);
    if (key->length < n || memcmp(key->bytes + key->length - n, name, n) != 0)
        return false;
    return key->length == n || key->bytes[key->length - n - 1] == '.';
}

static bool field_is(const struct acd_query_node *n, const struct acd_field *f)
{
    if (f->secret)
        return false;
    if (is_outcome(f) && !n->is_number) {
        struct acd_text outcome = outcome_text(f);
        return text_is(n, &outcome);
    }
    switch ((enum acd_type)f->type) {
    case ACD_TYPE_INT:
        return whole_is(n, f->number.i < 0 ? 0 - f->number.u : f->number.u, f->number.i < 0);
    case ACD_TYPE_UINT: return whole_is(n, f->number.u, false);
    case ACD_TYPE_DOUBLE: return double_is(n, f->number.d);
    case ACD_TYPE_BOOL: {
        struct acd_text t = text_of(f->number.u ? "true" : "false");
        return text_is(n, &t);
    }
    default: return text_is(n, &f->text);
    }
}

static bool request_is(const struct acd_query_node *n, const struct acd_request *r)
{
    if (r->kind == ACD_REQUEST_TEXT)
        return text_is(n, &r->text);
    return r->kind == ACD_REQUEST_NUMBER && whole_is(n, r->number, false);
}

/* A duration that the event tells: a timer's, a checkpoint's, or one measured elsewhere. */
static bool duration_is(const struct acd_query_node *n, const struct acd_event_view *e)
{
    const struct acd_field *f = acd_event_find(e, ACD_KEY_TIMER_ELAPSED);
    if (f && f->type == ACD_TYPE_UINT)
        return number_is(n, (double)f->number.u);
    f = acd_event_find(e, ACD_KEY_DURATION_MS);
    return f && f->type == ACD_TYPE_DOUBLE && number_is(n, f->number.d * 1e6);
}

static bool kind_is(const struct acd_query_node *n, unsigned kind)
{
    struct acd_text t = text_of(acd_kind_name(kind));
    if (n->is_prefix && (n->op == ACD_QUERY_EQ || n->op == ACD_QUERY_NE))
        return (strncmp(t.bytes, n->value, n->value_bytes) == 0) == (n->op == ACD_QUERY_EQ);
    return text_is(n, &t);
}

static bool any_field_is(const struct acd_query_node *n, const struct acd_event_view *e)
{
    for (unsigned i = 0; i < e->count; i++)
        if (is_named(&e->field[i].key, n->field))
            return field_is(n, &e->field[i]);
    return false;
}

static bool compare(const struct acd_query_node *n, const struct acd_query_subject *s)
{
    switch (n->name) {
    case ACD_QUERY_LEVEL: return whole_is(n, s->level, false);
    case ACD_QUERY_KIND: return kind_is(n, s->kind);
    case ACD_QUERY_CATEGORY: {
        struct acd_text t = text_of(acd_category_name(s->category));
        return text_is(n, &t);
    }
    case ACD_QUERY_SERVER: return text_is(n, &s->server);
    case ACD_QUERY_THREAD: return whole_is(n, s->thread, false);
    case ACD_QUERY_REQUEST: return request_is(n, &s->event->request);
    case ACD_QUERY_MESSAGE: return text_is(n, &s->message);
    case ACD_QUERY_NANOSECONDS: return duration_is(n, s->event);
    case ACD_QUERY_FIELD: return any_field_is(n, s->event);
    }
    return false;
}

bool acd_querymatch_eval(const struct acd_query *q, unsigned i, const struct acd_query_subject *s)
{
    const struct acd_query_node *n = &q->node[i];
    switch (n->op) {
    case ACD_QUERY_AND:
        return acd_querymatch_eval(q, n->left, s) && acd_querymatch_eval(q, n->right, s);
    case ACD_QUERY_OR:
        return acd_querymatch_eval(q, n->left, s) || acd_querymatch_eval(q, n->right, s);
    case ACD_QUERY_NOT: return !acd_querymatch_eval(q, n->left, s);
    case ACD_QUERY_CONTAINS:
    case ACD_QUERY_MATCHES: return anywhere(s, n);
    default: return compare(n, s);
    }
}

/* ---- what to show of it ---- */

struct marks {
    const struct acd_text *text;
    struct acd_query_span *span;
    size_t count, most;
};

static void mark(struct marks *m, size_t at, size_t bytes)
{
    if (bytes > 0 && m->count < m->most)
        m->span[m->count++] = (struct acd_query_span){at, bytes};
}

static void mark_node(struct marks *m, const struct acd_query_node *n)
{
    size_t at = 0;
    regmatch_t match;
    if (n->has_regex && n->op != ACD_QUERY_UNLIKE) {
        while (m->count < m->most && find_pattern(m->text, n, at, &match)) {
            mark(m, at + (size_t)match.rm_so, (size_t)(match.rm_eo - match.rm_so));
            at += (size_t)match.rm_eo + (match.rm_eo == match.rm_so);
        }
        return;
    }
    bool word =
        n->op == ACD_QUERY_CONTAINS ||
        (n->op == ACD_QUERY_EQ && n->name != ACD_QUERY_LEVEL && n->name != ACD_QUERY_THREAD);
    while (word && n->value_bytes > 0 && m->count < m->most &&
           (at = find_word(m->text, n, at)) != SIZE_MAX) {
        mark(m, at, n->value_bytes);
        at += n->value_bytes;
    }
}

static void mark_all(struct marks *m, const struct acd_query *q, unsigned i)
{
    const struct acd_query_node *n = &q->node[i];
    switch (n->op) {
    case ACD_QUERY_NOT: return;
    case ACD_QUERY_AND:
    case ACD_QUERY_OR:
        mark_all(m, q, n->left);
        mark_all(m, q, n->right);
        return;
    default: mark_node(m, n);
    }
}

size_t acd_querymatch_spans(const struct acd_query *query, const struct acd_text *text,
                            struct acd_query_span *ret_span, size_t most)
{
    struct marks m = {text, ret_span, 0, most};
    if (query->root != ACD_QUERY_NO_NODE)
        mark_all(&m, query, query->root);
    return m.count;
}
