/* SPDX-License-Identifier: MIT */
/*
 * Where text goes piece by piece: a line for stderr, a growing buffer, a count of characters.  A sink
 * that has all it wants says so, and its writers stop early.
 */
#ifndef ACD_SINK_H
#define ACD_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct acd_sink {
    void (*put)(struct acd_sink *sink, const char *bytes, size_t count);
    bool full; /* what follows is dropped */
};

static inline void acd_sink_put(struct acd_sink *sink, const char *bytes, size_t count)
{
    if (count > 0 && !sink->full)
        sink->put(sink, bytes, count);
}

static inline void acd_sink_text(struct acd_sink *sink, const char *text)
{
    acd_sink_put(sink, text, strlen(text));
}

#endif
