/* SPDX-License-Identifier: MIT */
/*
 * The sites of one ring, by number: copied out of the arena at their first use, parsed once, kept
 * until the end.  Two threads that raced to register one place made two numbers; `same_as` leads both
 * to one.
 */
#ifndef ACD_READER_SITES_H
#define ACD_READER_SITES_H

#include <stdbool.h>

#include "emitter/format/record.h"

struct acd_ringmap;
struct acd_sites;

struct acd_site_info {
    uint32_t number;
    uint32_t same_as;     /* the number seen first with equal kind, level, message, file and line */
    struct acd_site site; /* its texts stand beside it and live as long */
};

int acd_sites_new(struct acd_sites **ret, const struct acd_ringmap *ring);
void acd_sites_free(struct acd_sites *sites);

/**
 * The site of that number; the address stays valid until acd_sites_free().
 * @return NULL when the ring has no readable site there, or no memory is left
 */
const struct acd_site_info *acd_sites_get(struct acd_sites *sites, uint32_t number);

/** Was there ever no memory for one? */
bool acd_sites_lack(const struct acd_sites *sites);

#endif
