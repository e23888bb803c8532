/* SPDX-License-Identifier: MIT */
/* One server of a snapshot, see snappart.h. */
#include "config.h"

#include "tui/app/snappart.h"

bool acd_snappart_missed(const struct acd_snappart *part, size_t index,
                         struct acd_miss_row *ret_row)
{
    const struct acd_misses_scope scope = {
        part->fleet, {ACD_SELECT_ONE, part->server->number}, &part->digest};
    return acd_misses_row(part->misses, &scope, index, ret_row);
}
