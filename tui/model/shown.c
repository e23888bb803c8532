/* SPDX-License-Identifier: MIT */
/* Rows of events, see shown.h.  Pure. */
#include "config.h"

#include "tui/model/shown.h"

bool acd_shown_before(const struct acd_shown *shown, uint64_t sequence, struct acd_entry *ret_entry)
{
    uint64_t at;
    if (sequence > shown->end)
        sequence = shown->end;
    if (!shown->sieve)
        return acd_filter_before(&shown->filter, shown->store, sequence, ret_entry);
    return acd_sieve_before(shown->sieve, shown->store, sequence, &at) &&
           acd_store_get(shown->store, at, ret_entry);
}

bool acd_shown_from(const struct acd_shown *shown, uint64_t sequence, struct acd_entry *ret_entry)
{
    struct acd_entry e;
    uint64_t at;
    bool found = shown->sieve ? acd_sieve_from(shown->sieve, shown->store, sequence, &at) &&
                                    acd_store_get(shown->store, at, &e)
                              : acd_filter_from(&shown->filter, shown->store, sequence, &e);
    if (found && e.sequence < shown->end)
        *ret_entry = e;
    return found && e.sequence < shown->end;
}

uint64_t acd_shown_count(const struct acd_shown *shown, uint64_t from)
{
    if (shown->sieve)
        return acd_sieve_count(shown->sieve, shown->store, from, shown->end);
    return acd_filter_count(&shown->filter, shown->store, from, shown->end);
}

uint64_t acd_shown_up(const struct acd_shown *shown, uint64_t sequence, size_t steps)
{
    struct acd_entry e;
    for (; steps > 0 && acd_shown_before(shown, sequence, &e); steps--)
        sequence = e.sequence;
    return sequence;
}

bool acd_shown_is_match(const struct acd_shown *shown, const struct acd_entry *entry)
{
    return !shown->sieve || entry->type == ACD_ENTRY_GAP ||
           acd_sieve_is_match(shown->sieve, entry->sequence);
}
