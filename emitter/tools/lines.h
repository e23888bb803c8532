/* SPDX-License-Identifier: MIT */
/*
 * A stream of bytes as lines, however the reads cut it.  A line that is longer than the limit is handed
 * out in pieces as they come, so that memory stays bounded and no byte is kept back.  Pure but for one
 * allocation; one owner.
 */
#ifndef ACD_EMITTER_TOOLS_LINES_H
#define ACD_EMITTER_TOOLS_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed but for `most`, it is at the beginning of a stream. */
struct acd_lines {
    size_t most; /* bytes of a line, its end not counted */
    char *text;  /* the beginning of a line whose end hasn't come */
    size_t used, room;
    bool skipping; /* inside a line that is too long */
};

struct acd_lines_piece {
    const char *text;
    size_t bytes;   /* with the line feed, if there is one */
    bool too_long;  /* a piece of a line beyond the limit */
    bool ends_line; /* ... and its last one; true for whole lines */
};
typedef void acd_lines_take(void *context, const struct acd_lines_piece *piece);

/** Hands every line out that ends in `text`. Without memory a line counts as too long. */
void acd_lines_feed(struct acd_lines *lines, const char *text, size_t bytes, acd_lines_take *take,
                    void *context);
/** The stream has ended: what is there is a line. */
void acd_lines_end(struct acd_lines *lines, acd_lines_take *take, void *context);
void acd_lines_fini(struct acd_lines *lines);

#endif
