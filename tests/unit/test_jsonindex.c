/* SPDX-License-Identifier: MIT */
/* Claims of tui/model/jsonindex. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tui/model/jsonindex.h"

static enum acd_json_state index_of(struct acd_json *j, const char *text, uint64_t step)
{
    acd_json_init(j, text, strlen(text), 0);
    while (acd_json_step(j, step) == ACD_JSON_MORE) {}
    return j->state;
}

static void assert_value(const struct acd_json *j, uint32_t node, const char *key,
                         const char *value)
{
    const char *k, *v;
    uint64_t kn = acd_json_key(j, node, &k), vn = acd_json_value(j, node, &v);
    assert_int_equal(kn, strlen(key));
    assert_memory_equal(k, key, kn);
    assert_int_equal(vn, strlen(value));
    assert_memory_equal(v, value, vn);
}

static void values_keys_and_nesting_are_as_written(void **state)
{
    (void)state;
    static const char text[] =
        " {\"a\":12345678901234567890123, \"b\\n\":[true,null,{}],\"a\":\"x\"} ";
    for (uint64_t step = 1; step < sizeof text + 1; step++) {
        struct acd_json j;
        assert_int_equal(index_of(&j, text, step), ACD_JSON_DONE);
        assert_int_equal(j.count, 7);
        assert_int_equal(acd_json_type(&j.node[0]), ACD_JSON_OBJECT);
        uint32_t a = acd_json_child(&j, 0), b = acd_json_sibling(&j, a),
                 c = acd_json_sibling(&j, b);
        assert_value(&j, a, "a", "12345678901234567890123");
        assert_value(&j, b, "b\\n", "[true,null,{}]");
        assert_value(&j, c, "a", "\"x\"");
        assert_int_equal(acd_json_sibling(&j, c), ACD_JSON_NONE);
        uint32_t t = acd_json_child(&j, b);
        assert_int_equal(acd_json_type(&j.node[t]), ACD_JSON_TRUE);
        uint32_t o = acd_json_sibling(&j, acd_json_sibling(&j, t));
        assert_int_equal(acd_json_type(&j.node[o]), ACD_JSON_OBJECT);
        assert_int_equal(acd_json_child(&j, o), ACD_JSON_NONE);
        assert_int_equal(j.node[o].parent, b);
        acd_json_fini(&j);
    }
}

static void faults_say_what_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
        unsigned line, column, nodes;
    } row[] = {
        {"{\"a\":1,\n \"b\":[1,2 3]}", "expected ',' or ']'", 2, 11, 5},
        {"{\"a\" 1}", "expected ':'", 1, 6, 1},
        {"{\"a\":1 \"b\":2}", "expected ',' or '}'", 1, 8, 2},
        {"{1:2}", "expected a key in quotes or '}'", 1, 2, 1},
        {"{\"a\":1,}", "expected a key in quotes", 1, 8, 2},
        {"[1,]", "expected a value", 1, 4, 2},
        {"[}", "expected a value or ']'", 1, 2, 1},
        {"[1}", "expected ',' or ']'", 1, 3, 2},
        {"[01]", "not a number", 1, 2, 1},
        {"[1.]", "not a number", 1, 2, 1},
        {"[1e999]x", "expected nothing more", 1, 8, 2},
        {"", "there is no JSON in it", 1, 1, 0},
        {" \n ", "there is no JSON in it", 2, 2, 0},
        {"{\"a\":1,\n \"b\":[1,2,\"abc", "the text ends inside a string", 2, 15, 6},
        {"{\"a\":1,\n \"b", "the text ends inside a key", 2, 4, 2},
        {"[[[", "the text ends too early", 1, 4, 3},
        {"{\"a\":tru", "expected a value", 1, 6, 1},
        {"\"\\", "the text ends inside a string", 1, 3, 1},
    };
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        struct acd_json j;
        uint64_t line, column;
        assert_int_equal(index_of(&j, row[i].text, 1000), ACD_JSON_BROKEN);
        assert_string_equal(j.fault, row[i].fault);
        acd_json_where(&j, j.fault_at, &line, &column);
        assert_int_equal(line, row[i].line);
        assert_int_equal(column, row[i].column);
        assert_int_equal(j.count, row[i].nodes);
        acd_json_fini(&j);
    }
}

static void open_containers_give_what_there_is(void **state)
{
    (void)state;
    struct acd_json j;
    assert_int_equal(index_of(&j, "{\"a\":[1,2", 1000), ACD_JSON_BROKEN);
    assert_value(&j, 1, "a", "[1,2");
    assert_int_equal(acd_json_sibling(&j, 1), ACD_JSON_NONE);
    acd_json_fini(&j);
}

static void depth_is_bounded_by_memory_alone(void **state)
{
    (void)state;
    enum { DEPTH = 1000000 };
    char *text = malloc(2 * DEPTH + 1);
    assert_non_null(text);
    memset(text, '[', DEPTH);
    memset(text + DEPTH, ']', DEPTH);
    text[2 * DEPTH] = '\0';
    struct acd_json j;
    assert_int_equal(index_of(&j, text, 4096), ACD_JSON_DONE);
    assert_int_equal(j.count, DEPTH);
    acd_json_fini(&j);
    free(text);
}

static void a_limit_stops_with_the_nodes_before(void **state)
{
    (void)state;
    struct acd_json j;
    acd_json_init(&j, "[1,2,3,4]", 9, 3);
    assert_int_equal(acd_json_step(&j, 100), ACD_JSON_FULL);
    assert_int_equal(j.count, 3);
    acd_json_fini(&j);
}

/* Once it is known how dense the text is, and in vain where its beginning lies. */
static void room_is_made_for_what_is_to_come(void **state)
{
    (void)state;
    enum { ROW = 8, ROWS = 140000, TEXT = ROW * ROWS };
    char *text = malloc(2 * TEXT + 2);
    struct acd_json j;
    assert_non_null(text);
    for (unsigned i = 0; i < 2 * ROWS; i++)
        memcpy(text + (size_t)i * ROW, i ? "1234567," : "[345678,", ROW);
    memcpy(text + TEXT, "0]", 2);
    acd_json_init(&j, text, TEXT + 2, 0);
    assert_int_equal(acd_json_step(&j, TEXT + 2), ACD_JSON_DONE);
    assert_int_equal(j.count, ROWS + 2);
    assert_true(j.room < ROWS + ROWS / 8); /* not the next power of two, 262,144 */
    acd_json_fini(&j);
    /* Twice as dense from its middle on. */
    for (unsigned i = 0; i < TEXT / 2; i++)
        memcpy(text + TEXT + (size_t)i * 2, "7,", 2);
    memcpy(text + 2 * (size_t)TEXT, "0]", 2);
    acd_json_init(&j, text, 2 * (uint64_t)TEXT + 2, 0);
    assert_int_equal(acd_json_step(&j, UINT64_MAX), ACD_JSON_DONE);
    assert_int_equal(j.count, 1 + ROWS + TEXT / 2 + 1);
    assert_value(&j, j.count - 1, "", "0");
    acd_json_fini(&j);
    /* More than may be had stops at the limit, as it does without knowing. */
    acd_json_init(&j, text, 2 * (uint64_t)TEXT + 2, 100000);
    assert_int_equal(acd_json_step(&j, UINT64_MAX), ACD_JSON_FULL);
    assert_int_equal(j.count, 100000);
    acd_json_fini(&j);
    free(text);
}

