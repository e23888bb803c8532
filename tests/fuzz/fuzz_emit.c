/* SPDX-License-Identifier: MIT */
/*
 * Fuzz target: what acdebug-emit does with its input.  However the reads cut it, the lines are the same
 * and every byte comes out once; an object is read if and only if the line is one, its texts end where
 * they say, and what it means has no more fields than an event holds.
 * Built with a fuzzer, main() is the fuzzer's; else it replays the files it is given.
 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/json.h"
#include "emitter/tools/lines.h"
#include "emitter/tools/mapping.h"
#include "emitter/tools/object.h"
#include "tests/fuzz/replay.h"

#define SIZE_MOST 65536
#define LINE_MOST 512

struct heard {
    struct acd_object object;
    const char *text; /* the input, and how much of it came out */
    size_t at, lines;
    uint64_t sum; /* of what the lines meant */
};

static void must(bool holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

static void check_members(const struct acd_object *object)
{
    for (size_t i = 0; i < object->count; i++) {
        const struct acd_member *m = &object->member[i];
        must(m->key[m->key_bytes] == '\0' && m->text[m->text_bytes] == '\0', "texts end in NUL");
        must(m->type == ACD_OBJECT_TEXT || m->type == ACD_OBJECT_JSON || m->text_bytes == 0,
             "numbers have no text");
        must(m->type != ACD_OBJECT_JSON || acd_json_valid(m->text, m->text_bytes),
             "what stays JSON is JSON");
    }
}

static uint64_t mean(const struct acd_object *object)
{
    static struct acd_mapping x;
    acd_mapping_make(&x, object);
    must(x.field_count <= ACD_MAPPING_FIELDS, "an event's fields fit");
    must(x.kind != ACD_MAPPING_LOG || x.message, "a log line has a message");
    must(x.kind == ACD_MAPPING_LOG || !x.incomplete, "what lacks a key is a log line");
    uint64_t sum = (uint64_t)x.kind * 31 + x.field_count;
    for (size_t i = 0; i < x.field_count; i++)
        sum = sum * 31 + x.field[i].key_bytes + x.field[i].value.bytes;
    return sum;
}

static bool begins_like_object(const char *text, size_t bytes)
{
    size_t i = 0;
    while (i < bytes && strchr(" \t\r\n", text[i]) && text[i])
        i++;
    return i < bytes && text[i] == '{';
}

static void take(void *context, const struct acd_lines_piece *piece)
{
    struct heard *h = context;
    must(memcmp(h->text + h->at, piece->text, piece->bytes) == 0, "bytes come out in order");
    h->at += piece->bytes;
    h->lines += piece->ends_line;
    if (piece->too_long)
        return;
    must(piece->bytes <= LINE_MOST + 1, "a line is no longer than the limit");
    int r = acd_object_read(&h->object, piece->text, piece->bytes);
    bool like = begins_like_object(piece->text, piece->bytes);
    bool valid = acd_json_valid(piece->text, piece->bytes);
    must(r == (!like ? -ENOENT : valid ? 0 : -EINVAL), "an object is read if it is one");
    if (r < 0)
        return;
    check_members(&h->object);
    h->sum = h->sum * 31 + mean(&h->object);
}

static struct heard hear(const char *text, size_t bytes, size_t step)
{
    struct heard h = {.text = text};
    struct acd_lines lines = {.most = LINE_MOST};
    for (size_t at = 0; at < bytes; at += step)
        acd_lines_feed(&lines, text + at, bytes - at < step ? bytes - at : step, take, &h);
    acd_lines_end(&lines, take, &h);
    acd_lines_fini(&lines);
    acd_object_fini(&h.object);
    must(h.at == bytes, "every byte comes out");
    return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    if (size == 0 || size > SIZE_MOST)
        return 0;
    struct heard whole = hear(text, size, size);
    for (size_t step = 1; step < size; step = step * 3 + 1) {
        struct heard again = hear(text, size, step);
        must(again.lines == whole.lines && again.sum == whole.sum,
             "lines are the same however the reads cut them");
    }
    return 0;
}
