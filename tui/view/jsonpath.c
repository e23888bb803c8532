/* SPDX-License-Identifier: MIT */
/* Where a value stands, see jsonpath.h. */
#include "config.h"

#include "tui/view/jsonpath.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/model/redact.h"

#define NONE ACD_JSON_NONE
#define ANCHOR_EVERY 4096u

/* ---------------------------------------------------------------- places among siblings */

/* The number of anchors before (parent, node), itself included. */
static size_t anchors_to(const struct acd_jsontree *t, uint32_t parent, uint32_t node)
{
    size_t low = 0, high = t->anchor_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct acd_jsontree_anchor *a = &t->anchor[middle];
        if (a->parent < parent || (a->parent == parent && a->node <= node))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Without memory, counting just takes longer. */
static void drop_anchor(struct acd_jsontree *t, struct acd_jsontree_anchor anchor)
{
    size_t at = anchors_to(t, anchor.parent, anchor.node);
    if (t->anchor_count == t->anchor_room) {
        size_t room = t->anchor_room ? t->anchor_room * 2 : 64;
        struct acd_jsontree_anchor *more = realloc(t->anchor, room * sizeof *more);
        if (!more)
            return;
        t->anchor = more;
        t->anchor_room = room;
    }
    memmove(t->anchor + at + 1, t->anchor + at, (t->anchor_count - at) * sizeof *t->anchor);
    t->anchor[at] = anchor;
    t->anchor_count++;
}

uint32_t acd_jsonpath_index(struct acd_jsontree *tree, uint32_t node)
{
    uint32_t parent = tree->index.node[node].parent;
    struct acd_jsontree_anchor a = {parent, parent + 1, 0};
    if (parent == NONE)
        return 0;
    size_t before = anchors_to(tree, parent, node);
    if (before > 0 && tree->anchor[before - 1].parent == parent)
        a = tree->anchor[before - 1];
    for (uint32_t walked = 1; a.node < node && a.node != NONE; walked++) {
        a.node = acd_json_sibling(&tree->index, a.node);
        a.index++;
        if (walked % ANCHOR_EVERY == 0 && a.node != NONE)
            drop_anchor(tree, a);
    }
    return a.index;
}

/* ---------------------------------------------------------------- paths */

static bool is_plain(const char *key, uint64_t length)
{
    for (uint64_t i = 0; i < length; i++) {
        char c = key[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return length > 0;
}

/* Written from its end towards its beginning. */
struct writer {
    char *out;
    size_t at;
    bool full;
};

static void prepend(struct writer *w, const char *text, size_t length)
{
    if (w->full || length > w->at) {
        w->full = true;
        return;
    }
    w->at -= length;
    memcpy(w->out + w->at, text, length);
}

/* A token may be a name, too. */
static void prepend_key(struct writer *w, const char *key, uint64_t length)
{
    char clean[512];
    if (acd_redact_find(key, length, 0).length == 0)
        prepend(w, key, length);
    else
        prepend(w, clean, acd_redact_text(clean, sizeof clean, key, length));
}

static void prepend_step(struct writer *w, struct acd_jsontree *t, uint32_t node)
{
    const char *key;
    char number[24];
    uint64_t length = acd_json_key(&t->index, node, &key);
    if (t->index.node[node].key == 0) {
        int n = snprintf(number, sizeof number, "[%u]", acd_jsonpath_index(t, node));
        prepend(w, number, (size_t)n);
    } else if (is_plain(key, length)) {
        prepend(w, key, length);
        prepend(w, ".", 1);
    } else {
        prepend(w, "\"]", 2);
        prepend_key(w, key, length);
        prepend(w, "[\"", 2);
    }
}

void acd_jsonpath_text(struct acd_jsontree *tree, uint32_t node, char *out, size_t size)
{
    struct writer w = {out, size - 1, false};
    const size_t mark = strlen("...");
    w.out[w.at] = '\0';
    for (; node < tree->index.count && tree->index.node[node].parent != NONE && !w.full;
         node = tree->index.node[node].parent)
        prepend_step(&w, tree, node);
    prepend(&w, "$", 1);
    if (tree->outer_path) {
        prepend(&w, " > ", 3);
        prepend(&w, tree->outer_path, strlen(tree->outer_path));
    }
    if (w.full) {
        w.at = w.at > mark ? w.at - mark : 0;
        memcpy(out + w.at, "...", mark < size - w.at ? mark : 0);
    }
    memmove(out, out + w.at, size - w.at);
}
