/* SPDX-License-Identifier: MIT */
/*
 * Entries of several servers on their way to the scroll-back: copied, sorted by time, appended.
 * The order of entries of one server with equal times stays.  One owner.
 */
#ifndef ACD_TUI_APP_BATCH_H
#define ACD_TUI_APP_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "tui/model/store.h"

/* Zeroed memory is an empty one. */
struct acd_batch {
    struct acd_entry *entry; /* payload: where in `words`, until it is flushed */
    uint64_t *words;
    size_t count, room;
    size_t word_count, word_room;
};

/** Copies the entry and its payload. @return 0, -ENOMEM */
int acd_batch_add(struct acd_batch *batch, const struct acd_entry *entry);
/** Appends all in order of time, and empties it. @return 0, -ENOMEM: some were left out */
int acd_batch_flush(struct acd_batch *batch, struct acd_store *store);
void acd_batch_fini(struct acd_batch *batch);

#endif
