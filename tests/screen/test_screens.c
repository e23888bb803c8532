/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: what a model made by hand looks like, compared with text files in golden/; see
 * tests/support/golden.h for how to make them anew.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/scenes.h"
#include "tests/support/stage.h"

static void check_size(const struct acd_test_scene *scene, enum acd_glyphs glyphs,
                       const struct acd_test_size *size)
{
    struct acd_test_model m;
    struct acd_grid grid;
    acd_test_scene_make(&m, scene);
    assert_int_equal(acd_grid_init(&grid, size->w, size->h, glyphs), 0);
    acd_test_draw(&grid, &m);
    acd_golden_compare(scene->name, &grid);
    acd_grid_fini(&grid);
    acd_test_model_fini(&m);
}

static void check_scene(const struct acd_test_scene *scene)
{
    for (size_t i = 0; i < ACD_TEST_SIZES; i++) {
        check_size(scene, ACD_GLYPHS_ASCII, &acd_test_sizes[i]);
        if (scene->chief)
            check_size(scene, ACD_GLYPHS_BLOCKS, &acd_test_sizes[i]);
    }
}

static void screens_look_as_they_did(void **state)
{
    (void)state;
    for (size_t i = 0; i < acd_test_scene_count; i++)
        check_scene(&acd_test_scenes[i]);
    for (size_t i = 0; i < acd_test_near_scene_count; i++)
        check_scene(&acd_test_near_scenes[i]);
}

static void check_twice(const struct acd_test_scene *made)
{
    struct acd_test_model m;
    struct acd_grid first, second;
    struct acd_run run = {0};
    acd_test_scene_make(&m, made);
    const struct acd_scene scene = acd_test_scene_of(&m);
    assert_int_equal(acd_grid_init(&first, 80, 24, ACD_GLYPHS_BLOCKS), 0);
    assert_int_equal(acd_grid_init(&second, 80, 24, ACD_GLYPHS_BLOCKS), 0);
    acd_test_draw(&first, &m);
    acd_grid_fill(&second, acd_grid_rect(&second), ACD_STYLE_BAD);
    acd_view_draw(&second, &scene);
    assert_false(acd_grid_diff(&first, &second, &run));
    acd_grid_fini(&first);
    acd_grid_fini(&second);
    acd_test_model_fini(&m);
}

static void the_same_model_draws_the_same_screen(void **state)
{
    (void)state;
    for (size_t i = 0; i < acd_test_scene_count; i++)
        check_twice(&acd_test_scenes[i]);
    for (size_t i = 0; i < acd_test_near_scene_count; i++)
        check_twice(&acd_test_near_scenes[i]);
}

/* Of 18446744073709551615, 18446744 is another request. */
static void a_request_id_that_is_cut_says_so(void **state)
{
    (void)state;
    struct acd_test_model m;
    struct acd_grid grid;
    char drawn[4096];
    acd_test_scene_make(&m, &acd_test_scenes[1]);
    m.ui.followed = (struct acd_followed){.kind = ACD_REQUEST_NUMBER, .number = UINT64_MAX};
    assert_int_equal(acd_grid_init(&grid, 80, 8, ACD_GLYPHS_ASCII), 0);
    acd_test_draw(&grid, &m);
    acd_grid_dump(&grid, drawn, sizeof drawn);
    drawn[strcspn(drawn, "\n")] = '\0';
    assert_non_null(strstr(drawn, "184"));
    assert_true(strstr(drawn, "18446744073709551615") || strstr(drawn, "..."));
    acd_grid_fini(&grid);
    acd_test_model_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_look_as_they_did),
        cmocka_unit_test(the_same_model_draws_the_same_screen),
        cmocka_unit_test(a_request_id_that_is_cut_says_so),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    acd_test_scenes_fini();
    return failed != 0;
}
