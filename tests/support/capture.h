/* SPDX-License-Identifier: MIT */
/* Catches what is written to stderr, in a file without a name.  For tests; one at a time. */
#ifndef ACD_CAPTURE_H
#define ACD_CAPTURE_H

#include <stddef.h>

struct capture {
    int file, before; /* descriptors */
    char *text;
    size_t bytes;
};

void capture_begin(struct capture *ret_capture);
/* Gives stderr back; `text` is NUL-terminated and lives until capture_free(). */
void capture_end(struct capture *capture);
void capture_free(struct capture *capture);

/*
 * The text with each `[YYYY-MM-DD HH:MM:SS]` as `[time]` and, behind digits and a point, each `..ms` as
 * `Nms`, so that it can be compared.  In place.
 */
void capture_normalise(char *text);
/* The same for the times alone. */
void capture_normalise_times(char *text);

#endif
