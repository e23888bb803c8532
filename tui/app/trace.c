/* SPDX-License-Identifier: MIT */
/* Timers as spans, see trace.h. */
#include "config.h"

#include "tui/app/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "tui/app/jsonout.h"
#include "tui/model/decode.h"
#include "tui/model/eventparts.h"
#include "tui/view/eventtext.h"

#define SPANS_MAX 1024 /* that run at once; the oldest of more is given up as never ended */
#define MARKS_MAX 256  /* checkpoints of one span; more are left out */
#define CACHES_MAX 256
#define TRACKS_MAX 1024 /* servers that are named */

struct mark {
    uint64_t time_ns;
    char label[48];
};

/* A timer that runs. */
struct span {
    uint32_t server, pid, thread;
    uint64_t id, start_ns;
    char name[ACD_NAME_BYTES];
    char request[72]; /* "" none */
    struct mark *mark;
    size_t mark_count, mark_room;
};

struct cache {
    uint32_t server;
    char type[ACD_NAME_BYTES];
    uint64_t outcome[5];
};

struct acd_trace {
    struct acd_jsonout json;
    uint64_t base_ns;
    bool lacks; /* there was no memory for all */
    bool began; /* the first event was written: a comma stands before each other */
    struct span *span[SPANS_MAX]; /* by order of start */
    size_t span_count;
    struct cache cache[CACHES_MAX];
    size_t cache_count;
    uint32_t named[TRACKS_MAX];
    size_t named_count;
};

/* What all handlers of one entry need. */
struct event {
    const struct acd_entry *entry;
    struct acd_event_parts parts;
    uint32_t pid;
    char request[72];
};

/* ---------------------------------------------------------------- JSON */

/* The members that every event has; one event a line. */
static void begin(struct acd_trace *t, const char *phase, const char *category, const char *name)
{
    fputs(t->began ? ",\n" : "\n", t->json.stream);
    t->began = true;
    t->json.comma = false;
    acd_jsonout_begin(&t->json, NULL, '{');
    acd_jsonout_text(&t->json, "ph", phase);
    acd_jsonout_text(&t->json, "cat", category);
    acd_jsonout_text(&t->json, "name", name);
}

static void place(struct acd_trace *t, uint32_t pid, uint32_t thread, uint64_t time_ns)
{
    double us = time_ns >= t->base_ns ? (double)(time_ns - t->base_ns) / 1000
                                      : -(double)(t->base_ns - time_ns) / 1000;
    acd_jsonout_uint(&t->json, "pid", pid);
    acd_jsonout_uint(&t->json, "tid", thread);
    acd_jsonout_double(&t->json, "ts", us);
}

static void end(struct acd_trace *t)
{
    acd_jsonout_end(&t->json, '}');
}

static void name_server(struct acd_trace *t, const struct acd_server *server)
{
    for (size_t i = 0; i < t->named_count; i++)
        if (t->named[i] == server->number)
            return;
    if (t->named_count == TRACKS_MAX)
        return;
    t->named[t->named_count++] = server->number;
    begin(t, "M", "__metadata", "process_name");
    acd_jsonout_uint(&t->json, "pid", server->pid);
    acd_jsonout_begin(&t->json, "args", '{');
    acd_jsonout_text(&t->json, "name", server->app);
    acd_jsonout_end(&t->json, '}');
    end(t);
}

/* ---------------------------------------------------------------- spans */

static size_t find_span(const struct acd_trace *t, uint32_t server, uint64_t id)
{
    size_t i = t->span_count;
    while (i > 0 && (t->span[i - 1]->server != server || t->span[i - 1]->id != id))
        i--;
    return i > 0 ? i - 1 : t->span_count;
}

/* Did one of the same request start later, and runs on?  Then this one doesn't hold it. */
static bool overlaps(const struct acd_trace *t, size_t index)
{
    const struct span *s = t->span[index];
    for (size_t i = index + 1; s->request[0] && i < t->span_count; i++)
        if (t->span[i]->server == s->server && strcmp(t->span[i]->request, s->request) == 0)
            return true;
    return false;
}

