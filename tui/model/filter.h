/* SPDX-License-Identifier: MIT */
/*
 * Which entries of the scroll-back are shown.  A filter is plain data, copied at will.  The quick
 * half is answered from an entry's head alone; conditions on fields and text come after it, so that
 * only what passed the quick half is ever decoded.  Gaps pass unless their server is left out: what
 * is missing might have passed.  Pure; anybody may call.
 */
#ifndef ACD_TUI_MODEL_FILTER_H
#define ACD_TUI_MODEL_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/model/store.h"

#define ACD_FILTER_ALL_SERVERS UINT32_MAX
#define ACD_FILTER_ALL_KINDS UINT32_MAX

struct acd_filter {
    unsigned level; /* the view level: what is above it is not shown */
    uint32_t kinds; /* bit i: enum acd_kind i */
    uint32_t server;
};

#define ACD_FILTER_INIT                                                                            \
    {                                                                                              \
        3, ACD_FILTER_ALL_KINDS, ACD_FILTER_ALL_SERVERS                                            \
    }

/** Do both let the same through? */
bool acd_filter_equal(const struct acd_filter *left, const struct acd_filter *right);

bool acd_filter_passes(const struct acd_filter *filter, const struct acd_entry *entry);

/**
 * The nearest entry that passes, looking back from before `sequence`, or forward from it on.
 * @return false when there is none; outputs untouched
 */
bool acd_filter_before(const struct acd_filter *filter, const struct acd_store *store,
                       uint64_t sequence, struct acd_entry *ret_entry);
bool acd_filter_from(const struct acd_filter *filter, const struct acd_store *store,
                     uint64_t sequence, struct acd_entry *ret_entry);

/** How many of the entries from `from` to before `to` pass. */
uint64_t acd_filter_count(const struct acd_filter *filter, const struct acd_store *store,
                          uint64_t from, uint64_t to);

#endif
