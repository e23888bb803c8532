/* SPDX-License-Identifier: MIT */
/* The Cache screen: hit rates with what they are made of, why lookups missed, what is held. */
#ifndef ACD_TUI_VIEW_CACHE_H
#define ACD_TUI_VIEW_CACHE_H

#include "tui/view/view.h"

extern const struct acd_view acd_cache_view;

/** The part of the screen where rows are selected, with their heading. */
struct acd_rect acd_cache_rows(struct acd_rect body, const struct acd_scene *scene);

#endif
