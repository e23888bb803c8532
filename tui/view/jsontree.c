/* SPDX-License-Identifier: MIT */
/* Folding, rows and moving, see jsontree.h.  Rows follow from the index: the row below a folded
 * container is its `next`, the one below anything else is the node behind it. */
#include "config.h"

#include "tui/view/jsontree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/jsonhide.h"
#include "tui/view/jsonpath.h"
#include "tui/view/jsonrow.h"

/* What opens by itself: two levels, and below them what is short. */
#define OPEN_DEPTH 2
#define SHORT_BYTES 1024
#define SHORT_DEPTH 5

#define NONE ACD_JSON_NONE

void acd_jsontree_init(struct acd_jsontree *tree, const char *text, uint64_t length, uint32_t limit)
{
    memset(tree, 0, sizeof *tree);
    acd_json_init(&tree->index, text, length, limit);
}

void acd_jsontree_fini(struct acd_jsontree *tree)
{
    acd_json_fini(&tree->index);
    free(tree->owned);
    free(tree->outer_path);
    free(tree->touched);
    free(tree->anchor);
    memset(tree, 0, sizeof *tree);
}

static bool exists(const struct acd_jsontree *t, uint32_t node)
{
    return node < t->index.count;
}

/* ---------------------------------------------------------------- folding */

static bool is_container(const struct acd_jsontree *t, uint32_t node)
{
    return acd_json_type(&t->index.node[node]) <= ACD_JSON_ARRAY;
}

bool acd_jsontree_foldable(const struct acd_jsontree *tree, uint32_t node)
{
    return exists(tree, node) && is_container(tree, node) &&
           acd_json_child(&tree->index, node) != NONE && !acd_jsonhide_value(&tree->index, node);
}

/* Where `node` is among those touched, or would be. */
static size_t place(const struct acd_jsontree *t, uint32_t node, bool *ret_there)
{
    size_t low = 0, high = t->touched_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->touched[middle] < node)
            low = middle + 1;
        else
            high = middle;
    }
    *ret_there = low < t->touched_count && t->touched[low] == node;
    return low;
}

static bool open_by_itself(const struct acd_jsontree *t, uint32_t node)
{
    const struct acd_json_node *n = &t->index.node[node];
    bool is_short = n->bytes > 0 && n->bytes <= SHORT_BYTES;
    unsigned depth = 0, most = is_short ? SHORT_DEPTH : OPEN_DEPTH;
    for (uint32_t p = n->parent; p != NONE && depth < most; p = t->index.node[p].parent)
        depth++;
    if (depth == 0)
        return true;
    /* Elements of an array are a list to choose from. */
    return n->key > 0 && depth < most;
}

static bool folded_by_base(const struct acd_jsontree *t, uint32_t node)
{
    if (t->base == ACD_JSONTREE_SOME)
        return !open_by_itself(t, node);
    return t->base == ACD_JSONTREE_FOLDED && t->index.node[node].parent != NONE;
}

bool acd_jsontree_folded(const struct acd_jsontree *tree, uint32_t node)
{
    bool there = false;
    if (!is_container(tree, node))
        return false;
    if (acd_jsonhide_value(&tree->index, node))
        return true;
    place(tree, node, &there);
    return folded_by_base(tree, node) != there;
}

int acd_jsontree_fold(struct acd_jsontree *tree, uint32_t node, bool folded)
{
    bool there = false;
    if (!acd_jsontree_foldable(tree, node) || acd_jsontree_folded(tree, node) == folded)
        return 0;
    size_t at = place(tree, node, &there);
    if (there) {
        tree->touched_count--;
        memmove(tree->touched + at, tree->touched + at + 1,
                (tree->touched_count - at) * sizeof *tree->touched);
        return 0;
    }
    if (tree->touched_count == tree->touched_room) {
        size_t room = tree->touched_room ? tree->touched_room * 2 : 64;
        uint32_t *more = realloc(tree->touched, room * sizeof *more);
        if (!more)
            return -ENOMEM;
        tree->touched = more;
        tree->touched_room = room;
    }
    memmove(tree->touched + at + 1, tree->touched + at,
            (tree->touched_count - at) * sizeof *tree->touched);
    tree->touched[at] = node;
    tree->touched_count++;
    return 0;
}

void acd_jsontree_fold_all(struct acd_jsontree *tree, bool folded)
{
    tree->base = folded ? ACD_JSONTREE_FOLDED : ACD_JSONTREE_OPEN;
    tree->touched_count = 0;
    tree->selected = acd_jsontree_seen(tree, tree->selected);
    tree->top = acd_jsontree_seen(tree, tree->top);
    tree->top_part = 0;
}

