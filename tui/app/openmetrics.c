/* SPDX-License-Identifier: MIT */
/* The fleet's numbers for Prometheus, see openmetrics.h. */
#include "config.h"

#include "tui/app/openmetrics.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "emitter/format/kinds.h"
#include "tui/model/redact.h"
#include "tui/view/text.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SECOND UINT64_C(1000000000)
#define LABEL_BYTES 1024 /* of a value, made safe: the longest name is 200 */

/* The upper bounds of the histograms, as OpenMetrics writes such numbers.  The ring's buckets are
 * far finer; one that a bound cuts counts on the side of its middle, at most 1.6 % from the truth. */
static const struct bound {
    const char *le;
    uint64_t ns;
} bounds[] = {
    {"1e-05", 10000},        {"0.0001", 100000},      {"0.001", 1000000},
    {"0.0025", 2500000},     {"0.005", 5000000},      {"0.01", 10000000},
    {"0.025", 25000000},     {"0.05", 50000000},      {"0.1", 100000000},
    {"0.25", 250000000},     {"0.5", 500000000},      {"1.0", SECOND},
    {"2.5", 2500000000},     {"5.0", 5 * SECOND},     {"10.0", 10 * SECOND},
    {"25.0", 25 * SECOND},   {"50.0", 50 * SECOND},   {"100.0", 100 * SECOND},
    {"250.0", 250 * SECOND}, {"600.0", 600 * SECOND}, {"1000.0", 1000 * SECOND},
};

struct label {
    const char *name, *value; /* NULL and "": left out, which means the same to who reads it */
};

/* The family that is written, of one server. */
struct writer {
    const struct acd_openmetrics *m;
    const char *name;
    size_t place; /* of a number in struct acd_cache_total */
    const struct acd_server *server;
};

/* ---------------------------------------------------------------- text */

static void put_escaped(FILE *stream, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\n') {
            fputs("\\n", stream);
            continue;
        }
        if (strchr(escaped, *text))
            putc('\\', stream);
        putc(*text, stream);
    }
}

static void put_label(FILE *stream, const char *before, const struct label *label)
{
    char open[LABEL_BYTES], safe[LABEL_BYTES];
    size_t n = acd_redact_text(open, sizeof open, label->value, strlen(label->value));
    acd_text_sanitise(safe, sizeof safe, open, n, 0);
    fprintf(stream, "%s%s=\"", before, label->name);
    put_escaped(stream, safe, "\\\"");
    putc('"', stream);
}

/* `name_suffix{server="...",...} `, and the value comes next. */
static void begin(const struct writer *w, const char *suffix, const struct label *label, size_t n)
{
    const struct acd_server *s = w->server;
    char pid[16], ring[sizeof s->ring];
    size_t length = strnlen(s->ring, sizeof ring - 1);
    snprintf(pid, sizeof pid, "%" PRIu32, s->pid);
    memcpy(ring, s->ring, length);
    ring[length] = '\0';
    if (length > 4 && strcmp(ring + length - 4, ".acr") == 0)
        ring[length - 4] = '\0';
    fprintf(w->m->stream, "%s%s", w->name, suffix);
    put_label(w->m->stream, "{", &(struct label){"server", s->app});
    put_label(w->m->stream, ",", &(struct label){"pid", pid});
    put_label(w->m->stream, ",", &(struct label){"ring", ring});
    for (size_t i = 0; i < n; i++)
        if (label[i].value && label[i].value[0])
            put_label(w->m->stream, ",", &label[i]);
    fputs("} ", w->m->stream);
}

static void number(const struct writer *w, uint64_t value)
{
    fprintf(w->m->stream, "%" PRIu64 "\n", value);
}

/* Exactly, which a double of nanoseconds would not be. */
static void seconds(const struct writer *w, uint64_t ns)
{
    fprintf(w->m->stream, "%" PRIu64 ".%09" PRIu64 "\n", ns / SECOND, ns % SECOND);
}

static void sample(const struct writer *w, const char *suffix, const struct label *label, size_t n,
                   uint64_t value)
{
    begin(w, suffix, label, n);
    number(w, value);
}

static void total(const struct writer *w, const char *name, const char *value, uint64_t count)
{
    sample(w, "_total", &(struct label){name, value}, name != NULL, count);
}

/* ---------------------------------------------------------------- the server */

static void write_info(const struct writer *w)
{
    char format[16];
    const struct label label[] = {{"host", w->server->host}, {"format", format}};
    snprintf(format, sizeof format, "%u.%u", w->server->format_major, w->server->format_minor);
    /* 0.0.4 has no info type, where the family is a gauge of the whole name. */
    sample(w, w->m->form == ACD_OPENMETRICS_1_0 ? "_info" : "", label, COUNT(label), 1);
}

