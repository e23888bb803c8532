/* SPDX-License-Identifier: MIT */
/* What is shown, see filter.h.  Pure. */
#include "config.h"

#include "tui/model/filter.h"

bool acd_filter_equal(const struct acd_filter *left, const struct acd_filter *right)
{
    return left->level == right->level && left->kinds == right->kinds &&
           left->server == right->server;
}

bool acd_filter_passes(const struct acd_filter *filter, const struct acd_entry *entry)
{
    if (filter->server != ACD_FILTER_ALL_SERVERS && filter->server != entry->server)
        return false;
    if (entry->type == ACD_ENTRY_GAP)
        return true;
    /* A kind that this version doesn't know is shown unless kinds were chosen. */
    bool kind_passes = entry->kind < 32 ? (filter->kinds >> entry->kind & 1u) != 0
                                        : filter->kinds == ACD_FILTER_ALL_KINDS;
    return kind_passes && entry->level <= filter->level;
}

bool acd_filter_before(const struct acd_filter *filter, const struct acd_store *store,
                       uint64_t sequence, struct acd_entry *ret_entry)
{
    struct acd_entry e;
    if (sequence > acd_store_next(store))
        sequence = acd_store_next(store);
    while (sequence > acd_store_first(store) && acd_store_get(store, --sequence, &e)) {
        if (acd_filter_passes(filter, &e)) {
            *ret_entry = e;
            return true;
        }
    }
    return false;
}

bool acd_filter_from(const struct acd_filter *filter, const struct acd_store *store,
                     uint64_t sequence, struct acd_entry *ret_entry)
{
    struct acd_entry e;
    if (sequence < acd_store_first(store))
        sequence = acd_store_first(store);
    for (; acd_store_get(store, sequence, &e); sequence++) {
        if (acd_filter_passes(filter, &e)) {
            *ret_entry = e;
            return true;
        }
    }
    return false;
}

uint64_t acd_filter_count(const struct acd_filter *filter, const struct acd_store *store,
                          uint64_t from, uint64_t to)
{
    uint64_t count = 0;
    struct acd_entry e;
    if (from < acd_store_first(store))
        from = acd_store_first(store);
    for (; from < to && acd_store_get(store, from, &e); from++)
        count += acd_filter_passes(filter, &e);
    return count;
}
