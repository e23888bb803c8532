/* SPDX-License-Identifier: MIT */
/*
 * Where one is in a JSON text: what is folded, which value is selected, what stands in the rows of
 * the screen.  The text and its index may be larger than memory likes and still growing, so nothing
 * here ever walks all of it: rows are found from the topmost one on, by the index's `next`.
 * A string that holds JSON opens as a tree of its own, which stands before the outer one.
 * One owner, who gives the text and keeps it until acd_jsontree_fini().
 */
#ifndef ACD_TUI_VIEW_JSONTREE_H
#define ACD_TUI_VIEW_JSONTREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/model/jsonindex.h"

#define ACD_JSONTREE_ROWS 512
#define ACD_JSONTREE_DEPTH 8 /* strings in strings that can be open */

/* One line of the screen. */
struct acd_jsontree_row {
    uint32_t node;
    uint32_t index; /* its place among its siblings */
    uint32_t depth;
    uint32_t part; /* 0: its first line; else the line of a value that was wrapped */
};

/* A sibling whose place is known: counting from the first one would take long. */
struct acd_jsontree_anchor {
    uint32_t parent, node, index;
};

enum acd_jsontree_base { ACD_JSONTREE_SOME, ACD_JSONTREE_OPEN, ACD_JSONTREE_FOLDED };

struct acd_jsontree {
    struct acd_json index;
    char *owned;                /* the decoded text of a string, NULL for a file's */
    struct acd_jsontree *outer; /* the tree that this string stands in */
    char *outer_path;

    enum acd_jsontree_base base; /* how containers are that nobody touched */
    uint32_t *touched;           /* the others, in order */
    size_t touched_count, touched_room;
    struct acd_jsontree_anchor *anchor;
    size_t anchor_count, anchor_room;

    uint32_t selected, top, top_part;
    bool wrap, raw;
    uint64_t raw_top; /* offset of the first line of the text as it is */
    struct acd_jsontree_row row[ACD_JSONTREE_ROWS];
    size_t row_count;
    int width, height;
    unsigned text_flags; /* of the grid that it is drawn to */
};

/** Begins with `text`, of which nothing is indexed yet. */
void acd_jsontree_init(struct acd_jsontree *tree, const char *text, uint64_t length,
                       uint32_t limit);
void acd_jsontree_fini(struct acd_jsontree *tree);

/* ---- folding */

/** Can it be opened and folded: a container that has something in it, and may be shown? */
bool acd_jsontree_foldable(const struct acd_jsontree *tree, uint32_t node);
bool acd_jsontree_folded(const struct acd_jsontree *tree, uint32_t node);
/** @return 0, -ENOMEM */
int acd_jsontree_fold(struct acd_jsontree *tree, uint32_t node, bool folded);
/** All of them; forgets what was touched. */
void acd_jsontree_fold_all(struct acd_jsontree *tree, bool folded);

/* ---- rows */

/** The row below or above one, ACD_JSON_NONE at the ends. */
uint32_t acd_jsontree_below(const struct acd_jsontree *tree, uint32_t node);
uint32_t acd_jsontree_above(const struct acd_jsontree *tree, uint32_t node);
/** The row that stands for a node: itself, or the outermost folded container around it. */
uint32_t acd_jsontree_seen(const struct acd_jsontree *tree, uint32_t node);

/** Lays the rows out for a window, the selected one in it.  Before each drawing. */
void acd_jsontree_settle(struct acd_jsontree *tree, int width, int height);

/* ---- moving */

/** Opens what the node stands in and selects it. @return 0, -ENOMEM */
int acd_jsontree_select(struct acd_jsontree *tree, uint32_t node);
void acd_jsontree_move(struct acd_jsontree *tree, ptrdiff_t rows);
void acd_jsontree_home(struct acd_jsontree *tree);
void acd_jsontree_end(struct acd_jsontree *tree);

/* ---- strings */

/**
 * Opens a string as a tree of its own, or as text when it isn't JSON.
 * @return 0 and the inner tree, which takes `tree` as its outer one; -EINVAL no string, -EPERM hidden,
 *         -E2BIG, -ENOMEM
 */
int acd_jsontree_enter(struct acd_jsontree *tree, uint32_t node, struct acd_jsontree **ret_inner);
/** Frees an inner tree. @return its outer one */
struct acd_jsontree *acd_jsontree_leave(struct acd_jsontree *inner);

#endif
