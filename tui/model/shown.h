/* SPDX-License-Identifier: MIT */
/*
 * The rows of a list of events: what of the scroll-back is shown, in its order.  A filter alone, or
 * a sieve that knows a query's answers; everything that draws, scrolls, counts or searches rows asks
 * here, so that all agree.  A value, made anew when the screen's state changes.  Pure.
 */
#ifndef ACD_TUI_MODEL_SHOWN_H
#define ACD_TUI_MODEL_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/model/filter.h"
#include "tui/model/sieve.h"

struct acd_shown {
    const struct acd_store *store;
    struct acd_filter filter;
    const struct acd_sieve *sieve; /* NULL: the filter alone decides */
    uint64_t end;                  /* entries from here on are not shown: they came after a pause */
};

/** The nearest row before `sequence`, or from it on. @return false when there is none */
bool acd_shown_before(const struct acd_shown *shown, uint64_t sequence,
                      struct acd_entry *ret_entry);
bool acd_shown_from(const struct acd_shown *shown, uint64_t sequence, struct acd_entry *ret_entry);

/** How many rows, the context of matches left out, there are from `from` on. */
uint64_t acd_shown_count(const struct acd_shown *shown, uint64_t from);

/** The row `steps` before the one at `sequence`, or as many as there are. */
uint64_t acd_shown_up(const struct acd_shown *shown, uint64_t sequence, size_t steps);

/** Is a row one that was asked for, or but the context of one? */
bool acd_shown_is_match(const struct acd_shown *shown, const struct acd_entry *entry);

#endif
