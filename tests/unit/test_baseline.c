/* SPDX-License-Identifier: MIT */
/* tui/model/baseline: what is counted since a moment is what was counted now less what was then. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/model.h"
#include "tui/model/baseline.h"

#define MS UINT64_C(1000000)

struct stage {
    struct acd_test_model m;
    struct acd_server *server;
    struct acd_baseline mark;
    struct acd_histogram_source source;
    uint64_t more[ACD_HISTOGRAM_BUCKETS]; /* of "embed", beside the model's */
};

static void add(void *context, const struct acd_server *server, const char *timer,
                const char *label, uint64_t ret_bucket[ACD_HISTOGRAM_BUCKETS])
{
    const struct stage *s = context;
    s->m.source.add(s->m.source.context, server, timer, label, ret_bucket);
    for (unsigned i = 0; !label && strcmp(timer, "embed") == 0 && i < ACD_HISTOGRAM_BUCKETS; i++)
        ret_bucket[i] += s->more[i];
}

static int set_stage(void **state)
{
    static struct stage s;
    memset(&s, 0, sizeof s);
    acd_test_model_init(&s.m);
    s.server = acd_test_model_proxy(&s.m);
    s.source = (struct acd_histogram_source){add, &s};
    *state = &s;
    return 0;
}

static int strike_stage(void **state)
{
    struct stage *s = *state;
    acd_baseline_clear(&s->mark);
    acd_test_model_fini(&s->m);
    return 0;
}

static void set(struct stage *s)
{
    assert_int_equal(acd_baseline_set(&s->mark, &s->m.fleet, ACD_TEST_NOW, &s->source), 0);
}

static const struct acd_digest *since(struct stage *s)
{
    struct acd_histogram_source source;
    const struct acd_fleet *fleet = acd_baseline_since(&s->mark, &s->m.fleet, &s->source, &source);
    assert_non_null(fleet);
    assert_int_equal(acd_digest_renew(&s->m.digest, fleet, s->m.ui.selection,
                                      ACD_TEST_NOW + ACD_TEST_SECOND, &source),
                     0);
    return &s->m.digest;
}

static void at_the_mark_everything_is_nothing(void **state)
{
    struct stage *s = *state;
    set(s);
    assert_int_equal(s->mark.time_ns, ACD_TEST_NOW);
    assert_int_equal(s->mark.sequence, acd_store_next(s->m.fleet.store));
    const struct acd_digest *d = since(s);
    assert_int_equal(d->cache_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(d->cache[i].requests.whole, 0);
        assert_int_equal(d->cache[i].tokens.whole, 0);
        assert_int_equal(d->cache[i].reasons_total, 0);
    }
    for (size_t i = 0; i < d->timer_count; i++)
        assert_int_equal(d->timer[i].count + d->timer[i].quantiles.count, 0);
    assert_int_equal(d->timer[0].running, 3); /* what runs still runs */
    assert_int_equal(d->errors.count, 0);
    assert_int_equal(d->lost, 0);
    assert_int_equal(d->events.emitted, 0);
    assert_true(d->cache[0].bytes.set && d->cache[0].bytes.value > 0); /* a gauge */
}

static void only_what_came_later_counts(void **state)
{
    struct stage *s = *state;
    struct acd_totals *t = &s->server->totals;
    set(s);
    t->cache[0].outcome[ACD_OUTCOME_HIT] += 3;
    t->cache[0].outcome[ACD_OUTCOME_MISS] += 1;
    t->cache[0].reason[ACD_REASON_COLD]++;
    t->cache[0].input_tokens += 100;
    t->cache[0].cached_tokens += 25;
    t->cache[0].evictions += 7;
    t->timer[0].failed++;
    t->timer[0].label[1].timing.count += 4;
    t->timer[0].label[1].timing.sum_ns += 44;
    t->error[1].count += 2;
    t->events.emitted += 12;
    t->events.dropped += 5;
    s->server->seen.overrun += 6;
    const struct acd_digest *d = since(s);
    assert_int_equal(d->cache[0].requests.part, 3);
    assert_int_equal(d->cache[0].requests.whole, 4);
    assert_int_equal(d->cache[0].tokens.part, 25);
    assert_int_equal(d->cache[0].tokens.whole, 100);
    assert_int_equal(d->cache[0].evictions, 7);
    assert_int_equal(d->cache[0].reasons_total, 1);
    assert_string_equal(d->cache[0].reason[0].name, "cold");
    assert_int_equal(d->timer[0].failed, 1);
    assert_int_equal(d->label[d->timer[0].label_first + 1].count, 4);
    assert_int_equal(d->label[d->timer[0].label_first + 1].sum_ns, 44);
    assert_int_equal(d->errors.count, 1);
    assert_string_equal(d->errors.row[0].type, "Streaming");
    assert_int_equal(d->errors.row[0].count, 2);
    assert_int_equal(d->events.emitted, 12);
    assert_int_equal(d->lost, 11);
    /* The servers themselves are as they were. */
    assert_int_equal(t->cache[0].outcome[ACD_OUTCOME_HIT], 1703);
    assert_int_equal(t->error_count, 2);
}

