/* SPDX-License-Identifier: MIT */
/*
 * The reasons for which a cache's lookups missed, in the order in which they matter: by the tokens that
 * were lost to them where a tracker said so, else by how often each was counted.  Pure; points into
 * what it is made of.
 */
#ifndef ACD_TUI_MODEL_MISSRANK_H
#define ACD_TUI_MODEL_MISSRANK_H

#include "tui/model/misses.h"

/* Those that are counted, those that only partial hits have, the others, and none given. */
#define ACD_MISSRANK_ROWS (ACD_REASONS + ACD_MISSES_REASONS + 2)

struct acd_missrank_row {
    const char *name;
    uint64_t count; /* of misses, as the ring counts them */
    const struct acd_miss_cost
        *cost; /* as far as events tell; NULL: none of them has that reason */
};

struct acd_missrank {
    bool by_tokens;  /* else by count */
    uint64_t misses; /* what counts are parts of */
    uint64_t lost;   /* tokens, what those of each reason are parts of */
    size_t count;
    struct acd_missrank_row row[ACD_MISSRANK_ROWS];
};

void acd_missrank_make(struct acd_missrank *ret, const struct acd_cache_row *row,
                       const struct acd_miss_row *seen);

/** Indices of the costs, the highest first: by tokens lost, then by misses and partial hits. */
void acd_missrank_costs(const struct acd_miss_row *seen, uint8_t ret_order[ACD_MISSES_REASONS]);

/** The reason that stands for a cache's misses, in its place; NULL: there is none. */
const struct acd_missrank_row *acd_missrank_top(const struct acd_missrank *rank);

#endif
