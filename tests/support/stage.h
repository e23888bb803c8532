/* SPDX-License-Identifier: MIT */
/*
 * What the tests of screens share: the sizes of golden screens, and from a model made by hand to a
 * picture, as the loop does it.  Calls tui/app; the program that uses it links that.
 */
#ifndef ACD_TESTS_SUPPORT_STAGE_H
#define ACD_TESTS_SUPPORT_STAGE_H

#include "tests/support/model.h"

#define ACD_TEST_SIZES 3
extern const struct acd_test_size {
    int w, h;
} acd_test_sizes[ACD_TEST_SIZES];

/** What views draw the model from; valid as long as it is. */
struct acd_scene acd_test_scene_of(const struct acd_test_model *model);

/** What the loop does before it draws at that size. */
void acd_test_settle(struct acd_test_model *model, int w, int h);

/** Settles, and draws at the grid's size. */
void acd_test_draw(struct acd_grid *grid, struct acd_test_model *model);

#endif
