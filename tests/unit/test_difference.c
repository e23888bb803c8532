/* SPDX-License-Identifier: MIT */
/* emitter/track/difference: where two texts meet again, and of which kind the change is. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/track/difference.h"

#define MEETING 16
#define TAIL "and from here on both of them are the same for as long as anybody could wish"

static struct acd_difference difference_of(const char *old_text, const char *new_text)
{
    uint32_t units[2][2048];
    const char *const text[2] = {old_text, new_text};
    struct acd_side side[2];
    struct acd_difference found;
    for (unsigned i = 0; i < 2; i++) {
        side[i] = (struct acd_side){units[i], strlen(text[i])};
        for (size_t k = 0; k < side[i].count; k++)
            units[i][k] = (unsigned char)text[i][k];
    }
    assert_int_equal(acd_difference_find(&found, &side[0], &side[1], MEETING), 0);
    return found;
}

static void assert_difference(const char *old_text, const char *new_text, enum acd_change change,
                              size_t olds, size_t news)
{
    const struct acd_difference found = difference_of(old_text, new_text);
    assert_int_equal(found.change, change);
    assert_int_equal(found.old_units, olds);
    assert_int_equal(found.new_units, news);
}

static void each_kind_of_change_is_told_with_its_lengths(void **state)
{
    (void)state;
    assert_difference("abc" TAIL, "XY" TAIL, ACD_CHANGE_REPLACED, 3, 2);
    assert_difference(TAIL, "new: " TAIL, ACD_CHANGE_INSERTED, 0, 5);
    assert_difference("old: " TAIL, TAIL, ACD_CHANGE_REMOVED, 5, 0);
    assert_difference("{first one},{second},{the third}" TAIL,
                      "{second},{the third},{first one}" TAIL, ACD_CHANGE_REORDERED, 31, 31);
    assert_difference("nothing of this is there", TAIL, ACD_CHANGE_UNRELATED, 0, 0);
    assert_difference("", TAIL, ACD_CHANGE_NONE, 0, 0);
}

/* Fifteen are too few, sixteen are enough. */
static void a_meeting_takes_as_many_units_as_it_is_told(void **state)
{
    (void)state;
    assert_difference("xx0123456789abcde....", "y0123456789abcde----", ACD_CHANGE_UNRELATED, 0, 0);
    assert_difference("xx0123456789abcdef...", "y0123456789abcdef---", ACD_CHANGE_REPLACED, 2, 1);
}

static void of_two_meetings_the_nearer_one_counts(void **state)
{
    (void)state;
    assert_difference("first words......" TAIL, "sent, " TAIL " | first words......" TAIL,
                      ACD_CHANGE_REPLACED, 17, 6);
}

static void a_change_longer_than_the_first_area_is_found(void **state)
{
    char old_text[2000], new_text[2000];
    (void)state;
    for (size_t i = 0; i < 1500; i++)
        old_text[i] = (char)('a' + i * i % 23);
    memcpy(old_text + 1500, TAIL, sizeof TAIL);
    memcpy(new_text, "A", 1);
    memcpy(new_text + 1, TAIL, sizeof TAIL);
    assert_difference(old_text, new_text, ACD_CHANGE_REPLACED, 1500, 1);
    assert_difference(new_text, old_text, ACD_CHANGE_REPLACED, 1, 1500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_change_is_told_with_its_lengths),
        cmocka_unit_test(a_meeting_takes_as_many_units_as_it_is_told),
        cmocka_unit_test(of_two_meetings_the_nearer_one_counts),
        cmocka_unit_test(a_change_longer_than_the_first_area_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
