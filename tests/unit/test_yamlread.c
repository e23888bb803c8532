/* SPDX-License-Identifier: MIT */
/* tui/app/yamlread: a tree with places, and limits that libyaml has not. */
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

#include "tui/app/yamlread.h"

/* What is complained of a text, as "line:column text;". */
static char *complaints_of(const char *text, size_t length)
{
    struct acd_complaints c = {0};
    struct acd_yaml yaml;
    static char out[8192];
    out[0] = '\0';
    assert_int_equal(acd_yaml_read(&yaml, text, length, &c), 0);
    for (size_t i = 0; i < c.kept; i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%u:%u %s;", c.complaint[i].at.line,
                 c.complaint[i].at.column, c.complaint[i].text);
    acd_yaml_fini(&yaml);
    acd_complaints_fini(&c);
    return out;
}

static void assert_complains(const char *text, const char *expected)
{
    assert_string_equal(complaints_of(text, strlen(text)), expected);
}

static void maps_lists_and_scalars_stand_in_a_tree_with_their_places(void **state)
{
    (void)state;
    struct acd_complaints c = {0};
    struct acd_yaml yaml;
    const char *text = "a: 1\nkeys:\n  b: [x, \"y\\u00e9\"]\n";
    assert_int_equal(acd_yaml_read(&yaml, text, strlen(text), &c), 0);
    assert_int_equal(c.count, 0);
    assert_true(yaml.whole);
    const struct acd_yaml_node *n = yaml.node;
    assert_int_equal(n[0].kind, ACD_YAML_MAP);
    const struct acd_yaml_node *a = &n[n[0].first], *one = &n[a->next], *keys = &n[one->next];
    assert_string_equal(a->text, "a");
    assert_string_equal(one->text, "1");
    assert_int_equal(one->at.line, 1);
    assert_int_equal(one->at.column, 4);
    const struct acd_yaml_node *b = &n[n[keys->next].first], *list = &n[b->next];
    assert_string_equal(b->text, "b");
    assert_int_equal(list->kind, ACD_YAML_LIST);
    const struct acd_yaml_node *x = &n[list->first];
    assert_string_equal(x->text, "x");
    assert_int_equal(x->at.line, 3);
    assert_int_equal(x->at.column, 7);
    assert_string_equal(n[x->next].text, "y\xc3\xa9");
    assert_int_equal(n[x->next].next, ACD_YAML_NONE);
    acd_yaml_fini(&yaml);
}

static void nothing_is_an_empty_tree(void **state)
{
    (void)state;
    assert_complains("", "");
    assert_complains("# only a comment\n", "");
    assert_complains("\xef\xbb\xbf# after a mark of byte order\n", "");
}

static void a_tab_is_called_a_tab(void **state)
{
    (void)state;
    assert_complains("a:\n  b: 1\n\tc: 2\n", "3:1 found a tab where spaces are required;");
    assert_complains("a:\n  b: 1\n  \tc: 2\n", "3:3 found a tab where spaces are required;");
}

static void anchors_aliases_and_tags_are_refused_and_reading_goes_on(void **state)
{
    (void)state;
    assert_complains("a: &x 1\nb: *x\nc: !!int 2\nd: &l []\ne: !m {}\n",
                     "1:4 anchors have no use here: '&x';"
                     "2:4 aliases have no use here: '*x';"
                     "3:4 tags have no use here: 'tag:yaml.org,2002:int';"
                     "4:4 anchors have no use here: '&l';"
                     "5:4 tags have no use here: '!m';");
}

static void a_second_document_is_refused(void **state)
{
    (void)state;
    assert_complains("a: 1\n---\nb: 2\n", "2:1 a second document begins here; one is read;");
}

static void what_libyaml_says_comes_with_its_place(void **state)
{
    (void)state;
    assert_complains("a: [1, 2\nb: 3\n", "2:2 did not find expected ',' or ']', while parsing a "
                                         "flow sequence from 1:4 on;");
    assert_complains("a: 'x\n", "2:1 found unexpected end of stream, while scanning a quoted "
                                "scalar from 1:4 on;");
}

static void bytes_that_are_no_text_are_named(void **state)
{
    (void)state;
    assert_complains("a: b\xff", "1:5 invalid UTF-8: byte FF;");
    assert_complains("a: b\nc: \x01", "2:4 the control character U+0001 has no use here;");
    assert_complains("a: \"x\\0y\"", "1:4 a NUL character has no use here;");
}

static void sixteen_levels_are_taken_and_no_more(void **state)
{
    (void)state;
    char text[40];
    for (int depth = 16; depth <= 17; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = '\0';
        assert_complains(text, depth == 16 ? "" : "1:17 nested deeper than 16 levels;");
    }
}

/* 64 KiB of brackets take libyaml alone minutes: were they not stopped, this test would. */
static void nested_brackets_are_given_up_early(void **state)
{
    (void)state;
    static char text[ACD_YAML_BYTES_MOST];
    memset(text, '[', sizeof text);
    assert_string_equal(complaints_of(text, sizeof text), "1:17 nested deeper than 16 levels;");
    for (size_t i = 1; i < sizeof text; i += 2)
        text[i] = '\n';
    assert_string_equal(complaints_of(text, sizeof text), "17:1 nested deeper than 16 levels;");
    memset(text, '{', sizeof text);
    assert_string_equal(complaints_of(text, sizeof text), "1:17 nested deeper than 16 levels;");
}

static void a_text_of_64_kib_is_taken_and_no_more(void **state)
{
    (void)state;
    static char text[ACD_YAML_BYTES_MOST + 1];
    memset(text, '#', sizeof text);
    assert_string_equal(complaints_of(text, ACD_YAML_BYTES_MOST), "");
    assert_string_equal(complaints_of(text, sizeof text),
                        "0:0 larger than 65536 bytes: this is no configuration;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_lists_and_scalars_stand_in_a_tree_with_their_places),
        cmocka_unit_test(nothing_is_an_empty_tree),
        cmocka_unit_test(a_tab_is_called_a_tab),
        cmocka_unit_test(anchors_aliases_and_tags_are_refused_and_reading_goes_on),
        cmocka_unit_test(a_second_document_is_refused),
        cmocka_unit_test(what_libyaml_says_comes_with_its_place),
        cmocka_unit_test(bytes_that_are_no_text_are_named),
        cmocka_unit_test(sixteen_levels_are_taken_and_no_more),
        cmocka_unit_test(nested_brackets_are_given_up_early),
        cmocka_unit_test(a_text_of_64_kib_is_taken_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
