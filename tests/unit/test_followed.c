/* SPDX-License-Identifier: MIT */
/* tui/model/followed: which events and running timers belong to the request that is followed. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/followed.h"

static struct acd_request text(const char *s)
{
    uint32_t n = (uint32_t)strlen(s);
    return (struct acd_request){ACD_REQUEST_TEXT, 0, {s, n, n}};
}

static struct acd_request number(uint64_t n)
{
    return (struct acd_request){ACD_REQUEST_NUMBER, n, {"", 0, 0}};
}

static const struct acd_request nothing = {ACD_REQUEST_NONE, 0, {"", 0, 0}};

static struct acd_running_total running(const char *id)
{
    struct acd_running_total r = {.request_kind = ACD_REQUEST_TEXT};
    snprintf(r.request_text, sizeof r.request_text, "%.40s", id);
    return r;
}

static void nothing_followed_lets_everything_pass(void **state)
{
    (void)state;
    const struct acd_followed f = {0};
    struct acd_request a = text("a"), n = number(7);
    struct acd_running_total r = running("a");
    assert_true(acd_followed_takes(&f, &a));
    assert_true(acd_followed_takes(&f, &n));
    assert_true(acd_followed_takes(&f, &nothing));
    assert_true(acd_followed_takes_running(&f, &r));
}

static void an_id_is_compared_whole_and_by_its_kind(void **state)
{
    (void)state;
    struct acd_request same = text("88f"), longer = text("88f0"), shorter = text("88");
    struct acd_request seven = number(7), eight = number(8), word = text("7");
    struct acd_followed f = acd_followed_event(&same);
    assert_true(acd_followed_takes(&f, &same));
    assert_false(acd_followed_takes(&f, &longer));
    assert_false(acd_followed_takes(&f, &shorter));
    assert_false(acd_followed_takes(&f, &nothing));
    f = acd_followed_event(&seven);
    assert_true(acd_followed_takes(&f, &seven));
    assert_false(acd_followed_takes(&f, &eight));
    assert_false(acd_followed_takes(&f, &word));
}

static void an_event_without_a_request_gives_nothing_to_follow(void **state)
{
    (void)state;
    struct acd_request empty = text("");
    assert_int_equal(acd_followed_event(&nothing).kind, ACD_REQUEST_NONE);
    assert_int_equal(acd_followed_event(&empty).kind, ACD_REQUEST_NONE);
}

static void a_running_timer_cuts_long_ids_and_is_found_all_the_same(void **state)
{
    (void)state;
    const char *id = "0123456789012345678901234567890123456789-and-more";
    struct acd_request whole = text(id), other = text("0123456789-other");
    struct acd_running_total r = running(id), short_one = running("0123456789");
    struct acd_followed f = acd_followed_event(&whole);
    assert_true(acd_followed_takes_running(&f, &r));
    assert_false(acd_followed_takes_running(&f, &short_one));
    f = acd_followed_running(&r);
    assert_true(acd_followed_takes(&f, &whole));
    assert_true(acd_followed_takes_running(&f, &r));
    assert_false(acd_followed_takes(&f, &other));
    f = acd_followed_running(&short_one);
    assert_false(acd_followed_takes(&f, &other));
}

static void an_id_that_was_cut_before_a_character_is_found_all_the_same(void **state)
{
    (void)state;
    char id[60], kept[60];
    static const char uuid[] = "01234567-89ab-cdef-0123-456789abcdef";
    memset(id, 'i', 37);
    strcpy(id + 37, "\xe2\x82\xac-and-more");
    memcpy(kept, id, 37);
    kept[37] = '\0';
    struct acd_request whole = text(id), first = text(uuid),
                       second = text("01234567-89ab-cdef-0123-456789abcdef-1"),
                       third = text("01234567-89ab-cdef-0123-456789abcdef-and-more");
    struct acd_running_total r = running(kept), of_uuid = running(uuid);
    struct acd_followed f = acd_followed_running(&r);
    assert_true(acd_followed_takes(&f, &whole));
    f = acd_followed_event(&whole);
    assert_true(acd_followed_takes_running(&f, &r));
    f = acd_followed_running(&of_uuid); /* it fits: another id than the longer ones */
    assert_true(acd_followed_takes(&f, &first));
    assert_false(acd_followed_takes(&f, &second));
    assert_false(acd_followed_takes(&f, &third));
}

static void of_an_endless_id_the_beginning_counts(void **state)
{
    (void)state;
    char a[300], b[300];
    memset(a, 'x', sizeof a);
    memset(b, 'x', sizeof b);
    a[299] = b[299] = '\0';
    b[290] = 'y';
    struct acd_request first = text(a), second = text(b);
    struct acd_followed f = acd_followed_event(&first);
    assert_int_equal(strlen(f.text), ACD_FOLLOWED_BYTES);
    assert_true(acd_followed_takes(&f, &second));
    struct acd_followed g = acd_followed_event(&second);
    assert_true(acd_followed_equal(&f, &g));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_followed_lets_everything_pass),
        cmocka_unit_test(an_id_is_compared_whole_and_by_its_kind),
        cmocka_unit_test(an_event_without_a_request_gives_nothing_to_follow),
        cmocka_unit_test(a_running_timer_cuts_long_ids_and_is_found_all_the_same),
        cmocka_unit_test(an_id_that_was_cut_before_a_character_is_found_all_the_same),
        cmocka_unit_test(of_an_endless_id_the_beginning_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
