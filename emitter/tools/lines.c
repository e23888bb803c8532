/* SPDX-License-Identifier: MIT */
/* Bytes as lines, see lines.h. */
#include "config.h"

#include "emitter/tools/lines.h"

#include <stdlib.h>
#include <string.h>

struct receiver {
    acd_lines_take *take;
    void *context;
};

static void hand(const struct receiver *to, const char *text, size_t bytes, bool too_long,
                 bool ends_line)
{
    const struct acd_lines_piece piece = {text, bytes, too_long, ends_line};
    to->take(to->context, &piece);
}

/* Keeps the beginning of a line; false: it gets too long for that. */
static bool keep(struct acd_lines *lines, const char *text, size_t bytes)
{
    if (bytes > lines->most - lines->used)
        return false;
    if (lines->used + bytes > lines->room) {
        size_t room = lines->room > 0 ? lines->room : 4096;
        while (room < lines->used + bytes)
            room *= 2;
        char *more = realloc(lines->text, room);
        if (!more)
            return false;
        lines->text = more;
        lines->room = room;
    }
    memcpy(lines->text + lines->used, text, bytes);
    lines->used += bytes;
    return true;
}

/* What was kept of a line that turns out to be too long goes out before the rest of it. */
static void begin_skipping(struct acd_lines *lines, const struct receiver *to)
{
    lines->skipping = true;
    if (lines->used > 0)
        hand(to, lines->text, lines->used, true, false);
    lines->used = 0;
}

/* `bytes` with the line feed. */
static void end_line(struct acd_lines *lines, const char *text, size_t bytes,
                     const struct receiver *to)
{
    bool fits = !lines->skipping && bytes - 1 <= lines->most - lines->used;
    if (fits && lines->used == 0) {
        hand(to, text, bytes, false, true);
        return;
    }
    if (fits) {
        lines->most++; /* room for the line feed */
        fits = keep(lines, text, bytes);
        lines->most--;
    }
    if (fits) {
        hand(to, lines->text, lines->used, false, true);
    } else {
        begin_skipping(lines, to);
        hand(to, text, bytes, true, true);
    }
    lines->used = 0;
    lines->skipping = false;
}

void acd_lines_feed(struct acd_lines *lines, const char *text, size_t bytes, acd_lines_take *take,
                    void *context)
{
    const struct receiver to = {take, context};
    const char *end = text + bytes;
    while (text < end) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        if (feed) {
            end_line(lines, text, (size_t)(feed + 1 - text), &to);
            text = feed + 1;
            continue;
        }
        size_t rest = (size_t)(end - text);
        if (!lines->skipping && !keep(lines, text, rest))
            begin_skipping(lines, &to);
        if (lines->skipping)
            hand(&to, text, rest, true, false);
        return;
    }
}

void acd_lines_end(struct acd_lines *lines, acd_lines_take *take, void *context)
{
    const struct receiver to = {take, context};
    if (lines->skipping)
        hand(&to, "", 0, true, true);
    else if (lines->used > 0)
        hand(&to, lines->text, lines->used, false, true);
    lines->used = 0;
    lines->skipping = false;
}

void acd_lines_fini(struct acd_lines *lines)
{
    free(lines->text);
    *lines = (struct acd_lines){.most = lines->most};
}
