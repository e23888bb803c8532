/* SPDX-License-Identifier: MIT */
/* The guide's table: what is called, and what it must do at each level.  For test_guide.c. */
#ifndef ACD_TEST_GUIDE_ROWS_H
#define ACD_TEST_GUIDE_ROWS_H

#include <stddef.h>

#include "tests/support/fixture.h"

/* What calls need of the test, and what they leave behind. */
struct guide {
    struct acd_fixture *fixture;
    char debug_file[512]; /* the last one that was written; "" */
};
extern struct guide guide;

const char *guide_path(const char *name); /* in the test's folder; until the next call */

#define A "[time] [anyclaude] "
#define S "[time] [my_server] "

/* A text that is NULL: there is none. */
struct guide_row {
    const char *rule;
    const char *levels; /* the start levels at which it is so */
    void (*call)(void);
    const char *text;   /* on stderr */
    const char *events; /* in the ring, see facts.h */
    const char *counts;
    const char *file;   /* the debug file from "statusCode" on */
    const char *logged; /* the logger's file */
};

extern const struct guide_row guide_rows[];
extern const size_t guide_rows_count;

#endif
