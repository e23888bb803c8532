/* SPDX-License-Identifier: MIT */
/*
 * Long work is done a slice at a time, so that a key waits for no more than one.  Plain data; the
 * screen's parts of the application call.
 */
#ifndef ACD_TUI_APP_SLICE_H
#define ACD_TUI_APP_SLICE_H

#include <stdbool.h>
#include <stdint.h>

/* A zeroed one has not begun. */
struct acd_slice {
    uint64_t end_ns; /* on the monotonic clock */
};

/** Is it time to look at the keyboard?  The first time that is asked, the slice begins. */
bool acd_slice_over(struct acd_slice *slice);

#endif
