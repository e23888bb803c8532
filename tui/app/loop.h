/* SPDX-License-Identifier: MIT */
/*
 * The live screen: keys in, pictures out, rings read at their own cadence in between, however slow
 * the terminal is.  Takes the terminal over and gives it back on every way out.
 */
#ifndef ACD_TUI_APP_LOOP_H
#define ACD_TUI_APP_LOOP_H

#include "tui/app/args.h"

/** @return the program's exit code; does not return when a signal ends the program */
int acd_loop_run(const struct acd_args *args);

#endif
