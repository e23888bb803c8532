/* SPDX-License-Identifier: MIT */
/* One server, see server.h. */
#include "config.h"

#include "tui/model/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/rates.h"

static void copy_text(char *to, size_t size, const char *from)
{
    size_t length = strnlen(from, size - 1);
    memcpy(to, from, length);
    memset(to + length, 0, size - length);
}

void acd_server_init(struct acd_server *server, uint32_t number)
{
    memset(server, 0, sizeof *server);
    server->number = number;
}

static void table_fini(struct acd_window_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        acd_windows_fini(&table->row[i].windows);
    free(table->row);
}

void acd_server_fini(struct acd_server *server)
{
    acd_totals_fini(&server->totals);
    table_fini(&server->cache_windows);
    table_fini(&server->timer_windows);
    table_fini(&server->error_windows);
    acd_windows_fini(&server->event_windows);
    free(server->site);
    memset(server, 0, sizeof *server);
}

void acd_server_identify(struct acd_server *server, const char *ring,
                         const struct acd_identity *identity)
{
    copy_text(server->app, sizeof server->app, identity->app);
    copy_text(server->host, sizeof server->host, identity->host);
    copy_text(server->ring, sizeof server->ring, ring);
    server->pid = identity->pid;
    server->parent_pid = identity->parent_pid;
    server->uid = identity->uid;
    server->format_major = identity->major;
    server->format_minor = identity->minor;
    server->opened_ns = identity->opened.realtime_ns;
    server->acked_levels = identity->start_levels;
    server->control.levels = server->control.start_levels = identity->start_levels;
    acd_clockmap_init(&server->clock, identity);
}

bool acd_server_acked(const struct acd_server *server)
{
    return server->control.acked || server->control.levels == server->acked_levels;
}

static bool same_control(const struct acd_control_state *a, const struct acd_control_state *b)
{
    return a->levels == b->levels && a->start_levels == b->start_levels &&
           a->lasting == b->lasting && a->change == b->change && a->acked == b->acked &&
           a->leased == b->leased && a->expired == b->expired && a->closed == b->closed &&
           strcmp(a->who, b->who) == 0 && a->lease_until_realtime_ns == b->lease_until_realtime_ns;
}

bool acd_server_set_control(struct acd_server *server, const struct acd_control_state *control)
{
    bool changed = !same_control(&server->control, control);
    server->control = *control;
    if (control->acked)
        server->acked_levels = control->levels;
    return changed;
}

bool acd_server_set_liveness(struct acd_server *server, enum acd_liveness liveness, uint64_t now_ns)
{
    bool changed = server->liveness != liveness;
    server->liveness = liveness;
    if (acd_server_is_live(server))
        server->alive_ns = now_ns;
    if (!changed)
        return false;
    if (acd_server_is_live(server))
        server->died_ns = 0;
    else if (server->died_ns == 0)
        server->died_ns = now_ns;
    return true;
}

uint64_t acd_server_last_sign_ns(const struct acd_server *server)
{
    uint64_t sign = server->clock.newest.realtime_ns;
    sign = server->event_ns > sign ? server->event_ns : sign;
    return server->alive_ns > sign ? server->alive_ns : sign;
}

bool acd_server_is_live(const struct acd_server *server)
{
    return server->liveness == ACD_LIVENESS_ALIVE || server->liveness == ACD_LIVENESS_UNKNOWN;
}

/* ---------------------------------------------------------------- windows */

static uint64_t hash_names(const char *first, const char *second)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *first; first++)
        hash = (hash ^ (unsigned char)*first) * UINT64_C(0x100000001b3);
    hash = (hash ^ 0xff) * UINT64_C(0x100000001b3);
    for (; *second; second++)
        hash = (hash ^ (unsigned char)*second) * UINT64_C(0x100000001b3);
    return hash;
}

static struct acd_row_windows *find_row(const struct acd_window_table *table, uint64_t hash)
{
    for (size_t i = 0; i < table->count; i++)
        if (table->row[i].name_hash == hash)
            return &table->row[i];
    return NULL;
}

