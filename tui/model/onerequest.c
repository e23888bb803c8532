/* SPDX-License-Identifier: MIT */
/* One request's counters, see onerequest.h. */
#include "config.h"

#include "tui/model/onerequest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/eventparts.h"

#define WHOLE UINT32_MAX

/* Room for one more zeroed element behind `count`; NULL: no memory. */
static void *grow(void *array, size_t count, size_t *room, size_t size)
{
    if (count == *room) {
        size_t wanted = *room ? 2 * *room : 8;
        void *grown = realloc(array, wanted * size);
        if (!grown)
            return NULL;
        array = grown;
        *room = wanted;
    }
    memset((char *)array + count * size, 0, size);
    return array;
}

/* ---------------------------------------------------------------- caches */

/* A server that doesn't count a cache's models apart has them in one row, and so has its request. */
static bool counts_models_apart(const struct acd_server *server, const char *type,
                                const char *model)
{
    for (size_t i = 0; server && i < server->totals.cache_count; i++)
        if (strcmp(server->totals.cache[i].type, type) == 0 &&
            strcmp(server->totals.cache[i].model, model) == 0)
            return true;
    return false;
}

static struct acd_cache_total *cache_of(struct acd_onerequest *o,
                                        const struct acd_event_parts *parts)
{
    struct acd_totals *t = &o->server.totals;
    char type[ACD_NAME_BYTES], model[ACD_NAME_BYTES];
    acd_decode_copy(type, sizeof type, &parts->view, ACD_KEY_CACHE_TYPE);
    acd_decode_copy(model, sizeof model, &parts->view, ACD_KEY_MODEL);
    if (!counts_models_apart(parts->server, type, model))
        model[0] = '\0';
    for (size_t i = 0; i < t->cache_count; i++)
        if (strcmp(t->cache[i].type, type) == 0 && strcmp(t->cache[i].model, model) == 0)
            return &t->cache[i];
    struct acd_cache_total *rows =
        grow(t->cache, t->cache_count, &t->cache_room, sizeof t->cache[0]);
    if (!rows)
        return NULL;
    t->cache = rows;
    struct acd_cache_total *c = &rows[t->cache_count++];
    memcpy(c->type, type, sizeof c->type);
    snprintf(c->model, sizeof c->model, "%s", model);
    return c;
}

static void count_reason(struct acd_cache_total *c, const struct acd_event_view *e)
{
    char reason[sizeof c->reason_name[0]];
    acd_decode_copy(reason, sizeof reason, e, ACD_KEY_CACHE_REASON);
    for (unsigned i = 0; reason[0] && i < ACD_REASONS; i++) {
        if (!c->reason_name[i][0])
            memcpy(c->reason_name[i], reason, sizeof reason);
        if (strcmp(c->reason_name[i], reason) == 0) {
            c->reason[i]++;
            return;
        }
    }
}

static int count_lookup(struct acd_onerequest *o, const struct acd_event_parts *parts)
{
    const struct acd_event_view *e = &parts->view;
    struct acd_cache_total *c = cache_of(o, parts);
    uint64_t outcome = ACD_OUTCOME_UNKNOWN, input = 0, cached = 0, created = 0;
    if (!c)
        return -ENOMEM;
    acd_decode_number(e, ACD_KEY_CACHE_OUTCOME, &outcome);
    c->outcome[outcome <= ACD_OUTCOME_UNKNOWN ? outcome : ACD_OUTCOME_UNKNOWN]++;
    if (outcome == ACD_OUTCOME_MISS)
        count_reason(c, e);
    bool has_input = acd_decode_number(e, ACD_KEY_INPUT_TOKENS, &input);
    if (acd_decode_number(e, ACD_KEY_CACHED_TOKENS, &cached) && has_input) {
        c->token_lookups++;
        c->input_tokens += input;
        c->cached_tokens += cached;
    }
    if (acd_decode_number(e, ACD_KEY_CREATED_TOKENS, &created)) {
        c->created_lookups++;
        c->created_tokens += created;
    }
    return 0;
}

static int count_eviction(struct acd_onerequest *o, const struct acd_event_parts *parts)
{
    struct acd_cache_total *c = cache_of(o, parts);
    uint64_t count = 1;
    acd_decode_number(&parts->view, ACD_KEY_CACHE_COUNT, &count);
    if (c)
        c->evictions += count;
    return c ? 0 : -ENOMEM;
}

/* ---------------------------------------------------------------- timers */

static struct acd_timer_total *timer_of(struct acd_onerequest *o, const char *name)
{
    struct acd_totals *t = &o->server.totals;
    for (size_t i = 0; i < t->timer_count; i++)
        if (strcmp(t->timer[i].name, name) == 0)
            return &t->timer[i];
    struct acd_timer_total *rows =
        grow(t->timer, t->timer_count, &t->timer_room, sizeof t->timer[0]);
    if (!rows)
        return NULL;
    t->timer = rows;
    struct acd_timer_total *timer = &rows[t->timer_count++];
    snprintf(timer->name, sizeof timer->name, "%s", name);
    return timer;
}

