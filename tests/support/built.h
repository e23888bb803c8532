/* SPDX-License-Identifier: MIT */
/*
 * A ring made by ringbuild.h in a directory of its own, and mapped by the reader.  Header only: it
 * calls the reader, which the support library does not link.
 */
#ifndef ACD_TEST_BUILT_H
#define ACD_TEST_BUILT_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/ringbuild.h"
#include "tests/support/scratch.h"
#include "tui/reader/ringmap.h"

struct acd_built {
    struct acd_scratch dir;
    char path[192];
    struct acd_ringbuild rb;
    struct acd_ringmap *ring; /* NULL until acd_built_map() */
};

static inline void acd_built_make(struct acd_built *b, const struct acd_ringbuild_options *options)
{
    memset(b, 0, sizeof *b);
    acd_scratch_make(&b->dir);
    snprintf(b->path, sizeof b->path, "%s/built.1.acr", b->dir.path);
    acd_ringbuild_make(&b->rb, b->path, options);
}

static inline const struct acd_ringmap *acd_built_map(struct acd_built *b)
{
    struct acd_problem why;
    if (acd_ringmap_open(&b->ring, AT_FDCWD, b->path, 0, &why) < 0)
        acd_scratch_die(why.text);
    return b->ring;
}

static inline void acd_built_remove(struct acd_built *b)
{
    acd_ringmap_close(b->ring);
    if (b->rb.base)
        acd_ringbuild_close(&b->rb);
    acd_scratch_remove(&b->dir);
}

/* A mapped ring of the default sizes. */
static inline const struct acd_ringmap *acd_built_new(struct acd_built *b)
{
    acd_built_make(b, NULL);
    return acd_built_map(b);
}

#endif
