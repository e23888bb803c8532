/* SPDX-License-Identifier: MIT */
/* A server as JSON, see snapjson.h. */
#include "config.h"

#include "tui/app/snapjson.h"

#include <stdio.h>

#include "tui/app/missesout.h"

static void ratio(struct acd_jsonout *json, const char *key, struct acd_rate rate)
{
    double value = 0;
    if (acd_rate_ratio(rate, &value))
        acd_jsonout_double(json, key, value);
    else
        acd_jsonout_null(json, key);
}

static void cache(struct acd_jsonout *json, const struct acd_snappart *part, size_t index)
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
    acd_snappart_missed(part, index, &missed);
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

static void error(struct acd_jsonout *json, const struct acd_error_row *row)
{
    acd_jsonout_begin(json, NULL, '{');
    acd_jsonout_text(json, "type", row->type);
    acd_jsonout_int(json, "status", row->status);
    acd_jsonout_text_or_null(json, "provider", row->provider);
    acd_jsonout_text_or_null(json, "model", row->model);
    acd_jsonout_text(json, "message", row->message);
    acd_jsonout_uint(json, "count", row->count);
    acd_jsonout_time(json, "first", row->first_ns);
    acd_jsonout_time(json, "last", row->last_ns);
    acd_jsonout_text_or_null(json, "file", row->file);
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

void acd_snapjson_server(struct acd_jsonout *json, const struct acd_snappart *part)
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
