/* SPDX-License-Identifier: MIT */
/* Names of numbers, and where they stand in a digest; see gatefield.h. */
#include "config.h"

#include "tui/app/gatefield.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/suggest.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NAMES_MAX 512 /* rows among which the nearest name is sought */

enum group { SERVERS, EVENTS, CACHE, REASON, TIMER, CHECKPOINT, ERROR, GROUPS };

/* The form of the paths of each group; the segments between the words are names of rows. */
static const struct group_form {
    const char *first, *third; /* "" the path has none */
    size_t segments;
    const char *lack; /* a sentence's beginning */
    const char *like; /* its end */
} forms[GROUPS] = {
    [SERVERS] = {"servers", "", 2, "servers have no", "servers.FIELD"},
    [EVENTS] = {"events", "", 2, "events have no", "events.FIELD, as in events.dropped"},
    [CACHE] = {"cache", "", 3, "a cache has no", "cache.NAME.FIELD, as in cache.prompt.hits"},
    [REASON] = {"cache", "miss_reasons", 4, "a cache has no", "cache.NAME.miss_reasons.REASON"},
    [TIMER] = {"timer", "", 3, "a timer has no", "timer.NAME.FIELD, as in timer.chat.p95_ns"},
    [CHECKPOINT] = {"timer", "checkpoint", 5, "a checkpoint has no",
                    "timer.NAME.checkpoint.LABEL.FIELD"},
    [ERROR] = {"error", "", 3, "an error has no", "error.TYPE.count"},
};

/* What the field's number is made of. */
enum kind { WHOLE, RATE, GAUGE, QUANTILE, MAXIMUM };

struct acd_gatefield_entry {
    enum group group;
    enum kind kind;
    const char *name;
    size_t place; /* in the row's struct */
};

#define AT(type, member) offsetof(struct type, member)

static const struct acd_gatefield_entry entries[] = {
    {SERVERS, WHOLE, "count", AT(acd_digest, servers)},
    {SERVERS, WHOLE, "alive", AT(acd_digest, live)},
    {EVENTS, WHOLE, "emitted", AT(acd_digest, events.emitted)},
    {EVENTS, WHOLE, "in_ring", AT(acd_digest, events.in_ring)},
    {EVENTS, WHOLE, "dropped", AT(acd_digest, events.dropped)},
    {EVENTS, WHOLE, "cut", AT(acd_digest, events.cut)},
    {CACHE, WHOLE, "hits", AT(acd_cache_row, outcome[0])},
    {CACHE, WHOLE, "partial", AT(acd_cache_row, outcome[1])},
    {CACHE, WHOLE, "misses", AT(acd_cache_row, outcome[2])},
    {CACHE, WHOLE, "bypass", AT(acd_cache_row, outcome[3])},
    {CACHE, WHOLE, "unknown", AT(acd_cache_row, outcome[4])},
    {CACHE, WHOLE, "evictions", AT(acd_cache_row, evictions)},
    {CACHE, WHOLE, "input_tokens", AT(acd_cache_row, tokens.whole)},
    {CACHE, WHOLE, "cached_tokens", AT(acd_cache_row, tokens.part)},
    {CACHE, WHOLE, "created_tokens", AT(acd_cache_row, created_tokens)},
    {CACHE, WHOLE, "token_lookups", AT(acd_cache_row, token_lookups)},
    {CACHE, RATE, "hit_rate_requests", AT(acd_cache_row, requests)},
    {CACHE, RATE, "hit_rate_tokens", AT(acd_cache_row, tokens)},
    {CACHE, GAUGE, "entries", AT(acd_cache_row, entries)},
    {CACHE, GAUGE, "bytes", AT(acd_cache_row, bytes)},
    {CACHE, GAUGE, "capacity_bytes", AT(acd_cache_row, capacity_bytes)},
    {REASON, WHOLE, "", AT(acd_reason_share, count)},
    {TIMER, WHOLE, "count", AT(acd_timer_row, count)},
    {TIMER, WHOLE, "failed", AT(acd_timer_row, failed)},
    {TIMER, WHOLE, "running", AT(acd_timer_row, running)},
    {TIMER, WHOLE, "sum_ns", AT(acd_timer_row, sum_ns)},
    {TIMER, QUANTILE, "p50_ns", AT(acd_timer_row, quantiles.p50_ns)},
    {TIMER, QUANTILE, "p95_ns", AT(acd_timer_row, quantiles.p95_ns)},
    {TIMER, QUANTILE, "p99_ns", AT(acd_timer_row, quantiles.p99_ns)},
    {TIMER, MAXIMUM, "max_ns", AT(acd_timer_row, quantiles.max_ns)},
    {CHECKPOINT, WHOLE, "count", AT(acd_label_row, count)},
    {CHECKPOINT, QUANTILE, "p50_ns", AT(acd_label_row, quantiles.p50_ns)},
    {CHECKPOINT, QUANTILE, "p95_ns", AT(acd_label_row, quantiles.p95_ns)},
    {CHECKPOINT, MAXIMUM, "max_ns", AT(acd_label_row, quantiles.max_ns)},
    {ERROR, WHOLE, "count", AT(acd_error_row, count)},
};

