/* SPDX-License-Identifier: MIT */
/*
 * Finds the rings of the ring directory: $ACDEBUG_DIR, else /dev/shm/acdebug-<uid> on Linux, else
 * $TMPDIR/acdebug-<uid>.  A scan that finds the directory unchanged costs one fstat; otherwise only
 * files that were not there before are opened.  Files that can't be read are listed with the reason;
 * other names than *.acr (temporaries, strangers) are passed over.
 */
#ifndef ACD_READER_DISCOVER_H
#define ACD_READER_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tui/reader/liveness.h"
#include "tui/reader/problem.h"
#include "tui/reader/ringmap.h"

/* One file of the directory, as it was when it was first seen; liveness is kept up to date. */
struct acd_ring_entry {
    char name[256];  /* in the directory */
    uint64_t serial; /* never given twice in one discover: a stable handle */
    uint64_t inode;
    const struct acd_problem *why; /* NULL: readable, and what follows is set */
    enum acd_liveness liveness;    /* as of the last scan or acd_discover_liveness() */
    char app[64];
    char host[64];
    uint32_t pid, parent_pid, uid;
    uint16_t major, minor; /* of the format */
    uint64_t generation;
    uint64_t opened_realtime_ns;
    uint64_t file_bytes;
};

struct acd_discover;

/** The directory by the rule above, for `uid`; -ENAMETOOLONG when it doesn't fit. */
int acd_discover_path(char *ret_path, size_t path_bytes, uid_t uid);

/**
 * Nothing is opened yet; the directory may come into being later.
 * @param directory  NULL: by the rule
 * @param flags      ACD_RINGMAP_ANY_OWNER: rings and directory may be another user's
 */
int acd_discover_new(struct acd_discover **ret, const char *directory, unsigned flags);
void acd_discover_free(struct acd_discover *discover);

const char *acd_discover_directory(const struct acd_discover *discover);

/**
 * Brings the list up to date.
 * @param[out] ret_changed  did entries come or go?
 * @return 0; -ENOENT: no directory yet (the list is empty, `why` says how to begin); else why the
 *         directory can't be used (the list is kept as it was)
 */
int acd_discover_scan(struct acd_discover *discover, bool *ret_changed, struct acd_problem *why);

/** Entries in order of name.  Valid until the next scan. */
size_t acd_discover_count(const struct acd_discover *discover);
const struct acd_ring_entry *acd_discover_entry(const struct acd_discover *discover, size_t index);

/** Tests the rings that were not dead before; about 3 us each. @return did any change? */
bool acd_discover_liveness(struct acd_discover *discover);

/** Opens one. As acd_ringmap_open(). */
int acd_discover_open(const struct acd_discover *discover, const struct acd_ring_entry *entry,
                      struct acd_ringmap **ret, struct acd_problem *why);

#endif