static void write_alive(const struct writer *w)
{
    if (w->server->liveness != ACD_LIVENESS_UNKNOWN)
        sample(w, "", NULL, 0, acd_server_is_live(w->server));
}

static void write_start(const struct writer *w)
{
    begin(w, "", NULL, 0);
    seconds(w, w->server->opened_ns);
}

static void write_levels(const struct writer *w)
{
    for (unsigned i = 0; i < ACD_CATEGORY_COUNT; i++)
        sample(w, "", &(struct label){"category", acd_category_name(i)}, 1,
               acd_levels_get(w->server->control.levels, i));
}

static void write_events(const struct writer *w)
{
    total(w, NULL, NULL, w->server->totals.events.emitted);
}

static void write_dropped(const struct writer *w)
{
    total(w, "cause", "busy", w->server->totals.events.dropped_busy);
    total(w, "cause", "no_room", w->server->totals.events.dropped_no_room);
}

static void write_cut(const struct writer *w)
{
    total(w, NULL, NULL, w->server->totals.events.cut);
}

static void write_memory(const struct writer *w)
{
    sample(w, "", NULL, 0, w->server->totals.misc.allocated_bytes);
}

static void write_full(const struct writer *w)
{
    const struct acd_misc_totals *m = &w->server->totals.misc;
    total(w, "table", "sites", m->sites_full);
    total(w, "table", "caches", m->caches_full);
    total(w, "table", "timers", m->timers_full);
    total(w, "table", "errors", m->errors_full);
    total(w, "table", "running", m->running_full);
}

static void write_files(const struct writer *w)
{
    const struct acd_misc_totals *m = &w->server->totals.misc;
    total(w, "result", "written", m->files_written);
    total(w, "result", "suppressed", m->files_suppressed);
    total(w, "result", "failed", m->files_failed);
}

/* ---------------------------------------------------------------- caches */

static void write_cache_counter(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.cache_count; i++) {
        const struct acd_cache_total *c = &w->server->totals.cache[i];
        const struct label label[] = {{"cache", c->type}, {"model", c->model}};
        uint64_t value;
        memcpy(&value, (const char *)c + w->place, sizeof value);
        sample(w, "_total", label, COUNT(label), value);
    }
}

static void write_cache_gauge(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.cache_count; i++) {
        const struct acd_cache_total *c = &w->server->totals.cache[i];
        const struct label label[] = {{"cache", c->type}, {"model", c->model}};
        struct acd_gauge gauge;
        memcpy(&gauge, (const char *)c + w->place, sizeof gauge);
        if (gauge.set)
            sample(w, "", label, COUNT(label), gauge.value);
    }
}

static void write_lookups(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.cache_count; i++) {
        const struct acd_cache_total *c = &w->server->totals.cache[i];
        struct label label[] = {{"cache", c->type}, {"model", c->model}, {"outcome", NULL}};
        for (unsigned o = 0; o < COUNT(c->outcome); o++) {
            label[2].value = acd_outcome_name(o);
            sample(w, "_total", label, COUNT(label), c->outcome[o]);
        }
    }
}

static void write_reasons(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.cache_count; i++) {
        const struct acd_cache_total *c = &w->server->totals.cache[i];
        struct label label[] = {{"cache", c->type}, {"model", c->model}, {"reason", NULL}};
        for (unsigned r = 0; r < ACD_REASONS; r++) {
            label[2].value = c->reason_name[r];
            if (c->reason[r] > 0 && c->reason_name[r][0])
                sample(w, "_total", label, COUNT(label), c->reason[r]);
        }
    }
}

/* ---------------------------------------------------------------- timers */

/* How many of the values lie at or below each bound.  @return of all */
static uint64_t collapse(const uint64_t *bucket, uint64_t ret_below[COUNT(bounds)])
{
    uint64_t sum = 0;
    size_t b = 0;
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++) {
        uint64_t lower = acd_histogram_lower(i), upper = acd_histogram_lower(i + 1);
        for (; b < COUNT(bounds) && lower + (upper - lower) / 2 > bounds[b].ns; b++)
            ret_below[b] = sum;
        sum += bucket[i];
    }
    for (; b < COUNT(bounds); b++)
        ret_below[b] = sum;
    return sum;
}

