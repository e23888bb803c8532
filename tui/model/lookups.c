/* SPDX-License-Identifier: MIT */
/* Recent lookups, see lookups.h. */
#include "config.h"

#include "tui/model/lookups.h"

#include <string.h>

#include "tui/model/decode.h"
#include "tui/model/eventparts.h"

struct search {
    const struct acd_lookups_of *of;
    struct acd_selection resolved;
    const struct acd_fleet *fleet;
    const struct acd_digest *digest;
};

static bool is_shown(const struct search *s, const struct acd_entry *entry)
{
    const struct acd_server *server = acd_fleet_at(s->fleet, entry->server);
    return entry->type == ACD_ENTRY_EVENT && server && acd_fleet_selects(s->resolved, server);
}

static bool is_of_row(const struct search *s, const struct acd_event_view *view)
{
    const struct acd_lookups_of *of = s->of;
    const struct acd_digest *d = s->digest;
    char type[ACD_NAME_BYTES], model[ACD_NAME_BYTES];
    acd_decode_copy(type, sizeof type, view, ACD_KEY_CACHE_TYPE); /* as long as the table's */
    if (strcmp(of->type, ACD_OTHER_NAME) != 0 && strcmp(of->type, type) != 0)
        return false;
    acd_decode_copy(model, sizeof model, view, ACD_KEY_MODEL);
    size_t row = acd_digest_cache_of(d, type, model);
    return row < d->cache_count ? strcmp(d->cache[row].type, of->type) == 0 &&
                                      strcmp(d->cache[row].model, of->model) == 0
                                : strcmp(of->type, ACD_OTHER_NAME) == 0;
}

static void take_number(struct acd_gauge *to, const struct acd_event_view *view, const char *key)
{
    to->set = acd_decode_number(view, key, &to->value);
}

static void fill(struct acd_cache_lookup *row, const struct acd_entry *entry,
                 const struct acd_event_view *view)
{
    uint64_t outcome = ACD_OUTCOME_UNKNOWN;
    memset(row, 0, sizeof *row);
    row->sequence = entry->sequence;
    row->time_ns = entry->time_ns;
    row->server = entry->server;
    acd_decode_number(view, ACD_KEY_CACHE_OUTCOME, &outcome);
    row->outcome = outcome < ACD_OUTCOME_UNKNOWN ? (unsigned)outcome : ACD_OUTCOME_UNKNOWN;
    take_number(&row->input, view, ACD_KEY_INPUT_TOKENS);
    take_number(&row->cached, view, ACD_KEY_CACHED_TOKENS);
    take_number(&row->created, view, ACD_KEY_CREATED_TOKENS);
    take_number(&row->diverged, view, ACD_KEY_CACHE_DIVERGED);
    take_number(&row->size_bytes, view, ACD_KEY_CACHE_SIZE);
    take_number(&row->age_ns, view, ACD_KEY_CACHE_AGE);
    acd_decode_copy(row->key, sizeof row->key, view, ACD_KEY_CACHE_KEY);
    acd_decode_copy(row->reason, sizeof row->reason, view, ACD_KEY_CACHE_REASON);
    acd_decode_request(row->request, sizeof row->request, &view->request);
    acd_tracked_read(&row->tracked, view);
}

/* The newest of the entries from `from` to before `end`, newest first; how many. */
static size_t look_back(struct acd_cache_lookup *rows, const struct search *s, uint64_t from,
                        uint64_t end)
{
    size_t count = 0;
    struct acd_entry entry;
    while (count < ACD_LOOKUPS_MAX && end > from && acd_store_get(s->fleet->store, --end, &entry)) {
        struct acd_event_parts parts;
        if (!acd_filter_passes(&s->of->filter, &entry) || !is_shown(s, &entry))
            continue;
        acd_eventparts_open(&parts, s->fleet, &entry);
        if (acd_followed_takes(&s->of->followed, &parts.view.request) && is_of_row(s, &parts.view))
            fill(&rows[count++], &entry, &parts.view);
    }
    return count;
}

static bool is_same(const struct acd_lookups_of *a, const struct acd_lookups_of *b)
{
    return strcmp(a->type, b->type) == 0 && strcmp(a->model, b->model) == 0 &&
           a->selection.kind == b->selection.kind && a->selection.number == b->selection.number &&
           acd_filter_equal(&a->filter, &b->filter) &&
           acd_followed_equal(&a->followed, &b->followed);
}

void acd_lookups_renew(struct acd_lookups *lookups, const struct acd_lookups_of *of,
                       const struct acd_fleet *fleet, const struct acd_digest *digest, uint64_t end)
{
    struct acd_cache_lookup found[ACD_LOOKUPS_MAX];
    const struct search search = {of, acd_fleet_resolve(fleet, of->selection), fleet, digest};
    if (!is_same(&lookups->of, of) || end < lookups->next) {
        lookups->of = *of;
        lookups->next = 0;
        lookups->count = 0;
    }
    size_t count = look_back(found, &search, lookups->next, end);
    size_t kept =
        lookups->count < ACD_LOOKUPS_MAX - count ? lookups->count : ACD_LOOKUPS_MAX - count;
    memmove(lookups->row + count, lookups->row, kept * sizeof found[0]);
    memcpy(lookups->row, found, count * sizeof found[0]);
    lookups->count = count + kept;
    lookups->next = end;
}

size_t acd_lookups_find(const struct acd_lookups *lookups, uint64_t sequence)
{
    size_t i = 0;
    while (i < lookups->count && lookups->row[i].sequence != sequence)
        i++;
    return i;
}
