/* SPDX-License-Identifier: MIT */
/* The text of a row, see jsonrow.h. */
#include "config.h"

#include "tui/view/jsonrow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "tui/model/jsonhide.h"
#include "tui/model/redact.h"

#define VALUE_MOST 4096
#define KEY_MOST 256
#define PREVIEW_NODES 40
#define PREVIEW_BYTES 400
#define COUNT_MOST 1000

struct text {
    char bytes[VALUE_MOST + 64];
    size_t length;
};

struct row_text {
    char key[KEY_MOST + 16];
    size_t key_length;
    struct text value;
    enum acd_style style;
};

static void put(struct text *t, const char *bytes, size_t length)
{
    size_t room = sizeof t->bytes - t->length;
    size_t n = length < room ? length : room;
    memcpy(t->bytes + t->length, bytes, n);
    t->length += n;
}

static void puts_to(struct text *t, const char *text)
{
    put(t, text, strlen(text));
}

/* ---------------------------------------------------------------- as written, letters decoded */

/* Escapes of what is no ASCII become what they mean; all others stay. */
static size_t soften(char *out, size_t room, const char *in, size_t length)
{
    size_t used = 0;
    for (size_t i = 0; i < length && used < room;) {
        size_t take = in[i] != '\\' ? 1 : i + 1 < length ? 2 : 1;
        if (take == 2 && in[i + 1] == 'u') {
            char letter[12];
            size_t left = length - i < 12 ? length - i : 12;
            for (take = 6; take <= left; take += 6) {
                uint64_t n = acd_json_unescape(letter, sizeof letter, in + i, take);
                if (n > 4 || n < 2)
                    continue;
                if (used + n > room)
                    return used;
                memcpy(out + used, letter, n);
                used += n;
                break;
            }
            if (take <= left) {
                i += take;
                continue;
            }
            take = 2;
        }
        if (used + take > room)
            break;
        memcpy(out + used, in + i, take);
        used += take;
        i += take;
    }
    return used;
}

static size_t show(char *out, size_t room, const char *in, uint64_t length)
{
    char soft[VALUE_MOST + 256];
    size_t n = soften(soft, sizeof soft < room + 256 ? sizeof soft : room + 256, in,
                      length < sizeof soft * 6 ? length : sizeof soft * 6);
    return acd_redact_text(out, room, soft, n);
}

/* ---------------------------------------------------------------- values */

static enum acd_style style_of(enum acd_json_type type)
{
    switch (type) {
    case ACD_JSON_STRING: return ACD_STYLE_STRING;
    case ACD_JSON_NUMBER: return ACD_STYLE_NUMBER;
    case ACD_JSON_OBJECT:
    case ACD_JSON_ARRAY: return ACD_STYLE_DIM;
    default: return ACD_STYLE_WORD;
    }
}

/* A value that is no container. At most `most` bytes of it. */
static void put_leaf(struct text *t, const struct acd_json *j, uint32_t node, size_t most)
{
    const char *bytes;
    uint64_t length = acd_json_value(j, node, &bytes);
    size_t room = sizeof t->bytes - t->length;
    size_t n = show(t->bytes + t->length, most < room ? most : room, bytes, length);
    t->length += n;
    if (length > n && n + 16 >= most) {
        char more[48];
        snprintf(more, sizeof more, "... (%s in all)", acd_text_bytes(length).s);
        puts_to(t, more);
    }
}

static void put_key(struct text *t, const struct acd_json *j, uint32_t node)
{
    const char *key;
    char shown[64];
    uint64_t length = acd_json_key(j, node, &key);
    put(t, shown, show(shown, sizeof shown, key, length));
    puts_to(t, ": ");
}

