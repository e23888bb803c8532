/* SPDX-License-Identifier: MIT */
/*
 * Long work is done a slice at a time, so that a key waits for no more than one.  Plain data; the
 * screen's parts of the application call.
 */
#ifndef ACD_TUI_APP_SLICE_H
#define ACD_TUI_APP_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A zeroed one has not begun. */
struct acd_slice {
    uint64_t end_ns;  /* on the monotonic clock */
    uint64_t took_ns; /* between the last two times that were asked */
    uint64_t asked_ns;
};

/** Is it time to look at the keyboard?  The first time that is asked, the slice begins. */
bool acd_slice_over(struct acd_slice *slice);

/** How many entries to do before it is asked again, of those between ACD_SLICE_BATCH_LEAST and
 * ACD_SLICE_BATCH_MOST, when `batch` of them took so long: slow ones a few at a time, so that a slice
 * ends in time, and quick ones many, so that the clock costs little. */
size_t acd_slice_batch(size_t batch, uint64_t took_ns);

#define ACD_SLICE_BATCH_LEAST 2u
#define ACD_SLICE_BATCH_MOST 256u

#endif
