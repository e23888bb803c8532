/* SPDX-License-Identifier: MIT */
/* What goes into the ring: the lookup with what was found, and how caches of other sizes would do. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "emitter/buffer.h"
#include "emitter/emit.h"
#include "emitter/format/histogram.h"
#include "emitter/format/kinds.h"
#include "emitter/format/utf8.h"
#include "emitter/json.h"
#include "emitter/number.h"
#include "emitter/redact.h"
#include "emitter/shmfile.h"
#include "emitter/track/tracker.h"

#define FIELDS_MOST 25 /* of a lookup */
#define SPANS_BYTES 3072
#define SPAN_BYTES_MOST 400 /* a name of 47 bytes, each of them \u00xx, and a number */
#define SNIPPET_BYTES 1536
#define SNIPPET_AROUND_BYTES 320
#define SNIPPET_AROUND_TOKENS 48
#define SNIPPET_MOST_BYTES 512
#define LEADING_BYTES 96 /* of a snippet: there a secret may have begun before it */
#define FIRST_REUSE 8    /* prompts */
#define REUSE_EVERY_NS UINT64_C(2000000000)

/* ---- the lookup ---- */

struct fields {
    acdebug_field field[FIELDS_MOST];
    size_t count;
    char spans[SPANS_BYTES], closest_spans[SPANS_BYTES];
    char snippet[SNIPPET_BYTES], closest_snippet[SNIPPET_BYTES];
};

static void add(struct fields *f, acdebug_field field)
{
    if (f->count < FIELDS_MOST)
        f->field[f->count++] = field;
}

static void add_uint(struct fields *f, const char *key, uint64_t value)
{
    if (value != ACDEBUG_UNKNOWN)
        add(f, acdebug_field_uint(key, value));
}

static void add_text(struct fields *f, const char *key, const char *text)
{
    if (text && text[0])
        add(f, acdebug_field_str(key, text));
}

static void put_uint(struct acd_sink *sink, uint64_t value)
{
    char number[ACD_NUMBER_BYTES];
    acd_number_uint(number, value);
    acd_sink_text(sink, number);
}

/* [["system",0],["tools",1204]] */
static void put_span(struct acd_buffer *to, const char *name, uint64_t begin)
{
    if (to->used + SPAN_BYTES_MOST > to->most)
        return;
    const size_t most = sizeof((struct acd_prompt_span *)0)->name - 1;
    acd_sink_text(&to->sink, to->used > 1 ? ",[" : "[");
    acd_json_string(&to->sink, name, acd_utf8_cut(name, strlen(name), most));
    acd_sink_text(&to->sink, ",");
    put_uint(&to->sink, begin);
    acd_sink_text(&to->sink, "]");
}

static void add_spans(struct fields *f, const struct acd_track_job *job)
{
    const acdebug_prompt *asked = job->asked;
    const struct acd_track_closest *c = &job->closest;
    struct acd_buffer to;
    if (asked->spans && asked->spans_count > 0) {
        acd_buffer_init(&to, f->spans, SPANS_BYTES, SPANS_BYTES - 1);
        acd_sink_text(&to.sink, "[");
        for (size_t i = 0; i < asked->spans_count && i < ACD_PROMPT_SPANS; i++)
            put_span(&to, asked->spans[i].name ? asked->spans[i].name : "", asked->spans[i].begin);
        acd_sink_text(&to.sink, "]");
        add(f, acdebug_field_json(ACD_KEY_CACHE_SPANS, f->spans));
    }
    if (c->number != 0 && c->entry.spans > 0) {
        acd_buffer_init(&to, f->closest_spans, SPANS_BYTES, SPANS_BYTES - 1);
        acd_sink_text(&to.sink, "[");
        for (size_t i = 0; i < c->entry.spans; i++)
            put_span(&to, c->spans[i].name, c->spans[i].begin);
        acd_sink_text(&to.sink, "]");
        add(f, acdebug_field_json(ACD_KEY_CACHE_CLOSEST_SPANS, f->closest_spans));
    }
}

