/* SPDX-License-Identifier: MIT */
/* What options and environment ask for, settled once at open. */
#ifndef ACD_ENVIRONMENT_H
#define ACD_ENVIRONMENT_H

#include "emitter/state.h"

/* @return 0, or -EINVAL for options that can't be.  A bad ANYCLAUDE_DEBUG is level 1 and one line. */
int acd_environment_settle(struct acd_settings *ret_settings, const char *app,
                           const acdebug_options *options);

/* The level that a value of ANYCLAUDE_DEBUG means: NULL or "" 0, a number clamped to 0..3, else 1. */
unsigned acd_environment_level(const char *text, bool *ret_is_number);

#endif