/* The row's windows; a new row counts from zero, unless the server itself was only just met. */
static struct acd_windows *take_row(struct acd_window_table *table, uint64_t hash, bool from_zero)
{
    struct acd_row_windows *row = find_row(table, hash);
    if (row)
        return &row->windows;
    if (table->count == table->room) {
        size_t room = table->room ? 2 * table->room : 8;
        row = realloc(table->row, room * sizeof *row);
        if (!row)
            return NULL;
        table->row = row;
        table->room = room;
    }
    row = &table->row[table->count++];
    *row = (struct acd_row_windows){.name_hash = hash};
    if (from_zero)
        acd_windows_seed_zero(&row->windows);
    return &row->windows;
}

static int sample_row(struct acd_windows *windows, uint64_t now_ns, const uint64_t *totals,
                      size_t count)
{
    return windows ? acd_windows_sample(windows, now_ns, totals, count) : -ENOMEM;
}

static int sample_caches(struct acd_server *s, uint64_t now_ns)
{
    int result = 0;
    for (size_t i = 0; i < s->totals.cache_count; i++) {
        const struct acd_cache_total *c = &s->totals.cache[i];
        struct acd_rate rate = acd_rate_requests(c->outcome);
        const uint64_t totals[ACD_CACHE_WINDOW_COUNTERS] = {
            [ACD_CACHE_WINDOW_FOUND] = rate.part,
            [ACD_CACHE_WINDOW_LOOKUPS] = rate.whole,
            [ACD_CACHE_WINDOW_CACHED] = c->cached_tokens,
            [ACD_CACHE_WINDOW_INPUT] = c->input_tokens,
            [ACD_CACHE_WINDOW_EVICTED] = c->evictions,
        };
        uint64_t hash = hash_names(c->type, c->model);
        struct acd_windows *w = take_row(&s->cache_windows, hash, s->sampled);
        if (sample_row(w, now_ns, totals, ACD_CACHE_WINDOW_COUNTERS) < 0)
            result = -ENOMEM;
    }
    return result;
}

static int sample_timers(struct acd_server *s, uint64_t now_ns)
{
    int result = 0;
    for (size_t i = 0; i < s->totals.timer_count; i++) {
        const struct acd_timer_total *t = &s->totals.timer[i];
        const uint64_t totals[ACD_TIMER_WINDOW_COUNTERS] = {
            [ACD_TIMER_WINDOW_COUNT] = t->timing.count,
            [ACD_TIMER_WINDOW_SUM_US] = t->timing.sum_ns / 1000,
        };
        struct acd_windows *w = take_row(&s->timer_windows, hash_names(t->name, ""), s->sampled);
        if (sample_row(w, now_ns, totals, ACD_TIMER_WINDOW_COUNTERS) < 0)
            result = -ENOMEM;
    }
    return result;
}

static uint64_t hash_error(const struct acd_error_total *e)
{
    return hash_names(e->type, e->message) ^ hash_names(e->provider, e->model) ^
           (uint64_t)e->status << 48;
}

static int sample_errors(struct acd_server *s, uint64_t now_ns)
{
    int result = 0;
    for (size_t i = 0; i < s->totals.error_count; i++) {
        const struct acd_error_total *e = &s->totals.error[i];
        struct acd_windows *w = take_row(&s->error_windows, hash_error(e), s->sampled);
        if (sample_row(w, now_ns, &e->count, 1) < 0)
            result = -ENOMEM;
    }
    return result;
}

/* Counters only grow, so that weighed sums tell apart what matters; levels and running timers are
 * mixed in as they are. */
