/* SPDX-License-Identifier: MIT */
/*
 * Searching keys and values of a JSON text, forwards and backwards, in steps that the caller can
 * stop between.  The bytes are searched, not the tree: what is folded is found too, and a word is
 * found whether its letters are written as UTF-8 or as \u escapes.  Small letters find both cases.
 * Hidden values are never found.
 */
#ifndef ACD_TUI_VIEW_JSONFIND_H
#define ACD_TUI_VIEW_JSONFIND_H

#include "tui/view/jsontree.h"

#define ACD_JSONFIND_TEXT 96

enum acd_jsonfind_state {
    ACD_JSONFIND_IDLE,
    ACD_JSONFIND_MORE,  /* step again */
    ACD_JSONFIND_FOUND, /* `node` */
    ACD_JSONFIND_NOTHING
};

struct acd_jsonfind {
    char text[ACD_JSONFIND_TEXT]; /* as typed */
    enum acd_jsonfind_state state;
    uint32_t node;
    uint64_t match;         /* offset of what was found */
    bool backwards, around; /* around: past the end of the text and on from its other one */
    uint64_t origin, at, scanned;
    struct {
        char bytes[ACD_JSONFIND_TEXT * 6];
        size_t length;
    } needle[2];
    size_t needles;
    bool any_case;
};

/** Starts at the selected value, which is not found itself. */
void acd_jsonfind_begin(struct acd_jsonfind *find, const struct acd_jsontree *tree, bool backwards);

/** Looks through about `bytes` more. @return find->state */
enum acd_jsonfind_state acd_jsonfind_step(struct acd_jsonfind *find,
                                          const struct acd_jsontree *tree, uint64_t bytes);

#endif
