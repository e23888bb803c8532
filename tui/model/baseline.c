/* SPDX-License-Identifier: MIT */
/*
 * Counters since a moment, see baseline.h.  A shadow of a server is a shallow copy with totals of its
 * own: everything else belongs to the server and is neither changed nor freed here.
 */
#include "config.h"

#include "tui/model/baseline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static uint64_t less(uint64_t now, uint64_t then)
{
    return now > then ? now - then : 0;
}

/* ---------------------------------------------------------------- copies */

static void *copy_of(const void *array, size_t count, size_t size, int *result)
{
    void *copy = malloc(count > 0 ? count * size : 1);
    if (!copy)
        *result = -ENOMEM;
    else if (count > 0)
        memcpy(copy, array, count * size);
    return copy;
}

/* To be freed by acd_totals_fini(), also after -ENOMEM. */
static int copy_totals(struct acd_totals *to, const struct acd_totals *from)
{
    int result = 0;
    *to = (struct acd_totals){.events = from->events, .misc = from->misc};
    to->cache = copy_of(from->cache, from->cache_count, sizeof from->cache[0], &result);
    to->timer = copy_of(from->timer, from->timer_count, sizeof from->timer[0], &result);
    to->running = copy_of(from->running, from->running_count, sizeof from->running[0], &result);
    to->error = copy_of(from->error, from->error_count, sizeof from->error[0], &result);
    if (result < 0)
        return result;
    to->cache_count = to->cache_room = from->cache_count;
    to->timer_count = to->timer_room = from->timer_count;
    to->running_count = to->running_room = from->running_count;
    to->error_count = to->error_room = from->error_count;
    return 0;
}

/* ---------------------------------------------------------------- setting */

static int keep_histogram(struct acd_baseline_server *m, const char *timer, const char *label,
                          const uint64_t *bucket)
{
    struct acd_baseline_histogram *grown =
        realloc(m->histogram, (m->histogram_count + 1) * sizeof m->histogram[0]);
    if (!grown)
        return -ENOMEM;
    m->histogram = grown;
    struct acd_baseline_histogram *h = &grown[m->histogram_count++];
    memset(h, 0, sizeof *h);
    memcpy(h->timer, timer, strnlen(timer, sizeof h->timer - 1));
    h->whole = !label;
    if (label)
        memcpy(h->label, label, strnlen(label, sizeof h->label - 1));
    size_t count = 0;
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++)
        count += bucket[i] > 0;
    h->bucket = malloc((count > 0 ? count : 1) * sizeof h->bucket[0]);
    if (!h->bucket)
        return -ENOMEM;
    for (uint16_t i = 0; i < ACD_HISTOGRAM_BUCKETS; i++) {
        if (bucket[i] > 0) {
            h->bucket[h->bucket_count].index = i;
            h->bucket[h->bucket_count++].count = bucket[i];
        }
    }
    return 0;
}

static int keep_histograms(struct acd_baseline_server *m, const struct acd_server *server,
                           const struct acd_histogram_source *source)
{
    int result = 0;
    for (size_t i = 0; i < m->totals.timer_count && result == 0; i++) {
        const struct acd_timer_total *t = &m->totals.timer[i];
        for (unsigned k = 0; k <= t->label_count && result == 0; k++) {
            const char *label = k < t->label_count ? t->label[k].name : NULL;
            uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
            source->add(source->context, server, t->name, label, bucket);
            result = keep_histogram(m, t->name, label, bucket);
        }
    }
    return result;
}

static void forget_server(struct acd_baseline_server *m)
{
    for (size_t i = 0; i < m->histogram_count; i++)
        free(m->histogram[i].bucket);
    free(m->histogram);
    acd_totals_fini(&m->totals);
}

static void forget_shadows(struct acd_baseline *mark)
{
    for (size_t i = 0; i < mark->since.count; i++)
        acd_totals_fini(&mark->shadow[i].totals);
    mark->since.count = 0;
}

void acd_baseline_clear(struct acd_baseline *mark)
{
    for (size_t i = 0; i < mark->count; i++)
        forget_server(&mark->server[i]);
    forget_shadows(mark);
    free(mark->server);
    free(mark->since.server);
    free(mark->shadow);
    memset(mark, 0, sizeof *mark);
}

