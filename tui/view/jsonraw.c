/* SPDX-License-Identifier: MIT */
/* The raw text, see jsonraw.h. */
#include "config.h"

#include "tui/view/jsonraw.h"

#include <string.h>

#include "tui/model/jsonhide.h"
#include "tui/model/redact.h"

#define BACK UINT64_C(16384)
#define WINDOW UINT64_C(4096)
#define KEPT 256 /* begins of lines that are remembered while those below are looked for */

/* What is left to read or not: behind the index only once it has ended. */
static uint64_t readable(const struct acd_json *j)
{
    return j->state == ACD_JSON_MORE ? j->read : j->length;
}

/* Where to draw a line, or nowhere. */
struct sink {
    struct acd_grid *grid;
    struct acd_rect at;
};

static void put(struct sink *sink, enum acd_style style, const char *text, size_t length)
{
    if (!sink->grid)
        return;
    int taken = acd_grid_textn(sink->grid, sink->at, style, text, length);
    sink->at.x += taken;
    sink->at.w -= taken;
}

/* Text without secrets, up to a line feed or `*room` columns. @return bytes taken */
static size_t plain(const struct acd_jsontree *t, const char *text, size_t length, int *room,
                    struct sink *sink)
{
    const char *feed = memchr(text, '\n', length);
    size_t end = feed ? (size_t)(feed - text) : length;
    struct acd_text_iter it = acd_text_start(text, end, t->text_flags);
    struct acd_piece piece;
    const char *before = text;
    while (acd_text_next(&it, &piece) && piece.width <= *room) {
        *room -= piece.width;
        before = it.at;
    }
    size_t taken = (size_t)(before - text);
    put(sink, ACD_STYLE_NORMAL, text, taken);
    if (taken < end)
        *room = 0;
    return taken;
}

/* One line from `at` on. @return where the next one begins */
static uint64_t line(const struct acd_jsontree *t, uint64_t at, struct sink *sink)
{
    const struct acd_json *j = &t->index;
    uint64_t end = readable(j), begin = at;
    int room = t->width > 8 ? t->width : 8;
    while (at < end && room > 0) {
        uint64_t stop = end - at < (uint64_t)room * 16 ? end : at + (uint64_t)room * 16;
        struct acd_jsonhide_span secret = acd_jsonhide_next(j, at, stop);
        if (secret.bytes && secret.at <= at) {
            if (room < (int)strlen(ACD_REDACTED) && at > begin)
                return at;
            if (secret.at == at)
                put(sink, ACD_STYLE_WARN, ACD_REDACTED, strlen(ACD_REDACTED));
            room -= (int)strlen(ACD_REDACTED);
            at = secret.at + secret.bytes;
            continue;
        }
        stop = secret.bytes ? secret.at : stop;
        at += plain(t, j->text + at, stop - at, &room, sink);
        if (at < end && j->text[at] == '\n')
            return at + 1;
    }
    return at > begin ? at : begin + 1;
}

static uint64_t next_line(const struct acd_jsontree *t, uint64_t at)
{
    struct sink nowhere = {0};
    return line(t, at, &nowhere);
}

/* A place from which lines are counted up to `at`. */
static uint64_t start_before(const struct acd_jsontree *t, uint64_t at)
{
    uint64_t low = at > BACK ? at - BACK : 0, start = at;
    while (start > low && t->index.text[start - 1] != '\n')
        start--;
    while (start > 0 && start < at && ((unsigned char)t->index.text[start] & 0xc0) == 0x80)
        start++;
    return start;
}

/* The begin of a line that many above the one that begins at `at`.  Lines are only known from above: those
 * of a stretch are counted once, for each may cost a walk up to the root. */
static uint64_t lines_before(const struct acd_jsontree *t, uint64_t at, size_t lines)
{
    uint64_t begin[KEPT];
    while (lines > 0 && at > 0) {
        size_t count = 0;
        for (uint64_t place = start_before(t, at - 1); place < at; place = next_line(t, place))
            begin[count++ % KEPT] = place;
        size_t kept = count < KEPT ? count : KEPT, take = lines < kept ? lines : kept;
        at = begin[(count - take) % KEPT];
        lines -= take;
    }
    return at;
}

void acd_jsonraw_go(struct acd_jsontree *tree, uint64_t at)
{
    uint64_t start = start_before(tree, at);
    for (uint64_t next; (next = next_line(tree, start)) <= at && next < readable(&tree->index);)
        start = next;
    tree->raw_top = start;
}

void acd_jsonraw_move(struct acd_jsontree *tree, ptrdiff_t lines)
{
    if (lines < 0)
        tree->raw_top = lines_before(tree, tree->raw_top, (size_t)-lines);
    for (; lines > 0; lines--) {
        uint64_t next = next_line(tree, tree->raw_top);
        if (next >= readable(&tree->index))
            return;
        tree->raw_top = next;
    }
}

void acd_jsonraw_end(struct acd_jsontree *tree)
{
    size_t height = tree->height > 0 ? (size_t)tree->height : 0;
    tree->raw_top = lines_before(tree, readable(&tree->index), height);
}

void acd_jsonraw_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_jsontree *tree)
{
    uint64_t place = tree->raw_top, end = readable(&tree->index);
    for (int y = 0; y < at.h && place < end; y++) {
        struct sink sink = {grid, acd_grid_row(at.x, at.y + y, at.w)};
        place = line(tree, place, &sink);
    }
}

uint64_t acd_jsonraw_copy(const struct acd_json *json, uint64_t from, uint64_t to, char *out,
                          uint64_t size)
{
    uint64_t length = 0;
    while (from < to) {
        uint64_t stop = to - from < WINDOW ? to : from + WINDOW;
        struct acd_jsonhide_span secret = acd_jsonhide_next(json, from, stop);
        uint64_t n = (secret.bytes ? secret.at > from ? secret.at : from : stop) - from;
        if (length + n <= size)
            memcpy(out + length, json->text + from, n);
        length += n;
        from += n;
        if (!secret.bytes)
            continue;
        const char *mark =
            strchr("\"{[", json->text[secret.at]) ? "\"" ACD_REDACTED "\"" : ACD_REDACTED;
        n = strlen(mark);
        if (length + n <= size)
            memcpy(out + length, mark, n);
        length += n;
        from = secret.at + secret.bytes;
    }
    return length;
}
