/* SPDX-License-Identifier: MIT */
/* Objects as lists of members: every digit kept, secrets not, and no text that is accepted in part. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emitter/json.h"
#include "emitter/tools/object.h"

/* A copy without a NUL behind it, so that a read beyond the end is seen. */
static int read_bytes(struct acd_object *o, const char *text, size_t bytes)
{
    char *copy = malloc(bytes > 0 ? bytes : 1);
    assert_non_null(copy);
    memcpy(copy, text, bytes);
    int r = acd_object_read(o, copy, bytes);
    free(copy);
    return r;
}

static int read_text(struct acd_object *o, const char *text)
{
    return read_bytes(o, text, strlen(text));
}

static const struct acd_member *only(struct acd_object *o, const char *text)
{
    assert_int_equal(read_text(o, text), 0);
    assert_int_equal(o->count, 1);
    return &o->member[0];
}

static void values_keep_their_types_and_digits(void **state)
{
    struct acd_object o = {0};
    const struct acd_member *m;
    (void)state;
    m = only(&o, "{\"a\":9223372036854775807}");
    assert_int_equal(m->type, ACD_OBJECT_INT);
    assert_true(m->number.i == INT64_MAX);
    m = only(&o, " { \"a\" : -9223372036854775808 } \n");
    assert_true(m->type == ACD_OBJECT_INT && m->number.i == INT64_MIN);
    m = only(&o, "{\"a\":18446744073709551615}");
    assert_true(m->type == ACD_OBJECT_UINT && m->number.u == UINT64_MAX);
    m = only(&o, "{\"a\":1e-3}");
    assert_true(m->type == ACD_OBJECT_DOUBLE && m->number.d == 1e-3);
    m = only(&o, "{\"a\":-0.5}");
    assert_true(m->type == ACD_OBJECT_DOUBLE && m->number.d == -0.5);
    m = only(&o, "{\"a\":true}");
    assert_true(m->type == ACD_OBJECT_BOOL && m->number.b);
    m = only(&o, "{\"a\":null}");
    assert_true(m->type == ACD_OBJECT_JSON);
    assert_string_equal(m->text, "null");
    acd_object_fini(&o);
}

static void numbers_beyond_64_bits_and_doubles_stay_text(void **state)
{
    static const char *const numbers[] = {"1e999", "-1e999", "18446744073709551616",
                                          "-9223372036854775809", "123456789012345678901234567890"};
    struct acd_object o = {0};
    char text[80];
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        snprintf(text, sizeof text, "{\"a\":%s}", numbers[i]);
        const struct acd_member *m = only(&o, text);
        assert_int_equal(m->type, ACD_OBJECT_JSON);
        assert_string_equal(m->text, numbers[i]);
    }
    acd_object_fini(&o);
}

