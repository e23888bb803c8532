/* SPDX-License-Identifier: MIT */
/*
 * Where a value stands: its place among its siblings and its path.  Places are counted from the
 * nearest sibling whose place is known, and the tree remembers one in some thousands.
 */
#ifndef ACD_TUI_VIEW_JSONPATH_H
#define ACD_TUI_VIEW_JSONPATH_H

#include "tui/view/jsontree.h"

/** The place of a node among its siblings, from 0. */
uint32_t acd_jsonpath_index(struct acd_jsontree *tree, uint32_t node);

/**
 * `$.request.messages[3].content`, keys as written; the beginning goes when it doesn't fit.  In a
 * string that is open as JSON it goes on behind ` > `.
 */
void acd_jsonpath_text(struct acd_jsontree *tree, uint32_t node, char *out, size_t size);

#endif
