/* SPDX-License-Identifier: MIT */
/* A ring as text, see ringdump.h.  Times are those of the ring, so that the text never changes. */
#include "config.h"

#include "tests/support/ringdump.h"

#include <inttypes.h>

#include "emitter/format/kinds.h"
#include "tui/reader/clockmap.h"
#include "tui/reader/control.h"
#include "tui/reader/follow.h"
#include "tui/reader/totals.h"

struct dump {
    FILE *to;
    struct acd_clockmap clock;
    uint64_t start_ns;
};

static void identity(FILE *to, const struct acd_identity *id)
{
    fprintf(to,
            "format %u.%u app %s host %s pid %u uid %u generation %" PRIu64 " flags %" PRIx64 "\n",
            id->major, id->minor, id->app, id->host, id->pid, id->uid, id->generation,
            id->compatible_flags);
    fprintf(to, "clock %u start levels %08x sections %u file %" PRIu64 "\n", id->clock_kind,
            id->start_levels, id->section_count, id->file_bytes);
    fprintf(to, "opened %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", id->opened.ticks,
            id->opened.monotonic_ns, id->opened.realtime_ns);
}

/* ---- events ---- */

static void text(FILE *to, const struct acd_text *t)
{
    fprintf(to, "\"%.*s\"", (int)(t->length < 60 ? t->length : 60), t->bytes ? t->bytes : "");
    if (t->length >= 60)
        fprintf(to, "...%u", t->length);
    if (t->full_length != t->length)
        fprintf(to, " of %u", t->full_length);
}

static void value(FILE *to, const struct acd_field *f)
{
    if (f->secret) {
        fputs("[secret]", to);
        return;
    }
    switch (f->type) {
    case ACD_TYPE_INT: fprintf(to, "%" PRId64, f->number.i); break;
    case ACD_TYPE_DOUBLE: fprintf(to, "%.17g", f->number.d); break;
    case ACD_TYPE_BOOL: fputs(f->number.u ? "true" : "false", to); break;
    case ACD_TYPE_STR:
    case ACD_TYPE_JSON: text(to, &f->text); break;
    default: fprintf(to, "%" PRIu64, f->number.u);
    }
}

static void request(FILE *to, const struct acd_request *r)
{
    if (r->kind == ACD_REQUEST_NUMBER)
        fprintf(to, " request %" PRIu64, r->number);
    if (r->kind == ACD_REQUEST_TEXT) {
        fputs(" request ", to);
        text(to, &r->text);
    }
}

static int item(void *context, const struct acd_item *i)
{
    struct dump *d = context;
    struct acd_event_view e;
    if (i->kind != ACD_ITEM_RECORD) {
        fprintf(d->to, "-- %s %" PRIu64 " lane %u\n",
                i->kind == ACD_ITEM_LOST ? "lost" : "unreadable", i->count, i->lane);
        return 0;
    }
    const struct acd_site *site = i->site ? &i->site->site : NULL;
    int r = acd_record_decode(&e, &i->record, site);
    fprintf(d->to, "%" PRId64 " lane %u thread %u #%u",
            (int64_t)(acd_clockmap_realtime_ns(&d->clock, i->ticks) - d->start_ns), i->lane,
            e.thread ? e.thread : i->thread, i->record.ordinal);
    if (site) {
        fprintf(d->to, " %s/%s/%s ", acd_kind_name(site->kind), acd_category_name(site->category),
                acd_level_name(site->level));
        text(d->to, &site->message);
        fprintf(d->to, " %.*s:%u", (int)site->file.length, site->file.bytes, site->line);
    }
    request(d->to, &e.request);
    for (unsigned n = 0; n < e.count; n++) {
        fprintf(d->to, " %.*s=", (int)e.field[n].key.length, e.field[n].key.bytes);
        value(d->to, &e.field[n]);
    }
    fputs(r == ACD_RECORD_OK ? "\n" : " malformed\n", d->to);
    return 0;
}

static void events(struct dump *d, const struct acd_ringmap *ring)
{
    struct acd_follow *f;
    struct acd_follow_stats s;
    if (acd_follow_new(&f, ring, ACD_CURSOR_OLDEST) < 0)
        return;
    acd_follow_drain(f, SIZE_MAX, item, d);
    acd_follow_stats(f, &s);
    fprintf(d->to,
            "seen %" PRIu64 " overrun %" PRIu64 " before %" PRIu64 " abandoned %" PRIu64
            " unreadable %" PRIu64 " unfinished %" PRIu64 "\n",
            s.seen, s.overrun, s.before, s.abandoned, s.unreadable, s.unfinished);
    acd_follow_free(f);
}

