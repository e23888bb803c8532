/* SPDX-License-Identifier: MIT */
/* tui/model/filter: which entries of the scroll-back are shown. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "tui/model/filter.h"

static struct acd_store *make_store(void)
{
    struct acd_store *s = NULL;
    assert_int_equal(acd_store_new(&s, 6, ACD_STORE_BYTES_MIN), 0);
    const struct acd_entry entry[] = {
        {.server = 0, .kind = ACD_KIND_START, .level = 0},
        {.server = 0, .kind = ACD_KIND_LOG, .level = 1},
        {.server = 1, .kind = ACD_KIND_CACHE, .level = 1},
        {.server = 0, .kind = ACD_KIND_TIMER_START, .level = 2},
        {.server = 1, .type = ACD_ENTRY_GAP, .lost = 5},
        {.server = 1, .kind = ACD_KIND_LOG, .level = 3},
        {.server = 0, .kind = 200, .level = 1},
    };
    for (size_t i = 0; i < sizeof entry / sizeof entry[0]; i++)
        assert_int_equal(acd_store_append(s, &entry[i]), 0);
    return s; /* holds 1 to 6 */
}

static uint64_t count_all(const struct acd_filter *f, const struct acd_store *s)
{
    return acd_filter_count(f, s, 0, UINT64_MAX);
}

static void the_view_level_hides_what_is_above_it(void **state)
{
    (void)state;
    struct acd_store *s = make_store();
    struct acd_filter f = ACD_FILTER_INIT;
    assert_int_equal(count_all(&f, s), 6);
    f.level = 2;
    assert_int_equal(count_all(&f, s), 5);
    f.level = 1;
    assert_int_equal(count_all(&f, s), 4);
    acd_store_free(s);
}

static void gaps_pass_whatever_the_level_and_kind(void **state)
{
    (void)state;
    struct acd_store *s = make_store();
    struct acd_filter f = ACD_FILTER_INIT;
    f.level = 1;
    f.kinds = 1u << ACD_KIND_CACHE;
    assert_int_equal(count_all(&f, s), 2);
    f.server = 0;
    assert_int_equal(count_all(&f, s), 0);
    acd_store_free(s);
}

static void an_unknown_kind_is_shown_unless_kinds_were_chosen(void **state)
{
    (void)state;
    struct acd_filter f = ACD_FILTER_INIT;
    const struct acd_entry e = {.kind = 200, .level = 1};
    assert_true(acd_filter_passes(&f, &e));
    f.kinds = 1u << ACD_KIND_LOG;
    assert_false(acd_filter_passes(&f, &e));
}

static void walking_finds_the_neighbours_that_pass(void **state)
{
    (void)state;
    struct acd_store *s = make_store();
    struct acd_filter f = ACD_FILTER_INIT;
    struct acd_entry e = {.sequence = 77};
    f.server = 0;
    assert_true(acd_filter_before(&f, s, UINT64_MAX, &e));
    assert_int_equal(e.sequence, 6);
    assert_true(acd_filter_before(&f, s, e.sequence, &e));
    assert_int_equal(e.sequence, 3);
    assert_true(acd_filter_before(&f, s, e.sequence, &e));
    assert_int_equal(e.sequence, 1);
    assert_false(acd_filter_before(&f, s, e.sequence, &e));
    assert_int_equal(e.sequence, 1);
    assert_true(acd_filter_from(&f, s, 0, &e));
    assert_int_equal(e.sequence, 1);
    assert_true(acd_filter_from(&f, s, 4, &e));
    assert_int_equal(e.sequence, 6);
    assert_false(acd_filter_from(&f, s, 7, &e));
    acd_store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_view_level_hides_what_is_above_it),
        cmocka_unit_test(gaps_pass_whatever_the_level_and_kind),
        cmocka_unit_test(an_unknown_kind_is_shown_unless_kinds_were_chosen),
        cmocka_unit_test(walking_finds_the_neighbours_that_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
