/* SPDX-License-Identifier: MIT */
/*
 * A sink that keeps what it gets, NUL-terminated: first in storage that its maker lends, then on the
 * heap, up to a limit behind which it cuts.  With a limit that the storage holds it never allocates.
 */
#ifndef ACD_BUFFER_H
#define ACD_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

#include "emitter/sink.h"

struct acd_buffer {
    struct acd_sink sink;
    char *bytes;
    size_t used, room, most; /* without the NUL */
    char *heap;
    bool cut;   /* more than `most` came */
    bool error; /* no memory; what came since is lost */
};

/* `storage` has `bytes` bytes, at least one. */
void acd_buffer_init(struct acd_buffer *ret_buffer, char *storage, size_t bytes, size_t most);
void acd_buffer_fini(struct acd_buffer *buffer);

#endif