static void write_histogram(const struct writer *w, const char *timer, const char *checkpoint,
                            const struct acd_timing_total *t)
{
    struct label label[] = {{"timer", timer}, {"checkpoint", checkpoint}, {"le", NULL}};
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0}, below[COUNT(bounds)];
    if (t->has_histogram)
        w->m->source.add(w->m->source.context, w->server, timer, checkpoint, bucket);
    /* A timer without room for its histogram has a count and a sum.  One that counts this very
     * moment may have either of the two ahead of the other. */
    uint64_t count = collapse(bucket, below);
    if (t->count > count)
        count = t->count;
    for (size_t i = 0; t->has_histogram && i < COUNT(bounds); i++) {
        label[2].value = bounds[i].le;
        sample(w, "_bucket", label, 3, below[i]);
    }
    label[2].value = "+Inf";
    sample(w, "_bucket", label, 3, count);
    begin(w, "_sum", label, 2);
    seconds(w, t->sum_ns);
    sample(w, "_count", label, 2, count);
}

static void write_durations(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.timer_count; i++) {
        const struct acd_timer_total *t = &w->server->totals.timer[i];
        write_histogram(w, t->name, NULL, &t->timing);
    }
}

static void write_checkpoints(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.timer_count; i++) {
        const struct acd_timer_total *t = &w->server->totals.timer[i];
        for (unsigned k = 0; k < t->label_count; k++)
            write_histogram(w, t->name, t->label[k].name, &t->label[k].timing);
    }
}

static void write_max(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.timer_count; i++) {
        const struct acd_timer_total *t = &w->server->totals.timer[i];
        if (t->timing.count == 0)
            continue;
        begin(w, "", &(struct label){"timer", t->name}, 1);
        seconds(w, t->timing.max_ns);
    }
}

static void write_failures(const struct writer *w)
{
    for (size_t i = 0; i < w->server->totals.timer_count; i++)
        total(w, "timer", w->server->totals.timer[i].name, w->server->totals.timer[i].failed);
}

static void write_running(const struct writer *w)
{
    const struct acd_totals *t = &w->server->totals;
    for (size_t i = 0; i < t->timer_count; i++) {
        uint64_t running = 0;
        for (size_t k = 0; k < t->running_count; k++)
            running += strcmp(t->running[k].timer, t->timer[i].name) == 0;
        sample(w, "", &(struct label){"timer", t->timer[i].name}, 1, running);
    }
}

/* ---------------------------------------------------------------- errors */

static bool same_error(const struct acd_error_total *a, const struct acd_error_total *b)
{
    return a->status == b->status && strcmp(a->type, b->type) == 0 &&
           strcmp(a->provider, b->provider) == 0 && strcmp(a->model, b->model) == 0;
}

/* Messages are no labels: the groups that differ in nothing else are one sample. */
static void write_errors(const struct writer *w)
{
    const struct acd_totals *t = &w->server->totals;
    for (size_t i = 0; i < t->error_count; i++) {
        const struct acd_error_total *e = &t->error[i];
        uint64_t count = 0;
        size_t first = 0;
        while (!same_error(&t->error[first], e))
            first++;
        for (size_t k = i; k < t->error_count; k++)
            count += same_error(&t->error[k], e) ? t->error[k].count : 0;
        char status[24] = "";
        const struct label label[] = {
            {"type", e->type}, {"status", status}, {"provider", e->provider}, {"model", e->model}};
        if (e->status != 0)
            snprintf(status, sizeof status, "%" PRId64, e->status);
        if (first == i)
            sample(w, "_total", label, COUNT(label), count);
    }
}

/* ---------------------------------------------------------------- families */

