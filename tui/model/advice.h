/* SPDX-License-Identifier: MIT */
/*
 * Known causes of misses, recognised in what misses.h gathered.  A cause is named when it is behind at
 * least five of the newest 16 misses and partial hits, and behind half of them; or behind three of the
 * newest 64, and half of the tokens that these lost: where conversations grow, most are partial hits
 * that lose nothing.  Pure; words are the view's (tui/view/misswords.h).
 */
#ifndef ACD_TUI_MODEL_ADVICE_H
#define ACD_TUI_MODEL_ADVICE_H

#include "tui/model/misses.h"

enum acd_advice_kind {
    ACD_ADVICE_CHANGING,   /* something early in the prompt that differs from request to request */
    ACD_ADVICE_REORDERED,  /* tools or JSON keys in another order */
    ACD_ADVICE_SHORT,      /* prompts below the minimum or a block */
    ACD_ADVICE_CAPACITY,   /* evicted: more is in use than the cache holds */
    ACD_ADVICE_REPLICA,    /* another slot's or replica's cache has it */
    ACD_ADVICE_LIFETIME,   /* expired */
    ACD_ADVICE_NOT_STORED, /* was there before, and was not used */
    ACD_ADVICE_KINDS
};

struct acd_advice {
    enum acd_advice_kind kind;
    uint64_t count, of;     /* of the newest misses and partial hits */
    uint64_t lost, of_lost; /* tokens that these lost; of_lost 0: not known, or none */
    /* Where it is, and what it looks like; NULL not in one place. */
    const struct acd_miss_pattern *pattern;
    /* From the distances of reuse: what the cache has, and what one twice as large would have had; NULL
     * not known. */
    const struct acd_reuse_point *now, *twice;
};

#define ACD_ADVICE_MAX 2

/** The causes that hold, the costliest first, or the most frequent; points into `row`. @return how many */
size_t acd_advice_find(const struct acd_miss_row *row, struct acd_advice ret[ACD_ADVICE_MAX]);

/** Does `a` come before `b`? */
bool acd_advice_matters_more(const struct acd_advice *a, const struct acd_advice *b);

#endif