static void put_id(struct acd_trace *t, const struct span *s, bool own)
{
    char id[160];
    if (own || !s->request[0])
        snprintf(id, sizeof id, "%" PRIu32 ".%" PRIu32 " timer %" PRIu64, s->pid, s->server, s->id);
    else
        snprintf(id, sizeof id, "%" PRIu32 ".%" PRIu32 " request %s", s->pid, s->server,
                 s->request);
    acd_jsonout_text(&t->json, "id", id);
}

static void write_begin(struct acd_trace *t, const struct span *s, bool own)
{
    begin(t, "b", "timer", s->name);
    put_id(t, s, own);
    place(t, s->pid, s->thread, s->start_ns);
    acd_jsonout_begin(&t->json, "args", '{');
    if (s->request[0])
        acd_jsonout_text(&t->json, "request", s->request);
    acd_jsonout_uint(&t->json, "timer", s->id);
    acd_jsonout_end(&t->json, '}');
    end(t);
    for (size_t i = 0; i < s->mark_count; i++) {
        begin(t, "n", "timer", s->mark[i].label);
        put_id(t, s, own);
        place(t, s->pid, s->thread, s->mark[i].time_ns);
        end(t);
    }
}

static void write_end(struct acd_trace *t, const struct span *s, bool own, const struct event *e,
                      uint64_t elapsed_ns)
{
    char failure[64];
    begin(t, "e", "timer", s->name);
    put_id(t, s, own);
    place(t, s->pid, e->entry->thread, s->start_ns + elapsed_ns);
    acd_jsonout_begin(&t->json, "args", '{');
    acd_jsonout_uint(&t->json, "elapsed_ns", elapsed_ns);
    if (e->entry->kind == ACD_KIND_TIMER_FAIL) {
        acd_decode_copy(failure, sizeof failure, &e->parts.view, ACD_KEY_ERROR_TYPE);
        acd_jsonout_text(&t->json, "failed", failure);
    }
    acd_jsonout_end(&t->json, '}');
    end(t);
}

/* How many of this name run. */
static void count_running(struct acd_trace *t, const char *name, const struct event *e)
{
    uint64_t running = 0;
    for (size_t i = 0; i < t->span_count; i++)
        running += t->span[i]->server == e->entry->server && strcmp(t->span[i]->name, name) == 0;
    begin(t, "C", "timer", "running timers");
    place(t, e->pid, 0, e->entry->time_ns);
    acd_jsonout_begin(&t->json, "args", '{');
    acd_jsonout_uint(&t->json, name, running);
    acd_jsonout_end(&t->json, '}');
    end(t);
}

static void forget(struct acd_trace *t, size_t index)
{
    free(t->span[index]->mark);
    free(t->span[index]);
    t->span_count--;
    memmove(&t->span[index], &t->span[index + 1], (t->span_count - index) * sizeof t->span[0]);
}

static struct span *add_span(struct acd_trace *t, const struct event *e, uint64_t id,
                             uint64_t start_ns)
{
    struct span *s = calloc(1, sizeof *s);
    t->lacks = t->lacks || !s;
    if (!s)
        return NULL;
    if (t->span_count == SPANS_MAX) {
        write_begin(t, t->span[0], true);
        forget(t, 0);
    }
    s->server = e->entry->server;
    s->pid = e->pid;
    s->thread = e->entry->thread;
    s->id = id;
    s->start_ns = start_ns;
    acd_decode_copy(s->name, sizeof s->name, &e->parts.view, ACD_KEY_TIMER);
    memcpy(s->request, e->request, sizeof s->request);
    t->span[t->span_count++] = s;
    return s;
}

/* The span of the event; one whose start is lost begins as long ago as the event says. */
static struct span *span_of(struct acd_trace *t, const struct event *e, uint64_t id)
{
    uint64_t elapsed = 0;
    size_t i = find_span(t, e->entry->server, id);
    if (i < t->span_count)
        return t->span[i];
    acd_decode_number(&e->parts.view, ACD_KEY_TIMER_ELAPSED, &elapsed);
    return add_span(t, e, id, e->entry->time_ns - elapsed);
}

