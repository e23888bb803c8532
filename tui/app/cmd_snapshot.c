/* SPDX-License-Identifier: MIT */
/*
 * `acdebug-top snapshot`: all numbers, once.  The JSON is an interface (schema 1): raw numbers, null
 * where there is none.  Why lookups missed is told by the events that the rings still have.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/app/cmd.h"
#include "tui/app/gate.h"
#include "tui/app/jsonout.h"
#include "tui/app/missesout.h"
#include "tui/app/openmetrics.h"
#include "tui/app/say.h"
#include "tui/app/statusline.h"
#include "tui/model/advice.h"
#include "tui/reader/control.h"
#include "tui/view/misswords.h"

#define DRAIN_MOST 20000
#define NS_PER_SECOND UINT64_C(1000000000)
#define DRAINS_MOST 64 /* a server that emits faster than that is read is not followed for ever */

/* One server at a time, and what its events tell. */
struct part {
    const struct acd_fleet *fleet;
    const struct acd_server *server;
    const struct acd_misses *misses;
    struct acd_digest digest;
};

/* @return is there anything of that cache? */
static bool missed_of(const struct part *part, size_t index, struct acd_miss_row *ret_row)
{
    const struct acd_misses_scope scope = {
        part->fleet, {ACD_SELECT_ONE, part->server->number}, &part->digest};
    return acd_misses_row(part->misses, &scope, index, ret_row);
}

/* ---------------------------------------------------------------- JSON */

static void ratio(struct acd_jsonout *json, const char *key, struct acd_rate rate)
{
    double value = 0;
    if (acd_rate_ratio(rate, &value))
        acd_jsonout_double(json, key, value);
    else
        acd_jsonout_null(json, key);
}

static void cache(struct acd_jsonout *json, const struct part *part, size_t index)
{
    static const char *const outcomes[5] = {"hits", "partial", "misses", "bypass", "unknown"};
    const struct acd_cache_row *row = &part->digest.cache[index];
    struct acd_miss_row missed;
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text(json, "type", row->type);
    if (row->model[0])
        acd_jsonout_text(json, "model", row->model);
    for (unsigned i = 0; i < 5; i++)
        acd_jsonout_uint(json, outcomes[i], row->outcome[i]);
    acd_jsonout_uint(json, "evictions", row->evictions);
    acd_jsonout_uint(json, "input_tokens", row->tokens.whole);
    acd_jsonout_uint(json, "cached_tokens", row->tokens.part);
    acd_jsonout_uint(json, "created_tokens", row->created_tokens);
    acd_jsonout_uint(json, "token_lookups", row->token_lookups);
    ratio(json, "hit_rate_requests", row->requests);
    ratio(json, "hit_rate_tokens", row->tokens);
    acd_jsonout_begin(json, "miss_reasons", '{');
    for (size_t i = 0; i < row->reason_count; i++)
        acd_jsonout_uint(json, row->reason[i].name, row->reason[i].count);
    acd_jsonout_end(json, '}');
    acd_jsonout_gauge(json, "entries", &row->entries);
    acd_jsonout_gauge(json, "bytes", &row->bytes);
    acd_jsonout_gauge(json, "capacity_bytes", &row->capacity_bytes);
    missed_of(part, index, &missed);
    acd_missesout_write(json, &missed);
    acd_jsonout_end(json, '}');
}

/* A percentile of nothing is null. */
static void quantile(struct acd_jsonout *json, const char *key, const struct acd_quantiles *q,
                     uint64_t ns)
{
    if (q->count > 0)
        acd_jsonout_uint(json, key, ns);
    else
        acd_jsonout_null(json, key);
}

static void timer(struct acd_jsonout *json, const struct acd_digest *digest,
                  const struct acd_timer_row *row)
{
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text(json, "name", row->name);
    acd_jsonout_uint(json, "count", row->count);
    acd_jsonout_uint(json, "failed", row->failed);
    acd_jsonout_uint(json, "running", row->running);
    acd_jsonout_uint(json, "sum_ns", row->sum_ns);
    quantile(json, "p50_ns", &row->quantiles, row->quantiles.p50_ns);
    quantile(json, "p95_ns", &row->quantiles, row->quantiles.p95_ns);
    quantile(json, "p99_ns", &row->quantiles, row->quantiles.p99_ns);
    if (row->count > 0)
        acd_jsonout_uint(json, "max_ns", row->quantiles.max_ns);
    else
        acd_jsonout_null(json, "max_ns");
    acd_jsonout_begin(json, "checkpoints", '[');
    for (size_t i = 0; i < row->label_count; i++) {
        const struct acd_label_row *l = &digest->label[row->label_first + i];
        acd_jsonout_begin(json, NULL, '{');
        acd_jsonout_text(json, "label", l->name);
        acd_jsonout_uint(json, "count", l->count);
        quantile(json, "p50_ns", &l->quantiles, l->quantiles.p50_ns);
        quantile(json, "p95_ns", &l->quantiles, l->quantiles.p95_ns);
        acd_jsonout_uint(json, "max_ns", l->quantiles.max_ns);
        acd_jsonout_end(json, '}');
    }
    acd_jsonout_end(json, ']');
    acd_jsonout_end(json, '}');
}

