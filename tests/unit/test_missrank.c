/* SPDX-License-Identifier: MIT */
/* tui/model/missrank and acd_tracked_lost(): what misses cost, and which reason comes first. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/missrank.h"
#include "tui/model/misspattern.h"

#define NOT_TRACKED UINT64_MAX

/* A prompt of 1,000 that shares 100 with one of 900; 80 were cached. */
static uint64_t lost(const char *reason, const char *change, uint64_t old, uint64_t new)
{
    struct acd_tracked t = {.shared = {true, 100}, .closest = {true, 900}};
    const struct acd_tokens tokens = {1000, 80};
    uint64_t result = 0;
    strcpy(t.change, change);
    t.changed_old = (struct acd_gauge){change[0] && strcmp(change, "unrelated") != 0, old};
    t.changed_new = (struct acd_gauge){t.changed_old.set, new};
    return acd_tracked_lost(&t, reason, tokens, &result) ? result : NOT_TRACKED;
}

static void what_stands_behind_a_change_in_both_is_lost(void **state)
{
    (void)state;
    assert_int_equal(lost("prefix_diverged", "replaced", 17, 20), 783);
    assert_int_equal(lost("prefix_diverged", "inserted", 0, 300), 600); /* this one has less */
    assert_int_equal(lost("prefix_diverged", "removed", 300, 0), 500);
    assert_int_equal(lost("prefix_diverged", "replaced", 5000, 17), 0);
    assert_int_equal(lost("prefix_diverged", "unrelated", 0, 0), 0);
}

static void what_was_there_before_and_not_used_is_lost(void **state)
{
    (void)state;
    assert_int_equal(lost("evicted", "", 0, 0), 20);
    assert_int_equal(lost("expired", "", 0, 0), 20);
    assert_int_equal(lost("cold", "", 0, 0), 0);
}

static void it_is_no_more_than_was_computed_and_unknown_without_a_tracker(void **state)
{
    struct acd_tracked t = {.shared = {true, 5000}};
    const struct acd_tokens tokens = {1000, 400};
    uint64_t result = 7;
    (void)state;
    assert_true(acd_tracked_lost(&t, "evicted", tokens, &result));
    assert_int_equal(result, 600);
    t.shared.set = false;
    assert_false(acd_tracked_lost(&t, "evicted", tokens, &result));
}

static void count(struct acd_cache_row *row, const char *reason, uint64_t n)
{
    strcpy(row->reason[row->reason_count].name, reason);
    row->reason[row->reason_count++].count = n;
    row->reasons_total += n;
    row->outcome[ACD_OUTCOME_MISS] += n;
}

static struct acd_miss_cost *cost(struct acd_miss_row *seen, const char *reason, uint64_t tokens)
{
    struct acd_miss_cost *c = &seen->cost[acd_misspattern_cost(seen, reason)];
    c->lost = tokens;
    c->tracked = 1;
    c->misses = 1;
    return c;
}

static void without_known_costs_the_most_frequent_stands_first(void **state)
{
    struct acd_cache_row row = {.reason_count = 0};
    struct acd_miss_row seen = {.server = 0};
    struct acd_missrank rank;
    (void)state;
    acd_missrank_make(&rank, &row, &seen);
    assert_int_equal(rank.count, 0);
    assert_null(acd_missrank_top(&rank));
    count(&row, "cold", 70);
    count(&row, "evicted", 30);
    row.outcome[ACD_OUTCOME_MISS] += 200; /* and those without a reason */
    cost(&seen, "evicted", 0);
    cost(&seen, "prefix_diverged", 0);
    acd_missrank_make(&rank, &row, &seen);
    assert_false(rank.by_tokens);
    assert_int_equal(rank.count, 4);
    assert_int_equal(rank.misses, 300);
    assert_string_equal(acd_missrank_top(&rank)->name, "cold");
    assert_null(rank.row[0].cost);
    assert_string_equal(rank.row[2].name, "prefix_diverged");
    assert_string_equal(rank.row[3].name, "(none given)");
    assert_int_equal(rank.row[3].count, 200);
}

static void with_known_costs_the_costliest_stands_first(void **state)
{
    struct acd_cache_row row = {.reason_count = 0};
    struct acd_miss_row seen = {.server = 0};
    struct acd_missrank rank;
    uint8_t order[ACD_MISSES_REASONS];
    (void)state;
    count(&row, "cold", 70);
    count(&row, "evicted", 30);
    count(&row, "expired", 20);
    cost(&seen, "cold", 0);
    cost(&seen, "evicted", 500);
    cost(&seen, "prefix_diverged", 900); /* of partial hits alone */
    acd_missrank_make(&rank, &row, &seen);
    assert_true(rank.by_tokens);
    assert_int_equal(rank.lost, 1400);
    assert_string_equal(acd_missrank_top(&rank)->name, "prefix_diverged");
    assert_int_equal(rank.row[0].count, 0);
    assert_string_equal(rank.row[1].name, "evicted");
    assert_string_equal(rank.row[2].name, "cold");
    assert_string_equal(rank.row[3].name, "expired");
    acd_missrank_costs(&seen, order);
    assert_string_equal(seen.cost[order[0]].reason, "prefix_diverged");
    assert_string_equal(seen.cost[order[1]].reason, "evicted");
    assert_string_equal(seen.cost[order[2]].reason, "cold");
}

static void others_are_one_row(void **state)
{
    struct acd_cache_row row = {.reason_count = 0};
    struct acd_miss_row seen = {.server = 0};
    struct acd_missrank rank;
    size_t found = 0;
    (void)state;
    count(&row, "cold", 1);
    row.reasons_total += 5;
    row.outcome[ACD_OUTCOME_MISS] += 5;
    cost(&seen, ACD_MISSES_OTHERS, 10);
    acd_missrank_make(&rank, &row, &seen);
    for (size_t i = 0; i < rank.count; i++)
        found += strcmp(rank.row[i].name, ACD_MISSES_OTHERS) == 0;
    assert_int_equal(found, 1);
    assert_int_equal(rank.row[0].count, 5);
    assert_int_equal(rank.row[0].cost->lost, 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_behind_a_change_in_both_is_lost),
        cmocka_unit_test(what_was_there_before_and_not_used_is_lost),
        cmocka_unit_test(it_is_no_more_than_was_computed_and_unknown_without_a_tracker),
        cmocka_unit_test(without_known_costs_the_most_frequent_stands_first),
        cmocka_unit_test(with_known_costs_the_costliest_stands_first),
        cmocka_unit_test(others_are_one_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
