/* SPDX-License-Identifier: MIT */
/*
 * Is a file a ring that this reader can read?  Works on a private copy of the identity page and the
 * file's size, touches no file and no shared memory.
 */
#ifndef ACD_READER_IDENTITY_H
#define ACD_READER_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "emitter/format/layout.h"
#include "tui/reader/problem.h"

/* The beginning of a file and what is known of it from outside. */
struct acd_identity_source {
    const void *head;    /* its first bytes */
    size_t head_bytes;   /* sizeof(struct acd_identity) unless the file is shorter */
    uint64_t file_bytes; /* the file's size */
    const char *name;    /* for the sentence in `why` */
};

/**
 * Checks the first bytes of a file and makes the identity safe to use: texts end with NUL, and every
 * section that the reader knows lies inside the file with entries of at least their known size, or
 * has count 0.
 *
 * @return 0, -EBADMSG
 */
int acd_identity_check(struct acd_identity *ret_identity, const struct acd_identity_source *source,
                       struct acd_problem *why);

#endif
