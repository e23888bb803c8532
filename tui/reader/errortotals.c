/* SPDX-License-Identifier: MIT */
/*
 * Error groups as plain numbers, see totals.h.  A group is its type, status, provider, model and
 * message without numbers; groups that two threads made at once are merged here.
 */
#include "config.h"

#include "tui/reader/errortotals.h"

#include <errno.h>
#include <string.h>

#include "tui/reader/ringmap.h"
#include "tui/reader/rows.h"
#include "tui/reader/shared.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Equal but for their numbers: a run of digits is as good as any other. */
static bool same_message(const char *a, const char *b)
{
    while (*a || *b) {
        if (is_digit(*a) && is_digit(*b)) {
            a += strspn(a, "0123456789");
            b += strspn(b, "0123456789");
        } else if (*a++ != *b++) {
            return false;
        }
    }
    return true;
}

static bool same_group(const struct acd_error_total *a, const struct acd_error_total *b)
{
    return a->status == b->status && strcmp(a->type, b->type) == 0 &&
           strcmp(a->provider, b->provider) == 0 && strcmp(a->model, b->model) == 0 &&
           same_message(a->message, b->message);
}

/* The newest file's path; "" while it changes. */
static void read_file(struct acd_error_total *to, const struct acd_error_entry *from)
{
    for (int tries = 0; tries < 4; tries++) {
        uint64_t sequence = acd_shared_acquire(&from->file_sequence);
        acd_rows_text(to->file, sizeof to->file, from->file, sizeof from->file / 8);
        acd_shared_fence();
        if (!(sequence & 1) && acd_shared_relaxed(&from->file_sequence) == sequence)
            return;
    }
    to->file[0] = '\0';
}

static void read_group(struct acd_error_total *to, const struct acd_error_entry *from)
{
    memset(to, 0, sizeof *to);
    acd_shared_copy_bytes(&to->status, &from->status, sizeof to->status);
    acd_rows_name(to->type, from->type, sizeof to->type);
    acd_rows_name(to->provider, from->provider, sizeof to->provider);
    acd_rows_name(to->model, from->model, sizeof to->model);
    acd_rows_name(to->message, from->message, sizeof to->message);
    to->count = acd_shared_relaxed(&from->count);
    to->first_ticks = acd_shared_relaxed(&from->first_ticks);
    to->last_ticks = acd_shared_relaxed(&from->last_ticks);
    read_file(to, from);
}

static void merge(struct acd_error_total *into, const struct acd_error_total *from)
{
    into->count += from->count;
    if (from->first_ticks < into->first_ticks)
        into->first_ticks = from->first_ticks;
    if (from->last_ticks >= into->last_ticks) {
        into->last_ticks = from->last_ticks;
        if (from->file[0])
            memcpy(into->file, from->file, sizeof into->file);
    }
}

static int add(struct acd_totals *t, const struct acd_error_total *e)
{
    for (size_t i = 0; i < t->error_count; i++) {
        if (same_group(&t->error[i], e)) {
            merge(&t->error[i], e);
            return 0;
        }
    }
    void *array = t->error;
    struct acd_error_total *to = acd_rows_add(&array, &t->error_room, t->error_count, sizeof *to);
    t->error = array;
    if (!to)
        return -ENOMEM;
    *to = *e;
    t->error_count++;
    return 0;
}

int acd_errortotals_read(struct acd_totals *totals, const struct acd_ringmap *ring)
{
    unsigned count = acd_rows_count(ring, ACD_SEC_ERRORS, ACD_ERRORS + 1);
    const acd_word *ready = acd_ringmap_shared(ring)->errors_ready;
    int r = 0;
    for (unsigned i = acd_rows_next(ready, count, 0); i < count && r == 0;
         i = acd_rows_next(ready, count, i + 1)) {
        struct acd_error_total e;
        read_group(&e, acd_ringmap_entry(ring, ACD_SEC_ERRORS, i));
        r = add(totals, &e);
    }
    return r;
}