static struct acd_label_total *label_of(struct acd_timer_total *timer, const char *name)
{
    for (unsigned i = 0; i < timer->label_count; i++)
        if (strcmp(timer->label[i].name, name) == 0)
            return &timer->label[i];
    if (timer->label_count == sizeof timer->label / sizeof timer->label[0])
        return &timer->label[timer->label_count - 1];
    struct acd_label_total *l = &timer->label[timer->label_count++];
    snprintf(l->name, sizeof l->name, "%s", name);
    return l;
}

static int add_sample(struct acd_onerequest *o, const struct acd_timer_total *timer,
                      const struct acd_label_total *label, uint64_t ns)
{
    struct acd_onerequest_sample *rows =
        grow(o->sample, o->sample_count, &o->sample_room, sizeof o->sample[0]);
    if (!rows)
        return -ENOMEM;
    o->sample = rows;
    rows[o->sample_count++] = (struct acd_onerequest_sample){
        (uint32_t)(timer - o->server.totals.timer),
        label ? (uint32_t)(label - timer->label) : WHOLE,
        ns,
    };
    return 0;
}

static void count_time(struct acd_timing_total *t, uint64_t ns)
{
    t->count++;
    t->sum_ns += ns;
    t->max_ns = ns > t->max_ns ? ns : t->max_ns;
    t->has_histogram = true;
}

static int count_timer(struct acd_onerequest *o, unsigned kind, const struct acd_event_view *e)
{
    char name[ACD_NAME_BYTES], label[48];
    uint64_t elapsed = 0, since = 0;
    acd_decode_copy(name, sizeof name, e, ACD_KEY_TIMER);
    struct acd_timer_total *timer = timer_of(o, name);
    if (!timer)
        return -ENOMEM;
    acd_decode_number(e, ACD_KEY_TIMER_ELAPSED, &elapsed);
    if (kind == ACD_KIND_TIMER_START) {
        timer->started++;
        return 0;
    }
    if (kind == ACD_KIND_TIMER_CHECKPOINT) {
        acd_decode_copy(label, sizeof label, e, ACD_KEY_TIMER_LABEL);
        if (!acd_decode_number(e, ACD_KEY_TIMER_SINCE, &since))
            return 0;
        struct acd_label_total *l = label_of(timer, label);
        count_time(&l->timing, since);
        return add_sample(o, timer, l, since);
    }
    timer->failed += kind == ACD_KIND_TIMER_FAIL;
    count_time(&timer->timing, elapsed);
    return add_sample(o, timer, NULL, elapsed);
}

static int count_running(struct acd_onerequest *o, const struct acd_server *server,
                         const struct acd_followed *followed)
{
    struct acd_totals *t = &o->server.totals;
    for (size_t i = 0; i < server->totals.running_count; i++) {
        const struct acd_running_total *r = &server->totals.running[i];
        if (!acd_followed_takes_running(followed, r))
            continue;
        struct acd_running_total *rows =
            grow(t->running, t->running_count, &t->running_room, sizeof t->running[0]);
        if (!rows || !timer_of(o, r->timer))
            return -ENOMEM;
        t->running = rows;
        rows[t->running_count] = *r;
        rows[t->running_count].gathered_from = server->number + 1;
        rows[t->running_count].start_ticks =
            acd_clockmap_realtime_ns(&server->clock, r->start_ticks);
        rows[t->running_count++].checkpoint_ticks =
            acd_clockmap_realtime_ns(&server->clock, r->checkpoint_ticks);
    }
    return 0;
}

/* ---------------------------------------------------------------- errors */

static int count_error(struct acd_onerequest *o, const struct acd_entry *entry,
                       const struct acd_event_view *e)
{
    struct acd_totals *t = &o->server.totals;
    struct acd_error_total *rows =
        grow(t->error, t->error_count, &t->error_room, sizeof t->error[0]);
    uint64_t status = 0;
    if (!rows)
        return -ENOMEM;
    t->error = rows;
    struct acd_error_total *row = &rows[t->error_count++];
    acd_decode_copy(row->type, sizeof row->type, e, ACD_KEY_ERROR_TYPE);
    acd_decode_copy(row->provider, sizeof row->provider, e, ACD_KEY_PROVIDER);
    acd_decode_copy(row->model, sizeof row->model, e, ACD_KEY_MODEL);
    /* A timer that failed is an error of its name, as in the ring. */
    acd_decode_copy(row->message, sizeof row->message, e,
                    entry->kind == ACD_KIND_TIMER_FAIL ? ACD_KEY_TIMER : ACD_KEY_MESSAGE);
    acd_decode_copy(row->file, sizeof row->file, e, ACD_KEY_DEBUG_FILE);
    acd_decode_number(e, ACD_KEY_STATUS, &status);
    row->status = (int64_t)status;
    row->count = 1;
    row->gathered_from = entry->server + 1;
    row->first_ticks = row->last_ticks = entry->time_ns;
    return 0;
}

/* ---------------------------------------------------------------- all of it */

