/* SPDX-License-Identifier: MIT */
/* Groups of equal errors, counted at every level. */
#ifndef ACD_ERRORS_INTERNAL_H
#define ACD_ERRORS_INTERNAL_H

#include "emitter/state.h"

struct acd_error {
    const char *type; /* any of these may be NULL */
    int status;
    const char *provider, *model, *message, *file;
};

/* The texts hold no secrets (scrub.h).  Numbers in messages are left out of the comparison, so "timeout
 * after 30 s" and "31 s" are one group; it shows the text that came first. */
void acd_errors_count(struct acd_ring *ring, const struct acd_error *error, uint64_t now);

#endif
