/* SPDX-License-Identifier: MIT */
/* tui/model/advice: known causes, and when they are named. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/advice.h"
#include "tui/model/misspattern.h"

static uint64_t sequence;

static void miss_tokens(struct acd_miss_row *row, const char *reason, uint64_t lost)
{
    struct acd_miss_recent recent = {.sequence = ++sequence,
                                     .lost = lost,
                                     .reason = acd_misspattern_cost(row, reason),
                                     .pattern = ACD_MISSES_NO_PATTERN};
    row->missed++;
    acd_misspattern_remember(row, &recent);
}

static void miss(struct acd_miss_row *row, const char *reason)
{
    miss_tokens(row, reason, 0);
}

static void diverge(struct acd_miss_row *row, const char *change, const char *looks_like,
                    uint64_t offset, bool early)
{
    struct acd_tracked t = {.span_offset = {true, offset},
                            .changed_old = {true, 17},
                            .changed_new = {true, 17},
                            .span = "system"};
    struct acd_miss_recent recent = {.sequence = ++sequence,
                                     .reason = acd_misspattern_cost(row, "prefix_diverged"),
                                     .early = early};
    strcpy(t.change, change);
    strcpy(t.looks_like, looks_like);
    const struct acd_miss_pattern one = acd_misspattern_of(&t);
    recent.pattern = acd_misspattern_add(row, &one);
    row->missed++;
    acd_misspattern_remember(row, &recent);
}

/* The kind that is named first; ACD_ADVICE_KINDS: none. */
static enum acd_advice_kind first(const struct acd_miss_row *row)
{
    struct acd_advice advice[ACD_ADVICE_MAX];
    return acd_advice_find(row, advice) ? advice[0].kind : ACD_ADVICE_KINDS;
}

static void each_reason_that_is_a_cause_is_named(void **state)
{
    static const struct {
        const char *reason;
        enum acd_advice_kind kind;
    } cases[] = {{"below_minimum", ACD_ADVICE_SHORT},
                 {"evicted", ACD_ADVICE_CAPACITY},
                 {"other_replica", ACD_ADVICE_REPLICA},
                 {"expired", ACD_ADVICE_LIFETIME},
                 {"not_stored", ACD_ADVICE_NOT_STORED},
                 {"cold", ACD_ADVICE_KINDS},
                 {"", ACD_ADVICE_KINDS}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct acd_miss_row row = {.server = 0};
        for (unsigned k = 0; k < 10; k++)
            miss(&row, cases[i].reason);
        assert_int_equal(first(&row), cases[i].kind);
    }
}

static void four_are_too_few(void **state)
{
    struct acd_miss_row row = {.server = 0};
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        miss(&row, "evicted");
    assert_int_equal(first(&row), ACD_ADVICE_KINDS);
    miss(&row, "evicted");
    assert_int_equal(first(&row), ACD_ADVICE_CAPACITY);
}

static void less_than_half_is_too_little(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        miss(&row, "evicted");
    for (unsigned i = 0; i < 6; i++)
        miss(&row, "cold");
    assert_int_equal(acd_advice_find(&row, advice), 1);
    assert_int_equal(advice[0].count, 6);
    assert_int_equal(advice[0].of, 12);
    miss(&row, "cold");
    assert_int_equal(acd_advice_find(&row, advice), 0);
}

static void a_planted_cause_is_named_within_ten_misses(void **state)
{
    struct acd_miss_row row = {.server = 0};
    (void)state;
    for (unsigned i = 0; i < 300; i++)
        miss(&row, i % 2 ? "cold" : "expired");
    for (unsigned i = 0; i < 10; i++)
        diverge(&row, "replaced", "time", 38, true);
    assert_int_equal(first(&row), ACD_ADVICE_CHANGING);
}

static void what_changes_in_one_place_is_named_whatever_it_looks_like(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        diverge(&row, "replaced", "", 38, true);
    assert_int_equal(acd_advice_find(&row, advice), 1);
    assert_int_equal(advice[0].kind, ACD_ADVICE_CHANGING);
    assert_ptr_equal(advice[0].pattern, &row.pattern[0]);
    assert_int_equal(advice[0].pattern->offset_min, 38);
}

static void a_text_that_is_another_one_is_no_header(void **state)
{
    struct acd_miss_row late = {.server = 0}, scattered = {.server = 0}, unrelated = {.server = 0};
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        diverge(&late, "replaced", "time", 38, false);
        diverge(&scattered, "replaced", "", 100 * i, true);
        diverge(&unrelated, "unrelated", "", 38, true);
    }
    assert_int_equal(first(&late), ACD_ADVICE_KINDS);
    assert_int_equal(first(&scattered), ACD_ADVICE_KINDS);
    assert_int_equal(first(&unrelated), ACD_ADVICE_KINDS);
}

static void looks_are_enough_and_then_no_place_is_named(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        diverge(&row, "replaced", "uuid", 100 * i, true);
    assert_int_equal(acd_advice_find(&row, advice), 1);
    assert_int_equal(advice[0].kind, ACD_ADVICE_CHANGING);
    assert_null(advice[0].pattern);
}

