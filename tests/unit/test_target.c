/* SPDX-License-Identifier: MIT */
/* tui/app/target: what a word on the command line means. */
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

#include "tui/app/target.h"

static bool matches(const char *text, const struct acd_ring_entry *entry)
{
    struct acd_target t = acd_target_parse(text);
    return acd_target_matches(&t, entry);
}

static void a_ring_is_found_by_name_pid_and_file(void **state)
{
    (void)state;
    static const struct acd_ring_entry entry = {.name = "llm.1f2e.acr", .app = "llm", .pid = 4121};
    assert_true(matches("llm", &entry));
    assert_true(matches("4121", &entry));
    assert_true(matches("llm.1f2e.acr", &entry));
    assert_false(matches("ll", &entry));
    assert_false(matches("412", &entry));
    assert_false(matches("/x/llm.1f2e.acr", &entry));
}

static void behind_the_prefix_stands_a_name_whatever_it_looks_like(void **state)
{
    (void)state;
    static const struct acd_ring_entry digits = {.name = "4121.1.acr", .app = "4121", .pid = 7};
    static const struct acd_ring_entry pid = {.name = "llm.2.acr", .app = "llm", .pid = 4121};
    static const struct acd_ring_entry path = {.name = "a.3.acr", .app = "a/b", .pid = 8};
    assert_true(matches("name:4121", &digits));
    assert_false(matches("name:4121", &pid));
    assert_false(matches("4121", &digits));
    assert_true(matches("name:llm", &pid));
    assert_true(matches("name:a/b", &path));
    assert_false(matches("name:", &pid));
}

static void a_number_too_large_for_a_pid_is_a_name(void **state)
{
    (void)state;
    assert_int_equal(acd_target_parse("99999999999").kind, ACD_TARGET_NAME);
    assert_int_equal(acd_target_parse("99999999999999999999999").kind, ACD_TARGET_NAME);
    assert_int_equal(acd_target_parse("0").kind, ACD_TARGET_PID);
    assert_int_equal(acd_target_parse(".acr").kind, ACD_TARGET_NAME);
    assert_int_equal(acd_target_parse("a/b").kind, ACD_TARGET_PATH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ring_is_found_by_name_pid_and_file),
        cmocka_unit_test(behind_the_prefix_stands_a_name_whatever_it_looks_like),
        cmocka_unit_test(a_number_too_large_for_a_pid_is_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
