/* SPDX-License-Identifier: MIT */
/*
 * Error groups: what failed, how often, since when.  A ring's rows, and those of several servers,
 * join when type, status, provider, model and the message with its numbers stripped are the same.
 * Rows join in any order to the same groups.  Pure but for memory; one owner.
 */
#ifndef ACD_TUI_MODEL_ERRORS_H
#define ACD_TUI_MODEL_ERRORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/windows.h"
#include "tui/reader/follow.h"

/* One row as a ring has it, or one group.  Texts are NUL-terminated and as the server wrote them. */
struct acd_error_row {
    char type[48];
    char provider[48];
    char model[64];
    char message[200]; /* the newest one's, or with numbers stripped when `varied` */
    char file[192];    /* the newest debug file that is known; "" none */
    int64_t status;
    uint64_t count;
    uint64_t first_ns, last_ns; /* since the epoch; 0 not known */
    uint64_t file_ns;           /* when `file` was the newest */
    bool varied;                /* messages differ in their numbers */
    uint32_t server;            /* where the newest happened: a number in the fleet */
    bool several;               /* on other servers too */
    struct acd_window_slots seen[ACD_WINDOWS];
};

struct acd_errors {
    struct acd_error_row *row;
    uint64_t *hash; /* a group's: names it for as long as it is there */
    size_t count, room;
    uint64_t total; /* of all counts */
};

/** Empties it and keeps the memory.  Zeroed memory is an empty one. */
void acd_errors_clear(struct acd_errors *errors);
void acd_errors_fini(struct acd_errors *errors);

/** Takes in one row. @return 0, -ENOMEM */
int acd_errors_add(struct acd_errors *errors, const struct acd_error_row *row);

/** The newest first; of the same age the more frequent first. */
void acd_errors_sort(struct acd_errors *errors);

/** Where the group of that hash stands now; `count` when there is none. */
size_t acd_errors_find(const struct acd_errors *errors, uint64_t hash);

/** Is the event one of the group's?  Texts count as far as a row keeps them. */
bool acd_errors_covers(const struct acd_error_row *row, const struct acd_event_view *event);

/** Writes `message` with each number, and each word of 8 or more hex digits that has one, as `#`. */
void acd_errors_strip(char *out, size_t size, const char *message);

#endif