/* ---- totals ---- */

static void gauge(FILE *to, const char *name, const struct acd_gauge *g)
{
    if (g->set)
        fprintf(to, " %s %" PRIu64, name, g->value);
}

static void cache(FILE *to, const struct acd_cache_total *c)
{
    fprintf(to, "cache %s/%s", c->type, c->model);
    for (unsigned i = 0; i < 5; i++)
        fprintf(to, " %s %" PRIu64, acd_outcome_name(i), c->outcome[i]);
    fprintf(to,
            " evictions %" PRIu64 " tokens %" PRIu64 "/%" PRIu64 " in %" PRIu64 " created %" PRIu64
            " in %" PRIu64,
            c->evictions, c->cached_tokens, c->input_tokens, c->token_lookups, c->created_tokens,
            c->created_lookups);
    for (unsigned i = 0; i < ACD_REASONS; i++)
        if (c->reason[i])
            fprintf(to, " %s %" PRIu64, c->reason_name[i], c->reason[i]);
    gauge(to, "entries", &c->entries);
    gauge(to, "bytes", &c->bytes);
    gauge(to, "capacity", &c->capacity_bytes);
    fputc('\n', to);
}

static void timing(FILE *to, const struct acd_ringmap *ring, const char *timer, const char *label,
                   const struct acd_timing_total *t)
{
    static uint64_t bucket[ACD_HISTOGRAM_BUCKETS];
    fprintf(to, " %s count %" PRIu64 " sum %" PRIu64 " max %" PRIu64 " histogram %" PRIu64,
            label ? label : "whole", t->count, t->sum_ns, t->max_ns,
            acd_totals_histogram(ring, timer, label, bucket));
}

static void timer(FILE *to, const struct acd_ringmap *ring, const struct acd_timer_total *t)
{
    fprintf(to, "timer %s started %" PRIu64 " failed %" PRIu64, t->name, t->started, t->failed);
    timing(to, ring, t->name, NULL, &t->timing);
    for (unsigned i = 0; i < t->label_count; i++)
        timing(to, ring, t->name, t->label[i].name, &t->label[i].timing);
    fputc('\n', to);
}

static void totals(FILE *to, const struct acd_ringmap *ring)
{
    struct acd_totals t = {0};
    if (acd_totals_read(&t, ring) < 0)
        return;
    fprintf(to,
            "events emitted %" PRIu64 " in ring %" PRIu64 " dropped %" PRIu64 " cut %" PRIu64
            " lanes %u sites %" PRIu64 "\n",
            t.events.emitted, t.events.in_ring, t.events.dropped, t.events.cut, t.misc.lanes,
            t.misc.sites);
    for (size_t i = 0; i < t.cache_count; i++)
        cache(to, &t.cache[i]);
    for (size_t i = 0; i < t.timer_count; i++)
        timer(to, ring, &t.timer[i]);
    for (size_t i = 0; i < t.running_count; i++) {
        const struct acd_running_total *r = &t.running[i];
        fprintf(to, "running %s at %s thread %" PRIu64 " request %" PRIu64 "%s\n", r->timer,
                r->checkpoint, r->thread, r->request, r->request_text);
    }
    for (size_t i = 0; i < t.error_count; i++) {
        const struct acd_error_total *e = &t.error[i];
        fprintf(to, "error %s %" PRId64 " %s/%s \"%s\" count %" PRIu64 " file %s\n", e->type,
                e->status, e->provider, e->model, e->message, e->count, e->file);
    }
    acd_totals_fini(&t);
}

static void control(FILE *to, const struct acd_ringmap *ring)
{
    const struct acd_identity *id = acd_ringmap_identity(ring);
    struct acd_now now = {id->opened.monotonic_ns, id->opened.realtime_ns};
    struct acd_control_state s;
    acd_control_read(ring, &now, &s);
    fprintf(to, "levels %08x change %u acked %d leased %d until %" PRId64 " closed %d who \"%s\"\n",
            s.levels, s.change, s.acked, s.leased,
            s.leased ? (int64_t)(s.lease_until_realtime_ns - now.realtime_ns) : 0, s.closed, s.who);
}

void acd_ringdump(FILE *to, const struct acd_ringmap *ring)
{
    const struct acd_identity *id = acd_ringmap_identity(ring);
    struct dump d = {.to = to, .start_ns = id->opened.realtime_ns};
    acd_clockmap_init(&d.clock, id);
    acd_clockmap_update(&d.clock, ring);
    identity(to, id);
    control(to, ring);
    events(&d, ring);
    totals(to, ring);
}
