/* SPDX-License-Identifier: MIT */
/* emitter/track/looks: what a change of text looks like. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emitter/track/looks.h"

/* The part that differs stands in <>. */
static struct acd_change_text change_of(const char *marked, char *store)
{
    const char *open = strchr(marked, '<'), *shut = strchr(marked, '>');
    struct acd_change_text c = {.text = store};
    for (const char *p = marked; *p; p++)
        if (p != open && p != shut)
            store[c.bytes++] = *p;
    c.begin = (size_t)(open - marked);
    c.end = (size_t)(shut - marked) - 1;
    return c;
}

static void assert_looks(const char *a, const char *b, const char *looks)
{
    char stores[2][256];
    const struct acd_change_text x = change_of(a, stores[0]), y = change_of(b, stores[1]);
    const char *found = acd_looks_like(&x, &y);
    assert_string_equal(found ? found : "nothing", looks);
}

static void times_numbers_uuids_and_hashes_are_told(void **state)
{
    (void)state;
    assert_looks("at 2026-11-22 10:31:0<5>Z.", "at 2026-11-22 10:31:0<9>Z.", "time");
    assert_looks("now 1<0:3>1 UTC", "now 1<1:0>1 UTC", "time");
    assert_looks("ts=17000000<01>", "ts=17000000<99>", "time");
    assert_looks("cch=<9f86d081>;", "cch=<12345678>;", "hash");
    assert_looks("id 123e4567-e89b-12d3-a456-42661417400<0>",
                 "id 123e4567-e89b-12d3-a456-42661417400<1>", "uuid");
    assert_looks("user <41> asks", "user <7> asks", "number");
    assert_looks("the <quick> fox", "the <slow> fox", "nothing");
    assert_looks("user <41> asks", "user <none> asks", "nothing");
    assert_looks("a <12345678> b", "a <87654321> b", "number");
}

static void a_change_is_widened_to_whole_words(void **state)
{
    char stores[2][256];
    struct acd_change_text a = change_of("at 2026-11-22 10:31:0<5>.", stores[0]);
    struct acd_change_text b = change_of("at 2026-11-22 10:31:0<9>.", stores[1]);
    (void)state;
    acd_looks_widen(&a, &b);
    assert_int_equal(a.begin, 3);
    assert_int_equal(a.end - a.begin, 19); /* without the full stop */
    assert_int_equal(b.end - b.begin, 19);
    assert_true(acd_looks_one_word(&a));
    a = change_of("say <two words> now", stores[0]);
    assert_false(acd_looks_one_word(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_numbers_uuids_and_hashes_are_told),
        cmocka_unit_test(a_change_is_widened_to_whole_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
