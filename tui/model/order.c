/* SPDX-License-Identifier: MIT */
/* Sorting rows, see order.h: by numbers of the rows, so that large ones move once. */
#include "config.h"

#include "tui/model/order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Less than any number that counts. */
#define NOTHING (-1.0)

typedef double value_of(const void *row, enum acd_order_key key);
typedef const char *name_of(const void *row);

/* One list's rows and what is to be known of them. */
struct rows {
    char *row;
    size_t count, size;
    uint64_t *hash; /* moves along; NULL: none */
    value_of *value;
    name_of *name;
};

/* ---------------------------------------------------------------- values */

static double rate(struct acd_rate r)
{
    return r.whole > 0 ? (double)r.part / (double)r.whole : NOTHING;
}

static double gauge(struct acd_gauge g)
{
    return g.set ? (double)g.value : NOTHING;
}

static double cache_value(const void *row, enum acd_order_key key)
{
    const struct acd_cache_row *c = row;
    switch (key) {
    case ACD_ORDER_COUNT: return (double)c->requests.whole;
    case ACD_ORDER_BY_REQUEST: return rate(c->requests);
    case ACD_ORDER_BY_TOKENS: return rate(c->tokens);
    case ACD_ORDER_BYPASSED: return (double)c->outcome[ACD_OUTCOME_BYPASS];
    case ACD_ORDER_UNKNOWN: return (double)c->outcome[ACD_OUTCOME_UNKNOWN];
    case ACD_ORDER_EVICTED: return (double)c->evictions;
    case ACD_ORDER_ENTRIES: return gauge(c->entries);
    case ACD_ORDER_BYTES: return gauge(c->bytes);
    default: return NOTHING;
    }
}

static double timer_value(const void *row, enum acd_order_key key)
{
    const struct acd_timer_row *t = row;
    bool any = t->count > 0;
    switch (key) {
    case ACD_ORDER_COUNT: return (double)t->count;
    case ACD_ORDER_RUNNING: return (double)t->running;
    case ACD_ORDER_P50: return any ? (double)t->quantiles.p50_ns : NOTHING;
    case ACD_ORDER_P95: return any ? (double)t->quantiles.p95_ns : NOTHING;
    case ACD_ORDER_P99: return any ? (double)t->quantiles.p99_ns : NOTHING;
    case ACD_ORDER_MAX: return any ? (double)t->quantiles.max_ns : NOTHING;
    case ACD_ORDER_MEAN: return any ? (double)t->sum_ns / (double)t->count : NOTHING;
    case ACD_ORDER_FAILED: return (double)t->failed;
    default: return NOTHING;
    }
}

static double error_value(const void *row, enum acd_order_key key)
{
    const struct acd_error_row *e = row;
    switch (key) {
    case ACD_ORDER_COUNT: return (double)e->count;
    case ACD_ORDER_LAST: return (double)e->last_ns;
    case ACD_ORDER_FIRST: return (double)e->first_ns;
    default: return NOTHING;
    }
}

static const char *cache_name(const void *row)
{
    return ((const struct acd_cache_row *)row)->type;
}

static const char *timer_name(const void *row)
{
    return ((const struct acd_timer_row *)row)->name;
}

static const char *error_name(const void *row)
{
    const struct acd_error_row *e = row;
    return e->message[0] ? e->message : e->type;
}

/* ---------------------------------------------------------------- sorting */

static bool comes_before(const struct rows *rows, struct acd_order order, size_t a, size_t b)
{
    const void *row_a = rows->row + a * rows->size, *row_b = rows->row + b * rows->size;
    if (order.key == ACD_ORDER_NAME) {
        int by_name = strcmp(rows->name(row_a), rows->name(row_b));
        return order.reverse ? by_name > 0 : by_name < 0;
    }
    double x = rows->value(row_a, (enum acd_order_key)order.key);
    double y = rows->value(row_b, (enum acd_order_key)order.key);
    if (x < 0 || y < 0)
        return y < 0 && x >= 0;
    return order.reverse ? x < y : x > y;
}

/* Numbers of rows, by insertion: stable, and there are few. */
static void sort_numbers(const struct rows *rows, struct acd_order order, size_t *number)
{
    for (size_t i = 0; i < rows->count; i++) {
        size_t at = i;
        while (at > 0 && comes_before(rows, order, i, number[at - 1])) {
            number[at] = number[at - 1];
            at--;
        }
        number[at] = i;
    }
}

static int sort(const struct rows *rows, struct acd_order order)
{
    if (order.key == ACD_ORDER_FOUND || rows->count < 2)
        return 0;
    size_t bytes = rows->count * rows->size;
    size_t *number = malloc(rows->count * (sizeof *number + sizeof *rows->hash));
    char *copy = malloc(bytes);
    if (number && copy) {
        uint64_t *hashes = (uint64_t *)(void *)(number + rows->count);
        memcpy(copy, rows->row, bytes);
        if (rows->hash)
            memcpy(hashes, rows->hash, rows->count * sizeof *hashes);
        sort_numbers(rows, order, number);
        for (size_t i = 0; i < rows->count; i++) {
            memcpy(rows->row + i * rows->size, copy + number[i] * rows->size, rows->size);
            if (rows->hash)
                rows->hash[i] = hashes[number[i]];
        }
    }
    int result = number && copy ? 0 : -ENOMEM;
    free(number);
    free(copy);
    return result;
}

int acd_order_apply(struct acd_digest *digest, const struct acd_order order[ACD_ORDER_LISTS])
{
    struct acd_errors *e = &digest->errors;
    const struct rows lists[ACD_ORDER_LISTS] = {
        [ACD_ORDER_CACHES] = {(char *)digest->cache, digest->cache_count, sizeof digest->cache[0],
                              NULL, cache_value, cache_name},
        [ACD_ORDER_TIMERS] = {(char *)digest->timer, digest->timer_count, sizeof digest->timer[0],
                              NULL, timer_value, timer_name},
        [ACD_ORDER_ERRORS] = {(char *)e->row, e->count, sizeof e->row[0], e->hash, error_value,
                              error_name},
    };
    int result = 0;
    for (unsigned i = 0; i < ACD_ORDER_LISTS; i++)
        if (sort(&lists[i], order[i]) < 0)
            result = -ENOMEM;
    return result;
}

const char *acd_order_name(enum acd_order_key key)
{
    static const char *const names[ACD_ORDER_KEYS] = {
        [ACD_ORDER_FOUND] = "order of appearance",
        [ACD_ORDER_NAME] = "name",
        [ACD_ORDER_COUNT] = "count",
        [ACD_ORDER_RUNNING] = "running",
        [ACD_ORDER_P50] = "p50",
        [ACD_ORDER_P95] = "p95",
        [ACD_ORDER_P99] = "p99",
        [ACD_ORDER_MAX] = "max",
        [ACD_ORDER_MEAN] = "mean",
        [ACD_ORDER_FAILED] = "failed",
        [ACD_ORDER_BY_REQUEST] = "hit rate by request",
        [ACD_ORDER_BY_TOKENS] = "hit rate by tokens",
        [ACD_ORDER_BYPASSED] = "bypassed",
        [ACD_ORDER_UNKNOWN] = "unknown",
        [ACD_ORDER_EVICTED] = "evicted",
        [ACD_ORDER_ENTRIES] = "entries",
        [ACD_ORDER_BYTES] = "bytes",
        [ACD_ORDER_LAST] = "last",
        [ACD_ORDER_FIRST] = "first",
    };
    return (unsigned)key < ACD_ORDER_KEYS ? names[key] : "?";
}