static void what_writers_write_beside_json_is_shown(void **state)
{
    (void)state;
    struct acd_json j;
    assert_int_equal(index_of(&j, "\xef\xbb\xbf[NaN,Infinity,-Infinity,-0.5e-3]", 1000),
                     ACD_JSON_DONE);
    assert_int_equal(acd_json_type(&j.node[1]), ACD_JSON_ODD);
    assert_int_equal(acd_json_type(&j.node[3]), ACD_JSON_ODD);
    assert_int_equal(acd_json_type(&j.node[4]), ACD_JSON_NUMBER);
    acd_json_fini(&j);
}

static void escapes_become_text_or_stay(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } row[] = {{"a\\nb", "a\nb"},
               {"\\u0041\\u00e9\\u20ac", "A\xc3\xa9\xe2\x82\xac"},
               {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
               {"\\ud83d", "\\ud83d"},
               {"\\ude00x", "\\ude00x"},
               {"\\q\\u12", "\\q\\u12"},
               {"\\", "\\"},
               {"\\\"\\\\\\/", "\"\\/"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        char out[32];
        uint64_t n = acd_json_unescape(out, sizeof out, row[i].in, strlen(row[i].in));
        assert_int_equal(n, strlen(row[i].out));
        assert_memory_equal(out, row[i].out, n);
    }
    char small[2];
    assert_int_equal(acd_json_unescape(small, 2, "abcdef", 6), 6);
    assert_memory_equal(small, "ab", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keys_and_nesting_are_as_written),
        cmocka_unit_test(faults_say_what_and_where),
        cmocka_unit_test(open_containers_give_what_there_is),
        cmocka_unit_test(depth_is_bounded_by_memory_alone),
        cmocka_unit_test(a_limit_stops_with_the_nodes_before),
        cmocka_unit_test(room_is_made_for_what_is_to_come),
        cmocka_unit_test(what_writers_write_beside_json_is_shown),
        cmocka_unit_test(escapes_become_text_or_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
