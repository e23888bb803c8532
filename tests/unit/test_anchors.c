/* SPDX-License-Identifier: MIT */
/* emitter/track/anchors: texts that have enough in common have an anchor in common. */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "emitter/track/anchors.h"
#include "tests/support/scratch.h"

#define TEXT_BYTES 4096
#define NAMES_MOST 4096
#define RUNS 200

static uint64_t names_a[NAMES_MOST], names_b[NAMES_MOST];

static size_t names_of(const void *units, size_t unit_bytes, uint64_t root, uint64_t *ret_name)
{
    struct acd_anchors walk = {
        .units = units, .unit_bytes = unit_bytes, .count = TEXT_BYTES / unit_bytes, .root = root};
    size_t count = 0;
    acd_anchors_begin(&walk, 0);
    while (acd_anchors_next(&walk, &ret_name[count])) {
        assert_true(walk.picked > 0 && walk.picked <= walk.at);
        assert_true(++count < NAMES_MOST);
    }
    return count;
}

static bool have_one_in_common(const void *a, const void *b, size_t unit_bytes, uint64_t roots[2])
{
    const size_t as = names_of(a, unit_bytes, roots[0], names_a);
    const size_t bs = names_of(b, unit_bytes, roots[1], names_b);
    for (size_t i = 0; i < as; i++)
        for (size_t k = 0; k < bs; k++)
            if (names_a[i] == names_b[k])
                return true;
    return false;
}

static void fill(char *text, uint64_t *random)
{
    for (unsigned i = 0; i < TEXT_BYTES; i++)
        text[i] = (char)('a' + (acd_scratch_random(random) >> 33) % 20);
}

/* Of RUNS pairs that have so many bytes in common, at different places: how many show it? */
static unsigned shown(size_t common, size_t unit_bytes, uint64_t other_root)
{
    char a[TEXT_BYTES], b[TEXT_BYTES];
    uint64_t random = 7, roots[2] = {1, other_root};
    unsigned count = 0;
    for (unsigned i = 0; i < RUNS; i++) {
        const size_t from = acd_scratch_random(&random) % 500 * unit_bytes;
        const size_t to = acd_scratch_random(&random) % 500 * unit_bytes;
        fill(a, &random);
        fill(b, &random);
        memcpy(b + to, a + from, common);
        count += have_one_in_common(a, b, unit_bytes, roots);
    }
    return count;
}

static void a_long_run_in_common_is_always_shown(void **state)
{
    (void)state;
    assert_int_equal(shown(ACD_ANCHOR_BYTES, 1, 1), RUNS);
    assert_int_equal(shown(ACD_ANCHOR_BYTES, 4, 1), RUNS);
}

static void a_shorter_run_is_not_always_shown_and_another_model_never(void **state)
{
    (void)state;
    assert_true(shown(ACD_ANCHOR_BYTES / 2, 1, 1) < RUNS);
    assert_true(shown(ACD_ANCHOR_BYTES / 2, 4, 1) < RUNS);
    assert_int_equal(shown(ACD_ANCHOR_BYTES / 8, 1, 1), 0);
    assert_int_equal(shown(ACD_ANCHOR_BYTES, 1, 2), 0);
}

static void one_unit_over_and_over_makes_few_anchors(void **state)
{
    static const char zeros[TEXT_BYTES];
    (void)state;
    assert_true(names_of(zeros, 1, 1, names_a) <= TEXT_BYTES / 96);
    assert_true(names_of(zeros, 4, 1, names_a) <= TEXT_BYTES / 96);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_run_in_common_is_always_shown),
        cmocka_unit_test(a_shorter_run_is_not_always_shown_and_another_model_never),
        cmocka_unit_test(one_unit_over_and_over_makes_few_anchors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
