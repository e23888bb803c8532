/* SPDX-License-Identifier: MIT */
/* Names of tables and columns, see look.h; the columns themselves stand with what draws them. */
#include "config.h"

#include "tui/view/look.h"

#include "tui/view/attach.h"
#include "tui/view/errorrow.h"
#include "tui/view/files.h"
#include "tui/view/panel.h"

const struct acd_look acd_look_default = {
    .hit_rate = 50, .running_ns = UINT64_C(120000000000), .window = ACD_WINDOW_1M};

static const struct {
    const char *name;
    const char *const *columns;
} tables[ACD_LOOK_TABLES] = {
    [ACD_LOOK_CACHE] = {"cache", acd_panel_cache_columns},
    [ACD_LOOK_TIMERS] = {"timers", acd_panel_timers_columns},
    [ACD_LOOK_ERRORS] = {"errors", acd_errorrow_columns},
    [ACD_LOOK_SERVERS] = {"servers", acd_attach_columns},
    [ACD_LOOK_FILES] = {"files", acd_files_columns},
};

const char *acd_look_table_name(size_t table)
{
    return table < ACD_LOOK_TABLES ? tables[table].name : NULL;
}

const char *acd_look_column_name(size_t table, size_t index)
{
    for (size_t i = 0; tables[table].columns[i]; i++)
        if (i == index)
            return tables[table].columns[i];
    return NULL;
}

void acd_look_hide(const struct acd_look *look, enum acd_look_table table,
                   struct acd_column *columns, size_t count)
{
    /* A column without a width is as good as none. */
    for (size_t i = 1; i < count && i < 32; i++)
        if (look->hidden[table] >> i & 1u)
            columns[i].min_width = 0;
}
