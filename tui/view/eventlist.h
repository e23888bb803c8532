/* SPDX-License-Identifier: MIT */
/*
 * A list of events, newest at the bottom, as the Events screen and the overview's last panel show
 * it; gaps are rows too.  Columns that have no room are left out: first the server, then the kind,
 * then the fractions of a second.
 */
#ifndef ACD_TUI_VIEW_EVENTLIST_H
#define ACD_TUI_VIEW_EVENTLIST_H

#include "tui/view/view.h"

/** Draws the newest entries that fit `at`, or when scrolled those that end at the place. @return were
 * there any, or is it said where they went? */
bool acd_eventlist_draw(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                        const struct acd_event_place *place);

/** One entry on one row, as the list draws it. */
void acd_eventlist_row(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                       const struct acd_entry *entry);

/** "Events (following)  FILTER 37 match: kind:cache": the list's own line. */
void acd_eventlist_heading(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene,
                           const struct acd_event_place *place);

/** "following", "12 newer below", "paused": how the list stands, for a heading. */
void acd_eventlist_state(char *out, size_t size, const struct acd_scene *scene,
                         const struct acd_event_place *place);

#endif
