/* SPDX-License-Identifier: MIT */
/*
 * What the user wants screens to look like, beside their colours: from where on a number is a warning,
 * the window of trends, which columns are left out.  Plain data, constant while it is drawn by.
 */
#ifndef ACD_TUI_VIEW_LOOK_H
#define ACD_TUI_VIEW_LOOK_H

#include <stddef.h>
#include <stdint.h>

#include "tui/model/windows.h"
#include "tui/view/columns.h"

/* The tables whose columns can be chosen. */
enum acd_look_table {
    ACD_LOOK_CACHE,
    ACD_LOOK_TIMERS,
    ACD_LOOK_ERRORS,
    ACD_LOOK_SERVERS,
    ACD_LOOK_FILES,
    ACD_LOOK_TABLES
};

struct acd_look {
    unsigned hit_rate;                /* percent; a rate below it is a warning */
    uint64_t running_ns;              /* a timer that runs for longer is one; 0: none is */
    enum acd_window_id window;        /* of trends */
    uint32_t hidden[ACD_LOOK_TABLES]; /* bit i: column i is left out; never the first */
};

extern const struct acd_look acd_look_default;

/** A table's name and its columns', as configuration spells them; NULL past the last. */
const char *acd_look_table_name(size_t table);
const char *acd_look_column_name(size_t table, size_t index);

/** Takes what is left out of `table` from a copy of its columns. */
void acd_look_hide(const struct acd_look *look, enum acd_look_table table,
                   struct acd_column *columns, size_t count);

#endif