/* ---------------------------------------------------------------- finding */

static int fail(struct acd_gatefield_fault *fault, size_t segment, const char *given,
                const char *what, const char *near)
{
    fault->segment = segment;
    if (near)
        snprintf(fault->text, sizeof fault->text, "%s '%.40s' (did you mean '%s'?)", what, given,
                 near);
    else
        snprintf(fault->text, sizeof fault->text, "%s '%.40s'", what, given);
    return -EINVAL;
}

static int unknown_beginning(const struct acd_gatefield_path *path,
                             struct acd_gatefield_fault *fault)
{
    static const char *const firsts[] = {"servers", "events", "cache", "timer", "error"};
    const char *near = acd_suggest_nearest(path->segment[0], firsts, COUNT(firsts));
    fail(fault, 0, path->segment[0], "nothing is called", near);
    if (!near)
        strncat(fault->text, ". Hint: servers, events, cache, timer or error",
                sizeof fault->text - strlen(fault->text) - 1);
    return -EINVAL;
}

static int unknown_field(enum group group, const struct acd_gatefield_path *path, size_t segment,
                         struct acd_gatefield_fault *fault)
{
    const char *names[COUNT(entries)];
    size_t count = 0;
    for (size_t i = 0; i < COUNT(entries); i++)
        if (entries[i].group == group && entries[i].name[0])
            names[count++] = entries[i].name;
    return fail(fault, segment, path->segment[segment], forms[group].lack,
                acd_suggest_nearest(path->segment[segment], names, count));
}

static bool has_form(const struct acd_gatefield_path *path, const struct group_form *form)
{
    return strcmp(path->segment[0], form->first) == 0 &&
           (!form->third[0] || (path->count > 2 && strcmp(path->segment[2], form->third) == 0));
}

/* The longest form that begins as the path does; GROUPS when there is none. */
static enum group group_of(const struct acd_gatefield_path *path)
{
    enum group best = GROUPS;
    for (unsigned g = 0; g < GROUPS; g++)
        if (has_form(path, &forms[g]) &&
            (best == GROUPS || forms[g].segments > forms[best].segments))
            best = g;
    return best;
}

static int wrong_length(enum group group, const struct acd_gatefield_path *path,
                        struct acd_gatefield_fault *fault)
{
    bool is_long = path->count > forms[group].segments;
    fault->segment = is_long ? forms[group].segments : path->count - 1;
    snprintf(fault->text, sizeof fault->text, "the name is %s: it is %s",
             is_long ? "too long" : "not complete", forms[group].like);
    return -EINVAL;
}

int acd_gatefield_find(struct acd_gatefield *ret_field, const struct acd_gatefield_path *path,
                       struct acd_gatefield_fault *ret_fault)
{
    enum group group = group_of(path);
    if (group == GROUPS)
        return unknown_beginning(path, ret_fault);
    size_t last = forms[group].segments - 1;
    if (path->count != forms[group].segments)
        return wrong_length(group, path, ret_fault);
    struct acd_gatefield field = {0};
    for (size_t i = 0; i < COUNT(entries); i++)
        if (entries[i].group == group &&
            (group == REASON || strcmp(entries[i].name, path->segment[last]) == 0))
            field.entry = &entries[i];
    if (!field.entry)
        return unknown_field(group, path, last, ret_fault);
    if (last >= 2)
        field.name = path->any[1] ? NULL : path->segment[1];
    if (last >= 3)
        field.part = path->any[3] ? NULL : path->segment[3];
    *ret_field = field;
    return 0;
}

