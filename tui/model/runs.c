/* SPDX-License-Identifier: MIT */
/* One timer from near, see runs.h. */
#include "config.h"

#include "tui/model/runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/eventparts.h"
#include "tui/model/redact.h"

/* ---------------------------------------------------------------- running */

static void take_request(struct acd_timer_run *run, const struct acd_running_total *total)
{
    if (total->request_kind == ACD_REQUEST_NUMBER)
        snprintf(run->request, sizeof run->request, "%" PRIu64, total->request);
    else if (total->request_kind == ACD_REQUEST_TEXT)
        acd_redact_text(run->request, sizeof run->request, total->request_text,
                        strlen(total->request_text));
}

static void take_running(struct acd_runs *runs, const struct acd_digest *digest)
{
    runs->running_count = 0;
    for (size_t i = 0; i < digest->running_count; i++) {
        const struct acd_running_row *row = &digest->running[i];
        if (strcmp(row->total.timer, runs->of.timer) != 0 ||
            runs->running_count == ACD_RUNS_RUNNING ||
            !acd_followed_takes_running(&runs->of.followed, &row->total))
            continue;
        struct acd_timer_run *run = &runs->running[runs->running_count++];
        *run = (struct acd_timer_run){.id = {row->server, row->total.id},
                                      .state = ACD_RUN_RUNNING,
                                      .start_ns = row->start_ns,
                                      .elapsed_ns = row->elapsed_ns,
                                      .checkpoint_ns = row->checkpoint_ns,
                                      .thread = (uint32_t)row->total.thread};
        memcpy(run->at, row->total.checkpoint, sizeof run->at);
        take_request(run, &row->total);
        run->followed = acd_followed_running(&row->total);
    }
}

/* ---------------------------------------------------------------- ended */

/* A place among the slowest, NULL: it has none.  Once some were left out, one that is faster than the
 * last has none either: it may be faster than they. */
static struct acd_timer_run *make_place(struct acd_runs *runs, uint64_t elapsed_ns)
{
    size_t at = runs->slowest_count;
    while (at > 0 && runs->slowest[at - 1].elapsed_ns < elapsed_ns)
        at--;
    if (at == ACD_RUNS_SLOWEST)
        runs->left_out = true;
    if (at == runs->slowest_count && runs->left_out)
        return NULL;
    if (runs->slowest_count < ACD_RUNS_SLOWEST)
        runs->slowest_count++;
    else
        runs->left_out = true;
    memmove(&runs->slowest[at + 1], &runs->slowest[at],
            (runs->slowest_count - 1 - at) * sizeof runs->slowest[0]);
    return &runs->slowest[at];
}

static void take_end(struct acd_runs *runs, const struct acd_entry *entry,
                     const struct acd_event_view *view)
{
    uint64_t elapsed = 0, id = 0;
    if (!acd_decode_equals(view, ACD_KEY_TIMER, runs->of.timer) ||
        !acd_decode_number(view, ACD_KEY_TIMER_ELAPSED, &elapsed) ||
        !acd_decode_number(view, ACD_KEY_TIMER_ID, &id))
        return;
    struct acd_timer_run *run = make_place(runs, elapsed);
    if (!run)
        return;
    *run = (struct acd_timer_run){
        .id = {entry->server, id},
        .state = entry->kind == ACD_KIND_TIMER_FAIL ? ACD_RUN_FAILED : ACD_RUN_ENDED,
        .sequence = entry->sequence,
        .start_ns = entry->time_ns > elapsed ? entry->time_ns - elapsed : 0,
        .elapsed_ns = elapsed,
        .thread = entry->thread};
    if (run->state == ACD_RUN_FAILED)
        acd_decode_copy(run->at, sizeof run->at, view, ACD_KEY_ERROR_TYPE);
    acd_decode_request(run->request, sizeof run->request, &view->request);
    run->followed = acd_followed_event(&view->request);
}

