/* SPDX-License-Identifier: MIT */
/* A server as text, see snaptext.h. */
#include "config.h"

#include "tui/app/snaptext.h"

#include <inttypes.h>
#include <stdio.h>

#include "tui/app/say.h"
#include "tui/model/advice.h"
#include "tui/model/missrank.h"
#include "tui/view/misswords.h"
#include "tui/view/text.h"

#define NS_PER_SECOND UINT64_C(1000000000)

static void say_rate(const char *name, struct acd_rate rate)
{
    acd_say_text(stdout, "  %s %s", name,
                 acd_text_percent(rate.part, rate.whole, ACD_GLYPHS_ASCII).s);
    if (rate.whole > 0)
        acd_say_text(stdout, " (%" PRIu64 "/%" PRIu64 ")", rate.part, rate.whole);
}

/* The known cause of a cache's misses, and the cure. */
static void say_advice(const struct acd_snappart *part, size_t index)
{
    struct acd_advice advice[ACD_ADVICE_MAX];
    struct acd_miss_row missed;
    acd_snappart_missed(part, index, &missed);
    size_t count = acd_advice_find(&missed, advice);
    for (size_t i = 0; i < count; i++) {
        char cause[ACD_MISSWORDS_BYTES], sizes[ACD_MISSWORDS_BYTES];
        acd_misswords_cause(cause, sizeof cause, &advice[i], ACD_MISSWORDS_WHOLE);
        acd_misswords_sizes(sizes, sizeof sizes, &advice[i], &missed.reuse);
        acd_say_text(stdout, "    %s%s%s; %s", cause, sizes[0] ? "; " : "", sizes,
                     acd_misswords_cure(advice[i].kind));
        putc('\n', stdout);
    }
}

/* By what it cost, as far as that is known. */
static void say_top_miss(const struct acd_snappart *part, size_t index)
{
    struct acd_missrank rank;
    struct acd_miss_row missed;
    acd_snappart_missed(part, index, &missed);
    acd_missrank_make(&rank, &part->digest.cache[index], &missed);
    const struct acd_missrank_row *top = acd_missrank_top(&rank);
    if (top && rank.by_tokens)
        acd_say_text(stdout,
                     "  top miss %s (%" PRIu64 " of %" PRIu64 " tokens lost, by %" PRIu64 ")",
                     top->name, top->cost->lost, rank.lost, top->cost->tracked);
    else if (top)
        acd_say_text(stdout, "  top miss %s (%" PRIu64 ")", top->name, top->count);
}

static void say_caches(const struct acd_snappart *part)
{
    const struct acd_digest *d = &part->digest;
    for (size_t i = 0; i < d->cache_count; i++) {
        const struct acd_cache_row *row = &d->cache[i];
        acd_say_text(stdout, "  cache %s%s%s:", row->type, row->model[0] ? " " : "", row->model);
        say_rate("hits by request", row->requests);
        say_rate("by tokens", row->tokens);
        say_top_miss(part, i);
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

void acd_snaptext_server(const struct acd_snappart *part)
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