static void strings_lose_their_escapes(void **state)
{
    struct acd_object o = {0};
    const struct acd_member *m;
    (void)state;
    m = only(&o, "{\"k\\u00e9y\":\"a\\n\\\"\\\\\\/\\u20ac\\ud83d\\ude00\\u0041\"}");
    assert_string_equal(m->key, "k\xc3\xa9y");
    assert_string_equal(m->text, "a\n\"\\/\xe2\x82\xac\xf0\x9f\x98\x80"
                                 "A");
    m = only(&o, "{\"a\":\"\\ud83dx\\ude00\\ud83d\\ud83d\"}");
    assert_string_equal(m->text, "\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    m = only(&o, "{\"a\":\"x\\u0000y\"}");
    assert_int_equal(m->text_bytes, 3);
    assert_memory_equal(m->text, "x\0y", 3);
    acd_object_fini(&o);
}

static void what_is_nested_stays_json_without_its_secrets(void **state)
{
    struct acd_object o = {0};
    const struct acd_member *m;
    (void)state;
    m = only(&o, "{\"a\": {\"b\": [1, 2e400, \"]}\"], \"Authorization\": \"Bearer x\"} }");
    assert_int_equal(m->type, ACD_OBJECT_JSON);
    assert_string_equal(m->text, "{\"b\":[1,2e400,\"]}\"],\"Authorization\":\"[REDACTED]\"}");
    m = only(&o, "{\"a\":\"calls with Bearer abcdef.ghi\"}");
    assert_null(strstr(m->text, "abcdef"));
    assert_non_null(strstr(m->text, ACD_REDACTED));
    acd_object_fini(&o);
}

static void what_is_no_object_is_told_from_what_is_a_broken_one(void **state)
{
    static const char *const other[] = {"", "\n", "text", "[1]", "\"{\"", "1", "null", "}"};
    static const char *const broken[] = {"{",
                                         "{a:1}",
                                         "{\"a\":1} x",
                                         "{\"a\":1,}",
                                         "{\"a\":01}",
                                         "{\"a\":NaN}",
                                         "{\"a\":\"\x01\"}",
                                         "{\"a\":\"\xff\"}",
                                         "{\"a\":\"\xed\xa0\x80\"}",
                                         "{\"a\":\"\\x\"}",
                                         "{\"a\":1}{\"b\":2}"};
    struct acd_object o = {0};
    (void)state;
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        assert_int_equal(read_text(&o, other[i]), -ENOENT);
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        assert_int_equal(read_text(&o, broken[i]), -EINVAL);
    assert_int_equal(read_bytes(&o, "{\"a\":\"\0\"}", 9), -EINVAL);
    assert_int_equal(read_bytes(&o, "\0", 1), -ENOENT);
    assert_int_equal(read_text(&o, "{}"), 0);
    assert_int_equal(o.count, 0);
    acd_object_fini(&o);
}

static void nesting_has_a_limit(void **state)
{
    struct acd_object o = {0};
    char text[4 * ACD_JSON_DEPTH + 64];
    (void)state;
    for (unsigned depth = ACD_JSON_DEPTH - 2; depth < ACD_JSON_DEPTH + 2; depth++) {
        size_t n = (size_t)snprintf(text, sizeof text, "{\"a\":");
        memset(text + n, '[', depth);
        memset(text + n + depth, ']', depth);
        text[n + 2 * depth] = '}';
        int expected = depth + 1 <= ACD_JSON_DEPTH ? 0 : -EINVAL;
        assert_int_equal(read_bytes(&o, text, n + 2 * depth + 1), expected);
    }
    acd_object_fini(&o);
}

static void many_members_and_many_secrets_have_room(void **state)
{
    struct acd_object o = {0};
    char *text = malloc(1 << 20);
    (void)state;
    assert_non_null(text);
    size_t n = 0;
    for (unsigned i = 0; i < 400; i++)
        n += (size_t)sprintf(text + n, "%c\"k%u\":\"sk-%c Bearer b\"", i ? ',' : '{', i, 'a');
    text[n++] = '}';
    assert_int_equal(read_bytes(&o, text, n), 0);
    assert_int_equal(o.count, ACD_OBJECT_MEMBERS);
    assert_true(o.more);
    for (size_t i = 0; i < o.count; i++)
        assert_null(strstr(o.member[i].text, "Bearer b"));
    /* One long text of short secrets, which grow. */
    n = (size_t)sprintf(text, "{\"a\":\"");
    while (n < 200000)
        n += (size_t)sprintf(text + n, "k=1 api_key=1;");
    n += (size_t)sprintf(text + n, "\",\"last\":\"here\"}");
    assert_int_equal(read_bytes(&o, text, n), 0);
    assert_int_equal(o.count, 2);
    assert_string_equal(o.member[1].text, "here");
    free(text);
    acd_object_fini(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_keep_their_types_and_digits),
        cmocka_unit_test(numbers_beyond_64_bits_and_doubles_stay_text),
        cmocka_unit_test(strings_lose_their_escapes),
        cmocka_unit_test(what_is_nested_stays_json_without_its_secrets),
        cmocka_unit_test(what_is_no_object_is_told_from_what_is_a_broken_one),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(many_members_and_many_secrets_have_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
