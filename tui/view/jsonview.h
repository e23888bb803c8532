/* SPDX-License-Identifier: MIT */
/*
 * The JSON screen: name and size, path of the selected value, notes about the file, the tree or the
 * text as it is.  acd_jsonview_settle() lays the rows out before a drawing, which then only reads.
 */
#ifndef ACD_TUI_VIEW_JSONVIEW_H
#define ACD_TUI_VIEW_JSONVIEW_H

#include "tui/view/jsonfind.h"
#include "tui/view/view.h"

#define ACD_JSONVIEW_NOTES 4

/* Owned and filled by the application. */
struct acd_jsonview {
    struct acd_jsontree *tree; /* the innermost one; NULL: nothing is open */
    char name[256];
    uint64_t file_bytes;
    char note[ACD_JSONVIEW_NOTES][512]; /* "" none; what is wrong with the file */
    char path[512];                     /* of the selected value, by acd_jsonview_settle() */
    struct acd_jsonfind find;
    bool typing; /* find.text is being typed */
};

/** For a screen's rectangle as its draw() gets it. */
void acd_jsonview_settle(struct acd_jsonview *view, struct acd_rect at, unsigned text_flags);

/** Where the tree's rows are in the screen's rectangle. */
struct acd_rect acd_jsonview_rows(const struct acd_jsonview *view, struct acd_rect at);

extern const struct acd_view acd_jsonview_view;

#endif