/* ---------------------------------------------------------------- rows */

uint32_t acd_jsontree_seen(const struct acd_jsontree *tree, uint32_t node)
{
    if (!exists(tree, node))
        return 0;
    uint32_t seen = node;
    for (uint32_t p = tree->index.node[node].parent; p != NONE; p = tree->index.node[p].parent)
        if (acd_jsontree_folded(tree, p))
            seen = p;
    return seen;
}

uint32_t acd_jsontree_below(const struct acd_jsontree *tree, uint32_t node)
{
    if (!exists(tree, node))
        return NONE;
    uint32_t below = node + 1;
    if (is_container(tree, node) && acd_jsontree_folded(tree, node)) {
        below = tree->index.node[node].next;
        if (below == 0)
            return NONE; /* open to the end of what there is */
    }
    return exists(tree, below) ? below : NONE;
}

uint32_t acd_jsontree_above(const struct acd_jsontree *tree, uint32_t node)
{
    if (!exists(tree, node) || node == 0)
        return NONE;
    uint32_t parent = tree->index.node[node].parent, above = node - 1;
    for (uint32_t n = above; n != parent && n != NONE; n = tree->index.node[n].parent)
        if (acd_jsontree_folded(tree, n))
            above = n;
    return above;
}

static uint32_t depth_of(const struct acd_jsontree *t, uint32_t node)
{
    uint32_t depth = 0;
    for (uint32_t p = t->index.node[node].parent; p != NONE; p = t->index.node[p].parent)
        depth++;
    return depth;
}

/* The row `below` stands under `row`, one deeper or some steps out. */
static struct acd_jsontree_row row_below(struct acd_jsontree *t, struct acd_jsontree_row row,
                                         uint32_t below)
{
    struct acd_jsontree_row next = {below, 0, row.depth, 0};
    const struct acd_json_node *node = t->index.node;
    uint32_t parent = node[below].parent;
    if (parent == row.node) {
        next.depth++;
        return next;
    }
    for (uint32_t n = row.node; node[n].parent != parent; n = node[n].parent)
        next.depth--;
    if (next.depth == row.depth)
        next.index = row.index + 1;
    else
        next.index = acd_jsonpath_index(t, below);
    return next;
}

static uint32_t lines_of(const struct acd_jsontree *t, struct acd_jsontree_row row)
{
    return t->wrap ? acd_jsonrow_lines(t, row) : 1;
}

/* Rows from `top` on.  Is all of the selected one, or as much as fits, among them? */
static bool lay_out(struct acd_jsontree *t)
{
    struct acd_jsontree_row row = {t->top, acd_jsonpath_index(t, t->top), depth_of(t, t->top), 0};
    size_t room = t->height > 0 ? (size_t)t->height : 1;
    bool seen = false;
    room = room < ACD_JSONTREE_ROWS ? room : ACD_JSONTREE_ROWS;
    t->row_count = 0;
    for (;;) {
        uint32_t lines = lines_of(t, row), first = row.node == t->top ? t->top_part : 0;
        if (first >= lines)
            first = t->top_part = lines - 1;
        for (row.part = first; row.part < lines && t->row_count < room; row.part++)
            t->row[t->row_count++] = row;
        if (row.node == t->selected)
            seen = row.part == lines || first > 0 || row.node == t->top;
        uint32_t below = acd_jsontree_below(t, row.node);
        if (below == NONE || t->row_count == room)
            return seen;
        row = row_below(t, row, below);
    }
}

/* The topmost row with which `last` is the last one. */
static void top_from_below(struct acd_jsontree *t, uint32_t last)
{
    uint32_t node = last, used = 0, room = t->height > 0 ? (uint32_t)t->height : 1;
    t->top = last;
    while (node != NONE) {
        struct acd_jsontree_row row = {node, 0, depth_of(t, node), 0};
        used += lines_of(t, row);
        if (used > room)
            break;
        t->top = node;
        node = acd_jsontree_above(t, node);
    }
    t->top_part = 0;
}

void acd_jsontree_settle(struct acd_jsontree *tree, int width, int height)
{
    tree->width = width;
    tree->height = height < ACD_JSONTREE_ROWS ? height : ACD_JSONTREE_ROWS;
    tree->row_count = 0;
    if (tree->index.count == 0)
        return;
    tree->selected = acd_jsontree_seen(tree, tree->selected);
    tree->top = acd_jsontree_seen(tree, tree->top);
    if (tree->selected < tree->top) {
        tree->top = tree->selected;
        tree->top_part = 0;
    }
    if (!lay_out(tree)) {
        top_from_below(tree, tree->selected);
        lay_out(tree);
    } else if (tree->row_count < (size_t)tree->height && tree->top > 0) {
        /* No blank rows below while there are values above. */
        top_from_below(tree, tree->row[tree->row_count - 1].node);
        lay_out(tree);
    }
}

