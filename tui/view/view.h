/* SPDX-License-Identifier: MIT */
/*
 * The screens, one small file each behind one table, and what they are drawn from.  A view draws
 * into its rectangle from a const scene; it keeps nothing, asks no clock and no terminal.
 */
#ifndef ACD_TUI_VIEW_VIEW_H
#define ACD_TUI_VIEW_VIEW_H

#include "tui/model/digest.h"
#include "tui/model/fleet.h"
#include "tui/view/action.h"
#include "tui/view/grid.h"
#include "tui/view/ui.h"

/* Smaller than this, there is one line that says how things stand. */
#define ACD_VIEW_MIN_WIDTH 40
#define ACD_VIEW_MIN_HEIGHT 8

struct acd_scene {
    const struct acd_fleet *fleet;
    const struct acd_digest *digest; /* of the selected servers; stands still while paused */
    const struct acd_ui *ui;
    const struct acd_action *actions;
    size_t action_count;
};

struct acd_view {
    enum acd_view_id id;
    const char *name;
    void (*draw)(struct acd_grid *grid, struct acd_rect at, const struct acd_scene *scene);
};

/** The screen's view; never NULL. */
const struct acd_view *acd_view_get(enum acd_view_id id);

/** The screen's own rectangle in a grid of w × h cells. */
struct acd_rect acd_view_body(const struct acd_ui *ui, int w, int h);

/** The first of an action's keys, as sentences name it; "no key" when the user took them all. */
struct acd_label acd_view_key(const struct acd_scene *scene, enum acd_action_id id);

/** The whole picture: title, screen, footer, and a question over it.  Clears the grid first. */
void acd_view_draw(struct acd_grid *grid, const struct acd_scene *scene);

#endif
