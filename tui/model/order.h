/* SPDX-License-Identifier: MIT */
/*
 * The order of a digest's rows: that in which they are found, or by one of their numbers.  Rows that
 * are equal keep their order, so that a list does not flicker.  Pure but for memory.
 */
#ifndef ACD_TUI_MODEL_ORDER_H
#define ACD_TUI_MODEL_ORDER_H

#include "tui/model/digest.h"

enum acd_order_list { ACD_ORDER_CACHES, ACD_ORDER_TIMERS, ACD_ORDER_ERRORS, ACD_ORDER_LISTS };

enum acd_order_key {
    ACD_ORDER_FOUND, /* as they are */
    ACD_ORDER_NAME,
    /* numbers, the highest first; what has none comes last */
    ACD_ORDER_COUNT, /* timers that ended, errors, lookups */
    ACD_ORDER_RUNNING,
    ACD_ORDER_P50,
    ACD_ORDER_P95,
    ACD_ORDER_P99,
    ACD_ORDER_MAX,
    ACD_ORDER_MEAN,
    ACD_ORDER_FAILED,
    ACD_ORDER_BY_REQUEST, /* hit rates */
    ACD_ORDER_BY_TOKENS,
    ACD_ORDER_BYPASSED,
    ACD_ORDER_UNKNOWN,
    ACD_ORDER_EVICTED,
    ACD_ORDER_ENTRIES,
    ACD_ORDER_BYTES,
    ACD_ORDER_LAST,
    ACD_ORDER_FIRST,
    ACD_ORDER_KEYS
};

struct acd_order {
    uint8_t key;  /* enum acd_order_key */
    bool reverse; /* names from the end, numbers from the lowest */
};

/** Sorts the rows of each list. @return 0, -ENOMEM: some are as they were */
int acd_order_apply(struct acd_digest *digest, const struct acd_order order[ACD_ORDER_LISTS]);

/** "p95", "hit rate by tokens". */
const char *acd_order_name(enum acd_order_key key);

#endif
