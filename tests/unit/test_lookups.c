/* SPDX-License-Identifier: MIT */
/* tui/model/lookups: the newest lookups of one cache row. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/model/lookups.h"

#define NONE UINT64_MAX

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_lookups lookups;
    struct acd_lookups_of of;
};

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.server = acd_test_model_proxy(&s.m);
    s.of.filter = (struct acd_filter)ACD_FILTER_INIT;
    s.of.filter.kinds = 1u << ACD_KIND_CACHE;
    strcpy(s.of.type, "prompt");
    acd_test_model_renew(&s.m);
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_test_model_fini(&s->m);
    return 0;
}

static void renew(struct stage *s)
{
    acd_lookups_renew(&s->lookups, &s->of, &s->m.fleet, &s->m.digest,
                      acd_store_next(s->m.fleet.store));
}

static void look_up(struct stage *s, const char *type, const char *model, const char *key)
{
    const struct acd_test_lookup l = {type, model, key,  "",   "cold", ACD_OUTCOME_MISS,
                                      1,    NONE,  NONE, NONE, NONE};
    acd_test_model_lookup(&s->m, s->server, &l);
}

static void the_newest_of_this_row_come_first(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->server);
    renew(s);
    /* The proxy's own events have one miss of this cache, before these. */
    assert_int_equal(s->lookups.count, 5);
    const struct acd_cache_lookup *row = s->lookups.row;
    assert_int_equal(row[0].outcome, ACD_OUTCOME_BYPASS);
    assert_string_equal(row[1].key, "sys_42");
    assert_string_equal(row[1].reason, "prefix_diverged");
    assert_string_equal(row[1].request, "88f");
    assert_int_equal(row[1].input.value, 67584);
    assert_int_equal(row[1].cached.value, 40381);
    assert_int_equal(row[1].diverged.value, 40381);
    for (size_t i = 1; i < s->lookups.count; i++)
        assert_true(row[i].sequence < row[i - 1].sequence);
    strcpy(s->of.type, "kv");
    renew(s);
    assert_int_equal(s->lookups.count, 1);
    assert_string_equal(s->lookups.row[0].key, "blk_7");
}

static void what_was_not_told_is_not_0(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->server);
    renew(s);
    assert_false(s->lookups.row[0].input.set);
    assert_false(s->lookups.row[0].cached.set);
    assert_true(s->lookups.row[3].cached.set); /* it was told, and is 0 */
    assert_int_equal(s->lookups.row[3].cached.value, 0);
}

static void a_secret_in_a_key_is_hidden(void **state)
{
    struct stage *s = *state;
    acd_test_model_requests(&s->m, s->server);
    renew(s);
    assert_null(strstr(s->lookups.row[0].key, "0123456789abcdef"));
    assert_non_null(strstr(s->lookups.row[0].key, "[REDACTED]"));
}

/* The ring's table has room for a part of it, its events have all. */
static void a_type_that_is_too_long_has_its_lookups(void **state)
{
    struct stage *s = *state;
    char type[ACD_NAME_BYTES + 10];
    memset(type, 't', sizeof type - 1);
    type[sizeof type - 1] = '\0';
    look_up(s, type, "", "long");
    type[ACD_NAME_BYTES - 1] = '\0';
    strcpy(s->server->totals.cache[1].type, type);
    strcpy(s->of.type, type);
    acd_test_model_renew(&s->m);
    renew(s);
    assert_int_equal(s->lookups.count, 1);
    assert_string_equal(s->lookups.row[0].key, "long");
}

static void a_lookup_is_shown_where_it_counts(void **state)
{
    struct stage *s = *state;
    struct acd_totals *t = &s->server->totals;
    strcpy(t->cache[1].type, "prompt");
    strcpy(t->cache[1].model, "gpt");
    acd_test_model_renew(&s->m);
    look_up(s, "prompt", "gpt", "with a row of its own");
    look_up(s, "prompt", "llama", "of a model without a row");
    look_up(s, "prompt", "", "without a model");
    renew(s);
    assert_int_equal(s->lookups.count, 3);
    assert_string_equal(s->lookups.row[0].key, "without a model");
    assert_string_equal(s->lookups.row[1].key, "of a model without a row");
    strcpy(s->of.model, "gpt");
    renew(s);
    assert_int_equal(s->lookups.count, 1);
    assert_string_equal(s->lookups.row[0].key, "with a row of its own");
}

static void other_takes_those_of_no_row(void **state)
{
    struct stage *s = *state;
    strcpy(s->server->totals.cache[1].type, ACD_OTHER_NAME);
    acd_test_model_renew(&s->m);
    look_up(s, "prompt", "", "a");
    look_up(s, "one of many", "", "b");
    look_up(s, "another", "gpt", "c");
    strcpy(s->of.type, ACD_OTHER_NAME);
    renew(s);
    assert_int_equal(s->lookups.count, 2);
    assert_string_equal(s->lookups.row[0].key, "c");
    assert_string_equal(s->lookups.row[1].key, "b");
}

static void renewing_in_steps_gives_what_one_reading_gives(void **state)
{
    struct stage *s = *state;
    static struct acd_lookups whole;
    for (unsigned step = 0; step < 60; step++) {
        for (unsigned i = 0; i < step % 11; i++) {
            char key[24];
            snprintf(key, sizeof key, "%u.%u", step, i);
            look_up(s, (step + i) % 3 ? "prompt" : "kv", "", key);
        }
        renew(s);
        memset(&whole, 0, sizeof whole);
        acd_lookups_renew(&whole, &s->of, &s->m.fleet, &s->m.digest,
                          acd_store_next(s->m.fleet.store));
        assert_int_equal(s->lookups.count, whole.count);
        assert_memory_equal(s->lookups.row, whole.row, whole.count * sizeof whole.row[0]);
    }
    assert_int_equal(s->lookups.count, ACD_LOOKUPS_MAX);
}

static void what_came_after_a_pause_is_not_there_yet(void **state)
{
    struct stage *s = *state;
    look_up(s, "prompt", "", "before");
    uint64_t end = acd_store_next(s->m.fleet.store);
    look_up(s, "prompt", "", "after");
    acd_lookups_renew(&s->lookups, &s->of, &s->m.fleet, &s->m.digest, end);
    assert_string_equal(s->lookups.row[0].key, "before");
    renew(s);
    assert_string_equal(s->lookups.row[0].key, "after");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, strike_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_newest_of_this_row_come_first),
        TEST(what_was_not_told_is_not_0),
        TEST(a_secret_in_a_key_is_hidden),
        TEST(a_type_that_is_too_long_has_its_lookups),
        TEST(a_lookup_is_shown_where_it_counts),
        TEST(other_takes_those_of_no_row),
        TEST(renewing_in_steps_gives_what_one_reading_gives),
        TEST(what_came_after_a_pause_is_not_there_yet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
