/* SPDX-License-Identifier: MIT */
/*
 * `snapshot --line`: what a tmux status line or a shell prompt has room for.  Characters that those
 * would obey (# $ % ` \) are shown as `?` where they stand in names.  Pure.
 */
#ifndef ACD_TUI_APP_STATUSLINE_H
#define ACD_TUI_APP_STATUSLINE_H

#include <stddef.h>

#include "tui/model/digest.h"
#include "tui/model/fleet.h"

/** One line without its end, cut to `size`: who, the busiest cache, the slowest timer, troubles. */
void acd_statusline_write(char *out, size_t size, const struct acd_fleet *fleet,
                          const struct acd_digest *digest);

#endif