/* ---------------------------------------------------------------- reading */

/* One walk over the rows that a field means. */
struct walk {
    const struct acd_gatefield *field;
    void (*take)(void *context, const struct acd_gatefield_value *value);
    void *context;
    size_t count;
};

static bool is_meant(const char *wanted, const char *name)
{
    return !wanted || strcmp(wanted, name) == 0;
}

/* `ended` and `in_histogram` say whether a maximum and a percentile mean anything. */
static void give(struct walk *w, const void *row, struct acd_gatefield_value value, uint64_t ended,
                 uint64_t in_histogram)
{
    const struct acd_gatefield_entry *e = w->field->entry;
    const char *at = (const char *)row + e->place;
    struct acd_gauge gauge;
    uint64_t number = 0;
    value.known = true;
    switch (e->kind) {
    case RATE:
        memcpy(&value.rate, at, sizeof value.rate);
        value.known = acd_rate_ratio(value.rate, &value.number);
        break;
    case GAUGE:
        memcpy(&gauge, at, sizeof gauge);
        value.known = gauge.set;
        value.number = (double)gauge.value;
        break;
    default:
        memcpy(&number, at, sizeof number);
        value.number = (double)number;
        value.known = e->kind == WHOLE || (e->kind == MAXIMUM ? ended : in_histogram) > 0;
    }
    w->count++;
    w->take(w->context, &value);
}

/* A cache's rows are one a model; its rates are those of all of them, never their average. */
static void add_model(struct acd_cache_row *sum, const struct acd_cache_row *row)
{
    for (size_t i = 0; i < COUNT(sum->outcome); i++)
        sum->outcome[i] += row->outcome[i];
    sum->tokens.part += row->tokens.part;
    sum->tokens.whole += row->tokens.whole;
    sum->token_lookups += row->token_lookups;
    sum->evictions += row->evictions;
    sum->created_tokens += row->created_tokens;
    const struct {
        struct acd_gauge *to;
        const struct acd_gauge *from;
    } gauges[] = {{&sum->entries, &row->entries},
                  {&sum->bytes, &row->bytes},
                  {&sum->capacity_bytes, &row->capacity_bytes}};
    for (size_t i = 0; i < COUNT(gauges); i++) {
        gauges[i].to->set |= gauges[i].from->set;
        gauges[i].to->value += gauges[i].from->value;
    }
    sum->requests = acd_rate_requests(sum->outcome);
}

static bool is_first_of_type(const struct acd_digest *d, size_t index)
{
    size_t i = 0;
    while (strcmp(d->cache[i].type, d->cache[index].type) != 0)
        i++;
    return i == index;
}

static void walk_caches(struct walk *w, const struct acd_digest *d)
{
    for (size_t i = 0; i < d->cache_count; i++) {
        const char *type = d->cache[i].type;
        if (!is_meant(w->field->name, type) || !is_first_of_type(d, i))
            continue;
        struct acd_cache_row sum = {0};
        for (size_t k = i; k < d->cache_count; k++)
            if (strcmp(d->cache[k].type, type) == 0)
                add_model(&sum, &d->cache[k]);
        give(w, &sum, (struct acd_gatefield_value){.name = type}, 0, 0);
    }
}

/* The count of a reason in a row; 0 where it has none. */
static uint64_t reason_count(const struct acd_cache_row *row, const char *reason)
{
    for (size_t i = 0; i < row->reason_count; i++)
        if (strcmp(row->reason[i].name, reason) == 0)
            return row->reason[i].count;
    return 0;
}

/* Of all models, told once: with the first of the type's rows that has the reason. */
static void give_reason(struct walk *w, const struct acd_digest *d, size_t index,
                        const struct acd_reason_share *share)
{
    const char *type = d->cache[index].type;
    struct acd_reason_share sum = *share;
    for (size_t i = 0; i < d->cache_count; i++) {
        uint64_t count = i != index && strcmp(d->cache[i].type, type) == 0
                             ? reason_count(&d->cache[i], share->name)
                             : 0;
        if (i < index && count > 0)
            return;
        sum.count += count;
    }
    give(w, &sum, (struct acd_gatefield_value){.name = type, .part = share->name}, 0, 0);
}

