/* SPDX-License-Identifier: MIT */
/*
 * Watches a picture being drawn, so that a test can say that nothing lies over anything.  It stands
 * between the views and the grid: a program that links it needs ACD_TEST_LAYOUT_WRAPS, which lead
 * the views' calls through it.  One thread.
 */
#ifndef ACD_TESTS_SUPPORT_LAYOUT_H
#define ACD_TESTS_SUPPORT_LAYOUT_H

#include <stdbool.h>

#include "tests/support/stage.h"
#include "tui/view/view.h"

/**
 * Draws.
 * @return NULL, or the first of these as a sentence: a text lies over another, leaves the part of
 *         the screen that it belongs to, is a number and was cut, or two numbers touch.  Valid until
 *         the next call
 */
const char *acd_layout_watch(struct acd_grid *grid, void (*draw)(struct acd_grid *, const void *),
                             const void *context);

/** The same of acd_view_draw(). */
const char *acd_layout_draw(struct acd_grid *grid, const struct acd_scene *scene);

/**
 * Goes through the sizes of terminals, from a size of zeros on: all up to 100x60; wider ones in steps of
 * 25, higher ones in steps of five, to 300x120.  With ACD_TEST_ALL in the environment: all to 300x120.
 * @return false: that was the last
 */
bool acd_layout_next_size(struct acd_test_size *size);

/** Is there a row, or a question's answer, that stands out as the one that keys act upon? */
bool acd_layout_has_focus(const struct acd_grid *grid);

#endif
