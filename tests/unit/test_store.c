/* SPDX-License-Identifier: MIT */
/* tui/model/store: the scroll-back keeps the newest, whole and in order. */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/format/kinds.h"
#include "emitter/format/layout.h"
#include "tui/model/store.h"

static uint64_t payload[ACD_RECORD_BYTES_MAX / 8];

static struct acd_entry event(uint64_t number, uint32_t words)
{
    struct acd_entry e = {.time_ns = number,
                          .server = (uint32_t)(number % 5),
                          .thread = (uint32_t)(1000 + number % 3),
                          .kind = ACD_KIND_LOG,
                          .level = (uint8_t)(1 + number % 3),
                          .category = 2,
                          .site = (uint32_t)(number % 4096),
                          .payload_bytes = words * 8,
                          .flags = ACD_W2_THREAD,
                          .payload = payload};
    for (uint32_t i = 0; i < words; i++)
        payload[i] = number * 1000003 + i;
    return e;
}

static void append(struct acd_store *s, uint64_t number, uint32_t words)
{
    struct acd_entry e = event(number, words);
    assert_int_equal(acd_store_append(s, &e), 0);
}

static void assert_entry(const struct acd_store *s, uint64_t sequence, uint64_t number,
                         uint32_t words)
{
    struct acd_entry e;
    assert_true(acd_store_get(s, sequence, &e));
    assert_int_equal(e.type, ACD_ENTRY_EVENT);
    assert_int_equal(e.sequence, sequence);
    assert_int_equal(e.time_ns, number);
    assert_int_equal(e.server, number % 5);
    assert_int_equal(e.thread, 1000 + number % 3);
    assert_int_equal(e.kind, ACD_KIND_LOG);
    assert_int_equal(e.level, 1 + number % 3);
    assert_int_equal(e.category, 2);
    assert_int_equal(e.site, number % 4096);
    assert_int_equal(e.payload_bytes, words * 8);
    assert_true(e.flags & ACD_W2_THREAD);
    for (uint32_t i = 0; i < words; i++)
        assert_int_equal(e.payload[i], number * 1000003 + i);
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    assert_int_equal(acd_store_new(&s, 10, ACD_STORE_BYTES_MIN), 0);
    append(s, 7, 3);
    append(s, 8, 0);
    append(s, 9, ACD_RECORD_BYTES_MAX / 8);
    assert_int_equal(acd_store_first(s), 0);
    assert_int_equal(acd_store_next(s), 3);
    assert_entry(s, 0, 7, 3);
    assert_entry(s, 1, 8, 0);
    assert_entry(s, 2, 9, ACD_RECORD_BYTES_MAX / 8);
    acd_store_free(s);
}

static void the_oldest_goes_first_when_entries_run_out(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    struct acd_entry e;
    assert_int_equal(acd_store_new(&s, 100, ACD_STORE_BYTES_MIN), 0);
    for (uint64_t i = 0; i < 1000; i++)
        append(s, i, 2);
    assert_int_equal(acd_store_first(s), 900);
    assert_int_equal(acd_store_next(s), 1000);
    assert_false(acd_store_get(s, 899, &e));
    assert_false(acd_store_get(s, 1000, &e));
    for (uint64_t i = 900; i < 1000; i++)
        assert_entry(s, i, i, 2);
    acd_store_free(s);
}

static void every_kept_entry_stays_whole_whatever_the_sizes(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    uint32_t words[3000];
    uint64_t random = 88172645463325252u;
    assert_int_equal(acd_store_new(&s, 500, ACD_STORE_BYTES_MIN), 0);
    for (uint64_t i = 0; i < 3000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        words[i] = (uint32_t)(random >> 40) % (i % 50 == 0 ? 8192 : 300);
        append(s, i, words[i]);
        assert_true(acd_store_bytes(s) <= ACD_STORE_BYTES_MIN + 500 * 4);
        if (i % 97 == 0)
            for (uint64_t k = acd_store_first(s); k < acd_store_next(s); k++)
                assert_entry(s, k, k, words[k]);
    }
    assert_true(acd_store_next(s) - acd_store_first(s) > 20);
    acd_store_free(s);
}

static void a_hundred_thousand_small_events_fit_twenty_megabytes(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    assert_int_equal(acd_store_new(&s, ACD_STORE_ENTRIES_DEFAULT, ACD_STORE_BYTES_DEFAULT), 0);
    for (uint64_t i = 0; i < 150000; i++)
        append(s, i, 12);
    assert_int_equal(acd_store_next(s) - acd_store_first(s), 100000);
    assert_true(acd_store_bytes(s) <= ACD_STORE_BYTES_DEFAULT);
    assert_entry(s, 50000, 50000, 12);
    acd_store_free(s);
}

