/* SPDX-License-Identifier: MIT */
/*
 * One lookup from near: what was found of it, the named parts of its prompt and of the closest earlier
 * one, and the texts around the point where they part.  A copy, so that it stays when the scroll-back
 * forgets the event.  Plain state, one owner.
 */
#ifndef ACD_TUI_MODEL_ONEMISS_H
#define ACD_TUI_MODEL_ONEMISS_H

#include "tui/model/lookups.h"

#define ACD_SNIPPET_BYTES 512

struct acd_onemiss {
    bool opened;
    struct acd_cache_lookup lookup;
    struct acd_followed request, closest; /* what follows these requests */
    struct acd_prompt_spans spans, closest_spans;
    char snippet[ACD_SNIPPET_BYTES], closest_snippet[ACD_SNIPPET_BYTES]; /* "" none; no secrets */
};

/** Of a lookup of the list; a copy of the one before is left as it is when it is the same. */
void acd_onemiss_open(struct acd_onemiss *miss, const struct acd_cache_lookup *lookup,
                      const struct acd_fleet *fleet);

#endif
