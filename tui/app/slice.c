/* SPDX-License-Identifier: MIT */
/* Slices of long work, see slice.h. */
#include "config.h"

#include "tui/app/slice.h"

#include <time.h>

/* With the drawing after it, less than the 5 ms that a key may wait. */
#define SLICE_NS UINT64_C(3000000)

/* A batch takes about so long: a hundred times what it costs to ask the clock, and little enough that
 * a slice does not end late. */
#define BATCH_NS UINT64_C(50000)

bool acd_slice_over(struct acd_slice *slice)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    uint64_t now = (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
    if (slice->end_ns == 0)
        slice->end_ns = now + SLICE_NS;
    slice->took_ns = slice->asked_ns == 0 ? 0 : now - slice->asked_ns;
    slice->asked_ns = now;
    return now >= slice->end_ns;
}

size_t acd_slice_batch(size_t batch, uint64_t took_ns)
{
    if (took_ns > 2 * BATCH_NS)
        batch /= 2;
    else if (took_ns < BATCH_NS)
        batch *= 2;
    if (batch < ACD_SLICE_BATCH_LEAST)
        return ACD_SLICE_BATCH_LEAST;
    return batch < ACD_SLICE_BATCH_MOST ? batch : ACD_SLICE_BATCH_MOST;
}
