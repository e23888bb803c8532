/* SPDX-License-Identifier: MIT */
/* From a model to a picture, see stage.h. */
#include "config.h"

#include "tests/support/stage.h"

#include "tui/app/act.h"
#include "tui/app/actions.h"
#include "tui/app/numbers.h"

const struct acd_test_size acd_test_sizes[ACD_TEST_SIZES] = {{40, 8}, {80, 24}, {200, 60}};

struct acd_scene acd_test_scene_of(const struct acd_test_model *model)
{
    return (struct acd_scene){&model->fleet, &model->digest, &model->ui, acd_actions_table,
                              acd_actions_count};
}

void acd_test_settle(struct acd_test_model *model, int w, int h)
{
    struct acd_numbers numbers = {.source = model->source};
    struct acd_act act = {.ui = &model->ui,
                          .fleet = &model->fleet,
                          .digest = &model->digest,
                          .closeup = &model->closeup,
                          .numbers = &numbers};
    acd_act_settle(&act, acd_view_body(&model->ui, w, h));
}

void acd_test_draw(struct acd_grid *grid, struct acd_test_model *model)
{
    const struct acd_scene scene = acd_test_scene_of(model);
    acd_test_settle(model, grid->w, grid->h);
    acd_view_draw(grid, &scene);
}
