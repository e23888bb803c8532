/* SPDX-License-Identifier: MIT */
/* Searching rows of events, see eventfind.h. */
#include "config.h"

#include "tui/model/eventfind.h"

#include "tui/model/eventparts.h"

bool acd_eventfind_passes(const struct acd_query *query, const struct acd_fleet *fleet,
                          const struct acd_entry *entry)
{
    struct acd_event_parts parts;
    if (entry->type == ACD_ENTRY_GAP)
        return false;
    acd_eventparts_open(&parts, fleet, entry);
    const struct acd_query_subject subject = acd_eventparts_subject(&parts, entry);
    return acd_query_matches(query, &subject);
}

void acd_eventfind_begin(struct acd_eventfind *find, const struct acd_shown *shown,
                         uint64_t sequence, bool backwards)
{
    uint64_t first = acd_store_first(shown->store);
    find->backwards = backwards;
    find->around = false;
    find->origin = sequence;
    find->at = backwards ? sequence : sequence + 1;
    find->looked = 0;
    find->all = shown->end > first ? shown->end - first : 0;
    find->state = ACD_EVENTFIND_MORE;
}

/* The next row in the direction of the search, round the end once. */
static bool next_row(struct acd_eventfind *f, const struct acd_shown *shown, struct acd_entry *e)
{
    uint64_t before = f->at;
    bool any = f->backwards ? acd_shown_before(shown, f->at, e) : acd_shown_from(shown, f->at, e);
    if (!any && !f->around) {
        f->around = true;
        f->at = before = f->backwards ? shown->end : 0;
        any = f->backwards ? acd_shown_before(shown, f->at, e) : acd_shown_from(shown, f->at, e);
    }
    if (!any || (f->around && (f->backwards ? e->sequence < f->origin : e->sequence > f->origin)))
        return false;
    f->at = f->backwards ? e->sequence : e->sequence + 1;
    f->looked += f->at > before ? f->at - before : before - f->at;
    return true;
}

enum acd_eventfind_state acd_eventfind_step(struct acd_eventfind *find,
                                            const struct acd_shown *shown,
                                            const struct acd_fleet *fleet, size_t most)
{
    struct acd_entry e;
    for (; find->state == ACD_EVENTFIND_MORE && most > 0; most--) {
        if (!next_row(find, shown, &e)) {
            find->state = ACD_EVENTFIND_NOTHING;
        } else if (acd_eventfind_passes(find->query, fleet, &e)) {
            find->state = ACD_EVENTFIND_FOUND;
            find->found = e.sequence;
        }
    }
    return find->state;
}
