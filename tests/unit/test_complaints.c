/* SPDX-License-Identifier: MIT */
/* tui/app/complaints: path, line, column, the line itself and a caret. */
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

#include "tui/app/complaints.h"

static char *printed(struct acd_complaints *complaints, const char *path, const char *text)
{
    const struct acd_source source = {path, text, strlen(text)};
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    assert_non_null(stream);
    acd_complaints_print(stream, complaints, &source);
    fclose(stream);
    acd_complaints_fini(complaints);
    return out;
}

static void assert_printed(struct acd_complaints *complaints, const char *text,
                           const char *expected)
{
    char *out = printed(complaints, "top.yaml", text);
    assert_string_equal(out, expected);
    free(out);
}

static void a_complaint_shows_its_line_and_a_caret_under_its_column(void **state)
{
    (void)state;
    struct acd_complaints c = {0};
    acd_complaints_add(&c, (struct acd_place){2, 3}, "no '%s'", "b");
    assert_printed(&c, "one\n  b: 1\nthree\n", "top.yaml:2:3: error: no 'b'\n    b: 1\n    ^\n");
}

static void they_come_in_the_order_of_their_places(void **state)
{
    (void)state;
    struct acd_complaints c = {0};
    acd_complaints_add(&c, (struct acd_place){2, 1}, "third");
    acd_complaints_add(&c, (struct acd_place){1, 2}, "second");
    acd_complaints_add(&c, (struct acd_place){0, 0}, "first");
    assert_printed(&c, "ab\r\ncd",
                   "top.yaml: error: first\n"
                   "top.yaml:1:2: error: second\n  ab\n   ^\n"
                   "top.yaml:2:1: error: third\n  cd\n  ^\n");
}

static void columns_count_characters_and_the_caret_columns_of_the_screen(void **state)
{
    (void)state;
    struct acd_complaints c = {0};
    acd_complaints_add(&c, (struct acd_place){1, 3}, "here");
    assert_printed(&c, "\xe4\xb8\xad\t!", "top.yaml:1:3: error: here\n  \xe4\xb8\xad !\n     ^\n");
}

static void what_a_terminal_would_obey_is_shown_instead(void **state)
{
    (void)state;
    struct acd_complaints c = {0};
    acd_complaints_add(&c, (struct acd_place){1, 2}, "unknown key '\033[31m'");
    char *out = printed(&c, "\033]2;x", "\033x\n");
    assert_null(strchr(out, '\033'));
    assert_non_null(strstr(out, ":1:2: error: unknown key"));
    free(out);
}

static void of_a_long_line_the_part_around_the_place_is_shown(void **state)
{
    (void)state;
    char text[4001];
    struct acd_complaints c = {0};
    memset(text, 'a', 4000);
    text[2000] = 'X';
    text[4000] = '\0';
    acd_complaints_add(&c, (struct acd_place){1, 2001}, "here");
    char *out = printed(&c, "top.yaml", text);
    assert_true(strlen(out) < 600);
    const char *x = strchr(strchr(out, '\n'), 'X'), *caret = strchr(out, '^');
    assert_non_null(x);
    assert_int_equal(x - strchr(out, '\n'), caret - strrchr(out, 'a') - 1);
    free(out);
}

static void more_than_a_hundred_are_counted_only(void **state)
{
    (void)state;
    struct acd_complaints c = {0};
    for (int i = 0; i < 103; i++)
        acd_complaints_add(&c, (struct acd_place){0, 0}, "again");
    char *out = printed(&c, "top.yaml", "");
    assert_non_null(strstr(out, "top.yaml: 3 more errors\n"));
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_complaint_shows_its_line_and_a_caret_under_its_column),
        cmocka_unit_test(they_come_in_the_order_of_their_places),
        cmocka_unit_test(columns_count_characters_and_the_caret_columns_of_the_screen),
        cmocka_unit_test(what_a_terminal_would_obey_is_shown_instead),
        cmocka_unit_test(of_a_long_line_the_part_around_the_place_is_shown),
        cmocka_unit_test(more_than_a_hundred_are_counted_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