/* A text that may be missing. */
static void text_or_null(struct acd_jsonout *json, const char *key, const char *text)
{
    if (text[0])
        acd_jsonout_text(json, key, text);
    else
        acd_jsonout_null(json, key);
}

static void error(struct acd_jsonout *json, const struct acd_error_row *row)
{
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text(json, "type", row->type);
    acd_jsonout_int(json, "status", row->status);
    text_or_null(json, "provider", row->provider);
    text_or_null(json, "model", row->model);
    acd_jsonout_text(json, "message", row->message);
    acd_jsonout_uint(json, "count", row->count);
    acd_jsonout_time(json, "first", row->first_ns);
    acd_jsonout_time(json, "last", row->last_ns);
    text_or_null(json, "file", row->file);
    acd_jsonout_end(json, '}');
}

static void identity(struct acd_jsonout *json, const struct acd_server *server)
{
    char format[32];
    snprintf(format, sizeof format, "%u.%u", server->format_major, server->format_minor);
    acd_jsonout_text(json, "name", server->app);
    acd_jsonout_uint(json, "pid", server->pid);
    acd_jsonout_text(json, "state", acd_liveness_name(server->liveness));
    acd_jsonout_uint(json, "level", acd_server_level(server->control.levels, NULL));
    acd_jsonout_begin(json, "levels", '{');
    for (unsigned i = 0; i < ACD_CATEGORY_COUNT; i++)
        acd_jsonout_uint(json, acd_category_name(i), acd_levels_get(server->control.levels, i));
    acd_jsonout_end(json, '}');
    acd_jsonout_time(json, "lease_until",
                     server->control.leased ? server->control.lease_until_realtime_ns : 0);
    acd_jsonout_text(json, "ring", server->ring);
    acd_jsonout_text(json, "format", format);
    acd_jsonout_time(json, "started", server->opened_ns);
}

static void print_server(struct acd_jsonout *json, const struct part *part)
{
    const struct acd_digest *digest = &part->digest;
    acd_jsonout_begin(json, NULL, '{');
    identity(json, part->server);
    acd_jsonout_begin(json, "events", '{');
    acd_jsonout_uint(json, "emitted", digest->events.emitted);
    acd_jsonout_uint(json, "in_ring", digest->events.in_ring);
    acd_jsonout_uint(json, "dropped", digest->events.dropped);
    acd_jsonout_uint(json, "cut", digest->events.cut);
    acd_jsonout_end(json, '}');
    acd_jsonout_begin(json, "caches", '[');
    for (size_t i = 0; i < digest->cache_count; i++)
        cache(json, part, i);
    acd_jsonout_end(json, ']');
    acd_jsonout_begin(json, "timers", '[');
    for (size_t i = 0; i < digest->timer_count; i++)
        timer(json, digest, &digest->timer[i]);
    acd_jsonout_end(json, ']');
    acd_jsonout_begin(json, "errors", '[');
    for (size_t i = 0; i < digest->errors.count; i++)
        error(json, &digest->errors.row[i]);
    acd_jsonout_end(json, ']');
    acd_jsonout_end(json, '}');
}

/* ---------------------------------------------------------------- text */

static void say_rate(const char *name, struct acd_rate rate)
{
    acd_say_text(stdout, "  %s %s", name,
                 acd_text_percent(rate.part, rate.whole, ACD_GLYPHS_ASCII).s);
    if (rate.whole > 0)
        acd_say_text(stdout, " (%" PRIu64 "/%" PRIu64 ")", rate.part, rate.whole);
}

/* The known cause of a cache's misses, and the cure. */
static void say_advice(const struct part *part, size_t index)
{
    struct acd_advice advice[ACD_ADVICE_MAX];
    struct acd_miss_row missed;
    missed_of(part, index, &missed);
    size_t count = acd_advice_find(&missed, advice);
    for (size_t i = 0; i < count; i++) {
        char cause[ACD_MISSWORDS_BYTES], sizes[ACD_MISSWORDS_BYTES];
        acd_misswords_cause(cause, sizeof cause, &advice[i]);
        acd_misswords_sizes(sizes, sizeof sizes, &advice[i], &missed.reuse);
        acd_say_text(stdout, "    %s%s%s; %s", cause, sizes[0] ? "; " : "", sizes,
                     acd_misswords_cure(advice[i].kind));
        putc('\n', stdout);
    }
}