/* @return are there more? */
static bool read_entries(struct acd_runs *runs, const struct acd_fleet *fleet, uint64_t end)
{
    const struct acd_selection resolved = acd_fleet_resolve(fleet, runs->of.selection);
    struct acd_filter filter = runs->of.filter;
    struct acd_entry entry;
    filter.kinds = 1u << ACD_KIND_TIMER_END | 1u << ACD_KIND_TIMER_FAIL;
    filter.level = 3; /* how slow something was is no matter of the view level */
    if (end > acd_store_next(fleet->store))
        end = acd_store_next(fleet->store);
    uint64_t last = end > runs->next + ACD_RUNS_ENTRIES ? runs->next + ACD_RUNS_ENTRIES : end;
    for (; runs->next < last && acd_store_get(fleet->store, runs->next, &entry); runs->next++) {
        struct acd_event_parts parts;
        const struct acd_server *server = acd_fleet_at(fleet, entry.server);
        if (entry.type != ACD_ENTRY_EVENT || !acd_filter_passes(&filter, &entry) || !server ||
            !acd_fleet_selects(resolved, server))
            continue;
        acd_eventparts_open(&parts, fleet, &entry);
        if (acd_followed_takes(&runs->of.followed, &parts.view.request))
            take_end(runs, &entry, &parts.view);
    }
    return runs->next < end;
}

/* Slow ones that the store forgot go.  true: so many that those left out are looked for again. */
static bool forget(struct acd_runs *runs, uint64_t first)
{
    size_t kept = 0;
    for (size_t i = 0; i < runs->slowest_count; i++)
        if (runs->slowest[i].sequence >= first)
            runs->slowest[kept++] = runs->slowest[i];
    runs->slowest_count = kept;
    return runs->left_out && kept < ACD_RUNS_SLOWEST / 2;
}

static void begin_anew(struct acd_runs *runs, uint64_t first)
{
    runs->next = first;
    runs->left_out = false;
    runs->slowest_count = 0;
}

static bool is_same(const struct acd_runs_of *a, const struct acd_runs_of *b)
{
    return strcmp(a->timer, b->timer) == 0 && a->selection.kind == b->selection.kind &&
           a->selection.number == b->selection.number && acd_filter_equal(&a->filter, &b->filter) &&
           acd_followed_equal(&a->followed, &b->followed) && a->from == b->from;
}

bool acd_runs_renew(struct acd_runs *runs, const struct acd_runs_of *of,
                    const struct acd_fleet *fleet, const struct acd_digest *digest, uint64_t end)
{
    uint64_t first = acd_store_first(fleet->store);
    first = first < of->from ? of->from : first;
    if (!is_same(&runs->of, of)) {
        memset(runs, 0, sizeof *runs);
        runs->of = *of;
        begin_anew(runs, first);
    } else if (forget(runs, first) || end < runs->next) {
        begin_anew(runs, first);
    }
    if (runs->next < first)
        runs->next = first;
    take_running(runs, digest);
    return read_entries(runs, fleet, end);
}

/* ---------------------------------------------------------------- the histogram */

void acd_runs_renew_histogram(struct acd_runs *runs, const struct acd_fleet *fleet,
                              const struct acd_digest *digest,
                              const struct acd_histogram_source *source)
{
    size_t at = acd_digest_find_timer(digest, runs->of.timer);
    /* The ring's histogram is of all requests, not of the one that is followed. */
    if (at == digest->timer_count || runs->of.followed.kind != ACD_REQUEST_NONE)
        return;
    const struct acd_timer_row *row = &digest->timer[at];
    if (row->count == runs->counted && row->sum_ns == runs->counted_ns)
        return;
    const struct acd_selection resolved = acd_fleet_resolve(fleet, runs->of.selection);
    memset(runs->bucket, 0, sizeof runs->bucket);
    for (size_t i = 0; source->add && i < fleet->count; i++)
        if (acd_fleet_selects(resolved, fleet->server[i]))
            source->add(source->context, fleet->server[i], runs->of.timer, NULL, runs->bucket);
    runs->quantiles = acd_quantile_all(runs->bucket, row->quantiles.max_ns);
    runs->counted = row->count;
    runs->counted_ns = row->sum_ns;
}

/* ---------------------------------------------------------------- questions */

bool acd_runs_same(struct acd_run_id a, struct acd_run_id b)
{
    return a.server == b.server && a.id == b.id;
}

size_t acd_runs_count(const struct acd_runs *runs)
{
    return runs->running_count + runs->slowest_count;
}

const struct acd_timer_run *acd_runs_at(const struct acd_runs *runs, size_t index)
{
    return index < runs->running_count ? &runs->running[index]
                                       : &runs->slowest[index - runs->running_count];
}

size_t acd_runs_find(const struct acd_runs *runs, struct acd_run_id id)
{
    size_t i = 0;
    while (i < acd_runs_count(runs) && !acd_runs_same(acd_runs_at(runs, i)->id, id))
        i++;
    return i;
}
