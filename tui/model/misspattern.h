/* SPDX-License-Identifier: MIT */
/*
 * What misses have in common: reasons and places of change, kept in the bounded lists of a row.  Only
 * tui/model/misses.c calls; pure.
 */
#ifndef ACD_TUI_MODEL_MISSPATTERN_H
#define ACD_TUI_MODEL_MISSPATTERN_H

#include "tui/model/misses.h"

/** The index of a reason's cost; when there are too many, of the rest's. */
uint8_t acd_misspattern_cost(struct acd_miss_row *row, const char *reason);

/** A pattern of this one finding, which says a change and where. */
struct acd_miss_pattern acd_misspattern_of(const struct acd_tracked *tracked);

/** The index of the pattern that is like `one`; pattern_count when there is none. */
size_t acd_misspattern_find(const struct acd_miss_row *row, const struct acd_miss_pattern *one);

/** Adds one to those of its kind, or begins a new pattern, for which the rarest may have to go. */
uint8_t acd_misspattern_add(struct acd_miss_row *row, const struct acd_miss_pattern *one);

/** As the newest. */
void acd_misspattern_remember(struct acd_miss_row *row, const struct acd_miss_recent *recent);

/** Adds another server's, or model's, row. */
void acd_misspattern_merge(struct acd_miss_row *into, const struct acd_miss_row *row);

#endif
