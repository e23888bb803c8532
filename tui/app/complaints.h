/* SPDX-License-Identifier: MIT */
/*
 * What is wrong with a text that the user wrote, as many things as there are: gathered while it is
 * read, then printed as `path:line:column: error: ...` with the line and a caret under it.  One owner;
 * running out of memory loses a complaint, never the count of them.
 */
#ifndef ACD_TUI_APP_COMPLAINTS_H
#define ACD_TUI_APP_COMPLAINTS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define ACD_COMPLAINTS_MOST 100 /* more are only counted */

/* Where something stands in a text, both from 1 on; line 0: nowhere in it. */
struct acd_place {
    uint32_t line, column; /* the column in characters */
};

struct acd_complaint {
    struct acd_place at;
    char text[240];
};

/* Zeroed memory is the empty one. */
struct acd_complaints {
    struct acd_complaint *complaint;
    size_t kept, count; /* of `count` in all */
};

void acd_complaints_add(struct acd_complaints *complaints, struct acd_place at, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));
void acd_complaints_fini(struct acd_complaints *complaints);

/** The text that they are about; a NULL path says nothing of where. */
struct acd_source {
    const char *path, *text;
    size_t length;
};

/** All of them in the order of their places, made safe for a terminal. */
void acd_complaints_print(FILE *stream, struct acd_complaints *complaints,
                          const struct acd_source *source);

#endif