static void say_caches(const struct part *part)
{
    const struct acd_digest *d = &part->digest;
    for (size_t i = 0; i < d->cache_count; i++) {
        const struct acd_cache_row *row = &d->cache[i];
        acd_say_text(stdout, "  cache %s%s%s:", row->type, row->model[0] ? " " : "", row->model);
        say_rate("hits by request", row->requests);
        say_rate("by tokens", row->tokens);
        if (row->reason_count > 0)
            acd_say_text(stdout, "  top miss %s (%" PRIu64 ")", row->reason[0].name,
                         row->reason[0].count);
        putc('\n', stdout);
        say_advice(part, i);
    }
}

static void say_quantiles(const struct acd_quantiles *q)
{
    if (q->count > 0)
        acd_say_text(stdout, "  p50 %s  p95 %s  max %s", acd_text_duration_ns(q->p50_ns).s,
                     acd_text_duration_ns(q->p95_ns).s, acd_text_duration_ns(q->max_ns).s);
    putc('\n', stdout);
}

static void say_timers(const struct acd_digest *d)
{
    for (size_t i = 0; i < d->timer_count; i++) {
        const struct acd_timer_row *row = &d->timer[i];
        acd_say_text(stdout, "  timer %s: %" PRIu64 " ended, %" PRIu64 " failed, %" PRIu64 " run",
                     row->name, row->count, row->failed, row->running);
        say_quantiles(&row->quantiles);
        for (size_t k = 0; k < row->label_count; k++) {
            const struct acd_label_row *l = &d->label[row->label_first + k];
            acd_say_text(stdout, "    @ %s: %" PRIu64, l->name, l->count);
            say_quantiles(&l->quantiles);
        }
    }
}

/* Groups of one message differ in provider and model. */
static void say_error(const struct acd_digest *d, const struct acd_error_row *row)
{
    bool both = row->provider[0] && row->model[0];
    acd_say_text(stdout, "  error %s", row->type);
    if (row->status > 0)
        acd_say_text(stdout, " %" PRId64, row->status);
    acd_say_text(stdout, "%s%s", row->message[0] ? " " : "", row->message);
    if (row->provider[0] || row->model[0])
        acd_say_text(stdout, " (%s%s%s)", row->provider, both ? "/" : "", row->model);
    acd_say_text(stdout, ": %" PRIu64, row->count);
    if (row->last_ns > 0 && d->now_ns >= row->last_ns)
        acd_say_text(stdout, ", last %s ago",
                     acd_text_age_s((d->now_ns - row->last_ns) / NS_PER_SECOND).s);
    acd_say_text(stdout, "%s%s", row->file[0] ? ", " : "", row->file);
    putc('\n', stdout);
}

static void say_errors(const struct acd_digest *d)
{
    for (size_t i = 0; i < d->errors.count; i++)
        say_error(d, &d->errors.row[i]);
}

static void say_server(const struct part *part)
{
    const struct acd_server *server = part->server;
    const struct acd_digest *d = &part->digest;
    unsigned level = acd_server_level(server->control.levels, NULL);
    acd_say_text(stdout, "%s[%" PRIu32 "] %s  level %u %s  events %" PRIu64 ", dropped %" PRIu64,
                 server->app, server->pid, acd_liveness_name(server->liveness), level,
                 acd_level_name(level), d->events.emitted, d->events.dropped);
    putc('\n', stdout);
    say_caches(part);
    say_timers(d);
    say_errors(d);
}

/* ---------------------------------------------------------------- the command */

/* All events that the rings have now, or all of a recording. */
static void read_events(struct acd_cmd *cmd, struct acd_misses *misses)
{
    static const struct acd_misses_of all = {.from = 0};
    bool more = true;
    for (unsigned i = 0; more && (i < DRAINS_MOST || acd_collect_replay(cmd->collect)); i++) {
        acd_collect_drain(cmd->collect, DRAIN_MOST);
        more = acd_collect_more(cmd->collect);
        while (acd_misses_renew(misses, &all, &cmd->fleet, acd_store_next(cmd->fleet.store)))
            continue;
    }
    if (misses->lacks)
        cmd->failure = -ENOMEM;
}

