/* SPDX-License-Identifier: MIT */
/*
 * What the server itself prints to stderr: the texts that people's scripts know, by the logger
 * `anyclaude`.  The level that the server started with decides; secrets are replaced.  All are
 * async-signal-safe, keep errno and allocate nothing.
 */
#ifndef ACD_TEXT_H
#define ACD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <acdebug.h>
#include "emitter/emit.h"

#define ACD_TEXT_LOGGER "anyclaude"

/* acd_state.text */
enum acd_text_mode {
    ACD_TEXT_CLOSED, /* before open and after close */
    ACD_TEXT_NEVER,  /* ACDEBUG_NO_TEXT */
    ACD_TEXT_ON
};

static inline bool acd_text_on(void)
{
    return acd_get(&acd_state.text) == ACD_TEXT_ON;
}

/* Has the site's event a text?  Sites of level 0 are the ring's own. */
static inline bool acd_text_shown(const struct acd_ring *ring, const struct acdebug_priv_site *site)
{
    return site->level - 1u < acd_get(&ring->text_level);
}

/* The text of a record that was shown so. */
void acd_text_record(const struct acd_ring *ring, const struct acd_emission *e);
/* At every level. */
void acd_text_timer_failed(const char *name, uint64_t elapsed_ns, const char *error_type);

#endif