/*
 * What was cut out of a longer text may begin inside a secret whose name stands before it: where it
 * does not begin with the prompt, its first bytes go, and what is left of a word there.
 */
static void add_snippet(struct fields *f, const struct acd_track_job *job, bool old, char *store)
{
    const bool bytes = job->prompt.unit_bytes == 1;
    const struct acd_track_range range = {
        .old = old,
        .around = bytes ? SNIPPET_AROUND_BYTES : SNIPPET_AROUND_TOKENS,
        .most = bytes ? SNIPPET_MOST_BYTES : SNIPPET_AROUND_TOKENS,
        .numbers = true};
    struct acd_track_text text;
    size_t used, cut = 0;
    if (acd_track_text_of(job, &range, &text) < 0)
        return;
    used = acd_redact_store(store, SNIPPET_BYTES, text.text, text.bytes);
    if (job->closest.shared > range.around) {
        cut = used < LEADING_BYTES ? used : LEADING_BYTES;
        while (cut < used && store[cut] != ' ' && store[cut] != '\n')
            cut++;
    }
    add(f, acdebug_field_strn(old ? ACD_KEY_CACHE_CLOSEST_SNIPPET : ACD_KEY_CACHE_SNIPPET,
                              store + cut, used - cut));
    free(text.text);
}

static void add_divergence(struct fields *f, const struct acd_track_job *job)
{
    const acdebug_finding *found = &job->finding;
    if (!found->change)
        return;
    add_text(f, ACD_KEY_CACHE_CHANGE, found->change);
    add_uint(f, ACD_KEY_CACHE_CHANGED_OLD, found->changed_old);
    add_uint(f, ACD_KEY_CACHE_CHANGED_NEW, found->changed_new);
    add_text(f, ACD_KEY_CACHE_LOOKS_LIKE, found->looks_like);
    add_spans(f, job);
}

static void add_snippets(struct fields *f, const struct acd_track_job *job)
{
    if (!job->finding.change || (job->tracker->options.flags & ACDEBUG_TRACK_SNIPPETS) == 0 ||
        !acdebug_enabled_for(ACDEBUG_CACHE, 3))
        return;
    add_snippet(f, job, true, f->closest_snippet);
    add_snippet(f, job, false, f->snippet);
}

static void add_found(struct fields *f, const struct acd_track_job *job)
{
    const acdebug_finding *found = &job->finding;
    if (!job->has_answer)
        add(f, acdebug_field_bool(ACD_KEY_CACHE_PREDICTED, true));
    if (found->outcome == ACDEBUG_HIT)
        return;
    if (found->closest_tokens != ACDEBUG_UNKNOWN) {
        add_uint(f, ACD_KEY_CACHE_SHARED, found->shared_tokens);
        add_uint(f, ACD_KEY_CACHE_CLOSEST, found->closest_tokens);
        add_text(f, ACD_KEY_CACHE_CLOSEST_REQUEST, found->closest_request);
    }
    if (found->diverged_at != ACDEBUG_UNKNOWN) {
        add_text(f, ACD_KEY_CACHE_SPAN, found->span);
        add_uint(f, ACD_KEY_CACHE_SPAN_OFFSET, found->span_offset);
    }
    add_divergence(f, job);
    add_snippets(f, job);
}

void acd_track_report(struct acd_track_job *job)
{
    const acdebug_finding *found = &job->finding;
    acdebug_lookup *l = &job->lookup;
    struct fields f;
    f.count = 0;
    l->outcome = found->outcome;
    if (!l->reason)
        l->reason = found->reason;
    if (l->input_tokens == ACDEBUG_UNKNOWN)
        l->input_tokens = job->prompt.count;
    l->cached_tokens = found->cached_tokens;
    if (l->diverged_at == ACDEBUG_UNKNOWN)
        l->diverged_at = found->diverged_at;
    if (acdebug_enabled_for(ACDEBUG_CACHE, 1)) {
        add_found(&f, job);
        for (size_t i = 0; l->fields && i < l->fields_count; i++)
            add(&f, l->fields[i]);
        l->fields = f.field;
        l->fields_count = f.count;
    }
    acdebug_cache_lookup(l);
}

