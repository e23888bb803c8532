/* SPDX-License-Identifier: MIT */
/* tui/model/server: levels asked and taken over, life and death, windows of rows. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"

static void a_level_counts_once_the_server_has_taken_it_over(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    assert_true(acd_server_acked(s)); /* nobody changed anything */
    assert_int_equal(acd_server_level(s->acked_levels, NULL), 2);
    struct acd_control_state c = s->control;
    c.levels = acd_levels_all(3);
    c.change = 1;
    assert_true(acd_server_set_control(s, &c));
    assert_false(acd_server_set_control(s, &c));
    assert_false(acd_server_acked(s));
    assert_int_equal(acd_server_level(s->acked_levels, NULL), 2);
    c.acked = true;
    assert_true(acd_server_set_control(s, &c));
    assert_true(acd_server_acked(s));
    assert_int_equal(acd_server_level(s->acked_levels, NULL), 3);
    acd_test_model_fini(&m);
}

static void a_level_that_differs_by_category_says_so(void **state)
{
    (void)state;
    bool mixed = true;
    assert_int_equal(acd_server_level(acd_levels_all(1), &mixed), 1);
    assert_false(mixed);
    uint32_t levels = (uint32_t)acd_levels_with(acd_levels_all(1), ACD_CATEGORY_CACHE, 3);
    assert_int_equal(acd_server_level(levels, &mixed), 1);
    assert_true(mixed);
}

static void unknown_is_never_dead(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    assert_true(acd_server_set_liveness(s, ACD_LIVENESS_UNKNOWN, 5));
    assert_true(acd_server_is_live(s));
    assert_int_equal(s->died_ns, 0);
    assert_true(acd_server_set_liveness(s, ACD_LIVENESS_CLOSED, 6));
    assert_false(acd_server_is_live(s));
    assert_int_equal(s->died_ns, 6);
    assert_false(acd_server_set_liveness(s, ACD_LIVENESS_CLOSED, 7));
    assert_int_equal(s->died_ns, 6);
    acd_test_model_fini(&m);
}

static uint64_t found_in_minute(const struct acd_server *s)
{
    struct acd_window_slots slots = {0};
    const struct acd_windows *w = acd_server_cache_windows(s, &s->totals.cache[0]);
    assert_non_null(w);
    acd_windows_add(w, ACD_WINDOW_1M, ACD_CACHE_WINDOW_FOUND, ACD_TEST_NOW, &slots);
    return acd_windows_sum(&slots);
}

static void windows_follow_a_row_by_its_name(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    uint64_t before = found_in_minute(s);
    struct acd_cache_total prompt = s->totals.cache[0];
    s->totals.cache[0] = s->totals.cache[1]; /* rows changed places */
    s->totals.cache[1] = prompt;
    assert_int_equal(acd_server_sample(s, ACD_TEST_NOW), 0);
    prompt.outcome[ACD_OUTCOME_HIT] += 5;
    s->totals.cache[0] = prompt;
    s->totals.cache_count = 1;
    assert_int_equal(acd_server_sample(s, ACD_TEST_NOW), 0);
    assert_int_equal(found_in_minute(s), before + 5);
    acd_test_model_fini(&m);
}

static void a_row_that_comes_up_counts_from_zero_and_old_ones_do_not(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    struct acd_server *late = acd_test_model_server(&m, "late", 2);
    late->totals.cache = calloc(1, sizeof late->totals.cache[0]);
    assert_non_null(late->totals.cache);
    late->totals.cache[0] = s->totals.cache[0];
    assert_int_equal(acd_server_sample(late, ACD_TEST_NOW), 0);
    late->totals.cache_count = 1;
    assert_int_equal(acd_server_sample(late, ACD_TEST_NOW), 0);
    assert_int_equal(found_in_minute(late), 1820);
    acd_test_model_fini(&m);
}

static void the_fingerprint_moves_with_any_number_and_rests_otherwise(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    acd_server_sample(s, ACD_TEST_NOW);
    uint64_t before = s->fingerprint;
    acd_server_sample(s, ACD_TEST_NOW + ACD_TEST_SECOND);
    assert_int_equal(s->fingerprint, before);
    s->totals.cache[1].outcome[ACD_OUTCOME_MISS]++;
    acd_server_sample(s, ACD_TEST_NOW);
    assert_int_not_equal(s->fingerprint, before);
    before = s->fingerprint;
    s->control.acked = true;
    acd_server_sample(s, ACD_TEST_NOW);
    assert_int_not_equal(s->fingerprint, before);
    before = s->fingerprint;
    s->totals.running_count--;
    acd_server_sample(s, ACD_TEST_NOW);
    assert_int_not_equal(s->fingerprint, before);
    acd_test_model_fini(&m);
}

static void sites_are_found_by_number(void **state)
{
    (void)state;
    struct acd_test_model m;
    struct acd_site_info far = {.number = 4000};
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    assert_int_equal(acd_server_learn_site(s, &far), 0);
    assert_ptr_equal(acd_server_site(s, 4000), &far);
    assert_null(acd_server_site(s, 3999));
    assert_null(acd_server_site(s, UINT32_MAX));
    acd_test_model_fini(&m);
}

static void lost_is_what_was_overrun_and_what_was_dropped(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_server(&m, "a", 1);
    s->seen.overrun = 300;
    s->totals.events.dropped = 12;
    assert_int_equal(acd_server_lost(s), 312);
    acd_test_model_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_counts_once_the_server_has_taken_it_over),
        cmocka_unit_test(a_level_that_differs_by_category_says_so),
        cmocka_unit_test(unknown_is_never_dead),
        cmocka_unit_test(windows_follow_a_row_by_its_name),
        cmocka_unit_test(a_row_that_comes_up_counts_from_zero_and_old_ones_do_not),
        cmocka_unit_test(the_fingerprint_moves_with_any_number_and_rests_otherwise),
        cmocka_unit_test(sites_are_found_by_number),
        cmocka_unit_test(lost_is_what_was_overrun_and_what_was_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