static int count_event(struct acd_onerequest *o, const struct acd_fleet *fleet,
                       const struct acd_entry *entry)
{
    struct acd_event_parts parts;
    acd_eventparts_open(&parts, fleet, entry);
    switch (entry->kind) {
    case ACD_KIND_CACHE: return count_lookup(o, &parts);
    case ACD_KIND_EVICTION: return count_eviction(o, &parts);
    case ACD_KIND_TIMER_START:
    case ACD_KIND_TIMER_CHECKPOINT:
    case ACD_KIND_TIMER_END: return count_timer(o, entry->kind, &parts.view);
    case ACD_KIND_TIMER_FAIL:
        if (count_timer(o, entry->kind, &parts.view) < 0)
            return -ENOMEM;
        return count_error(o, entry, &parts.view);
    case ACD_KIND_ERROR: return count_error(o, entry, &parts.view);
    default: return 0;
    }
}

static void empty(struct acd_onerequest *o)
{
    struct acd_totals *t = &o->server.totals;
    t->cache_count = t->timer_count = t->running_count = t->error_count = 0;
    memset(&t->events, 0, sizeof t->events);
    memset(&t->misc, 0, sizeof t->misc);
    memset(&o->server.seen, 0, sizeof o->server.seen);
    o->sample_count = 0;
    /* Its ticks are nanoseconds since the epoch. */
    const struct acd_identity identity = {.clock_kind = ACD_CLOCK_MONOTONIC_NS,
                                          .opened = {1, 1, 1}};
    acd_clockmap_init(&o->server.clock, &identity);
    o->server.liveness = ACD_LIVENESS_DEAD;
}

/* What the screens say of the servers goes on. */
static int count_server(struct acd_onerequest *o, const struct acd_server *s,
                        const struct acd_followed *followed)
{
    struct acd_event_totals *to = &o->server.totals.events;
    const struct acd_event_totals *from = &s->totals.events;
    to->written += from->written;
    to->in_ring += from->in_ring;
    to->dropped_busy += from->dropped_busy;
    to->dropped_no_room += from->dropped_no_room;
    to->dropped += from->dropped;
    to->emitted += from->emitted;
    to->cut += from->cut;
    o->server.seen.overrun += s->seen.overrun;
    if (acd_server_is_live(s))
        o->server.liveness = ACD_LIVENESS_ALIVE;
    uint64_t sign = acd_server_last_sign_ns(s);
    if (sign > o->server.event_ns)
        o->server.event_ns = sign;
    return count_running(o, s, followed);
}

static int count_events(struct acd_onerequest *o, const struct acd_fleet *fleet,
                        const struct acd_onerequest_scope *scope, struct acd_selection resolved)
{
    uint64_t at = scope->end;
    struct acd_entry e;
    int result = 0;
    /* Backwards to where counting begins, then forwards: first comes first. */
    for (unsigned i = 0; i < ACD_ONEREQUEST_EVENTS; i++)
        if (!acd_sieve_before(scope->sieve, fleet->store, at, &at))
            break;
    while (acd_sieve_from(scope->sieve, fleet->store, at, &at) && at < scope->end &&
           acd_store_get(fleet->store, at, &e)) {
        const struct acd_server *s = acd_fleet_at(fleet, e.server);
        bool counts = e.type == ACD_ENTRY_EVENT && e.time_ns >= scope->from_ns && s &&
                      acd_fleet_selects(resolved, s);
        if (counts && count_event(o, fleet, &e) < 0)
            result = -ENOMEM;
        at++;
    }
    return result;
}

int acd_onerequest_gather(struct acd_onerequest *one, const struct acd_fleet *fleet,
                          const struct acd_onerequest_scope *scope)
{
    struct acd_selection resolved = acd_fleet_resolve(fleet, scope->selection);
    empty(one);
    int result = count_events(one, fleet, scope, resolved);
    for (size_t i = 0; i < fleet->count; i++)
        if (acd_fleet_selects(resolved, fleet->server[i]) &&
            count_server(one, fleet->server[i], &acd_sieve_rules(scope->sieve)->followed) < 0)
            result = -ENOMEM;
    return result;
}

void acd_onerequest_fini(struct acd_onerequest *one)
{
    acd_server_fini(&one->server);
    free(one->sample);
    memset(one, 0, sizeof *one);
}

static void add_histogram(void *context, const struct acd_server *server, const char *timer,
                          const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    const struct acd_onerequest *o = context;
    (void)server;
    for (size_t i = 0; i < o->sample_count; i++) {
        const struct acd_onerequest_sample *s = &o->sample[i];
        const struct acd_timer_total *t = &o->server.totals.timer[s->timer];
        bool same = strcmp(t->name, timer) == 0 && (s->label == WHOLE) == !label;
        if (same && (!label || strcmp(t->label[s->label].name, label) == 0))
            ret_bucket[acd_histogram_index(s->ns)]++;
    }
}

struct acd_histogram_source acd_onerequest_histograms(struct acd_onerequest *one)
{
    return (struct acd_histogram_source){add_histogram, one};
}