static void put_count(struct text *t, const struct acd_json *j, uint32_t node)
{
    bool object = acd_json_type(&j->node[node]) == ACD_JSON_OBJECT;
    uint32_t count = 0;
    char words[64];
    for (uint32_t n = acd_json_child(j, node); n != ACD_JSON_NONE && count < COUNT_MOST;
         n = acd_json_sibling(j, n))
        count++;
    bool more = count == COUNT_MOST || j->node[node].bytes == 0;
    snprintf(words, sizeof words, "%c%" PRIu32 "%s%c ", object ? '{' : '[', count, more ? "+" : "",
             object ? '}' : ']');
    puts_to(t, words);
}

/* The beginning of what is folded: `{3} role: "user", content: "...` */
static void put_preview(struct text *t, const struct acd_json *j, uint32_t node)
{
    uint32_t n = acd_json_child(j, node);
    put_count(t, j, node);
    for (unsigned i = 0; n != ACD_JSON_NONE && i < PREVIEW_NODES && t->length < PREVIEW_BYTES;
         i++, n = acd_json_sibling(j, n)) {
        if (i > 0)
            puts_to(t, ", ");
        if (j->node[n].key)
            put_key(t, j, n);
        enum acd_json_type type = acd_json_type(&j->node[n]);
        if (acd_jsonhide_value(j, n))
            puts_to(t, ACD_REDACTED);
        else if (type <= ACD_JSON_ARRAY)
            puts_to(t, type == ACD_JSON_OBJECT ? "{..}" : "[..]");
        else
            put_leaf(t, j, n, PREVIEW_BYTES);
    }
}

static void put_value(struct row_text *r, const struct acd_jsontree *tree, uint32_t node)
{
    const struct acd_json *j = &tree->index;
    enum acd_json_type type = acd_json_type(&j->node[node]);
    r->style = style_of(type);
    if (acd_jsonhide_value(j, node)) {
        r->style = ACD_STYLE_WARN;
        puts_to(&r->value, ACD_REDACTED);
    } else if (type > ACD_JSON_ARRAY) {
        put_leaf(&r->value, j, node, VALUE_MOST);
    } else if (acd_json_child(j, node) == ACD_JSON_NONE) {
        puts_to(&r->value, type == ACD_JSON_OBJECT ? "{}" : "[]");
    } else if (acd_jsontree_folded(tree, node)) {
        put_preview(&r->value, j, node);
    } else {
        put_count(&r->value, j, node);
    }
}

static void make(struct row_text *r, const struct acd_jsontree *tree, struct acd_jsontree_row row)
{
    const struct acd_json *j = &tree->index;
    const char *key;
    r->key_length = r->value.length = 0;
    if (j->node[row.node].key) {
        uint64_t length = acd_json_key(j, row.node, &key);
        r->key_length = show(r->key, KEY_MOST, key, length);
        if (length == 0) {
            memcpy(r->key, "\"\"", 2);
            r->key_length = 2;
        }
    } else if (j->node[row.node].parent != ACD_JSON_NONE) {
        r->key_length = (size_t)snprintf(r->key, sizeof r->key, "[%" PRIu32 "]", row.index);
    } else {
        r->key[0] = '$';
        r->key_length = 1;
    }
    put_value(r, tree, row.node);
}

/* ---------------------------------------------------------------- lines */

/* Columns before the value on its first line, and on those that follow. */
struct indent {
    int first, rest;
};

static struct indent indent_of(const struct acd_jsontree *t, struct acd_jsontree_row row,
                               const struct row_text *r)
{
    int most = t->width / 3;
    int left = row.depth > (uint32_t)most / 2 ? most : (int)row.depth * 2;
    size_t key = acd_text_width(r->key, r->key_length, t->text_flags, (size_t)t->width);
    return (struct indent){left + 2 + (int)key + 2, left + 4};
}

/* The length of the next line of `text` in `width` columns; an escaped line feed ends one too. */
static size_t line_length(const char *text, size_t length, int width, unsigned flags)
{
    struct acd_text_iter it = acd_text_start(text, length, flags);
    struct acd_piece piece;
    const char *before = text;
    int used = 0;
    bool escaped = false;
    while (acd_text_next(&it, &piece)) {
        if (used + piece.width > width && before > text)
            return (size_t)(before - text);
        used += piece.width;
        if (escaped && piece.bytes[0] == 'n')
            return (size_t)(it.at - text);
        escaped = !escaped && piece.len == 1 && piece.bytes[0] == '\\';
        before = it.at;
    }
    return length;
}

