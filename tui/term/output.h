/* SPDX-License-Identifier: MIT */
/*
 * The way to the terminal: a queue of bytes and a descriptor that does not wait. For tui/term only.
 */
#ifndef ACD_TUI_TERM_OUTPUT_H
#define ACD_TUI_TERM_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/term/frame.h"

struct acd_output {
    int fd; /* our own description of the terminal; -1: none */
    struct acd_frame queue;
    uint64_t writes; /* calls that took something */
    uint64_t bytes;
};

/* Opens the terminal behind `fd` once more, for writing. 0 or -errno. */
int acd_output_open(struct acd_output *ret_output, int fd);

/* Closes and frees; an output of fd -1 is fine. */
void acd_output_close(struct acd_output *output);

bool acd_output_pending(const struct acd_output *output);

/* Writes what is in the queue in one call, or as much of it as the terminal takes now. 0 when all
 * is out, -EAGAIN if some is left, -EIO when the terminal is gone, -ENOMEM if the queue could not
 * be built: then it is emptied and nothing was written. */
int acd_output_flush(struct acd_output *output);

/* Waits until all is out, but no longer than `timeout_ms`; then forgets the rest. False if there
 * was a rest, so that the terminal may stand inside a sequence. */
bool acd_output_drain(struct acd_output *output, int timeout_ms);

#endif
