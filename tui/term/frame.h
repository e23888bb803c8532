/* SPDX-License-Identifier: MIT */
/*
 * The bytes that turn one picture into the next. A frame is first built whole in memory, then
 * written; what a slow terminal does not take yet waits here. For tui/term only.
 *
 * Invariant: bytes[sent .. len) are still to be written, and nothing is added before the end.
 */
#ifndef ACD_TUI_TERM_FRAME_H
#define ACD_TUI_TERM_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/term/pen.h"

struct acd_frame {
    char *bytes;
    size_t len, sent, room;
    bool failed; /* no memory for all of it; the bytes are not to be used */
};

void acd_frame_fini(struct acd_frame *frame);

/* Empties it; the memory stays. */
void acd_frame_reset(struct acd_frame *frame);

void acd_frame_add(struct acd_frame *frame, const char *bytes, size_t len);
void acd_frame_string(struct acd_frame *frame, const char *string);

/* Adds what moves lines that only moved, or nearly so, if the terminal can and it is shorter, and makes
 * `before` what that looks like and `ret_unscrolled`, of that size, what it was. Whether it did. */
bool acd_frame_scroll(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before,
                      const struct acd_grid *now, struct acd_grid *ret_unscrolled);

/* Adds what makes a screen that shows `before` show `now`, of one size. Adds nothing if they are
 * equal. */
void acd_frame_changes(struct acd_frame *frame, struct acd_pen *pen, const struct acd_grid *before,
                       const struct acd_grid *now);

/* Adds a cleared screen, and makes `before` what that looks like. */
void acd_frame_clear(struct acd_frame *frame, struct acd_pen *pen, struct acd_grid *before);

#endif