static void take_checkpoint(struct acd_trace *t, struct span *s, const struct event *e)
{
    uint64_t elapsed = 0;
    if (s->mark_count == s->mark_room) {
        size_t room = s->mark_room ? 2 * s->mark_room : 4;
        struct mark *grown = room <= MARKS_MAX ? realloc(s->mark, room * sizeof *grown) : NULL;
        t->lacks = t->lacks || (!grown && room <= MARKS_MAX);
        if (!grown)
            return;
        s->mark = grown;
        s->mark_room = room;
    }
    struct mark *m = &s->mark[s->mark_count++];
    acd_decode_copy(m->label, sizeof m->label, &e->parts.view, ACD_KEY_TIMER_LABEL);
    acd_decode_number(&e->parts.view, ACD_KEY_TIMER_ELAPSED, &elapsed);
    m->time_ns = s->start_ns + elapsed;
}

static void take_timer(struct acd_trace *t, const struct event *e)
{
    uint64_t id = 0, elapsed = 0;
    if (!acd_decode_number(&e->parts.view, ACD_KEY_TIMER_ID, &id))
        return;
    struct span *s = span_of(t, e, id);
    if (!s)
        return;
    if (e->entry->kind == ACD_KIND_TIMER_CHECKPOINT) {
        take_checkpoint(t, s, e);
    } else if (e->entry->kind == ACD_KIND_TIMER_START) {
        count_running(t, s->name, e);
    } else {
        char name[ACD_NAME_BYTES];
        size_t index = find_span(t, e->entry->server, id);
        bool own = overlaps(t, index);
        acd_decode_number(&e->parts.view, ACD_KEY_TIMER_ELAPSED, &elapsed);
        write_begin(t, s, own);
        write_end(t, s, own, e, elapsed);
        memcpy(name, s->name, sizeof name);
        forget(t, index);
        count_running(t, name, e);
    }
}

/* ---------------------------------------------------------------- instants and counters */

/* An instant with all fields of its event; `scope` is t, p or g. */
static void instant(struct acd_trace *t, const struct event *e, const char *category,
                    const char *name, const char *scope)
{
    char body[ACD_EVENTTEXT_BYTES];
    begin(t, "i", category, name);
    acd_jsonout_text(&t->json, "s", scope);
    place(t, e->pid, e->entry->thread, e->entry->time_ns);
    acd_eventtext_body(body, sizeof body, e->entry, &e->parts);
    acd_jsonout_begin(&t->json, "args", '{');
    acd_jsonout_text(&t->json, "event", body);
    if (e->request[0])
        acd_jsonout_text(&t->json, "request", e->request);
    acd_jsonout_end(&t->json, '}');
    end(t);
}

static struct cache *cache_of(struct acd_trace *t, uint32_t server, const char *type)
{
    for (size_t i = 0; i < t->cache_count; i++)
        if (t->cache[i].server == server && strcmp(t->cache[i].type, type) == 0)
            return &t->cache[i];
    if (t->cache_count == CACHES_MAX)
        return NULL;
    struct cache *c = &t->cache[t->cache_count++];
    c->server = server;
    memcpy(c->type, type, sizeof c->type);
    return c;
}

static void take_lookup(struct acd_trace *t, const struct event *e)
{
    char type[ACD_NAME_BYTES], name[ACD_NAME_BYTES + 32];
    uint64_t outcome = ACD_OUTCOME_UNKNOWN;
    acd_decode_copy(type, sizeof type, &e->parts.view, ACD_KEY_CACHE_TYPE);
    acd_decode_number(&e->parts.view, ACD_KEY_CACHE_OUTCOME, &outcome);
    snprintf(name, sizeof name, "%s %s", type, acd_outcome_name((unsigned)outcome));
    instant(t, e, "cache", name, "t");
    struct cache *c = cache_of(t, e->entry->server, type);
    if (!c || outcome >= 5)
        return;
    c->outcome[outcome]++;
    snprintf(name, sizeof name, "cache %s", type);
    begin(t, "C", "cache", name);
    place(t, e->pid, 0, e->entry->time_ns);
    acd_jsonout_begin(&t->json, "args", '{');
    for (unsigned i = 0; i < 3; i++)
        acd_jsonout_uint(&t->json, acd_outcome_name(i), c->outcome[i]);
    acd_jsonout_end(&t->json, '}');
    end(t);
}