void acd_cmd_snapshot_print(struct acd_cmd *cmd, bool as_json)
{
    struct acd_jsonout json = {.stream = stdout};
    struct acd_misses misses = {.next = 0};
    struct acd_histogram_source source = acd_collect_histograms(cmd->collect);
    struct acd_now now;
    read_events(cmd, &misses);
    acd_collect_sample(cmd->collect);
    acd_collect_now(cmd->collect, &now);
    if (as_json) {
        acd_jsonout_begin(&json, NULL, '{');
        acd_jsonout_uint(&json, "schema", 1);
        acd_jsonout_time(&json, "time", now.realtime_ns);
        acd_jsonout_begin(&json, "servers", '[');
    }
    for (size_t i = 0; i < cmd->fleet.count; i++) {
        struct part part = {&cmd->fleet, cmd->fleet.server[i], &misses, {.now_ns = 0}};
        if (acd_digest_renew_one(&part.digest, part.server, now.realtime_ns, &source) < 0)
            cmd->failure = -ENOMEM;
        if (as_json)
            print_server(&json, &part);
        else
            say_server(&part);
        acd_digest_fini(&part.digest);
    }
    acd_misses_fini(&misses);
    if (as_json) {
        acd_jsonout_end(&json, ']');
        acd_jsonout_end(&json, '}');
        putc('\n', stdout);
    }
}

static void print_openmetrics(struct acd_cmd *cmd)
{
    const struct acd_openmetrics metrics = {.stream = stdout,
                                            .form = ACD_OPENMETRICS_1_0,
                                            .fleet = &cmd->fleet,
                                            .source = acd_collect_histograms(cmd->collect)};
    acd_collect_sample(cmd->collect);
    acd_openmetrics_write(&metrics);
    acd_openmetrics_end(&metrics);
}

/* All that is attached as one; what it counts is what was sampled last. */
static void merge(struct acd_cmd *cmd, struct acd_digest *ret_digest)
{
    struct acd_histogram_source source = acd_collect_histograms(cmd->collect);
    struct acd_now now;
    acd_collect_now(cmd->collect, &now);
    if (acd_digest_renew(ret_digest, &cmd->fleet, (struct acd_selection){ACD_SELECT_ALL, 0},
                         now.realtime_ns, &source) < 0)
        cmd->failure = -ENOMEM;
}

static void print_line(struct acd_cmd *cmd)
{
    struct acd_digest digest = {0};
    char line[1024];
    acd_collect_sample(cmd->collect);
    merge(cmd, &digest);
    acd_statusline_write(line, sizeof line, &cmd->fleet, &digest);
    puts(line);
    acd_digest_fini(&digest);
}

static int ask_gate(struct acd_cmd *cmd, const struct acd_gate *gate)
{
    struct acd_digest digest = {0};
    struct acd_gate_why why = {0};
    merge(cmd, &digest);
    enum acd_gate_verdict verdict = acd_gate_ask(gate, &digest, &why);
    acd_digest_fini(&digest);
    if (verdict == ACD_GATE_FALSE)
        return ACD_EXIT_GOOD;
    acd_say_error("--fail-if, column %zu: %s", why.column, why.text);
    return verdict == ACD_GATE_TRUE ? ACD_EXIT_FAILED : ACD_EXIT_BAD_INPUT;
}

static int print_forms(struct acd_cmd *cmd, const struct acd_args *args,
                       const struct acd_gate *gate)
{
    if (args->openmetrics)
        print_openmetrics(cmd);
    else if (args->line)
        print_line(cmd);
    else
        acd_cmd_snapshot_print(cmd, args->json);
    int r = acd_say_end();
    return r == ACD_EXIT_GOOD && gate ? ask_gate(cmd, gate) : r;
}

static int run(const struct acd_args *args, const struct acd_gate *gate)
{
    struct acd_cmd cmd;
    const struct acd_collect_options options = {.dead =
                                                    args->all ? ACD_COLLECT_ALL : ACD_COLLECT_LIVE,
                                                .start = ACD_CURSOR_OLDEST,
                                                .no_events = args->openmetrics || args->line};
    int r = acd_cmd_open(&cmd, args, options);
    if (r != ACD_EXIT_GOOD)
        return r;
    /* A program gets an empty list where there is nothing; a gate on nothing must not pass. */
    bool may_be_empty = (args->json || args->openmetrics) && args->target_count == 0 && !gate;
    if (cmd.fleet.count > 0 || may_be_empty) {
        r = print_forms(&cmd, args, gate);
    } else {
        if (args->line)
            print_line(&cmd);
        r = acd_cmd_nothing(&cmd, args);
    }
    r = acd_cmd_end(&cmd, r);
    acd_cmd_close(&cmd);
    return r;
}

int acd_cmd_snapshot_run(const struct acd_args *args)
{
    struct acd_gate *gate = NULL;
    struct acd_gate_why why = {0};
    if (args->fail_if) {
        int r = acd_gate_new(&gate, args->fail_if, &why);
        if (r == -EINVAL)
            acd_say_error("--fail-if '%s', column %zu: %s", args->fail_if, why.column, why.text);
        else if (r < 0)
            acd_say_error("%s", strerror(-r));
        if (r < 0)
            return r == -EINVAL ? ACD_EXIT_USAGE : ACD_EXIT_FAILED;
    }
    int r = run(args, gate);
    acd_gate_free(gate);
    return r;
}
