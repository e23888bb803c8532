/* SPDX-License-Identifier: MIT */
/* Slices of long work, see slice.h. */
#include "config.h"

#include "tui/app/slice.h"

#include <time.h>

/* With the drawing after it, less than the 5 ms that a key may wait. */
#define SLICE_NS UINT64_C(3000000)

bool acd_slice_over(struct acd_slice *slice)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now = (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
    if (slice->end_ns == 0)
        slice->end_ns = now + SLICE_NS;
    return now >= slice->end_ns;
}