/* ---- reuse ---- */

uint64_t acd_track_reused(const struct acd_track_memory *memory, uint64_t capacity_units)
{
    const uint64_t blocks = capacity_units / memory->block_units;
    uint64_t reused = 0;
    for (unsigned i = 0; i + 1 < ACD_HISTOGRAM_BUCKETS; i++) {
        const uint64_t lower = acd_histogram_lower(i) >> 5, upper = acd_histogram_lower(i + 1) >> 5;
        if (lower >= blocks)
            break;
        /* Distances of one bucket are taken as spread over it evenly. */
        reused += upper <= blocks ? memory->reused[i]
                                  : memory->reused[i] * (blocks - lower) / (upper - lower);
    }
    return reused * memory->block_units;
}

static const struct acdebug_priv_key reuse_keys[] = {{ACD_KEY_CACHE_TYPE, ACD_TYPE_STR}};
static struct acdebug_priv_site reuse_site =
    ACD_LIBRARY_SITE_INIT(ACD_KIND_REUSE, ACD_CATEGORY_CACHE, 1, "reuse", reuse_keys);

struct reuse {
    uint64_t input, reach, capacity;
    char sizes[512];
};

/* From a quarter of the capacity to eight times as much, or, where it is not known, of a quarter of what
 * the tracker can tell. */
static void put_sizes(struct reuse *reuse, const struct acd_track_memory *m)
{
    const uint64_t unit = reuse->capacity != 0 ? reuse->capacity : reuse->reach / 4;
    struct acd_buffer to;
    acd_buffer_init(&to, reuse->sizes, sizeof reuse->sizes, sizeof reuse->sizes - 1);
    acd_sink_text(&to.sink, "[");
    for (unsigned i = 0; i < 6; i++) {
        const uint64_t size = unit / 4 << i;
        if (size == 0 || size > reuse->reach)
            continue;
        acd_sink_text(&to.sink, to.used > 1 ? ",[" : "[");
        put_uint(&to.sink, size);
        acd_sink_text(&to.sink, ",");
        put_uint(&to.sink, acd_track_reused(m, size));
        acd_sink_text(&to.sink, "]");
    }
    acd_sink_text(&to.sink, "]");
}

/* False: not yet. */
static bool take_reuse(struct reuse *reuse, const struct acd_track_job *job)
{
    struct acd_track_memory *m = &job->tracker->memory;
    const uint64_t now = acd_sys_monotonic_ns();
    bool due;
    if (m->unit_bytes == 0 || !acd_track_lock(m, job->prompt.process))
        return false;
    due = m->prompts == FIRST_REUSE ||
          (m->prompts > FIRST_REUSE && now - m->reported_ns >= REUSE_EVERY_NS);
    if (due) {
        m->reported_ns = now;
        reuse->input = m->input_units;
        reuse->reach = (uint64_t)m->blocks.room * m->block_units;
        reuse->capacity = job->tracker->options.capacity_tokens;
        put_sizes(reuse, m);
    }
    acd_track_unlock(m);
    return due;
}

void acd_track_report_reuse(struct acd_track_job *job)
{
    struct reuse reuse;
    if (!acdebug_enabled_for(ACDEBUG_CACHE, 1) || !take_reuse(&reuse, job))
        return;
    const struct acdebug_priv_value values[] = {acdebug_priv_str(job->lookup.type)};
    acdebug_field fields[4];
    size_t n = 0;
    if (reuse.capacity != 0)
        fields[n++] = acdebug_field_uint(ACD_KEY_CACHE_CAPACITY, reuse.capacity);
    fields[n++] = acdebug_field_uint(ACD_KEY_CACHE_REACH, reuse.reach);
    fields[n++] = acdebug_field_uint(ACD_KEY_INPUT_TOKENS, reuse.input);
    fields[n++] = acdebug_field_json(ACD_KEY_CACHE_REUSE, reuse.sizes);
    const struct acd_emission e = {
        .site = &reuse_site, .values = values, .fields = fields, .fields_count = n};
    acd_emit(&e);
}
