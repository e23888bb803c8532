/* SPDX-License-Identifier: MIT */
/* Claims of tui/view/jsontree, jsonpath and jsonfind, some against a walk over all nodes. */
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

#include "tui/view/jsonfind.h"
#include "tui/view/jsonpath.h"
#include "tui/view/jsonraw.h"
#include "tui/view/jsontree.h"

static void grow(struct acd_jsontree *t, const char *text)
{
    acd_jsontree_init(t, text, strlen(text), 0);
    while (acd_json_step(&t->index, 7) == ACD_JSON_MORE) {}
}

static uint64_t random_of(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Arrays and objects of random shape, at most `left` values. */
static void write_random(FILE *out, uint64_t *seed, unsigned depth, int *left)
{
    unsigned kind = (unsigned)(random_of(seed) % 6);
    (*left)--;
    if (depth > 8 || kind < 3 || *left <= 0) {
        fputs(kind == 0 ? "1" : kind == 1 ? "\"s\"" : "null", out);
        return;
    }
    unsigned count = (unsigned)(random_of(seed) % 6);
    fputc(kind == 3 ? '{' : '[', out);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0)
            fputc(',', out);
        if (kind == 3)
            fprintf(out, "\"k%u\":", i);
        write_random(out, seed, depth + 1, left);
    }
    fputc(kind == 3 ? '}' : ']', out);
}

/* Is a node in a row of its own: nothing around it is folded? */
static bool in_sight(const struct acd_jsontree *t, uint32_t node)
{
    for (uint32_t p = t->index.node[node].parent; p != ACD_JSON_NONE; p = t->index.node[p].parent)
        if (acd_jsontree_folded(t, p))
            return false;
    return true;
}

static void check_walk(const struct acd_jsontree *t)
{
    uint32_t row = 0, before = ACD_JSON_NONE;
    for (uint32_t n = 0; n < t->index.count; n++) {
        if (!in_sight(t, n)) {
            assert_true(acd_jsontree_seen(t, n) < n);
            continue;
        }
        assert_int_equal(row, n);
        assert_int_equal(acd_jsontree_above(t, n), before);
        assert_int_equal(acd_jsontree_seen(t, n), n);
        before = n;
        row = acd_jsontree_below(t, n);
    }
    assert_int_equal(row, ACD_JSON_NONE);
}

static void rows_are_the_nodes_in_sight_whatever_is_folded(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int round = 0; round < 60; round++) {
        char *text = NULL;
        size_t size = 0;
        int left = 200;
        FILE *out = open_memstream(&text, &size);
        fputc('[', out);
        write_random(out, &seed, 0, &left);
        fputc(',', out);
        write_random(out, &seed, 0, &left);
        /* Every other one breaks off. */
        fputs(round % 2 ? "]" : ",[[1,2", out);
        assert_int_equal(fclose(out), 0);
        struct acd_jsontree t;
        grow(&t, text);
        for (int i = 0; i < 30; i++) {
            uint32_t node = (uint32_t)(random_of(&seed) % t.index.count);
            if (i == 10 || i == 20)
                acd_jsontree_fold_all(&t, i == 20);
            assert_int_equal(acd_jsontree_fold(&t, node, random_of(&seed) & 1), 0);
            check_walk(&t);
            assert_int_equal(acd_jsontree_select(&t, node), 0);
            assert_int_equal(t.selected, node);
            check_walk(&t);
        }
        acd_jsontree_fini(&t);
        free(text);
    }
}

