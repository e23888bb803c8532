/* SPDX-License-Identifier: MIT */
/* `acdebug-top --demo`: a server of our own to watch; without a terminal, a snapshot of it. */
#ifndef ACD_TUI_APP_DEMO_H
#define ACD_TUI_APP_DEMO_H

#include "tui/app/args.h"

/** @return the program's exit code */
int acd_demo_command(const struct acd_args *args);

#endif
