/* SPDX-License-Identifier: MIT */
/* The Cache screen: hit rates with what they are made of, why lookups missed, what is held. */
#ifndef ACD_TUI_VIEW_CACHE_H
#define ACD_TUI_VIEW_CACHE_H

#include "tui/view/view.h"

extern const struct acd_view acd_cache_view;

#endif