struct stretch {
    size_t at, length;
};

/* Line `part` of the value. @return the number of lines up to it, of all when there is no such one */
static uint32_t find_line(const struct acd_jsontree *t, const struct row_text *r,
                          struct indent indent, uint32_t part, struct stretch *ret)
{
    size_t at = 0;
    for (uint32_t line = 0;; line++) {
        int width = t->width - (line == 0 ? indent.first : indent.rest);
        size_t n = line_length(r->value.bytes + at, r->value.length - at, width > 8 ? width : 8,
                               t->text_flags);
        if (line == part || at + n >= r->value.length) {
            *ret = (struct stretch){at, n};
            return line + 1;
        }
        at += n;
    }
}

uint32_t acd_jsonrow_lines(const struct acd_jsontree *tree, struct acd_jsontree_row row)
{
    struct row_text r;
    struct stretch last;
    if (acd_jsontree_foldable(tree, row.node))
        return 1; /* a preview is no text to read */
    make(&r, tree, row);
    return find_line(tree, &r, indent_of(tree, row, &r), UINT32_MAX, &last);
}

/* ---------------------------------------------------------------- drawing */

static void mark(struct acd_grid *grid, struct acd_rect at, const char *text, size_t length,
                 const char *needle)
{
    size_t n = strlen(needle);
    for (size_t i = 0; n > 0 && i + n <= length; i++) {
        if (strncasecmp(text + i, needle, n) != 0)
            continue;
        size_t x = acd_text_width(text, i, grid->text_flags, (size_t)at.w);
        size_t w = acd_text_width(text + i, n, grid->text_flags, (size_t)at.w);
        if ((int)x < at.w)
            acd_grid_restyle(
                grid,
                acd_grid_row(at.x + (int)x, at.y, (int)w < at.w - (int)x ? (int)w : at.w - (int)x),
                ACD_STYLE_MATCH);
        i += n - 1;
    }
}

struct part {
    const char *text;
    size_t length;
    enum acd_style style;
};

static void draw_part(struct acd_grid *grid, struct acd_rect *at, struct part part,
                      const char *needle)
{
    int taken = acd_grid_textn(grid, *at, part.style, part.text, part.length);
    mark(grid, *at, part.text, part.length, needle);
    at->x += taken;
    at->w -= taken;
}

static const char *marker(const struct acd_grid *grid, const struct acd_jsontree *tree,
                          uint32_t node)
{
    bool ascii = grid->glyphs == ACD_GLYPHS_ASCII;
    if (!acd_jsontree_foldable(tree, node))
        return "  ";
    if (acd_jsontree_folded(tree, node))
        return ascii ? "+ " : "\xe2\x96\xb8 ";
    return ascii ? "- " : "\xe2\x96\xbe ";
}

void acd_jsonrow_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_jsontree *tree,
                      struct acd_jsontree_row row, const char *needle)
{
    struct row_text r;
    make(&r, tree, row);
    struct indent indent = indent_of(tree, row, &r);
    struct stretch line = {0, r.value.length};
    int left = row.part > 0 ? indent.rest : indent.rest - 4;
    if (tree->wrap && !acd_jsontree_foldable(tree, row.node))
        find_line(tree, &r, indent, row.part, &line);
    at.x += left;
    at.w -= left;
    if (row.part == 0) {
        acd_grid_append(grid, &at, ACD_STYLE_ACCENT, marker(grid, tree, row.node));
        draw_part(grid, &at, (struct part){r.key, r.key_length, ACD_STYLE_NAME}, needle);
        acd_grid_append(grid, &at, ACD_STYLE_DIM,
                        acd_jsontree_foldable(tree, row.node) ? " " : ": ");
    }
    draw_part(grid, &at, (struct part){r.value.bytes + line.at, line.length, r.style}, needle);
}
