/* SPDX-License-Identifier: MIT */
/*
 * What the user calls a server: its name, its pid, its ring's file name, or a path to a ring.  Behind
 * `name:` stands a name, whatever it looks like: one of digits alone is no pid then.
 * Pure, but acd_target_is_path(), which looks at the file system.
 */
#ifndef ACD_TUI_APP_TARGET_H
#define ACD_TUI_APP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/reader/discover.h"

enum acd_target_kind {
    ACD_TARGET_NAME, /* of the server: may be several */
    ACD_TARGET_PID,
    ACD_TARGET_RING, /* a file name in the ring directory */
    ACD_TARGET_PATH  /* a file anywhere */
};

struct acd_target {
    const char *text; /* as it was typed */
    enum acd_target_kind kind;
    const char *name;  /* of ACD_TARGET_NAME */
    unsigned long pid; /* of ACD_TARGET_PID */
};

struct acd_target acd_target_parse(const char *text);

/** Does the target mean this ring?  A path never does: it is opened as it is. */
bool acd_target_matches(const struct acd_target *target, const struct acd_ring_entry *entry);

#endif