int acd_baseline_set(struct acd_baseline *mark, const struct acd_fleet *fleet, uint64_t now_ns,
                     const struct acd_histogram_source *source)
{
    int result = 0;
    acd_baseline_clear(mark);
    mark->server = calloc(fleet->count + 1, sizeof mark->server[0]);
    if (!mark->server)
        return -ENOMEM;
    for (size_t i = 0; i < fleet->count && result == 0; i++) {
        struct acd_baseline_server *m = &mark->server[mark->count++];
        m->number = fleet->server[i]->number;
        m->seen = fleet->server[i]->seen;
        result = copy_totals(&m->totals, &fleet->server[i]->totals);
        if (result == 0 && source)
            result = keep_histograms(m, fleet->server[i], source);
    }
    if (result < 0)
        acd_baseline_clear(mark);
    else
        mark->time_ns = now_ns;
    mark->sequence = result < 0 ? 0 : acd_store_next(fleet->store);
    return result;
}

/* ---------------------------------------------------------------- taking off */

static const struct acd_baseline_server *marked(const struct acd_baseline *mark, uint32_t number)
{
    for (size_t i = 0; i < mark->count; i++)
        if (mark->server[i].number == number)
            return &mark->server[i];
    return NULL;
}

/* By name: where two rows of one name are read as one, a free text may move to another place. */
static uint64_t reason_then(const struct acd_cache_total *then, const char *name)
{
    for (unsigned i = 0; name[0] && i < ACD_REASONS; i++)
        if (strcmp(then->reason_name[i], name) == 0)
            return then->reason[i];
    return 0;
}

static void since_cache(struct acd_cache_total *now, const struct acd_totals *then)
{
    for (size_t i = 0; i < then->cache_count; i++) {
        const struct acd_cache_total *c = &then->cache[i];
        if (strcmp(c->type, now->type) != 0 || strcmp(c->model, now->model) != 0)
            continue;
        for (unsigned k = 0; k < 5; k++)
            now->outcome[k] = less(now->outcome[k], c->outcome[k]);
        for (unsigned k = 0; k < ACD_REASONS; k++)
            now->reason[k] = less(now->reason[k], reason_then(c, now->reason_name[k]));
        now->evictions = less(now->evictions, c->evictions);
        now->token_lookups = less(now->token_lookups, c->token_lookups);
        now->input_tokens = less(now->input_tokens, c->input_tokens);
        now->cached_tokens = less(now->cached_tokens, c->cached_tokens);
        now->created_lookups = less(now->created_lookups, c->created_lookups);
        now->created_tokens = less(now->created_tokens, c->created_tokens);
        return;
    }
}

/* Where a timing's histogram since the mark is. */
struct place {
    const struct acd_histogram_source *since;
    const struct acd_server *server;
    const char *timer, *label;
};

/* The end of the highest bucket that has anything in it, and never more than the highest ever: the last
 * bucket has no end. */
static uint64_t highest(const struct place *place, uint64_t most)
{
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    place->since->add(place->since->context, place->server, place->timer, place->label, bucket);
    unsigned i = ACD_HISTOGRAM_BUCKETS;
    while (i > 0 && bucket[i - 1] == 0)
        i--;
    if (i == 0 || i == ACD_HISTOGRAM_BUCKETS)
        return i == 0 ? 0 : most;
    uint64_t end = acd_histogram_lower(i) - 1;
    return end < most ? end : most;
}

/* The maximum is of those since if it rose; else the histogram tells. */
static void since_timing(struct acd_timing_total *now, const struct acd_timing_total *then,
                         const struct place *place)
{
    now->count = less(now->count, then->count);
    now->sum_ns = less(now->sum_ns, then->sum_ns);
    if (now->count == 0)
        now->max_ns = 0;
    else if (now->max_ns == then->max_ns)
        now->max_ns = highest(place, now->max_ns);
}

static const struct acd_timing_total *label_then(const struct acd_timer_total *t, const char *name)
{
    for (unsigned i = 0; i < t->label_count; i++)
        if (strcmp(t->label[i].name, name) == 0)
            return &t->label[i].timing;
    return NULL;
}

static void since_timer(struct acd_timer_total *now, const struct acd_totals *then,
                        const struct place *of)
{
    struct place place = {of->since, of->server, now->name, NULL};
    for (size_t i = 0; i < then->timer_count; i++) {
        const struct acd_timer_total *t = &then->timer[i];
        if (strcmp(t->name, now->name) != 0)
            continue;
        now->started = less(now->started, t->started);
        now->failed = less(now->failed, t->failed);
        since_timing(&now->timing, &t->timing, &place);
        for (unsigned k = 0; k < now->label_count; k++) {
            const struct acd_timing_total *label = label_then(t, now->label[k].name);
            place.label = now->label[k].name;
            if (label)
                since_timing(&now->label[k].timing, label, &place);
        }
        return;
    }
}

