/* SPDX-License-Identifier: MIT */
/* tui/model/order: rows stand in the order that was asked for, and equal ones as they were. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/model/order.h"

static struct acd_test_model model;

static int setup(void **state)
{
    acd_test_model_init(&model);
    acd_test_model_proxy(&model);
    acd_test_model_renew(&model);
    *state = &model;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    acd_test_model_fini(&model);
    return 0;
}

static void apply(enum acd_order_list list, enum acd_order_key key, bool reverse)
{
    struct acd_order order[ACD_ORDER_LISTS] = {{0, false}};
    order[list] = (struct acd_order){(uint8_t)key, reverse};
    acd_test_model_renew(&model);
    assert_int_equal(acd_order_apply(&model.digest, order), 0);
}

static void timers_are_sorted_by_each_number(void **state)
{
    const struct acd_test_model *m = *state;
    apply(ACD_ORDER_TIMERS, ACD_ORDER_P95, false);
    assert_string_equal(m->digest.timer[0].name, "chat_completion");
    apply(ACD_ORDER_TIMERS, ACD_ORDER_P95, true);
    assert_string_equal(m->digest.timer[0].name, "embed");
    apply(ACD_ORDER_TIMERS, ACD_ORDER_NAME, true);
    assert_string_equal(m->digest.timer[0].name, "embed");
    for (int key = ACD_ORDER_COUNT; key <= ACD_ORDER_FAILED; key++) {
        apply(ACD_ORDER_TIMERS, (enum acd_order_key)key, false);
        assert_string_equal(m->digest.timer[0].name, "chat_completion");
    }
    /* Its checkpoints go with it. */
    apply(ACD_ORDER_TIMERS, ACD_ORDER_P50, true);
    const struct acd_timer_row *chat = &m->digest.timer[1];
    assert_int_equal(chat->label_count, 3);
    assert_string_equal(m->digest.label[chat->label_first].name, "cache_check");
}

static void what_has_no_number_comes_last_either_way(void **state)
{
    const struct acd_test_model *m = *state;
    struct acd_totals *t = &model.fleet.server[0]->totals;
    memset(&t->timer[0].timing, 0, sizeof t->timer[0].timing);
    for (int reverse = 0; reverse < 2; reverse++) {
        apply(ACD_ORDER_TIMERS, ACD_ORDER_MEAN, reverse);
        assert_string_equal(m->digest.timer[0].name, "embed");
        assert_string_equal(m->digest.timer[1].name, "chat_completion");
    }
}

static void caches_are_sorted_by_rates_and_gauges(void **state)
{
    const struct acd_test_model *m = *state;
    apply(ACD_ORDER_CACHES, ACD_ORDER_BY_REQUEST, true);
    assert_string_equal(m->digest.cache[0].type, "kv");
    apply(ACD_ORDER_CACHES, ACD_ORDER_BY_TOKENS, false);
    assert_string_equal(m->digest.cache[0].type, "prompt");
    apply(ACD_ORDER_CACHES, ACD_ORDER_BYTES, true); /* kv has no gauge */
    assert_string_equal(m->digest.cache[0].type, "prompt");
    apply(ACD_ORDER_CACHES, ACD_ORDER_NAME, false);
    assert_string_equal(m->digest.cache[0].type, "kv");
}

static void the_hash_of_a_group_goes_with_it(void **state)
{
    const struct acd_test_model *m = *state;
    uint64_t http = m->digest.errors.hash[0];
    assert_int_equal(m->digest.errors.row[0].status, 502);
    apply(ACD_ORDER_ERRORS, ACD_ORDER_COUNT, true);
    assert_int_equal(m->digest.errors.row[1].status, 502);
    assert_int_equal(m->digest.errors.hash[1], http);
    assert_int_not_equal(m->digest.errors.hash[0], http);
    assert_int_equal(acd_errors_find(&m->digest.errors, http), 1);
}

static void equal_rows_keep_their_order(void **state)
{
    struct acd_test_model *m = *state;
    struct acd_order order[ACD_ORDER_LISTS] = {{0, false}};
    for (uint8_t reverse = 0; reverse < 2; reverse++) {
        acd_test_model_renew(m);
        m->digest.timer[0].failed = m->digest.timer[1].failed = 7;
        order[ACD_ORDER_TIMERS] = (struct acd_order){ACD_ORDER_FAILED, reverse != 0};
        assert_int_equal(acd_order_apply(&m->digest, order), 0);
        assert_string_equal(m->digest.timer[0].name, "chat_completion");
    }
}

static void nothing_to_sort_is_fine(void **state)
{
    (void)state;
    struct acd_digest empty = {0};
    const struct acd_order order[ACD_ORDER_LISTS] = {
        {ACD_ORDER_NAME, false}, {ACD_ORDER_P50, true}, {ACD_ORDER_LAST, false}};
    assert_int_equal(acd_order_apply(&empty, order), 0);
    for (int key = 0; key < ACD_ORDER_KEYS; key++)
        assert_true(strlen(acd_order_name((enum acd_order_key)key)) > 2);
}

int main(void)
{
#define ORDER_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        ORDER_TEST(timers_are_sorted_by_each_number),
        ORDER_TEST(what_has_no_number_comes_last_either_way),
        ORDER_TEST(caches_are_sorted_by_rates_and_gauges),
        ORDER_TEST(the_hash_of_a_group_goes_with_it),
        ORDER_TEST(equal_rows_keep_their_order),
        ORDER_TEST(nothing_to_sort_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
