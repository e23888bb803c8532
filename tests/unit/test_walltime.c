/* SPDX-License-Identifier: MIT */
/* emitter/walltime.c: the time of day without the C library's help. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "emitter/walltime.h"

#define NS UINT64_C(1000000000)

static void utc_is_iso_8601_with_milliseconds(void **state)
{
    char text[ACD_WALLTIME_BYTES];
    (void)state;
    acd_walltime_utc(0, text);
    assert_string_equal(text, "1970-01-01T00:00:00.000Z");
    acd_walltime_utc(951782399 * NS + 999999999, text);
    assert_string_equal(text, "2000-02-28T23:59:59.999Z");
    acd_walltime_utc(951782400 * NS, text);
    assert_string_equal(text, "2000-02-29T00:00:00.000Z");
    acd_walltime_utc(4107542400 * NS, text); /* 2100 has no leap day */
    assert_string_equal(text, "2100-03-01T00:00:00.000Z");
    acd_walltime_utc(UINT64_MAX, text);
    assert_string_equal(text, "2554-07-21T23:34:33.709Z");
}

/* Every hour and a bit, over the years that the table reaches. */
static void local_time_is_that_of_the_zone_through_its_changes(void **state)
{
    static const char *const zones[] = {"UTC0", "EST5EDT,M3.2.0,M11.1.0",
                                        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "<-03>3"};
    const time_t begin = 1767225600; /* 2026-01-01 */
    (void)state;
    for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
        struct acd_walltime zone = {.count = 0};
        setenv("TZ", zones[z], 1);
        acd_walltime_settle(&zone, (uint64_t)begin * NS);
        for (time_t t = begin; t < begin + 4 * 366 * 86400; t += 3599) {
            char text[ACD_WALLTIME_BYTES], expected[64];
            struct tm tm;
            localtime_r(&t, &tm);
            strftime(expected, sizeof expected, "%Y-%m-%d %H:%M:%S", &tm);
            acd_walltime_local(&zone, (uint64_t)t * NS + 5, text);
            assert_string_equal(text, expected);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utc_is_iso_8601_with_milliseconds),
        cmocka_unit_test(local_time_is_that_of_the_zone_through_its_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
