/* SPDX-License-Identifier: MIT */
/*
 * Screens to draw, each a state of the model made by hand: for golden texts, and for what holds at any
 * size.  Add one here and it is tested for both.
 */
#ifndef ACD_TESTS_SUPPORT_SCENES_H
#define ACD_TESTS_SUPPORT_SCENES_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/support/model.h"

struct acd_test_scene {
    const char *name;
    void (*make)(struct acd_test_model *model); /* of a model that was just begun */
    bool chief; /* stands for its screen: drawn in UTF-8 too, and at all sizes */
};

/* Servers, events, errors, questions; what is looked at from near; and, for sizes only, the same with
 * the longest names and the largest numbers. */
extern const struct acd_test_scene acd_test_scenes[], acd_test_near_scenes[],
    acd_test_hard_scenes[];
extern const size_t acd_test_scene_count, acd_test_near_scene_count, acd_test_hard_scene_count;

/** Begins the model, and makes the scene of it; acd_test_model_fini() ends it. */
void acd_test_scene_make(struct acd_test_model *model, const struct acd_test_scene *scene);

/** Frees what scenes share, after the last. */
void acd_test_scenes_fini(void);
void acd_test_hard_scenes_fini(void);

#endif
