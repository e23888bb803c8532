/* SPDX-License-Identifier: MIT */
/* Which form an Accept header asks for. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tui/export/accept.h"

static void openmetrics_is_served_to_who_prefers_it(void **state)
{
    static const char *const headers[] = {
        "application/openmetrics-text",
        "application/openmetrics-text;version=1.0.0",
        "Application/OpenMetrics-Text ; Version=1.0.0 ; charset=utf-8",
        "text/html, application/openmetrics-text; q=0.5, text/plain; q=0.4",
        ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
         "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"), /* Prometheus 2.42 */
        "application/openmetrics-text;q=0.001, text/plain;q=0",
    };
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_int_equal(acd_accept_form(headers[i]), ACD_OPENMETRICS_1_0);
}

static void all_others_get_the_older_form(void **state)
{
    static const char *const headers[] = {
        NULL,
        "",
        ",,;;,=",
        "*/*",
        "text/plain",
        "application/json",
        "application/openmetrics-text;q=0",
        "application/openmetrics-text;q=0.000",
        "application/openmetrics-text;version=2.0.0",
        "application/openmetrics-text;version=0.0.1",
        "application/openmetrics-texts",
        "text/plain;q=0.9,application/openmetrics-text;q=0.8",
        "application/openmetrics-text;q=0.8,*/*",
    };
    (void)state;
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_int_equal(acd_accept_form(headers[i]), ACD_OPENMETRICS_TEXT_0_0_4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openmetrics_is_served_to_who_prefers_it),
        cmocka_unit_test(all_others_get_the_older_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
