/* SPDX-License-Identifier: MIT */
/* A sink that keeps what it gets, see buffer.h. */
#include "config.h"

#include "emitter/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "emitter/format/utf8.h"

static bool grow(struct acd_buffer *b, size_t need)
{
    size_t room = need > b->room * 2 ? need : b->room * 2;
    if (room > b->most)
        room = b->most;
    char *heap = realloc(b->heap, room + 1);
    if (!heap)
        return false;
    if (!b->heap)
        memcpy(heap, b->bytes, b->used + 1);
    b->heap = b->bytes = heap;
    b->room = room;
    return true;
}

#define INDIVISIBLE 16 /* bytes: an escape or a mark, half of which would be wrong */

/* The longest part of `count` bytes within `room` that ends at a character's end. */
static size_t whole_characters(const char *bytes, size_t count, size_t room)
{
    if (count > room && count <= INDIVISIBLE)
        return 0;
    return acd_utf8_cut(bytes, count, room);
}

static void put(struct acd_sink *sink, const char *bytes, size_t count)
{
    struct acd_buffer *b = (struct acd_buffer *)(void *)sink;
    size_t take = whole_characters(bytes, count, b->most - b->used);
    b->cut = take < count;
    b->error = b->used + take > b->room && !grow(b, b->used + take);
    sink->full = b->cut || b->error;
    if (b->error)
        return;
    memcpy(b->bytes + b->used, bytes, take);
    b->used += take;
    b->bytes[b->used] = '\0';
}

void acd_buffer_init(struct acd_buffer *ret_buffer, char *storage, size_t bytes, size_t most)
{
    struct acd_buffer b = {.sink = {put, false}, .bytes = storage, .most = most};
    b.room = bytes - 1 < most ? bytes - 1 : most;
    storage[0] = '\0';
    *ret_buffer = b;
}

void acd_buffer_fini(struct acd_buffer *buffer)
{
    free(buffer->heap);
    buffer->heap = NULL;
}