static void the_window_holds_the_selected_row_wherever_one_goes(void **state)
{
    (void)state;
    char text[4096] = "[";
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s{\"a\":[%d]}", i ? "," : "",
                 i);
    strcat(text, "]");
    struct acd_jsontree t;
    uint64_t seed = 7;
    grow(&t, text);
    acd_jsontree_fold_all(&t, false);
    for (int i = 0; i < 400; i++) {
        int height = 1 + (int)(random_of(&seed) % 30);
        t.wrap = random_of(&seed) % 4 == 0;
        acd_jsontree_move(&t, (ptrdiff_t)(random_of(&seed) % 81) - 40);
        acd_jsontree_settle(&t, 20 + (int)(random_of(&seed) % 60), height);
        bool seen = false;
        assert_in_range(t.row_count, 1, (uintmax_t)height);
        for (size_t k = 0; k < t.row_count; k++) {
            seen = seen || t.row[k].node == t.selected;
            assert_int_equal(t.row[k].index, acd_jsonpath_index(&t, t.row[k].node));
        }
        assert_true(seen);
        assert_int_equal(t.row_count, height);
    }
    acd_jsontree_home(&t);
    acd_jsontree_settle(&t, 80, 10);
    assert_int_equal(t.row[0].node, 0);
    acd_jsontree_end(&t);
    acd_jsontree_settle(&t, 80, 10);
    assert_int_equal(t.row[9].node, t.index.count - 1);
    acd_jsontree_fini(&t);
}

static void paths_name_keys_places_and_strings_in_strings(void **state)
{
    (void)state;
    struct acd_jsontree t, *inner;
    char path[64];
    grow(&t, "{\"a\":{\"b c\":[1,{\"d\":\"{\\\"e\\\":[true]}\"}]}}");
    acd_jsonpath_text(&t, 5, path, sizeof path);
    assert_string_equal(path, "$.a[\"b c\"][1].d");
    assert_int_equal(acd_jsontree_enter(&t, 5, &inner), 0);
    assert_int_equal(inner->index.count, 3);
    acd_jsonpath_text(inner, 2, path, sizeof path);
    assert_string_equal(path, "$.a[\"b c\"][1].d > $.e[0]");
    acd_jsonpath_text(inner, 2, path, 12);
    assert_string_equal(path, "...> $.e[0]");
    assert_ptr_equal(acd_jsontree_leave(inner), &t);
    assert_int_equal(acd_jsontree_enter(&t, 3, &inner), -EINVAL);
    acd_jsontree_fini(&t);
}

static void paths_do_not_tell_a_token_that_is_a_name(void **state)
{
    (void)state;
    struct acd_jsontree t;
    char path[80];
    grow(&t, "{\"sk-abc\":{\"of \\u0073k-def\":1,\"api_key\":2}}");
    acd_jsonpath_text(&t, 2, path, sizeof path);
    assert_string_equal(path, "$[\"[REDACTED]\"][\"of [REDACTED]\"]");
    acd_jsonpath_text(&t, 3, path, sizeof path);
    assert_string_equal(path, "$[\"[REDACTED]\"].api_key");
    acd_jsontree_fini(&t);
}

static void strings_open_as_json_or_as_text_and_hidden_ones_do_not(void **state)
{
    (void)state;
    struct acd_jsontree t, *inner;
    grow(&t, "[\"[1]\",\"line\\nnext\",\"12\",{\"cookie\":\"x\"},[\"Authorization\",\"Basic x\"]]");
    assert_int_equal(acd_jsontree_enter(&t, 1, &inner), 0);
    assert_false(inner->raw);
    acd_jsontree_leave(inner);
    assert_int_equal(acd_jsontree_enter(&t, 2, &inner), 0);
    assert_true(inner->raw);
    assert_memory_equal(inner->index.text, "line\nnext", 9);
    acd_jsontree_leave(inner);
    assert_int_equal(acd_jsontree_enter(&t, 5, &inner), -EPERM);
    assert_int_equal(acd_jsontree_enter(&t, 8, &inner), -EPERM);
    acd_jsontree_fini(&t);
}

static void places_in_long_arrays_are_exact(void **state)
{
    (void)state;
    const uint32_t count = 50000;
    char *text = malloc(count * 2 + 2);
    assert_non_null(text);
    text[0] = '[';
    for (uint32_t i = 0; i < count; i++)
        memcpy(text + 1 + i * 2, i + 1 < count ? "1," : "1]", 2);
    text[count * 2 + 1] = '\0';
    struct acd_jsontree t;
    uint64_t seed = 3;
    grow(&t, text);
    for (int i = 0; i < 2000; i++) {
        uint32_t place = (uint32_t)(random_of(&seed) % count);
        assert_int_equal(acd_jsonpath_index(&t, place + 1), place);
    }
    assert_true(t.anchor_count < count / 1000);
    acd_jsontree_fini(&t);
    free(text);
}

