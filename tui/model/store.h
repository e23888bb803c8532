/* SPDX-License-Identifier: MIT */
/*
 * The scroll-back: the newest events of all servers, and the gaps between them, in the order they
 * were taken in, each under a sequence number that never changes meaning.  Bounded by entries and
 * by bytes; the oldest goes first.  A record stays as it was copied out of its ring and is decoded
 * when somebody looks at it.  One owner; entries that were handed out hold until the next append.
 */
#ifndef ACD_TUI_MODEL_STORE_H
#define ACD_TUI_MODEL_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_STORE_ENTRIES_DEFAULT 100000u
#define ACD_STORE_BYTES_DEFAULT (16u << 20) /* with all else, 20 MB at 100,000 small events */
#define ACD_STORE_BYTES_MIN (256u << 10)    /* room for a few of the largest records */

#define ACD_STORE_ERRORS 256u /* error events that are found without looking at all others */

enum acd_entry_type { ACD_ENTRY_EVENT, ACD_ENTRY_GAP };

/* Why events are missing; the text is acd_store_cause_name()'s. */
enum acd_loss_cause {
    ACD_LOSS_OVERRUN,    /* written, then overwritten before we came */
    ACD_LOSS_DROPPED,    /* the emitter had no place for them */
    ACD_LOSS_UNREADABLE, /* cells that make no record */
    ACD_LOSS_CAUSES
};

struct acd_entry {
    uint64_t sequence; /* set by the store */
    uint64_t time_ns;  /* since the epoch */
    uint32_t server;   /* number in the fleet */
    uint32_t thread;
    enum acd_entry_type type;
    /* events */
    uint8_t kind, level, category; /* the site's, for quick filters */
    uint32_t site;                 /* number in the server's table */
    uint64_t flags;                /* the record's word 2 */
    uint32_t payload_bytes;        /* a multiple of 8 */
    const uint64_t *payload;
    /* gaps */
    enum acd_loss_cause cause;
    uint64_t lost;
};

struct acd_store;

/** @return 0, -EINVAL for limits that hold nothing, -ENOMEM */
int acd_store_new(struct acd_store **ret_store, uint32_t entries, size_t bytes);
void acd_store_free(struct acd_store *store);

/**
 * Appends a copy.  A gap that follows a gap of the same server and cause is added to it.
 * @return 0, -EINVAL for a payload over ACD_RECORD_BYTES_MAX or not of whole words
 */
int acd_store_append(struct acd_store *store, const struct acd_entry *entry);

/** Entries are kept under the sequence numbers from first up to, not including, next. */
uint64_t acd_store_first(const struct acd_store *store);
uint64_t acd_store_next(const struct acd_store *store);
/** How many entries it keeps at most. */
uint32_t acd_store_capacity(const struct acd_store *store);
/** The memory for entries, and what of it this one takes. */
size_t acd_store_room(const struct acd_store *store);
size_t acd_store_entry_bytes(const struct acd_entry *entry);
/** Memory in use for entries. */
size_t acd_store_bytes(const struct acd_store *store);

/** false when `sequence` is not kept. */
bool acd_store_get(const struct acd_store *store, uint64_t sequence, struct acd_entry *ret_entry);

/** The newest error event, or end of a timer that failed, before `sequence`, of the newest ACD_STORE_ERRORS that are kept.
 * @return false when there is none; *ret_entry untouched */
bool acd_store_error_before(const struct acd_store *store, uint64_t sequence,
                            struct acd_entry *ret_entry);

const char *acd_store_cause_name(enum acd_loss_cause cause);

#endif