static const struct family {
    const char *name, *type, *unit, *help;
    void (*write)(const struct writer *w);
    size_t place;
} families[] = {
    {"acdebug_server", "info", "", "A server that is watched.", write_info, 0},
    {"acdebug_server_alive", "gauge", "", "1 while the server's process runs, 0 after its end.",
     write_alive, 0},
    {"acdebug_server_start_time_seconds", "gauge", "seconds", "When the server opened its ring.",
     write_start, 0},
    {"acdebug_server_level", "gauge", "", "Debug level, 0 off to 3 trace.", write_levels, 0},
    {"acdebug_server_ring_memory_bytes", "gauge", "bytes", "Shared memory that the ring takes.",
     write_memory, 0},
    {"acdebug_events", "counter", "", "Events that the server emitted, dropped ones too.",
     write_events, 0},
    {"acdebug_events_dropped", "counter", "", "Events that found no place in the ring.",
     write_dropped, 0},
    {"acdebug_events_cut", "counter", "", "Events whose text did not fit whole.", write_cut, 0},
    {"acdebug_table_full", "counter", "", "Times that a full table counted under (other).",
     write_full, 0},
    {"acdebug_debug_files", "counter", "", "Debug files of errors.", write_files, 0},
    {"acdebug_cache_lookups", "counter", "",
     "Cache lookups. The hit rate by requests is hit + partial of hit + partial + miss.",
     write_lookups, 0},
    {"acdebug_cache_miss_reasons", "counter", "", "Why lookups missed.", write_reasons, 0},
    {"acdebug_cache_token_lookups", "counter", "",
     "Lookups whose input and cached tokens are both known.", write_cache_counter,
     offsetof(struct acd_cache_total, token_lookups)},
    {"acdebug_cache_input_tokens", "counter", "",
     "Input tokens of those lookups. The hit rate by tokens is cached of input.",
     write_cache_counter, offsetof(struct acd_cache_total, input_tokens)},
    {"acdebug_cache_cached_tokens", "counter", "", "Input tokens that the cache had.",
     write_cache_counter, offsetof(struct acd_cache_total, cached_tokens)},
    {"acdebug_cache_created_tokens", "counter", "", "Tokens that were stored.", write_cache_counter,
     offsetof(struct acd_cache_total, created_tokens)},
    {"acdebug_cache_evictions", "counter", "", "Entries that had to go.", write_cache_counter,
     offsetof(struct acd_cache_total, evictions)},
    {"acdebug_cache_entries", "gauge", "", "Entries in the cache.", write_cache_gauge,
     offsetof(struct acd_cache_total, entries)},
    {"acdebug_cache_size_bytes", "gauge", "bytes", "What the cache holds.", write_cache_gauge,
     offsetof(struct acd_cache_total, bytes)},
    {"acdebug_cache_capacity_bytes", "gauge", "bytes", "What the cache can hold.",
     write_cache_gauge, offsetof(struct acd_cache_total, capacity_bytes)},
    {"acdebug_timer_duration_seconds", "histogram", "seconds", "What timers measured.",
     write_durations, 0},
    {"acdebug_timer_max_seconds", "gauge", "seconds", "The longest that a timer measured.",
     write_max, 0},
    {"acdebug_timer_failures", "counter", "", "Timers that ended in a failure.", write_failures, 0},
    {"acdebug_timer_running", "gauge", "", "Timers that run now.", write_running, 0},
    {"acdebug_checkpoint_duration_seconds", "histogram", "seconds",
     "Time to a timer's checkpoint from the one before it.", write_checkpoints, 0},
    {"acdebug_errors", "counter", "", "Errors. status is missing where there was none.",
     write_errors, 0},
};

const char *acd_openmetrics_content_type(enum acd_openmetrics_form form)
{
    return form == ACD_OPENMETRICS_1_0
               ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
               : "text/plain; version=0.0.4; charset=utf-8";
}

void acd_openmetrics_head(const struct acd_openmetrics *metrics, const char *name, const char *type,
                          const char *unit, const char *help)
{
    const char *suffix = "";
    if (metrics->form == ACD_OPENMETRICS_TEXT_0_0_4 && strcmp(type, "counter") == 0)
        suffix = "_total";
    fprintf(metrics->stream, "# HELP %s%s ", name, suffix);
    put_escaped(metrics->stream, help, metrics->form == ACD_OPENMETRICS_1_0 ? "\\\"" : "\\");
    fprintf(metrics->stream, "\n# TYPE %s%s %s\n", name, suffix, type);
    if (unit[0] && metrics->form == ACD_OPENMETRICS_1_0)
        fprintf(metrics->stream, "# UNIT %s %s\n", name, unit);
}

static bool is_wanted(const struct acd_openmetrics *m, const struct acd_server *server)
{
    return acd_server_is_live(server) || server->died_ns >= m->died_since_ns;
}

void acd_openmetrics_write(const struct acd_openmetrics *metrics)
{
    for (size_t f = 0; f < COUNT(families); f++) {
        const struct family *family = &families[f];
        struct writer w = {.m = metrics, .name = family->name, .place = family->place};
        const char *type = family->type;
        if (strcmp(type, "info") == 0 && metrics->form == ACD_OPENMETRICS_TEXT_0_0_4) {
            w.name = "acdebug_server_info";
            type = "gauge";
        }
        acd_openmetrics_head(metrics, w.name, type, family->unit, family->help);
        for (size_t i = 0; i < metrics->fleet->count; i++) {
            w.server = metrics->fleet->server[i];
            if (is_wanted(metrics, w.server))
                family->write(&w);
        }
    }
}

void acd_openmetrics_end(const struct acd_openmetrics *metrics)
{
    if (metrics->form == ACD_OPENMETRICS_1_0)
        fputs("# EOF\n", metrics->stream);
}
