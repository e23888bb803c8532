/* SPDX-License-Identifier: MIT */
/*
 * The numbers that a gate (gate.h) may ask for, by the names that `snapshot --json` gives them: one
 * table, from which parsing, reading and the hints of errors come.  Pure; the gate's own.
 */
#ifndef ACD_TUI_APP_GATEFIELD_H
#define ACD_TUI_APP_GATEFIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/digest.h"

#define ACD_GATEFIELD_SEGMENTS 5
#define ACD_GATEFIELD_BYTES 200

/* A path as it was written: cache.prompt.hits is three segments. */
struct acd_gatefield_path {
    char segment[ACD_GATEFIELD_SEGMENTS][ACD_GATEFIELD_BYTES];
    bool any[ACD_GATEFIELD_SEGMENTS];  /* an unquoted star */
    size_t at[ACD_GATEFIELD_SEGMENTS]; /* byte in the expression */
    size_t count;
};

/* What it means. */
struct acd_gatefield {
    const struct acd_gatefield_entry *entry;
    const char *name, *part; /* of the row, and of its checkpoint or reason; NULL: any */
};

/* One answer; `known` false: the row is there and has no such number yet. */
struct acd_gatefield_value {
    const char *name, *part; /* of the row; NULL: none */
    bool known;
    double number;
    struct acd_rate rate; /* of a ratio; whole 0: it is none */
};

/* Why a path means nothing, and at which segment. */
struct acd_gatefield_fault {
    size_t segment;
    char text[160];
};

/** `path` must outlive the field. @return 0, -EINVAL and `ret_fault` */
int acd_gatefield_find(struct acd_gatefield *ret_field, const struct acd_gatefield_path *path,
                       struct acd_gatefield_fault *ret_fault);

/** Gives the values of all rows that the field means. @return how many */
size_t acd_gatefield_each(const struct acd_gatefield *field, const struct acd_digest *digest,
                          void (*take)(void *context, const struct acd_gatefield_value *value),
                          void *context);

/** Is a row that is not there the number 0 (errors, reasons), not an open question? */
bool acd_gatefield_absent_is_zero(const struct acd_gatefield *field);

/** The sentence for a row that is not there, with the nearest of those that are. */
void acd_gatefield_missing(const struct acd_gatefield *field, const struct acd_digest *digest,
                           char *out, size_t size);

#endif
