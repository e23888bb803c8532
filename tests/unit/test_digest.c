/* SPDX-License-Identifier: MIT */
/* tui/model/digest: rows of several servers, merged without averaging. */
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

static const struct acd_cache_row *cache(const struct acd_digest *d, const char *type)
{
    size_t i = 0;
    while (i + 1 < d->cache_count && strcmp(d->cache[i].type, type) != 0)
        i++;
    assert_true(i < d->cache_count);
    assert_string_equal(d->cache[i].type, type);
    return &d->cache[i];
}

static void one_server_is_shown_as_it_counted(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    acd_test_model_renew(&m);
    const struct acd_digest *d = &m.digest;
    assert_int_equal(d->cache_count, 2);
    assert_int_equal(d->cache[0].requests.part, 1820);
    assert_int_equal(d->cache[0].requests.whole, 2000);
    assert_int_equal(d->cache[0].tokens.part, 7100000);
    assert_string_equal(d->cache[0].reason[0].name, "evicted");
    assert_int_equal(d->cache[0].reasons_total, 180);
    assert_int_equal(d->timer_count, 2);
    assert_int_equal(d->timer[0].count, 812);
    assert_int_equal(d->timer[0].running, 3);
    assert_int_equal(d->timer[0].running_oldest_ns, 7 * ACD_TEST_SECOND);
    assert_int_equal(d->timer[0].label_count, 3);
    assert_string_equal(d->label[1].name, "model_loaded");
    assert_int_equal(d->errors.total, 14);
    assert_int_equal(d->lost, 312);
    assert_int_equal(acd_digest_slowest_timer(d), 0);
    assert_int_equal(acd_digest_find_timer(d, "embed"), 1);
    assert_int_equal(acd_digest_find_timer(d, "none"), 2);
    acd_test_model_fini(&m);
}

static void two_servers_add_up_part_by_part(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    struct acd_server *b = acd_test_model_proxy(&m);
    /* 1 of 1000 there: an average of ratios would say 45 %, the truth is 1821 of 3000. */
    memcpy(b->totals.cache[0].outcome, (const uint64_t[5]){1, 0, 999, 0, 0},
           sizeof b->totals.cache[0].outcome);
    acd_test_model_renew(&m);
    const struct acd_cache_row *prompt = cache(&m.digest, "prompt");
    assert_int_equal(m.digest.cache_count, 2);
    assert_int_equal(prompt->requests.part, 1821);
    assert_int_equal(prompt->requests.whole, 3000);
    assert_int_equal(prompt->entries.value, 4096);
    assert_int_equal(m.digest.timer[0].count, 1624);
    assert_int_equal(m.digest.timer[0].running, 6);
    assert_int_equal(m.digest.label[0].count, 1624);
    assert_int_equal(m.digest.timer[0].quantiles.count, 1624);
    assert_int_equal(m.digest.errors.count, 2);
    assert_int_equal(m.digest.errors.total, 28);
    assert_int_equal(m.digest.lost, 624);
    assert_int_equal(m.digest.servers, 2);
    acd_test_model_fini(&m);
}

static void rows_of_different_models_stay_apart(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    strcpy(s->totals.cache[1].type, "prompt");
    strcpy(s->totals.cache[1].model, "gpt-4o");
    acd_test_model_renew(&m);
    assert_int_equal(m.digest.cache_count, 2);
    assert_int_equal(cache(&m.digest, "prompt")->requests.whole, 2000);
    acd_test_model_fini(&m);
}

static unsigned asked;

static void count_asking(void *context, const struct acd_server *server, const char *timer,
                         const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    const struct acd_histogram_source *real = context;
    asked++;
    real->add(real->context, server, timer, label, ret_bucket);
}

static void histograms_are_read_only_for_timers_that_moved(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    struct acd_histogram_source real = m.source;
    m.source = (struct acd_histogram_source){count_asking, &real};
    asked = 0;
    acd_test_model_renew(&m);
    assert_int_equal(asked, 5);
    struct acd_quantiles before = m.digest.timer[1].quantiles;
    acd_test_model_renew(&m);
    assert_int_equal(asked, 5);
    assert_memory_equal(&before, &m.digest.timer[1].quantiles, sizeof before);
    s->totals.timer[1].timing.count++;
    acd_test_model_renew(&m);
    assert_int_equal(asked, 6);
    acd_test_model_fini(&m);
}

static void percentiles_are_near_and_the_maximum_is_exact(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    acd_test_model_proxy(&m);
    acd_test_model_renew(&m);
    const struct acd_quantiles *q = &m.digest.timer[0].quantiles;
    assert_true(q->p50_ns > 1862000000 && q->p50_ns < 1938000000);
    assert_true(q->p95_ns > 4116000000 && q->p95_ns < 4284000000);
    assert_int_equal(q->max_ns, 9100000000);
    acd_test_model_fini(&m);
}

static void a_dead_server_stops_the_clock_of_what_ran(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    acd_server_set_liveness(s, ACD_LIVENESS_DEAD, ACD_TEST_NOW);
    m.ui.now_ns += 3600 * ACD_TEST_SECOND;
    acd_test_model_renew(&m);
    assert_true(m.digest.timer[0].running_oldest_ns < 8 * ACD_TEST_SECOND);
    acd_test_model_fini(&m);
}

static void without_histograms_there_are_no_percentiles(void **state)
{
    (void)state;
    struct acd_test_model m;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    struct acd_digest d = {0};
    assert_int_equal(acd_digest_renew_one(&d, s, ACD_TEST_NOW, NULL), 0);
    assert_int_equal(d.timer[0].quantiles.count, 0);
    assert_int_equal(d.timer[0].quantiles.max_ns, 9100000000);
    acd_digest_fini(&d);
    acd_test_model_fini(&m);
}

/* At level 0 a server has no events while it works: that it was seen alive is what there is. */
static void what_ran_in_a_silent_server_ran_until_it_was_seen_last(void **state)
{
    struct acd_test_model m;
    (void)state;
    acd_test_model_init(&m);
    struct acd_server *s = acd_test_model_proxy(&m);
    s->event_ns = ACD_TEST_NOW - 3600 * ACD_TEST_SECOND;
    acd_server_set_liveness(s, ACD_LIVENESS_ALIVE, ACD_TEST_NOW - ACD_TEST_SECOND);
    acd_test_model_renew(&m);
    uint64_t before = m.digest.timer[0].running_oldest_ns;
    acd_server_set_liveness(s, ACD_LIVENESS_DEAD, ACD_TEST_NOW);
    m.ui.now_ns = ACD_TEST_NOW + 60 * ACD_TEST_SECOND;
    acd_test_model_renew(&m);
    assert_int_equal(m.digest.timer[0].running_oldest_ns, before - ACD_TEST_SECOND);
    acd_test_model_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_server_is_shown_as_it_counted),
        cmocka_unit_test(two_servers_add_up_part_by_part),
        cmocka_unit_test(rows_of_different_models_stay_apart),
        cmocka_unit_test(histograms_are_read_only_for_timers_that_moved),
        cmocka_unit_test(percentiles_are_near_and_the_maximum_is_exact),
        cmocka_unit_test(a_dead_server_stops_the_clock_of_what_ran),
        cmocka_unit_test(what_ran_in_a_silent_server_ran_until_it_was_seen_last),
        cmocka_unit_test(without_histograms_there_are_no_percentiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