static void another_order_is_named(void **state)
{
    struct acd_miss_row row = {.server = 0};
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        diverge(&row, "reordered", "", 30 * i, false);
    assert_int_equal(first(&row), ACD_ADVICE_REORDERED);
}

static void a_larger_cache_is_told_of_where_it_is_known(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 6; i++)
        miss(&row, "evicted");
    row.reuse = (struct acd_reuse){.time_ns = 1,
                                   .capacity = {true, 1000},
                                   .input = 100,
                                   .count = 2,
                                   .point = {{1000, 40}, {4000, 80}}};
    acd_advice_find(&row, advice);
    assert_null(advice[0].now); /* not of twice the size */
    row.reuse.point[1].size = 2000;
    acd_advice_find(&row, advice);
    assert_int_equal(advice[0].now->cached, 40);
    assert_int_equal(advice[0].twice->cached, 80);
    row.reuse.capacity.set = false;
    acd_advice_find(&row, advice);
    assert_null(advice[0].now);
}

static void three_that_lost_half_of_the_tokens_are_enough(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        miss_tokens(&row, "cold", 0);
    miss_tokens(&row, "expired", 2900);
    for (unsigned i = 0; i < 2; i++)
        miss_tokens(&row, "evicted", 1000);
    assert_int_equal(acd_advice_find(&row, advice), 0);
    miss_tokens(&row, "evicted", 1000);
    assert_int_equal(acd_advice_find(&row, advice), 1);
    assert_int_equal(advice[0].kind, ACD_ADVICE_CAPACITY);
    assert_int_equal(advice[0].count, 3);
    assert_int_equal(advice[0].lost, 3000);
    assert_int_equal(advice[0].of_lost, 5900);
    miss_tokens(&row, "cold", 101); /* now it is less than half */
    assert_int_equal(acd_advice_find(&row, advice), 0);
}

static void growing_conversations_do_not_hide_what_costs(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 120; i++) {
        if (i % 6 == 0)
            diverge(&row, "inserted", "", 40, true);
        else
            miss_tokens(&row, "cold", 0);
        row.recent[0].lost = i % 6 == 0 ? 5000 : 0;
    }
    assert_int_equal(acd_advice_find(&row, advice), 1);
    assert_int_equal(advice[0].kind, ACD_ADVICE_CHANGING);
    assert_int_equal(advice[0].of, ACD_MISSES_RECENT);
    assert_int_equal(advice[0].count, 10);
    assert_ptr_equal(advice[0].pattern, &row.pattern[0]);
    /* When it is mended, it is named no longer. */
    for (unsigned i = 0; i < ACD_MISSES_RECENT; i++)
        miss_tokens(&row, "cold", 0);
    assert_int_equal(acd_advice_find(&row, advice), 0);
}

static void the_costlier_comes_first_however_rare(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 9; i++)
        miss_tokens(&row, "expired", 1);
    for (unsigned i = 0; i < 7; i++)
        miss_tokens(&row, "evicted", 100);
    assert_int_equal(acd_advice_find(&row, advice), 2);
    assert_int_equal(advice[0].kind, ACD_ADVICE_CAPACITY);
    assert_int_equal(advice[1].kind, ACD_ADVICE_LIFETIME);
}

static void the_more_frequent_comes_first(void **state)
{
    struct acd_miss_row row = {.server = 0};
    struct acd_advice advice[ACD_ADVICE_MAX];
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        miss(&row, "expired");
    for (unsigned i = 0; i < 8; i++)
        miss(&row, "evicted");
    assert_int_equal(acd_advice_find(&row, advice), 2);
    assert_int_equal(advice[0].kind, ACD_ADVICE_CAPACITY);
    row.recent[15].reason = row.recent[0].reason;
    row.recent[14].reason = row.recent[8].reason;
    row.recent[0].reason = row.recent[8].reason;
    row.recent[1].reason = row.recent[8].reason;
    acd_advice_find(&row, advice);
    assert_int_equal(advice[0].kind, ACD_ADVICE_LIFETIME);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_reason_that_is_a_cause_is_named),
        cmocka_unit_test(four_are_too_few),
        cmocka_unit_test(less_than_half_is_too_little),
        cmocka_unit_test(a_planted_cause_is_named_within_ten_misses),
        cmocka_unit_test(what_changes_in_one_place_is_named_whatever_it_looks_like),
        cmocka_unit_test(a_text_that_is_another_one_is_no_header),
        cmocka_unit_test(looks_are_enough_and_then_no_place_is_named),
        cmocka_unit_test(another_order_is_named),
        cmocka_unit_test(a_larger_cache_is_told_of_where_it_is_known),
        cmocka_unit_test(three_that_lost_half_of_the_tokens_are_enough),
        cmocka_unit_test(growing_conversations_do_not_hide_what_costs),
        cmocka_unit_test(the_costlier_comes_first_however_rare),
        cmocka_unit_test(the_more_frequent_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
