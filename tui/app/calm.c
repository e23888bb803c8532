/* SPDX-License-Identifier: MIT */
/* Lists that stand still for moments, see calm.h. */
#include "config.h"

#include "tui/app/calm.h"

uint64_t acd_calm_end(struct acd_calm *calm, const struct acd_store *store, uint64_t rows,
                      uint64_t now_ns)
{
    uint64_t first = acd_store_first(store), next = acd_store_next(store);
    bool fast = next >= calm->end && next - calm->end > ACD_CALM_ROWS;
    bool kept = calm->end > 0 && calm->end - (calm->end < rows ? calm->end : rows) >= first;
    if (fast && kept && now_ns < calm->moved_ns + ACD_CALM_NS)
        return calm->end;
    calm->end = next;
    calm->moved_ns = now_ns;
    return next;
}