static uint32_t find(const struct acd_jsontree *t, struct acd_jsonfind *f, const char *text,
                     bool backwards)
{
    snprintf(f->text, sizeof f->text, "%s", text);
    acd_jsonfind_begin(f, t, backwards);
    while (acd_jsonfind_step(f, t, 3) == ACD_JSONFIND_MORE) {}
    return f->state == ACD_JSONFIND_FOUND ? f->node : ACD_JSON_NONE;
}

static void searching_goes_both_ways_around_and_passes_over_secrets(void **state)
{
    (void)state;
    struct acd_jsontree t;
    struct acd_jsonfind f = {0};
    grow(
        &t,
        "{\"Foo\":1,\"b\":[\"a foo\",\"caf\\u00e9 \xc3\xa9t\xc3\xa9\"],\"cookie\":\"foo\",\"q\":\"\\\"x\"}");
    /* 0 {, 1 Foo, 2 [, 3 "a foo", 4 cafe, 5 cookie, 6 q */
    assert_int_equal(find(&t, &f, "foo", false), 1);
    t.selected = 1;
    assert_int_equal(find(&t, &f, "foo", false), 3);
    t.selected = 3;
    assert_int_equal(find(&t, &f, "foo", false), 1);
    assert_true(f.around);
    assert_int_equal(find(&t, &f, "foo", true), 1);
    t.selected = 1;
    assert_int_equal(find(&t, &f, "foo", true), 3);
    assert_int_equal(find(&t, &f, "Foo", false), 1); /* itself, around: a capital means one */
    assert_int_equal(find(&t, &f, "caf\xc3\xa9", false), 4);
    assert_int_equal(find(&t, &f, "\xc3\xa9t", false), 4);
    assert_int_equal(find(&t, &f, "\"x", false), 6);
    assert_int_equal(find(&t, &f, "nowhere", false), ACD_JSON_NONE);
    assert_int_equal(find(&t, &f, "nowhere", true), ACD_JSON_NONE);
    assert_int_equal(find(&t, &f, ":[", false), ACD_JSON_NONE);
    acd_jsontree_fini(&t);
}

static void raw_lines_go_back_the_way_they_came(void **state)
{
    (void)state;
    char text[8000];
    uint64_t seed = 5;
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = random_of(&seed) % 50 == 0 ? '\n' : (char)('a' + random_of(&seed) % 26);
    text[sizeof text - 1] = '\0';
    struct acd_jsontree t;
    uint64_t place[2000];
    size_t count = 0;
    grow(&t, text);
    t.width = 33;
    t.height = 10;
    for (uint64_t before = 1; before != t.raw_top; count++) {
        before = place[count] = t.raw_top;
        acd_jsonraw_move(&t, 1);
    }
    /* Many at once are as many one by one, more than are kept at a time, too. */
    static const size_t pages[] = {1, 2, 9, 31, 255, 256, 257, 300};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        t.raw_top = place[count - 1];
        acd_jsonraw_move(&t, -(ptrdiff_t)pages[i]);
        assert_int_equal(t.raw_top, pages[i] < count ? place[count - 1 - pages[i]] : 0);
    }
    acd_jsonraw_end(&t);
    assert_int_equal(t.raw_top, place[count - 10]);
    t.raw_top = place[count - 1];
    while (count-- > 1) {
        acd_jsonraw_move(&t, -1);
        assert_int_equal(t.raw_top, place[count - 1]);
    }
    acd_jsontree_fini(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_nodes_in_sight_whatever_is_folded),
        cmocka_unit_test(the_window_holds_the_selected_row_wherever_one_goes),
        cmocka_unit_test(paths_name_keys_places_and_strings_in_strings),
        cmocka_unit_test(paths_do_not_tell_a_token_that_is_a_name),
        cmocka_unit_test(strings_open_as_json_or_as_text_and_hidden_ones_do_not),
        cmocka_unit_test(places_in_long_arrays_are_exact),
        cmocka_unit_test(searching_goes_both_ways_around_and_passes_over_secrets),
        cmocka_unit_test(raw_lines_go_back_the_way_they_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
