/* SPDX-License-Identifier: MIT */
/* The Files screen: debug files, newest first; those that may not be opened say why. */
#ifndef ACD_TUI_VIEW_FILES_H
#define ACD_TUI_VIEW_FILES_H

#include "tui/model/debugfile.h"
#include "tui/view/list.h"
#include "tui/view/view.h"

struct acd_files_row {
    char name[256];
    uint64_t bytes, modified_ns;
    unsigned mode;
    char why[64]; /* it is skipped; "" readable */
    bool known;   /* `about` was read */
    struct acd_debugfile about;
};

/* Owned and filled by the application. */
struct acd_files {
    char directory[1024];
    char notice[200]; /* why there is no list; "" fine */
    struct acd_files_row *row;
    size_t count;
    bool cut;
    struct acd_list list;
};

/** The names of its columns, as configuration spells them; the last is NULL. */
extern const char *const acd_files_columns[];

extern const struct acd_view acd_files_view;

#endif
