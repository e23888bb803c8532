/* SPDX-License-Identifier: MIT */
/* tui/view/distribution: a histogram as a chart. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/view/distribution.h"

#define MS UINT64_C(1000000)

static uint64_t next(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *random >> 33;
}

static uint64_t sum_of(const uint64_t *bucket)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++)
        sum += bucket[i];
    return sum;
}

static void every_bucket_stands_in_one_column(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (unsigned round = 0; round < 400; round++) {
        uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
        unsigned width = 1 + (unsigned)(next(&random) % (round % 2 ? 1024 : 80));
        unsigned from = (unsigned)(next(&random) % ACD_HISTOGRAM_BUCKETS);
        for (unsigned i = 0; i <= round % 50; i++)
            bucket[(from + next(&random) % (1 + round)) % ACD_HISTOGRAM_BUCKETS] +=
                1 + next(&random) % 99;
        struct acd_distribution d = {0, 0, 0};
        assert_true(acd_distribution_fit(&d, bucket, width));
        assert_int_equal(d.columns, width);
        uint64_t sum = 0;
        for (unsigned c = 0; c < d.columns; c++)
            sum += acd_distribution_count(&d, bucket, c);
        assert_int_equal(sum, sum_of(bucket));
        /* A time is looked for in the column that counts it. */
        for (unsigned i = 0; i < ACD_HISTOGRAM_BUCKETS; i++) {
            unsigned column = acd_distribution_column(&d, acd_histogram_lower(i));
            assert_true(bucket[i] == 0 || acd_distribution_count(&d, bucket, column) >= bucket[i]);
        }
    }
}

static void nothing_gives_no_chart(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    struct acd_distribution d;
    assert_false(acd_distribution_fit(&d, bucket, 40));
    bucket[5] = 1;
    assert_false(acd_distribution_fit(&d, bucket, 0));
    assert_true(acd_distribution_fit(&d, bucket, 40));
    assert_int_equal(d.buckets, 1);
}

static void the_first_and_the_last_bucket_are_drawn(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    struct acd_distribution d;
    bucket[0] = 7;
    bucket[ACD_HISTOGRAM_BUCKETS - 1] = 9;
    assert_true(acd_distribution_fit(&d, bucket, 72));
    assert_int_equal(acd_distribution_count(&d, bucket, 0), 7);
    uint64_t sum = 0;
    for (unsigned c = 1; c < d.columns; c++)
        sum += acd_distribution_count(&d, bucket, c);
    assert_int_equal(sum, 9);
    assert_true(acd_distribution_column(&d, UINT64_MAX) < d.columns);
}

static void a_chart_has_its_scale_and_its_marks(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    static const uint64_t ms[] = {10, 10, 10, 10, 11, 11, 12, 12, 14, 20};
    for (size_t i = 0; i < sizeof ms / sizeof ms[0]; i++)
        bucket[acd_histogram_index(ms[i] * MS)] += 100;
    const struct acd_quantiles q = acd_quantile_all(bucket, 20 * MS);
    struct acd_grid grid;
    char drawn[4096];
    assert_int_equal(acd_grid_init(&grid, 50, 7, ACD_GLYPHS_ASCII), 0);
    acd_distribution_draw(&grid, (struct acd_rect){0, 0, 50, 7}, bucket, &q);
    acd_grid_dump(&grid, drawn, sizeof drawn);
    assert_string_equal(drawn, "  400      #\n"
                               "           #\n"
                               "           #  #   #\n"
                               "    0      #  #   #       #                #\n"
                               "           10ms                            20ms\n"
                               "              ^p50 10ms            p95 20ms^\n"
                               "                                   p99 20ms^\n");
    /* What is above the p95's column is said in colour as well. */
    char styles[4096];
    acd_grid_dump_styles(&grid, styles, sizeof styles);
    assert_non_null(strchr(styles, acd_style_letter(ACD_STYLE_BAR)));
    acd_grid_fini(&grid);
}

static void little_room_draws_nothing_outside(void **state)
{
    (void)state;
    uint64_t bucket[ACD_HISTOGRAM_BUCKETS] = {0};
    struct acd_grid grid;
    bucket[500] = 3;
    bucket[600] = 2;
    const struct acd_quantiles q = acd_quantile_all(bucket, 0);
    assert_int_equal(acd_grid_init(&grid, 60, 20, ACD_GLYPHS_BLOCKS), 0);
    for (int h = 0; h <= 16; h++) {
        for (int w = 0; w <= 56; w++) {
            const struct acd_rect at = {2, 2, w, h};
            acd_grid_clear(&grid);
            acd_distribution_draw(&grid, at, bucket, &q);
            for (int y = 0; y < grid.h; y++)
                for (int x = 0; x < grid.w; x++)
                    if (x < 2 || y < 2 || x >= 2 + w || y >= 2 + h)
                        assert_int_equal(acd_grid_at(&grid, x, y)->text[0], ' ');
        }
    }
    acd_grid_fini(&grid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bucket_stands_in_one_column),
        cmocka_unit_test(nothing_gives_no_chart),
        cmocka_unit_test(the_first_and_the_last_bucket_are_drawn),
        cmocka_unit_test(a_chart_has_its_scale_and_its_marks),
        cmocka_unit_test(little_room_draws_nothing_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
