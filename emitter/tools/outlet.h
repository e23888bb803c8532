/* SPDX-License-Identifier: MIT */
/*
 * Standard output of a pipe that must not get stuck: writes no more at once than a full pipe refuses,
 * and lets signals in while it waits.  One owner.
 */
#ifndef ACD_EMITTER_TOOLS_OUTLET_H
#define ACD_EMITTER_TOOLS_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACD_OUTLET_BYTES 65536

struct acd_outlet {
    int fd;
    bool is_file;  /* never makes anyone wait */
    int error;     /* errno of the first write that failed; what follows is not tried */
    uint64_t lost; /* bytes that were not written */
    size_t used;
    char bytes[ACD_OUTLET_BYTES];
};

void acd_outlet_init(struct acd_outlet *ret_outlet, int fd);

/** @return 0; -EINTR: a signal came and says to end; -errno: it failed, now or before */
int acd_outlet_write(struct acd_outlet *outlet, const char *bytes, size_t count);
/** The same by way of a buffer, which acd_outlet_flush() empties. */
int acd_outlet_put(struct acd_outlet *outlet, const char *bytes, size_t count);
int acd_outlet_flush(struct acd_outlet *outlet);

#endif
