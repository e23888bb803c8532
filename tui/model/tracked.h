/* SPDX-License-Identifier: MIT */
/*
 * What a prefix tracker said in an event (emitter/TRACKING.md): of a lookup, how and where its prompt
 * parts from the closest earlier one; of all prompts, how much caches of other sizes would have had.
 * Pure but for the memory that reading JSON takes; anybody may call.
 */
#ifndef ACD_TUI_MODEL_TRACKED_H
#define ACD_TUI_MODEL_TRACKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/reader/follow.h"
#include "tui/reader/totals.h"

/* Of a lookup.  Texts "" and numbers not set: not said. */
struct acd_tracked {
    bool predicted; /* outcome and cached tokens are the tracker's, not the server's */
    struct acd_gauge shared, closest, span_offset, changed_old, changed_new;
    char span[48];
    char change[12];
    char looks_like[8];
    char closest_request[48];
};

void acd_tracked_read(struct acd_tracked *ret, const struct acd_event_view *view);

/* Of a lookup: cached <= input. */
struct acd_tokens {
    uint64_t input, cached;
};

/**
 * What a miss, or a partial hit, lost: of the tokens that had to be computed, how many an earlier prompt
 * had, too.  They were in a cache and were not used; or they stand in both prompts behind something that
 * changed.  What is new is no loss.
 * @return false: no tracker compared the prompt
 */
bool acd_tracked_lost(const struct acd_tracked *tracked, const char *reason,
                      struct acd_tokens tokens, uint64_t *ret_lost);

#define ACD_PROMPT_SPANS 32

/* The named parts of a prompt; each ends where the next begins. */
struct acd_prompt_spans {
    size_t count;
    struct acd_prompt_span {
        char name[48];
        uint64_t begin;
    } span[ACD_PROMPT_SPANS];
};

/** Of the field `key`.  What is not `[["name", begin], ...]`, ascending, ends the list. */
void acd_tracked_spans(struct acd_prompt_spans *ret, const struct acd_event_view *view,
                       const char *key);

#define ACD_REUSE_POINTS 64

/* An event of kind `reuse`. */
struct acd_reuse {
    uint64_t time_ns;                 /* of the event; 0: there was none */
    struct acd_gauge capacity, reach; /* tokens */
    uint64_t input;                   /* tokens of all prompts */
    size_t count;
    struct acd_reuse_point {
        uint64_t size, cached; /* tokens; cached <= input */
    } point[ACD_REUSE_POINTS];
};

/** @return false, *ret untouched: it says nothing that makes sense */
bool acd_tracked_reuse(struct acd_reuse *ret, const struct acd_event_view *view, uint64_t time_ns);

/** The point whose size is the nearest to `size`, no further away than an eighth; NULL: none is. */
const struct acd_reuse_point *acd_reuse_near(const struct acd_reuse *reuse, uint64_t size);

#endif
