/* SPDX-License-Identifier: MIT */
/* Merged rows with their rates and percentiles, see digest.h. */
#include "config.h"

#include "tui/model/digest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One renewal: what it reads, what it makes, and the digest before it. */
struct pass {
    const struct acd_server *const *server;
    size_t server_count;
    const struct acd_histogram_source *source;
    const struct acd_digest *before;
    struct acd_digest *out;
};

/* Makes room for one more element of `size` bytes; the array or NULL. */
static void *more(void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    size_t wanted = *room ? 2 * *room : 16;
    void *grown = realloc(array, wanted * size);
    if (grown)
        *room = wanted;
    return grown;
}

void acd_digest_fini(struct acd_digest *digest)
{
    free(digest->cache);
    free(digest->timer);
    free(digest->label);
    free(digest->running);
    acd_errors_fini(&digest->errors);
    memset(digest, 0, sizeof *digest);
}

/* ---------------------------------------------------------------- caches */

size_t acd_digest_find_cache(const struct acd_digest *digest, const char *type, const char *model)
{
    size_t i = 0;
    while (i < digest->cache_count &&
           (strcmp(digest->cache[i].type, type) != 0 || strcmp(digest->cache[i].model, model) != 0))
        i++;
    return i;
}

size_t acd_digest_cache_of(const struct acd_digest *digest, const char *type, const char *model)
{
    size_t row = acd_digest_find_cache(digest, type, model);
    if (row == digest->cache_count && model[0])
        row = acd_digest_find_cache(digest, type, "");
    if (row < digest->cache_count)
        return row;
    for (row = 0; row < digest->cache_count; row++)
        if (strcmp(digest->cache[row].type, ACD_OTHER_NAME) == 0)
            break;
    return row;
}

uint64_t acd_digest_missed(const struct acd_cache_row *row)
{
    uint64_t missed = row->outcome[ACD_OUTCOME_MISS];
    return missed > row->reasons_total ? missed : row->reasons_total;
}

static struct acd_cache_row *take_cache(struct acd_digest *d, const struct acd_cache_total *c)
{
    size_t found = acd_digest_find_cache(d, c->type, c->model);
    if (found < d->cache_count)
        return &d->cache[found];
    struct acd_cache_row *rows = more(d->cache, d->cache_count, &d->cache_room, sizeof d->cache[0]);
    if (!rows)
        return NULL;
    d->cache = rows;
    struct acd_cache_row *row = &rows[d->cache_count++];
    memset(row, 0, sizeof *row);
    memcpy(row->type, c->type, sizeof row->type);
    memcpy(row->model, c->model, sizeof row->model);
    return row;
}

static void add_gauge(struct acd_gauge *to, const struct acd_gauge *from)
{
    to->set = to->set || from->set;
    if (from->set)
        to->value += from->value;
}

/* More distinct reasons than a ring can have come from several rings; the rest stays in the total. */
static void add_reason(struct acd_cache_row *row, const char *name, uint64_t count)
{
    size_t i = 0;
    row->reasons_total += count;
    while (i < row->reason_count && strcmp(row->reason[i].name, name) != 0)
        i++;
    if (i == ACD_REASONS)
        return;
    struct acd_reason_share *share = &row->reason[i];
    if (i == row->reason_count) {
        row->reason_count++;
        memcpy(share->name, name, strnlen(name, sizeof share->name - 1) + 1);
        share->name[sizeof share->name - 1] = '\0';
    }
    share->count += count;
}

static void add_cache_windows(struct acd_cache_row *row, const struct acd_windows *w, uint64_t now)
{
    for (unsigned id = 0; id < ACD_WINDOWS; id++) {
        acd_windows_add(w, id, ACD_CACHE_WINDOW_FOUND, now, &row->found[id]);
        acd_windows_add(w, id, ACD_CACHE_WINDOW_LOOKUPS, now, &row->lookups[id]);
        acd_windows_add(w, id, ACD_CACHE_WINDOW_CACHED, now, &row->cached[id]);
        acd_windows_add(w, id, ACD_CACHE_WINDOW_INPUT, now, &row->input[id]);
        acd_windows_add(w, id, ACD_CACHE_WINDOW_EVICTED, now, &row->evicted[id]);
    }
}

