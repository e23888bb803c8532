/* SPDX-License-Identifier: MIT */
/* Scenes of misses and their causes, for the lists of scenes.h. */
#ifndef ACD_TESTS_SUPPORT_SCENES_MISS_H
#define ACD_TESTS_SUPPORT_SCENES_MISS_H

#include "tests/support/model.h"

/** The proxy, whose prompts differ in a time near their begin: fourteen misses, two of them cold. */
void acd_test_misses(struct acd_test_model *model);

void acd_test_scene_misses(struct acd_test_model *model);
void acd_test_scene_misses_overview(struct acd_test_model *model);
void acd_test_scene_misses_chosen(struct acd_test_model *model);
void acd_test_scene_misses_evicted(struct acd_test_model *model);
void acd_test_scene_miss(struct acd_test_model *model);
void acd_test_scene_miss_without_texts(struct acd_test_model *model);
void acd_test_scene_miss_untracked(struct acd_test_model *model);

#endif