static void percentiles_are_those_of_the_later_ones(void **state)
{
    struct stage *s = *state;
    struct acd_timing_total *embed = &s->server->totals.timer[1].timing;
    set(s);
    s->more[acd_histogram_index(5 * MS)] = 10;
    embed->count += 10;
    embed->sum_ns += 50 * MS;
    const struct acd_timer_row *row = &since(s)->timer[1];
    assert_int_equal(row->count, 10);
    assert_int_equal(row->quantiles.count, 10);
    assert_in_range(row->quantiles.p50_ns, 5 * MS - MS / 5, 5 * MS + MS / 5);
    /* The highest ever was before: this one is known to a bucket. */
    assert_in_range(row->quantiles.max_ns, 5 * MS, 5 * MS + MS / 5);
    s->more[acd_histogram_index(900 * MS)]++;
    embed->count++;
    embed->max_ns = 900 * MS;
    row = &since(s)->timer[1];
    assert_int_equal(row->quantiles.max_ns, 900 * MS);
}

/* A bucket ends above what is in it, and the last one has no end. */
static void no_maximum_since_exceeds_the_highest_ever(void **state)
{
    struct stage *s = *state;
    struct acd_timing_total *embed = &s->server->totals.timer[1].timing;
    const uint64_t hour = 3600 * ACD_TEST_SECOND;
    const uint64_t highest[] = {5 * MS, 2 * hour};
    for (size_t i = 0; i < 2; i++) {
        embed->max_ns = highest[i];
        set(s);
        s->more[acd_histogram_index(highest[i])]++;
        embed->count++;
        embed->sum_ns += highest[i];
        assert_int_equal(since(s)->timer[1].quantiles.max_ns, highest[i]);
    }
}

/* Two threads that registered one cache at once made two rows, which are read as one. */
static void reasons_are_taken_off_by_their_names(void **state)
{
    struct stage *s = *state;
    struct acd_cache_total *c = &s->server->totals.cache[0];
    const unsigned free = ACD_REASONS_KNOWN;
    strcpy(c->reason_name[free], "of the other row");
    c->reason[free] = 40;
    set(s);
    strcpy(c->reason_name[free], "new");
    c->reason[free] = 3;
    strcpy(c->reason_name[free + 1], "of the other row");
    c->reason[free + 1] = 41;
    const struct acd_cache_row *row = &since(s)->cache[0];
    assert_int_equal(row->reason_count, 2);
    assert_string_equal(row->reason[0].name, "new");
    assert_int_equal(row->reason[0].count, 3);
    assert_string_equal(row->reason[1].name, "of the other row");
    assert_int_equal(row->reason[1].count, 1);
}

static void a_server_that_came_later_counts_whole(void **state)
{
    struct stage *s = *state;
    set(s);
    acd_test_model_proxy(&s->m);
    const struct acd_digest *d = since(s);
    assert_int_equal(d->cache[0].requests.whole, 2000);
    assert_int_equal(d->errors.count, 2);
    assert_int_equal(d->timer[0].count, 812);
}

static void counters_that_began_anew_are_never_negative(void **state)
{
    struct stage *s = *state;
    set(s);
    s->server->totals.cache[0].outcome[ACD_OUTCOME_HIT] = 5;
    s->server->totals.timer[1].timing.count = 1;
    s->server->totals.events.emitted = 1;
    const struct acd_digest *d = since(s);
    assert_int_equal(d->cache[0].outcome[ACD_OUTCOME_HIT], 0);
    assert_int_equal(d->timer[1].count, 0);
    assert_int_equal(d->events.emitted, 0);
}

static void without_a_mark_nothing_is_kept(void **state)
{
    struct stage *s = *state;
    set(s);
    set(s); /* again: the first is forgotten */
    since(s);
    acd_baseline_clear(&s->mark);
    assert_int_equal(s->mark.time_ns, 0);
    assert_int_equal(s->mark.count, 0);
}

int main(void)
{
#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)
    const struct CMUnitTest tests[] = {
        STAGED(at_the_mark_everything_is_nothing),
        STAGED(only_what_came_later_counts),
        STAGED(percentiles_are_those_of_the_later_ones),
        STAGED(no_maximum_since_exceeds_the_highest_ever),
        STAGED(reasons_are_taken_off_by_their_names),
        STAGED(a_server_that_came_later_counts_whole),
        STAGED(counters_that_began_anew_are_never_negative),
        STAGED(without_a_mark_nothing_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