static int add_cache(struct acd_digest *d, const struct acd_server *server,
                     const struct acd_cache_total *c)
{
    struct acd_cache_row *row = take_cache(d, c);
    if (!row)
        return -ENOMEM;
    for (unsigned i = 0; i < 5; i++)
        row->outcome[i] += c->outcome[i];
    row->tokens.part += c->cached_tokens;
    row->tokens.whole += c->input_tokens;
    row->token_lookups += c->token_lookups;
    row->evictions += c->evictions;
    row->created_tokens += c->created_tokens;
    add_gauge(&row->entries, &c->entries);
    add_gauge(&row->bytes, &c->bytes);
    add_gauge(&row->capacity_bytes, &c->capacity_bytes);
    for (unsigned i = 0; i < ACD_REASONS; i++)
        if (c->reason[i] > 0 && c->reason_name[i][0])
            add_reason(row, c->reason_name[i], c->reason[i]);
    const struct acd_windows *w = acd_server_cache_windows(server, c);
    if (w)
        add_cache_windows(row, w, d->now_ns);
    return 0;
}

static int more_frequent(const void *left, const void *right)
{
    const struct acd_reason_share *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int renew_caches(const struct pass *pass)
{
    struct acd_digest *d = pass->out;
    int result = 0;
    for (size_t s = 0; s < pass->server_count; s++) {
        const struct acd_totals *t = &pass->server[s]->totals;
        for (size_t i = 0; i < t->cache_count; i++)
            if (add_cache(d, pass->server[s], &t->cache[i]) < 0)
                result = -ENOMEM;
    }
    for (size_t i = 0; i < d->cache_count; i++) {
        struct acd_cache_row *row = &d->cache[i];
        row->requests = acd_rate_requests(row->outcome);
        qsort(row->reason, row->reason_count, sizeof row->reason[0], more_frequent);
    }
    return result;
}

/* ---------------------------------------------------------------- timers */

static struct acd_timer_row *take_timer(struct acd_digest *d, const char *name)
{
    size_t i = acd_digest_find_timer(d, name);
    if (i < d->timer_count)
        return &d->timer[i];
    struct acd_timer_row *rows = more(d->timer, d->timer_count, &d->timer_room, sizeof d->timer[0]);
    if (!rows)
        return NULL;
    d->timer = rows;
    struct acd_timer_row *row = &rows[d->timer_count++];
    memset(row, 0, sizeof *row);
    memcpy(row->name, name, strnlen(name, sizeof row->name - 1));
    return row;
}

static void add_timer_windows(struct acd_timer_row *row, const struct acd_windows *w,
                              const struct acd_digest *d)
{
    acd_windows_add(w, d->window, ACD_TIMER_WINDOW_COUNT, d->now_ns, &row->ended);
    acd_windows_add(w, d->window, ACD_TIMER_WINDOW_SUM_US, d->now_ns, &row->sum_us);
}

static int add_timer(struct acd_digest *d, const struct acd_server *server,
                     const struct acd_timer_total *t)
{
    struct acd_timer_row *row = take_timer(d, t->name);
    if (!row)
        return -ENOMEM;
    row->count += t->timing.count;
    row->sum_ns += t->timing.sum_ns;
    row->failed += t->failed;
    if (t->timing.max_ns > row->quantiles.max_ns)
        row->quantiles.max_ns = t->timing.max_ns;
    const struct acd_windows *w = acd_server_timer_windows(server, t->name);
    if (w)
        add_timer_windows(row, w, d);
    return 0;
}

static struct acd_running_row *take_running(struct acd_digest *d)
{
    struct acd_running_row *rows =
        more(d->running, d->running_count, &d->running_room, sizeof d->running[0]);
    if (!rows)
        return NULL;
    d->running = rows;
    struct acd_running_row *row = &rows[d->running_count++];
    memset(row, 0, sizeof *row);
    return row;
}

/* Whose a row is: the server's that has it, or another's that it was gathered from. */
static uint32_t owner_of(const struct acd_server *server, uint32_t gathered_from)
{
    return gathered_from ? gathered_from - 1 : server->number;
}

static void fill_running(struct acd_running_row *row, const struct acd_server *server,
                         const struct acd_running_total *running, uint64_t now_ns)
{
    /* A dead server's timers stopped when it did. */
    uint64_t until = acd_server_is_live(server) ? now_ns : acd_server_last_sign_ns(server);
    row->server = owner_of(server, running->gathered_from);
    row->total = *running;
    row->start_ns = acd_clockmap_realtime_ns(&server->clock, running->start_ticks);
    row->checkpoint_ns =
        acd_clockmap_duration_ns(&server->clock, running->start_ticks, running->checkpoint_ticks);
    row->elapsed_ns = until > row->start_ns ? until - row->start_ns : 0;
    /* Clocks are read one after the other: no checkpoint lies ahead. */
    if (row->elapsed_ns < row->checkpoint_ns)
        row->elapsed_ns = row->checkpoint_ns;
}

static int add_running(struct acd_digest *d, const struct acd_server *server,
                       const struct acd_running_total *running)
{
    struct acd_running_row *row = take_running(d);
    size_t i = acd_digest_find_timer(d, running->timer);
    if (!row)
        return -ENOMEM;
    fill_running(row, server, running, d->now_ns);
    if (i == d->timer_count)
        return 0;
    struct acd_timer_row *timer = &d->timer[i];
    if (timer->running++ == 0 || row->elapsed_ns > timer->running_oldest_ns) {
        timer->running_oldest_ns = row->elapsed_ns;
        memcpy(timer->running_at, running->checkpoint, sizeof timer->running_at);
    }
    return 0;
}

static int longer_running(const void *left, const void *right)
{
    const struct acd_running_row *a = left, *b = right;
    if (a->elapsed_ns != b->elapsed_ns)
        return a->elapsed_ns > b->elapsed_ns ? -1 : 1;
    return a->total.id < b->total.id ? -1 : a->total.id > b->total.id;
}

static struct acd_label_row *take_label(struct acd_digest *d, struct acd_timer_row *timer,
                                        const char *name)
{
    for (size_t i = 0; i < timer->label_count; i++)
        if (strcmp(d->label[timer->label_first + i].name, name) == 0)
            return &d->label[timer->label_first + i];
    struct acd_label_row *rows = more(d->label, d->label_count, &d->label_room, sizeof d->label[0]);
    if (!rows)
        return NULL;
    d->label = rows;
    struct acd_label_row *row = &rows[d->label_count++];
    memset(row, 0, sizeof *row);
    memcpy(row->name, name, strnlen(name, sizeof row->name - 1));
    timer->label_count++;
    return row;
}

static int add_labels(struct acd_digest *d, struct acd_timer_row *timer,
                      const struct acd_timer_total *t)
{
    for (unsigned i = 0; i < t->label_count; i++) {
        const struct acd_label_total *l = &t->label[i];
        struct acd_label_row *row = take_label(d, timer, l->name);
        if (!row)
            return -ENOMEM;
        row->count += l->timing.count;
        row->sum_ns += l->timing.sum_ns;
        if (l->timing.max_ns > row->quantiles.max_ns)
            row->quantiles.max_ns = l->timing.max_ns;
    }
    return 0;
}

static const struct acd_timer_total *timer_of(const struct acd_server *server, const char *name)
{
    for (size_t i = 0; i < server->totals.timer_count; i++)
        if (strcmp(server->totals.timer[i].name, name) == 0)
            return &server->totals.timer[i];
    return NULL;
}

/* The labels of one timer stand together, so they are gathered timer by timer. */
static int renew_labels(const struct pass *pass)
{
    struct acd_digest *d = pass->out;
    int result = 0;
    for (size_t i = 0; i < d->timer_count; i++) {
        struct acd_timer_row *row = &d->timer[i];
        row->label_first = d->label_count;
        for (size_t s = 0; s < pass->server_count; s++) {
            const struct acd_timer_total *t = timer_of(pass->server[s], row->name);
            if (t && add_labels(d, row, t) < 0)
                result = -ENOMEM;
        }
    }
    return result;
}

static struct acd_quantiles ask(const struct pass *pass, const char *timer, const char *label,
                                uint64_t max_ns)
{
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    if (!pass->source)
        return acd_quantile_all(NULL, max_ns);
    for (size_t s = 0; s < pass->server_count; s++)
        pass->source->add(pass->source->context, pass->server[s], timer, label, bucket);
    return acd_quantile_all(bucket, max_ns);
}

/* The quantiles of a row whose numbers stand still are those of the digest before. */
static const struct acd_timer_row *timer_before(const struct acd_digest *before,
                                                const struct acd_timer_row *row)
{
    size_t i = acd_digest_find_timer(before, row->name);
    if (i == before->timer_count)
        return NULL;
    const struct acd_timer_row *old = &before->timer[i];
    return old->label_count == row->label_count ? old : NULL;
}

static void renew_quantiles(const struct pass *pass, struct acd_timer_row *row)
{
    struct acd_digest *d = pass->out;
    const struct acd_timer_row *old = timer_before(pass->before, row);
    if (old && old->count == row->count && old->sum_ns == row->sum_ns)
        row->quantiles = old->quantiles;
    else
        row->quantiles = ask(pass, row->name, NULL, row->quantiles.max_ns);
    for (size_t i = 0; i < row->label_count; i++) {
        struct acd_label_row *l = &d->label[row->label_first + i];
        const struct acd_label_row *o = old ? &pass->before->label[old->label_first + i] : NULL;
        if (o && strcmp(o->name, l->name) == 0 && o->count == l->count && o->sum_ns == l->sum_ns)
            l->quantiles = o->quantiles;
        else
            l->quantiles = ask(pass, row->name, l->name, l->quantiles.max_ns);
    }
}

static int renew_timers(const struct pass *pass)
{
    struct acd_digest *d = pass->out;
    int result = 0;
    for (size_t s = 0; s < pass->server_count; s++) {
        const struct acd_totals *t = &pass->server[s]->totals;
        for (size_t i = 0; i < t->timer_count; i++)
            if (add_timer(d, pass->server[s], &t->timer[i]) < 0)
                result = -ENOMEM;
        for (size_t i = 0; i < t->running_count; i++)
            if (add_running(d, pass->server[s], &t->running[i]) < 0)
                result = -ENOMEM;
    }
    if (d->running_count > 1)
        qsort(d->running, d->running_count, sizeof d->running[0], longer_running);
    if (renew_labels(pass) < 0)
        result = -ENOMEM;
    for (size_t i = 0; i < d->timer_count; i++)
        renew_quantiles(pass, &d->timer[i]);
    return result;
}

size_t acd_digest_find_timer(const struct acd_digest *digest, const char *name)
{
    size_t i = 0;
    while (i < digest->timer_count && strcmp(digest->timer[i].name, name) != 0)
        i++;
    return i;
}

size_t acd_digest_slowest_timer(const struct acd_digest *digest)
{
    size_t slowest = digest->timer_count;
    for (size_t i = 0; i < digest->timer_count; i++) {
        if (slowest == digest->timer_count ||
            digest->timer[i].quantiles.p95_ns > digest->timer[slowest].quantiles.p95_ns)
            slowest = i;
    }
    return slowest;
}

/* ---------------------------------------------------------------- errors and events */

static int add_error(struct acd_digest *d, const struct acd_server *server,
                     const struct acd_error_total *e)
{
    struct acd_error_row row = {.status = e->status, .count = e->count};
    const struct acd_windows *windows = acd_server_error_windows(server, e);
    row.server = owner_of(server, e->gathered_from);
    memcpy(row.type, e->type, sizeof row.type);
    memcpy(row.provider, e->provider, sizeof row.provider);
    memcpy(row.model, e->model, sizeof row.model);
    memcpy(row.message, e->message, sizeof row.message);
    memcpy(row.file, e->file, sizeof row.file - 1);
    if (e->first_ticks)
        row.first_ns = acd_clockmap_realtime_ns(&server->clock, e->first_ticks);
    if (e->last_ticks)
        row.last_ns = acd_clockmap_realtime_ns(&server->clock, e->last_ticks);
    row.file_ns = row.last_ns;
    for (int w = 0; windows && w < ACD_WINDOWS; w++)
        acd_windows_add(windows, (enum acd_window_id)w, 0, d->now_ns, &row.seen[w]);
    return acd_errors_add(&d->errors, &row);
}

static int renew_errors(const struct pass *pass)
{
    int result = 0;
    for (size_t s = 0; s < pass->server_count; s++) {
        const struct acd_totals *t = &pass->server[s]->totals;
        for (size_t i = 0; i < t->error_count; i++)
            if (add_error(pass->out, pass->server[s], &t->error[i]) < 0)
                result = -ENOMEM;
    }
    acd_errors_sort(&pass->out->errors);
    return result;
}

static void add_events(struct acd_digest *d, const struct acd_server *server)
{
    const struct acd_event_totals *e = &server->totals.events;
    d->servers++;
    d->live += acd_server_is_live(server);
    d->events.written += e->written;
    d->events.in_ring += e->in_ring;
    d->events.dropped_busy += e->dropped_busy;
    d->events.dropped_no_room += e->dropped_no_room;
    d->events.dropped += e->dropped;
    d->events.emitted += e->emitted;
    d->events.cut += e->cut;
    d->misc.allocated_bytes += server->totals.misc.allocated_bytes;
    d->misc.lanes += server->totals.misc.lanes;
    d->overrun += server->seen.overrun;
    d->dropped += e->dropped;
    d->lost += acd_server_lost(server);
    acd_windows_add(&server->event_windows, ACD_WINDOW_1M, 0, d->now_ns, &d->emitted);
}

static int renew(struct acd_digest *digest, struct pass *pass, uint64_t now_ns)
{
    struct acd_digest next = {.now_ns = now_ns};
    pass->before = digest;
    pass->out = &next;
    for (size_t s = 0; s < pass->server_count; s++)
        add_events(&next, pass->server[s]);
    int caches = renew_caches(pass);
    int timers = renew_timers(pass);
    int errors = renew_errors(pass);
    acd_digest_fini(digest);
    *digest = next;
    pass->before = pass->out = NULL;
    return caches < 0 || timers < 0 || errors < 0 ? -ENOMEM : 0;
}

int acd_digest_renew(struct acd_digest *digest, const struct acd_fleet *fleet,
                     struct acd_selection selection, uint64_t now_ns,
                     const struct acd_histogram_source *source)
{
    struct acd_selection resolved = acd_fleet_resolve(fleet, selection);
    const struct acd_server **chosen = malloc((fleet->count + 1) * sizeof(void *));
    size_t count = 0;
    if (!chosen)
        return -ENOMEM;
    for (size_t i = 0; i < fleet->count; i++)
        if (acd_fleet_selects(resolved, fleet->server[i]))
            chosen[count++] = fleet->server[i];
    struct pass pass = {.server = chosen, .server_count = count, .source = source};
    int r = renew(digest, &pass, now_ns);
    free(chosen);
    return r;
}

int acd_digest_renew_one(struct acd_digest *digest, const struct acd_server *server,
                         uint64_t now_ns, const struct acd_histogram_source *source)
{
    struct pass pass = {.server = &server, .server_count = 1, .source = source};
    return renew(digest, &pass, now_ns);
}
