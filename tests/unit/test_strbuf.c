/* SPDX-License-Identifier: MIT */
/* The growing text: what it holds, how it escapes, and that its failure is told at the end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/examples/strbuf.h"

static void pieces_are_joined(void **state)
{
    struct acd_strbuf text = {0};
    char *taken;

    (void)state;
    acd_strbuf_add(&text, "one, ", 5);
    acd_strbuf_format(&text, "%d, %s", 2, "three");
    taken = acd_strbuf_take(&text);
    assert_string_equal(taken, "one, 2, three");
    assert_null(text.bytes);
    free(taken);
}

static void an_empty_text_is_a_text(void **state)
{
    struct acd_strbuf text = {0};
    char *taken = acd_strbuf_take(&text);

    (void)state;
    assert_string_equal(taken, "");
    free(taken);
}

static void it_grows_as_far_as_need_be(void **state)
{
    struct acd_strbuf text = {0};
    char *taken;

    (void)state;
    for (int i = 0; i < 10000; i++) {
        acd_strbuf_format(&text, "%04d", i);
    }
    taken = acd_strbuf_take(&text);
    assert_int_equal(strlen(taken), 40000);
    assert_string_equal(taken + 39996, "9999");
    free(taken);
}

static void json_strings_escape_what_they_must(void **state)
{
    struct acd_strbuf text = {0};
    char *taken;

    (void)state;
    acd_strbuf_json(&text, "a\"b\\c\n\0\x1f caf\xc3\xa9", 14);
    taken = acd_strbuf_take(&text);
    assert_string_equal(taken, "\"a\\u0022b\\u005cc\\u000a\\u0000\\u001f caf\xc3\xa9\"");
    free(taken);
}

static void a_failure_is_told_at_the_end(void **state)
{
    struct acd_strbuf text = {0};

    (void)state;
    acd_strbuf_add(&text, "good", 4);
    acd_strbuf_add(&text, "", SIZE_MAX / 2);
    acd_strbuf_add(&text, "good", 4);
    assert_true(text.has_failed);
    assert_null(acd_strbuf_take(&text));
    assert_false(text.has_failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_joined),
        cmocka_unit_test(an_empty_text_is_a_text),
        cmocka_unit_test(it_grows_as_far_as_need_be),
        cmocka_unit_test(json_strings_escape_what_they_must),
        cmocka_unit_test(a_failure_is_told_at_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
