/* SPDX-License-Identifier: MIT */
/*
 * A file that is cut short while it is mapped raises SIGBUS at the next read.  The guard knows all
 * mapped ranges; its handler puts a page of zeros under the address and marks the range, and the read
 * goes on.  A SIGBUS at any other address goes to the handler that was there before.  The list of
 * ranges is changed by one thread only, the one that reads rings.
 */
#ifndef ACD_READER_GUARD_H
#define ACD_READER_GUARD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* Stands in its owner's struct while it is on the list. */
struct acd_guard_range {
    uintptr_t start;
    size_t bytes;
    int protection;            /* of the mapping: PROT_READ, PROT_WRITE */
    volatile sig_atomic_t hit; /* 1 after a fault in the range */
    struct acd_guard_range *next;
};

/** Installs the handler; a second call does nothing. @return 0, -errno */
int acd_guard_install(void);

/** Puts `range`, whose first three members the caller set, on the list; takes it off. */
void acd_guard_add(struct acd_guard_range *range);
void acd_guard_remove(struct acd_guard_range *range);

#endif
