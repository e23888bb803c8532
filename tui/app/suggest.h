/* SPDX-License-Identifier: MIT */
/* "Did you mean ...?" for mistyped names.  Pure. */
#ifndef ACD_TUI_APP_SUGGEST_H
#define ACD_TUI_APP_SUGGEST_H

#include <stddef.h>

/** The name that is nearest to `given`, NULL when none is near enough to be what was meant. */
const char *acd_suggest_nearest(const char *given, const char *const *names, size_t count);

#endif
