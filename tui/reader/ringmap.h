/* SPDX-License-Identifier: MIT */
/*
 * A ring file, validated and mapped read-only.  Everything in the file is untrusted: the identity is
 * copied once and every part of the file checked against the file's size before any of it is used;
 * what is handed out lies inside the mapping.  A part that the writer allocates on first use must not
 * be touched before it says so (reading a hole of a tmpfs file allocates memory): hence the lane and
 * entry functions, and the ready bits that totals.c honours.
 *
 * If the file is cut short while mapped, reads give zeros instead of SIGBUS once acd_guard_install()
 * ran (guard.h); ask acd_ringmap_shrank() once a poll.  One thread at a time may use a ring.
 */
#ifndef ACD_READER_RINGMAP_H
#define ACD_READER_RINGMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emitter/format/layout.h"
#include "tui/reader/problem.h"

struct acd_ringmap;

/* Flags of acd_ringmap_open() and of acd_discover_new(). */
#define ACD_RINGMAP_ANY_OWNER 1u /* root's --all-users, a recording, a file named by hand */

/**
 * Opens and maps the ring `name`, a path relative to `dirfd` (AT_FDCWD, or a directory's).  Never
 * follows a symbolic link as last component, never blocks on a fifo.  Holds one descriptor.
 *
 * @param[out] why  NULL or what to tell the user
 * @return 0; -errno of a failed call; -EBADMSG for what is not a readable ring
 */
int acd_ringmap_open(struct acd_ringmap **ret, int dirfd, const char *name, unsigned flags,
                     struct acd_problem *why);
void acd_ringmap_close(struct acd_ringmap *ring);

/** The last component of the path it was opened by. */
const char *acd_ringmap_name(const struct acd_ringmap *ring);

/** The private, checked copy of the identity: texts are NUL-terminated, sections hold. */
const struct acd_identity *acd_ringmap_identity(const struct acd_ringmap *ring);

/** The descriptor, read-only; stays the ring's. */
int acd_ringmap_fd(const struct acd_ringmap *ring);

/** The file's device and inode: the same ring under two names has the same pair. */
void acd_ringmap_inode(const struct acd_ringmap *ring, uint64_t *ret_device, uint64_t *ret_inode);

/** Has the file become shorter than it was?  Then `bytes` are the length before and now. */
bool acd_ringmap_shrank(const struct acd_ringmap *ring, uint64_t ret_bytes[2]);

/* ---- for the other files of the reader ---- */

/* The first two arguments of acd_ringmap_open() and its flags. */
struct acd_ringmap_where {
    int dirfd;
    const char *name;
    unsigned flags;
};

/** Address of entry `index` of a table section, NULL when the table has no such entry. */
const void *acd_ringmap_entry(const struct acd_ringmap *ring, enum acd_section_id section,
                              uint64_t index);

/**
 * Opens the file without mapping it and checks its identity.
 * @param[out] ret_fd  the caller's to close
 * @return as acd_ringmap_open()
 */
int acd_ringmap_peek(struct acd_identity *ret_identity, int *ret_fd,
                     const struct acd_ringmap_where *where, struct acd_problem *why);

/** The number of entries of a section, 0 when the ring has no such section. */
uint32_t acd_ringmap_count(const struct acd_ringmap *ring, enum acd_section_id section);

const struct acd_control *acd_ringmap_control(const struct acd_ringmap *ring);
const struct acd_shared *acd_ringmap_shared(const struct acd_ringmap *ring);

#define ACD_RINGMAP_CELLS_MAX (UINT64_C(1) << 20) /* of a lane: 64 MiB */

/* One allocated lane: its head and its cells. */
struct acd_lane_map {
    const struct acd_lane *head;
    const struct acd_cell *cells;
    uint64_t cell_count; /* a power of two */
    bool overflow;       /* the lane that threads share: records carry their thread */
};

/** Lane slots, the overflow lane included; no more than ACD_RINGMAP_LANES_MAX are looked at. */
#define ACD_RINGMAP_LANES_MAX 16384u
unsigned acd_ringmap_lanes(const struct acd_ringmap *ring);

/** Lane `lane`, 0 <= lane < acd_ringmap_lanes().  False: not allocated (yet). */
bool acd_ringmap_lane(const struct acd_ringmap *ring, unsigned lane, struct acd_lane_map *ret_lane);

#endif