/* ---------------------------------------------------------------- moving */

int acd_jsontree_select(struct acd_jsontree *tree, uint32_t node)
{
    for (uint32_t p = tree->index.node[node].parent; p != NONE; p = tree->index.node[p].parent) {
        int r = acd_jsontree_fold(tree, p, false);
        if (r < 0)
            return r;
    }
    tree->selected = acd_jsontree_seen(tree, node);
    return 0;
}

/* A wrapped value that is taller than the window is read before it is left. */
static bool scroll_within(struct acd_jsontree *t, ptrdiff_t rows)
{
    if (!t->wrap || t->row_count == 0 || t->top != t->selected || t->height < 2)
        return false;
    const struct acd_jsontree_row *last = &t->row[t->row_count - 1];
    uint32_t lines = acd_jsonrow_lines(t, *last), step = (uint32_t)t->height - 1;
    if (rows > 0 && last->node == t->selected && last->part + 1 < lines) {
        t->top_part += (size_t)rows < step ? (uint32_t)rows : step;
        return true;
    }
    if (rows < 0 && t->top_part > 0) {
        step = (size_t)-rows < step ? (uint32_t)-rows : step;
        t->top_part -= step < t->top_part ? step : t->top_part;
        return true;
    }
    return false;
}

void acd_jsontree_move(struct acd_jsontree *tree, ptrdiff_t rows)
{
    if (scroll_within(tree, rows))
        return;
    tree->top_part = 0;
    for (; rows != 0; rows += rows < 0 ? 1 : -1) {
        uint32_t to = rows < 0 ? acd_jsontree_above(tree, tree->selected)
                               : acd_jsontree_below(tree, tree->selected);
        if (to == NONE)
            return;
        tree->selected = to;
    }
}

void acd_jsontree_home(struct acd_jsontree *tree)
{
    tree->selected = tree->top = tree->top_part = 0;
}

void acd_jsontree_end(struct acd_jsontree *tree)
{
    if (tree->index.count > 0)
        tree->selected = acd_jsontree_seen(tree, tree->index.count - 1);
}

/* ---------------------------------------------------------------- strings */

#define STRING_MOST (UINT64_C(64) << 20)

/* Only what is an object or an array as a whole opens as JSON; the rest is text. */
static bool index_whole(struct acd_jsontree *t)
{
    while (acd_json_step(&t->index, UINT64_MAX) == ACD_JSON_MORE) {}
    return t->index.state == ACD_JSON_DONE && is_container(t, 0);
}

static int make_inner(struct acd_jsontree *outer, uint32_t node, struct acd_jsontree **ret)
{
    char path[1024];
    const char *bytes;
    uint64_t length = acd_json_value(&outer->index, node, &bytes) - 1;
    bool closed = length > 0 && bytes[length] == '"';
    length -= closed;
    char *text = malloc(length + 1);
    struct acd_jsontree *inner = calloc(1, sizeof *inner);
    acd_jsonpath_text(outer, node, path, sizeof path);
    char *outer_path = strdup(path);
    if (!text || !inner || !outer_path) {
        free(text);
        free(inner);
        free(outer_path);
        return -ENOMEM;
    }
    length = acd_json_unescape(text, length, bytes + 1, length);
    acd_jsontree_init(inner, text, length, 0);
    inner->owned = text;
    inner->outer = outer;
    inner->outer_path = outer_path;
    inner->wrap = outer->wrap;
    inner->text_flags = outer->text_flags;
    inner->raw = !index_whole(inner);
    *ret = inner;
    return 0;
}

int acd_jsontree_enter(struct acd_jsontree *tree, uint32_t node, struct acd_jsontree **ret_inner)
{
    const char *bytes;
    unsigned depth = 0;
    if (!exists(tree, node) || acd_json_type(&tree->index.node[node]) != ACD_JSON_STRING)
        return -EINVAL;
    if (acd_jsonhide_inside(&tree->index, node))
        return -EPERM;
    for (struct acd_jsontree *t = tree; t; t = t->outer)
        depth++;
    if (depth > ACD_JSONTREE_DEPTH || acd_json_value(&tree->index, node, &bytes) > STRING_MOST)
        return -E2BIG;
    return make_inner(tree, node, ret_inner);
}

struct acd_jsontree *acd_jsontree_leave(struct acd_jsontree *inner)
{
    struct acd_jsontree *outer = inner->outer;
    acd_jsontree_fini(inner);
    free(inner);
    return outer;
}