static void walk_reasons(struct walk *w, const struct acd_digest *d)
{
    for (size_t i = 0; i < d->cache_count; i++) {
        const struct acd_cache_row *row = &d->cache[i];
        for (size_t k = 0; is_meant(w->field->name, row->type) && k < row->reason_count; k++)
            if (is_meant(w->field->part, row->reason[k].name))
                give_reason(w, d, i, &row->reason[k]);
    }
}

static void walk_timers(struct walk *w, const struct acd_digest *d)
{
    for (size_t i = 0; i < d->timer_count; i++) {
        const struct acd_timer_row *row = &d->timer[i];
        if (!is_meant(w->field->name, row->name))
            continue;
        if (w->field->entry->group == TIMER)
            give(w, row, (struct acd_gatefield_value){.name = row->name}, row->count,
                 row->quantiles.count);
        for (size_t k = 0; w->field->entry->group == CHECKPOINT && k < row->label_count; k++) {
            const struct acd_label_row *l = &d->label[row->label_first + k];
            if (is_meant(w->field->part, l->name))
                give(w, l, (struct acd_gatefield_value){.name = row->name, .part = l->name},
                     l->count, l->quantiles.count);
        }
    }
}

/* Errors of one type are summed, whatever else they differ in. */
static void walk_errors(struct walk *w, const struct acd_digest *d)
{
    for (size_t i = 0; i < d->errors.count; i++) {
        struct acd_error_row sum = {.count = 0};
        size_t first = d->errors.count;
        const char *type = d->errors.row[i].type;
        for (size_t k = 0; k < d->errors.count; k++) {
            if (strcmp(d->errors.row[k].type, type) != 0)
                continue;
            first = first < k ? first : k;
            sum.count += d->errors.row[k].count;
        }
        if (first == i && is_meant(w->field->name, type))
            give(w, &sum, (struct acd_gatefield_value){.name = type}, 0, 0);
    }
}

size_t acd_gatefield_each(const struct acd_gatefield *field, const struct acd_digest *digest,
                          void (*take)(void *context, const struct acd_gatefield_value *value),
                          void *context)
{
    struct walk w = {.field = field, .take = take, .context = context};
    switch (field->entry->group) {
    case CACHE: walk_caches(&w, digest); break;
    case REASON: walk_reasons(&w, digest); break;
    case TIMER:
    case CHECKPOINT: walk_timers(&w, digest); break;
    case ERROR: walk_errors(&w, digest); break;
    default: give(&w, digest, (struct acd_gatefield_value){0}, 0, 0);
    }
    return w.count;
}

/* ---------------------------------------------------------------- what is not there */

bool acd_gatefield_absent_is_zero(const struct acd_gatefield *field)
{
    return field->entry->group == REASON || field->entry->group == ERROR;
}

static const struct acd_timer_row *timer_named(const struct acd_digest *d, const char *name)
{
    size_t i = name ? acd_digest_find_timer(d, name) : d->timer_count;
    return i < d->timer_count ? &d->timer[i] : NULL;
}

void acd_gatefield_missing(const struct acd_gatefield *field, const struct acd_digest *digest,
                           char *out, size_t size)
{
    const char *names[NAMES_MAX], *what = "cache", *given = field->name ? field->name : "*";
    const struct acd_digest *d = digest;
    const struct acd_timer_row *timer = timer_named(d, field->name);
    size_t count = 0;
    if (field->entry->group == CHECKPOINT && timer) {
        what = "checkpoint";
        given = field->part ? field->part : "*";
        for (size_t i = 0; i < timer->label_count && count < NAMES_MAX; i++)
            names[count++] = d->label[timer->label_first + i].name;
    } else if (field->entry->group == CHECKPOINT || field->entry->group == TIMER) {
        what = "timer";
        for (size_t i = 0; i < d->timer_count && count < NAMES_MAX; i++)
            names[count++] = d->timer[i].name;
    } else {
        for (size_t i = 0; i < d->cache_count && count < NAMES_MAX; i++)
            names[count++] = d->cache[i].type;
    }
    const char *near = acd_suggest_nearest(given, names, count);
    if (near)
        snprintf(out, size, "there is no %s '%.60s' (did you mean '%.60s'?)", what, given, near);
    else
        snprintf(out, size, "there is no %s '%.60s' yet", what, given);
}
