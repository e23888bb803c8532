/* SPDX-License-Identifier: MIT */
/* One server of a snapshot, and what its events tell.  For the two forms of `acdebug-top snapshot`. */
#ifndef ACD_TUI_APP_SNAPPART_H
#define ACD_TUI_APP_SNAPPART_H

#include "tui/model/misses.h"

struct acd_snappart {
    const struct acd_fleet *fleet;
    const struct acd_server *server;
    const struct acd_misses *misses;
    struct acd_digest digest;
};

/** Why lookups of the digest's row `index` missed. @return is there anything of it? */
bool acd_snappart_missed(const struct acd_snappart *part, size_t index,
                         struct acd_miss_row *ret_row);

#endif
