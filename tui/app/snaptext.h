/* SPDX-License-Identifier: MIT */
/* A server of `snapshot`, for people: one line for each thing that it counts. */
#ifndef ACD_TUI_APP_SNAPTEXT_H
#define ACD_TUI_APP_SNAPTEXT_H

#include "tui/app/snappart.h"

/** To stdout. */
void acd_snaptext_server(const struct acd_snappart *part);

#endif
