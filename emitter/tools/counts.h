/* SPDX-License-Identifier: MIT */
/* What became of the lines, and the sentences about it.  Pure but for what acd_counts_say() prints. */
#ifndef ACD_EMITTER_TOOLS_COUNTS_H
#define ACD_EMITTER_TOOLS_COUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Each line is one of events, text, bad or too_long. */
struct acd_counts {
    uint64_t lines;
    uint64_t events;
    uint64_t text;                      /* not meant as JSON objects */
    uint64_t bad;                       /* they begin like one and aren't */
    uint64_t too_long;                  /* longer than --max-line */
    uint64_t first_bad, first_too_long; /* line numbers, from 1 */

    /* Of the events: */
    uint64_t incomplete; /* a key that their kind needs was missing */
    uint64_t unmatched;  /* the end or checkpoint of a timer that was not running */
    uint64_t left_out;   /* some of their fields found no room */
    uint64_t no_end;     /* timers given up to make room for newer ones */

    uint64_t unwritten_bytes; /* that standard output didn't take */
    uint64_t no_memory;       /* lines read while there was none: they count as bad */
};

/** Is there anything that a user should hear of? */
bool acd_counts_trouble(const struct acd_counts *counts);

/** All counts that are not 0, in one line, `acdebug-emit: ...`. */
void acd_counts_say(const struct acd_counts *counts, FILE *stream);

#endif
