/* SPDX-License-Identifier: MIT */
/*
 * Named totals: "status.502", "timer.embed.count". The server's own bookkeeping, kept apart from
 * the emitter's on purpose, so that a test can hold one against the other. Any thread; one lock.
 */
#ifndef ACD_EXAMPLES_TALLY_H
#define ACD_EXAMPLES_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define ACD_TALLY_NAME_BYTES 96
#define ACD_TALLY_NAMES_MAX 128

struct acd_tally_entry {
    char name[ACD_TALLY_NAME_BYTES];
    uint64_t count;
};

struct acd_tally;

/* NULL when there is no memory. */
struct acd_tally *acd_tally_new(void);
void acd_tally_free(struct acd_tally *tally);

/* Adds one under the name that format makes. Past ACD_TALLY_NAMES_MAX names it counts under
 * "(other)". */
__attribute__((format(printf, 2, 3))) void acd_tally_add(struct acd_tally *tally,
                                                         const char *format, ...);

/* The count under a name, 0 when there is none. */
uint64_t acd_tally_get(struct acd_tally *tally, const char *name);

/* Copies at most max entries, all from one moment, in the order of their first use. Returns how
 * many. */
size_t acd_tally_copy(struct acd_tally *tally, struct acd_tally_entry *entries, size_t max);

#endif