static void take_error(struct acd_trace *t, const struct event *e)
{
    char type[64];
    acd_decode_copy(type, sizeof type, &e->parts.view, ACD_KEY_ERROR_TYPE);
    instant(t, e, "error", type[0] ? type : "error", "p");
}

/* A call that was timed elsewhere is a whole span of its thread. */
static void take_performance(struct acd_trace *t, const struct event *e)
{
    char name[ACD_NAME_BYTES];
    const struct acd_field *ms = acd_event_find(&e->parts.view, ACD_KEY_DURATION_MS);
    double us = ms && ms->type == ACD_TYPE_DOUBLE && ms->number.d > 0 && ms->number.d < 1e12
                    ? ms->number.d * 1000
                    : 0;
    acd_decode_copy(name, sizeof name, &e->parts.view, ACD_KEY_TIMER);
    begin(t, "X", "performance", name);
    place(t, e->pid, e->entry->thread, e->entry->time_ns - (uint64_t)(us * 1000));
    acd_jsonout_double(&t->json, "dur", us);
    end(t);
}

static void take_gap(struct acd_trace *t, const struct acd_fleet *fleet,
                     const struct acd_entry *entry)
{
    char body[ACD_EVENTTEXT_BYTES];
    const struct acd_server *server = acd_fleet_at(fleet, entry->server);
    acd_eventtext_gap(body, sizeof body, entry);
    begin(t, "i", "lost", body);
    acd_jsonout_text(&t->json, "s", "g");
    place(t, server ? server->pid : 0, entry->thread, entry->time_ns);
    end(t);
}

/* ---------------------------------------------------------------- the whole */

int acd_trace_new(struct acd_trace **ret, FILE *stream, uint64_t base_ns)
{
    struct acd_trace *t = calloc(1, sizeof *t);
    if (!t)
        return -ENOMEM;
    t->json.stream = stream;
    t->base_ns = base_ns;
    fputs("{\"displayTimeUnit\":\"ms\",\"otherData\":{\"writer\":\"acdebug\",", stream);
    acd_jsonout_time(&t->json, "base_time", base_ns);
    fputs("},\"traceEvents\":[", stream);
    *ret = t;
    return 0;
}

void acd_trace_take(struct acd_trace *trace, const struct acd_fleet *fleet,
                    const struct acd_entry *entry)
{
    struct event e = {.entry = entry};
    if (entry->type == ACD_ENTRY_GAP) {
        take_gap(trace, fleet, entry);
        return;
    }
    acd_eventparts_open(&e.parts, fleet, entry);
    e.pid = e.parts.server ? e.parts.server->pid : 0;
    acd_decode_request(e.request, sizeof e.request, &e.parts.view.request);
    if (e.parts.server)
        name_server(trace, e.parts.server);
    switch (entry->kind) {
    case ACD_KIND_TIMER_START:
    case ACD_KIND_TIMER_CHECKPOINT:
    case ACD_KIND_TIMER_END:
    case ACD_KIND_TIMER_FAIL: take_timer(trace, &e); break;
    case ACD_KIND_CACHE: take_lookup(trace, &e); break;
    case ACD_KIND_ERROR: take_error(trace, &e); break;
    case ACD_KIND_PERFORMANCE: take_performance(trace, &e); break;
    case ACD_KIND_LEVEL: instant(trace, &e, "level", "level", "p"); break;
    default: break;
    }
}

int acd_trace_end(struct acd_trace *trace)
{
    for (size_t i = 0; i < trace->span_count; i++)
        write_begin(trace, trace->span[i], true);
    fputs("\n]}\n", trace->json.stream);
    return trace->lacks ? -ENOMEM : 0;
}

void acd_trace_free(struct acd_trace *trace)
{
    while (trace && trace->span_count > 0)
        forget(trace, trace->span_count - 1);
    free(trace);
}
