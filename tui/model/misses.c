/* SPDX-License-Identifier: MIT */
/* Misses and their causes, see misses.h. */
#include "config.h"

#include "tui/model/misses.h"

#include <stdlib.h>
#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/eventparts.h"
#include "tui/model/misspattern.h"

/* ---------------------------------------------------------------- requests under way */

/* Lookups whose request may still end a timer, by the request's id: a set keeps its newest. */
#define SETS 512u
#define WAYS 4u
#define NO_HASH 0u
#define HIT UINT8_MAX

struct pending {
    uint64_t hash; /* of server and request; NO_HASH: free */
    uint64_t time_ns, elapsed_ns;
    uint32_t row;
    uint8_t cost; /* in the row; HIT: its hits */
};

struct acd_misses_pending {
    struct pending slot[SETS][WAYS];
    uint8_t next[SETS];
};

static uint64_t mix(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_of(uint32_t server, const struct acd_request *request)
{
    uint64_t hash = mix(UINT64_C(0xcbf29ce484222325), &server, sizeof server);
    if (request->kind == ACD_REQUEST_NUMBER)
        hash = mix(hash, &request->number, sizeof request->number);
    else if (request->kind == ACD_REQUEST_TEXT && request->text.length > 0)
        hash = mix(hash, request->text.bytes, request->text.length);
    else
        return NO_HASH;
    return hash ? hash : 1;
}

static void await(struct acd_misses *m, uint64_t hash, const struct pending *lookup)
{
    if (hash == NO_HASH || !m->pending)
        return;
    size_t set = hash % SETS;
    struct pending *slot = &m->pending->slot[set][m->pending->next[set]++ % WAYS];
    *slot = *lookup;
    slot->hash = hash;
}

/* The longest timer around a lookup counts, and an outer one ends after those inside of it. */
static void take_end(struct acd_misses *m, const struct acd_entry *entry,
                     const struct acd_event_view *view)
{
    uint64_t hash = hash_of(entry->server, &view->request), elapsed = 0;
    if (hash == NO_HASH || !m->pending || !acd_decode_number(view, ACD_KEY_TIMER_ELAPSED, &elapsed))
        return;
    struct pending *set = m->pending->slot[hash % SETS];
    for (size_t i = 0; i < WAYS; i++) {
        struct pending *p = &set[i];
        bool around = p->time_ns <= entry->time_ns && entry->time_ns - p->time_ns <= elapsed;
        if (p->hash != hash || !around || elapsed <= p->elapsed_ns)
            continue;
        struct acd_miss_row *row = &m->row[p->row];
        struct acd_miss_cost *cost = p->cost == HIT ? &row->hit : &row->cost[p->cost];
        cost->requests += p->elapsed_ns == 0;
        cost->request_ns += elapsed - p->elapsed_ns;
        p->elapsed_ns = elapsed;
    }
}

/* ---------------------------------------------------------------- rows */

/* A free row: one of a server that is gone, or one more. */
static struct acd_miss_row *make_row(struct acd_misses *m, const struct acd_fleet *fleet)
{
    for (size_t i = 0; i < m->count; i++)
        if (!acd_fleet_at(fleet, m->row[i].server))
            return &m->row[i];
    if (m->count == m->room) {
        size_t room = m->room ? 2 * m->room : 4;
        struct acd_miss_row *rows = realloc(m->row, room * sizeof *rows);
        if (!rows) {
            m->lacks = true;
            return NULL;
        }
        m->row = rows;
        m->room = room;
    }
    return &m->row[m->count++];
}

static struct acd_miss_row *take_row(struct acd_misses *m, const struct acd_fleet *fleet,
                                     uint32_t server, const struct acd_event_view *view,
                                     const char *model_key)
{
    char type[ACD_NAME_BYTES], model[ACD_NAME_BYTES] = "";
    acd_decode_copy(type, sizeof type, view, ACD_KEY_CACHE_TYPE);
    if (model_key)
        acd_decode_copy(model, sizeof model, view, model_key);
    for (size_t i = 0; i < m->count; i++)
        if (m->row[i].server == server && strcmp(m->row[i].type, type) == 0 &&
            strcmp(m->row[i].model, model) == 0)
            return &m->row[i];
    struct acd_miss_row *row = make_row(m, fleet);
    if (!row)
        return NULL;
    memset(row, 0, sizeof *row);
    row->server = server;
    strcpy(row->type, type);
    strcpy(row->model, model);
    return row;
}

/* @return are both known, and make sense? */
static bool take_tokens(struct acd_miss_cost *cost, const struct acd_event_view *view,
                        struct acd_tokens *ret_tokens)
{
    if (!acd_decode_number(view, ACD_KEY_INPUT_TOKENS, &ret_tokens->input) ||
        !acd_decode_number(view, ACD_KEY_CACHED_TOKENS, &ret_tokens->cached) ||
        ret_tokens->cached > ret_tokens->input)
        return false;
    cost->again += ret_tokens->input - ret_tokens->cached;
    cost->again_lookups++;
    return true;
}

/* One that was no hit. @return where its cost is counted */
static uint8_t take_missed(struct acd_miss_row *row, const struct acd_entry *entry,
                           const struct acd_event_view *view, bool partial)
{
    char reason[sizeof row->cost[0].reason];
    struct acd_tracked tracked;
    struct acd_tokens tokens = {0, 0};
    struct acd_miss_recent recent = {.sequence = entry->sequence, .pattern = ACD_MISSES_NO_PATTERN};
    acd_decode_copy(reason, sizeof reason, view, ACD_KEY_CACHE_REASON);
    recent.reason = acd_misspattern_cost(row, reason);
    struct acd_miss_cost *cost = &row->cost[recent.reason];
    cost->partial += partial;
    cost->misses += !partial;
    acd_tracked_read(&tracked, view);
    if (take_tokens(cost, view, &tokens) &&
        acd_tracked_lost(&tracked, reason, tokens, &recent.lost)) {
        cost->lost += recent.lost;
        cost->tracked++;
    }
    if (tracked.change[0] && tracked.span_offset.set) {
        uint64_t at = UINT64_MAX;
        acd_decode_number(view, ACD_KEY_CACHE_DIVERGED, &at);
        recent.early = at < tokens.input / 2;
        struct acd_miss_pattern one = acd_misspattern_of(&tracked);
        one.early = recent.early;
        recent.pattern = acd_misspattern_add(row, &one);
    }
    row->missed++;
    acd_misspattern_remember(row, &recent);
    return recent.reason;
}

static void take_lookup(struct acd_misses *m, const struct acd_fleet *fleet,
                        const struct acd_entry *entry, const struct acd_event_view *view)
{
    uint64_t outcome = ACD_OUTCOME_UNKNOWN, predicted = 0;
    struct acd_tokens tokens = {0, 0};
    acd_decode_number(view, ACD_KEY_CACHE_OUTCOME, &outcome);
    if (outcome != ACD_OUTCOME_HIT && outcome != ACD_OUTCOME_PARTIAL && outcome != ACD_OUTCOME_MISS)
        return;
    struct acd_miss_row *row = take_row(m, fleet, entry->server, view, ACD_KEY_MODEL);
    if (!row)
        return;
    struct pending lookup = {
        .time_ns = entry->time_ns, .row = (uint32_t)(row - m->row), .cost = HIT};
    acd_decode_number(view, ACD_KEY_CACHE_PREDICTED, &predicted);
    row->predicted += predicted != 0;
    if (outcome == ACD_OUTCOME_HIT) {
        row->hits++;
        take_tokens(&row->hit, view, &tokens);
    } else {
        lookup.cost = take_missed(row, entry, view, outcome == ACD_OUTCOME_PARTIAL);
    }
    await(m, hash_of(entry->server, &view->request), &lookup);
}

/* Of a type, whatever the model. */
static void take_reuse(struct acd_misses *m, const struct acd_fleet *fleet,
                       const struct acd_entry *entry, const struct acd_event_view *view)
{
    struct acd_miss_row *row = take_row(m, fleet, entry->server, view, NULL);
    if (row)
        acd_tracked_reuse(&row->reuse, view, entry->time_ns);
}

/* ---------------------------------------------------------------- reading */

static void take(struct acd_misses *m, const struct acd_fleet *fleet, const struct acd_entry *entry)
{
    struct acd_event_parts parts;
    if (entry->type != ACD_ENTRY_EVENT ||
        (entry->kind != ACD_KIND_CACHE && entry->kind != ACD_KIND_REUSE &&
         entry->kind != ACD_KIND_TIMER_END))
        return;
    acd_eventparts_open(&parts, fleet, entry);
    if (entry->kind == ACD_KIND_REUSE)
        take_reuse(m, fleet, entry, &parts.view);
    else if (!acd_followed_takes(&m->of.followed, &parts.view.request))
        return;
    else if (entry->kind == ACD_KIND_CACHE)
        take_lookup(m, fleet, entry, &parts.view);
    else
        take_end(m, entry, &parts.view);
}

static void begin_anew(struct acd_misses *m, const struct acd_misses_of *of)
{
    m->of = *of;
    m->next = 0;
    m->count = 0;
    m->lacks = false;
    if (m->pending)
        memset(m->pending, 0, sizeof *m->pending);
}

bool acd_misses_renew(struct acd_misses *misses, const struct acd_misses_of *of,
                      const struct acd_fleet *fleet, uint64_t end)
{
    uint64_t first = acd_store_first(fleet->store);
    if (misses->of.from != of->from || end < misses->next ||
        !acd_followed_equal(&misses->of.followed, &of->followed))
        begin_anew(misses, of);
    if (!misses->pending)
        misses->pending = calloc(1, sizeof *misses->pending);
    if (!misses->pending)
        misses->lacks = true;
    first = first < of->from ? of->from : first;
    if (misses->next < first)
        misses->next = first;
    struct acd_entry entry;
    unsigned left = ACD_MISSES_ENTRIES;
    for (; left > 0 && misses->next < end && acd_store_get(fleet->store, misses->next, &entry);
         left--, misses->next++)
        take(misses, fleet, &entry);
    return left == 0;
}

void acd_misses_fini(struct acd_misses *misses)
{
    free(misses->row);
    free(misses->pending);
    memset(misses, 0, sizeof *misses);
}

/* ---------------------------------------------------------------- questions */

bool acd_misses_row(const struct acd_misses *misses, const struct acd_misses_scope *scope,
                    size_t index, struct acd_miss_row *ret_row)
{
    const struct acd_fleet *fleet = scope->fleet;
    const struct acd_selection resolved = acd_fleet_resolve(fleet, scope->selection);
    bool any = false;
    memset(ret_row, 0, sizeof *ret_row);
    for (size_t i = 0; i < misses->count; i++) {
        const struct acd_miss_row *row = &misses->row[i];
        const struct acd_server *server = acd_fleet_at(fleet, row->server);
        if (!server || !acd_fleet_selects(resolved, server) ||
            acd_digest_cache_of(scope->digest, row->type, row->model) != index)
            continue;
        acd_misspattern_merge(ret_row, row);
        any = true;
    }
    return any;
}

const struct acd_miss_cost *acd_misses_cost(const struct acd_miss_row *row, const char *reason)
{
    for (size_t i = 0; i < row->cost_count; i++)
        if (strcmp(row->cost[i].reason, reason) == 0)
            return &row->cost[i];
    return NULL;
}

const struct acd_miss_pattern *acd_misses_pattern(const struct acd_miss_row *row,
                                                  const struct acd_tracked *tracked)
{
    if (!tracked->change[0] || !tracked->span_offset.set)
        return NULL;
    const struct acd_miss_pattern one = acd_misspattern_of(tracked);
    size_t at = acd_misspattern_find(row, &one);
    return at < row->pattern_count ? &row->pattern[at] : NULL;
}