static bool same_group(const struct acd_error_total *a, const struct acd_error_total *b)
{
    return a->status == b->status && strcmp(a->type, b->type) == 0 &&
           strcmp(a->provider, b->provider) == 0 && strcmp(a->model, b->model) == 0 &&
           strcmp(a->message, b->message) == 0;
}

/* Groups in which nothing happened since are left out. */
static void since_errors(struct acd_totals *now, const struct acd_totals *then)
{
    size_t kept = 0;
    for (size_t i = 0; i < now->error_count; i++) {
        struct acd_error_total e = now->error[i];
        for (size_t k = 0; k < then->error_count; k++)
            if (same_group(&e, &then->error[k]))
                e.count = less(e.count, then->error[k].count);
        if (e.count > 0)
            now->error[kept++] = e;
    }
    now->error_count = kept;
}

static void since_events(struct acd_event_totals *now, const struct acd_event_totals *then)
{
    now->written = less(now->written, then->written);
    now->dropped_busy = less(now->dropped_busy, then->dropped_busy);
    now->dropped_no_room = less(now->dropped_no_room, then->dropped_no_room);
    now->dropped = less(now->dropped, then->dropped);
    now->emitted = less(now->emitted, then->emitted);
    now->cut = less(now->cut, then->cut);
}

static void take_off(struct acd_server *shadow, const struct acd_baseline_server *m,
                     const struct acd_histogram_source *since)
{
    struct acd_totals *t = &shadow->totals;
    const struct place place = {since, shadow, NULL, NULL};
    for (size_t i = 0; i < t->cache_count; i++)
        since_cache(&t->cache[i], &m->totals);
    for (size_t i = 0; i < t->timer_count; i++)
        since_timer(&t->timer[i], &m->totals, &place);
    since_errors(t, &m->totals);
    since_events(&t->events, &m->totals.events);
    shadow->seen.overrun = less(shadow->seen.overrun, m->seen.overrun);
}

/* ---------------------------------------------------------------- the fleet since */

static void add_since(void *context, const struct acd_server *server, const char *timer,
                      const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    const struct acd_baseline *mark = context;
    const struct acd_baseline_server *m = marked(mark, server->number);
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    mark->source.add(mark->source.context, server, timer, label, bucket);
    for (size_t i = 0; m && i < m->histogram_count; i++) {
        const struct acd_baseline_histogram *h = &m->histogram[i];
        if (strcmp(h->timer, timer) != 0 || h->whole != !label ||
            (label && strcmp(h->label, label) != 0))
            continue;
        for (size_t k = 0; k < h->bucket_count; k++)
            bucket[h->bucket[k].index] = less(bucket[h->bucket[k].index], h->bucket[k].count);
    }
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++)
        ret_bucket[i] += bucket[i];
}

static int make_room(struct acd_baseline *mark, size_t count)
{
    if (count <= mark->shadow_room)
        return 0;
    struct acd_server *shadow = realloc(mark->shadow, count * sizeof *shadow);
    if (!shadow)
        return -ENOMEM;
    mark->shadow = shadow;
    struct acd_server **list = realloc(mark->since.server, count * sizeof(void *));
    if (!list)
        return -ENOMEM;
    mark->since.server = list;
    mark->shadow_room = count;
    return 0;
}

const struct acd_fleet *acd_baseline_since(struct acd_baseline *mark, const struct acd_fleet *fleet,
                                           const struct acd_histogram_source *source,
                                           struct acd_histogram_source *ret_source)
{
    forget_shadows(mark);
    if (make_room(mark, fleet->count + 1) < 0)
        return NULL;
    mark->source = *source;
    mark->since.store = fleet->store;
    *ret_source = (struct acd_histogram_source){add_since, mark};
    for (size_t i = 0; i < fleet->count; i++) {
        struct acd_server *shadow = &mark->shadow[i];
        const struct acd_baseline_server *m = marked(mark, fleet->server[i]->number);
        memcpy(shadow, fleet->server[i], sizeof *shadow);
        mark->since.server[mark->since.count++] = shadow;
        if (copy_totals(&shadow->totals, &fleet->server[i]->totals) < 0)
            return NULL;
        if (m)
            take_off(shadow, m, ret_source);
    }
    return &mark->since;
}