static uint64_t fingerprint_of(const struct acd_server *s)
{
    const struct acd_totals *t = &s->totals;
    uint64_t sum = t->events.emitted + 3 * t->running_count + 5 * s->seen.overrun;
    for (size_t i = 0; i < t->cache_count; i++) {
        const struct acd_cache_total *c = &t->cache[i];
        for (unsigned k = 0; k < 5; k++)
            sum += (7 + k) * c->outcome[k];
        sum += 13 * c->evictions + 17 * c->input_tokens + 19 * c->cached_tokens;
        sum = sum * 31 + c->entries.value + 3 * c->bytes.value + 5 * c->capacity_bytes.value;
    }
    for (size_t i = 0; i < t->timer_count; i++)
        sum = sum * 31 + t->timer[i].started + 3 * t->timer[i].timing.sum_ns;
    for (size_t i = 0; i < t->error_count; i++)
        sum = sum * 31 + t->error[i].count;
    sum = sum * 31 + s->control.levels + (s->control.acked ? 3 : 0) + (s->control.leased ? 5 : 0);
    return sum * 31 + (uint64_t)s->liveness;
}

int acd_server_sample(struct acd_server *server, uint64_t now_ns)
{
    int caches = sample_caches(server, now_ns);
    int timers = sample_timers(server, now_ns);
    int errors = sample_errors(server, now_ns);
    int events =
        acd_windows_sample(&server->event_windows, now_ns, &server->totals.events.emitted, 1);
    server->sampled = true;
    server->fingerprint = fingerprint_of(server);
    return caches < 0 || timers < 0 || errors < 0 || events < 0 ? -ENOMEM : 0;
}

static void table_stood_still(struct acd_window_table *table, uint64_t now_ns)
{
    for (size_t i = 0; i < table->count; i++)
        acd_windows_stood_still(&table->row[i].windows, now_ns);
}

void acd_server_stood_still(struct acd_server *server, uint64_t now_ns)
{
    table_stood_still(&server->cache_windows, now_ns);
    table_stood_still(&server->timer_windows, now_ns);
    table_stood_still(&server->error_windows, now_ns);
    acd_windows_stood_still(&server->event_windows, now_ns);
}

const struct acd_windows *acd_server_cache_windows(const struct acd_server *server,
                                                   const struct acd_cache_total *row)
{
    const struct acd_row_windows *r =
        find_row(&server->cache_windows, hash_names(row->type, row->model));
    return r ? &r->windows : NULL;
}

const struct acd_windows *acd_server_timer_windows(const struct acd_server *server,
                                                   const char *name)
{
    const struct acd_row_windows *r = find_row(&server->timer_windows, hash_names(name, ""));
    return r ? &r->windows : NULL;
}

const struct acd_windows *acd_server_error_windows(const struct acd_server *server,
                                                   const struct acd_error_total *row)
{
    const struct acd_row_windows *r = find_row(&server->error_windows, hash_error(row));
    return r ? &r->windows : NULL;
}

/* ---------------------------------------------------------------- sites */

int acd_server_learn_site(struct acd_server *server, const struct acd_site_info *info)
{
    size_t number = info->number;
    if (number >= server->site_room) {
        size_t room = server->site_room ? server->site_room : 32;
        while (room <= number)
            room *= 2;
        const struct acd_site_info **site = realloc(server->site, room * sizeof(void *));
        if (!site)
            return -ENOMEM;
        for (size_t i = server->site_room; i < room; i++)
            site[i] = NULL;
        server->site = site;
        server->site_room = room;
    }
    server->site[number] = info;
    return 0;
}

const struct acd_site_info *acd_server_site(const struct acd_server *server, uint32_t number)
{
    return number < server->site_room ? server->site[number] : NULL;
}

/* ---------------------------------------------------------------- questions */

unsigned acd_server_level(uint32_t levels, bool *ret_mixed)
{
    unsigned level = acd_levels_get(levels, ACD_CATEGORY_LOG);
    if (ret_mixed)
        *ret_mixed = levels != acd_levels_all(level);
    return level;
}

uint64_t acd_server_lost(const struct acd_server *server)
{
    return server->seen.overrun + server->totals.events.dropped;
}