static void gaps_are_entries_and_join_their_like(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    struct acd_entry e = {
        .type = ACD_ENTRY_GAP, .server = 3, .time_ns = 44, .cause = ACD_LOSS_OVERRUN, .lost = 300};
    assert_int_equal(acd_store_new(&s, 10, ACD_STORE_BYTES_MIN), 0);
    append(s, 1, 1);
    assert_int_equal(acd_store_append(s, &e), 0);
    e.lost = 12;
    assert_int_equal(acd_store_append(s, &e), 0);
    e.server = 4;
    assert_int_equal(acd_store_append(s, &e), 0);
    e.cause = ACD_LOSS_DROPPED;
    assert_int_equal(acd_store_append(s, &e), 0);
    append(s, 2, 1);
    assert_int_equal(acd_store_next(s), 5);
    assert_true(acd_store_get(s, 1, &e));
    assert_int_equal(e.type, ACD_ENTRY_GAP);
    assert_int_equal(e.lost, 312);
    assert_int_equal(e.server, 3);
    assert_int_equal(e.cause, ACD_LOSS_OVERRUN);
    assert_int_equal(e.time_ns, 44);
    assert_true(acd_store_get(s, 3, &e));
    assert_int_equal(e.cause, ACD_LOSS_DROPPED);
    assert_string_equal(acd_store_cause_name(ACD_LOSS_OVERRUN), "overrun");
    acd_store_free(s);
}

static void limits_that_hold_nothing_are_refused(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    assert_int_equal(acd_store_new(&s, 0, ACD_STORE_BYTES_MIN), -EINVAL);
    assert_int_equal(acd_store_new(&s, 10, ACD_STORE_BYTES_MIN - 1), -EINVAL);
    assert_null(s);
    acd_store_free(NULL);
}

static void a_payload_that_is_no_record_is_refused(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    assert_int_equal(acd_store_new(&s, 10, ACD_STORE_BYTES_MIN), 0);
    struct acd_entry e = event(1, 1);
    e.payload_bytes = 7;
    assert_int_equal(acd_store_append(s, &e), -EINVAL);
    e.payload_bytes = ACD_RECORD_BYTES_MAX + 8;
    assert_int_equal(acd_store_append(s, &e), -EINVAL);
    assert_int_equal(acd_store_next(s), 0);
    acd_store_free(s);
}

static void errors_are_found_without_the_others(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    struct acd_entry e;
    assert_int_equal(acd_store_new(&s, 1000, ACD_STORE_BYTES_MIN), 0);
    assert_false(acd_store_error_before(s, 100, &e));
    for (uint64_t i = 0; i < 2000; i++) {
        struct acd_entry of = event(i, 1);
        of.kind = i % 7 == 0 ? ACD_KIND_ERROR : ACD_KIND_LOG;
        assert_int_equal(acd_store_append(s, &of), 0);
    }
    uint64_t found = 0, before = 2000;
    for (uint64_t i = 2000; i-- > 1000;) {
        if (i % 7 != 0)
            continue;
        assert_true(acd_store_error_before(s, before, &e));
        assert_int_equal(e.sequence, i);
        assert_int_equal(e.kind, ACD_KIND_ERROR);
        before = e.sequence;
        found++;
    }
    assert_int_equal(found, 143);
    /* Older ones are forgotten, as all entries are. */
    assert_false(acd_store_error_before(s, before, &e));
    acd_store_free(s);
}

static void as_many_errors_are_found_as_are_promised(void **state)
{
    (void)state;
    struct acd_store *s = NULL;
    struct acd_entry e = event(1, 1);
    unsigned found = 0;
    assert_int_equal(acd_store_new(&s, 1000, ACD_STORE_BYTES_MIN), 0);
    e.kind = ACD_KIND_ERROR;
    for (unsigned i = 0; i < ACD_STORE_ERRORS + 50; i++)
        assert_int_equal(acd_store_append(s, &e), 0);
    for (uint64_t before = UINT64_MAX; acd_store_error_before(s, before, &e); before = e.sequence)
        found++;
    assert_int_equal(found, ACD_STORE_ERRORS);
    acd_store_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(the_oldest_goes_first_when_entries_run_out),
        cmocka_unit_test(every_kept_entry_stays_whole_whatever_the_sizes),
        cmocka_unit_test(a_hundred_thousand_small_events_fit_twenty_megabytes),
        cmocka_unit_test(gaps_are_entries_and_join_their_like),
        cmocka_unit_test(limits_that_hold_nothing_are_refused),
        cmocka_unit_test(a_payload_that_is_no_record_is_refused),
        cmocka_unit_test(errors_are_found_without_the_others),
        cmocka_unit_test(as_many_errors_are_found_as_are_promised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
